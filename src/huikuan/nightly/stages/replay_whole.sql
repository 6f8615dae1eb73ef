-- Touched notes of which the exact engine needs the coming instalments one by one: something may change them.
-- reads: age_touched, note, convention, loan_event_history      key: note_id
SELECT t.note_id
FROM age_touched AS t
INNER JOIN note AS n ON n.note_id = t.note_id
INNER JOIN convention AS c ON c.product_terms = COALESCE(n.product_terms, '')
WHERE NOT c.folded OR EXISTS (SELECT 1 FROM loan_event_history AS e WHERE e.note_id = t.note_id)
