"""The examples of the simulator's page run."""

import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[4] / "docs" / "concepts" / "simulator.md"


def test_examples_of_the_page_run() -> None:
    examples = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert len(examples) == 2
    for example in examples:
        exec(compile(example, str(PAGE), "exec"), {"__name__": "example"})  # noqa: S102 - our own page
