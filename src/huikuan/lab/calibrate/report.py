"""The simulated bank beside the real data: every figure with its intervals, as a table and as drawings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huikuan.lab.calibrate.afterwards import afterwards_figures
from huikuan.lab.calibrate.simulate import Play, cards_play, due_days, history_figures, loans_play, stage_set
from huikuan.lab.calibrate.svg import Dot, Line, drawing, percent
from huikuan.lab.calibrate.targets import Target, Targets
from huikuan.lab.calibrate.whole import bank_figures
from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.rates import Mean, Share, agree, simultaneous_level

PLAY: Final = Play(seed=20_260_202)
"""Other borrowers than those of the fitting, so that the report does not judge by what was chased."""

BANK: Final = Play(borrowers=20_000, months=24, seed=20_260_303)
LEVEL_PPM: Final = 950_000
ROWS_MIN: Final = 30
"""A simulated figure of fewer rows is neither shown nor judged: a small bank has next to no cards in M6."""

GROUPS: Final = {
    "loans": "instalments",
    "cards": "cards",
    "bank_loans": "bank: instalments",
    "bank_cards": "bank: cards",
    "after": "simulated",
}
"""What is simulated: the paying rules by themselves, a whole bank lived day by day, and what comes afterwards."""

_HEAD: Final = """# The simulated bank beside what was counted

Written by `huikuan lab report`; what the figures are and which data they were counted in stands in the model card
(`docs/concepts/simulator.md`). 95 % intervals stand in brackets. `≠` marks a simulated figure that does not agree with
a counted one; without it, it agrees with both. What has fewer than 30 simulated rows is left out.
"""
_WORDS: Final = {
    "panel.entry.all": "30 days behind: all",
    "panel.entry.clean": "… after a clean year",
    "panel.entry.recent": "… late within a year",
    "unfitted.first.1": "first time 30 days behind, 1st year",
    "unfitted.first.2": "first time, 2nd year",
    "unfitted.first.3": "first time, 3rd year",
    "unfitted.again.1": "30 days behind again, 1st year",
    "unfitted.again.2": "again, 2nd year",
    "unfitted.again.3": "again, 3rd year",
    "arrears.m1": "M1 among M1–M4",
    "arrears.grace": "1–15 days among M1",
    "settlement.broken": "settlements broken",
    "settlement.part": "settled for, of the debt",
    "recovery.any": "any recovery after charge-off",
    "recovery.part": "recovered, of the unpaid principal",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A figure of the report: counted, held out, simulated, and whether the simulated one agrees with each."""

    group: str
    name: str
    target: Target
    simulated: Share | Mean
    agrees_training: bool
    agrees_held_out: bool | None  # None where nothing is held out

    @property
    def fitted(self) -> bool:
        """Whether anything was fitted to it; the others are for comparison only."""
        return not self.name.startswith("unfitted.")

    @property
    def agrees(self) -> bool:
        """Whether it agrees with all that was counted."""
        return self.agrees_training and self.agrees_held_out is not False


def rows_compared(
    parameters: Parameters, targets: Targets, *, play: Play | None = None, bank: Play | None = None
) -> list[Row]:
    """Play the simulator and set each figure beside what was counted.

    Two figures agree if their difference lies within its interval; those of a group hold together at 95 % (Bonferroni).
    """
    play, bank = play or PLAY, bank or BANK
    stage = stage_set(parameters, play)
    bank_loans, bank_cards = bank_figures(parameters, bank)
    simulated: Mapping[str, Mapping[str, Share | Mean]] = {
        "loans": history_figures(loans_play(parameters, stage), due_days(stage)),
        "cards": history_figures(cards_play(parameters, stage)),
        "bank_loans": bank_loans,
        "bank_cards": bank_cards,
        "after": afterwards_figures(parameters, targets, play),
    }
    found = []
    for group, figures in simulated.items():
        names = [name for name in _ordered(targets) if name in figures and figures[name].of >= ROWS_MIN]
        level = simultaneous_level(LEVEL_PPM, max(1, len(names)))
        found += [_row(group, name, targets[name], figures[name], level) for name in names]
    return found


def _row(group: str, name: str, target: Target, simulated: Share | Mean, level_ppm: int) -> Row:
    return Row(
        group=group,
        name=name,
        target=target,
        simulated=simulated,
        agrees_training=agree(simulated, target.training, level_ppm),
        agrees_held_out=agree(simulated, target.held_out, level_ppm) if target.held_out.of else None,
    )


