"""Run all checks of `make lint`, two at a time, and say for each how long it took.

Usage: python tools/lint.py [name ...]; without names, all. Every check runs even when another one fails.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
CLIENT = WEB / "src" / "api" / "schema.d.ts"
Outcome = tuple[int, str]


def run(*command: str, folder: Path = ROOT) -> Outcome:
    """Run a command without any setting of Huikuan in its environment; return exit code and output."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HUIKUAN_")}
    environment.pop("DATABASE_URL", None)
    # The owner's role has no connection pool, so a check that looks for a database gives up at once.
    environment |= {"HUIKUAN_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "huikuan.settings"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def python(*arguments: str) -> Outcome:
    """Run this Python."""
    return run(sys.executable, *arguments)


def client_check() -> Outcome:
    """Generate the TypeScript client beside the committed one and compare."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "schema.d.ts"
        code, output = run("npx", "--no-install", "openapi-typescript", "openapi.json", "-o", str(fresh), folder=WEB)
        if code != 0:
            return code, output
        if CLIENT.is_file() and CLIENT.read_text() == fresh.read_text():
            return 0, ""
    return 1, f"{CLIENT.relative_to(ROOT)} differs from web/openapi.json: run `make api` and commit the result"


CHECKS: dict[str, Callable[[], Outcome]] = {
    "mypy": lambda: python("-m", "mypy"),
    "eslint": lambda: run("npm", "run", "--silent", "lint", folder=WEB),
    "typescript": lambda: run("npm", "run", "--silent", "typecheck", folder=WEB),
    "imports": lambda: run(str(Path(sys.executable).parent / "lint-imports"), "--no-cache"),
    "migrations": lambda: python(
        "-W", "ignore", "-m", "django", "makemigrations", "--check", "--dry-run", "--skip-checks"
    ),
    "django": lambda: python("-m", "django", "check"),
    "api": lambda: python("tools/openapi.py", "--check"),
    "client": client_check,
    "reference": lambda: python("tools/reference.py", "--check"),
    "ruff": lambda: python("-m", "ruff", "check"),
    "format": lambda: python("-m", "ruff", "format", "--check"),
    "sizes": lambda: python("tools/check_sizes.py"),
    "stage-sql": lambda: python("tools/check_stage_sql.py"),
    "links": lambda: python("tools/check_links.py"),
}


def main(names: list[str]) -> int:
    """Run the named checks; return 1 when one fails."""
    unknown = set(names) - set(CHECKS)
    if unknown:
        print(f"There is no check named {', '.join(sorted(unknown))}. The checks are: {', '.join(CHECKS)}.")
        return 2

    def timed(name: str) -> tuple[str, float, Outcome]:
        started = time.monotonic()
        outcome = CHECKS[name]()
        return name, time.monotonic() - started, outcome

    failed = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        for name, seconds, (code, output) in pool.map(timed, names or CHECKS):
            print(f"  {name:<12} {seconds:5.1f} s  {'ok' if code == 0 else 'FAILED'}", flush=True)
            if code != 0:
                failed.append(name)
                print("\n".join(f"      {line}" for line in output.strip().splitlines()[-60:]), flush=True)
    print(f"make lint: {', '.join(failed) + ' failed' if failed else 'all checks passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
