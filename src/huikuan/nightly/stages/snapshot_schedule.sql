-- Lake table schedule: versions that come into force today, delivered or computed.
-- reads: snapshot_schedule_delivered, schedule_computed, night, run      key: due_on, note_id, seq
WITH version AS (
    SELECT note_id, seq, due_on, principal_minor, interest_minor, costs_minor
    FROM snapshot_schedule_delivered
    UNION ALL
    SELECT note_id, seq, due_on, principal_minor, interest_minor, costs_minor
    FROM schedule_computed
)

SELECT
    v.note_id,
    d.business_date AS schedule_on,
    r.run_id AS schedule_run_id,
    v.seq,
    v.due_on,
    v.principal_minor,
    v.interest_minor,
    v.costs_minor
FROM version AS v
CROSS JOIN night AS d
CROSS JOIN run AS r
