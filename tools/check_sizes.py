"""Check the size limits: 400 lines a file (tests 500), 60 lines a Python function.

A file that does not fit on a few screens hides its structure. Functions in TypeScript are measured by ESLint
(`max-lines-per-function`), which can parse them. Generated files and migrations are left out.

Usage: python tools/check_sizes.py [root]
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE_LINES_MAX = 400
TEST_FILE_LINES_MAX = 500
FUNCTION_LINES_MAX = 60
SUFFIXES = {".py", ".ts", ".tsx", ".js", ".sql", ".sh"}
GENERATED = {"web/src/api/schema.d.ts"}


def is_test(path: Path) -> bool:
    """Tell whether a file belongs to the tests, which may be a little longer."""
    return "tests" in path.parts or path.stem.startswith("test_") or ".test." in path.name


def oversizes(path: Path, text: str) -> Iterator[str]:
    """Yield one sentence for the file and for every function in it that is too long."""
    lines = text.count("\n") + (not text.endswith("\n") and bool(text))
    limit = TEST_FILE_LINES_MAX if is_test(path) else FILE_LINES_MAX
    if lines > limit:
        yield f"{path}: {lines} lines, at most {limit}; split it by what it talks about"
    if path.suffix != ".py":
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES_MAX:
                yield f"{path}:{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"


def source_files(root: Path) -> Iterator[Path]:
    """Yield the paths of source files that git knows or would add, relative to `root`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    for name in sorted(set(listed.splitlines())):
        path = Path(name)
        wanted = path.suffix in SUFFIXES and name not in GENERATED and "migrations" not in path.parts
        if wanted and (root / path).is_file():
            yield path


def main(arguments: list[str]) -> int:
    """Print what is too long; return 1 when something is."""
    root = Path(arguments[0]) if arguments else ROOT
    files = list(source_files(root))
    problems = [line for path in files for line in oversizes(path, (root / path).read_text(encoding="utf-8"))]
    print("\n".join(problems) or f"{len(files)} files are within the size limits")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
