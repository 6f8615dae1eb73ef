-- For the exact engine: every repayment and reversal of the touched notes that was ever delivered.
-- reads: repayment_history, age_touched      order: note_id, core_ref
SELECT r.note_id, r.core_ref, r.value_on, r.received_at, r.amount_minor, r.reverses, r.payer
FROM repayment_history AS r
INNER JOIN age_touched AS t ON t.note_id = r.note_id
ORDER BY r.note_id, r.core_ref
