-- For the exact engine: every repayment and reversal of the touched notes that was ever delivered.
-- received_at is given in UTC without its zone.
-- reads: repayment_history, age_touched      order: note_id, core_ref
SELECT
    r.note_id, r.core_ref, r.value_on, CAST(r.received_at AS TIMESTAMP) AS received_at, r.amount_minor, r.reverses
FROM repayment_history AS r
INNER JOIN age_touched AS t ON t.note_id = r.note_id
ORDER BY r.note_id, r.core_ref
