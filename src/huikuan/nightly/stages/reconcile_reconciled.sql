-- Lake table reconciled: counts and sums by product and component. Of notes that live today some may have no figure of
-- the core: notes less compared.
-- reads: note_class, reconcile_value, difference, tolerance_usual, night      key: product_code, component
WITH live AS (
    SELECT product_code, COUNT(*) AS notes
    FROM note_class
    WHERE bucket <> 'settled'
    GROUP BY product_code
),

compared AS (
    SELECT
        product_code,
        component,
        COUNT(*) AS compared,
        CAST(SUM(ours) AS BIGINT) AS ours,
        CAST(SUM(core) AS BIGINT) AS core
    FROM reconcile_value
    GROUP BY product_code, component
),

found AS (
    SELECT
        f.product_code,
        f.component,
        COUNT(*) FILTER (WHERE f.compared_on = d.business_date) AS unequal,
        COUNT(*) FILTER (WHERE f.compared_on <> d.business_date) AS carried,
        COUNT(*) FILTER (WHERE f.verdict = 'tolerated') AS tolerated,
        COUNT(*) FILTER (WHERE f.verdict = 'declared') AS declared,
        COUNT(*) FILTER (WHERE f.verdict = 'different') AS different,
        COUNT(*) FILTER (WHERE f.held) AS held,
        CAST(SUM(CASE WHEN f.compared_on = d.business_date THEN f.difference ELSE 0 END) AS BIGINT) AS difference
    FROM difference AS f
    CROSS JOIN night AS d
    GROUP BY f.product_code, f.component
),

cell AS (
    SELECT l.product_code, u.component
    FROM live AS l
    CROSS JOIN tolerance_usual AS u
    UNION
    SELECT product_code, component FROM compared
    UNION
    SELECT product_code, component FROM found
)

SELECT
    k.product_code,
    k.component,
    COALESCE(l.notes, 0) AS notes,
    COALESCE(c.compared, 0) AS compared,
    COALESCE(c.compared, 0) - COALESCE(f.unequal, 0) AS equal,
    COALESCE(f.tolerated, 0) AS tolerated,
    COALESCE(f.declared, 0) AS declared,
    COALESCE(f.different, 0) AS different,
    COALESCE(f.held, 0) AS held,
    COALESCE(f.carried, 0) AS carried,
    COALESCE(c.ours, 0) AS ours,
    COALESCE(c.core, 0) AS core,
    COALESCE(f.difference, 0) AS difference
FROM cell AS k
LEFT JOIN live AS l ON l.product_code = k.product_code
LEFT JOIN compared AS c ON c.product_code = k.product_code AND c.component = k.component
LEFT JOIN found AS f ON f.product_code = k.product_code AND f.component = k.component
