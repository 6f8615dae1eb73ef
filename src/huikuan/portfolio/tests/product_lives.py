"""A life with arrears for each of the twelve products: terms, what was paid and confirmed, the day that is looked at.

The amounts are such that the figures can be checked with a pocket calculator; ``test_products_whole`` does so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from huikuan.portfolio.conventions import Conventions
from huikuan.portfolio.facts import (
    Compound,
    Frequency,
    Instalment,
    NoteTerms,
    Payer,
    Repayment,
    RepaymentMethod,
    Replayed,
)
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.product_policies import combinations_load, products_load
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.products import product_check, product_conventions
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import an_event, due, paid
from huikuan.portfolio.tests.oracle import assert_same, oracle


def is_workday(day: date) -> bool:
    """Monday to Friday without the first week of October."""
    return day.weekday() < 5 and not (day.month == 10 and day.day <= 7)


@dataclass(frozen=True, slots=True)
class ProductLife:
    """A note of a product up to a day."""

    code: str
    terms: NoteTerms
    as_of: date
    repayments: tuple[Repayment, ...] = ()
    events: tuple[LoanEvent, ...] = ()
    delivered: tuple[Instalment, ...] = ()
    overrides: Mapping[str, object] = field(default_factory=dict)

    def conventions(self) -> Conventions:
        """The product's conventions with the overrides; refused as at load when they do not fit."""
        bundle = products_load()[self.code]
        conventions = product_conventions(bundle, self.overrides)
        product_check(
            bundle,
            conventions,
            self.terms,
            delivered_count=len(self.delivered),
            combinations=combinations_load(),
        )
        return conventions

    def schedule(self) -> tuple[Instalment, ...]:
        return schedule_build(self.terms, self.delivered, conventions=self.conventions(), is_workday=is_workday)

    def replayed(self) -> Replayed:
        """The exact engine's answer, after the day-by-day oracle has agreed."""
        conventions, schedule = self.conventions(), self.schedule()
        answer = replay(
            self.terms, schedule, self.repayments, self.as_of, conventions=conventions, events=self.events
        )  # fmt: skip
        life = oracle(self.terms, schedule, self.repayments, self.as_of, conventions=conventions, events=self.events)
        assert_same(answer, life)
        return answer


def _guarantor(ref: str, on: date, amount: int) -> Repayment:
    return Repayment(ref, on, datetime(on.year, on.month, on.day, 9, tzinfo=UTC), amount, None, Payer.GUARANTOR)


FARMER = ProductLife(
    "farmer_credit_line",
    NoteTerms(
        5_000_000, date(2024, 1, 10), date(2024, 7, 10), date(2024, 2, 10), 72_000, 108_000, Compound.MONTHLY,
        RepaymentMethod.INTEREST_FIRST, 6,
    ),
    date(2024, 5, 31),
    (paid("R1", date(2024, 2, 10), 30_000), paid("R2", date(2024, 4, 1), 20_000)),
)  # fmt: skip

FARM = ProductLife(
    "farm_operation",
    NoteTerms(
        10_000_000, date(2024, 3, 1), date(2025, 2, 28), date(2024, 3, 20), 60_000, 0, Compound.QUARTERLY,
        RepaymentMethod.SETTLED_INTEREST, 5, Frequency.QUARTERLY, 500_000,
    ),
    date(2025, 4, 30),
    (
        paid("R1", date(2024, 3, 20), 31_667), paid("R2", date(2024, 6, 20), 153_333),
        paid("R3", date(2024, 9, 20), 153_333), paid("R4", date(2025, 3, 10), 2_000_000),
    ),
)  # fmt: skip

ENTERPRISE = ProductLife(
    "small_enterprise",
    NoteTerms(
        24_000_000, date(2024, 1, 20), date(2025, 1, 20), date(2024, 2, 20), 48_000, 0, Compound.NONE,
        RepaymentMethod.EQUAL_PRINCIPAL, 12, Frequency.MONTHLY, 300_000,
    ),
    date(2024, 6, 30),
    (
        paid("R1", date(2024, 2, 20), 2_096_000), paid("R2", date(2024, 3, 20), 2_088_000),
        paid("R3", date(2024, 5, 10), 2_100_000),
    ),
)  # fmt: skip

CONSUMER = ProductLife(
    "consumer",
    NoteTerms(
        1_200_000, date(2024, 1, 31), date(2025, 1, 31), date(2024, 2, 29), 60_000, 90_000, Compound.MONTHLY,
        RepaymentMethod.EQUAL_INSTALMENT, 12,
    ),
    date(2024, 6, 15),
    (paid("R1", date(2024, 2, 29), 103_280), paid("R2", date(2024, 4, 20), 150_000)),
)  # fmt: skip

