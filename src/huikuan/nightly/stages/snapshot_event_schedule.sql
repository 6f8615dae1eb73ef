-- Lake table event_schedule: schedules delivered today for notes with a loan event that takes one, unless they equal what
-- was delivered for that event before.
-- reads: feed_instalment, snapshot_event, event_schedule_version, night      key: note_id, event_ref, seq
WITH latest AS (
    SELECT v.note_id, v.event_ref, MAX(v.delivered_on) AS delivered_on
    FROM event_schedule_version AS v
    INNER JOIN snapshot_event AS e ON e.note_id = v.note_id AND e.event_ref = v.event_ref
    GROUP BY v.note_id, v.event_ref
),

in_force AS (
    SELECT v.note_id, v.seq, v.due_on, v.principal_minor, v.interest_minor, v.costs_minor
    FROM event_schedule_version AS v
    INNER JOIN latest AS l ON l.note_id = v.note_id AND l.event_ref = v.event_ref AND l.delivered_on = v.delivered_on
),

in_force_count AS (
    SELECT f.note_id, COUNT(*) AS instalments
    FROM in_force AS f
    GROUP BY f.note_id
),

delivered AS (
    SELECT i.note_id, COUNT(*) AS instalments, COUNT(f.note_id) AS equal
    FROM feed_instalment AS i
    INNER JOIN snapshot_event AS e ON e.note_id = i.note_id
    LEFT JOIN in_force AS f
        ON
            f.note_id = i.note_id
            AND f.seq = i.seq
            AND f.due_on = i.due_on
            AND f.principal_minor = i.principal_minor
            AND f.interest_minor = i.interest_minor
            AND f.costs_minor = i.costs_minor
    GROUP BY i.note_id
)

SELECT
    i.note_id,
    e.event_ref,
    n.business_date AS delivered_on,
    i.seq,
    i.due_on,
    i.principal_minor,
    i.interest_minor,
    i.costs_minor
FROM feed_instalment AS i
CROSS JOIN night AS n
INNER JOIN snapshot_event AS e ON e.note_id = i.note_id
INNER JOIN delivered AS d ON d.note_id = i.note_id
LEFT JOIN in_force_count AS c ON c.note_id = i.note_id
WHERE d.instalments <> d.equal OR d.instalments <> COALESCE(c.instalments, 0)
