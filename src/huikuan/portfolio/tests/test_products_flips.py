"""Every parameter flipped once on two products: the figure that must change changes, the others do not.

Consumer loans show the Chinese defaults flipped, US instalment loans the foreign ones. A parameter that only one of
them declares, or none, is flipped on others that do. The engine is held to the oracle on both sides of each flip.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as has
from datetime import date

import pytest

from huikuan.portfolio.conventions import (
    Advance,
    AllocationAxis,
    Component,
    DayCount,
    DueDay,
    DueStages,
    FirstPeriod,
    Holidays,
    LastInstalment,
    LateFee,
    LateFeeKind,
    MonthEnd,
    PauseEnd,
    PausePenalty,
    PenaltyAs,
    PenaltyBase,
    PeriodInterest,
    Rounding,
    ToleranceOn,
)
from huikuan.portfolio.facts import Compound, FactInvalid, Replayed
from huikuan.portfolio.loan_events import EventKind
from huikuan.portfolio.product_policies import products_load
from huikuan.portfolio.rules.products import FIELDS
from huikuan.portfolio.tests import product_lives as lives
from huikuan.portfolio.tests.builders import an_event, paid
from huikuan.portfolio.tests.product_lives import ProductLife

PAUSE = an_event(EventKind.PAUSE, date(2024, 5, 10), until_on=date(2024, 5, 20))
CONSUMER = replace(lives.CONSUMER, events=(PAUSE,))
US = replace(lives.US, events=(replace(PAUSE, value_on=date(2024, 5, 1), until_on=date(2024, 5, 4)),))
# Five yuan of the second instalment are left, the third is unpaid.
REMAINDER = replace(
    CONSUMER,
    repayments=(paid("R1", date(2024, 2, 29), 103_280), paid("R2", date(2024, 3, 29), 102_780)),
    as_of=date(2024, 5, 4),
)
US_REMAINDER = replace(
    US,
    repayments=(paid("R1", date(2024, 1, 31), 90_000), paid("R2", date(2024, 2, 29), 89_600)),
    as_of=date(2024, 4, 5),
)
INTEREST_FIRST = (Component.COSTS, Component.INTEREST, Component.PRINCIPAL, Component.PENALTY, Component.COMPOUND)
COSTS_FIRST = (Component.COSTS, Component.PENALTY, Component.COMPOUND, Component.INTEREST, Component.PRINCIPAL)
MONEY = {"penalty", "compound", "overdue_principal", "overdue_interest", "balance"}
Show = Callable[[Replayed], object]


@dataclass(frozen=True, slots=True)
class Flip:
    """``field`` set to ``value``: ``show`` gives ``before`` and ``after``; ``changes`` names what differs."""

    life: ProductLife
    field: str
    value: object
    show: Show
    before: object
    after: object
    changes: set[str]
    terms: Mapping[str, object] = has(default_factory=dict)  # of the note after the flip


def figures(answer: Replayed) -> dict[str, object]:
    """The figures of a state by name."""
    state = answer.state
    return {
        "schedule": tuple((row.due_on, row.principal_minor, row.interest_minor) for row in answer.schedule),
        "allocations": tuple(
            (row.applied_on, row.costs_minor, row.penalty_minor, row.compound_minor, row.interest_minor,
             row.principal_minor, row.credit_minor)
            for row in answer.allocations
        ),
        "days": state.dpd,
        "counted": state.dpd_counted,
        "penalty": state.penalty_minor,
        "compound": state.compound_minor,
        "overdue_principal": state.overdue_principal_minor,
        "overdue_interest": state.overdue_interest_minor,
        "costs": state.costs_due_minor,
        "balance": state.principal_outstanding_minor,
        "credit": state.credit_minor,
    }  # fmt: skip


def row(seq: int) -> Show:
    """Principal and interest of an instalment."""
    return lambda answer: next(
        (each.principal_minor, each.interest_minor) for each in answer.schedule if each.seq == seq
    )


def due_on(seq: int) -> Show:
    return lambda answer: next(each.due_on for each in answer.schedule if each.seq == seq)


def figure(name: str) -> Show:
    return lambda answer: figures(answer)[name]


def went(place: int) -> Show:
    """Costs, penalty, compound, interest, principal, credit of an allocation."""
    return lambda answer: figures(answer)["allocations"][place][1:]  # type: ignore[index]


def with_(life: ProductLife, **overrides: object) -> ProductLife:
    return replace(life, overrides={**life.overrides, **overrides})


FLIPS: list[Flip] = []

SHORT = replace(CONSUMER, repayments=(paid("R1", date(2024, 2, 29), 103_280), paid("R2", date(2024, 5, 5), 104_500)))
ON_DUE_DAY = replace(
    CONSUMER, repayments=(paid("R1", date(2024, 2, 29), 103_280), paid("R2", date(2024, 4, 29), 105_000))
)
OLD = replace(
    CONSUMER,
    events=(),
    repayments=(paid("R1", date(2024, 2, 29), 103_280), paid("R2", date(2024, 7, 10), 105_000)),
    as_of=date(2024, 7, 12),
)
WITHOUT_PENALTY = replace(CONSUMER, terms=replace(CONSUMER.terms, penalty_rate_ppm=0))
FEE = LateFee(LateFeeKind.FLAT, 5_000, 0, 10)
AGREED = {"schedule", "allocations", "overdue_principal", "overdue_interest", "balance"}
LATENESS = {"days", "counted"}

FLIPS += [
    # 97,766 x 9 % x 22 / 365 = 530.35 is paid, 8 less: principal gets 8 more
    Flip(CONSUMER, "day_count", DayCount.ACT_365, figure("penalty"), 1_091, 1_076,
         {"allocations", "penalty", "overdue_principal", "balance"}),
    # 29 days of 1,102,533 after the first of 29 days too: 1,102,533 x 6 % x 29 / 360
    Flip(CONSUMER, "period_interest", PeriodInterest.BY_DAYS, row(2), (97_766, 5_514), (97_951, 5_329),
         AGREED | {"compound"}),
    Flip(CONSUMER, "first_period", FirstPeriod.BY_DAYS, row(1), (97_280, 6_000), (97_480, 5_800), AGREED),
    # 1,102,720 x 6 % / 12 = 5,513.60
    Flip(CONSUMER, "rounding", Rounding.DOWN, row(2), (97_766, 5_514), (97_766, 5_513),
         {"schedule", "allocations", "overdue_principal", "balance"}),
    Flip(CONSUMER, "instalment_unit_minor", 100, row(1), (97_280, 6_000), (97_300, 6_000),
         {"schedule", "allocations", "penalty", "overdue_principal"}),
    Flip(CONSUMER, "last_instalment", LastInstalment.KEEPS_TOTAL, row(12), (102_764, 514), (102_764, 516),
         {"schedule"}),
    Flip(CONSUMER, "last_instalment", LastInstalment.SMOOTHED, row(12), (102_764, 514), (102_765, 514), {"schedule"}),
    Flip(CONSUMER, "month_end", MonthEnd.END_OF_MONTH, due_on(2), date(2024, 3, 29), date(2024, 3, 31),
         {"schedule", "allocations", "penalty", "compound", "overdue_principal", "balance"} | LATENESS),
    # 29 June 2024 is a Saturday
    Flip(CONSUMER, "holidays", Holidays.FOLLOWING, due_on(5), date(2024, 6, 29), date(2024, 7, 1), {"schedule"}),
    Flip(CONSUMER, "due_day", DueDay.DAY_1, figure("days"), 37, 38, LATENESS),
    Flip(replace(CONSUMER, as_of=date(2024, 4, 5)), "tolerance_days", 7, figure("counted"), 7, 0, {"counted"}),
    Flip(replace(CONSUMER, as_of=date(2024, 4, 6)), "tolerance_days", 7, figure("counted"), 8, 8, set()),
    Flip(replace(REMAINDER, as_of=date(2024, 4, 20)), "tolerance_minor", 500, figure("counted"), 22, 0, {"counted"}),
    Flip(replace(REMAINDER, as_of=date(2024, 4, 20)), "tolerance_minor", 499, figure("counted"), 22, 22, set()),
    Flip(with_(REMAINDER, tolerance_minor=1_000), "tolerance_on", ToleranceOn.INSTALMENT, figure("counted"), 36, 5,
         {"counted"}),
    Flip(CONSUMER, "pause_end", PauseEnd.PAUSED, figure("days"), 37, 36, LATENESS),
    # ten nights of 57,118 at 0.025 %
    Flip(CONSUMER, "pause_penalty", PausePenalty.STOPS, figure("penalty"), 1_091, 948, {"penalty"}),
    Flip(CONSUMER, "penalty_base", PenaltyBase.PRINCIPAL_AND_INTEREST, figure("penalty"), 1_091, 1_110,
         {"allocations", "penalty", "overdue_principal", "balance"}),
    # 6 % x 1.4 = 8.4 %
    Flip(CONSUMER, "penalty_as", PenaltyAs.MARKUP, figure("penalty"), 1_091, 1_018,
         {"allocations", "penalty", "overdue_principal", "balance"},
         {"penalty_rate_ppm": 0, "penalty_markup_ppm": 400_000}),
    # the fee of March is paid; April's (9 May) and May's (8 June) are owed
    Flip(WITHOUT_PENALTY, "late_fee", FEE, figure("costs"), 0, 10_000,
         {"allocations", "overdue_principal", "costs", "balance"}),
    Flip(SHORT, "allocation_order", INTEREST_FIRST, went(1), (0, 1_052, 39, 10_539, 92_870, 0),
         (0, 0, 0, 10_539, 93_961, 0), {"allocations", "penalty", "compound", "overdue_principal", "balance"}),
    # March is cleared whole: the days count from April
    Flip(SHORT, "allocation_axis", AllocationAxis.HORIZONTAL, went(1), (0, 1_052, 39, 10_539, 92_870, 0),
         (0, 1_052, 39, 5_643, 97_766, 0), {"allocations"} | MONEY | LATENESS),
    Flip(ON_DUE_DAY, "due_stages", DueStages.PAST_DUE_FIRST, went(1), (0, 758, 29, 10_539, 93_674, 0),
         (0, 758, 29, 6_447, 97_766, 0), {"allocations"} | MONEY | LATENESS),
    Flip(OLD, "principal_first_after_days", 90, went(1), (0, 5_596, 195, 19_112, 80_097, 0),
         (0, 0, 0, 0, 105_000, 0), {"allocations"} | MONEY),
    Flip(CONSUMER, "advance", Advance.NEXT_INSTALMENT, went(1), (0, 538, 20, 5_514, 97_766, 46_162),
         (0, 538, 20, 10_539, 138_903, 0), {"allocations"}),
    Flip(CONSUMER, "advance", Advance.LAST_INSTALMENT, went(1), (0, 538, 20, 5_514, 97_766, 46_162),
         (0, 538, 20, 5_514, 143_928, 0), {"schedule", "allocations"} | MONEY),
    Flip(CONSUMER, "advance", Advance.RE_AMORTISED, went(1), (0, 538, 20, 5_514, 97_766, 46_162),
         (0, 538, 20, 5_514, 143_928, 0), {"schedule", "allocations"} | MONEY),
]  # fmt: skip

VERTICAL = with_(US, allocation_axis=AllocationAxis.VERTICAL)
US_ON_DUE_DAY = replace(
    VERTICAL, repayments=(paid("R1", date(2024, 1, 31), 90_000), paid("R2", date(2024, 3, 31), 100_000))
)
US_SHORT = replace(US, repayments=(paid("R1", date(2024, 1, 31), 90_000), paid("R2", date(2024, 4, 10), 50_000)))
US_MORE = replace(US, repayments=(paid("R1", date(2024, 1, 31), 90_000), paid("R2", date(2024, 2, 29), 300_000)))
US_COMPUTED = replace(US, terms=replace(US.terms, instalment_minor=None))
US_FEBRUARY = replace(US, terms=replace(US.terms, first_due_on=date(2024, 2, 29), matures_on=date(2025, 1, 31)))
FLAT_FEE = LateFee(LateFeeKind.FLAT, 3_500, 0, 15)
OF_PRINCIPAL = LateFee(LateFeeKind.OVERDUE_PRINCIPAL, 0, 50_000, 15)
OF_TOTAL = LateFee(LateFeeKind.OVERDUE_TOTAL, 0, 50_000, 15)
SOONER = LateFee(LateFeeKind.INSTALMENT, 0, 50_000, 10)
COMPOUNDING = replace(lives.ENTERPRISE, terms=replace(lives.ENTERPRISE.terms, compound=Compound.QUARTERLY))
OLD_ENTERPRISE = replace(
    lives.ENTERPRISE,
    repayments=(*lives.ENTERPRISE.repayments[:2], paid("R3", date(2024, 7, 20), 2_100_000)),
    as_of=date(2024, 7, 31),
)
US_OWED = {"overdue_principal", "overdue_interest"}
US_STANDING = {"allocations", "costs", "balance"} | US_OWED | LATENESS

FLIPS += [
    # from 1 to 31 January are 29 days of 30/360: 1,000,000 x 14.6 % x 29 / 360
    Flip(US, "day_count", DayCount.THIRTY_360, row(1), (78_000, 12_000), (78_239, 11_761), AGREED),
    Flip(US, "day_count", DayCount.ACT_360, row(1), (78_000, 12_000), (77_833, 12_167), AGREED),
    Flip(US, "period_interest", PeriodInterest.BY_PERIOD, row(1), (78_000, 12_000), (77_833, 12_167), AGREED),
    Flip(with_(US, period_interest=PeriodInterest.BY_PERIOD), "first_period", FirstPeriod.BY_DAYS, row(1),
         (77_833, 12_167), (78_000, 12_000), AGREED),
    # 922,000 x 14.6 % x 29 / 365 = 10,695.20
    Flip(US, "rounding", Rounding.UP, row(2), (79_305, 10_695), (79_304, 10_696), AGREED),
    Flip(US_COMPUTED, "instalment_unit_minor", 100, row(1), (78_070, 12_000), (78_100, 12_000), AGREED | {"costs"}),
    Flip(US_COMPUTED, "last_instalment", LastInstalment.KEEPS_TOTAL, row(12), (88_559, 1_098), (88_559, 1_511),
         {"schedule"}),
    Flip(US_FEBRUARY, "month_end", MonthEnd.END_OF_MONTH, due_on(2), date(2024, 3, 29), date(2024, 3, 31),
         {"schedule"} | US_OWED | LATENESS),
    # 31 March 2024 is a Sunday
    Flip(US, "holidays", Holidays.FOLLOWING, due_on(3), date(2024, 3, 31), date(2024, 4, 1),
         {"schedule"} | US_OWED | LATENESS),
    Flip(US, "due_day", DueDay.DAY_1, figure("days"), 42, 43, LATENESS),
    Flip(replace(US, as_of=date(2024, 3, 15)), "tolerance_days", 15, figure("counted"), 15, 0, {"counted"}),
    Flip(replace(US, as_of=date(2024, 3, 16)), "tolerance_days", 15, figure("counted"), 16, 16, set()),
    Flip(replace(US_REMAINDER, as_of=date(2024, 3, 20)), "tolerance_minor", 500, figure("counted"), 20, 0, {"counted"}),
    Flip(with_(US_REMAINDER, tolerance_minor=500), "tolerance_on", ToleranceOn.INSTALMENT, figure("counted"), 36, 5,
         {"counted"}),
    Flip(US, "pause_end", PauseEnd.PAUSED, figure("days"), 42, 41, LATENESS),
    Flip(US, "pause_penalty", PausePenalty.STOPS, figure("penalty"), 0, 0, set()),  # there is no penalty to stop
    Flip(US, "late_fee", LateFee(), figure("costs"), 9_000, 0, {"allocations", "overdue_interest", "costs"}),
    Flip(US, "late_fee", FLAT_FEE, figure("costs"), 9_000, 7_000, {"allocations", "overdue_interest", "costs"}),
    # 5 % of 79,551 (15 April) and of 160,393 (15 May)
    Flip(US, "late_fee", OF_PRINCIPAL, figure("costs"), 9_000, 11_998, {"allocations", "overdue_interest", "costs"}),
    # 5 % of 84,500 and of 174,500
    Flip(US, "late_fee", OF_TOTAL, figure("costs"), 9_000, 12_950, {"costs"}),
    Flip(replace(US, as_of=date(2024, 5, 11)), "late_fee", SOONER, figure("costs"), 4_500, 9_000, {"costs"}),
    Flip(US_SHORT, "allocation_order", COSTS_FIRST, went(1), (0, 0, 0, 10_695, 39_305, 0),
         (4_500, 0, 0, 10_695, 34_805, 0), {"allocations", "overdue_principal", "costs", "balance"}),
    Flip(US, "allocation_axis", AllocationAxis.VERTICAL, went(1), (4_500, 0, 0, 16_195, 79_305, 0),
         (0, 0, 0, 21_144, 78_856, 0), US_STANDING),
    Flip(US_ON_DUE_DAY, "due_stages", DueStages.PAST_DUE_FIRST, went(1), (0, 0, 0, 21_144, 78_856, 0),
         (4_500, 0, 0, 16_195, 79_305, 0), US_STANDING),
    Flip(US_MORE, "advance", Advance.HOLD, went(1), (0, 0, 0, 10_695, 289_305, 0), (0, 0, 0, 10_695, 79_305, 210_000),
         {"schedule", "credit"} | US_STANDING),
    Flip(US_MORE, "advance", Advance.NEXT_INSTALMENT, went(1), (0, 0, 0, 10_695, 289_305, 0),
         (0, 0, 0, 38_763, 261_237, 0), {"schedule"} | US_STANDING),
    Flip(US_MORE, "advance", Advance.RE_AMORTISED, went(1), (0, 0, 0, 10_695, 289_305, 0),
         (0, 0, 0, 10_695, 289_305, 0), {"schedule", "costs"} | US_OWED),
    # penalty interest of the principal joins the base of compound interest
    Flip(lives.BULLET, "compound_on_penalty", True, figure("compound"), 2_644, 3_114, {"compound"}),
    Flip(COMPOUNDING, "compound_on_penalty", True, figure("compound"), 409, 449,
         {"allocations", "compound", "overdue_interest"}),
    # 31,000 of interest x 10.8 % x 361 / 360 = 3,357.30
    Flip(lives.SECOND_HAND, "penalty_base", PenaltyBase.PRINCIPAL_AND_INTEREST, figure("penalty"), 74_700, 78_057,
         {"penalty"}),
    # the mark-up of 50 % follows the contract rate from 4.2 % down to 3.9 %, a rate of 6.3 % does not
    Flip(lives.MORTGAGE, "penalty_as", PenaltyAs.OWN_RATE, figure("penalty"), 1_998, 2_151, {"penalty"},
         {"penalty_rate_ppm": 63_000}),
    # paid on day 91
    Flip(OLD_ENTERPRISE, "principal_first_after_days", 90, went(2), (0, 63_093, 0, 272_000, 1_764_907, 0),
         (0, 0, 0, 0, 2_100_000, 0), {"allocations"} | MONEY - {"compound"}),
]  # fmt: skip


@pytest.mark.parametrize("flip", FLIPS, ids=[f"{each.life.code}-{each.field}-{each.value}" for each in FLIPS])
def test_flip_changes_the_figures_that_it_must_and_no_other(flip: Flip) -> None:
    before = flip.life.replayed()
    flipped = replace(with_(flip.life, **{flip.field: flip.value}), terms=replace(flip.life.terms, **flip.terms))  # type: ignore[arg-type]
    after = flipped.replayed()
    assert (flip.show(before), flip.show(after)) == (flip.before, flip.after)
    old, new = figures(before), figures(after)
    assert {name for name in old if old[name] != new[name]} == flip.changes


def test_every_parameter_is_flipped_on_two_products() -> None:
    """Re-ageing only on the one that declares it, below: by Chinese rules days fall by cash, or by a change of the
    contract that the core system confirmed, and no bundle for Chinese loans may say otherwise."""
    flipped = {name: {each.life.code for each in FLIPS if each.field == name} for name in FIELDS}
    assert [name for name in FIELDS if len(flipped[name]) < 2] == ["re_ageing"]
    assert [code for code, each in products_load().items() if each.declared["re_ageing"].holds(True)] == [
        "us_instalment"
    ]


@pytest.mark.parametrize(
    ("life", "name", "value"),
    [
        (CONSUMER, "compound_on_penalty", True), (CONSUMER, "re_ageing", True),
        (US, "penalty_base", PenaltyBase.PRINCIPAL_AND_INTEREST), (US, "penalty_as", PenaltyAs.MARKUP),
        (US, "compound_on_penalty", True), (US, "principal_first_after_days", 90),
    ],
)  # fmt: skip
def test_parameter_that_a_product_does_not_declare_is_refused(life: ProductLife, name: str, value: object) -> None:
    with pytest.raises(FactInvalid) as refused:
        with_(life, **{name: value}).replayed()
    assert (refused.value.code, refused.value.field) == ("convention.undeclared", name)


def test_re_ageing_moves_the_days_only_where_the_product_declares_it() -> None:
    life = replace(US, events=(an_event(EventKind.RE_AGE, date(2024, 5, 10)),))
    with pytest.raises(FactInvalid, match="re_ageing"):
        life.replayed()
    plain, aged = replace(US, events=()).replayed(), with_(life, re_ageing=True).replayed()
    assert (plain.state.dpd, aged.state.dpd) == (45, 5)
    assert aged.flags == ("re_aged",)
