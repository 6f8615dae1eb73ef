-- Notes whose figures a correction changed on one date: before and after. A note of one run only has nulls on the other side.
-- reads: former, corrected      key: note_id
WITH
before AS (
    SELECT
        note_id, party_id, institution_code, product_code, bucket, class_floor_borrower, dpd, balance_minor,
        overdue_principal_minor, overdue_interest_minor, costs_due_minor,
        penalty_minor + compound_minor + delay_minor AS penalty_minor
    FROM former
),
after AS (
    SELECT
        note_id, party_id, institution_code, product_code, bucket, class_floor_borrower, dpd, balance_minor,
        overdue_principal_minor, overdue_interest_minor, costs_due_minor,
        penalty_minor + compound_minor + delay_minor AS penalty_minor
    FROM corrected
)
SELECT
    COALESCE(a.note_id, b.note_id) AS note_id,
    COALESCE(a.party_id, b.party_id) AS party_id,
    COALESCE(a.institution_code, b.institution_code) AS institution_code,
    COALESCE(a.product_code, b.product_code) AS product_code,
    b.bucket AS bucket_before,
    a.bucket AS bucket_after,
    b.class_floor_borrower AS class_before,
    a.class_floor_borrower AS class_after,
    b.dpd AS dpd_before,
    a.dpd AS dpd_after,
    b.balance_minor AS balance_before_minor,
    a.balance_minor AS balance_after_minor,
    b.overdue_principal_minor AS overdue_principal_before_minor,
    a.overdue_principal_minor AS overdue_principal_after_minor,
    b.overdue_interest_minor AS overdue_interest_before_minor,
    a.overdue_interest_minor AS overdue_interest_after_minor,
    b.penalty_minor AS penalty_before_minor,
    a.penalty_minor AS penalty_after_minor,
    b.costs_due_minor AS costs_due_before_minor,
    a.costs_due_minor AS costs_due_after_minor
FROM before AS b
FULL JOIN after AS a ON a.note_id = b.note_id
WHERE
    a.note_id IS NULL
    OR b.note_id IS NULL
    OR a.party_id IS DISTINCT FROM b.party_id
    OR a.institution_code IS DISTINCT FROM b.institution_code
    OR a.product_code IS DISTINCT FROM b.product_code
    OR a.bucket IS DISTINCT FROM b.bucket
    OR a.class_floor_borrower IS DISTINCT FROM b.class_floor_borrower
    OR a.dpd IS DISTINCT FROM b.dpd
    OR a.balance_minor IS DISTINCT FROM b.balance_minor
    OR a.overdue_principal_minor IS DISTINCT FROM b.overdue_principal_minor
    OR a.overdue_interest_minor IS DISTINCT FROM b.overdue_interest_minor
    OR a.penalty_minor IS DISTINCT FROM b.penalty_minor
    OR a.costs_due_minor IS DISTINCT FROM b.costs_due_minor
