"""Creates a simulated bank's files: blocks of borrowers are lived one by one, then the days are written month by month.

Both can be shared among processes. Blocks and months are cut without any effect on what is written: a draw depends on
borrower and day alone, and rows are sorted before they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from huikuan.kernel.errors import ConflictError
from huikuan.lab.feeds import Span, days_are_ours, days_write, journal_open, truth_write
from huikuan.lab.journal import Journal, static_write
from huikuan.lab.parameters import Parameters
from huikuan.lab.places import BANK_CODE
from huikuan.lab.rules.days import date_of, number_of
from huikuan.lab.rules.identity import RELATED
from huikuan.lab.rules.people import CIRCLE
from huikuan.lab.step import world_step
from huikuan.lab.world import World, world_build
from huikuan.portfolio.intake.manifest import MANIFEST
from huikuan.portfolio.rules.schedule import month_end_after, months_after

BLOCK: Final = 50_000  # borrowers that are lived together
HISTORY_MONTHS: Final = 18  # the world begins so long before the first delivery
BORROWERS_MAX: Final = RELATED - 1
MONTHS_MAX: Final = 120
Progress = Callable[[str, int, int], None]  # what, how much is done, of how much


class JournalOfAnotherError(ConflictError):
    """The folder holds the journal of another bank."""

    code = "lab.journal_of_another"

    def __init__(self, journal: Path) -> None:
        super().__init__(f"{journal} holds another seed, size, time or other parameters. Choose an empty folder.")


class DeliveriesOfAnotherError(ConflictError):
    """The inbox holds deliveries that this order does not make."""

    code = "lab.deliveries_of_another"

    def __init__(self, folder: Path, day: date, journal: Path) -> None:
        super().__init__(
            f"{folder} holds deliveries of another seed, size, time or other parameters (of {day}). Nothing was "
            f"delivered. Choose an empty folder, or empty {journal} and give what they were made with."
        )


@dataclass(frozen=True, slots=True)
class Order:
    """A bank to be created: ``months`` months of deliveries from ``start`` on, the first day of a month."""

    seed: int
    borrowers: int
    months: int
    start: date

    def __post_init__(self) -> None:
        """Refuse what cannot be created."""
        if not 1 <= self.borrowers <= BORROWERS_MAX:
            raise ValueError(f"borrowers: 1 to {BORROWERS_MAX}, not {self.borrowers}")
        if not 1 <= self.months <= MONTHS_MAX:
            raise ValueError(f"months: 1 to {MONTHS_MAX}, not {self.months}")
        if self.start.day != 1:
            raise ValueError(f"start: the first day of a month, not {self.start}")

    @property
    def begin(self) -> int:
        """The first day of the world."""
        return number_of(months_after(self.start, -HISTORY_MONTHS))

    @property
    def last(self) -> int:
        """The last day of delivery."""
        return number_of(month_end_after(self.start, self.months - 1))

    def spans(self) -> list[Span]:
        """The days of delivery, month by month."""
        start = number_of(self.start)
        firsts = [number_of(months_after(self.start, month)) for month in range(self.months)]
        return [Span(start, first, number_of(month_end_after(date_of(first), 0))) for first in firsts]

    def blocks(self, block: int) -> list[tuple[int, int]]:
        """First number and count of each block of borrowers; ``block`` is a multiple of five, the size of a circle."""
        if block % CIRCLE:
            raise ValueError(f"block: a multiple of {CIRCLE}, not {block}")
        return [(first, min(block, self.borrowers - first + 1)) for first in range(1, self.borrowers + 1, block)]


def bank_files_create(
    order: Order,
    parameters: Parameters,
    *,
    inbox: Path,
    truth: Path,
    journal: Path,
    workers: int = 1,
    block: int = BLOCK,
    progress: Progress = lambda _what, _done, _of: None,
) -> None:
    """Live the bank and write its deliveries, its truth and the journal of both.

    What is there already is left as it is, so that a creation that was killed goes on. Raises JournalOfAnotherError
    and, before anything is delivered, DeliveriesOfAnotherError.
    """
    spans, delivered = order.spans(), _delivered(inbox)
    begun = [span for span in spans if any(span.first <= day <= span.last for day in delivered)]
    if delivered and (delivered[0] < spans[0].first or not begun):
        raise DeliveriesOfAnotherError(inbox / BANK_CODE, date_of(delivered[0]), journal)
    _journal_claim(order, parameters, journal)
    with _pool(workers) as run:
        run(
            "borrowers",
            [partial(block_live, order, parameters, journal, *one) for one in order.blocks(block)],
            progress,
        )
        for span in begun[:1] + begun[1:][-1:]:  # the first month that is there, and the last
            with journal_open(journal, span.start) as con:
                if not days_are_ours(con, inbox, span):
                    raise DeliveriesOfAnotherError(inbox / BANK_CODE, date_of(span.first), journal)
        run("months", [partial(_month_write, journal, inbox, span) for span in spans], progress)
    truth_write(journal, truth, number_of(order.start))


def _journal_claim(order: Order, parameters: Parameters, journal: Path) -> None:
    """See that a journal is of this order and these parameters, or make it so."""
    journal.mkdir(parents=True, exist_ok=True)
    mine = f"{order}\n{parameters.model_dump_json()}\n"
    file = journal / "order.txt"
    if not file.exists():
        part = file.with_name(f".{file.name}")
        part.write_text(mine, encoding="utf-8")
        part.replace(file)
    elif file.read_text(encoding="utf-8") != mine:
        raise JournalOfAnotherError(journal)


def block_live(order: Order, parameters: Parameters, journal: Path, first: int, count: int) -> None:
    """Live a block of borrowers from the beginning of the world to the last day, and write its part of the journal."""
    part = f"{first:08d}"
    done = journal / "done" / f"{part}.{count}"
    if done.exists():
        return
    world = world_build(order.seed, parameters, first=first, count=count, begin=order.begin, until=order.last)
    pages = Journal()
    pages.add_old(world)
    days_live(world, pages, order.last, figures_from=number_of(order.start) - 1)
    static_write(world, journal, part)
    pages.write(journal, part)
    done.parent.mkdir(exist_ok=True)
    done.touch()


def days_live(world: World, pages: Journal, until: int, *, figures_from: int) -> None:
    """Live the days up to ``until``.

    From ``figures_from``, the eve of the first delivery, on, the core's figures are taken down at the ends of months;
    those of the first delivery too.
    """
    while world.day < until:
        happened = world_step(world)
        pages.add(world, happened)
        month_end = date_of(world.day + 1).day == 1
        if world.day == figures_from + 1 or (month_end and world.day >= figures_from):
            pages.add_figures(world)
        if month_end and world.day > figures_from:
            pages.add_accounts(world)


def _delivered(inbox: Path) -> list[int]:
    """The days of which the inbox has a whole delivery."""
    names = sorted(one.parent.name for one in (inbox / BANK_CODE).glob(f"????-??-??/{MANIFEST}"))
    return [number_of(date.fromisoformat(name)) for name in names]


def _month_write(journal: Path, inbox: Path, span: Span) -> None:
    with journal_open(journal, span.start) as con:
        days_write(con, inbox, span)


@contextmanager
def _pool(workers: int) -> Iterator[Callable[[str, list[partial[None]], Progress], None]]:
    """Run pieces of work in this process, or shared among several."""

    def alone(what: str, work: list[partial[None]], progress: Progress) -> None:
        for done, piece in enumerate(work, start=1):
            piece()
            progress(what, done, len(work))

    if workers == 1:
        yield alone
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:

        def shared(what: str, work: list[partial[None]], progress: Progress) -> None:
            pieces: list[Any] = [pool.submit(piece) for piece in work]
            for done, piece in enumerate(as_completed(pieces), start=1):
                piece.result()
                progress(what, done, len(pieces))

        yield shared
