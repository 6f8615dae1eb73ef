"""What a product declares for one convention: values, a span of numbers, late fees up to limits; and values as text."""

from collections.abc import Iterable
from dataclasses import dataclass

from huikuan.portfolio.conventions import LateFee, LateFeeKind
from huikuan.portfolio.facts import Money, Rate, measured


@dataclass(frozen=True, slots=True)
class OneOf:
    """Declared values, the default among them."""

    values: tuple[object, ...]

    def holds(self, value: object) -> bool:
        # True is not 1 here: a switch is no number.
        return any(value == known and type(value) is type(known) for known in self.values)

    def said(self, name: str) -> tuple[object, ...]:
        return _or([value_said(name, value)] for value in self.values)


@dataclass(frozen=True, slots=True)
class Between:
    """Declared numbers from ``low`` to ``high``, both included."""

    low: int
    high: int

    def holds(self, value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high

    def said(self, name: str) -> tuple[object, ...]:
        return measured(name, self.low), " to ", measured(name, self.high)

    def text(self) -> str:
        return f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class FeeLimit:
    """Late fees of one kind up to these limits."""

    kind: LateFeeKind
    amount_minor: int = 0
    rate_ppm: int = 0
    after_days: Between = Between(1, 1)

    def holds(self, fee: LateFee) -> bool:
        return (
            fee.kind is self.kind
            and fee.amount_minor <= self.amount_minor
            and fee.rate_ppm <= self.rate_ppm
            and (fee.kind is LateFeeKind.NONE or self.after_days.holds(fee.after_days))
        )

    def said(self) -> tuple[object, ...]:
        if self.kind is LateFeeKind.NONE:
            return ("none",)
        most = Money(self.amount_minor) if self.kind is LateFeeKind.FLAT else Rate(self.rate_ppm)
        return f"{self.kind} of at most ", most, f" after {self.after_days.text()} days"


@dataclass(frozen=True, slots=True)
class Fees:
    """Declared late fees."""

    limits: tuple[FeeLimit, ...]

    def holds(self, value: object) -> bool:
        return isinstance(value, LateFee) and any(limit.holds(value) for limit in self.limits)

    def said(self, _name: str) -> tuple[object, ...]:
        return _or(limit.said() for limit in self.limits)


Declared = OneOf | Between | Fees


def value_text(value: object) -> str:
    """A convention's value as its code stands in files: enum values, true and false, numbers, empty for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ", ".join(value_text(each) for each in value)
    if isinstance(value, LateFee):
        return value.kind.value
    return str(value)


def value_said(name: str, value: object) -> object:
    """A convention's value for a message."""
    shown = measured(name, value)
    return shown if isinstance(shown, Money | Rate) else value_text(value) or "empty"


def _or(choices: Iterable[Iterable[object]]) -> tuple[object, ...]:
    return tuple(part for choice in choices for part in (" or ", *choice))[1:]
