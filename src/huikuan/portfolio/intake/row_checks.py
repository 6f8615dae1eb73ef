"""What one row of a feed must be beside its references: the checks that a contract cannot say, as SQL.

`references` joins `OWN_JOINS` to `typed_<feed>` as t and asks `OWN_FINDINGS`; the relations that they name are made
there and in `rules`.
"""

from huikuan.kernel.money import AMOUNT_MAX_MINOR
from huikuan.portfolio.conventions import DayCount
from huikuan.portfolio.facts import PPM
from huikuan.portfolio.intake.compile import Finding, reason_sql
from huikuan.portfolio.rules.day_count import den_of


def _case(condition: str, code: str, field: str, expected: str, got: str) -> Finding:
    return Finding.of(condition, reason_sql(code, field, expected, got))


_NEEDS_SCHEDULE = "(t.repayment_method = 'given' or coalesce(k.schedule_delivered, false))"
_FREQUENCY = "coalesce(t.frequency, 'monthly')"
_WEEKS = f"case {_FREQUENCY} when 'weekly' then 1 when 'biweekly' then 2 end"
_MONTHS = f"case {_FREQUENCY} when 'monthly' then 1 when 'quarterly' then 3 when 'half_yearly' then 6 else 12 end"
_STEPS = "(t.instalment_count - 1)"
_LAST_DUE = (  # before holidays; a row may be refused already
    "try(cast(case when t.repayment_method = 'settled_interest' then t.matures_on "
    f"when {_WEEKS} is not null then t.first_due_on + cast({_STEPS} * 7 * {_WEEKS} as integer) "
    f"else t.first_due_on + to_months(cast({_STEPS} * {_MONTHS} as integer)) end as date))"
)
_COMPUTED = "t.repayment_method <> 'given' and s.note_id is null and not coalesce(k.schedule_delivered, false)"

# The interest of a note is at most one amount in all: times a rate it must fit the fold's BIGINT. For a computed
# schedule the bound is the interest on the whole principal for all periods or for all days (over 360, the shortest
# year), whichever is more, which no repayment method exceeds in any convention.
_DEN = den_of(DayCount.ACT_360)
_INTEREST_MAX = f"at most {AMOUNT_MAX_MINOR} of interest over the whole schedule, in minor units"
_BEARS = "cast(t.principal_minor as hugeint) * t.annual_rate_ppm"
_A_YEAR = f"case when {_WEEKS} is not null then 52 / {_WEEKS} else 12 / {_MONTHS} end"
_DAYS = f"coalesce({_LAST_DUE} - t.disbursed_on, 0)"
_BY_DAYS = "t.repayment_method in ('bullet', 'settled_interest')"
# Nearly all notes are far below it: a look with DOUBLE spares them the long division, which alone decides.
_TERMS_INTEREST_LARGE = (
    f"cast(t.principal_minor as double) * t.annual_rate_ppm * greatest({_DAYS} / {_DEN}, case when {_BY_DAYS} then 0 "
    f"else t.instalment_count / (cast({_A_YEAR} as integer) * {PPM}) end) > {AMOUNT_MAX_MINOR} * 0.99"
)
_TERMS_INTEREST = (
    f"greatest({_BEARS} * {_DAYS} // {_DEN}, case when {_BY_DAYS} then 0 "
    f"else {_BEARS} * t.instalment_count // (cast({_A_YEAR} as integer) * {PPM}) end)"
)

# A schedule whose note is not in today's file is held to the note in the book.
_BOOK_ONLY = "t.note_id_in_book and not t.note_id_accepted"

