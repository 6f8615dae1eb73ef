"""What no schedule can be built from, and delivered schedules that cannot belong to their note."""

from collections.abc import Sequence
from itertools import pairwise

from huikuan.portfolio.facts import PPM, FactInvalid, Frequency, Instalment, Money, NoteTerms, Rate, RepaymentMethod

INSTALMENTS_MAX = 3_000  # more than fifty years of weeks

_WITH_BALLOON = (RepaymentMethod.EQUAL_INSTALMENT, RepaymentMethod.EQUAL_PRINCIPAL, RepaymentMethod.FLAT)
_WEEKS = (Frequency.WEEKLY, Frequency.BIWEEKLY)


def terms_check(terms: NoteTerms) -> None:
    """Raise FactInvalid for the first term that no schedule can be built from.

    The structure of principal (balloon, share, given instalment, first periods) is looked at only where the schedule
    is computed: with ``RepaymentMethod.GIVEN`` nothing reads it.
    """
    if terms.principal_minor <= 0:
        raise FactInvalid("terms.principal", "principal", "an amount above 0", Money(terms.principal_minor))
    for field in ("annual_rate", "penalty_rate", "penalty_markup"):
        rate = getattr(terms, f"{field}_ppm")
        if rate is not None and rate < 0:
            raise FactInvalid("terms.rate", f"{field}_pct", "a rate of 0 or more", Rate(rate))
    if not 1 <= terms.instalment_count <= INSTALMENTS_MAX:
        raise FactInvalid("terms.count", "instalment_count", f"1 to {INSTALMENTS_MAX}", terms.instalment_count)
    if terms.matures_on < terms.disbursed_on:
        raise FactInvalid("terms.maturity", "matures_on", f"{terms.disbursed_on} or later", terms.matures_on)
    if terms.first_due_on < terms.disbursed_on:
        raise FactInvalid("terms.first_due", "first_due_on", f"{terms.disbursed_on} or later", terms.first_due_on)
    if terms.method is RepaymentMethod.BULLET:
        if terms.instalment_count != 1:
            raise FactInvalid("terms.count", "instalment_count", "1 for a bullet note", terms.instalment_count)
        if terms.first_due_on != terms.matures_on:
            expected = f"the maturity date {terms.matures_on} for a bullet note"
            raise FactInvalid("terms.first_due", "first_due_on", expected, terms.first_due_on)
    if terms.method is RepaymentMethod.SETTLED_INTEREST and terms.frequency in _WEEKS:
        expected = "monthly, quarterly, half_yearly or yearly for settled interest"
        raise FactInvalid("terms.frequency", "frequency", expected, terms.frequency)
    if terms.method is not RepaymentMethod.GIVEN:
        _first_periods_check(terms)
        _principal_check(terms)


def _first_periods_check(terms: NoteTerms) -> None:
    count = terms.instalment_count
    for field, most in (("interest_only", count - 1), ("interest_grace", count - 1), ("interest_free", count)):
        got = getattr(terms, f"{field}_count")
        if not 0 <= got <= most:
            raise FactInvalid("terms.first_periods", f"{field}_count", f"0 to {most} of {count} instalments", got)


def _principal_check(terms: NoteTerms) -> None:
    method = terms.method
    most = terms.principal_minor if method in _WITH_BALLOON else 0
    if not 0 <= terms.balloon_minor <= most:
        limit = ("0 to ", Money(most), f" for method {method}")
        raise FactInvalid("terms.balloon", "balloon", limit, Money(terms.balloon_minor))
    given = terms.instalment_minor
    if given is not None and (method is not RepaymentMethod.EQUAL_INSTALMENT or given <= 0):
        expected = "an amount above 0, only for method equal_instalment"
        raise FactInvalid("terms.instalment", "instalment_amount", expected, Money(given))
    share = terms.principal_share_ppm
    if method is not RepaymentMethod.FIXED_PRINCIPAL:
        if share is not None:
            raise FactInvalid("terms.principal_share", "principal_share_pct", f"none for method {method}", Rate(share))
        return
    shares = max(1, terms.instalment_count - terms.interest_only_count - 1)
    if share is None or not 0 < share <= PPM // shares:
        expected = f"above 0, and at most 100 % in {shares} instalments"
        got = "none" if share is None else Rate(share)
        raise FactInvalid("terms.principal_share", "principal_share_pct", expected, got)


def schedule_check(terms: NoteTerms, schedule: Sequence[Instalment]) -> None:
    """Raise FactInvalid for the first instalment that cannot belong to the note.

    Instalments stand in order of ``seq``, due dates do not go back, no amount is negative, nothing is due before
    the disbursement, and the principal adds up to the note's. Two instalments may be due on one day.
    """
    for row in schedule:
        for field in ("principal", "interest", "costs"):
            amount = getattr(row, f"{field}_minor")
            if amount < 0:
                where = f"instalments[seq={row.seq}].{field}"
                raise FactInvalid("schedule.amount", where, "an amount of 0 or more", Money(amount))
        if row.seq < 1:
            raise FactInvalid("schedule.seq", f"instalments[seq={row.seq}].seq", "a number of 1 or more", row.seq)
        if row.due_on < terms.disbursed_on:
            where = f"instalments[seq={row.seq}].due_on"
            raise FactInvalid("schedule.due_on", where, f"{terms.disbursed_on} or later", row.due_on)
    for earlier, later in pairwise(schedule):
        if later.seq <= earlier.seq:
            where = f"instalments[seq={later.seq}].seq"
            raise FactInvalid("schedule.seq", where, f"a number above {earlier.seq}", later.seq)
        if later.due_on < earlier.due_on:
            where = f"instalments[seq={later.seq}].due_on"
            raise FactInvalid("schedule.due_on", where, f"{earlier.due_on} or later", later.due_on)
    total = sum(row.principal_minor for row in schedule)
    if total != terms.principal_minor:
        expected = ("a sum of ", Money(terms.principal_minor), ", the note's principal")
        raise FactInvalid("schedule.principal_sum", "instalments.principal", expected, Money(total))
