-- Roles of parties beside the borrower that are new or gone since yesterday, from the feeds in force; all of them where
-- the desk's are incomplete. A guarantor whose period has run out, or a role that has ended by its date, stays as long as
-- the core system delivers it.
-- reads: party_role, prev_party_role, register_state
-- key: party_id, contract_id, role
SELECT t.party_id, t.contract_id, t.role, FALSE AS gone
FROM party_role AS t
CROSS JOIN register_state AS r
LEFT JOIN prev_party_role AS y ON y.party_id = t.party_id AND y.contract_id = t.contract_id AND y.role = t.role
WHERE r.roles_whole OR y.role IS NULL
UNION ALL
SELECT y.party_id, y.contract_id, y.role, TRUE AS gone
FROM prev_party_role AS y
LEFT JOIN party_role AS t ON t.party_id = y.party_id AND t.contract_id = y.contract_id AND t.role = y.role
WHERE t.role IS NULL
