-- For the exact engine: terms of the touched notes.
-- reads: note, age_touched      order: note_id
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
FROM note AS n
INNER JOIN age_touched AS t ON t.note_id = n.note_id
ORDER BY n.note_id
