"""Schedules in every convention: published figures, and what each choice changes."""

from dataclasses import replace
from datetime import date

import pytest

from huikuan.kernel.rules.calendar import BusinessCalendar, year_of_days
from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Conventions,
    DayCount,
    FirstPeriod,
    Holidays,
    LastInstalment,
    MonthEnd,
    PeriodInterest,
    Rounding,
)
from huikuan.portfolio.facts import FactInvalid, Frequency, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note

# Days off around the Spring Festival of 2024, State Council notice 国办发明电〔2023〕7号: 10 to 17 February, worked in
# exchange on Sunday 4 and Sunday 18 February.
HOLIDAYS_2024 = {date(2024, 2, day): "春节" for day in range(10, 18)}
CALENDAR = BusinessCalendar(
    {
        day: kind
        for day, (kind, _) in year_of_days(
            2024, HOLIDAYS_2024, frozenset(), frozenset({date(2024, 2, 4), date(2024, 2, 18)})
        ).items()
    }
)
LATE = date(2060, 1, 1)


def a_loan(**terms: object) -> NoteTerms:
    """``a_note`` with terms of computed schedules; matures late, so that only the last due date matters."""
    return replace(a_note(matures_on=LATE), **terms)  # type: ignore[arg-type]


def totals(rows: tuple[Instalment, ...]) -> list[int]:
    return [row.principal_minor + row.interest_minor for row in rows]


@pytest.mark.parametrize(
    ("principal", "rate_ppm", "count", "payment"),
    [
        (20_000_000, 65_000, 360, 126_414),  # Wikipedia, "Mortgage calculator": 200,000 at 6.5 % over 30 years
        (1_000_000, 80_000, 10, 103_703),  # spreadsheet manuals, PMT(8%/12, 10, 10000) = -1,037.03
        (100_000_000, 49_000, 360, 530_727),  # 100 万, 30 年, 4.9 %: 月供 5,307.27, in every mortgage calculator
    ],
)
def test_equal_instalment_is_the_published_one(principal: int, rate_ppm: int, count: int, payment: int) -> None:
    rows = schedule_build(a_loan(principal_minor=principal, annual_rate_ppm=rate_ppm, instalment_count=count))
    assert set(totals(rows)[:-1]) == {payment}
    assert sum(row.principal_minor for row in rows) == principal


def test_equal_principal_is_the_published_one() -> None:
    # 100 万, 30 年, 4.9 %: first payment 6,861.11, every next one 11.34 less.
    terms = a_loan(
        principal_minor=100_000_000,
        annual_rate_ppm=49_000,
        instalment_count=360,
        method=RepaymentMethod.EQUAL_PRINCIPAL,
    )
    rows = schedule_build(terms)
    assert totals(rows)[0] == 277_777 + 408_333  # the share is rounded down, the rest is due with the last
    assert {earlier - later for earlier, later in zip(totals(rows)[:-2], totals(rows)[1:-1], strict=True)} == {
        1134,
        1135,
    }
    assert rows[-1].principal_minor == 277_777 + 280


@pytest.mark.parametrize(
    ("principal", "last", "expected"),
    [
        (10_074, LastInstalment.CLEARS, [3358, 3358, 3358]),
        (10_074, LastInstalment.KEEPS_TOTAL, [3358, 3358, 3358]),
        (10_074, LastInstalment.SMOOTHED, [3358, 3358, 3358]),
        (10_073, LastInstalment.CLEARS, [3358, 3358, 3357]),
        (10_072, LastInstalment.SMOOTHED, [3357, 3357, 3358]),
        (10_073, LastInstalment.SMOOTHED, [3358, 3358, 3357]),
    ],
)
def test_three_equal_parts_without_interest(principal: int, last: LastInstalment, expected: list[int]) -> None:
    terms = a_loan(principal_minor=principal, annual_rate_ppm=0, instalment_count=3)
    assert totals(schedule_build(terms, conventions=Conventions(last_instalment=last))) == expected


def test_smoothed_spreads_the_difference_over_as_many_instalments_as_it_has_units() -> None:
    terms = a_loan(principal_minor=1_004, annual_rate_ppm=0, instalment_count=10)
    assert totals(schedule_build(terms)) == [100] * 9 + [104]
    smoothed = Conventions(last_instalment=LastInstalment.SMOOTHED)
    assert totals(schedule_build(terms, conventions=smoothed)) == [100] * 6 + [101] * 4


def test_smoothed_totals_of_a_long_loan_differ_by_a_unit_and_interest_stays_true() -> None:
    terms = a_loan(principal_minor=20_000_000, annual_rate_ppm=65_000, instalment_count=360)
    cleared = schedule_build(terms)
    smoothed = schedule_build(terms, conventions=Conventions(last_instalment=LastInstalment.SMOOTHED))
    assert abs(totals(cleared)[-1] - 126_414) > 1
    assert max(totals(smoothed)) - min(totals(smoothed)) == 1


