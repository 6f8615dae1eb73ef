-- What stays unpaid of each open instalment: money paid on a component fills the oldest instalment first.
-- "before" is what older instalments of the note owe. The window runs only over notes that got money.
-- reads: age_open, age_paid      key: note_id, due_on, seq
WITH paying AS (
    SELECT
        o.*,
        p.costs_paid_minor,
        p.interest_paid_minor,
        p.principal_paid_minor,
        CAST(SUM(o.costs_minor) OVER oldest_first AS BIGINT) - o.costs_minor AS costs_before_minor,
        CAST(SUM(o.interest_minor) OVER oldest_first AS BIGINT) - o.interest_minor AS interest_before_minor,
        CAST(SUM(o.principal_minor) OVER oldest_first AS BIGINT) - o.principal_minor AS principal_before_minor
    FROM age_open AS o
    INNER JOIN age_paid AS p ON p.note_id = o.note_id
    WHERE p.money_minor > 0
    WINDOW oldest_first AS (
        PARTITION BY o.note_id ORDER BY o.due_on, o.seq ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    )
),

unpaid AS (
    SELECT
        note_id,
        due_on,
        seq,
        costs_minor - GREATEST(0, LEAST(costs_minor, costs_paid_minor - costs_before_minor)) AS costs_minor,
        interest_minor
        - GREATEST(0, LEAST(interest_minor, interest_paid_minor - interest_before_minor)) AS interest_minor,
        principal_minor
        - GREATEST(0, LEAST(principal_minor, principal_paid_minor - principal_before_minor)) AS principal_minor
    FROM paying
    UNION ALL
    SELECT o.note_id, o.due_on, o.seq, o.costs_minor, o.interest_minor, o.principal_minor
    FROM age_open AS o
    INNER JOIN age_paid AS p ON p.note_id = o.note_id
    WHERE p.money_minor = 0
)

SELECT note_id, due_on, seq, costs_minor, interest_minor, principal_minor
FROM unpaid
WHERE costs_minor + interest_minor + principal_minor > 0
