-- Step 5, close of the day for folded notes: days past due count from the oldest instalment that was due
-- before today and still owes principal or interest; where the product counts the due day itself (due_day = 1), one day
-- earlier and one day more. Unpaid costs and penalty alone never age a note. Up to a tolerance no day is counted, beyond
-- it all are.
-- The figures penalty_minor and compound_minor are shown, rounded half up, and never fed back. What only the exact engine
-- can change (rates, dates of events, what was forgiven) is carried on.
-- reads: age_paid, age_left, prev_note_state, note, convention, night      key: note_id
WITH late AS (
    SELECT
        l.note_id,
        l.due_on,
        l.costs_minor,
        l.interest_minor,
        l.principal_minor,
        c.due_day,
        c.tolerance_days,
        c.tolerance_minor,
        c.tolerance_on_note,
        DATEDIFF('day', l.due_on, d.business_date) + c.due_day AS days
    FROM age_left AS l
    CROSS JOIN night AS d
    INNER JOIN note AS n ON n.note_id = l.note_id
    INNER JOIN convention AS c ON c.product_terms = COALESCE(n.product_terms, '')
),

open_total AS (
    SELECT
        note_id,
        COUNT(*) AS open_instalments,
        MAX(tolerance_days) AS tolerance_days,
        MAX(tolerance_minor) AS tolerance_minor,
        BOOL_OR(tolerance_on_note) AS tolerance_on_note,
        CAST(SUM(costs_minor) AS BIGINT) AS costs_minor,
        CAST(SUM(CASE WHEN days > 0 THEN interest_minor ELSE 0 END) AS BIGINT) AS interest_minor,
        CAST(SUM(CASE WHEN days > 0 THEN principal_minor ELSE 0 END) AS BIGINT) AS principal_minor,
        COALESCE(MAX(CASE WHEN interest_minor > 0 THEN days END), 0) AS dpd_interest,
        COALESCE(MAX(CASE WHEN principal_minor > 0 THEN days END), 0) AS dpd_principal,
        COALESCE(
            MAX(
                CASE WHEN days > tolerance_days AND principal_minor + interest_minor > tolerance_minor THEN days END
            ),
            0
        ) AS dpd_beyond
    FROM late
    GROUP BY note_id
),

closing AS (
    SELECT
        p.note_id,
        p.core_settled,
        p.annual_rate_ppm,
        p.penalty_rate_ppm,
        p.rates_differ,
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
        COALESCE(o.dpd_principal, 0) AS dpd_principal,
        COALESCE(o.dpd_interest, 0) AS dpd_interest,
        CASE
            WHEN o.note_id IS NULL THEN 0
            WHEN NOT o.tolerance_on_note THEN o.dpd_beyond
            WHEN
                GREATEST(o.dpd_principal, o.dpd_interest) > o.tolerance_days
                AND o.principal_minor + o.interest_minor > o.tolerance_minor
                THEN GREATEST(o.dpd_principal, o.dpd_interest)
            ELSE 0
        END AS dpd_counted,
        COALESCE(o.open_instalments, 0) AS open_instalments,
        p.paid_in_minor,
        p.guarantor_minor
    FROM age_paid AS p
    LEFT JOIN open_total AS o ON o.note_id = p.note_id
)

SELECT
    c.note_id,
    c.principal_outstanding_minor,
    c.credit_minor,
    c.penalty_whole,
    c.penalty_num,
    c.compound_whole,
    c.compound_num,
    c.compound_capitalised_minor,
    c.overdue_principal_minor,
    c.overdue_interest_minor,
    c.costs_due_minor,
    c.penalty_minor,
    c.compound_minor,
    c.dpd_principal,
    c.dpd_interest,
    c.core_settled
    OR (
        c.principal_outstanding_minor = 0 AND c.open_instalments = 0 AND c.penalty_minor + c.compound_minor = 0
    ) AS closed,
    c.dpd_counted,
    c.annual_rate_ppm,
    c.penalty_rate_ppm,
    COALESCE(p.waived_minor, 0) AS waived_minor,
    COALESCE(p.subrogated_minor, 0) + c.guarantor_minor AS subrogated_minor,
    COALESCE(p.recovered_minor, 0) + CASE WHEN p.charged_off_on IS NULL THEN 0 ELSE c.paid_in_minor END
        AS recovered_minor,
    p.charged_off_on,
    p.observed_until,
    p.held_by,
    p.flags,
    c.rates_differ
FROM closing AS c
LEFT JOIN prev_note_state AS p ON p.note_id = c.note_id