def test_last_instalment_that_keeps_the_total_has_not_the_true_interest() -> None:
    terms = a_loan(principal_minor=10_000_000)
    kept = schedule_build(terms, conventions=Conventions(last_instalment=LastInstalment.KEEPS_TOTAL))
    assert set(totals(kept)) == {860_664}
    assert (kept[-1].principal_minor, kept[-1].interest_minor) == (856_387, 4_277)  # true: 4,282


def test_instalment_in_whole_yuan_is_rounded_as_the_convention_says() -> None:
    terms = a_loan(principal_minor=10_000_000)
    for rounding, payment in ((Rounding.UP, 860_700), (Rounding.DOWN, 860_600), (Rounding.HALF_UP, 860_700)):
        rows = schedule_build(terms, conventions=Conventions(rounding=rounding, instalment_unit_minor=100))
        assert set(totals(rows)[:-1]) == {payment}
        assert (totals(rows)[-1] < payment) is (payment == 860_700)


def test_given_instalment_is_taken_and_the_last_one_clears() -> None:
    rows = schedule_build(a_loan(principal_minor=10_000_000, instalment_minor=900_000))
    assert set(totals(rows)[:-1]) == {900_000}
    assert totals(rows)[-1] < 900_000
    assert sum(row.principal_minor for row in rows) == 10_000_000


def test_balloon_is_due_with_the_last_instalment() -> None:
    # 12,000.00 at 6 % over 12 months, 4,000.00 left: payment = (12000 - 4000 v^12) r / (1 - v^12) = 708.53.
    rows = schedule_build(a_loan(balloon_minor=400_000))
    assert set(totals(rows)[:-1]) == {70_853}
    assert totals(rows)[-1] == 400_000 + 70_853 + 2
    principal = schedule_build(a_loan(balloon_minor=400_000, method=RepaymentMethod.EQUAL_PRINCIPAL))
    assert [row.principal_minor for row in principal] == [66_666] * 11 + [66_674 + 400_000]


def test_fixed_principal_share_leaves_the_rest_to_the_last() -> None:
    terms = a_loan(
        method=RepaymentMethod.FIXED_PRINCIPAL, principal_share_ppm=50_000, frequency=Frequency.QUARTERLY,
        instalment_count=4,
    )  # fmt: skip
    rows = schedule_build(terms)
    assert [row.principal_minor for row in rows] == [60_000, 60_000, 60_000, 1_020_000]
    assert [row.interest_minor for row in rows] == [18_000, 17_100, 16_200, 15_300]


def test_flat_interest_is_on_the_first_principal_every_period() -> None:
    rows = schedule_build(a_loan(method=RepaymentMethod.FLAT, principal_minor=10_000, instalment_count=3))
    assert [(row.principal_minor, row.interest_minor) for row in rows] == [(3333, 50), (3333, 50), (3334, 50)]


@pytest.mark.parametrize(
    ("frequency", "interest", "second_due_on"),
    [
        (Frequency.WEEKLY, 1385, date(2024, 2, 22)),
        (Frequency.BIWEEKLY, 2769, date(2024, 2, 29)),
        (Frequency.MONTHLY, 6000, date(2024, 3, 15)),
        (Frequency.QUARTERLY, 18_000, date(2024, 5, 15)),
        (Frequency.HALF_YEARLY, 36_000, date(2024, 8, 15)),
        (Frequency.YEARLY, 72_000, date(2025, 2, 15)),
    ],
)
def test_period_is_its_part_of_the_year(frequency: Frequency, interest: int, second_due_on: date) -> None:
    terms = a_loan(method=RepaymentMethod.INTEREST_FIRST, frequency=frequency, instalment_count=3)
    rows = schedule_build(terms)
    assert [row.interest_minor for row in rows] == [interest] * 3
    assert rows[1].due_on == second_due_on


@pytest.mark.parametrize(
    ("day_count", "expected"),
    [
        # 31, 29 and 31 days of 2024 at 6 % on 12,000.00
        (DayCount.ACT_360, [6200, 5800, 6200]),
        (DayCount.ACT_365, [6115, 5721, 6115]),
        (DayCount.ACT_ACT, [6098, 5705, 6098]),
        (DayCount.THIRTY_360, [6000, 6000, 6000]),
        (DayCount.ACT_364, [6132, 5736, 6132]),
    ],
)
def test_interest_by_days_follows_the_day_count(day_count: DayCount, expected: list[int]) -> None:
    terms = a_loan(method=RepaymentMethod.INTEREST_FIRST, instalment_count=3)
    conventions = Conventions(period_interest=PeriodInterest.BY_DAYS, day_count=day_count)
    assert [row.interest_minor for row in schedule_build(terms, conventions=conventions)] == expected


