-- Every note of the book with the terms of today's delivery; a note that is missing from it (or rejected) is carried
-- forward as it was and marked stale, never settled. A note that the core has settled may disappear unmarked.
-- A contract or product that is missing today counts as the book knows it.
-- reads: feed_note, feed_contract, feed_product, prev_note, night      key: note_id
WITH book_contract AS (
    SELECT contract_id, MIN(party_id) AS party_id, MIN(institution_code) AS institution_code, MIN(product_code) AS product_code
    FROM prev_note AS b
    WHERE NOT EXISTS (SELECT 1 FROM feed_contract AS c WHERE c.contract_id = b.contract_id)
    GROUP BY contract_id
),

book_product AS (
    SELECT product_code, BOOL_OR(monthly_consumer) AS monthly_consumer, MIN(product_terms) AS product_terms
    FROM prev_note AS b
    WHERE NOT EXISTS (SELECT 1 FROM feed_product AS p WHERE p.product_code = b.product_code)
    GROUP BY product_code
)

SELECT
    n.note_id,
    n.contract_id,
    COALESCE(c.party_id, k.party_id) AS party_id,
    COALESCE(c.institution_code, k.institution_code) AS institution_code,
    COALESCE(c.product_code, k.product_code) AS product_code,
    COALESCE(p.kind = 'consumer' AND p.monthly_instalment, b.monthly_consumer, FALSE) AS monthly_consumer,
    n.principal_minor,
    n.disbursed_on,
    n.matures_on,
    n.first_due_on,
    n.annual_rate_ppm,
    n.penalty_rate_ppm,
    n.compound,
    n.repayment_method,
    n.instalment_count,
    n.core_status,
    CAST(NULL AS DATE) AS stale_since,
    CASE WHEN p.product_code IS NULL THEN b.product_terms ELSE p.terms END AS product_terms,
    n.frequency,
    n.penalty_markup_ppm,
    n.instalment_amount_minor,
    n.interest_only_count,
    n.interest_grace_count,
    n.interest_free_count,
    n.balloon_minor,
    n.principal_share_ppm,
    n.annual_rate_at_start_ppm,
    n.penalty_rate_at_start_ppm
FROM feed_note AS n
LEFT JOIN feed_contract AS c ON c.contract_id = n.contract_id
LEFT JOIN book_contract AS k ON k.contract_id = n.contract_id
LEFT JOIN feed_product AS p ON p.product_code = COALESCE(c.product_code, k.product_code)
LEFT JOIN book_product AS b ON b.product_code = COALESCE(c.product_code, k.product_code)
UNION ALL
SELECT
    b.note_id,
    b.contract_id,
    b.party_id,
    b.institution_code,
    b.product_code,
    b.monthly_consumer,
    b.principal_minor,
    b.disbursed_on,
    b.matures_on,
    b.first_due_on,
    b.annual_rate_ppm,
    b.penalty_rate_ppm,
    b.compound,
    b.repayment_method,
    b.instalment_count,
    b.core_status,
    CASE WHEN b.core_status = 'settled' THEN b.stale_since ELSE COALESCE(b.stale_since, d.business_date) END
        AS stale_since,
    b.product_terms,
    b.frequency,
    b.penalty_markup_ppm,
    b.instalment_amount_minor,
    b.interest_only_count,
    b.interest_grace_count,
    b.interest_free_count,
    b.balloon_minor,
    b.principal_share_ppm,
    b.annual_rate_at_start_ppm,
    b.penalty_rate_at_start_ppm
FROM prev_note AS b
CROSS JOIN night AS d
WHERE NOT EXISTS (SELECT 1 FROM feed_note AS n WHERE n.note_id = b.note_id)
