-- Figures of the core that are of the business date, each beside ours. A figure of another day is no figure of today;
-- what the core leaves empty is not compared. The class is its place, 0 pass … 4 loss; a date is days from today.
-- reads: feed_core_figure, note_class, reconcile_due, difference_class, night      key: note_id
SELECT
    n.note_id,
    n.party_id,
    n.contract_id,
    n.institution_code,
    n.product_code,
    n.balance_minor AS our_principal,
    f.principal_minor AS core_principal,
    n.overdue_principal_minor AS our_overdue_principal,
    f.overdue_principal_minor AS core_overdue_principal,
    n.overdue_interest_minor AS our_overdue_interest,
    f.overdue_interest_minor AS core_overdue_interest,
    n.penalty_minor AS our_penalty,
    f.penalty_minor AS core_penalty,
    n.compound_minor AS our_compound,
    f.compound_minor AS core_compound,
    n.costs_due_minor AS our_costs_due,
    f.costs_due_minor AS core_costs_due,
    CAST(n.dpd_principal AS BIGINT) AS our_days_principal,
    CAST(f.days_principal AS BIGINT) AS core_days_principal,
    CAST(n.dpd_interest AS BIGINT) AS our_days_interest,
    CAST(f.days_interest AS BIGINT) AS core_days_interest,
    o.grade AS our_class,
    k.grade AS core_class,
    DATEDIFF('day', d.business_date, u.due_on) AS our_next_due_on,
    DATEDIFF('day', d.business_date, f.next_due_on) AS core_next_due_on,
    u.amount_minor AS our_next_due_amount,
    f.next_due_amount_minor AS core_next_due_amount
FROM feed_core_figure AS f
INNER JOIN night AS d ON d.business_date = f.as_of_on
INNER JOIN note_class AS n ON n.note_id = f.note_id
INNER JOIN difference_class AS o ON o.class_name = n.class_floor_borrower
LEFT JOIN difference_class AS k ON k.class_name = f.class
LEFT JOIN reconcile_due AS u ON u.note_id = f.note_id
