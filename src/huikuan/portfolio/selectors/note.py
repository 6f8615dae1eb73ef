"""Notes of the book with all that explains them: terms, the schedule in force, repayments, and the explanation itself.

The facts are those of the night that is asked for, so the figures equal what that night published: the night's fold
and the exact engine that explains agree to the minor unit (``tests/differential``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from huikuan.kernel.errors import DomainError, NotFoundError
from huikuan.kernel.selectors.institution import institution_root, institution_subtree
from huikuan.portfolio.book_tables import EVENT_SCHEDULE, NOTE
from huikuan.portfolio.conventions import CONVENTIONS_DEFAULT, Conventions
from huikuan.portfolio.explain.loan import loan_explain_by
from huikuan.portfolio.facts import CoreStatus, FactInvalid, Instalment, Repayment
from huikuan.portfolio.lake_tables import feed_tables
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.loan_file import BookSource, Loan
from huikuan.portfolio.models import NoteRegister
from huikuan.portfolio.note_row import event_of, repayment_of, terms_of
from huikuan.portfolio.policies import PolicyInvalidError
from huikuan.portfolio.product_policies import products_of_bank
from huikuan.portfolio.rules.explain.facts import Explanation
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.selectors.book_read import BookDay, BookReader, Row, book_day, book_open
from huikuan.portfolio.selectors.renumbering import key_now
from huikuan.portfolio.selectors.workday import workdays_of_bank


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A note of the register: where it belongs."""

    note_id: str
    contract_id: str
    party_id: str
    institution_code: str
    product_code: str


_KEYS = ("note_id", "contract_id", "party_id", "institution_code", "product_code")


def institution_codes(*, bank_id: int, roots: Iterable[int], on: date) -> frozenset[str] | None:
    """Return the codes of the institutions below ``roots`` on a day; None for the whole bank."""
    roots = frozenset(roots)
    if institution_root(bank_id).id in roots:
        return None
    return frozenset(row.code for row in institution_subtree(bank_id=bank_id, roots=roots, on=on))


def note_find(*, bank_id: int, note_id: str, roots: Iterable[int], on: date) -> NoteKey:
    """Return a note that may be seen from these institutions; raises NotFoundError otherwise, so nobody can probe.

    A former key finds the note under its present one.
    """
    present = key_now(bank_id=bank_id, kind="note", key=note_id)
    row = NoteRegister.objects.filter(bank_id=bank_id, note_id=present).values_list(*_KEYS).first()
    codes = institution_codes(bank_id=bank_id, roots=roots, on=on)
    if row is None or (codes is not None and row[3] not in codes):
        raise NotFoundError("note", note_id)
    return NoteKey(*row)


def notes_registered(*, bank_id: int, party_ids: Collection[str], contract_ids: Collection[str]) -> list[NoteKey]:
    """Return the notes of borrowers and those under these contracts."""
    found = NoteRegister.objects.filter(
        Q(party_id__in=list(party_ids)) | Q(contract_id__in=list(contract_ids)), bank_id=bank_id
    ).order_by("note_id")
    return [NoteKey(*row) for row in found.values_list(*_KEYS)]


def note_explain(*, bank_id: int, note_id: str, as_of: date | None = None) -> tuple[Loan, Explanation]:
    """Return the facts of a note and their explanation at the close of a business date (default: the latest night).

    Raises BookNoNightError, and NotFoundError for a note that the book of that date does not have.
    """
    day = book_day(bank_id=bank_id, as_of=as_of)
    with book_open(day, tables=(NOTE,)) as reader:
        note = notes_of_book(reader, [note_id]).get(note_id)
    if note is None:
        raise NotFoundError("note", note_id, hint=f"The book of {day.business_date} does not have it.")
    try:
        return note.loan, note.explain()
    except FactInvalid as problem:
        raise NoteUnworkableError(note_id, problem) from problem


class NoteUnworkableError(DomainError):
    """A note whose facts no rule can work with: its events or conventions do not fit each other."""

    code = "portfolio.note_unworkable"
    status = 409

    def __init__(self, note_id: str, problem: FactInvalid) -> None:
        super().__init__(
            f"Note {note_id} cannot be computed: {problem} Its figures are those of the last night that could; "
            "correct it in the core system and deliver it again."
        )


@dataclass(frozen=True, slots=True)
class NoteOfBook:
    """A note of the book: its row, the facts of its loan, the schedule in force and since when it is."""

    row: Row
    loan: Loan
    schedule: tuple[Instalment, ...]
    schedule_on: date
    schedule_computed: bool

    def explain(self) -> Explanation:
        """Explain the note at the close of its night."""
        assert self.loan.source is not None  # noqa: S101 - a note of the book has one
        return loan_explain_by(self.loan, self.schedule, self.loan.source.business_date)


