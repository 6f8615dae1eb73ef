"""Each of the twelve products whole: schedule, allocation, days, penalty and class of a life with arrears.

The arithmetic stands beside each figure. ``ProductLife.replayed`` also holds the engine to the day-by-day oracle.
"""

from dataclasses import dataclass
from datetime import date

import pytest

from huikuan.portfolio.facts import AllocationKind, ClassFloor
from huikuan.portfolio.policies import class_policies_load
from huikuan.portfolio.product_policies import products_load
from huikuan.portfolio.rules.classification import class_floor, class_policy_on
from huikuan.portfolio.tests import product_lives as lives
from huikuan.portfolio.tests.product_lives import LIVES, ProductLife


@dataclass(frozen=True, slots=True)
class Paid:
    """Costs, penalty, compound, interest, principal, credit of an allocation."""

    on: date
    parts: tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class Whole:
    """What a life must give; ``schedule`` is due date, principal and interest by number."""

    life: ProductLife
    schedule: dict[int, tuple[date, int, int]]
    allocations: tuple[Paid, ...]
    balance: int
    overdue: tuple[int, int]  # principal, interest
    penalty: int
    compound: int
    days: tuple[int, int]  # of principal, of interest
    floor: ClassFloor


WHOLE = (
    Whole(
        lives.FARMER,
        # 5,000,000 x 7.2 % / 12 = 30,000 every month, the principal with the last
        {1: (date(2024, 2, 10), 0, 30_000), 6: (date(2024, 7, 10), 5_000_000, 30_000)},
        (
            Paid(date(2024, 2, 10), (0, 0, 0, 30_000, 0, 0)),
            # 30,000 x 0.02 % x 10 = 60, capitalised on 20 March; 30,060 x 0.02 % x 12 = 72.144
            Paid(date(2024, 4, 1), (0, 0, 132, 19_868, 0, 0)),
        ),
        balance=5_000_000, overdue=(0, 70_132), penalty=0,
        # 98.65 -> 99 on 20 April; 160.92 + 140.46 - 0.35 = 301.03 -> 301 on 20 May; 70,532 x 0.02 % x 11 = 155.17
        compound=99 + 301 + 155,
        days=(0, 82), floor=ClassFloor.SPECIAL_MENTION,  # 10 March to 31 May
    ),
    Whole(
        lives.FARM,
        {
            1: (date(2024, 3, 20), 0, 31_667),  # 10,000,000 x 6 % x 19 / 360
            2: (date(2024, 6, 20), 0, 153_333),  # 92 days
            4: (date(2024, 12, 20), 0, 151_667),  # 91 days
            5: (date(2025, 2, 28), 10_000_000, 116_667),  # 70 days
        },
        (
            Paid(date(2024, 3, 20), (0, 0, 0, 31_667, 0, 0)),
            Paid(date(2024, 6, 20), (0, 0, 0, 153_333, 0, 0)),
            Paid(date(2024, 9, 20), (0, 0, 0, 153_333, 0, 0)),
            # penalty 10,000,000 x 9 % x 10 / 360; compound 151,667 x 6 % x 70 / 360 + 268,334 x 9 % x 10 / 360
            Paid(date(2025, 3, 10), (0, 25_000, 2_440, 268_334, 1_704_226, 0)),
        ),
        balance=8_295_774, overdue=(8_295_774, 0),
        penalty=105_771,  # 8,295,774 x 9 % x 51 / 360
        compound=0, days=(61, 0), floor=ClassFloor.SPECIAL_MENTION,
    ),
    Whole(
        lives.ENTERPRISE,
        {1: (date(2024, 2, 20), 2_000_000, 96_000), 2: (date(2024, 3, 20), 2_000_000, 88_000)},
        (
            Paid(date(2024, 2, 20), (0, 0, 0, 96_000, 2_000_000, 0)),
            Paid(date(2024, 3, 20), (0, 0, 0, 88_000, 2_000_000, 0)),
            # 4.8 % x 1.3 = 6.24 %: 2,000,000 x 6.24 % x 20 / 360 = 6,933.33
            Paid(date(2024, 5, 10), (0, 6_933, 0, 80_000, 2_000_000, 13_067)),
            Paid(date(2024, 5, 20), (0, 0, 0, 13_067, 0, -13_067)),
        ),
        balance=18_000_000, overdue=(4_000_000, 122_933),
        penalty=17_680,  # 0.33 + 2,000,000 x 6.24 % x (41 + 10) / 360
        compound=0, days=(41, 41), floor=ClassFloor.SPECIAL_MENTION,
    ),
    Whole(
        lives.CONSUMER,
        # The known payment of 1,200,000 at 6 % over 12 months is 103,280; day 31 becomes day 29 of the anchor
        {1: (date(2024, 2, 29), 97_280, 6_000), 2: (date(2024, 3, 29), 97_766, 5_514)},
        (
            Paid(date(2024, 2, 29), (0, 0, 0, 6_000, 97_280, 0)),
            # 97,766 x 0.025 % x 22 = 537.71; 5,514 x 6 % x 22 / 360 = 20.22, capitalised on the day itself
            Paid(date(2024, 4, 20), (0, 538, 20, 5_514, 97_766, 46_162)),
            Paid(date(2024, 4, 29), (0, 0, 0, 5_025, 41_137, -46_162)),
        ),
        balance=963_817, overdue=(57_118 + 98_747, 4_533),
        penalty=1_091,  # 57,118 x 0.025 % x 47 + 98,747 x 0.025 % x 17 - 0.29
        compound=13,  # 4,533 x 6 % x 17 / 360 + 0.22
        days=(47, 17), floor=ClassFloor.SPECIAL_MENTION,
    ),
    Whole(
        lives.MORTGAGE,
        {1: (date(2024, 2, 20), 300_000, 172_200), 2: (date(2024, 3, 20), 300_000, 124_950)},  # 41 days; a month
        (
            Paid(date(2024, 2, 20), (0, 0, 0, 172_200, 300_000, 0)),
            Paid(date(2024, 3, 20), (0, 0, 0, 124_950, 10_300_000, 0)),  # 10,000,000 ahead of time
            Paid(date(2024, 4, 20), (0, 0, 0, 88_900, 301_050, 0)),  # 25,400,000 x 4.2 % / 12, and 1,050 ahead
        ),
        balance=25_098_950,
        # 83 instalments are left; the rate falls: 24,798,950 / 83 = 298,782 a month at 3.9 %
        overdue=(300_000 + 298_782, 87_846 + 80_597),
        penalty=1_998,  # 3.9 % x 1.5: 300,000 x 5.85 % x 36 / 360 + 298,782 x 5.85 % x 5 / 360
        compound=0, days=(36, 36), floor=ClassFloor.SPECIAL_MENTION,
    ),
    Whole(
        lives.JOINT,
        {1: (date(2024, 4, 15), 1_500_000, 126_000), 2: (date(2024, 7, 15), 1_500_000, 94_500)},
        (
            Paid(date(2024, 4, 15), (0, 0, 0, 126_000, 874_000, 0)),
            Paid(date(2024, 6, 14), (0, 13_146, 0, 0, 486_854, 0)),  # 626,000 x 12.6 % x 60 / 360
        ),
        balance=4_639_146, overdue=(1_639_146, 94_500),
        penalty=28_474,  # 139,146 x 0.035 % x 78 + 1,500,000 x 0.035 % x 47
        compound=0, days=(138, 47), floor=ClassFloor.SUBSTANDARD,
    ),
    Whole(
        lives.BULLET,
        {
            1: (date(2024, 3, 20), 0, 225_000),  # 20,000,000 x 5.4 % x 75 / 360
            3: (date(2024, 9, 20), 0, 276_000),
            5: (date(2024, 12, 31), 20_000_000, 33_000),  # 11 days
        },
        (
            Paid(date(2024, 3, 20), (0, 0, 0, 225_000, 0, 0)),
            Paid(date(2024, 6, 20), (0, 0, 0, 276_000, 0, 0)),
            Paid(date(2024, 12, 20), (0, 0, 3_767, 269_233, 0, 0)),  # 276,000 x 5.4 % x 91 / 360 = 3,767.40
        ),
        balance=20_000_000, overdue=(20_000_000, 6_767 + 273_000 + 33_000),
        penalty=139_500,  # 5.4 % x 1.5: 20,000,000 x 8.1 % x 31 / 360
        compound=2_644,  # 0.40 + 279,767 x 5.4 % x 11 / 360 + 312,767 x 8.1 % x 31 / 360
        days=(31, 133), floor=ClassFloor.SUBSTANDARD,
    ),
    Whole(
        lives.SEASONAL,
        {2: (date(2024, 10, 31), 2_000_000, 51_250)},  # as delivered
        (
            Paid(date(2024, 6, 30), (0, 0, 0, 60_500, 500_000, 39_500)),
            Paid(date(2024, 10, 31), (0, 0, 0, 39_500, 0, -39_500)),
            Paid(date(2024, 11, 30), (0, 15_000, 0, 11_750, 1_973_250, 0)),  # 2,000,000 x 9 % x 30 / 360
        ),
        balance=526_750, overdue=(26_750, 0),
        penalty=207,  # 26,750 x 0.025 % x 31
        compound=0, days=(51, 0), floor=ClassFloor.SPECIAL_MENTION,  # 61 less 10 paused
    ),
    Whole(
        lives.POLICY,
        {1: (date(2024, 6, 1), 5_000_000, 185_542)},  # 5,000,000 x 3.65 % x 366 / 360
        # 1 July is paused, and no penalty accrues on a paused day: 29 days
        (Paid(date(2024, 7, 1), (0, 20_582, 0, 185_542, 793_876, 0)),),
        balance=4_206_124, overdue=(4_206_124, 0),
        penalty=17_911,  # 4,206,124 x 5.11 % x 30 / 360, from 1 August on
        compound=0, days=(59, 0), floor=ClassFloor.SPECIAL_MENTION,  # 90 less 31 paused
    ),
    Whole(
        lives.SECOND_HAND,
        {1: (date(2020, 5, 1), 870_000, 31_000)},  # the given balance in one row
        (Paid(date(2020, 8, 29), (0, 0, 0, 0, 270_000, 0)),),  # principal before interest and penalty
        balance=600_000, overdue=(600_000, 31_000),
        penalty=74_700,  # 870,000 x 0.03 % x 120 + 600,000 x 0.03 % x 241
        compound=0, days=(361, 361), floor=ClassFloor.LOSS,
    ),
    Whole(
        lives.US,
        # 14.6 % / 365 = 0.04 % a day: 30 days of 1,000,000; 29 days of 922,000
        {1: (date(2024, 1, 31), 78_000, 12_000), 2: (date(2024, 2, 29), 79_305, 10_695)},
        (
            Paid(date(2024, 1, 31), (0, 0, 0, 12_000, 78_000, 0)),
            # February with its fee of 5 % x 90,000, then 5,500 of March's interest
            Paid(date(2024, 4, 10), (4_500, 0, 0, 10_695 + 5_500, 79_305, 0)),
        ),
        balance=842_695, overdue=(79_551 + 80_842, 4_949 + 9_158),
        penalty=0, compound=0, days=(45, 45), floor=ClassFloor.SPECIAL_MENTION,
    ),
    Whole(
        lives.BALLOON,
        {1: (date(2024, 4, 10), 1_000_000, 150_000), 5: (date(2025, 4, 10), 6_000_000, 90_000)},
        (
            Paid(date(2024, 4, 10), (0, 0, 0, 150_000, 1_000_000, 0)),
            # 6 % x 1.4: 1,000,000 x 8.4 % x 30 / 360; 135,000 x 6 % x 30 / 360
            Paid(date(2024, 8, 9), (0, 7_000, 675, 92_325, 0, 0)),
        ),
        balance=9_000_000, overdue=(1_000_000, 42_675),
        penalty=14_233,  # 1,000,000 x 8.4 % x 61 / 360
        compound=299 + 136,  # 42,675 x 6 % x 42 / 360 = 298.73 on 20 September, then 19 days of 42,974
        days=(91, 91), floor=ClassFloor.SUBSTANDARD,
    ),
)  # fmt: skip


