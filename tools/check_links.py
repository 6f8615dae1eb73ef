"""Check relative links and anchors in the Markdown files: the file exists, and so does the heading.

Addresses on the web are not visited: the check must give the same answer everywhere.

Usage: python tools/check_links.py [root]
"""

import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parent.parent
_FENCE = re.compile(r"^(```|~~~).*?^\1\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[(?:[^\]\[]|\[[^\]]*\])*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_IMAGE_TAG = re.compile(r"<(?:img|a)\s[^>]*?(?:src|href)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_ANCHOR_TAG = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")


def anchor(heading: str) -> str:
    """Return the anchor that GitHub gives a heading (without the number for a repeated one)."""
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    kept = (
        character for character in text.lower() if character in " -_" or unicodedata.category(character)[0] in "LNM"
    )
    return "".join(kept).replace(" ", "-")


def anchors(text: str) -> set[str]:
    """Return all anchors of a Markdown text."""
    found: set[str] = set(_ANCHOR_TAG.findall(text))
    for heading in _HEADING.findall(_FENCE.sub("", text)):
        name, number = anchor(heading), 0
        while (name if number == 0 else f"{name}-{number}") in found:
            number += 1
        found.add(name if number == 0 else f"{name}-{number}")
    return found


def broken(root: Path, path: Path) -> Iterator[str]:
    """Yield one sentence for every relative link of the file `root/path` that leads nowhere."""
    text = (root / path).read_text(encoding="utf-8")
    bare = _CODE.sub("", _FENCE.sub("", text))
    for target in [*_LINK.findall(bare), *_IMAGE_TAG.findall(bare)]:
        if re.match(r"[a-z][a-z0-9+.-]*:|//", target):
            continue
        name, _, fragment = unquote(target).partition("#")
        file = (root / path).parent / name if name else root / path
        if name.startswith("/") or not file.resolve().is_relative_to(root.resolve()):
            yield f"{path}: {target} leads out of the repository"
        elif not file.exists():
            yield f"{path}: {target} does not exist"
        elif fragment and file.suffix == ".md" and fragment not in anchors(file.read_text(encoding="utf-8")):
            yield f"{path}: {target}: there is no such heading"


def main(arguments: list[str]) -> int:
    """Print broken links; return 1 when there is one."""
    root = Path(arguments[0]) if arguments else ROOT
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    files = [Path(name) for name in sorted(set(listed.splitlines())) if (root / name).is_file()]
    problems = [line for path in files for line in broken(root, path)]
    print("\n".join(problems) or f"{len(files)} Markdown files have no broken link")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
