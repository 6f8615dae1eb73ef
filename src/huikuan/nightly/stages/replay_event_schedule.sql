-- For the exact engine: the schedules of loan events as they were delivered last.
-- reads: event_schedule_version, age_touched      order: note_id, event_ref, seq
WITH latest AS (
    SELECT s.note_id, s.event_ref, MAX(s.delivered_on) AS delivered_on
    FROM event_schedule_version AS s
    INNER JOIN age_touched AS t ON t.note_id = s.note_id
    GROUP BY s.note_id, s.event_ref
)

SELECT s.note_id, s.event_ref, s.seq, s.due_on, s.principal_minor, s.interest_minor, s.costs_minor
FROM event_schedule_version AS s
INNER JOIN latest AS l ON l.note_id = s.note_id AND l.event_ref = s.event_ref AND l.delivered_on = s.delivered_on
ORDER BY s.note_id, s.event_ref, s.seq
