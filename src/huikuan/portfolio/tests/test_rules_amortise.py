"""The rest of a schedule computed anew: after a rate change, a drawdown, a prepayment."""

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    Conventions,
    DayCount,
    FirstPeriod,
    LastInstalment,
    PeriodInterest,
    Rounding,
)
from huikuan.portfolio.facts import FactInvalid, Frequency, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.amortise import amortise_rest, period_ends, running_earned
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.builders import a_note, due
from huikuan.portfolio.tests.naive_schedule import A_YEAR, naive_amounts, naive_round, naive_year_part, year_parts

METHODS = [method for method in RepaymentMethod if method not in (RepaymentMethod.GIVEN, RepaymentMethod.FLAT)]
Rows = tuple[Instalment, ...]
MARCH_31 = date(2024, 3, 31)


def anew(
    terms: NoteTerms,
    rows: Rows,
    on: date,
    *,
    conventions: Conventions = CONVENTIONS_DEFAULT,
    balance: int | None = None,
    rate_ppm: int | None = None,
    shorten: bool = False,
) -> Rows:
    """The rest after ``on`` when everything before was as agreed."""
    rest = [row for row in rows if row.due_on > on]
    period_from = max([terms.disbursed_on, *(row.due_on for row in rows if row.due_on <= on)])
    ended = max([terms.disbursed_on, *(r.due_on for r in rows if r.due_on <= on and period_ends(terms, r.seq))])
    return amortise_rest(
        terms,
        conventions,
        rest,
        balance_minor=sum(row.principal_minor for row in rest) if balance is None else balance,
        annual_rate_ppm=terms.annual_rate_ppm if rate_ppm is None else rate_ppm,
        on=on,
        period_from=period_from,
        earned=running_earned(terms, rest, on=on, earned=Fraction(0), earned_on=ended),
        shorten=shorten,
    )


def totals(rows: Rows) -> list[int]:
    return [row.principal_minor + row.interest_minor for row in rows]


def test_rate_change_in_the_middle_of_a_period_bears_half_at_each_rate() -> None:
    # 12,000.00, interest first; 15 March to 15 April has 31 days, 16 of them before 31 March.
    terms = a_note(method=RepaymentMethod.INTEREST_FIRST)
    rest = anew(terms, schedule_build(terms), MARCH_31, rate_ppm=90_000)
    first = Fraction(6000 * 16, 31) + Fraction(9000 * 15, 31)
    assert rest[0] == due(3, date(2024, 4, 15), 0, round(first))
    assert [row.interest_minor for row in rest[1:]] == [9000] * 9


def test_rate_change_by_days_bears_each_day_at_the_rate_of_that_day() -> None:
    terms = a_note(method=RepaymentMethod.INTEREST_FIRST)
    by_days = Conventions(period_interest=PeriodInterest.BY_DAYS)
    rest = anew(terms, schedule_build(terms, conventions=by_days), MARCH_31, conventions=by_days, rate_ppm=90_000)
    assert rest[0].interest_minor == 200 * 16 + 300 * 15
    assert rest[1].interest_minor == 300 * 30


def test_prepayment_that_re_amortises_makes_every_instalment_smaller() -> None:
    terms = a_note()
    rows = schedule_build(terms)
    on = rows[5].due_on
    rest = anew(terms, rows, on, balance=400_000)
    # 4,000.00 over 6 months at 6 %: 678.38 (PMT).
    assert set(totals(rest)[:-1]) == {67_838}
    assert [row.due_on for row in rest] == [row.due_on for row in rows[6:]]


def test_prepayment_that_shortens_keeps_the_instalment_and_leaves_out_the_last_ones() -> None:
    terms = a_note()
    rows = schedule_build(terms)
    rest = anew(terms, rows, rows[5].due_on, balance=400_000, shorten=True)
    assert totals(rest)[:-1] == [totals(rows)[6]] * 3
    assert len(rest) == 4
    assert 0 < totals(rest)[-1] < totals(rows)[6]
    assert sum(row.principal_minor for row in rest) == 400_000


