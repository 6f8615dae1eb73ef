-- Notes for the desk: past due or stale while they live, and whatever is on the desk already, so that people see what
-- became of it (cured, settled, charged off). A guarantee secures its contract while its period runs.
-- reads: note_class, note, desk_note_known, feed_management, feed_guarantee, feed_collateral, feed_repayment_account,
-- feed_core_figure, night      key: note_id
WITH security AS (
    SELECT g.contract_id, 1 AS guaranteed, 0 AS collateralised
    FROM feed_guarantee AS g
    CROSS JOIN night AS d
    WHERE g.starts_on <= d.business_date AND (g.ends_on IS NULL OR g.ends_on >= d.business_date)
    UNION ALL
    SELECT c.contract_id, 0 AS guaranteed, 1 AS collateralised
    FROM feed_collateral AS c
),

secured AS (
    SELECT contract_id, MAX(guaranteed) AS guaranteed, MAX(collateralised) AS collateralised
    FROM security
    GROUP BY contract_id
)

SELECT
    n.note_id,
    n.contract_id,
    n.party_id,
    n.institution_code,
    n.product_code,
    n.dpd,
    n.dpd_principal,
    n.dpd_interest,
    n.bucket,
    n.class_floor,
    n.balance_minor,
    n.overdue_principal_minor,
    n.overdue_interest_minor,
    n.penalty_minor,
    n.compound_minor,
    n.delay_minor,
    n.costs_due_minor,
    n.stale_since,
    COALESCE(m.officer_code, '') AS officer_code,
    COALESCE(m.officer_name, '') AS officer_name,
    COALESCE(m.department_code, '') AS department_code,
    b.matures_on,
    b.core_status,
    b.principal_minor,
    n.overdue_minor,
    CASE
        WHEN s.contract_id IS NULL THEN 'none'
        WHEN s.guaranteed = 1 AND s.collateralised = 1 THEN 'both'
        WHEN s.guaranteed = 1 THEN 'guarantee'
        ELSE 'collateral'
    END AS secured,
    GREATEST(COALESCE(f.days_principal, f.days_interest), COALESCE(f.days_interest, f.days_principal)) AS core_dpd,
    COALESCE(f.class, '') AS core_class,
    a.balance_minor AS account_balance_minor,
    COALESCE(a.last_failure, '') AS last_failure
FROM note_class AS n
INNER JOIN note AS b ON b.note_id = n.note_id
LEFT JOIN desk_note_known AS k ON k.note_id = n.note_id
LEFT JOIN feed_management AS m ON m.note_id = n.note_id
LEFT JOIN secured AS s ON s.contract_id = n.contract_id
LEFT JOIN feed_core_figure AS f ON f.note_id = n.note_id
LEFT JOIN feed_repayment_account AS a ON a.note_id = n.note_id
WHERE
    k.note_id IS NOT NULL
    OR (n.bucket <> 'settled' AND (n.dpd > 0 OR n.stale_since IS NOT NULL))
ORDER BY n.note_id
