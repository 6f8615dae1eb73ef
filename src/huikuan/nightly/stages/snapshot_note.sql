-- Lake table note: every note with the schedule version in force.
-- reads: snapshot_note_seen, snapshot_version, prev_note, convention, night, run      key: note_id
SELECT
    n.note_id,
    n.contract_id,
    n.party_id,
    n.institution_code,
    n.product_code,
    n.monthly_consumer,
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
    CASE WHEN c.note_id IS NULL THEN p.schedule_on ELSE d.business_date END AS schedule_on,
    CASE WHEN c.note_id IS NULL THEN p.schedule_run_id ELSE r.run_id END AS schedule_run_id,
    CASE WHEN c.note_id IS NULL THEN p.schedule_computed ELSE c.computed END AS schedule_computed,
    n.stale_since,
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
    n.penalty_rate_at_start_ppm,
    v.digest AS conventions_digest
FROM snapshot_note_seen AS n
CROSS JOIN night AS d
CROSS JOIN run AS r
INNER JOIN convention AS v ON v.product_terms = COALESCE(n.product_terms, '')
LEFT JOIN prev_note AS p ON p.note_id = n.note_id
LEFT JOIN snapshot_version AS c ON c.note_id = n.note_id