def test_every_product_is_lived_once() -> None:
    assert {whole.life.code for whole in WHOLE} == set(products_load())
    assert {life.code for life in LIVES} == set(products_load())


@pytest.mark.parametrize("whole", WHOLE, ids=[whole.life.code for whole in WHOLE])
def test_product_gives_the_figures_of_the_pocket_calculator(whole: Whole) -> None:
    schedule = {row.seq: (row.due_on, row.principal_minor, row.interest_minor) for row in whole.life.schedule()}
    for seq, row in whole.schedule.items():
        assert schedule[seq] == row
    assert sum(principal for _, principal, _ in schedule.values()) == whole.life.terms.principal_minor

    answer = whole.life.replayed()
    assert whole.allocations == tuple(
        Paid(
            row.applied_on,
            (row.costs_minor, row.penalty_minor, row.compound_minor, row.interest_minor, row.principal_minor,
             row.credit_minor),
        )
        for row in answer.allocations
    )  # fmt: skip
    state = answer.state
    assert state.principal_outstanding_minor == whole.balance
    assert (state.overdue_principal_minor, state.overdue_interest_minor) == whole.overdue
    assert (state.penalty_minor, state.compound_minor) == (whole.penalty, whole.compound)
    assert (state.dpd_principal, state.dpd_interest) == whole.days
    policy = class_policy_on(class_policies_load(), whole.life.as_of)
    assert class_floor(state.dpd, policy) is whole.floor


def test_guarantor_of_a_joint_loan_takes_over_what_he_paid() -> None:
    state = lives.JOINT.replayed().state
    assert state.subrogated_minor == 500_000


def test_us_loan_charges_one_fee_for_each_missed_instalment() -> None:
    answer = lives.US.replayed()
    assert answer.state.costs_due_minor == 9_000  # March and April; February's fee is paid
    assert [row.costs_minor for row in answer.open] == [4_500, 4_500]


def test_mortgage_gets_shorter_by_what_is_paid_ahead_of_time() -> None:
    answer = lives.MORTGAGE.replayed()
    assert len(lives.MORTGAGE.schedule()) == 120
    assert len(answer.schedule) == 4 + 83
    assert {row.kind for row in answer.allocations} == {AllocationKind.REPAYMENT}
