"""Bring the simulator to the counted figures: simulate, compare, adjust, a few rounds; then write the parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import yaml

from huikuan.kernel.money import PPM, round_half_up
from huikuan.lab.calibrate.calling import calling_fit
from huikuan.lab.calibrate.simulate import Play, Stage, cards_play, due_days, history_figures, loans_play, stage_set
from huikuan.lab.calibrate.targets import Targets
from huikuan.lab.parameters import Basis, Figure, Figures, Month, Parameters
from huikuan.lab.rules.adjust import Weights, late_adjusted, months_adjusted, spread_adjusted
from huikuan.lab.rules.decline import Decline, decline_fit
from huikuan.lab.rules.history import BOOK_BUCKETS
from huikuan.lab.rules.rates import Mean, Share

ROUNDS: Final = 30
PLAY: Final = Play()
RECOVERY_MONTHS: Final = 60
"""Over how many months after a charge-off the recoveries of the public data came in: loans of 2008 to 2011, most of
them charged off in their second year, seen at the end of 2017. The day is not published, so this is judgement."""

_HEAD: Final = (
    "# Parameters of the simulated bank (`lab/parameters.py` says what each means). Shares are parts per million.\n"
    "# `assumed` is judgement, `fitted` was written by `huikuan lab calibrate`.\n"
)
Told = Callable[[int], None]
"""Is told the number of rounds that are done."""


def fit(
    parameters: Parameters,
    targets: Targets,
    *,
    play: Play | None = None,
    rounds: int = ROUNDS,
    told: Told | None = None,
) -> Parameters:
    """Return the parameters fitted to the training part of the targets; what no target speaks of stays as it was."""
    wanted = {name: one.training.ppm for name, one in targets.items() if one.training.of}
    sources = sorted({one.source for name, one in targets.items() if name.startswith(("panel.", "book."))})
    if sources:
        stage = stage_set(parameters, play or PLAY)
        for done in range(rounds):
            parameters = _round(parameters, wanted, stage, f"monthly rates of {', '.join(sources)}")
            if told:
                told(done + 1)
    return calling_fit(
        _recoveries(parameters, wanted), call_decline(targets), wanted.get("settlement.broken"), play or PLAY
    )


def parameters_write(parameters: Parameters, path: Path) -> None:
    """Write the parameters, in the order of their schema."""
    rows = _labels_last(parameters.model_dump(mode="json"))
    path.write_text(
        _HEAD + yaml.safe_dump(rows, sort_keys=False, default_flow_style=None, allow_unicode=True, width=150),
        encoding="utf-8",
    )


def _labels_last(value: Any) -> Any:
    """Return what is to be written with figures before the labels that explain them."""
    if isinstance(value, list):
        return [_labels_last(one) for one in value]
    if not isinstance(value, dict):
        return value
    labels = {name: value[name] for name in ("basis", "source") if name in value}
    return {name: _labels_last(one) for name, one in value.items() if name not in labels} | labels


def call_decline(targets: Targets) -> Decline | None:
    """Return the decline of success from call to call in the training part; None without such targets."""
    channels: dict[str, list[Share]] = {}
    for name in sorted(targets):
        kind, *rest = name.split(".")
        figure = targets[name].training
        if kind == "call" and isinstance(figure, Share):
            channels.setdefault(rest[0], []).append(figure)
    return decline_fit(channels) if channels else None


def _round(parameters: Parameters, wanted: Mapping[str, int], stage: Stage, source: str) -> Parameters:
    """Play loans and cards, and adjust each by what came out."""
    loans = _ppm(history_figures(loans_play(parameters, stage), due_days(stage)))
    cards = _ppm(history_figures(cards_play(parameters, stage)))
    paying = parameters.paying
    of_loans = _months(paying.loans, months_adjusted(_weights(paying.loans), wanted, loans), source)
    changed = {
        "loans": of_loans,
        "seasonal": _seasonal(paying.seasonal, of_loans, wanted),
        "cards": _months(paying.cards, months_adjusted(_weights(paying.cards), wanted, cards), source),
        "spread_ppm": _figures(
            paying.spread_ppm,
            spread_adjusted(paying.spread_ppm.values, wanted, loans),
            f"M0 and M1: {source}; later assumed",
        ),
        "on_day_weights": _figures(
            paying.on_day_weights,
            late_adjusted(paying.on_day_weights.values, wanted, loans),
            "late days: grace among M1 of lendingclub; early days assumed",
        ),
    }
    return parameters.model_copy(update={"paying": paying.model_copy(update=changed)})


def _seasonal(before: tuple[Month, ...], of_loans: tuple[Month, ...], wanted: Mapping[str, int]) -> tuple[Month, ...]:
    """Return the months of loans repaid by the season: those of loans from M1 on, where the rates are of a whole book.

    A book's own roll table counts notes of every kind. In M0 a loan repaid once a year is asked once a year, so that
    the monthly rate says nothing of it; and public panels know no such loans at all.
    """
    rows = zip(BOOK_BUCKETS[1:], before[1:], of_loans[1:], strict=True)
    return before[:1] + tuple(new if f"book.{name}.worse" in wanted else old for name, old, new in rows)


def _figures(before: Figures, after: tuple[int, ...], source: str) -> Figures:
    """Return the figures with their new values; unchanged ones keep their label."""
    return before if before.values == after else Figures(values=after, basis=Basis.FITTED, source=source)


def _ppm(figures: Mapping[str, Share | Mean]) -> dict[str, int]:
    return {name: one.ppm for name, one in figures.items()}


def _weights(months: Sequence[Month]) -> tuple[Weights, ...]:
    return tuple(month.weights for month in months)


def _months(before: Sequence[Month], after: Sequence[Weights], source: str) -> tuple[Month, ...]:
    """Return the months with their new weights; one that no target moved keeps its label."""
    return tuple(
        old
        if old.weights == new
        else Month(
            none_ppm=new[0], one_ppm=new[1], several_ppm=new[2], every_ppm=new[3], basis=Basis.FITTED, source=source
        )
        for old, new in zip(before, after, strict=True)
    )


def _recoveries(parameters: Parameters, wanted: Mapping[str, int]) -> Parameters:
    """Set how often something comes back after a charge-off, and how much: from an eighth to 15 eighths of the mean."""
    part, some = wanted.get("recovery.part"), wanted.get("recovery.any")
    if not part or not some:
        return parameters
    source, monthly = "lendingclub", recovery_monthly(some)
    mean = min(PPM // 2, round_half_up(part * PPM, RECOVERY_MONTHS * monthly))
    changed = {
        "recovers_ppm": _fitted(monthly, f"share with any recovery in {source} over {RECOVERY_MONTHS} months"),
        "recovery_share_ppm": Figures(
            values=(mean // 8, 2 * mean - mean // 8),
            basis=Basis.FITTED,
            source=f"recoveries less fees of {source}, by unpaid principal",
        ),
    }
    return parameters.model_copy(update={"afterwards": parameters.afterwards.model_copy(update=changed)})


def recovery_monthly(some_ppm: int) -> int:
    """Return the monthly chance that leads to ``some_ppm`` with at least one recovery in RECOVERY_MONTHS."""
    chance: float = 1 - (1 - some_ppm / PPM) ** (1 / RECOVERY_MONTHS)
    return round(chance * PPM)


def _fitted(value: int, source: str) -> Figure:
    return Figure(value=value, basis=Basis.FITTED, source=source)
