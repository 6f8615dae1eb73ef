-- Differences above the tolerance, for the desk. Whether a component holds is told by its tolerance of the night: a
-- declared row becomes a held one again when its declaration is withdrawn.
-- reads: difference      key: note_id, component
SELECT
    note_id,
    component,
    party_id,
    contract_id,
    institution_code,
    product_code,
    ours,
    core,
    difference,
    tolerance,
    holds,
    verdict,
    declaration_id,
    held,
    open_since AS first_seen_on,
    compared_on AS last_seen_on
FROM difference
WHERE verdict <> 'tolerated'
ORDER BY note_id, component
