-- Our next instalment of notes of which the core reports theirs: the first that falls due after the business date by
-- the schedule in force. A note that is settled has none.
-- reads: feed_core_figure, note_class, note, schedule_version, schedule_in_force, night      key: note_id
WITH asked AS (
    SELECT f.note_id
    FROM feed_core_figure AS f
    INNER JOIN night AS d ON d.business_date = f.as_of_on
    INNER JOIN note_class AS c ON c.note_id = f.note_id
    WHERE c.bucket <> 'settled' AND (f.next_due_on IS NOT NULL OR f.next_due_amount_minor IS NOT NULL)
),

changed AS (
    SELECT DISTINCT note_id
    FROM schedule_in_force
),

coming AS (
    SELECT s.note_id, s.due_on, s.principal_minor + s.interest_minor + s.costs_minor AS amount_minor
    FROM schedule_version AS s
    INNER JOIN night AS d ON d.business_date < s.due_on
    INNER JOIN note AS n
        ON n.note_id = s.note_id AND n.schedule_on = s.schedule_on AND n.schedule_run_id = s.schedule_run_id
    INNER JOIN asked AS a ON a.note_id = s.note_id
    LEFT JOIN changed AS c ON c.note_id = s.note_id
    WHERE c.note_id IS NULL
    UNION ALL
    SELECT s.note_id, s.due_on, s.principal_minor + s.interest_minor + s.costs_minor AS amount_minor
    FROM schedule_in_force AS s
    INNER JOIN night AS d ON d.business_date < s.due_on
    INNER JOIN asked AS a ON a.note_id = s.note_id
),

first_due AS (
    SELECT note_id, MIN(due_on) AS due_on
    FROM coming
    GROUP BY note_id
)

SELECT f.note_id, f.due_on, CAST(SUM(c.amount_minor) AS BIGINT) AS amount_minor
FROM first_due AS f
INNER JOIN coming AS c ON c.note_id = f.note_id AND c.due_on = f.due_on
GROUP BY f.note_id, f.due_on
