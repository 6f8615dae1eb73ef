-- Instalments open on the night's date before money is counted: what was open at yesterday's close,
-- and what falls due today by the schedule version in force. Notes that are replayed are left out.
-- reads: prev_open_instalment, age_schedule_due, age_touched      key: note_id, due_on, seq
SELECT
    o.note_id,
    o.due_on,
    o.seq,
    FALSE AS falls_due,
    o.costs_minor,
    o.interest_minor,
    o.principal_minor
FROM prev_open_instalment AS o
WHERE NOT EXISTS (SELECT 1 FROM age_touched AS t WHERE t.note_id = o.note_id)
UNION ALL
SELECT
    s.note_id,
    s.due_on,
    s.seq,
    TRUE AS falls_due,
    s.costs_minor,
    s.interest_minor,
    s.principal_minor
FROM age_schedule_due AS s
WHERE NOT EXISTS (SELECT 1 FROM age_touched AS t WHERE t.note_id = s.note_id)
