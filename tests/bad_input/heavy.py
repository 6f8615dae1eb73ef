"""One row of the table in a process of its own: `python -m tests.bad_input.heavy ROW FOLDER`.

Prints what is said and by how many MiB the process grew while the delivery was checked, as JSON.
"""

import json
import os
import sys
from pathlib import Path


def main(name: str, folder: str) -> None:
    """Make the delivery, check it, print."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")
    django.setup()
    from huikuan.portfolio.tests.deliveries import ADelivery
    from tests.bad_input.outcome import delivery_of, outcome
    from tests.bad_input.table import HEAVY

    row = next(row for row in HEAVY if row.id == name)
    outcome(ADelivery(Path(folder) / "good" / "2026-03-31").write())  # all that is loaded once
    delivery = delivery_of(row, Path(folder) / "bad")
    before = _peak()
    found = outcome(delivery)
    print(json.dumps({"says": found.says, "mib": (_peak() - before) / 1024}))


def _peak() -> int:
    """The highest resident size so far, in KiB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))


if __name__ == "__main__":
    main(*sys.argv[1:])
