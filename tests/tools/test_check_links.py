"""Broken links and anchors are found; code and web addresses are left alone."""

from pathlib import Path

import pytest

from tools.check_links import anchor, broken

TARGET = "# Words\n\n## 账龄 and `M0`\n\n## Twice\n\n## Twice\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[a](other.md)", None),
        ("[a](other.md#words)", None),
        ("[a](other.md#账龄-and-m0)", None),
        ("[a](other.md#twice-1)", None),
        ("[a](https://example.org/x)", None),
        ("[a](#here)\n\n# Here", None),
        ("`[a](missing.md)`", None),
        ("```\n[a](missing.md)\n```", None),
        ("[a](missing.md)", "does not exist"),
        ("![a](missing.png)", "does not exist"),
        ('<img src="missing.png">', "does not exist"),
        ("[a](other.md#twice-2)", "no such heading"),
        ("[a](#nowhere)", "no such heading"),
        ("[a](../outside.md)", "out of the repository"),
        ("[a](/etc/hosts)", "out of the repository"),
    ],
)
def test_link_of_a_kind_gives_its_finding(tmp_path: Path, text: str, sentence: str | None) -> None:
    (tmp_path / "other.md").write_text(TARGET)
    (tmp_path / "page.md").write_text(text)
    found = list(broken(tmp_path, Path("page.md")))
    assert (not found) if sentence is None else (len(found) == 1 and sentence in found[0])


def test_anchor_of_a_heading_is_githubs() -> None:
    assert anchor("1. Two commands, `make demo`!") == "1-two-commands-make-demo"
