-- Lake table note_state: every note at the close of the day, folded or replayed.
-- reads: age_closed, replayed_note_state      key: note_id
SELECT
    note_id,
    principal_outstanding_minor,
    credit_minor,
    penalty_whole,
    penalty_num,
    compound_whole,
    compound_num,
    compound_capitalised_minor,
    overdue_principal_minor,
    overdue_interest_minor,
    costs_due_minor,
    penalty_minor,
    compound_minor,
    dpd_principal,
    dpd_interest,
    closed,
    FALSE AS replayed
FROM age_closed
UNION ALL
SELECT
    note_id,
    principal_outstanding_minor,
    credit_minor,
    penalty_whole,
    penalty_num,
    compound_whole,
    compound_num,
    compound_capitalised_minor,
    overdue_principal_minor,
    overdue_interest_minor,
    costs_due_minor,
    penalty_minor,
    compound_minor,
    dpd_principal,
    dpd_interest,
    closed,
    TRUE AS replayed
FROM replayed_note_state
