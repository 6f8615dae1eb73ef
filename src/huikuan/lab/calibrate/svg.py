"""Small drawings of figures with their intervals, as SVG text: no library, the same figures are the same bytes.

One line a figure; real data as circles in two colours (the training part above, what was held out below), the simulated
bank as a diamond. Colours are legible on white and on dark pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from huikuan.kernel.money import PPM
from huikuan.lab.rules.rates import Interval

WIDTH: Final = 720
LABEL: Final = 270
RIGHT: Final = 20
ROW: Final = 30
TOP: Final = 58
INK, TRAINING, HELD_OUT, SIMULATED, LINE = "#6b7280", "#2563eb", "#0d9488", "#ea580c", "#9ca3af"
_STEPS: Final = tuple(unit * step for unit in (100, 1_000, 10_000, 100_000) for step in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class Dot:
    """A figure and its interval, in parts per million."""

    ppm: int
    interval: Interval


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the drawing; what is not known is left out."""

    label: str
    training: Dot | None
    held_out: Dot | None
    simulated: Dot | None


def drawing(title: str, lines: Sequence[Line]) -> str:
    """Return the drawing of some figures on one axis from nothing to the highest bound, in percent."""
    dots = [dot for line in lines for dot in (line.training, line.held_out, line.simulated) if dot]
    highest = max((dot.interval.high_ppm for dot in dots), default=PPM)
    step = next((one for one in _STEPS if highest <= 8 * one), PPM // 5)
    end = min(PPM, -(-highest // step) * step) or step
    height = TOP + ROW * len(lines) + 30
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="sans-serif" font-size="12" fill="{INK}">',
        f"<title>{escape(title)}</title>",
        f'<text x="{LABEL}" y="18" font-size="14" font-weight="bold">{escape(title)}</text>',
        *_legend(),
        *_axis(end, step, height),
    ]
    for place, line in enumerate(lines):
        middle = TOP + ROW * place + ROW // 2
        parts.append(f'<text x="{LABEL - 10}" y="{middle + 4}" text-anchor="end">{escape(line.label)}</text>')
        for dot, colour, offset in ((line.training, TRAINING, -7), (line.held_out, HELD_OUT, 0)):
            if dot:
                parts += _dot(dot, colour, middle + offset, end, round_mark=True)
        if line.simulated:
            parts += _dot(line.simulated, SIMULATED, middle + 7, end, round_mark=False)
    return "\n".join([*parts, "</svg>", ""])


def _x(ppm: int, end: int) -> int:
    """Return where a figure lies, in whole points."""
    return LABEL + (WIDTH - LABEL - RIGHT) * min(ppm, end) // end


def _dot(dot: Dot, colour: str, y: int, end: int, *, round_mark: bool) -> list[str]:
    low, at, high = (_x(one, end) for one in (dot.interval.low_ppm, dot.ppm, dot.interval.high_ppm))
    return [f'<path d="M{low} {y}H{high}" stroke="{colour}" stroke-width="2"/>', _mark(at, y, colour, round_mark)]


def _mark(x: int, y: int, colour: str, round_mark: bool) -> str:
    if round_mark:
        return f'<circle cx="{x}" cy="{y}" r="3" fill="{colour}"/>'
    return f'<path d="M{x - 4} {y}L{x} {y - 4}L{x + 4} {y}L{x} {y + 4}Z" fill="{colour}"/>'


def _axis(end: int, step: int, height: int) -> list[str]:
    parts = []
    for at in range(0, end + 1, step):
        x = _x(at, end)
        parts.append(f'<path d="M{x} {TOP}V{height - 24}" stroke="{LINE}" stroke-opacity="0.4"/>')
        parts.append(f'<text x="{x}" y="{height - 8}" text-anchor="middle">{percent(at)}</text>')
    return parts


def _legend() -> list[str]:
    parts, x = [], LABEL + 4
    for text, colour, round_mark in (
        ("real, training part", TRAINING, True),
        ("real, held out", HELD_OUT, True),
        ("simulated", SIMULATED, False),
    ):
        parts += [_mark(x, 36, colour, round_mark), f'<text x="{x + 10}" y="40">{text}</text>']
        x += 24 + 7 * len(text)
    return parts


def percent(ppm: int) -> str:
    """Return a share in percent with two places, half up, without needless zeros: 20557 is ``2.06 %``."""
    hundredths = (ppm + 50) // 100
    text = f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".")
    return f"{text} %"
