"""Loan events made up for a few notes, so that the demonstration shows what happens to loans besides being paid.

The lender published none. Which notes have them is fixed by a hash of the row among those whose derived life fits; what
the event says comes from that life: the unpaid principal is restructured, the payment of June is returned, the claim is
what the exact engine finds owed. `docs/sample-data.md` lists every rule. Days are business days of June 2018.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from huikuan.portfolio.conventions import Component
from huikuan.portfolio.facts import Instalment, Payer, Repayment
from huikuan.portfolio.loan_events import Claim, EventKind, LoanEvent
from huikuan.portfolio.rules.schedule import months_after
from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote
from huikuan.sample.rules.dates import draw
from huikuan.sample.rules.derive import month_interest
from huikuan.sample.rules.replayed import instalments, repayment, replay_at

PAUSED_ON, EXTENDED_ON, ACCELERATED_ON = date(2018, 6, 5), date(2018, 6, 6), date(2018, 6, 7)
RATE_ON, RETURNED_ON, DRAWN_ON = date(2018, 6, 11), date(2018, 6, 12), date(2018, 6, 13)
EXTENSION_KNOWN_ON = RETURNED_ON  # four business days after its day
RESTRUCTURED_ON, MOVED_ON, INSOLVENT_ON = date(2018, 6, 14), date(2018, 6, 15), date(2018, 6, 18)
GUARANTOR_ON, RESUMED_ON, WAIVED_ON = date(2018, 6, 19), date(2018, 6, 20), date(2018, 6, 21)
JUDGED_ON, PAID_AGAIN_ON, PERFORM_UNTIL = date(2018, 6, 25), date(2018, 6, 26), date(2018, 6, 27)
PAUSED_UNTIL = date(2018, 7, 20)
NEW_MONTHS = 48  # a restructured note is paid in so many equal parts of principal
LOWER_PPM = 10_000  # a rate is lowered by one percentage point
LATER_DAYS = 10  # due days of a rescheduled note move by so many


@dataclass(frozen=True, slots=True)
class MadeLife:
    """What is made up for a note; ``events`` are delivered on the day on which they were recorded."""

    note: DerivedNote
    events: tuple[LoanEvent, ...] = ()
    paid: tuple[Repayment, ...] = ()  # besides the derived payments

    @property
    def first_on(self) -> date:
        """The day of the first delivery that carries any of it."""
        return min([event.recorded_at.date() for event in self.events] + [paid.value_on for paid in self.paid])

    @property
    def guaranteed(self) -> bool:
        """Whether a guarantor pays, who is made up too."""
        return any(paid.payer is Payer.GUARANTOR for paid in self.paid)


def lives_made(notes: Iterable[DerivedNote]) -> tuple[MadeLife, ...]:
    """Return what is made up, in the order of the rows; the same notes always give the same."""
    groups: dict[str, list[DerivedNote]] = {group: [] for group, _, _ in _PLAN}
    for note in notes:
        group = _group(note)
        if group in groups:
            groups[group].append(note)
    for members in groups.values():
        members.sort(key=lambda note: draw(note.loan.row, "event", 2**48), reverse=True)
    made: list[MadeLife] = []
    for group, count, make in _PLAN:
        taken = [groups[group].pop() for _ in range(min(count, len(groups[group])))]
        made.extend(make(note, place) for place, note in enumerate(taken))
    return tuple(sorted(made, key=lambda life: life.note.loan.row))


def _group(note: DerivedNote) -> str:
    """How the note stands at the end of May; empty if none of the rules is for it."""
    if note.charged_off_on:
        return "charged off"
    if note.settled_on or len(note.versions) > 1:
        return ""
    oldest_on = note.versions[0].rows[len(note.paid)].due_on
    if oldest_on <= date(2018, 5, 1):
        return "over 30 days"
    if oldest_on <= date(2018, 5, 31):
        return "1 to 30 days"
    if oldest_on > SNAPSHOT_ON and note.paid and date(2018, 6, 1) <= note.paid[-1].value_on <= date(2018, 6, 8):
        return "paid in June"
    return ""


def _event(
    note: DerivedNote, number: int, kind: EventKind, value_on: date, recorded_on: date | None = None
) -> LoanEvent:
    recorded_at = datetime.combine(recorded_on or value_on, time(16), UTC)
    return LoanEvent(f"E{note.loan.row:05d}-{number}", kind, value_on, recorded_at)


def _more(note: DerivedNote, on: date, amount_minor: int, payer: Payer = Payer.BORROWER) -> Repayment:
    return Repayment(f"X{note.loan.row:05d}", on, datetime.combine(on, time(18), UTC), amount_minor, payer=payer)


def _pause(note: DerivedNote, place: int) -> MadeLife:
    """A pause; of every second note it is resumed, of the last it is reversed: it had been booked by mistake."""
    events = [replace(_event(note, 1, EventKind.PAUSE, PAUSED_ON), until_on=PAUSED_UNTIL)]
    if place == 3:
        events.append(replace(_event(note, 2, EventKind.PAUSE, RESUMED_ON), reverses=events[0].core_ref))
    elif place % 2:
        events.append(_event(note, 2, EventKind.RESUME, RESUMED_ON))
    return MadeLife(note, tuple(events))


def _extension(note: DerivedNote, place: int) -> MadeLife:
    """The last instalment six months later, booked four business days late; the first note once more on the 20th."""
    matures_on = note.versions[0].rows[-1].due_on
    events = [
        replace(
            _event(note, 1, EventKind.EXTENSION, EXTENDED_ON, EXTENSION_KNOWN_ON), until_on=months_after(matures_on, 6)
        )
    ]
    if place == 0:
        events.append(replace(_event(note, 2, EventKind.EXTENSION, RESUMED_ON), until_on=months_after(matures_on, 12)))
    return MadeLife(note, tuple(events))


def _restructure(note: DerivedNote, _place: int) -> MadeLife:
    """What is unpaid in 48 equal parts of principal from July on; the unpaid interest falls due with the first."""
    state = replay_at(note, RESTRUCTURED_ON - timedelta(1)).state
    balance, fallen = state.principal_outstanding_minor, instalments(note, RESTRUCTURED_ON)
    share, interest = balance // NEW_MONTHS, state.overdue_interest_minor
    rows = []
    for number in range(1, NEW_MONTHS + 1):
        interest += month_interest(balance, note.loan.annual_rate_ppm)
        principal = share if number < NEW_MONTHS else balance
        rows.append(Instalment(len(fallen) + number, months_after(RESTRUCTURED_ON, number), principal, interest))
        balance, interest = balance - principal, 0
    until_on = months_after(rows[0].due_on, 12)
    event = _event(note, 1, EventKind.RESTRUCTURE, RESTRUCTURED_ON)
    return MadeLife(note, (replace(event, until_on=until_on, schedule=tuple(rows)),))


def _acceleration(note: DerivedNote, place: int) -> MadeLife:
    """All is due; of every second note a court then awards exactly what the engine finds owed the day before."""
    events = (_event(note, 1, EventKind.ACCELERATION, ACCELERATED_ON),)
    if place % 2 == 0:
        return MadeLife(note, events)
    owed = replay_at(note, JUDGED_ON - timedelta(1), events).open
    claim = Claim(
        principal_minor=sum(row.principal_minor for row in owed),
        interest_minor=sum(row.interest_minor for row in owed),
        penalty_minor=0,
        compound_minor=0,
        costs_minor=sum(row.costs_minor for row in owed),
    )
    judgment = replace(_event(note, 2, EventKind.JUDGMENT, JUDGED_ON), claim=claim, until_on=PERFORM_UNTIL)
    return MadeLife(note, (*events, judgment))


def _insolvency(note: DerivedNote, _place: int) -> MadeLife:
    return MadeLife(note, (_event(note, 1, EventKind.INSOLVENCY, INSOLVENT_ON),))


def _waiver(note: DerivedNote, _place: int) -> MadeLife:
    """The interest of the oldest unpaid instalment; the lender charges no penalty interest that could be waived."""
    oldest = replay_at(note, WAIVED_ON - timedelta(1)).open[0]
    event = _event(note, 1, EventKind.WAIVER, WAIVED_ON)
    return MadeLife(note, (replace(event, component=Component.INTEREST, amount_minor=oldest.interest_minor),))


def _guarantor(note: DerivedNote, _place: int) -> MadeLife:
    """A guarantor pays all that is overdue."""
    overdue = replay_at(note, GUARANTOR_ON - timedelta(1)).open
    amount = sum(row.principal_minor + row.interest_minor + row.costs_minor for row in overdue)
    return MadeLife(note, paid=(_more(note, GUARANTOR_ON, amount, Payer.GUARANTOR),))


def _rate_change(note: DerivedNote, _place: int) -> MadeLife:
    event = _event(note, 1, EventKind.RATE_CHANGE, RATE_ON)
    rate_ppm = note.loan.annual_rate_ppm - LOWER_PPM
    rows = _coming(note, RATE_ON, rate_ppm)
    return MadeLife(note, (replace(event, annual_rate_ppm=rate_ppm, schedule=rows),))


def _drawdown(note: DerivedNote, _place: int) -> MadeLife:
    """A tenth of the principal that has been repaid so far, and at least 10.00, due with the last instalment."""
    amount = max(1_000, sum(row.principal_minor for row in note.versions[0].rows[: len(note.paid)]) // 10)
    event = _event(note, 1, EventKind.DRAWDOWN, DRAWN_ON)
    rows = _coming(note, DRAWN_ON, note.loan.annual_rate_ppm, amount)
    return MadeLife(note, (replace(event, amount_minor=amount, schedule=rows),))


def _reschedule(note: DerivedNote, _place: int) -> MadeLife:
    """The same instalments, each ten days later."""
    rows = [row for row in instalments(note, MOVED_ON) if row.due_on >= MOVED_ON]
    moved = tuple(replace(row, due_on=row.due_on + timedelta(LATER_DAYS)) for row in rows)
    return MadeLife(note, (replace(_event(note, 1, EventKind.RESCHEDULE, MOVED_ON), schedule=moved),))


def _charge_back(note: DerivedNote, place: int) -> MadeLife:
    """The payment of June is returned by the payer's bank; of every second note it is paid again."""
    returned = repayment(note, len(note.paid), note.paid[-1])
    event = replace(
        _event(note, 1, EventKind.CHARGE_BACK, RETURNED_ON),
        names_ref=returned.core_ref,
        amount_minor=returned.amount_minor,
    )
    again = (_more(note, PAID_AGAIN_ON, returned.amount_minor),) if place % 2 else ()
    return MadeLife(note, (event,), again)


