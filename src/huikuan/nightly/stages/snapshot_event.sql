-- Notes with a loan event that takes a schedule and is not reversed: the last such event of each. A schedule delivered
-- for such a note belongs to that event; the note's own goes on to be what its life before the event is counted by. Of a
-- note that is new it is both: nothing earlier is known.
-- reads: loan_event_history      key: note_id
WITH taking AS (
    SELECT
        e.note_id,
        e.core_ref,
        ROW_NUMBER() OVER (
            PARTITION BY e.note_id ORDER BY e.value_on DESC, e.recorded_at DESC, e.core_ref DESC
        ) AS place
    FROM loan_event_history AS e
    WHERE
        e.kind IN ('rate_change', 'drawdown', 'extension', 'reschedule', 'restructure')
        AND e.reverses IS NULL
        AND NOT EXISTS (SELECT 1 FROM loan_event_history AS r WHERE r.reverses = e.core_ref)
)

SELECT note_id, core_ref AS event_ref
FROM taking
WHERE place = 1
