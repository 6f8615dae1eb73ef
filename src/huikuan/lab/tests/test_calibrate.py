"""The simulated bank agrees with what was counted in public data, fitted to or held out, within stated intervals."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from huikuan.kernel.money import PPM
from huikuan.lab.calibrate.calling import calls_play
from huikuan.lab.calibrate.fit import call_decline, fit, parameters_write
from huikuan.lab.calibrate.own import rolls_targets
from huikuan.lab.calibrate.report import Row, drawings, rows_compared, tables
from huikuan.lab.calibrate.simulate import Play, cards_play, history_figures, loans_play, stage_set
from huikuan.lab.calibrate.targets import Target, targets_count, targets_load, targets_shipped, targets_write
from huikuan.lab.cli import app
from huikuan.lab.parameters import Basis, Month, Parameters, parameters_load, parameters_shipped
from huikuan.lab.rules.contact import Offer
from huikuan.lab.rules.decline import decline_fit
from huikuan.lab.rules.rates import Share, agree, simultaneous_level

DATA = Path(os.environ.get("HUIKUAN_REAL_DATA", "/nowhere"))
DOCS = Path(__file__).resolve().parents[4] / "docs"
SMALL = Play(borrowers=5_000, months=24, seed=1)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The report of the shipped parameters, on a smaller bank."""
    return rows_compared(parameters_shipped(), targets_shipped(), bank=Play(borrowers=10_000, months=24, seed=11))


def test_every_simulated_figure_agrees_with_what_was_fitted_to(rows: list[Row]) -> None:
    assert [(row.group, row.name) for row in rows if row.fitted and not row.agrees_training] == []


def test_every_simulated_figure_agrees_with_held_out_rows(rows: list[Row]) -> None:
    assert {row.agrees_held_out for row in rows if row.fitted} == {True}


def test_every_counted_figure_but_the_terms_of_settlements_is_simulated(rows: list[Row]) -> None:
    assert targets_shipped().keys() - {row.name for row in rows} == {"settlement.part"}
    assert {row.group for row in rows} == {"loans", "cards", "bank_loans", "bank_cards", "after"}


def test_what_nothing_was_fitted_to_lies_between_half_and_twice(rows: list[Row]) -> None:
    unfitted = [row for row in rows if not row.fitted and row.group in ("loans", "cards")]
    assert len(unfitted) == 12
    for row in unfitted:
        parts = (row.target.training, row.target.held_out)
        real = Share(sum(one.hits for one in parts if isinstance(one, Share)), sum(one.of for one in parts))
        assert real.ppm // 2 < row.simulated.ppm < real.ppm * 2, row.name


def with_none(parameters: Parameters, bucket: int, factor_ppm: int) -> Parameters:
    """Parameters with another weight of paying nothing in a bucket of instalment loans."""
    loans = list(parameters.paying.loans)
    old = loans[bucket]
    none = old.none_ppm * factor_ppm // PPM
    loans[bucket] = Month(
        none_ppm=none,
        one_ppm=old.one_ppm,
        several_ppm=old.several_ppm,
        every_ppm=old.every_ppm - (none - old.none_ppm),
        basis=Basis.ASSUMED,
        source="a test",
    )
    return parameters.model_copy(update={"paying": parameters.paying.model_copy(update={"loans": tuple(loans)})})


