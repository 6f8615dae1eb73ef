-- Notes of the register that are new or stand elsewhere than yesterday; all of them where the register is incomplete.
-- reads: note, prev_note, register_state      key: note_id
SELECT n.note_id, n.contract_id, n.party_id, n.institution_code, n.product_code
FROM note AS n
CROSS JOIN register_state AS r
LEFT JOIN prev_note AS p ON p.note_id = n.note_id
WHERE
    r.notes_whole
    OR p.note_id IS NULL
    OR n.contract_id <> p.contract_id
    OR n.party_id <> p.party_id
    OR n.institution_code <> p.institution_code
    OR n.product_code <> p.product_code
ORDER BY n.note_id
