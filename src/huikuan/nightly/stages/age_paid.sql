-- Step 4: what the money of the day pays of each component; the rest is credit.
-- reads: age_due      key: note_id
SELECT
    *,
    LEAST(money_minor, costs_bound_minor) AS costs_paid_minor,
    LEAST(money_minor, penalty_bound_minor) - LEAST(money_minor, costs_bound_minor) AS penalty_paid_minor,
    LEAST(money_minor, compound_bound_minor) - LEAST(money_minor, penalty_bound_minor)
        AS compound_paid_minor,
    LEAST(money_minor, interest_bound_minor) - LEAST(money_minor, compound_bound_minor)
        AS interest_paid_minor,
    LEAST(money_minor, principal_bound_minor) - LEAST(money_minor, interest_bound_minor)
        AS principal_paid_minor,
    money_minor - LEAST(money_minor, principal_bound_minor) AS credit_left_minor
FROM age_due
