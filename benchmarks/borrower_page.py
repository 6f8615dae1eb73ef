"""One answer of Borrower 360 and one explanation, over the notes past due of a bank of a running demonstration.

    HUIKUAN_HOME=home .venv/bin/python benchmarks/borrower_page.py --bank sample

Reads as the routes do, inside this process, the notes longest past due in turn, and prints milliseconds by the wall
clock, the processor time of this process, and the number of queries; the first reading is left out.
"""

import argparse
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median

import django

from huikuan.runtime.attach import attach_to_home

BORROWERS = 40


def measure(name: str, reads: list[Callable[[], object]]) -> None:
    """Print median, 95th percentile and queries of some readings."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    reads[0]()
    took, worked, queries = [], [], set()
    for read in reads:
        with CaptureQueriesContext(connection) as seen:
            start, busy = time.perf_counter(), time.process_time()
            read()
            worked.append((time.process_time() - busy) * 1000)
            took.append((time.perf_counter() - start) * 1000)
        queries.add(len(seen))
    p95 = sorted(took)[int(len(took) * 0.95) - 1]
    counts = " or ".join(map(str, sorted(queries)))
    times = f"median {median(took):6.1f} ms   p95 {p95:6.1f} ms   processor {median(worked):6.1f} ms"
    print(f"{name:<14} {times}   {counts} queries   {len(reads)} readings")


def main() -> None:
    """Measure the two routes' selectors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bank", default="sample")
    code = parser.parse_args().bank
    from huikuan.kernel.selectors.institution import institution_root
    from huikuan.kernel.selectors.users import bank_by_code
    from huikuan.kernel.tenancy import bank_scope
    from huikuan.portfolio.explain.answer import explanation_output
    from huikuan.portfolio.models import DeskNote
    from huikuan.portfolio.selectors.borrower import borrower_overview
    from huikuan.portfolio.selectors.note import note_explain

    bank = bank_by_code(code)
    with bank_scope(bank.id):
        root, today = institution_root(bank.id).id, datetime.now(UTC).date()
        late = DeskNote.objects.filter(bank_id=bank.id).order_by("-dpd", "note_id").values_list("party_id", "note_id")
        found = list(late[:BORROWERS])
        measure(
            "borrower",
            [
                lambda party_id=party_id: borrower_overview(  # type: ignore[misc]
                    bank_id=bank.id, party_id=party_id, roots=[root], on=today
                )
                for party_id, _ in found
            ],
        )
        measure(
            "explanation",
            [
                lambda note_id=note_id: explanation_output(  # type: ignore[misc]
                    *note_explain(bank_id=bank.id, note_id=note_id)
                )
                for _, note_id in found
            ],
        )


if __name__ == "__main__":
    attach_to_home()
    os.environ.setdefault("HUIKUAN_DB_POOL", "0")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huikuan.settings")
    django.setup()
    main()