def test_a_quarter_more_missed_payments_would_be_noticed() -> None:
    other = with_none(parameters_shipped(), 0, PPM * 5 // 4)
    stage = stage_set(other, Play())
    simulated = history_figures(loans_play(other, stage))["panel.entry.all"]
    target = targets_shipped()["panel.entry.all"]
    level = simultaneous_level(950_000, 22)
    assert not agree(simulated, target.training, level)
    assert not agree(simulated, target.held_out, level)


def test_play_is_a_function_of_its_seed() -> None:
    parameters = parameters_shipped()
    once, again = (loans_play(parameters, stage_set(parameters, SMALL)) for _ in range(2))
    other = loans_play(parameters, stage_set(parameters, Play(borrowers=5_000, months=24, seed=2)))
    assert (once == again).all()
    assert (once != other).any()


def test_a_bank_s_own_roll_rates_are_found_again() -> None:
    parameters = parameters_shipped()
    theirs = with_none(with_none(parameters, 0, 2 * PPM), 2, 4 * PPM)
    stage = stage_set(theirs, Play(borrowers=20_000, months=24, seed=5))
    wanted = {
        name: Target(source="own", training=one, held_out=Share(0, 0))
        for name, one in history_figures(loans_play(theirs, stage)).items()
        if name.startswith("book.")
    }
    fitted = fit(parameters, wanted, play=Play(borrowers=10_000, months=24, seed=6), rounds=10)
    found = history_figures(loans_play(fitted, stage_set(fitted, Play(borrowers=20_000, months=24, seed=7))))
    before = history_figures(loans_play(parameters, stage_set(parameters, Play(borrowers=20_000, months=24, seed=7))))
    for name in ("book.m0.worse", "book.m2.worse", "book.m2.cure"):
        assert not agree(before[name], wanted[name].training, 990_000)
        assert agree(found[name], wanted[name].training, 990_000)
    assert fitted.paying.loans[0].basis is Basis.FITTED
    assert fitted.paying.loans[0].source == "monthly rates of own"
    assert fitted.afterwards == parameters.afterwards
    assert fitted.paying.seasonal == parameters.paying.seasonal[:1] + fitted.paying.loans[1:], (
        "a book has loans of all kinds"
    )


def test_calls_and_promises_of_the_interface_are_fitted_to_what_was_counted() -> None:
    wanted = {name: one for name, one in targets_shipped().items() if name.startswith(("call.", "settlement.broken"))}
    parameters = parameters_shipped()
    flat = parameters.answers.reached_ppm.model_copy(update={"values": (450_000,)})
    other = parameters.model_copy(update={"answers": parameters.answers.model_copy(update={"reached_ppm": flat})})
    fitted = fit(other, wanted, play=Play(borrowers=20_000))
    decline = call_decline(wanted)
    assert decline is not None
    for offer in (Offer.NONE, Offer.PLAN):
        called = calls_play(fitted, Play(borrowers=20_000, seed=9), offer)
        assert agree(called.broken, wanted["settlement.broken"].training, 950_000)
    assert decline.keep.holds(decline_fit({"call": calls_play(fitted, Play(seed=9), Offer.NONE).promises}).keep_ppm)
    assert fitted.paying == parameters.paying


def test_fitting_to_nothing_changes_nothing() -> None:
    assert fit(parameters_shipped(), {}, play=SMALL) == parameters_shipped()


def test_roll_table_of_one_bucket_fits_that_bucket_only() -> None:
    counts = {("m0", "m0"): 900, ("m0", "m1"): 100}
    fitted = fit(parameters_shipped(), rolls_targets(counts, "own"), play=SMALL, rounds=1)
    assert fitted.paying.loans[0] != parameters_shipped().paying.loans[0]
    assert fitted.paying.loans[1:] == parameters_shipped().paying.loans[1:]
    assert fitted.paying.seasonal == parameters_shipped().paying.seasonal


def test_written_parameters_and_targets_are_read_again(tmp_path: Path) -> None:
    parameters_write(parameters_shipped(), tmp_path / "parameters.yaml")
    assert parameters_load(tmp_path / "parameters.yaml") == parameters_shipped()
    targets_write(targets_shipped(), tmp_path / "targets.yaml")
    assert targets_load(tmp_path / "targets.yaml") == targets_shipped()


def test_report_shows_every_figure_once_and_marks_what_does_not_agree(rows: list[Row]) -> None:
    text = tables(rows)
    assert text.count("| M2 → cured |") == 1
    assert text.count("≠") == 1 + sum(not row.agrees for row in rows), "and once in the words above the tables"
    assert text.index("What nothing was fitted to") < text.index("first time, 2nd year")
    off = [
        Row(row.group, row.name, row.target, row.simulated, agrees_training=True, agrees_held_out=False)
        for row in rows[:1]
    ]
    assert tables(off).count("≠") == 2


def test_drawings_are_small_and_show_each_figure(rows: list[Row]) -> None:
    found = drawings(rows)
    assert set(found) == {
        "simulator-arrears.svg",
        "simulator-loans.svg",
        "simulator-bank-loans.svg",
        "simulator-bank-cards.svg",
        "simulator-after.svg",
        "simulator-calls.svg",
        "simulator-unfitted.svg",
    }
    assert all(len(text) < 16_000 and text.startswith("<svg ") for text in found.values())
    assert "M6+ → cured" in found["simulator-loans.svg"]
    assert drawings(rows) == found


def test_cards_without_charge_off_stay_in_the_panel() -> None:
    parameters = parameters_shipped()
    history = cards_play(parameters, stage_set(parameters, SMALL))
    assert history.min() == 0
    assert history.shape == (5_000, 24)


@pytest.mark.skipif(not DATA.is_dir(), reason="HUIKUAN_REAL_DATA names no folder with public data sets")
def test_shipped_targets_are_those_counted_in_the_public_data() -> None:
    assert targets_count(DATA) == targets_shipped()


def run(*arguments: str, read: str | None = None) -> Result:
    """Run a command of the simulator."""
    return CliRunner().invoke(app, ["lab", *arguments], input=read)


def test_command_fits_to_a_bank_s_own_csv_and_writes_all_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIKUAN_REAL_DATA", raising=False)
    for place in ("report.BANK", "report.PLAY", "fit.PLAY"):
        monkeypatch.setattr(f"huikuan.lab.calibrate.{place}", SMALL)
    rolls = tmp_path / "rolls.csv"
    rolls.write_text("from_status,to_status,accounts\nm0,m0,950\nm0,m1,50\nm1,m0,30\nm1,m1,10\nm1,m2,10\n")
    found = run("calibrate", "--rolls", str(rolls), "--out", str(tmp_path / "out"), "--rounds", "1")
    assert found.exit_code == 0, found.output
    assert {one.name for one in (tmp_path / "out").iterdir()} >= {"parameters.yaml", "targets.yaml", "report.md"}
    assert targets_load(tmp_path / "out" / "targets.yaml")["book.m1.cure"].training == Share(30, 50)
    assert parameters_load(tmp_path / "out" / "parameters.yaml") != parameters_shipped()


def test_command_with_nothing_to_fit_to_says_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUIKUAN_REAL_DATA", raising=False)
    found = run("calibrate", "--out", str(tmp_path / "out"))
    assert found.exit_code == 2
    assert "--rolls" in found.output
    assert not (tmp_path / "out").exists()


@pytest.mark.soak
def test_committed_report_is_that_of_the_shipped_parameters() -> None:
    found = rows_compared(parameters_shipped(), targets_shipped())
    assert (DOCS / "reference" / "simulator-fit.md").read_text(encoding="utf-8") == tables(found)
    for name, text in drawings(found).items():
        assert (DOCS / "images" / name).read_text(encoding="utf-8") == text, f"{name}: run `huikuan lab report`"
