-- One row for each figure that both sides have today.
-- reads: reconcile_pair      key: note_id, component
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'principal' AS component, our_principal AS ours, core_principal AS core
FROM reconcile_pair
WHERE our_principal IS NOT NULL AND core_principal IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'overdue_principal' AS component, our_overdue_principal AS ours, core_overdue_principal AS core
FROM reconcile_pair
WHERE our_overdue_principal IS NOT NULL AND core_overdue_principal IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'overdue_interest' AS component, our_overdue_interest AS ours, core_overdue_interest AS core
FROM reconcile_pair
WHERE our_overdue_interest IS NOT NULL AND core_overdue_interest IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'penalty' AS component, our_penalty AS ours, core_penalty AS core
FROM reconcile_pair
WHERE our_penalty IS NOT NULL AND core_penalty IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'compound' AS component, our_compound AS ours, core_compound AS core
FROM reconcile_pair
WHERE our_compound IS NOT NULL AND core_compound IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'costs_due' AS component, our_costs_due AS ours, core_costs_due AS core
FROM reconcile_pair
WHERE our_costs_due IS NOT NULL AND core_costs_due IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'days_principal' AS component, our_days_principal AS ours, core_days_principal AS core
FROM reconcile_pair
WHERE our_days_principal IS NOT NULL AND core_days_principal IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'days_interest' AS component, our_days_interest AS ours, core_days_interest AS core
FROM reconcile_pair
WHERE our_days_interest IS NOT NULL AND core_days_interest IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'class' AS component, our_class AS ours, core_class AS core
FROM reconcile_pair
WHERE our_class IS NOT NULL AND core_class IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'next_due_on' AS component, our_next_due_on AS ours, core_next_due_on AS core
FROM reconcile_pair
WHERE our_next_due_on IS NOT NULL AND core_next_due_on IS NOT NULL
UNION ALL
SELECT
    note_id, party_id, contract_id, institution_code, product_code, 'next_due_amount' AS component, our_next_due_amount AS ours, core_next_due_amount AS core
FROM reconcile_pair
WHERE our_next_due_amount IS NOT NULL AND core_next_due_amount IS NOT NULL