def tables(rows: Sequence[Row]) -> str:
    """Return the report as Markdown: what happens from month to month, and what comes afterwards."""
    parts = [_HEAD]
    for title, known in (
        ("From month to month", [row for row in rows if row.group != "after" and row.fitted]),
        ("Afterwards", [row for row in rows if row.group == "after"]),
        ("What nothing was fitted to", [row for row in rows if not row.fitted]),
    ):
        if known:
            parts += [f"## {title}", "", *_table(known), ""]
    return "\n".join(parts)


def _table(rows: Sequence[Row]) -> list[str]:
    groups = [group for group in GROUPS if any(row.group == group for row in rows)]
    cells = {(row.group, row.name): row for row in rows}
    heads = ["figure", *(GROUPS[group] for group in groups), "real, training part", "real, held out"]
    lines = [f"| {' | '.join(heads)} |", "|---" * len(heads) + "|"]
    for name, target in {row.name: row.target for row in rows}.items():
        simulated = (_simulated(cells.get((group, name))) for group in groups)
        lines.append(f"| {' | '.join([words(name), *simulated, _cell(target.training), _cell(target.held_out)])} |")
    return lines


def drawings(rows: Sequence[Row]) -> dict[str, str]:
    """Return the drawings by name of file; those without a line are left out."""
    entries = [row for row in rows if row.name.startswith("panel.entry.")]
    rest = [row for row in rows if row not in entries and row.fitted]
    unfitted = [row for row in rows if not row.fitted and row.group in ("loans", "cards")]
    calls = [row for row in rest if row.name.startswith("call.")]
    found = {
        "arrears": ("Falling 30 days behind within a month", [_line(row, group=True) for row in entries]),
        "loans": ("Instalments, a month later", _lines(rest, "loans")),
        "bank-loans": ("A whole bank: instalments, a month later", _lines(rest, "bank_loans")),
        "bank-cards": ("A whole bank: cards, a month later", _lines(rest, "bank_cards")),
        "after": ("Settlements and recoveries", _lines([row for row in rest if row not in calls], "after")),
        "unfitted": (
            "Falling 30 days behind, by year on the book: not fitted to",
            [_line(row, group=True) for row in unfitted],
        ),
        "calls": ("Success from call to call", _lines(calls, "after")),
    }
    return {f"simulator-{name}.svg": drawing(title, lines) for name, (title, lines) in found.items() if lines}


def _lines(rows: Sequence[Row], group: str) -> list[Line]:
    return [_line(row) for row in rows if row.group == group]


def words(name: str) -> str:
    """Return the words for a figure: ``panel.m2.cure`` is ``M2 → cured``."""
    if name in _WORDS:
        return _WORDS[name]
    kind, state, outcome = name.split(".")
    if kind == "call":
        return f"yes at call {outcome}, {state}"
    ends = {"cure": "cured", "better": "better", "stay": "the same", "worse": "worse"}
    last = "M6+" if kind == "panel" and state == "m6" else state.upper().replace("_PLUS", "+")
    return f"{last} → {ends[outcome]}"


def _simulated(row: Row | None) -> str:
    if row is None:
        return "–"
    return _cell(row.simulated) + ("" if row.agrees else " ≠")


def _cell(figure: Share | Mean) -> str:
    if not figure.of:
        return "–"
    bounds = figure.interval()
    low, high = (percent(one).removesuffix(" %") for one in (bounds.low_ppm, bounds.high_ppm))
    return f"{percent(figure.ppm)} [{low}, {high}]"


def _line(row: Row, *, group: bool = False) -> Line:
    dots = (_dot(one) for one in (row.target.training, row.target.held_out, row.simulated))
    return Line(f"{words(row.name)} ({GROUPS[row.group]})" if group else words(row.name), *dots)


def _dot(figure: Share | Mean) -> Dot | None:
    return Dot(figure.ppm, figure.interval()) if figure.of else None


def _ordered(names: Iterable[str]) -> Sequence[str]:
    order = (
        "panel.entry",
        "panel",
        "book",
        "arrears",
        "unfitted.first",
        "unfitted.again",
        "settlement",
        "recovery",
        "call",
    )
    return sorted(
        names, key=lambda name: (next(place for place, one in enumerate(order) if name.startswith(one)), name)
    )
