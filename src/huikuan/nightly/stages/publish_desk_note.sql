-- Notes for the desk: past due or stale while they live, and whatever is on the desk already, so that people see what
-- became of it (cured, settled, charged off).
-- reads: note_class, desk_note_known      key: note_id
SELECT
    n.note_id,
    n.contract_id,
    n.party_id,
    n.institution_code,
    n.product_code,
    n.dpd,
    n.dpd_principal,
    n.dpd_interest,
    n.bucket,
    n.class_floor,
    n.balance_minor,
    n.overdue_principal_minor,
    n.overdue_interest_minor,
    n.penalty_minor,
    n.compound_minor,
    n.costs_due_minor,
    n.stale_since
FROM note_class AS n
LEFT JOIN desk_note_known AS k ON k.note_id = n.note_id
WHERE
    k.note_id IS NOT NULL
    OR (n.bucket <> 'settled' AND (n.dpd > 0 OR n.stale_since IS NOT NULL))
ORDER BY n.note_id
