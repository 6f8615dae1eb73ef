-- For the exact engine: the schedule of each touched note. What falls due after today is one row (its principal counts
-- into the balance, nothing else of it matters yet), except where something may change it.
-- reads: schedule_version, note, age_touched, replay_whole, night      order: note_id, seq
SELECT
    s.note_id,
    MIN(s.seq) AS seq,
    MIN(s.due_on) AS due_on,
    CAST(SUM(s.principal_minor) AS BIGINT) AS principal_minor,
    CAST(SUM(s.interest_minor) AS BIGINT) AS interest_minor,
    CAST(SUM(s.costs_minor) AS BIGINT) AS costs_minor
FROM schedule_version AS s
CROSS JOIN night AS d
INNER JOIN note AS n
    ON n.note_id = s.note_id AND n.schedule_on = s.schedule_on AND n.schedule_run_id = s.schedule_run_id
INNER JOIN age_touched AS t ON t.note_id = n.note_id
LEFT JOIN replay_whole AS w ON w.note_id = n.note_id
GROUP BY s.note_id, CASE WHEN s.due_on <= d.business_date OR w.note_id IS NOT NULL THEN s.seq ELSE -1 END
ORDER BY note_id, due_on, seq
