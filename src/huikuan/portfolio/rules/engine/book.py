"""The note while it is lived: what is owed, and the few ways in which an amount moves."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from huikuan.portfolio.conventions import (
    CONVENTIONS_DEFAULT,
    AllocationAxis,
    Component,
    Conventions,
    DueStages,
    PenaltyAs,
    PenaltyBase,
    Rounding,
)
from huikuan.portfolio.facts import (
    PPM,
    Allocation,
    Compound,
    FactInvalid,
    Flag,
    Instalment,
    NoteTerms,
    OpenInstalment,
)
from huikuan.portfolio.loan_events import LoanEvent
from huikuan.portfolio.rules.ageing import Pauses, late_days
from huikuan.portfolio.rules.day_count import den_of
from huikuan.portfolio.rules.rounding import half_up, round_ratio

# Columns of an open row. Days are proleptic ordinals. BILLED is principal + interest as they fell due on FELL_ON; where
# no late fee can follow both are 0.
SEQ, DUE_ON, PRINCIPAL, INTEREST, COSTS, BILLED, FELL_ON = range(7)
# What is owed by the note and not by a row, numbered on from the columns: keys of the parts of an allocation.
PENALTY, COMPOUND, DELAY = range(7, 10)
PART_OF = {
    Component.COSTS: COSTS,
    Component.PENALTY: PENALTY,
    Component.COMPOUND: COMPOUND,
    Component.INTEREST: INTEREST,
    Component.PRINCIPAL: PRINCIPAL,
    Component.DELAY: DELAY,
}
NO_PARTS = {COSTS: 0, PENALTY: 0, COMPOUND: 0, INTEREST: 0, PRINCIPAL: 0, DELAY: 0}

Row = list[int]


class Running(NamedTuple):
    """Where the running period stood when the coming instalments were computed anew on the day ``on``."""

    from_on: date  # its start
    earned: Fraction  # interest from there to ``on``, in minor units, exact
    on: date


class Book:
    """The note while it is replayed: ``day`` is the last day that is accounted for.

    The modules beside this one read and write its fields: ``accrual``, ``late_fees``, ``allocation``, ``advance``,
    ``events``, ``charge_back``, and ``run`` for the order of a day. Amounts are minor units; ``penalty``, ``compound``
    and ``delay`` are exact accumulators, numerators over ``den``.

    Who wants to see the way and not only the end extends this class and gives it to ``replay_in``. The methods
    ``saw_*`` do nothing here. Each is called once for each thing that happened, with figures as they were used, so that
    a watcher repeats no rule:

    - ``saw_nights``: a component bore interest over nights in a row: base, rate;
    - ``saw_capitalised``, ``saw_late_fee``;
    - ``saw_share``: an amount of one row was paid, forgiven or prepaid (above 0) or taken back (below 0). The shares
      of an allocation come before its ``saw_allocation``;
    - ``saw_allocation``: the parts of an allocation, and how much of its compound interest had been capitalised;
    - ``sees_event``, ``saw_event``: the book as it is just before and just after an event takes effect.
    """

    __slots__ = (
        "accelerated_on", "allocations", "annual_rate_ppm", "begun_on", "capitalised", "charged_back", "charged_off_on",
        "compound", "compounds", "conventions", "credit", "day", "delay", "delay_from", "den", "due", "extensions",
        "flags", "guaranteed", "horizontal", "insolvent_on", "interest_bears_penalty", "judged_on", "matures_on",
        "next", "no_late_fee", "observed_until", "open", "order", "outstanding", "past_due_first", "pauses",
        "penalty", "penalty_follows", "penalty_rate_ppm", "prepaid", "rates_agreed", "recovered", "rounds_half_up",
        "running", "schedule", "subrogated", "terms", "waived",
    )  # fmt: skip

    def __init__(self, terms: NoteTerms, conventions: Conventions = CONVENTIONS_DEFAULT) -> None:
        self.terms, self.conventions = terms, conventions
        self.den = den_of(conventions.day_count)
        # said once here, because looking up a member of an enumeration costs as much as the rule it decides
        self.compounds = terms.compound is not Compound.NONE
        self.interest_bears_penalty = conventions.penalty_base is PenaltyBase.PRINCIPAL_AND_INTEREST
        self.horizontal = conventions.allocation_axis is AllocationAxis.HORIZONTAL
        self.past_due_first = conventions.due_stages is DueStages.PAST_DUE_FIRST
        self.rounds_half_up = conventions.rounding is Rounding.HALF_UP
        self.order = tuple(PART_OF[component] for component in conventions.allocation_order)
        self.day = date.min
        # in force
        self.schedule: Sequence[Instalment] = ()  # what fell due, and what is coming from position ``next`` on
        self.next = 0
        self.matures_on = terms.matures_on
        self.annual_rate_ppm = terms.annual_rate_ppm
        self.penalty_follows = conventions.penalty_as is PenaltyAs.MARKUP  # until an event names a penalty rate
        self.penalty_rate_ppm = self.penalty_rate_of(terms.annual_rate_ppm)
        self.rates_agreed = (self.annual_rate_ppm, self.penalty_rate_ppm)
        self.pauses: Pauses = ()
        # owed
        self.open: list[Row] = []  # oldest first
        self.due = [0, 0, 0, 0, 0]  # sums over the open rows, by column
        self.outstanding = self.credit = self.capitalised = 0
        self.penalty = self.compound = self.delay = 0
        self.delay_from: date | None = None  # delay interest is borne by the nights after this day
        # on the coming instalments
        self.prepaid: dict[int, Row] = {}  # by seq, columns as of an open row
        self.running: Running | None = None
        self.begun_on = terms.disbursed_on  # no period began before: the pay-out, later the last restructuring
        self.no_late_fee: int | None = None  # seq of the instalment that an acceleration made
        # to be told
        self.allocations: list[Allocation] = []
        self.charged_back: dict[str, dict[int, int]] = {}  # by core_ref of the repayment, by part
        self.waived = self.subrogated = self.recovered = self.extensions = 0
        self.guaranteed: set[str] = set()  # core_ref of what guarantors paid
        self.accelerated_on: date | None = None
        self.judged_on: date | None = None
        self.insolvent_on: date | None = None
        self.charged_off_on: date | None = None
        self.observed_until: date | None = None
        self.flags: list[Flag] = []

    # --- rows ------------------------------------------------------------------------------------------------------

    def fall_due(self) -> None:
        """What is coming and due up to ``day`` becomes open, less what was prepaid."""
        schedule, place, day = self.schedule, self.next, self.day
        while place < len(schedule) and schedule[place].due_on <= day:
            row = schedule[place]
            principal, interest, costs = row.principal_minor, row.interest_minor, row.costs_minor
            if prepaid := self.prepaid.pop(row.seq, None):
                principal -= prepaid[PRINCIPAL]
                interest = max(0, interest - prepaid[INTEREST])
                costs -= prepaid[COSTS]
            due_on, billed = row.due_on.toordinal(), principal + interest
            fee = (billed, due_on) if row.seq != self.no_late_fee else (0, 0)
            self.row_add([row.seq, due_on, principal, interest, costs, *fee])
            place += 1
        self.next = place

    def row_add(self, row: Row) -> None:
        """Open a row behind the others of its age; amounts of one that is open already are added to it."""
        if not (row[PRINCIPAL] or row[INTEREST] or row[COSTS]):
            return
        due = self.due
        due[PRINCIPAL] += row[PRINCIPAL]
        due[INTEREST] += row[INTEREST]
        due[COSTS] += row[COSTS]
        open_ = self.open
        if not open_ or (open_[-1][DUE_ON], open_[-1][SEQ]) < (row[DUE_ON], row[SEQ]):
            open_.append(row)
            return
        place = bisect_right(open_, (row[DUE_ON], row[SEQ]), key=lambda other: (other[DUE_ON], other[SEQ]))
        if place and open_[place - 1][:2] == row[:2]:
            for column in (PRINCIPAL, INTEREST, COSTS):
                open_[place - 1][column] += row[column]
        else:
            open_.insert(place, row)

    def rows_clear(self, columns: Iterable[int]) -> None:
        """Take whole components out of the open rows."""
        for column in columns:
            for row in self.open:
                row[column] = 0
            self.due[column] = 0
        self.rows_sweep()

    def rows_sweep(self) -> None:
        """Rows that are paid are open no more."""
        self.open = [row for row in self.open if row[PRINCIPAL] or row[INTEREST] or row[COSTS]]

    def pay_rows(self, column: int, money: int, rows: Sequence[Row]) -> int:
        """Pay one component of the rows, oldest first; returns what was used of the money."""
        rest = money
        for row in rows:
            if part := row[column]:
                part = min(part, rest)
                row[column] -= part
                rest -= part
                self.saw_share(row, column, part)
                if not rest:
                    break
        used = money - rest
        self.due[column] -= used
        if column == PRINCIPAL:
            self.outstanding -= used
        return used

    def pay_accrued(self, part: int, money: int) -> int:
        """Pay penalty, compound (capitalised first) or delay interest as rounded; returns what was used."""
        if part == PENALTY:
            if used := min(money, self.rounded(self.penalty)):
                self.penalty -= used * self.den
        elif part == DELAY:
            used = min(money, self.rounded(self.delay))
            self.delay -= used * self.den
        else:
            capitalised = min(money, self.capitalised)
            accrued = min(money - capitalised, self.rounded(self.compound))
            self.capitalised -= capitalised
            self.compound -= accrued * self.den
            used = capitalised + accrued
        return used

    # --- what is coming --------------------------------------------------------------------------------------------

    @property
    def coming(self) -> Sequence[Instalment]:
        """Instalments that have not fallen due, as the schedule has them: before what was prepaid."""
        return self.schedule[self.next :]

    def coming_principal(self, rows: Iterable[Instalment] | None = None) -> int:
        """Unpaid principal of the coming instalments, or of some of them."""
        return sum(
            row.principal_minor - self.prepaid_of(row.seq, PRINCIPAL) for row in (self.coming if rows is None else rows)
        )

    def prepaid_of(self, seq: int, column: int) -> int:
        """What was paid in advance of one amount of a coming instalment."""
        prepaid = self.prepaid.get(seq)
        return prepaid[column] if prepaid is not None else 0

    # --- rates and figures -----------------------------------------------------------------------------------------

    def penalty_rate_of(self, annual_rate_ppm: int) -> int:
        """The penalty rate that belongs to a contract rate: that of the terms, or the contract rate with mark-up."""
        if not self.penalty_follows:
            return self.terms.penalty_rate_ppm
        markup = self.terms.penalty_markup_ppm
        if markup is None:
            raise FactInvalid("terms.penalty_markup", "penalty_markup_pct", "a mark-up of the penalty rate", "none")
        return half_up(annual_rate_ppm * (PPM + markup), PPM)

    def rounded(self, accumulator: int) -> int:
        """What an accumulator shows and what is paid of it; one that was paid ahead shows 0."""
        if accumulator <= 0:
            return 0
        if self.rounds_half_up:
            return half_up(accumulator, self.den)
        return round_ratio(accumulator, self.den, self.conventions.rounding)

    def raw_days(self) -> int:
        """Days past due of the note at the close of ``day``: of its oldest row with unpaid principal or interest."""
        for row in self.open:
            if row[PRINCIPAL] or row[INTEREST]:
                return late_days(row[DUE_ON], self.day.toordinal(), self.conventions.due_day, self.pauses)
        return 0

    def flag(self, flag: Flag) -> None:
        if flag not in self.flags:
            self.flags.append(flag)

    # --- for who watches -------------------------------------------------------------------------------------------

    def saw_nights(self, since: date, part: int, base: int, rate: int) -> None:
        """``part`` bore interest in the nights after ``since`` up to ``day``, at ``rate`` ppm a year (delay: a day)."""

    def saw_capitalised(self, accrued: int, amount: int) -> None:
        """``amount`` of the numerator ``accrued`` became part of the base of compound interest."""

    def saw_late_fee(self, row: Row, base: int, fee: int) -> None:
        """A late fee was added to the costs of a row; ``base`` is what its rate applies to, 0 for a flat fee."""

    def saw_share(self, row: Row, column: int, amount: int) -> None:
        """An amount of an open or coming row was paid (above 0), or taken back (below 0)."""

    def saw_allocation(self, allocation: Allocation, capitalised: int) -> None:
        """An allocation is done; ``capitalised`` of its compound interest had been capitalised before."""

    def sees_event(self, event: LoanEvent) -> None:
        """An event of the loan is about to take effect on ``day``."""

    def saw_event(self, event: LoanEvent) -> None:
        """An event of the loan has taken effect on ``day``."""


def open_row(row: OpenInstalment) -> Row:
    """An open row as the book keeps it; no late fee can follow."""
    return [row.seq, row.due_on.toordinal(), row.principal_minor, row.interest_minor, row.costs_minor, 0, 0]