def test_broken_first_period_by_days() -> None:
    terms = a_loan(method=RepaymentMethod.INTEREST_FIRST, first_due_on=date(2024, 3, 1), instalment_count=2)
    conventions = Conventions(first_period=FirstPeriod.BY_DAYS)
    assert [row.interest_minor for row in schedule_build(terms, conventions=conventions)] == [9200, 6000]
    assert [row.interest_minor for row in schedule_build(terms)] == [6000, 6000]


def test_settled_interest_falls_due_on_the_20th_of_quarter_ends_and_at_maturity() -> None:
    terms = a_loan(
        method=RepaymentMethod.SETTLED_INTEREST, frequency=Frequency.QUARTERLY, disbursed_on=date(2024, 1, 15),
        first_due_on=date(2024, 3, 20), matures_on=date(2024, 10, 15), instalment_count=4,
    )  # fmt: skip
    rows = schedule_build(terms)
    assert [row.due_on for row in rows] == [
        date(2024, 3, 20),
        date(2024, 6, 20),
        date(2024, 9, 20),
        date(2024, 10, 15),
    ]
    assert [row.interest_minor for row in rows] == [13_000, 18_400, 18_400, 5000]  # 65, 92, 92, 25 days x 200.00
    assert [row.principal_minor for row in rows] == [0, 0, 0, 1_200_000]


@pytest.mark.parametrize(
    ("month_end", "expected"),
    [
        (MonthEnd.KEEP_DAY, [date(2024, 4, 30), date(2024, 5, 30), date(2024, 6, 30)]),
        (MonthEnd.END_OF_MONTH, [date(2024, 4, 30), date(2024, 5, 31), date(2024, 6, 30)]),
    ],
)
def test_due_date_at_a_months_end(month_end: MonthEnd, expected: list[date]) -> None:
    terms = a_loan(first_due_on=date(2024, 4, 30), instalment_count=3)
    assert [row.due_on for row in schedule_build(terms, conventions=Conventions(month_end=month_end))] == expected


def test_end_of_month_rule_leaves_a_first_due_date_inside_the_month_alone() -> None:
    terms = a_loan(first_due_on=date(2024, 2, 28), instalment_count=2)
    rows = schedule_build(terms, conventions=Conventions(month_end=MonthEnd.END_OF_MONTH))
    assert [row.due_on for row in rows] == [date(2024, 2, 28), date(2024, 3, 28)]


@pytest.mark.parametrize(
    ("holidays", "expected"),
    [
        (Holidays.UNMOVED, [date(2024, 2, 15), date(2024, 3, 15)]),
        (Holidays.FOLLOWING, [date(2024, 2, 18), date(2024, 3, 15)]),  # Sunday, worked in exchange
        (Holidays.MODIFIED_FOLLOWING, [date(2024, 2, 18), date(2024, 3, 15)]),
        (Holidays.PRECEDING, [date(2024, 2, 9), date(2024, 3, 15)]),
    ],
)
def test_due_date_in_the_spring_festival_is_moved(holidays: Holidays, expected: list[date]) -> None:
    rows = schedule_build(
        a_loan(instalment_count=2), conventions=Conventions(holidays=holidays), is_workday=CALENDAR.is_workday
    )
    assert [row.due_on for row in rows] == expected


def test_modified_following_stays_in_the_month_and_days_follow_the_moved_date() -> None:
    # Saturday 30 and Sunday 31 March 2024: the next workday is 1 April.
    terms = a_loan(method=RepaymentMethod.INTEREST_FIRST, first_due_on=date(2024, 3, 30), instalment_count=2)
    by_days = Conventions(period_interest=PeriodInterest.BY_DAYS, holidays=Holidays.FOLLOWING)
    following = schedule_build(terms, conventions=by_days, is_workday=CALENDAR.is_workday)
    modified = schedule_build(
        terms, conventions=replace(by_days, holidays=Holidays.MODIFIED_FOLLOWING), is_workday=CALENDAR.is_workday
    )
    assert [(row.due_on, row.interest_minor) for row in following] == [
        (date(2024, 4, 1), 15_400),
        (date(2024, 4, 30), 5800),
    ]
    assert [(row.due_on, row.interest_minor) for row in modified] == [
        (date(2024, 3, 29), 14_800),
        (date(2024, 4, 30), 6400),
    ]


