"""What the customers of the invented bank owe and pay. Amounts in fen, rates in parts per million.

The bank's own figures of a note are those of the exact engine, but for a few (`core.py`), so that there is a
difference to show.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache

from huikuan.portfolio.facts import Compound, NoteState, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import months_after, schedule_build
from huikuan.sample.liuxi.people import ENTERPRISES, FIRST_ENTERPRISE, FIRST_PERSON, PERSONS

BANK_CODE = "liuxi"
FIRST_ON, LAST_ON = date(2025, 5, 31), date(2025, 6, 30)
BRANCHES = ("8801", "8802", "8803")
CORE_COUNTS_OTHERWISE = frozenset({8, 17, 30})
GRACE_DAYS = 3
CONTRACTS = 34
_METHODS = (
    RepaymentMethod.EQUAL_INSTALMENT,
    RepaymentMethod.EQUAL_PRINCIPAL,
    RepaymentMethod.INTEREST_FIRST,
    RepaymentMethod.EQUAL_INSTALMENT,
)
# Months without a payment before the first delivery, by number of the note; the others pay.
_MISSED = {3: 1, 5: 1, 8: 2, 11: 1, 14: 3, 17: 4, 20: 2, 23: 7, 26: 1, 29: 5, 30: 3, 33: 14, 36: 2, 39: 1, 42: 6, 45: 4}
_CURED_ON = {5: date(2025, 6, 9), 20: date(2025, 6, 17), 39: date(2025, 6, 4)}  # pays all that is overdue
_PART_ON = {8: date(2025, 6, 12), 14: date(2025, 6, 20), 29: date(2025, 6, 25)}  # pays a part
_STOPS_IN_JUNE = frozenset({2, 9, 16, 24, 31, 40})


@dataclass(frozen=True, slots=True)
class Contract:
    """A loan contract."""

    number: int
    customer: int
    branch: str
    product: str
    amount_fen: int
    signed_on: date
    expires_on: date
    co_borrower: int


@dataclass(frozen=True, slots=True)
class Note:
    """A note with its terms and everything that is paid on it until the last delivery."""

    number: int
    contract: Contract
    terms: NoteTerms
    repayments: tuple[Repayment, ...]

    @property
    def late(self) -> int:
        """Months without a payment before the first delivery."""
        return _MISSED.get(self.number, 0)

    def state(self, on: date) -> NoteState:
        """Return the exact state at the close of a day."""
        paid = [row for row in self.repayments if row.value_on <= on]
        return replay(self.terms, schedule_build(self.terms), paid, on).state


@cache
def contracts() -> tuple[Contract, ...]:
    """Return all contracts: of persons first, then of enterprises."""
    found = []
    for place in range(CONTRACTS):
        person = place < 24
        customer = FIRST_PERSON + place % PERSONS if person else FIRST_ENTERPRISE + (place - 24) % ENTERPRISES
        signed_on = date(2022, 1 + place % 12, 5 + place % 20)
        product = ("NH01", "XF01", "AJ01")[place % 3] if person else "JY01"
        amount = (8 + place % 9) * 1_000_000 if person else (60 + 15 * (place - 24)) * 1_000_000
        expires_on = months_after(signed_on, 120 if product == "AJ01" else 60)
        co_borrower = customer + 1 if place in (0, 6, 12) else 0
        found.append(
            Contract(place + 1, customer, BRANCHES[place % 3], product, amount, signed_on, expires_on, co_borrower)
        )
    return tuple(found)


@cache
def notes() -> tuple[Note, ...]:
    """Return all notes: one to three under a contract."""
    found: list[Note] = []
    for contract in contracts():
        for part in range(1 + (contract.number % 3 == 0) + (contract.number % 11 == 0)):
            found.append(_note(len(found) + 1, contract, part))
    return tuple(found)


def _note(number: int, contract: Contract, part: int) -> Note:
    count = 36 if contract.product != "AJ01" else 84
    disbursed_on = contract.signed_on + timedelta(days=3 + 40 * part)
    first_due_on = months_after(disbursed_on.replace(day=5 + number % 20), 1)
    rate = 43_500 + 2_500 * (number % 7)
    terms = NoteTerms(
        principal_minor=contract.amount_fen // (1 + part) // 2,
        disbursed_on=disbursed_on,
        matures_on=months_after(first_due_on, count + 11),
        first_due_on=first_due_on,
        annual_rate_ppm=rate,
        penalty_rate_ppm=rate * 3 // 2,
        compound=Compound.QUARTERLY if contract.product == "JY01" else Compound.NONE,
        method=_METHODS[number % len(_METHODS)],
        instalment_count=count + 12,
    )
    return Note(number, contract, terms, tuple(_repayments(number, terms)))


def _repayments(number: int, terms: NoteTerms) -> Iterator[Repayment]:
    """Yield what is paid: each instalment on its due day until the customer stops, then what is caught up."""
    schedule = schedule_build(terms)
    due = [row for row in schedule if row.due_on <= LAST_ON]
    before = [row for row in due if row.due_on <= FIRST_ON]
    missed = _MISSED.get(number, 0)
    kept = before[: len(before) - missed] if missed else before
    stops = missed > 0 or number in _STOPS_IN_JUNE
    paid: list[Repayment] = []
    for row in kept if stops else due:
        amount = row.principal_minor + row.interest_minor
        paid.append(_repayment(number, len(paid) + 1, row.due_on, amount))
    yield from paid
    caught_up = _CURED_ON.get(number) or _PART_ON.get(number)
    if caught_up is None:
        return
    state = replay(terms, schedule, paid, caught_up).state
    overdue = state.overdue_principal_minor + state.overdue_interest_minor + state.penalty_minor + state.compound_minor
    yield _repayment(number, len(paid) + 1, caught_up, overdue if number in _CURED_ON else overdue // 2)


def _repayment(number: int, order: int, on: date, amount_fen: int) -> Repayment:
    moment = datetime.combine(on, time(1, number % 60, order % 60), UTC)  # 9 o'clock in the bank's zone
    return Repayment(f"HK{number:04d}{order:03d}", on, moment, amount_fen)