OWN_JOINS = {
    "note": (  # of the book's notes only those with a delivered schedule matter
        "left join schedule_sum as s on s.note_id = t.note_id "
        "left join (select * from known_note where schedule_delivered) as k on k.note_id = t.note_id "
        "left join drawn_note as w on w.note_id = t.note_id left join rule_note as q on q.line = t.line"
    ),
    "instalment": (
        "left join schedule_sum as s on s.note_id = t.note_id left join known_note as k on k.note_id = t.note_id "
        "left join drawn_note as w on w.note_id = t.note_id"
    ),
    "loan_event": (
        "left join known_loan_event as k on k.core_ref = t.core_ref left join rule_loan_event as q on q.line = t.line"
    ),
    "repayment": (
        "left join (select note_id, disbursed_on from accepted_note union all "
        "select note_id, disbursed_on from known_note "
        "where note_id not in (select note_id from accepted_note)) as n on n.note_id = t.note_id "
        "left join asked_repayment as k on k.core_ref = t.core_ref "
        "left join (select core_ref, any_value(note_id) as note_id, any_value(amount_minor) as amount_minor, "
        "any_value(reverses) as reverses from (select core_ref, note_id, amount_minor, reverses from typed_repayment "
        "where len(reasons) = 0 union all select core_ref, note_id, amount_minor, reverses from asked_repayment) "
        "group by core_ref) as o on o.core_ref = t.reverses "
        "left join (select reverses, count(*) as times from ("
        "select reverses from typed_repayment where len(reasons) = 0 "
        "union all select reverses from asked_repayment) where reverses is not null group by reverses) as r "
        "on r.reverses = t.reverses"
    ),
}
_RULES = Finding.of("q.line is not null", "{'code': q.code, 'field': q.field, 'expected': q.expected, 'got': q.got}")
OWN_FINDINGS = {
    "product": [
        _case(
            "t.terms is not null and t.terms not in (select code from known_bundle)",
            "product.terms",
            "terms",
            "the code of a product bundle (huikuan product list)",
            "t.terms",
        ),
    ],
    "loan_event": [
        _case("k.core_ref is not null", "key.known", "core_ref", "a reference not used before", "t.core_ref"),
        _RULES,
    ],
    "note": [
        _RULES,
        _case(
            "s.bad_rows > 0",
            "schedule.row_rejected",
            "note_id",
            "every row of the schedule accepted",
            "'line ' || s.bad_line",
        ),
        _case(
            "s.bad_rows = 0 and s.principal_minor <> t.principal_minor + coalesce(w.drawn_minor, 0)",
            "schedule.principal_sum",
            "principal",
            "the sum of the schedule's principal less what was drawn later, in minor units",
            "'principal ' || t.principal_minor || ', sum ' || s.principal_minor",
        ),
        _case(
            f"s.bad_rows = 0 and s.interest_minor > {AMOUNT_MAX_MINOR}",
            "schedule.interest_sum",
            "note_id",
            _INTEREST_MAX,
            "s.interest_minor",
        ),
        _case(
            "s.first_due_on < t.disbursed_on",
            "schedule.due_on",
            "disbursed_on",
            "no instalment due earlier",
            "s.first_due_on",
        ),
        _case(
            "s.backwards", "schedule.order", "note_id", "due days that do not go back with seq", "'a due day that does'"
        ),
        _case(
            f"s.note_id is null and {_NEEDS_SCHEDULE} and not coalesce(k.schedule_delivered, false)",
            "schedule.missing",
            "repayment_method",
            "instalments of the note",
            "'none in the file or the book'",
        ),
        _case(
            "s.note_id is null and coalesce(k.schedule_delivered, false) and k.principal_minor <> t.principal_minor",
            "schedule.principal_sum",
            "principal",
            "the principal of the schedule in the book, or a new schedule, in minor units",
            "'principal ' || t.principal_minor || ', schedule ' || k.principal_minor",
        ),
        _case(
            f"{_COMPUTED} and {_LAST_DUE} > t.matures_on",
            "terms.due_after_maturity",
            "matures_on",
            "the last due day or later",
            f"'last due day ' || {_LAST_DUE}",
        ),
        _case(
            f"{_COMPUTED} and t.repayment_method = 'bullet' "
            "and (t.instalment_count <> 1 or t.first_due_on <> t.matures_on)",
            "terms.bullet",
            "instalment_count",
            "one instalment, due at maturity, for a bullet note",
            "t.instalment_count || ', first due ' || t.first_due_on",
        ),
        _case(
            f"{_COMPUTED} and {_TERMS_INTEREST_LARGE} and {_TERMS_INTEREST} > {AMOUNT_MAX_MINOR}",
            "terms.interest_sum",
            "principal",
            _INTEREST_MAX,
            _TERMS_INTEREST,
        ),
    ],
    "instalment": [
        _case(
            f"{_BOOK_ONLY} and s.principal_minor <> k.principal_minor + coalesce(w.drawn_minor, 0)",
            "schedule.principal_sum",
            "principal",
            "the principal of the note in the book, in minor units",
            "'principal ' || k.principal_minor || ', sum ' || s.principal_minor",
        ),
        _case(
            f"{_BOOK_ONLY} and s.interest_minor > {AMOUNT_MAX_MINOR}",
            "schedule.interest_sum",
            "interest",
            _INTEREST_MAX,
            "s.interest_minor",
        ),
        _case(
            f"{_BOOK_ONLY} and t.due_on < k.disbursed_on",
            "schedule.due_on",
            "due_on",
            "on or after the pay-out of the note",
            "t.due_on",
        ),
        _case(
            f"{_BOOK_ONLY} and s.backwards",
            "schedule.order",
            "due_on",
            "due days that do not go back with seq",
            "'a due day that does'",
        ),
    ],
    "repayment": [
        _case("k.core_ref is not null", "key.known", "core_ref", "a reference not used before", "t.core_ref"),
        _case(
            "t.value_on < n.disbursed_on",
            "repayment.early",
            "value_on",
            "on or after the pay-out of the note",
            "t.value_on",
        ),
        _case(
            "t.reverses is not null and (o.core_ref is null or o.reverses is not null or o.note_id <> t.note_id)",
            "reversal.unknown",
            "reverses",
            "the reference of a repayment of the same note",
            "t.reverses",
        ),
        _case(
            "t.reverses is not null and o.reverses is null and o.amount_minor <> t.amount_minor",
            "reversal.amount",
            "amount",
            "the amount of the reversed repayment, in minor units",
            "t.amount_minor || ' for ' || o.amount_minor",
        ),
        _case("r.times > 1", "reversal.twice", "reverses", "a repayment not reversed before", "t.reverses"),
    ],
}
