-- Lake table open_instalment: what is unpaid of each instalment that has fallen due.
-- reads: age_left, replayed_open_instalment, replayed_unworkable, prev_open_instalment      key: note_id, due_on, seq
SELECT note_id, due_on, seq, costs_minor, interest_minor, principal_minor
FROM age_left
UNION ALL
SELECT note_id, due_on, seq, costs_minor, interest_minor, principal_minor
FROM replayed_open_instalment
UNION ALL
SELECT o.note_id, o.due_on, o.seq, o.costs_minor, o.interest_minor, o.principal_minor
FROM prev_open_instalment AS o
INNER JOIN replayed_unworkable AS u ON u.note_id = o.note_id
