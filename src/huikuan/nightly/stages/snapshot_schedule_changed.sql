-- Notes whose delivered schedule differs from the version in force or is their first: row count or any amount or date is
-- different. An equal schedule delivered again is not a new version; that of a loan event is none of the note's
-- (snapshot_event_schedule).
-- reads: feed_instalment, snapshot_note_seen, snapshot_event, schedule_version, prev_note      key: note_id
WITH delivered AS (
    SELECT i.note_id, COUNT(*) AS instalments
    FROM feed_instalment AS i
    WHERE
        NOT EXISTS (SELECT 1 FROM snapshot_event AS e WHERE e.note_id = i.note_id)
        OR NOT EXISTS (SELECT 1 FROM prev_note AS p WHERE p.note_id = i.note_id)
    GROUP BY i.note_id
),

in_force AS (
    SELECT s.note_id, s.seq, s.due_on, s.principal_minor, s.interest_minor, s.costs_minor
    FROM schedule_version AS s
    INNER JOIN prev_note AS p
        ON p.note_id = s.note_id AND p.schedule_on = s.schedule_on AND p.schedule_run_id = s.schedule_run_id
    INNER JOIN delivered AS d ON d.note_id = s.note_id
),

in_force_count AS (
    SELECT f.note_id, COUNT(*) AS instalments
    FROM in_force AS f
    GROUP BY f.note_id
),

equal_count AS (
    SELECT i.note_id, COUNT(*) AS instalments
    FROM feed_instalment AS i
    INNER JOIN in_force AS f
        ON
            f.note_id = i.note_id
            AND f.seq = i.seq
            AND f.due_on = i.due_on
            AND f.principal_minor = i.principal_minor
            AND f.interest_minor = i.interest_minor
            AND f.costs_minor = i.costs_minor
    GROUP BY i.note_id
)

SELECT d.note_id, d.instalments
FROM delivered AS d
INNER JOIN snapshot_note_seen AS n ON n.note_id = d.note_id
LEFT JOIN in_force_count AS f ON f.note_id = d.note_id
LEFT JOIN equal_count AS e ON e.note_id = d.note_id
WHERE COALESCE(f.instalments, 0) <> d.instalments OR COALESCE(e.instalments, 0) <> d.instalments
