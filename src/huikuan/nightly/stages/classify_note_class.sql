-- Lake table note_class: bucket, class floor and the note's parts in both overdue rates. The days of buckets, classes
-- and of the regulatory rate come from the dated policy files: day_class has one row for each number of days past due.
-- The floor is the worse of that by days and that of an observation after a restructuring (observed).
-- A note charged off, by the core's status or by an event, stays so when it is paid later; "settled" is settled by the
-- core or paid to the last unit.
-- Contagion stands beside the note's own floor: contagion_rule has no row where no policy is in force; a product that the
-- catalogue no longer has counts as retail.
-- reads: note, note_state, day_class, class_grade, observed, overdue_rule, contagion_rule, feed_product   key: note_id
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
        r.dpd,
        r.bucket,
        g.class_floor,
        g.class_floor_spread,
        g.non_performing,
        s.principal_outstanding_minor AS balance_minor,
        s.overdue_principal_minor,
        s.overdue_interest_minor,
        s.costs_due_minor,
        s.penalty_minor,
        s.compound_minor,
        s.delay_minor,
        CASE
            WHEN n.core_status = 'settled' THEN 'settled'
            WHEN n.core_status = 'charged_off' OR s.charged_off_on IS NOT NULL THEN 'charged_off'
            WHEN s.closed THEN 'settled'
        END AS ended
    FROM note AS n
    INNER JOIN note_state AS s ON s.note_id = n.note_id
    INNER JOIN day_class AS r ON r.dpd = GREATEST(s.dpd_principal, s.dpd_interest)
    LEFT JOIN observed AS o ON o.note_id = n.note_id
    INNER JOIN class_grade AS g ON g.severity = GREATEST(r.severity, COALESCE(o.severity, 0))
),

claim AS (
    SELECT
        a.party_id,
        a.balance_minor,
        CASE WHEN a.non_performing THEN a.balance_minor ELSE 0 END AS non_performing_minor
    FROM aged AS a
    INNER JOIN feed_product AS f ON f.product_code = a.product_code
    WHERE a.ended IS NULL AND NOT f.retail
),

debtor AS (
    SELECT
        party_id,
        CAST(SUM(balance_minor) AS BIGINT) AS claims_minor,
        CAST(SUM(non_performing_minor) AS BIGINT) AS non_performing_minor
    FROM claim
    GROUP BY party_id
),

-- bad > claims x share, without a product that leaves BIGINT
spreading AS (
    SELECT d.party_id
    FROM debtor AS d
    CROSS JOIN contagion_rule AS c
    WHERE
        d.non_performing_minor
        > (d.claims_minor // 1000000) * c.above_ppm + ((d.claims_minor % 1000000) * c.above_ppm) // 1000000
),

spread_to AS (
    SELECT
        a.note_id,
        a.class_floor_spread
    FROM aged AS a
    INNER JOIN spreading AS p ON p.party_id = a.party_id
    INNER JOIN feed_product AS f ON f.product_code = a.product_code
    WHERE a.ended IS NULL AND NOT f.retail AND a.class_floor_spread <> a.class_floor
)

SELECT
    a.note_id,
    a.contract_id,
    a.party_id,
    a.institution_code,
    a.product_code,
    COALESCE(a.ended, a.bucket) AS bucket,
    a.class_floor,
    COALESCE(t.class_floor_spread, a.class_floor) AS class_floor_borrower,
    CASE WHEN t.note_id IS NOT NULL THEN 'own_non_performing' END AS contagion,
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
    a.delay_minor,
    a.overdue_principal_minor + a.overdue_interest_minor + a.costs_due_minor
    + a.penalty_minor + a.compound_minor + a.delay_minor AS overdue_minor,
    CASE WHEN a.ended IS NULL THEN a.balance_minor ELSE 0 END AS denominator_minor,
    CASE WHEN a.ended IS NULL AND a.dpd > 0 THEN a.balance_minor ELSE 0 END AS management_minor,
    CASE
        WHEN a.ended IS NOT NULL OR a.dpd = 0 THEN 0
        WHEN a.monthly_consumer AND a.dpd <= o.principal_only_until_days THEN a.overdue_principal_minor
        ELSE a.balance_minor
    END AS regulatory_minor
FROM aged AS a
CROSS JOIN overdue_rule AS o
LEFT JOIN spread_to AS t ON t.note_id = a.note_id
