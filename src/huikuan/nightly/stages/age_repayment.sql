-- Repayments that count from today, of notes that are folded.
-- reads: feed_repayment, age_touched, night      key: core_ref
SELECT r.note_id, r.core_ref, r.received_at, r.amount_minor, r.payer
FROM feed_repayment AS r
INNER JOIN night AS d ON d.business_date = r.value_on
WHERE
    r.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM age_touched AS t WHERE t.note_id = r.note_id)
