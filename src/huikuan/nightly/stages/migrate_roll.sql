-- Lake table roll: notes of the last month-end by where they stand today. Notes that are new since then have no
-- "from" and are left out; the amount is the balance at the month-end, so the shares of a row add up to one.
-- reads: from_note_class, note_class, roll_from      key: institution_code, product_code, from_bucket, to_bucket
SELECT
    t.institution_code,
    t.product_code,
    r.from_on,
    f.bucket AS from_bucket,
    t.bucket AS to_bucket,
    COUNT(*) AS notes,
    CAST(SUM(f.balance_minor) AS BIGINT) AS amount_minor
FROM from_note_class AS f
INNER JOIN note_class AS t ON t.note_id = f.note_id
CROSS JOIN roll_from AS r
GROUP BY t.institution_code, t.product_code, r.from_on, f.bucket, t.bucket
