"""A process that runs nights in forks of itself, so that each can be killed without the cost of a new start.

    python -m huikuan.nightly.tests.night_forks

Reads one JSON object a line: ``bank`` (fields of BankFact), ``date``, ``lake``, ``inbox``, ``fault`` (may be empty).
Answers each with one line: the exit code of the fork, negative for a signal. The parent never opens the database.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from datetime import date
from pathlib import Path

import django


def main() -> None:
    """Serve until the input ends."""
    django.setup()
    import huikuan.nightly.cycle  # noqa: F401  loaded before the forks

    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_night(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _night(wanted: dict[str, object]) -> int:
    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.facts import BankFact
    from huikuan.nightly.faults import VARIABLE
    from huikuan.nightly.opening import NightPlaces
    from huikuan.nightly.tests.night_support import Silent

    os.environ[VARIABLE] = str(wanted["fault"])
    try:
        bank = BankFact(**wanted["bank"])  # type: ignore[arg-type]
        places = NightPlaces(Path(str(wanted["lake"])), Path(str(wanted["inbox"])))
        nights_run(bank, date.fromisoformat(str(wanted["date"])), places, Silent())
    except BaseException:  # noqa: BLE001  the parent must get an answer whatever happens
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    main()
