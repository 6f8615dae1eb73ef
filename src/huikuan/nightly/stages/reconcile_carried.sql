-- Differences of yesterday of which the core says nothing today: silence does not settle them. They stay with the
-- figures and the day of their comparison while the note lives, at its present institution and product.
-- reads: prev_difference, note_class, reconcile_value      key: note_id, component
SELECT
    c.note_id,
    c.party_id,
    c.contract_id,
    c.institution_code,
    c.product_code,
    p.component,
    p.ours,
    p.core,
    p.compared_on
FROM prev_difference AS p
INNER JOIN note_class AS c ON c.note_id = p.note_id
LEFT JOIN reconcile_value AS v ON v.note_id = p.note_id AND v.component = p.component
WHERE v.note_id IS NULL AND c.bucket <> 'settled'
