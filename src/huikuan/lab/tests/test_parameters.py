from pathlib import Path

import pytest

from huikuan.lab.parameters import PARAMETERS, Basis, ParametersInvalidError, parameters_load, parameters_shipped


def test_shipped_parameters_say_of_each_figure_where_it_comes_from() -> None:
    text = PARAMETERS.read_text(encoding="utf-8")
    assert text.count("basis:") == text.count("source:") > 40
    assert parameters_shipped().paying.part_ppm.basis in Basis


def test_bucket_0_has_two_ways_only_and_bucket_1_three() -> None:
    for months in (parameters_shipped().paying.loans, parameters_shipped().paying.cards):
        assert months[0].one_ppm == months[0].several_ppm == months[1].several_ppm == 0


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("none_ppm: ", "none_ppm: 1", "paying.loans.0"),
        ("basis: assumed", "basis: guessed", "basis"),
        ("  part_ppm", "  part", "part"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    file = tmp_path / "parameters.yaml"
    file.write_text(PARAMETERS.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ParametersInvalidError, match=place):
        parameters_load(file)
