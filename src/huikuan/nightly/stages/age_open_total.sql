-- Totals of the open instalments of a note. "_old" is what was due before today: the base of the day's
-- accruals. What falls due today bears penalty and compound interest from tomorrow.
-- reads: age_open      key: note_id
SELECT
    note_id,
    CAST(SUM(costs_minor) AS BIGINT) AS costs_minor,
    CAST(SUM(interest_minor) AS BIGINT) AS interest_minor,
    CAST(SUM(principal_minor) AS BIGINT) AS principal_minor,
    CAST(SUM(CASE WHEN falls_due THEN 0 ELSE interest_minor END) AS BIGINT) AS interest_old_minor,
    CAST(SUM(CASE WHEN falls_due THEN 0 ELSE principal_minor END) AS BIGINT) AS principal_old_minor
FROM age_open
GROUP BY note_id
