"""A night in a process that may not write files beyond a size: `python -m tests.bad_input.limited JOB`.

The job is a JSON object: ``bank`` (fields of BankFact), ``date``, ``lake``, ``inbox``, ``bytes``. Prints code and
message of the error as JSON.
"""

import json
import resource
import signal
import sys
from datetime import date
from pathlib import Path


def main(job: str) -> None:
    """Run the night."""
    import django

    django.setup()
    from huikuan.kernel.errors import DomainError
    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.facts import BankFact
    from huikuan.nightly.opening import NightPlaces
    from huikuan.nightly.tests.night_support import Silent

    wanted = json.loads(job)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that the write fails, as on a full disk
    resource.setrlimit(resource.RLIMIT_FSIZE, (wanted["bytes"], wanted["bytes"]))
    places = NightPlaces(Path(wanted["lake"]), Path(wanted["inbox"]))
    try:
        nights_run(BankFact(**wanted["bank"]), date.fromisoformat(wanted["date"]), places, Silent())
    except DomainError as error:
        print(json.dumps({"code": error.code, "message": error.message}))


if __name__ == "__main__":
    main(sys.argv[1])