def test_shortened_equal_principal_keeps_its_share() -> None:
    terms = a_note(method=RepaymentMethod.EQUAL_PRINCIPAL)
    rows = schedule_build(terms)
    rest = anew(terms, rows, rows[5].due_on, balance=350_000, shorten=True)
    assert [row.principal_minor for row in rest] == [100_000, 100_000, 100_000, 50_000]
    longer = anew(terms, rows, rows[5].due_on, balance=350_000)
    assert [row.principal_minor for row in longer] == [58_333] * 5 + [58_335]


def test_shortened_balloon_is_what_gets_smaller() -> None:
    terms = replace(a_note(), balloon_minor=400_000)
    rows = schedule_build(terms)
    before = sum(row.principal_minor for row in rows[6:])
    rest = anew(terms, rows, rows[5].due_on, balance=before - 100_000, shorten=True)
    assert totals(rest)[:-1] == totals(rows)[6:-1]
    assert rest[-1].principal_minor < rows[-1].principal_minor - 100_000


def test_costs_of_an_instalment_stay_and_keep_it() -> None:
    terms = a_note()
    rows = (*schedule_build(terms)[:-1], replace(schedule_build(terms)[-1], costs_minor=500))
    rest = anew(terms, rows, rows[5].due_on, balance=100_000, shorten=True)
    assert [(row.seq, row.costs_minor) for row in rest] == [(7, 0), (12, 500)]


def test_earned_interest_is_still_due_when_nothing_else_is_left() -> None:
    # Interest was lost once the principal was paid: a fault of another system.
    terms = a_note()
    for shorten in (False, True):
        rest = anew(terms, schedule_build(terms), date(2024, 1, 31), balance=0, shorten=shorten)
        assert sum(totals(rest)) == rest[0].interest_minor == round(Fraction(6000 * 16, 31))
        assert len(rest) == (1 if shorten else 12)


def test_drawdown_raises_the_coming_instalments() -> None:
    terms = a_note()
    rows = schedule_build(terms)
    left = sum(row.principal_minor for row in rows[3:])
    rest = anew(terms, rows, rows[2].due_on, balance=left + 600_000)
    assert sum(row.principal_minor for row in rest) == left + 600_000
    assert totals(rest)[0] > totals(rows)[3]


def test_interest_put_off_is_neither_lost_nor_charged_twice() -> None:
    terms = replace(a_note(), interest_only_count=3, interest_grace_count=3)
    rows = schedule_build(terms)
    on = date(2024, 3, 15)  # two of the four months whose interest falls due together
    earned = running_earned(terms, rows[2:], on=on, earned=Fraction(0), earned_on=terms.disbursed_on)
    assert earned == Fraction(24_000 * 60, 121)
    rest = anew(terms, rows, on, balance=1_200_000)
    assert [row.interest_minor for row in rest[:2]] == [0, round(earned + 6000) + 6000]
    free = anew(terms, rows, on, rate_ppm=0)
    assert [row.interest_minor for row in free[:3]] == [0, round(earned), 0]


@pytest.mark.parametrize(
    ("seq", "grace", "free", "ends"),
    [(1, 0, 0, True), (2, 2, 0, False), (3, 2, 0, True), (1, 2, 1, True), (2, 2, 1, False)],
)
def test_a_period_ends_unless_its_interest_is_put_off(seq: int, grace: int, free: int, ends: bool) -> None:
    terms = replace(a_note(), interest_grace_count=grace, interest_free_count=free)
    assert period_ends(terms, seq) is ends


