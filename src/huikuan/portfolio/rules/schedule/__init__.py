"""Repayment schedules: what falls due, and when, computed from the terms and conventions of a note or delivered.

- ``dates``: due dates by frequency, ends of months, holidays, the 20ths of settled interest.
- ``periods``: exact interest of each period. Every interest is computed exactly and rounded once.
- ``amounts``: principal and interest of every instalment, for each method.
- ``check``: terms and delivered schedules that are refused, with the field.

``rules.amortise`` computes the rest of a schedule anew with the same parts.
"""

from collections.abc import Sequence

from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions
from huikuan.portfolio.facts import FactInvalid, Instalment, NoteTerms, RepaymentMethod
from huikuan.portfolio.rules.schedule.amounts import Plan, amounts
from huikuan.portfolio.rules.schedule.check import INSTALMENTS_MAX, schedule_check, terms_check
from huikuan.portfolio.rules.schedule.dates import IsWorkday, due_dates, month_end_after, months_after
from huikuan.portfolio.rules.schedule.periods import periods_of

__all__ = [
    "INSTALMENTS_MAX",
    "IsWorkday",
    "month_end_after",
    "months_after",
    "schedule_build",
    "schedule_check",
    "terms_check",
]


def schedule_build(
    terms: NoteTerms,
    delivered: Sequence[Instalment] = (),
    *,
    conventions: Conventions = CONVENTIONS_DEFAULT,
    is_workday: IsWorkday | None = None,
) -> tuple[Instalment, ...]:
    """The schedule in force on the day of the pay-out, in order of ``seq``, which counts from 1 when computed.

    ``delivered`` is the schedule that the core system sent: it wins over the computed one, and
    ``RepaymentMethod.GIVEN`` needs it. ``is_workday`` is needed where the conventions move due dates.
    Raises FactInvalid naming the field of the terms, of the instalments or of the conventions.
    """
    terms_check(terms)
    if delivered:
        schedule_check(terms, delivered)
        return tuple(delivered)
    if terms.method is RepaymentMethod.GIVEN:
        raise FactInvalid("schedule.missing", "instalments", "a delivered schedule for repayment method given", "none")
    due = due_dates(terms, conventions, is_workday)
    plan = Plan.of_terms(terms, conventions, periods_of(terms, conventions, due))
    return tuple(
        Instalment(seq, due_on, principal, interest)
        for seq, (due_on, (principal, interest)) in enumerate(zip(due, amounts(plan), strict=True), start=1)
    )
