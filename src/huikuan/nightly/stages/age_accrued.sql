-- Steps 1 to 3 of the day: accrue, fall due, capitalise. One row for each note that is folded.
-- An accumulator is whole * den + num with 0 <= num < den; den is that of the note's day count: days of a year (360, 365
-- or 364 for the notes that are folded) times 1,000,000, because rates are in ppm and a night is one day in all three.
-- All arithmetic is BIGINT: intake keeps the principal and the whole interest of a note within 10^12 minor units each and
-- rates within 10^6 ppm, to which a mark-up adds at most as much. Principal and interest together times a penalty rate are
-- at most 4 * 10^18, below the limit of 9.2 * 10^18; interest and what was capitalised may grow to 4.6 * 10^12 minor
-- units before the night fails.
-- reads: note, convention, prev_note_state, age_open_total, age_repayment, age_touched, night      key: note_id
WITH paid_in AS (
    SELECT
        note_id,
        CAST(SUM(amount_minor) AS BIGINT) AS amount_minor,
        CAST(SUM(CASE WHEN payer = 'guarantor' THEN amount_minor ELSE 0 END) AS BIGINT) AS guarantor_minor
    FROM age_repayment
    GROUP BY note_id
),

book AS (
    SELECT
        n.note_id,
        n.principal_minor,
        n.matures_on,
        n.compound,
        n.core_status = 'settled' AS core_settled,
        COALESCE(n.annual_rate_at_start_ppm, n.annual_rate_ppm) AS annual_rate_ppm,
        CASE
            WHEN c.penalty_as_markup
                THEN
                    (
                        2 * COALESCE(n.annual_rate_at_start_ppm, n.annual_rate_ppm) * (1000000 + n.penalty_markup_ppm)
                        + 1000000
                    )
                    // 2000000
            ELSE COALESCE(n.penalty_rate_at_start_ppm, n.penalty_rate_ppm)
        END AS penalty_rate_ppm,
        n.annual_rate_ppm AS annual_rate_stated_ppm,
        CASE WHEN n.penalty_rate_at_start_ppm IS NOT NULL THEN n.penalty_rate_ppm END AS penalty_rate_stated_ppm,
        c.den,
        c.penalty_on_interest
    FROM note AS n
    INNER JOIN convention AS c ON c.product_terms = COALESCE(n.product_terms, '')
    WHERE NOT EXISTS (SELECT 1 FROM age_touched AS t WHERE t.note_id = n.note_id)
),

start_of_day AS (
    SELECT
        n.note_id,
        n.compound,
        n.annual_rate_ppm,
        n.penalty_rate_ppm,
        n.penalty_on_interest,
        n.annual_rate_ppm <> n.annual_rate_stated_ppm
        OR n.penalty_rate_ppm <> COALESCE(n.penalty_rate_stated_ppm, n.penalty_rate_ppm) AS rates_differ,
        n.core_settled,
        CASE
            WHEN d.business_date <= n.matures_on THEN n.annual_rate_ppm
            ELSE n.penalty_rate_ppm
        END AS compound_rate_ppm,
        COALESCE(p.principal_outstanding_minor, n.principal_minor) AS principal_outstanding_minor,
        COALESCE(p.credit_minor, 0) AS credit_minor,
        COALESCE(p.penalty_whole, 0) AS penalty_whole,
        COALESCE(p.penalty_num, 0) AS penalty_num,
        COALESCE(p.compound_whole, 0) AS compound_whole,
        COALESCE(p.compound_num, 0) AS compound_num,
        COALESCE(p.compound_capitalised_minor, 0) AS capitalised_minor,
        COALESCE(o.costs_minor, 0) AS costs_minor,
        COALESCE(o.interest_minor, 0) AS interest_minor,
        COALESCE(o.principal_minor, 0) AS principal_minor,
        COALESCE(o.interest_old_minor, 0) AS interest_old_minor,
        COALESCE(o.principal_old_minor, 0) AS principal_old_minor,
        COALESCE(r.amount_minor, 0) AS paid_in_minor,
        COALESCE(r.guarantor_minor, 0) AS guarantor_minor,
        n.den,
        CASE
            WHEN n.compound = 'monthly' THEN d.capitalises_monthly
            WHEN n.compound = 'quarterly' THEN d.capitalises_quarterly
            ELSE FALSE
        END AS capitalises
    FROM book AS n
    CROSS JOIN night AS d
    LEFT JOIN prev_note_state AS p ON p.note_id = n.note_id
    LEFT JOIN age_open_total AS o ON o.note_id = n.note_id
    LEFT JOIN paid_in AS r ON r.note_id = n.note_id
),

raised AS (
    SELECT
        *,
        penalty_num
        + (principal_old_minor + CASE WHEN penalty_on_interest THEN interest_old_minor ELSE 0 END) * penalty_rate_ppm
            AS penalty_raised_num,
        CASE
            WHEN compound = 'none' THEN compound_num
            ELSE compound_num + (interest_old_minor + capitalised_minor) * compound_rate_ppm
        END AS compound_raised_num
    FROM start_of_day
),

accrued AS (
    SELECT
        *,
        penalty_whole + penalty_raised_num // den AS penalty_accrued_whole,
        penalty_raised_num % den AS penalty_accrued_num,
        compound_whole + compound_raised_num // den AS compound_accrued_whole,
        compound_raised_num % den AS compound_accrued_num
    FROM raised
),

capitalising AS (
    SELECT
        *,
        CASE
            WHEN NOT capitalises THEN 0
            WHEN 2 * compound_accrued_num >= den THEN compound_accrued_whole + 1
            ELSE compound_accrued_whole
        END AS capitalises_minor
    FROM accrued
)

SELECT
    note_id,
    core_settled,
    annual_rate_ppm,
    penalty_rate_ppm,
    rates_differ,
    den,
    principal_outstanding_minor,
    credit_minor,
    paid_in_minor,
    guarantor_minor,
    costs_minor,
    interest_minor,
    principal_minor,
    penalty_accrued_whole AS penalty_whole,
    penalty_accrued_num AS penalty_num,
    compound_accrued_whole - capitalises_minor AS compound_whole,
    compound_accrued_num AS compound_num,
    capitalised_minor + capitalises_minor AS capitalised_minor
FROM capitalising