def notes_of_book(reader: BookReader, note_ids: Collection[str]) -> dict[str, NoteOfBook]:
    """Read notes with terms, schedules and repayments; those that the book does not have are left out.

    Three reads, and one for each date on which a schedule of theirs was delivered.
    """
    rows = reader.rows(NOTE, "note_id", note_ids)
    lives = _Lives(
        delivered=_delivered(reader, rows),
        repayments=_repayments(reader, note_ids),
        events=_events(reader, note_ids),
        conventions=_conventions(reader.day, rows),
        is_workday=workdays_of_bank(reader.day.bank_id),
    )
    return {row["note_id"]: _note(reader, row, lives) for row in rows}


@dataclass(frozen=True, slots=True)
class _Lives:
    """What the rows of the notes do not have themselves, by note; conventions by code of the bundle."""

    delivered: dict[str, tuple[Instalment, ...]]
    repayments: defaultdict[str, list[Repayment]]
    events: defaultdict[str, list[LoanEvent]]
    conventions: dict[str | None, Conventions]
    is_workday: Callable[[date], bool]


def _note(reader: BookReader, row: Row, lives: _Lives) -> NoteOfBook:
    day, note_id, terms = reader.day, row["note_id"], terms_of(row)
    rows, code = lives.delivered.get(note_id, ()), row["product_terms"] or None
    loan = Loan(
        terms=terms,
        delivered=rows,
        repayments=tuple(lives.repayments[note_id]),
        core_status=CoreStatus(row["core_status"]),
        minor_digits=day.minor_digits,
        note_id=note_id,
        currency=day.currency,
        monthly_consumer=row["monthly_consumer"],
        source=BookSource(
            business_date=day.business_date,
            known_at=day.known_at.astimezone(ZoneInfo(day.time_zone)),
            stale_since=row["stale_since"],
        ),
        conventions=lives.conventions[code],
        events=tuple(lives.events[note_id]),
        product=code,
    )
    # A computed schedule is a function of the terms and is computed again whenever they change: nothing to read.
    schedule = (
        schedule_build(terms, conventions=loan.conventions, is_workday=lives.is_workday)
        if row["schedule_computed"]
        else rows
    )
    return NoteOfBook(row, loan, schedule, row["schedule_on"], row["schedule_computed"])


def _repayments(reader: BookReader, note_ids: Collection[str]) -> defaultdict[str, list[Repayment]]:
    found: defaultdict[str, list[Repayment]] = defaultdict(list)
    for row in reader.rows(feed_tables()["repayment"], "note_id", note_ids):
        found[row["note_id"]].append(repayment_of(row))
    return found


def _events(reader: BookReader, note_ids: Collection[str]) -> defaultdict[str, list[LoanEvent]]:
    """Loan events with the schedule that was delivered last for each."""
    brought: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(reader.rows(EVENT_SCHEDULE, "note_id", note_ids), key=itemgetter("delivered_on", "seq")):
        known = brought.setdefault((row["note_id"], row["event_ref"]), [])
        if known and known[-1]["delivered_on"] < row["delivered_on"]:
            known.clear()
        known.append(row)
    found: defaultdict[str, list[LoanEvent]] = defaultdict(list)
    for row in reader.rows(feed_tables()["loan_event"], "note_id", note_ids):
        schedule = [_instalment(part) for part in brought.get((row["note_id"], row["core_ref"]), ())]
        found[row["note_id"]].append(event_of(row, schedule))
    return found


def _conventions(day: BookDay, rows: Collection[Row]) -> dict[str | None, Conventions]:
    """Conventions of the bundles that the notes follow; None are the default ones.

    Raises PolicyInvalidError for a bundle that is no longer there, as the night does.
    """
    found: dict[str | None, Conventions] = {None: CONVENTIONS_DEFAULT}
    if codes := {row["product_terms"] for row in rows if row["product_terms"]}:
        bundles = products_of_bank(settings.HOME, day.bank_code)
        for code in codes:
            if code not in bundles:
                raise PolicyInvalidError(f"{code}.yaml", "file", "is missing, and notes of the book follow it")
            found[code] = bundles[code].conventions
    return found


def _delivered(reader: BookReader, rows: Collection[Row]) -> dict[str, tuple[Instalment, ...]]:
    """Delivered schedules in force: the rows of the delivery that brought them, which are ordered by note."""
    by_date: defaultdict[date, list[str]] = defaultdict(list)
    for row in rows:
        if not row["schedule_computed"]:
            by_date[row["schedule_on"]].append(row["note_id"])
    found: defaultdict[str, list[Instalment]] = defaultdict(list)
    for on, note_ids in sorted(by_date.items()):
        for row in reader.rows(feed_tables()["instalment"], "note_id", note_ids, on=on):
            found[row["note_id"]].append(_instalment(row))
    return {note_id: tuple(sorted(each, key=lambda part: part.seq)) for note_id, each in found.items()}


def _instalment(row: Row) -> Instalment:
    return Instalment(row["seq"], row["due_on"], row["principal_minor"], row["interest_minor"], row["costs_minor"])
