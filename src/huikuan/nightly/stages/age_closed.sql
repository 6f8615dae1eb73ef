-- Step 5, close of the day for folded notes: days past due count from the oldest instalment that was due
-- before today and still owes principal or interest. Unpaid costs and penalty alone never age a note.
-- The figures penalty_minor and compound_minor are shown, rounded half up, and never fed back.
-- reads: age_paid, age_left, night      key: note_id
WITH open_total AS (
    SELECT
        l.note_id,
        COUNT(*) AS open_instalments,
        CAST(SUM(l.costs_minor) AS BIGINT) AS costs_minor,
        CAST(SUM(CASE WHEN l.due_on < d.business_date THEN l.interest_minor ELSE 0 END) AS BIGINT)
            AS interest_minor,
        CAST(SUM(CASE WHEN l.due_on < d.business_date THEN l.principal_minor ELSE 0 END) AS BIGINT)
            AS principal_minor,
        MIN(CASE WHEN l.due_on < d.business_date AND l.interest_minor > 0 THEN l.due_on END) AS interest_due_on,
        MIN(CASE WHEN l.due_on < d.business_date AND l.principal_minor > 0 THEN l.due_on END)
            AS principal_due_on
    FROM age_left AS l
    CROSS JOIN night AS d
    GROUP BY l.note_id
),

closing AS (
    SELECT
        p.note_id,
        p.core_settled,
        p.principal_outstanding_minor - p.principal_paid_minor AS principal_outstanding_minor,
        p.credit_left_minor AS credit_minor,
        p.penalty_whole - p.penalty_paid_minor AS penalty_whole,
        p.penalty_num,
        p.compound_whole - (p.compound_paid_minor - LEAST(p.compound_paid_minor, p.capitalised_minor))
            AS compound_whole,
        p.compound_num,
        p.capitalised_minor - LEAST(p.compound_paid_minor, p.capitalised_minor) AS compound_capitalised_minor,
        COALESCE(o.principal_minor, 0) AS overdue_principal_minor,
        COALESCE(o.interest_minor, 0) AS overdue_interest_minor,
        COALESCE(o.costs_minor, 0) AS costs_due_minor,
        p.penalty_due_minor - p.penalty_paid_minor AS penalty_minor,
        p.compound_due_minor - p.compound_paid_minor AS compound_minor,
        COALESCE(DATEDIFF('day', o.principal_due_on, d.business_date), 0) AS dpd_principal,
        COALESCE(DATEDIFF('day', o.interest_due_on, d.business_date), 0) AS dpd_interest,
        COALESCE(o.open_instalments, 0) AS open_instalments
    FROM age_paid AS p
    CROSS JOIN night AS d
    LEFT JOIN open_total AS o ON o.note_id = p.note_id
)

SELECT
    note_id,
    principal_outstanding_minor,
    credit_minor,
    penalty_whole,
    penalty_num,
    compound_whole,
    compound_num,
    compound_capitalised_minor,
    overdue_principal_minor,
    overdue_interest_minor,
    costs_due_minor,
    penalty_minor,
    compound_minor,
    dpd_principal,
    dpd_interest,
    core_settled
    OR (principal_outstanding_minor = 0 AND open_instalments = 0 AND penalty_minor + compound_minor = 0) AS closed
FROM closing
