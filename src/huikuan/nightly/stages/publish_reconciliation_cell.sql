-- Counts and sums of the reconciliation by product and component, for the desk.
-- reads: reconciled      key: product_code, component
SELECT
    product_code, component, notes, compared, equal, tolerated, declared, different, held, carried, ours, core, difference
FROM reconciled
ORDER BY product_code, component
