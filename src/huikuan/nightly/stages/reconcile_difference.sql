-- Lake table difference: figures that are not equal, what was found and since when. The pure rule is
-- reconciliation.rules.compare. Declarations are those in force on the business date; of several that cover a figure the
-- oldest is named.
-- reads: reconcile_value, reconcile_carried, prev_difference, tolerance_usual, tolerance_product, declaration, night
-- key: note_id, component
WITH seen AS (
    SELECT
        v.note_id, v.party_id, v.contract_id, v.institution_code, v.product_code, v.component, v.ours, v.core,
        d.business_date AS compared_on
    FROM reconcile_value AS v
    CROSS JOIN night AS d
    UNION ALL
    SELECT
        note_id, party_id, contract_id, institution_code, product_code, component, ours, core, compared_on
    FROM reconcile_carried
),

measured AS (
    SELECT
        s.note_id, s.party_id, s.contract_id, s.institution_code, s.product_code, s.component, s.ours, s.core,
        s.compared_on,
        CASE WHEN s.component = 'class' THEN LEAST(s.core - s.ours, 0) ELSE s.core - s.ours END AS difference,
        COALESCE(p.tolerance, u.tolerance) AS tolerance,
        u.holds
    FROM seen AS s
    INNER JOIN tolerance_usual AS u ON u.component = s.component
    LEFT JOIN tolerance_product AS p ON p.component = s.component AND p.product_code = s.product_code
),

covered AS (
    SELECT m.note_id, m.component, MIN(k.declaration_id) AS declaration_id
    FROM measured AS m
    INNER JOIN declaration AS k ON k.component = m.component AND ABS(m.difference) <= k.up_to
    WHERE ABS(m.difference) > m.tolerance AND (k.note_id = m.note_id OR k.product_code = m.product_code)
    GROUP BY m.note_id, m.component
)

SELECT
    m.note_id,
    m.component,
    m.party_id,
    m.contract_id,
    m.institution_code,
    m.product_code,
    m.ours,
    m.core,
    m.difference,
    m.tolerance,
    CASE
        WHEN ABS(m.difference) <= m.tolerance THEN 'tolerated'
        WHEN k.declaration_id IS NOT NULL THEN 'declared'
        ELSE 'different'
    END AS verdict,
    k.declaration_id,
    m.holds,
    m.holds AND ABS(m.difference) > m.tolerance AND k.declaration_id IS NULL AS held,
    m.compared_on,
    CASE WHEN ABS(m.difference) > m.tolerance THEN COALESCE(y.open_since, d.business_date) END AS open_since
FROM measured AS m
CROSS JOIN night AS d
LEFT JOIN covered AS k ON k.note_id = m.note_id AND k.component = m.component
LEFT JOIN prev_difference AS y ON y.note_id = m.note_id AND y.component = m.component
WHERE m.difference <> 0
