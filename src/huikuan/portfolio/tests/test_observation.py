"""Class floor of a restructured note while it is observed: the promises of the policy file and its boundaries."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from huikuan.portfolio.facts import ClassFloor, Instalment
from huikuan.portfolio.loan_events import EventKind, LoanEvent
from huikuan.portfolio.restructured_policies import observation_rules_load, restructured_file_load
from huikuan.portfolio.rules.classification import observation_end
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.tests.builders import a_note
from huikuan.portfolio.tests.test_explain_rules import explained

RULE = observation_rules_load()[-1]
NOTE = a_note(matures_on=date(2025, 1, 15))


def restructured(ref: str, on: date, until_on: date, due_on: date, seq: int = 100) -> LoanEvent:
    recorded_at = datetime(on.year, on.month, on.day, tzinfo=UTC)
    schedule = (Instalment(seq, due_on, NOTE.principal_minor, 0),)
    return LoanEvent(ref, EventKind.RESTRUCTURE, on, recorded_at, until_on=until_on, schedule=schedule)


def on(day: date, *events: LoanEvent) -> Explanation:
    return explained(NOTE, (), day, events=events)


FIRST = restructured("S1", date(2024, 3, 1), date(2024, 9, 1), date(2026, 3, 1))


@pytest.mark.parametrize("example", restructured_file_load().examples, ids=lambda row: row.name)
def test_promise_of_the_policy_file(example) -> None:  # type: ignore[no-untyped-def]
    monthly = [example.first_due_on, example.first_due_on + timedelta(days=31)]
    end = observation_end(RULE.policy, example.stated_until, monthly)
    floor = RULE.policy.floor if example.business_date <= end else ClassFloor.PASS
    assert floor == example.then


def test_two_periods_longer_than_twelve_months_count() -> None:
    due_dates = [date(2024, 6, 20), date(2025, 12, 20), date(2026, 12, 20)]
    assert observation_end(RULE.policy, date(2024, 12, 20), due_dates) == date(2025, 12, 20)


def test_observed_note_that_is_paid_in_time_is_at_least_special_mention() -> None:
    found = on(date(2024, 6, 1), FIRST).class_floor
    assert found.floor is ClassFloor.PASS  # by days
    assert found.observation is not None
    assert (found.observation.floor, found.observation.decides) == (ClassFloor.SPECIAL_MENTION, True)
    assert found.observation.until_on == date(2027, 3, 1)


@pytest.mark.parametrize(("day", "observed"), [(date(2027, 3, 1), True), (date(2027, 3, 2), False)])
def test_observation_ends_with_its_last_day(day: date, *, observed: bool) -> None:
    assert (on(day, FIRST).class_floor.observation is not None) is observed


def test_days_past_due_that_are_worse_decide() -> None:
    found = on(date(2026, 8, 1), FIRST).class_floor
    assert found.floor is ClassFloor.SUBSTANDARD
    assert found.observation is not None
    assert not found.observation.decides


def test_restructured_again_while_observed_is_at_least_substandard() -> None:
    second = restructured("S2", date(2024, 8, 1), date(2025, 8, 1), date(2026, 9, 1), seq=200)
    seen = on(date(2024, 9, 1), FIRST, second).class_floor.observation
    assert seen is not None
    assert (seen.again, seen.floor) == (True, ClassFloor.SUBSTANDARD)


def test_before_the_rule_took_effect_nothing_is_observed() -> None:
    early = replace(NOTE, disbursed_on=date(2022, 1, 15), first_due_on=date(2022, 2, 15), matures_on=date(2023, 1, 15))
    event = restructured("S1", date(2022, 3, 1), date(2022, 9, 1), date(2026, 3, 1))
    assert explained(early, (), date(2023, 6, 30), events=(event,)).class_floor.observation is None
    assert explained(early, (), date(2023, 7, 1), events=(event,)).class_floor.observation is not None
