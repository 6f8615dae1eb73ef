"""The stored calendar of a bank answers about working days."""

from datetime import date

import pytest

from huikuan.kernel.facts import DayKind, Who
from huikuan.kernel.rules.calendar import CalendarYearMissingError
from huikuan.kernel.selectors.calendar import calendar_load
from huikuan.kernel.services.calendar import calendar_seed
from huikuan.kernel.tenancy import bank_scope
from huikuan.kernel.tests.builders import AT, a_bank


@pytest.mark.django_db
def test_stored_calendar_knows_the_spring_festival_and_no_other_bank_and_no_year_that_was_not_asked_for() -> None:
    bank, other = a_bank(), a_bank()
    calendar_seed(bank_id=bank.id, country="cn", year=2026, by=Who.program("test"), at=AT)
    with bank_scope(bank.id):
        calendar = calendar_load(bank_id=bank.id, years=[2026])
        unasked = calendar_load(bank_id=bank.id, years=[2025])
    with bank_scope(other.id):
        foreign = calendar_load(bank_id=bank.id, years=[2026])
    assert calendar.kind(date(2026, 2, 17)) is DayKind.HOLIDAY
    assert calendar.workday_on_or_after(date(2026, 2, 17)) > date(2026, 2, 20)
    assert not unasked.days
    assert not foreign.days
    with pytest.raises(CalendarYearMissingError):
        unasked.is_workday(date(2026, 2, 17))
