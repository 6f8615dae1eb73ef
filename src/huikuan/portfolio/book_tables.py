"""Lake tables of the book that the night derives: names, columns, types and keys. The night writes them, screens read
them.

Money is BIGINT minor units, rates are BIGINT parts per million, ``_on`` is a date in the bank's zone.
"""

from __future__ import annotations

from typing import Final

from huikuan.portfolio.lake import Column, LakeTable


def _columns(text: str) -> tuple[Column, ...]:
    """Read ``name TYPE`` lines."""
    return tuple(Column(name, kind) for name, kind in (line.split() for line in text.split("\n") if line.strip()))


NOTE: Final = LakeTable(
    "note",
    _columns(
        """
        note_id VARCHAR
        contract_id VARCHAR
        party_id VARCHAR
        institution_code VARCHAR
        product_code VARCHAR
        monthly_consumer BOOLEAN
        principal_minor BIGINT
        disbursed_on DATE
        matures_on DATE
        first_due_on DATE
        annual_rate_ppm BIGINT
        penalty_rate_ppm BIGINT
        compound VARCHAR
        repayment_method VARCHAR
        instalment_count INTEGER
        core_status VARCHAR
        schedule_on DATE
        schedule_run_id VARCHAR
        schedule_computed BOOLEAN
        stale_since DATE
        product_terms VARCHAR
        frequency VARCHAR
        penalty_markup_ppm BIGINT
        instalment_amount_minor BIGINT
        interest_only_count INTEGER
        interest_grace_count INTEGER
        interest_free_count INTEGER
        balloon_minor BIGINT
        principal_share_ppm BIGINT
        annual_rate_at_start_ppm BIGINT
        penalty_rate_at_start_ppm BIGINT
        conventions_digest VARCHAR
        """
    ),
    ("note_id",),
)
"""Every note ever delivered, as of the night. ``schedule_on`` and ``schedule_run_id`` name the schedule version in
force; ``stale_since`` is the first night on which the note was missing from the delivery or rejected. ``product_terms``
is the code of the bundle whose conventions it follows, empty for the default ones, and ``conventions_digest`` tells
which those were on the night.
"""

SCHEDULE: Final = LakeTable(
    "schedule",
    _columns(
        """
        note_id VARCHAR
        schedule_on DATE
        schedule_run_id VARCHAR
        seq INTEGER
        due_on DATE
        principal_minor BIGINT
        interest_minor BIGINT
        costs_minor BIGINT
        """
    ),
    ("due_on", "note_id", "seq"),
)
"""Schedule versions that came into force this night, ordered by due date: the fold asks for one due date only."""

EVENT_SCHEDULE: Final = LakeTable(
    "event_schedule",
    _columns(
        """
        note_id VARCHAR
        event_ref VARCHAR
        delivered_on DATE
        seq INTEGER
        due_on DATE
        principal_minor BIGINT
        interest_minor BIGINT
        costs_minor BIGINT
        """
    ),
    ("note_id", "event_ref", "seq"),
)
"""Schedules that came beside a loan event, or after one that takes a schedule: they belong to the event ``event_ref``
and not to the note, whose life before the event goes on by the schedule that it had. The latest delivery counts.
"""

SCHEDULE_IN_FORCE: Final = LakeTable(
    "schedule_in_force",
    _columns(
        """
        note_id VARCHAR
        seq INTEGER
        due_on DATE
        principal_minor BIGINT
        interest_minor BIGINT
        costs_minor BIGINT
        """
    ),
    ("note_id", "due_on", "seq"),
)
"""The whole schedule of notes whose instalments are no longer those of the schedule version (``held_by``): as they fell
or will fall due by the close of the night.
"""

NOTE_STATE: Final = LakeTable(
    "note_state",
    _columns(
        """
        note_id VARCHAR
        principal_outstanding_minor BIGINT
        credit_minor BIGINT
        penalty_whole BIGINT
        penalty_num BIGINT
        compound_whole BIGINT
        compound_num BIGINT
        compound_capitalised_minor BIGINT
        overdue_principal_minor BIGINT
        overdue_interest_minor BIGINT
        costs_due_minor BIGINT
        penalty_minor BIGINT
        compound_minor BIGINT
        dpd_principal INTEGER
        dpd_interest INTEGER
        closed BOOLEAN
        replayed BOOLEAN
        dpd_counted INTEGER
        annual_rate_ppm BIGINT
        penalty_rate_ppm BIGINT
        delay_whole BIGINT
        delay_num BIGINT
        delay_minor BIGINT
        waived_minor BIGINT
        subrogated_minor BIGINT
        recovered_minor BIGINT
        accelerated_on DATE
        judged_on DATE
        insolvent_on DATE
        charged_off_on DATE
        observed_until DATE
        held_by VARCHAR
        flags VARCHAR
        rates_differ BOOLEAN
        unworkable VARCHAR
        unworkable_since DATE
        """
    ),
    ("note_id",),
)
"""Close of the day of every note (``portfolio.facts.NoteState``); ``replayed`` by the exact engine instead of the
fold. ``flags`` are the engine's, with blanks between; ``rates_differ`` says that the rates in force are not those of
the note. A note that the rules could not work with is ``unworkable`` for the reason given: its figures are those of the
last night that could.
"""

