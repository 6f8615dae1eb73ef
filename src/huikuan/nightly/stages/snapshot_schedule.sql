-- Rows of the schedule versions that come into force today. What is the same in all rows of the lake table schedule, day
-- and run, is added when they are written.
-- reads: feed_instalment, schedule_computed, snapshot_version      key: due_on, note_id, seq
SELECT v.place, i.note_id, i.seq, i.due_on, i.principal_minor, i.interest_minor, i.costs_minor
FROM feed_instalment AS i
INNER JOIN snapshot_version AS v ON v.note_id = i.note_id
WHERE NOT v.computed
UNION ALL
SELECT v.place, c.note_id, c.seq, c.due_on, c.principal_minor, c.interest_minor, c.costs_minor
FROM schedule_computed AS c
INNER JOIN snapshot_version AS v ON v.note_id = c.note_id