def _charge_off(note: DerivedNote, place: int) -> MadeLife:
    """The charge-off that the lender published, as an event; of every second note an instalment is recovered."""
    event = _event(note, 1, EventKind.CHARGE_OFF, note.charged_off_on or SNAPSHOT_ON)
    recovered = (_more(note, SNAPSHOT_ON, note.loan.instalment_minor),) if place % 2 else ()
    return MadeLife(note, (event,), recovered)


def _coming(note: DerivedNote, on: date, rate_ppm: int, drawn_minor: int = 0) -> tuple[Instalment, ...]:
    """The coming instalments at a rate; the principal of each stays, what was drawn comes with the last."""
    coming = [row for row in instalments(note, on) if row.due_on >= on]
    coming[-1] = replace(coming[-1], principal_minor=coming[-1].principal_minor + drawn_minor)
    balance, rows = sum(row.principal_minor for row in coming), []
    for row in coming:
        rows.append(replace(row, interest_minor=month_interest(balance, rate_ppm)))
        balance -= row.principal_minor
    return tuple(rows)


def schedule_delivered(note: DerivedNote, event: LoanEvent) -> list[Instalment]:
    """The whole schedule that comes with an event: what of the old one was paid or stays, then the event's rows.

    A restructuring takes unpaid instalments over, so they are no longer in it.
    """
    rows = instalments(note, event.value_on)
    kept: Sequence[Instalment] = rows[: len(note.paid)]
    if event.kind is not EventKind.RESTRUCTURE:
        kept = [row for row in rows if row.due_on < event.value_on]
    return [*kept, *event.schedule]


_PLAN: tuple[tuple[str, int, Callable[[DerivedNote, int], MadeLife]], ...] = (
    ("1 to 30 days", 4, _pause),
    ("1 to 30 days", 3, _extension),
    ("1 to 30 days", 3, _waiver),
    ("1 to 30 days", 3, _guarantor),
    ("over 30 days", 4, _restructure),
    ("over 30 days", 4, _acceleration),
    ("over 30 days", 2, _insolvency),
    ("paid in June", 3, _rate_change),
    ("paid in June", 2, _drawdown),
    ("paid in June", 3, _reschedule),
    ("paid in June", 4, _charge_back),
    ("charged off", 7, _charge_off),
)