def test_interest_only_grace_and_free_periods() -> None:
    plain = schedule_build(a_loan(instalment_count=4, interest_only_count=2))
    assert [row.principal_minor for row in plain[:2]] == [0, 0]
    assert [row.interest_minor for row in plain[:3]] == [6000, 6000, 6000]
    assert totals(plain)[2:] == [604_504, 604_503]
    grace = schedule_build(a_loan(instalment_count=4, interest_only_count=2, interest_grace_count=2))
    assert [row.interest_minor for row in grace] == [0, 0, 18_000, plain[3].interest_minor]
    free = schedule_build(a_loan(instalment_count=4, interest_only_count=2, interest_free_count=1))
    assert [row.interest_minor for row in free] == [0, 6000, 6000, plain[3].interest_minor]
    both = schedule_build(
        a_loan(instalment_count=4, interest_only_count=2, interest_free_count=1, interest_grace_count=2)
    )
    assert [row.interest_minor for row in both] == [0, 0, 12_000, plain[3].interest_minor]
    assert [row.principal_minor for row in both] == [row.principal_minor for row in plain]


def test_long_first_period_by_days_never_takes_principal_below_zero() -> None:
    terms = a_loan(annual_rate_ppm=360_000, instalment_count=24, first_due_on=date(2024, 6, 15))
    rows = schedule_build(terms, conventions=Conventions(first_period=FirstPeriod.BY_DAYS))
    assert (rows[0].principal_minor, rows[0].interest_minor) == (0, 182_400)  # 152 days
    assert sum(row.principal_minor for row in rows) == 1_200_000


SHARES = RepaymentMethod.FIXED_PRINCIPAL
SETTLED = RepaymentMethod.SETTLED_INTEREST


@pytest.mark.parametrize(
    ("terms", "code", "field"),
    [
        (a_loan(penalty_markup_ppm=-1), "terms.rate", "penalty_markup_pct"),
        (a_loan(balloon_minor=1_200_001), "terms.balloon", "balloon"),
        (a_loan(balloon_minor=-1), "terms.balloon", "balloon"),
        (a_loan(balloon_minor=1, method=RepaymentMethod.INTEREST_FIRST), "terms.balloon", "balloon"),
        (a_loan(interest_only_count=12), "terms.first_periods", "interest_only_count"),
        (a_loan(interest_grace_count=12), "terms.first_periods", "interest_grace_count"),
        (a_loan(interest_free_count=13), "terms.first_periods", "interest_free_count"),
        (a_loan(interest_only_count=-1), "terms.first_periods", "interest_only_count"),
        (a_loan(instalment_minor=0, annual_rate_ppm=0), "terms.instalment", "instalment_amount"),
        (a_loan(instalment_minor=6000), "terms.instalment", "instalment_amount"),  # the interest of the first month
        (a_loan(instalment_minor=9999, method=RepaymentMethod.FLAT), "terms.instalment", "instalment_amount"),
        (a_loan(method=SHARES), "terms.principal_share", "principal_share_pct"),
        (a_loan(method=SHARES, principal_share_ppm=0), "terms.principal_share", "principal_share_pct"),
        (a_loan(method=SHARES, principal_share_ppm=90_910), "terms.principal_share", "principal_share_pct"),
        (a_loan(principal_share_ppm=50_000), "terms.principal_share", "principal_share_pct"),
        (a_loan(method=SETTLED, frequency=Frequency.WEEKLY), "terms.frequency", "frequency"),
        (a_loan(method=SETTLED, matures_on=date(2025, 1, 15)), "terms.first_due", "first_due_on"),
        (
            a_loan(method=SETTLED, first_due_on=date(2024, 1, 20), matures_on=date(2025, 1, 15)),
            "terms.count",
            "instalment_count",
        ),
    ],
)
def test_terms_that_make_no_sense_are_refused_by_field(terms: NoteTerms, code: str, field: str) -> None:
    with pytest.raises(FactInvalid) as caught:
        schedule_build(terms)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_boundaries_of_what_is_refused_are_accepted() -> None:
    for terms in (
        a_loan(balloon_minor=1_200_000),
        a_loan(interest_only_count=11, interest_grace_count=11, interest_free_count=12),
        a_loan(instalment_minor=6001),
        a_loan(method=SHARES, principal_share_ppm=90_909),
        a_loan(method=SETTLED, first_due_on=date(2024, 1, 20), matures_on=date(2025, 1, 15), instalment_count=13),
    ):
        assert sum(row.principal_minor for row in schedule_build(terms)) == 1_200_000


@pytest.mark.parametrize(
    ("terms", "field"),
    [(a_loan(), "holidays"), (a_loan(disbursed_on=date(2024, 2, 12)), "first_due_on")],
)
def test_due_dates_are_not_moved_without_a_calendar_nor_before_the_pay_out(terms: NoteTerms, field: str) -> None:
    conventions = replace(CONVENTIONS_DEFAULT, holidays=Holidays.PRECEDING)
    calendar = None if field == "holidays" else CALENDAR.is_workday
    with pytest.raises(FactInvalid) as caught:
        schedule_build(replace(terms, instalment_count=1), conventions=conventions, is_workday=calendar)
    assert caught.value.field == field
