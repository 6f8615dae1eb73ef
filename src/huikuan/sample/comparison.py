"""Our days past due of the sample, by the exact engine, against the lender's status."""

from collections.abc import Sequence

from huikuan.sample.facts import SNAPSHOT_ON, DerivedNote
from huikuan.sample.rules.agreement import Agreement, agreement
from huikuan.sample.rules.replayed import replay_at


def sample_agreement(notes: Sequence[DerivedNote]) -> Agreement:
    """Compare all notes as derived at the close of the snapshot day; what is made up (`rules.made`) is left out."""
    return agreement((note.loan.status, replay_at(note, SNAPSHOT_ON).state.dpd) for note in notes)
