-- Lake table open_instalment: what is unpaid of each instalment that has fallen due.
-- reads: age_left, replayed_open_instalment      key: note_id, due_on, seq
SELECT note_id, due_on, seq, costs_minor, interest_minor, principal_minor
FROM age_left
UNION ALL
SELECT note_id, due_on, seq, costs_minor, interest_minor, principal_minor
FROM replayed_open_instalment
