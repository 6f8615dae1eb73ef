-- Lake table note_class: bucket, class floor and the note's parts in both overdue rates. The days of buckets, classes
-- and of the regulatory rate come from the dated policy files: day_class has one row for each number of days past due.
-- A note charged off stays so when it is paid later; "settled" is settled by the core or paid to the last unit.
-- reads: note, note_state, day_class, overdue_rule      key: note_id
WITH aged AS (
    SELECT
        n.note_id,
        n.contract_id,
        n.party_id,
        n.institution_code,
        n.product_code,
        n.monthly_consumer,
        n.stale_since,
        s.dpd_principal,
        s.dpd_interest,
        GREATEST(s.dpd_principal, s.dpd_interest) AS dpd,
        s.principal_outstanding_minor AS balance_minor,
        s.overdue_principal_minor,
        s.overdue_interest_minor,
        s.costs_due_minor,
        s.penalty_minor,
        s.compound_minor,
        CASE
            WHEN n.core_status = 'settled' THEN 'settled'
            WHEN n.core_status = 'charged_off' THEN 'charged_off'
            WHEN s.closed THEN 'settled'
        END AS ended
    FROM note AS n
    INNER JOIN note_state AS s ON s.note_id = n.note_id
)

SELECT
    a.note_id,
    a.contract_id,
    a.party_id,
    a.institution_code,
    a.product_code,
    COALESCE(a.ended, r.bucket) AS bucket,
    r.class_floor,
    a.dpd_principal,
    a.dpd_interest,
    a.dpd,
    a.stale_since,
    a.balance_minor,
    a.overdue_principal_minor,
    a.overdue_interest_minor,
    a.costs_due_minor,
    a.penalty_minor,
    a.compound_minor,
    CASE WHEN a.ended IS NULL THEN a.balance_minor ELSE 0 END AS denominator_minor,
    CASE WHEN a.ended IS NULL AND a.dpd > 0 THEN a.balance_minor ELSE 0 END AS management_minor,
    CASE
        WHEN a.ended IS NOT NULL OR a.dpd = 0 THEN 0
        WHEN a.monthly_consumer AND a.dpd <= o.principal_only_until_days THEN a.overdue_principal_minor
        ELSE a.balance_minor
    END AS regulatory_minor
FROM aged AS a
CROSS JOIN overdue_rule AS o
INNER JOIN day_class AS r ON r.dpd = a.dpd
