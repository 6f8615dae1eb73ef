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
    n.core_status
FROM note AS n
INNER JOIN age_touched AS t ON t.note_id = n.note_id
ORDER BY n.note_id
