"""How each instalment stands at the close of the day: what was due, what is unpaid, how late it is."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from huikuan.portfolio.conventions import DueDay
from huikuan.portfolio.facts import Instalment, OpenInstalment
from huikuan.portfolio.rules.ageing import late_days
from huikuan.portfolio.rules.engine.book import COSTS, INTEREST, PRINCIPAL
from huikuan.portfolio.rules.explain.facts import InstalmentStanding, Standing
from huikuan.portfolio.rules.explain.trace import Replaced, RowKey, Trace

Amounts = tuple[int, int, int]  # principal, interest, costs
_NOTHING: Amounts = (0, 0, 0)


def standings(trace: Trace, due_day: DueDay) -> tuple[InstalmentStanding, ...]:
    """The instalments of the schedule in force, and the rows that no schedule has, by due date and number."""
    return tuple(sorted(_Standings(trace, due_day).rows(), key=lambda row: (row.due_on, row.seq)))


class _Standings:
    def __init__(self, trace: Trace, due_day: DueDay) -> None:
        self.trace, self.due_day = trace, due_day
        self.as_of = trace.replayed.state.as_of
        self.open = {_place(row.seq, row.due_on): row for row in trace.replayed.open}
        self.fees: defaultdict[int, int] = defaultdict(int)
        for fee in trace.late_fees:
            self.fees[fee.seq] += fee.amount_minor
        self.paid: defaultdict[RowKey, list[int]] = defaultdict(lambda: [0, 0, 0])
        self.paid_on: dict[RowKey, date] = {}
        for detail in trace.allocations:
            for share in detail.shares:
                parts = (share.principal_minor, share.interest_minor, share.costs_minor)
                if max(parts) > 0:
                    key = _place(share.seq, share.due_on)
                    self.paid_on[key] = detail.allocation.applied_on
                    self.paid[key] = [was + part for was, part in zip(self.paid[key], parts, strict=True)]
        self.replaced = {_place(*key): taken for key, taken in trace.replaced.items()}

    def rows(self) -> Iterator[InstalmentStanding]:
        for row in self.trace.replayed.schedule:
            yield self.coming(row) if row.due_on > self.as_of else self.fallen(row)
        off_schedule = {key for key in {*self.open, *self.paid, *self.replaced} if key[0] == 0}
        for key in sorted(off_schedule):
            unpaid, taken = _unpaid(self.open.get(key)), _taken(self.replaced.get(key))
            whole = tuple(map(sum, zip(unpaid, taken, self.paid[key], strict=True)))
            yield self.standing(key, (whole[0], whole[1], whole[2]), unpaid, taken)

    def coming(self, row: Instalment) -> InstalmentStanding:
        whole = (row.principal_minor, row.interest_minor, row.costs_minor)
        rest = list(whole)
        if (prepaid := self.trace.prepaid.get(row.seq)) is not None:
            paid = (prepaid[PRINCIPAL], prepaid[INTEREST], prepaid[COSTS])
            rest = [max(0, due - part) for due, part in zip(whole, paid, strict=True)]
        unpaid = (rest[0], rest[1], rest[2])
        return InstalmentStanding(row.seq, row.due_on, *whole, *unpaid, *_NOTHING, Standing.NOT_DUE, 0, None)

    def fallen(self, row: Instalment) -> InstalmentStanding:
        key = _place(row.seq, row.due_on)
        whole = (row.principal_minor, row.interest_minor, row.costs_minor + self.fees[row.seq])
        open_ = self.open.get(key)
        # a re-ageing moves the day on which what is open counts as due
        key = (row.seq, open_.due_on) if open_ is not None else (row.seq, row.due_on)
        return self.standing(key, whole, _unpaid(open_), _taken(self.replaced.get(_place(row.seq, row.due_on))))

    def standing(self, key: RowKey, whole: Amounts, unpaid: Amounts, taken: Amounts) -> InstalmentStanding:
        seq, due_on = key
        days, standing, cleared_on = 0, Standing.PAID, None
        if any(unpaid):
            standing = Standing.OPEN if unpaid == whole else Standing.PART_PAID
            if unpaid[0] or unpaid[1]:
                days = late_days(due_on.toordinal(), self.as_of.toordinal(), self.due_day, self.trace.pauses)
        elif any(taken):
            standing = Standing.REPLACED
        else:
            cleared_on = self.paid_on.get(_place(seq, due_on))
        return InstalmentStanding(seq, due_on, *whole, *unpaid, *taken, standing, days, cleared_on)


def _place(seq: int, due_on: date) -> RowKey:
    """A row of a schedule is known by its number, whatever happens to its due date; the others by their date."""
    return (seq, date.min) if seq else (seq, due_on)


def _unpaid(row: OpenInstalment | None) -> Amounts:
    return (row.principal_minor, row.interest_minor, row.costs_minor) if row is not None else _NOTHING


def _taken(row: Replaced | None) -> Amounts:
    return (row.principal_minor, row.interest_minor, row.costs_minor) if row is not None else _NOTHING
