-- Roles of parties beside the borrower that are new or gone since yesterday, from the feeds in force; all of them where
-- the desk's are incomplete. A guarantor whose period has run out, or a role that has ended by its date, stays as long as
-- the core system delivers it.
-- reads: feed_contract_party, feed_guarantee, feed_collateral, the same with prev_, register_state
-- key: party_id, contract_id, role
WITH today AS (
    SELECT party_id, contract_id, role
    FROM feed_contract_party
    UNION
    SELECT guarantor_party_id AS party_id, contract_id, 'guarantor' AS role
    FROM feed_guarantee
    UNION
    SELECT owner_party_id AS party_id, contract_id, 'collateral_owner' AS role
    FROM feed_collateral
),

yesterday AS (
    SELECT party_id, contract_id, role
    FROM prev_feed_contract_party
    UNION
    SELECT guarantor_party_id AS party_id, contract_id, 'guarantor' AS role
    FROM prev_feed_guarantee
    UNION
    SELECT owner_party_id AS party_id, contract_id, 'collateral_owner' AS role
    FROM prev_feed_collateral
)

SELECT t.party_id, t.contract_id, t.role, FALSE AS gone
FROM today AS t
CROSS JOIN register_state AS r
LEFT JOIN yesterday AS y ON y.party_id = t.party_id AND y.contract_id = t.contract_id AND y.role = t.role
WHERE r.roles_whole OR y.role IS NULL
UNION ALL
SELECT y.party_id, y.contract_id, y.role, TRUE AS gone
FROM yesterday AS y
LEFT JOIN today AS t ON t.party_id = y.party_id AND t.contract_id = y.contract_id AND t.role = y.role
WHERE t.role IS NULL
