-- Notes whose schedule is to be computed from their terms: no schedule was delivered today, and there is no version
-- yet, or the version in force was computed from terms that have changed. A delivered schedule stays in force when
-- terms change: the core system is the legal ledger and sends a new one if there is one.
-- reads: snapshot_note_seen, prev_note, feed_instalment      order: note_id
SELECT
    n.note_id,
    n.principal_minor,
    n.disbursed_on,
    n.matures_on,
    n.first_due_on,
    n.annual_rate_ppm,
    n.penalty_rate_ppm,
    n.compound,
    n.repayment_method,
    n.instalment_count,
    n.core_status
FROM snapshot_note_seen AS n
LEFT JOIN prev_note AS p ON p.note_id = n.note_id
WHERE
    NOT EXISTS (SELECT 1 FROM feed_instalment AS i WHERE i.note_id = n.note_id)
    AND (
        p.note_id IS NULL
        OR (
            p.schedule_computed
            AND (
                n.principal_minor <> p.principal_minor
                OR n.disbursed_on <> p.disbursed_on
                OR n.matures_on <> p.matures_on
                OR n.first_due_on <> p.first_due_on
                OR n.annual_rate_ppm <> p.annual_rate_ppm
                OR n.repayment_method <> p.repayment_method
                OR n.instalment_count <> p.instalment_count
            )
        )
    )
ORDER BY n.note_id
