"""Small worlds for the tests."""

from collections import defaultdict
from datetime import UTC, datetime, time

from huikuan.lab.happened import Happened
from huikuan.lab.parameters import parameters_shipped
from huikuan.lab.rules.days import date_of
from huikuan.lab.rules.schedules import METHODS, SETTLED_INTEREST
from huikuan.lab.step import world_step
from huikuan.lab.world import World, world_build
from huikuan.portfolio.facts import Compound, Frequency, Instalment, NoteTerms, Repayment

BEGIN = 19_844  # 2024-05-01


def small_world(*, first: int = 1, count: int = 300, seed: int = 11, months: int = 30) -> World:
    """A world of some borrowers on its eve."""
    return world_build(seed, parameters_shipped(), first=first, count=count, begin=BEGIN, until=BEGIN + 31 * months)


def lived(world: World, days: int) -> list[Happened]:
    """Live some days."""
    return [world_step(world) for _ in range(days)]


def repayments_of(happened: list[Happened]) -> dict[int, list[Repayment]]:
    """Repayments by place of the note."""
    found: dict[int, list[Repayment]] = defaultdict(list)
    for one in happened:
        day = date_of(one.day)
        for notes, amounts, _, _ in one.paid:
            for note, amount in zip(notes.tolist(), amounts.tolist(), strict=True):
                at = datetime.combine(day, time(12), tzinfo=UTC)
                found[note].append(Repayment(f"R{note}.{one.day}", day, at, amount))
    return found


def note_terms(world: World, note: int) -> NoteTerms:
    """Terms of a note as portfolio takes them."""
    notes, terms = world.notes, world.notes.terms
    return NoteTerms(
        principal_minor=int(terms.principal[note]),
        disbursed_on=date_of(terms.disbursed[note]),
        matures_on=date_of(terms.matures[note]),
        first_due_on=date_of(terms.first_due[note]),
        annual_rate_ppm=int(terms.rate_ppm[note]),
        penalty_rate_ppm=int(notes.penalty_ppm[note]),
        compound=Compound.QUARTERLY if notes.compounds[note] else Compound.NONE,
        method=METHODS[terms.method[note]],
        instalment_count=int(terms.count[note]),
        frequency=Frequency.QUARTERLY if terms.method[note] == SETTLED_INTEREST else Frequency.MONTHLY,
    )


def schedule_of(world: World, note: int) -> tuple[Instalment, ...]:
    """The schedule of a note as the world has it."""
    rows = world.rows
    return tuple(
        Instalment(seq, date_of(rows.due[at]), int(rows.principal[at]), int(rows.interest[at]))
        for seq, at in enumerate(range(rows.start[note], rows.start[note + 1]), start=1)
    )
