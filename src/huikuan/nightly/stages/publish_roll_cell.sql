-- Roll cells for the desk.
-- reads: roll      key: institution_code, product_code, from_bucket, to_bucket
SELECT from_on AS from_date, institution_code, product_code, from_bucket, to_bucket, notes, amount_minor
FROM roll
ORDER BY institution_code, product_code, from_bucket, to_bucket
