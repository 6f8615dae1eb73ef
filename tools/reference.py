"""Write the generated pages of docs/reference from the code, or check that they are up to date.

Usage: python tools/reference.py [--check]; with --check nothing is written, and a difference gives exit code 1.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
PAGES = {
    "bad-input.md": ("tests.bad_input.page",),
    "conventions.md": ("huikuan", "product", "describe-conventions"),
    "feeds.md": ("huikuan", "feed", "describe"),
    "mapping.md": ("huikuan", "feed", "describe-mapping"),
    "products.md": ("huikuan", "product", "describe"),
}
"""Page -> the Python module that prints it, with its arguments."""


def page_text(command: tuple[str, ...]) -> str:
    """Run a module and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "HUIKUAN_ROLE": "owner"},  # no pool, no database is needed
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def main(arguments: list[str]) -> int:
    """Write or compare; return 1 when a page differs."""
    old = []
    for name, command in PAGES.items():
        text = page_text(command)
        file = REFERENCE / name
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            continue
        if "--check" in arguments:
            old.append(name)
        else:
            file.write_text(text, encoding="utf-8")
    if old:
        print(f"{', '.join(old)} in docs/reference differ from the code: run `make docs` and commit the result")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
