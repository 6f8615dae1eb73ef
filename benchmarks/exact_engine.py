"""Speed of the exact engine: `python benchmarks/exact_engine.py [notes]`.

Two books of made-up notes: *typical* (36 equal instalments, of which 20 fell due and were repaid, some late, monthly
compound interest: about 60 events) and *random* (the generator of the property tests, with its corners).
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta

from huikuan.portfolio.facts import Compound, Instalment, NoteTerms, Repayment, RepaymentMethod
from huikuan.portfolio.rules.engine import replay
from huikuan.portfolio.rules.schedule import schedule_build
from huikuan.portfolio.tests.random_notes import case_from_seed

NOTES = 10_000
FALLEN_DUE = 20

Life = tuple[NoteTerms, tuple[Instalment, ...], tuple[Repayment, ...], date]


def typical(number: int) -> Life:
    """A note that repaid most instalments in time, every seventh some days late."""
    terms = NoteTerms(
        principal_minor=1_000_000 + number,
        disbursed_on=date(2018, 1, 10),
        matures_on=date(2021, 1, 10),
        first_due_on=date(2018, 2, 10),
        annual_rate_ppm=140_700,
        penalty_rate_ppm=211_050,
        compound=Compound.MONTHLY,
        method=RepaymentMethod.EQUAL_INSTALMENT,
        instalment_count=36,
    )
    schedule = schedule_build(terms)
    repayments = tuple(
        Repayment(
            core_ref=f"{number}-{row.seq}",
            value_on=row.due_on + timedelta(days=number % 20 if (number + row.seq) % 7 == 0 else 0),
            received_at=datetime(2018, 1, 1, tzinfo=UTC),
            amount_minor=row.principal_minor + row.interest_minor,
        )
        for row in schedule[:FALLEN_DUE]
    )
    return terms, schedule, repayments, schedule[FALLEN_DUE].due_on - timedelta(days=5)


def measure(name: str, lives: list[Life]) -> None:
    began = time.process_time()  # of this process: other work on the machine does not count
    for life in lives:
        replay(*life)
    seconds = time.process_time() - began
    print(f"{name}: {len(lives)} notes in {seconds:.2f} s, {seconds / len(lives) * 1000:.3f} ms a note")


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else NOTES
    measure("typical", [typical(number) for number in range(count)])
    cases = [case_from_seed(seed) for seed in range(count)]
    measure("random", [(case.terms, case.schedule, case.repayments, case.as_of) for case in cases])


if __name__ == "__main__":
    main()
