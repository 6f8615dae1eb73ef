"""Each import contract is broken by a small package tree that breaks it."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.boot import ROOT

BREACHES = {
    "kernel/money.py": "import huikuan.portfolio.lake",
    "portfolio/rules/ageing.py": "import django",
    "kernel/api/users.py": "import huikuan.kernel.models",
    "nightly/cycle.py": "import huikuan.kernel.models\nimport huikuan.portfolio.models",
    "insight/selectors/overview.py": "import huikuan.portfolio.services",
    "runtime/demo.py": "import huikuan.kernel.money",
}
PLAIN = [
    *(
        f"{package}/__init__.py"
        for package in ("kernel", "evidence", "portfolio", "reconciliation", "insight", "lab", "nightly", "sample")
    ),
    *("kernel/models/__init__.py", "evidence/models/__init__.py", "portfolio/models/__init__.py"),
    *("portfolio/services/__init__.py", "portfolio/lake.py", "portfolio/rules/__init__.py", "portfolio/facts.py"),
    *("kernel/api/__init__.py", "kernel/cli.py", "kernel/commands/__init__.py", "insight/selectors/__init__.py"),
    *("portfolio/selectors/__init__.py", "__init__.py", "__main__.py", "wsgi.py", "urls.py", "api.py", "settings.py"),
    *("runtime/__init__.py", "runtime/prepare.py"),
]


def contracts_of(folder: Path) -> str:
    """Run the project's contracts on the package tree in `folder`."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout


def test_import_contracts_on_a_tree_that_breaks_each_are_all_broken(tmp_path: Path) -> None:
    for name in PLAIN:
        file = tmp_path / "huikuan" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("import huikuan.kernel.models\n" if name == "runtime/prepare.py" else "")
    for name, text in BREACHES.items():
        (tmp_path / "huikuan" / name).write_text(text + "\n")
    names = [
        contract["name"]
        for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    ]
    text = contracts_of(tmp_path)
    assert f"Contracts: 0 kept, {len(names)} broken." in text, text