MORTGAGE = ProductLife(
    "mortgage",
    NoteTerms(
        36_000_000, date(2024, 1, 10), date(2034, 1, 20), date(2024, 2, 20), 42_000, 0, Compound.NONE,
        RepaymentMethod.EQUAL_PRINCIPAL, 120, Frequency.MONTHLY, 500_000,
    ),
    date(2024, 6, 25),
    (
        paid("R1", date(2024, 2, 20), 472_200), paid("R2", date(2024, 3, 20), 10_424_950),
        paid("R3", date(2024, 4, 20), 389_950),
    ),
    (an_event(EventKind.RATE_CHANGE, date(2024, 5, 20), annual_rate_ppm=39_000),),
)  # fmt: skip

JOINT = ProductLife(
    "joint_guarantee",
    NoteTerms(
        6_000_000, date(2024, 1, 15), date(2025, 1, 15), date(2024, 4, 15), 84_000, 126_000, Compound.NONE,
        RepaymentMethod.EQUAL_PRINCIPAL, 4, Frequency.QUARTERLY,
    ),
    date(2024, 8, 31),
    (paid("R1", date(2024, 4, 15), 1_000_000), _guarantor("G1", date(2024, 6, 14), 500_000)),
)  # fmt: skip

BULLET = ProductLife(
    "bullet_quarterly",
    NoteTerms(
        20_000_000, date(2024, 1, 5), date(2024, 12, 31), date(2024, 3, 20), 54_000, 0, Compound.QUARTERLY,
        RepaymentMethod.SETTLED_INTEREST, 5, Frequency.QUARTERLY, 500_000,
    ),
    date(2025, 1, 31),
    (
        paid("R1", date(2024, 3, 20), 225_000), paid("R2", date(2024, 6, 20), 276_000),
        paid("R3", date(2024, 12, 20), 273_000),
    ),
)  # fmt: skip

SEASONAL = ProductLife(
    "seasonal",
    NoteTerms(
        3_000_000, date(2024, 3, 1), date(2025, 6, 30), date(2024, 6, 30), 60_000, 90_000, Compound.NONE,
        RepaymentMethod.GIVEN, 3, Frequency.YEARLY,
    ),
    date(2024, 12, 31),
    (paid("R1", date(2024, 6, 30), 600_000), paid("R2", date(2024, 11, 30), 2_000_000)),
    (an_event(EventKind.PAUSE, date(2024, 11, 10), until_on=date(2024, 11, 20)),),
    (
        due(1, date(2024, 6, 30), 500_000, 60_500), due(2, date(2024, 10, 31), 2_000_000, 51_250),
        due(3, date(2025, 6, 30), 500_000, 20_167),
    ),
)  # fmt: skip

POLICY = ProductLife(
    "policy_loan",
    NoteTerms(
        5_000_000, date(2023, 6, 1), date(2024, 6, 1), date(2024, 6, 1), 36_500, 51_100, Compound.NONE,
        RepaymentMethod.BULLET, 1, Frequency.QUARTERLY,
    ),
    date(2024, 8, 30),
    (paid("R1", date(2024, 7, 1), 1_000_000),),
    (an_event(EventKind.PAUSE, date(2024, 7, 1), until_on=date(2024, 8, 1)),),
)  # fmt: skip

SECOND_HAND = ProductLife(
    "second_hand",
    NoteTerms(
        870_000, date(2019, 5, 1), date(2020, 5, 1), date(2020, 5, 1), 72_000, 108_000, Compound.NONE,
        RepaymentMethod.GIVEN, 1,
    ),
    date(2021, 4, 27),
    (paid("R1", date(2020, 8, 29), 270_000),),
    (),
    (due(1, date(2020, 5, 1), 870_000, 31_000),),
)  # fmt: skip

US = ProductLife(
    "us_instalment",
    NoteTerms(
        1_000_000, date(2024, 1, 1), date(2024, 12, 31), date(2024, 1, 31), 146_000, 0, Compound.NONE,
        RepaymentMethod.EQUAL_INSTALMENT, 12, instalment_minor=90_000,
    ),
    date(2024, 5, 15),
    (paid("R1", date(2024, 1, 31), 90_000), paid("R2", date(2024, 4, 10), 100_000)),
)  # fmt: skip

BALLOON = ProductLife(
    "fixed_principal_balloon",
    NoteTerms(
        10_000_000, date(2024, 1, 10), date(2025, 4, 10), date(2024, 4, 10), 60_000, 0, Compound.QUARTERLY,
        RepaymentMethod.FIXED_PRINCIPAL, 5, Frequency.QUARTERLY, 400_000, principal_share_ppm=100_000,
    ),
    date(2024, 10, 9),
    (paid("R1", date(2024, 4, 10), 1_150_000), paid("R2", date(2024, 8, 9), 100_000)),
)  # fmt: skip

LIVES = (
    FARMER, FARM, ENTERPRISE, CONSUMER, MORTGAGE, JOINT, BULLET, SEASONAL, POLICY, SECOND_HAND, US, BALLOON,
)  # fmt: skip
