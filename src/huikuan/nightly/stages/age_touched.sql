-- Notes that the fold may not carry from yesterday to today; the exact engine replays them from the start:
--   backdated     a repayment delivered today counts from an earlier day
--   reversed      a repayment delivered today reverses an earlier one
--   event         a loan event was delivered today
--   event_schedule  another schedule of an earlier event was delivered today
--   terms         a term that drives accruals changed since yesterday, or the conventions of the product did
--   schedule      another schedule version came into force today
--   first_seen    no state of yesterday, and something happened before today (a due date or a repayment)
--   held_...      an event has put the note into a state that the fold does not have (note_state.held_by)
--   convention    the fold does not have a convention of the product; a note that owes nothing any more is left alone
--   unworkable    the rules could not work with the note yesterday: perhaps they can today
-- reads: note, prev_note, prev_note_state, prev_open_instalment, schedule_version, event_schedule_version, convention,
--   feed_repayment, feed_loan_event, night      key: note_id
WITH reason AS (
    SELECT r.note_id, CASE WHEN r.reverses IS NULL THEN 'backdated' ELSE 'reversed' END AS reason
    FROM feed_repayment AS r
    CROSS JOIN night AS d
    WHERE r.value_on < d.business_date OR r.reverses IS NOT NULL
    UNION ALL
    SELECT e.note_id, 'event' AS reason
    FROM feed_loan_event AS e
    UNION ALL
    SELECT s.note_id, 'event_schedule' AS reason
    FROM event_schedule_version AS s
    INNER JOIN night AS d ON d.business_date = s.delivered_on
    UNION ALL
    SELECT n.note_id, 'terms' AS reason
    FROM note AS n
    INNER JOIN prev_note AS p ON p.note_id = n.note_id
    WHERE
        COALESCE(n.annual_rate_at_start_ppm, n.annual_rate_ppm)
        <> COALESCE(p.annual_rate_at_start_ppm, p.annual_rate_ppm)
        OR COALESCE(n.penalty_rate_at_start_ppm, n.penalty_rate_ppm)
        <> COALESCE(p.penalty_rate_at_start_ppm, p.penalty_rate_ppm)
        OR n.compound <> p.compound
        OR n.matures_on <> p.matures_on
        OR n.principal_minor <> p.principal_minor
        OR n.disbursed_on <> p.disbursed_on
        OR n.conventions_digest <> p.conventions_digest
        OR COALESCE(n.product_terms, '') <> COALESCE(p.product_terms, '')
        OR COALESCE(n.penalty_markup_ppm, -1) <> COALESCE(p.penalty_markup_ppm, -1)
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
    UNION ALL
    SELECT p.note_id, CONCAT('held_', p.held_by) AS reason
    FROM prev_note_state AS p
    WHERE p.held_by <> 'convention'
    UNION ALL
    SELECT n.note_id, 'convention' AS reason
    FROM note AS n
    INNER JOIN convention AS c ON c.product_terms = COALESCE(n.product_terms, '')
    LEFT JOIN prev_note_state AS p ON p.note_id = n.note_id
    WHERE
        NOT c.folded
        AND (
            p.note_id IS NULL
            OR p.principal_outstanding_minor + p.penalty_minor + p.compound_minor + p.delay_minor > 0
            OR EXISTS (SELECT 1 FROM prev_open_instalment AS o WHERE o.note_id = n.note_id)
        )
    UNION ALL
    SELECT p.note_id, 'unworkable' AS reason
    FROM prev_note_state AS p
    WHERE p.unworkable IS NOT NULL
)

SELECT r.note_id, MIN(r.reason) AS reason
FROM reason AS r
WHERE EXISTS (SELECT 1 FROM note AS n WHERE n.note_id = r.note_id)
GROUP BY r.note_id