def test_interest_is_earned_evenly_and_goes_on_after_a_change() -> None:
    terms, coming = a_note(), [due(1, date(2024, 2, 15), 0, 3100)]
    first = running_earned(terms, coming, on=date(2024, 1, 25), earned=Fraction(0), earned_on=date(2024, 1, 15))
    assert first == 1000
    changed = [due(1, date(2024, 2, 15), 0, 5200)]
    assert running_earned(terms, changed, on=date(2024, 1, 26), earned=first, earned_on=date(2024, 1, 25)) == 1200
    assert running_earned(terms, changed, on=date(2024, 2, 15), earned=first, earned_on=date(2024, 1, 25)) == 5200
    assert running_earned(terms, [], on=date(2024, 2, 15), earned=first, earned_on=date(2024, 1, 25)) == 1000
    same_day = [due(1, date(2024, 1, 15), 0, 7)]
    assert running_earned(terms, same_day, on=date(2024, 1, 15), earned=Fraction(0), earned_on=date(2024, 1, 15)) == 7


@pytest.mark.parametrize("method", [RepaymentMethod.GIVEN, RepaymentMethod.FLAT])
def test_a_schedule_that_is_not_computed_cannot_be_computed_anew(method: RepaymentMethod) -> None:
    terms = a_note(method=method)
    with pytest.raises(FactInvalid) as caught:
        anew(terms, schedule_build(a_note()), MARCH_31)
    assert (caught.value.code, caught.value.field) == ("schedule.not_computed", "note.repayment_method")


def test_nothing_left_is_refused() -> None:
    terms = a_note()
    with pytest.raises(FactInvalid) as caught:
        anew(terms, schedule_build(terms), terms.matures_on)
    assert caught.value.code == "schedule.nothing_left"


