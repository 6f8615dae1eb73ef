-- What is due of each component today, and up to which amount of money each component is reached: step 4
-- fills costs, penalty, compound interest, interest, principal in this order, so a component takes from
-- the money the part between the bound before it and its own bound.
-- reads: age_accrued      key: note_id
WITH rounded AS (
    SELECT
        *,
        penalty_whole + CASE WHEN 2 * penalty_num >= den THEN 1 ELSE 0 END AS penalty_due_minor,
        capitalised_minor + compound_whole + CASE WHEN 2 * compound_num >= den THEN 1 ELSE 0 END AS compound_due_minor
    FROM age_accrued
)

SELECT
    *,
    credit_minor + paid_in_minor AS money_minor,
    costs_minor AS costs_bound_minor,
    costs_minor + penalty_due_minor AS penalty_bound_minor,
    costs_minor + penalty_due_minor + compound_due_minor AS compound_bound_minor,
    costs_minor + penalty_due_minor + compound_due_minor + interest_minor AS interest_bound_minor,
    costs_minor + penalty_due_minor + compound_due_minor + interest_minor + principal_minor
        AS principal_bound_minor
FROM rounded
