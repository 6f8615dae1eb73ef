"""Two nights of one delivery; the server is stopped under the second: `python -m tests.bad_input.restarted FOLDER`.

Says ``stop`` on its output when the stage *snapshot* of the second night has computed and goes on when a line comes
back; prints code and message of the error, waits for another line, runs the same night again, and prints what became of
it as JSON.
"""

import json
import sys
from datetime import date
from pathlib import Path
from unittest.mock import patch

START = date(2024, 2, 27)


def main(folder: str) -> None:
    """Run the nights below ``folder``."""
    import django

    django.setup()
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.nightly.cycle import nights_run
    from huikuan.nightly.errors import NightConnectionError
    from huikuan.nightly.facts import StageName, StageOutput
    from huikuan.nightly.night import Night
    from huikuan.nightly.opening import NightPlaces
    from huikuan.nightly.selectors.runs import run_views
    from huikuan.nightly.stages.registry import STAGES
    from huikuan.nightly.tests.books import book_random
    from huikuan.nightly.tests.deliveries import a_bank_with_branches, delivery_write
    from huikuan.nightly.tests.night_support import Silent, desk_rows, lake_hashes

    places = NightPlaces(Path(folder) / "lake", Path(folder) / "inbox")
    notes = book_random(5, notes=60, start=START, days=1)
    (_, calm), (_, disturbed) = a_bank_with_branches("calm"), a_bank_with_branches("disturbed")
    for bank in (calm, disturbed):
        delivery_write(places.inbox, bank.code, notes, START)
    nights_run(calm, START, places, Silent())
    snapshot = STAGES[StageName.SNAPSHOT]

    def stopped(night: Night) -> StageOutput:
        output = snapshot(night)
        _ask("stop")
        return output

    try:
        with patch.dict(STAGES, {StageName.SNAPSHOT: stopped}):
            nights_run(disturbed, START, places, Silent())
    except NightConnectionError as error:
        _ask(json.dumps({"code": error.code, "message": error.message}))
    with bank_scope(disturbed.id):
        state = run_views(bank_id=disturbed.id, before=None, limit=1)[0].state
    resumed = nights_run(disturbed, START, places, Silent())[-1].resumed
    pictures = []
    for bank in (calm, disturbed):
        with bank_scope(bank.id):
            pictures.append({"lake": lake_hashes(bank, places.lake, START), **desk_rows(bank.id, START)})
    print(json.dumps({"state": state, "resumed": resumed, "same": pictures[0] == pictures[1]}), flush=True)


def _ask(text: str) -> None:
    """Say something and wait for a line."""
    print(text, flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    main(sys.argv[1])