@st.composite
def changes(draw: st.DrawFn) -> tuple[NoteTerms, Conventions, date, int, int]:
    """Terms, conventions, a day before the last due date, another balance and another rate."""
    method = draw(st.sampled_from(METHODS))
    count = 1 if method is RepaymentMethod.BULLET else draw(st.integers(2, 24))
    principal = draw(st.integers(1, 10 ** draw(st.integers(2, 12))))
    terms = replace(
        a_note(method=method, principal_minor=principal, matures_on=date(2080, 1, 1)),
        frequency=draw(st.sampled_from(Frequency)),
        annual_rate_ppm=draw(st.integers(0, 360_000)),
        instalment_count=count,
    )
    if method is RepaymentMethod.BULLET:
        terms = replace(terms, matures_on=terms.first_due_on)
    elif method is RepaymentMethod.SETTLED_INTEREST:
        on = date(2024, 1, 20)
        terms = replace(terms, frequency=Frequency.MONTHLY, first_due_on=on, instalment_count=13)
        terms = replace(terms, matures_on=date(2025, 1, 15))
    elif method is RepaymentMethod.FIXED_PRINCIPAL:
        terms = replace(terms, principal_share_ppm=draw(st.integers(1, 1_000_000 // count)))
    elif method is not RepaymentMethod.INTEREST_FIRST:
        terms = replace(terms, balloon_minor=draw(st.integers(0, principal)) * draw(st.integers(0, 1)))
    terms = replace(terms, interest_only_count=draw(st.integers(0, terms.instalment_count - 1)) // 2)
    conventions = Conventions(
        day_count=draw(st.sampled_from(DayCount)),
        period_interest=draw(st.sampled_from(PeriodInterest)),
        first_period=draw(st.sampled_from(FirstPeriod)),
        rounding=draw(st.sampled_from(Rounding)),
        last_instalment=draw(st.sampled_from(LastInstalment)),
    )
    last = schedule_build(terms, conventions=conventions)[-1].due_on
    on = terms.disbursed_on + timedelta(days=draw(st.integers(0, (last - terms.disbursed_on).days - 1)))
    return terms, conventions, on, draw(st.integers(0, 2 * principal)), draw(st.integers(0, 360_000))


@given(changes(), st.booleans())
def test_rest_repays_the_balance_with_true_interest(
    change: tuple[NoteTerms, Conventions, date, int, int], shorten: bool
) -> None:
    terms, conventions, on, balance, rate_ppm = change
    conventions = replace(conventions, last_instalment=LastInstalment.CLEARS)
    rows = schedule_build(terms, conventions=conventions)
    rest = anew(terms, rows, on, conventions=conventions, balance=balance, rate_ppm=rate_ppm, shorten=shorten)
    assert sum(row.principal_minor for row in rest) == balance
    assert min(min(row.principal_minor, row.interest_minor) for row in rest or rows) >= 0
    old = {row.seq: row for row in rows}
    assert all(old[row.seq].due_on == row.due_on for row in rest)
    # Interest, recomputed from the balances: the running period in two parts, the others whole.
    coming = [row for row in rows if row.due_on > on]
    period_from = max([terms.disbursed_on, *(row.due_on for row in rows if row.due_on <= on)])
    new = {row.seq: row for row in rest}
    from_on, part_from, earned = period_from, on, Fraction(0)
    days = (coming[0].due_on - period_from).days
    earned = Fraction(coming[0].interest_minor * (on - period_from).days, days)
    for row in coming:
        first_ever = from_on == terms.disbursed_on and conventions.first_period is FirstPeriod.BY_DAYS
        by_days = terms.method in (RepaymentMethod.BULLET, RepaymentMethod.SETTLED_INTEREST) or first_ever
        if by_days or conventions.period_interest is PeriodInterest.BY_DAYS:
            part = naive_year_part(conventions.day_count, part_from, row.due_on)
        else:
            part = Fraction((row.due_on - part_from).days, (row.due_on - from_on).days * A_YEAR[terms.frequency])
        exact = earned + balance * Fraction(rate_ppm, 1_000_000) * part
        amount = new.get(row.seq, Instalment(row.seq, row.due_on, 0, 0))
        assert amount.interest_minor == naive_round(exact, conventions.rounding)
        balance -= amount.principal_minor
        from_on = part_from = row.due_on
        earned = Fraction(0)


@given(changes())
def test_rest_from_a_due_date_on_is_the_schedule_of_a_new_note(
    change: tuple[NoteTerms, Conventions, date, int, int],
) -> None:
    terms, conventions, on, balance, rate_ppm = change
    rows = schedule_build(terms, conventions=conventions)
    on = max((row.due_on for row in rows if row.due_on <= on), default=terms.disbursed_on)
    assume(balance > 0 and terms.method is not RepaymentMethod.FIXED_PRINCIPAL)
    rest = anew(terms, rows, on, conventions=conventions, balance=balance, rate_ppm=rate_ppm)
    note = replace(
        terms,
        principal_minor=balance,
        annual_rate_ppm=rate_ppm,
        disbursed_on=on,
        balloon_minor=min(balance, terms.balloon_minor),
        interest_only_count=max(0, terms.interest_only_count - len(rows) + len(rest)),
        instalment_count=len(rest),
    )
    if on > terms.disbursed_on:
        conventions = replace(conventions, first_period=FirstPeriod.WHOLE)
    if len(rest) == 1:  # has its true interest: no instalment is left whose total it could keep
        conventions = replace(conventions, last_instalment=LastInstalment.CLEARS)
    parts = year_parts(note, conventions, [row.due_on for row in rest])
    assert [(row.principal_minor, row.interest_minor) for row in rest] == naive_amounts(note, conventions, parts)


@given(changes())
def test_shortening_by_nothing_changes_nothing(change: tuple[NoteTerms, Conventions, date, int, int]) -> None:
    terms, conventions, on, _, _ = change
    terms = replace(terms, balloon_minor=0)  # a payment rounded up takes some units of a balloon before the last
    conventions = replace(conventions, last_instalment=LastInstalment.CLEARS)
    rows = schedule_build(terms, conventions=conventions)
    on = max((row.due_on for row in rows if row.due_on <= on), default=terms.disbursed_on)
    rest = tuple(row for row in rows if row.due_on > on)
    found = anew(terms, rows, on, conventions=conventions, shorten=True)
    cleared = [row for row in rest if row.seq in {kept.seq for kept in found}]
    assert list(found) == cleared
    assert not sum(totals(tuple(row for row in rest if row not in cleared)))
