-- Lake table allocation: where each repayment of the day went, component by component, by clamping its
-- stretch of the day's money between the bounds of age_paid. Credit comes first (core_ref is null, amount 0),
-- then repayments by received time and core reference. A replayed note brings its whole history again: it
-- replaces all that earlier nights wrote for that note.
-- reads: age_paid, age_repayment, prev_note_state, night, replayed_allocation      key: note_id, applied_on, position
WITH stretch AS (
    SELECT
        r.note_id,
        r.core_ref,
        r.amount_minor,
        ROW_NUMBER() OVER (PARTITION BY r.note_id ORDER BY r.received_at, r.core_ref) AS position,
        CAST(SUM(r.amount_minor) OVER (
            PARTITION BY r.note_id ORDER BY r.received_at, r.core_ref
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS BIGINT) AS paid_up_to_minor
    FROM age_repayment AS r
),

money AS (
    SELECT
        s.note_id,
        s.core_ref,
        s.amount_minor,
        s.position,
        d.credit_minor + s.paid_up_to_minor - s.amount_minor AS from_minor,
        d.credit_minor + s.paid_up_to_minor AS to_minor
    FROM stretch AS s
    INNER JOIN age_paid AS d ON d.note_id = s.note_id
    UNION ALL
    SELECT
        d.note_id,
        CAST(NULL AS VARCHAR) AS core_ref,
        CAST(0 AS BIGINT) AS amount_minor,
        CAST(0 AS BIGINT) AS position,
        CAST(0 AS BIGINT) AS from_minor,
        LEAST(d.credit_minor, d.principal_bound_minor) AS to_minor
    FROM age_paid AS d
    WHERE d.credit_minor > 0 AND d.principal_bound_minor > 0
)

SELECT
    m.note_id,
    n.business_date AS applied_on,
    m.position,
    m.core_ref,
    m.amount_minor,
    LEAST(m.to_minor, d.costs_bound_minor) - LEAST(m.from_minor, d.costs_bound_minor) AS costs_minor,
    LEAST(m.to_minor, d.penalty_bound_minor) - LEAST(m.from_minor, d.penalty_bound_minor)
    - LEAST(m.to_minor, d.costs_bound_minor) + LEAST(m.from_minor, d.costs_bound_minor) AS penalty_minor,
    LEAST(m.to_minor, d.compound_bound_minor) - LEAST(m.from_minor, d.compound_bound_minor)
    - LEAST(m.to_minor, d.penalty_bound_minor) + LEAST(m.from_minor, d.penalty_bound_minor) AS compound_minor,
    LEAST(m.to_minor, d.interest_bound_minor) - LEAST(m.from_minor, d.interest_bound_minor)
    - LEAST(m.to_minor, d.compound_bound_minor) + LEAST(m.from_minor, d.compound_bound_minor)
        AS interest_minor,
    LEAST(m.to_minor, d.principal_bound_minor) - LEAST(m.from_minor, d.principal_bound_minor)
    - LEAST(m.to_minor, d.interest_bound_minor) + LEAST(m.from_minor, d.interest_bound_minor)
        AS principal_minor,
    m.amount_minor - LEAST(m.to_minor, d.principal_bound_minor) + LEAST(m.from_minor, d.principal_bound_minor)
        AS credit_minor,
    CASE
        WHEN m.core_ref IS NULL THEN 'credit'
        WHEN p.charged_off_on IS NOT NULL THEN 'recovery'
        ELSE 'repayment'
    END AS kind,
    CAST(0 AS BIGINT) AS delay_minor
FROM money AS m
CROSS JOIN night AS n
INNER JOIN age_paid AS d ON d.note_id = m.note_id
LEFT JOIN prev_note_state AS p ON p.note_id = m.note_id
UNION ALL
SELECT
    note_id,
    applied_on,
    position,
    core_ref,
    amount_minor,
    costs_minor,
    penalty_minor,
    compound_minor,
    interest_minor,
    principal_minor,
    credit_minor,
    kind,
    delay_minor
FROM replayed_allocation
