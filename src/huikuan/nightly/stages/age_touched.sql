-- Notes that the fold may not carry from yesterday to today; the exact engine replays them from the start:
--   first_seen  no state of yesterday, and something happened before today (a due date or a repayment)
--   backdated   a repayment delivered today counts from an earlier day
--   reversed    a repayment delivered today reverses an earlier one
--   terms       a term that drives accruals changed since yesterday
--   schedule    another schedule version came into force today
-- reads: note, prev_note, prev_note_state, schedule_version, feed_repayment, night      key: note_id
WITH reason AS (
    SELECT r.note_id, CASE WHEN r.reverses IS NULL THEN 'backdated' ELSE 'reversed' END AS reason
    FROM feed_repayment AS r
    CROSS JOIN night AS d
    WHERE r.value_on < d.business_date OR r.reverses IS NOT NULL
    UNION ALL
    SELECT n.note_id, 'terms' AS reason
    FROM note AS n
    INNER JOIN prev_note AS p ON p.note_id = n.note_id
    WHERE
        n.annual_rate_ppm <> p.annual_rate_ppm
        OR n.penalty_rate_ppm <> p.penalty_rate_ppm
        OR n.compound <> p.compound
        OR n.matures_on <> p.matures_on
        OR n.principal_minor <> p.principal_minor
        OR n.disbursed_on <> p.disbursed_on
    UNION ALL
    SELECT n.note_id, 'schedule' AS reason
    FROM note AS n
    INNER JOIN prev_note AS p ON p.note_id = n.note_id
    WHERE n.schedule_on <> p.schedule_on OR n.schedule_run_id <> p.schedule_run_id
    UNION ALL
    SELECT n.note_id, 'first_seen' AS reason
    FROM note AS n
    CROSS JOIN night AS d
    INNER JOIN schedule_version AS s
        ON s.note_id = n.note_id AND s.schedule_on = n.schedule_on AND s.schedule_run_id = n.schedule_run_id
    WHERE
        s.due_on < d.business_date
        AND NOT EXISTS (SELECT 1 FROM prev_note_state AS p WHERE p.note_id = n.note_id)
)

SELECT r.note_id, MIN(r.reason) AS reason
FROM reason AS r
WHERE EXISTS (SELECT 1 FROM note AS n WHERE n.note_id = r.note_id)
GROUP BY r.note_id
