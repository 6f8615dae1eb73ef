-- Instalments that fall due today by the schedule version in force.
-- reads: schedule_version, note, night      key: note_id, due_on, seq
SELECT s.note_id, s.due_on, s.seq, s.costs_minor, s.interest_minor, s.principal_minor
FROM schedule_version AS s
INNER JOIN night AS d ON d.business_date = s.due_on
INNER JOIN note AS n
    ON n.note_id = s.note_id AND n.schedule_on = s.schedule_on AND n.schedule_run_id = s.schedule_run_id
