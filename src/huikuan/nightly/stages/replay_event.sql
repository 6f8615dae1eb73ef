-- For the exact engine: every loan event of the touched notes that was ever delivered.
-- reads: loan_event_history, age_touched      order: note_id, core_ref
SELECT
    e.note_id,
    e.core_ref,
    e.kind,
    e.value_on,
    e.recorded_at,
    e.amount_minor,
    e.component,
    e.until_on,
    e.annual_rate_ppm,
    e.penalty_rate_ppm,
    e.claim_principal_minor,
    e.claim_interest_minor,
    e.claim_penalty_minor,
    e.claim_compound_minor,
    e.claim_costs_minor,
    e.names_ref,
    e.reverses
FROM loan_event_history AS e
INNER JOIN age_touched AS t ON t.note_id = e.note_id
ORDER BY e.note_id, e.core_ref
