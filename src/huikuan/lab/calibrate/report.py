"""The simulated bank beside the real data: every figure with its intervals, as a table and as drawings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from huikuan.lab.calibrate.afterwards import afterwards_figures
from huikuan.lab.calibrate.simulate import Play, cards_play, due_days, history_figures, loans_play, stage_set
from huikuan.lab.calibrate.svg import Dot, Line, drawing, percent
from huikuan.lab.calibrate.targets import Target, Targets
from huikuan.lab.parameters import Parameters
from huikuan.lab.rules.rates import Mean, Share, agree, simultaneous_level

PLAY: Final = Play(seed=20_260_202)
"""Other borrowers than those of the fitting, so that the report does not judge by what was chased."""

LEVEL_PPM: Final = 950_000
_GROUPS: Final = (
    ("loans", "Monthly instalments", ("panel.", "book.", "arrears.")),
    ("cards", "Cards", ("panel.", "book.")),
    ("after", "Settlements, recoveries, calls", ("settlement.", "recovery.", "call.")),
)
_WORDS: Final = {
    "panel.entry.all": "30+ days, from below",
    "panel.entry.clean": "30+ days, none for a year",
    "panel.entry.recent": "30+ days, again",
    "arrears.m1": "M1 among M1–M4",
    "arrears.grace": "1–15 days among M1",
    "settlement.broken": "settlements broken",
    "settlement.part": "settled for, of the debt",
    "recovery.any": "any recovery after charge-off",
    "recovery.part": "recovered, of the principal",
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


def rows_compared(parameters: Parameters, targets: Targets, *, play: Play = PLAY) -> list[Row]:
    """Play the simulator and set each figure beside what was counted.

    Intervals of a group hold together at 95 % (Bonferroni); agreement is that of the difference of two figures.
    """
    stage = stage_set(parameters, play)
    simulated: Mapping[str, Mapping[str, Share | Mean]] = {
        "loans": history_figures(loans_play(parameters, stage), due_days(stage)),
        "cards": history_figures(cards_play(parameters, stage)),
        "after": afterwards_figures(parameters, targets, play),
    }
    found = []
    for group, _, prefixes in _GROUPS:
        names = [name for name in _ordered(targets) if name.startswith(prefixes) and name in simulated[group]]
        level = simultaneous_level(LEVEL_PPM, max(1, len(names)))
        found += [_row(group, name, targets[name], simulated[group][name], level) for name in names]
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


def table(rows: Iterable[Row]) -> str:
    """Return the report as Markdown: a table a group, 95 % intervals in brackets."""
    known = list(rows)
    parts = []
    for group, title, _ in _GROUPS:
        lines = [row for row in known if row.group == group]
        if not lines:
            continue
        parts += [
            f"### {title}",
            "",
            "| figure | simulated | real, fitted to | real, held out | agrees |",
            "|---|---|---|---|---|",
        ]
        parts += [_table_line(row) for row in lines]
        parts.append("")
    return "\n".join(parts)


def drawings(rows: Iterable[Row]) -> dict[str, str]:
    """Return the drawings by name of file, one a group."""
    known = list(rows)
    return {
        f"simulator-{group}.svg": drawing(f"{title}: simulated and real", [_line(row) for row in lines])
        for group, title, _ in _GROUPS
        if (lines := [row for row in known if row.group == group])
    }


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


def _table_line(row: Row) -> str:
    cells = (_cell(one) for one in (row.simulated, row.target.training, row.target.held_out))
    return f"| {words(row.name)} | {' | '.join(cells)} | {_verdict(row)} |"


def _verdict(row: Row) -> str:
    return "with both" if row.agrees_training and row.agrees_held_out else _partly(row)


def _partly(row: Row) -> str:
    if row.agrees_held_out is None:
        return "yes" if row.agrees_training else "no"
    if row.agrees_held_out:
        return "held out only"
    return "fitted only" if row.agrees_training else "no"


def _cell(figure: Share | Mean) -> str:
    if not figure.of:
        return "–"
    bounds = figure.interval()
    low, high = (percent(one).removesuffix(" %") for one in (bounds.low_ppm, bounds.high_ppm))
    return f"{percent(figure.ppm)} [{low}, {high}]"


def _line(row: Row) -> Line:
    target = row.target
    return Line(words(row.name), *(_dot(one) for one in (target.training, target.held_out, row.simulated)))


def _dot(figure: Share | Mean) -> Dot | None:
    return Dot(figure.ppm, figure.interval()) if figure.of else None


def _ordered(names: Iterable[str]) -> Sequence[str]:
    order = ("panel.entry", "panel", "book", "arrears", "settlement", "recovery", "call")
    return sorted(
        names, key=lambda name: (next(place for place, one in enumerate(order) if name.startswith(one)), name)
    )
