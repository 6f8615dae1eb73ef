-- Restructurings in force of the notes that have one, each with the due dates of the schedule that it brought, as it was
-- delivered last.
-- reads: note_state, loan_event_history, event_schedule_version, night
-- order: by all columns
WITH in_force AS (
    SELECT e.note_id, e.core_ref, e.value_on, e.until_on, e.recorded_at
    FROM loan_event_history AS e
    CROSS JOIN night AS d
    INNER JOIN note_state AS s ON s.note_id = e.note_id AND s.observed_until IS NOT NULL
    WHERE
        e.kind = 'restructure'
        AND e.reverses IS NULL
        AND e.value_on <= d.business_date
        AND NOT EXISTS (
            SELECT 1 FROM loan_event_history AS r WHERE r.reverses = e.core_ref AND r.value_on <= d.business_date
        )
),

latest AS (
    SELECT v.note_id, v.event_ref, MAX(v.delivered_on) AS delivered_on
    FROM event_schedule_version AS v
    INNER JOIN in_force AS f ON f.note_id = v.note_id AND f.core_ref = v.event_ref
    GROUP BY v.note_id, v.event_ref
)

SELECT f.note_id, f.value_on, f.recorded_at, f.core_ref, f.until_on, v.due_on
FROM in_force AS f
INNER JOIN latest AS l ON l.note_id = f.note_id AND l.event_ref = f.core_ref
INNER JOIN event_schedule_version AS v
    ON v.note_id = l.note_id AND v.event_ref = l.event_ref AND v.delivered_on = l.delivered_on AND v.due_on >= f.value_on
