-- Bucket cells for the desk: sums of the night by institution, product, bucket and class.
-- reads: note_class      key: institution_code, product_code, bucket, class_floor
SELECT
    institution_code,
    product_code,
    bucket,
    class_floor,
    COUNT(*) AS notes,
    CAST(SUM(CASE WHEN bucket NOT IN ('settled', 'charged_off') AND dpd > 0 THEN 1 ELSE 0 END) AS BIGINT) AS overdue_notes,
    CAST(SUM(CASE WHEN stale_since IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS stale_notes,
    CAST(SUM(balance_minor) AS BIGINT) AS balance_minor,
    CAST(SUM(overdue_principal_minor) AS BIGINT) AS overdue_principal_minor,
    CAST(SUM(overdue_interest_minor) AS BIGINT) AS overdue_interest_minor,
    CAST(SUM(penalty_minor + compound_minor + delay_minor) AS BIGINT) AS penalty_minor,
    CAST(SUM(management_minor) AS BIGINT) AS management_minor,
    CAST(SUM(regulatory_minor) AS BIGINT) AS regulatory_minor,
    CAST(SUM(denominator_minor) AS BIGINT) AS denominator_minor
FROM note_class
GROUP BY institution_code, product_code, bucket, class_floor
ORDER BY institution_code, product_code, bucket, class_floor
