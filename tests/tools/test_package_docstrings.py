"""A package says in its docstring what it holds, its words, what it may use, and what to read first."""

import ast
import importlib
import re
from functools import reduce

import pytest

from tests.boot import ROOT

SOURCE = ROOT / "src" / "huikuan"
PACKAGES = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
READ_FIRST = 3


def read_first(package: str) -> list[str]:
    """The dotted names that the docstring of a package tells to read first."""
    text = ast.get_docstring(ast.parse((SOURCE / package / "__init__.py").read_text())) or ""
    assert "Words:" in text and "May use:" in text, f"{package} does not say its words and what it may use"
    return re.findall(r"`([a-z_]+(?:\.\w+)+)`", text.partition("Read first:")[2])


def found(package: str, name: str) -> object:
    """The thing that a dotted name below a package means; AttributeError or ModuleNotFoundError if there is none."""
    parts = name.split(".")
    count = next(n for n in range(len(parts), -1, -1) if _is_module(package, parts[:n]))
    module = importlib.import_module(".".join(["huikuan", package, *parts[:count]]))
    return reduce(getattr, parts[count:], module)


def _is_module(package: str, parts: list[str]) -> bool:
    place = SOURCE.joinpath(package, *parts)
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


@pytest.mark.parametrize("package", PACKAGES)
def test_package_names_three_things_to_read_first_and_they_exist(package: str) -> None:
    names = read_first(package)
    assert len(names) == READ_FIRST, names
    for name in names:
        assert callable(found(package, name)), name


def test_name_that_does_not_exist_is_noticed() -> None:
    with pytest.raises(AttributeError):
        found("kernel", "money.nothing_of_this_name")


def test_architecture_table_names_every_package_and_only_files_that_exist() -> None:
    rows = re.findall(r"^\| `([a-z]+)` \| .* \| (.+) \|$", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
    assert sorted(package for package, _ in rows) == PACKAGES
    for package, cell in rows:
        for name in re.findall(r"`([^`]+)`", cell):
            assert (SOURCE / package / name).exists(), f"{package}/{name}"
