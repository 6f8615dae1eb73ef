-- Notes whose schedule is to be computed from their terms: no schedule was delivered today, and there is no version
-- yet, or the version in force was computed from terms that have changed, or by other conventions of the product. A
-- delivered schedule stays in force when terms change: the core system is the legal ledger and sends a new one if there
-- is one.
-- reads: snapshot_note_seen, snapshot_schedule_changed, convention, prev_note      order: note_id
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
    n.core_status,
    n.product_terms,
    n.frequency,
    n.penalty_markup_ppm,
    n.instalment_amount_minor,
    n.interest_only_count,
    n.interest_grace_count,
    n.interest_free_count,
    n.balloon_minor,
    n.principal_share_ppm,
    n.annual_rate_at_start_ppm,
    n.penalty_rate_at_start_ppm
FROM snapshot_note_seen AS n
INNER JOIN convention AS c ON c.product_terms = COALESCE(n.product_terms, '')
LEFT JOIN prev_note AS p ON p.note_id = n.note_id
WHERE
    NOT EXISTS (SELECT 1 FROM snapshot_schedule_changed AS i WHERE i.note_id = n.note_id)
    AND (
        p.note_id IS NULL
        OR (
            p.schedule_computed
            AND (
                n.principal_minor <> p.principal_minor
                OR c.digest <> p.conventions_digest
                OR COALESCE(n.product_terms, '') <> COALESCE(p.product_terms, '')
                OR n.disbursed_on <> p.disbursed_on
                OR n.matures_on <> p.matures_on
                OR n.first_due_on <> p.first_due_on
                OR COALESCE(n.annual_rate_at_start_ppm, n.annual_rate_ppm)
                <> COALESCE(p.annual_rate_at_start_ppm, p.annual_rate_ppm)
                OR n.repayment_method <> p.repayment_method
                OR n.instalment_count <> p.instalment_count
                OR n.frequency IS DISTINCT FROM p.frequency
                OR n.instalment_amount_minor IS DISTINCT FROM p.instalment_amount_minor
                OR n.interest_only_count IS DISTINCT FROM p.interest_only_count
                OR n.interest_grace_count IS DISTINCT FROM p.interest_grace_count
                OR n.interest_free_count IS DISTINCT FROM p.interest_free_count
                OR n.balloon_minor IS DISTINCT FROM p.balloon_minor
                OR n.principal_share_ppm IS DISTINCT FROM p.principal_share_ppm
            )
        )
    )
ORDER BY n.note_id