OPEN_INSTALMENT: Final = LakeTable(
    "open_instalment",
    _columns(
        """
        note_id VARCHAR
        due_on DATE
        seq INTEGER
        costs_minor BIGINT
        interest_minor BIGINT
        principal_minor BIGINT
        """
    ),
    ("note_id", "due_on", "seq"),
)
"""What is unpaid of each instalment that has fallen due."""

ALLOCATION: Final = LakeTable(
    "allocation",
    _columns(
        """
        note_id VARCHAR
        applied_on DATE
        position INTEGER
        core_ref VARCHAR
        amount_minor BIGINT
        costs_minor BIGINT
        penalty_minor BIGINT
        compound_minor BIGINT
        interest_minor BIGINT
        principal_minor BIGINT
        credit_minor BIGINT
        kind VARCHAR
        delay_minor BIGINT
        """
    ),
    ("note_id", "applied_on", "position"),
)
"""Where repayments went. A note with ``note_state.replayed`` brings its whole history, which replaces earlier rows."""

NOTE_CLASS: Final = LakeTable(
    "note_class",
    _columns(
        """
        note_id VARCHAR
        contract_id VARCHAR
        party_id VARCHAR
        institution_code VARCHAR
        product_code VARCHAR
        bucket VARCHAR
        class_floor VARCHAR
        class_floor_borrower VARCHAR
        contagion VARCHAR
        dpd_principal INTEGER
        dpd_interest INTEGER
        dpd INTEGER
        stale_since DATE
        balance_minor BIGINT
        overdue_principal_minor BIGINT
        overdue_interest_minor BIGINT
        costs_due_minor BIGINT
        penalty_minor BIGINT
        compound_minor BIGINT
        delay_minor BIGINT
        overdue_minor BIGINT
        denominator_minor BIGINT
        management_minor BIGINT
        regulatory_minor BIGINT
        """
    ),
    ("note_id",),
)
"""Bucket, class floor and parts in the overdue rates of every note: the base of every figure on the overview.
``overdue_minor`` is all that is late or due at any time: overdue principal and interest, costs due, penalty, compound
and delay interest. ``class_floor_borrower`` is the floor with contagion, ``contagion`` why it is worse than the note's
own, else null.
"""

ROLL: Final = LakeTable(
    "roll",
    _columns(
        """
        institution_code VARCHAR
        product_code VARCHAR
        from_on DATE
        from_bucket VARCHAR
        to_bucket VARCHAR
        notes BIGINT
        amount_minor BIGINT
        """
    ),
    ("institution_code", "product_code", "from_bucket", "to_bucket"),
)
"""Moves between buckets since the last month-end; the amount is the balance at that month-end."""

DIFFERENCE: Final = LakeTable(
    "difference",
    _columns(
        """
        note_id VARCHAR
        component VARCHAR
        party_id VARCHAR
        contract_id VARCHAR
        institution_code VARCHAR
        product_code VARCHAR
        ours BIGINT
        core BIGINT
        difference BIGINT
        tolerance BIGINT
        verdict VARCHAR
        declaration_id BIGINT
        holds BOOLEAN
        held BOOLEAN
        compared_on DATE
        open_since DATE
        """
    ),
    ("note_id", "component"),
)
"""Figures of the core that are not ours (``reconciliation.facts``): one row for each note and component. ``difference``
is core less ours. A row that nothing was compared with today is carried forward with the day on which it was
(``compared_on``). ``holds``: the component is one that puts a figure in question; ``held``: it is, and nothing is
demanded by it. ``open_since`` is null where the difference is within the tolerance.
"""

RECONCILED: Final = LakeTable(
    "reconciled",
    _columns(
        """
        product_code VARCHAR
        component VARCHAR
        notes BIGINT
        compared BIGINT
        equal BIGINT
        tolerated BIGINT
        declared BIGINT
        different BIGINT
        held BIGINT
        carried BIGINT
        ours BIGINT
        core BIGINT
        difference BIGINT
        """
    ),
    ("product_code", "component"),
)
"""Counts and sums of the reconciliation by product and component. ``notes`` live today, ``compared`` have both figures
of the day; ``carried`` of the differences were found on an earlier day. The sums are of what was compared today.
"""

ALL_TABLES: Final = (
    NOTE,
    SCHEDULE,
    EVENT_SCHEDULE,
    NOTE_STATE,
    OPEN_INSTALMENT,
    ALLOCATION,
    SCHEDULE_IN_FORCE,
    NOTE_CLASS,
    ROLL,
    DIFFERENCE,
    RECONCILED,
)
"""Everything that the night derives."""
