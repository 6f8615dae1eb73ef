-- The book of a date by bucket, for the command as-of.
-- reads: note_class      key: bucket
SELECT
    bucket,
    COUNT(*) AS notes,
    CAST(SUM(balance_minor) AS BIGINT) AS balance_minor,
    CAST(SUM(overdue_principal_minor + overdue_interest_minor) AS BIGINT) AS overdue_minor,
    CAST(SUM(penalty_minor + compound_minor + delay_minor) AS BIGINT) AS penalty_minor
FROM note_class
GROUP BY bucket
ORDER BY bucket
