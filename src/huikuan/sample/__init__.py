"""The sample bank: 10,000 real consumer loans, delivered night by night as a core system would.

What the lender published of each loan (amount, term, rate, instalment, month of issue, what was paid by 2018-06-30) is
real; what it did not publish (days, the single payments) is derived from it by stated rules (`docs/sample-data.md`),
which every screen says by the bank's notice. No person is named in the source; parties carry labels.

Words: a *lender loan* is a row of the source; a *derived note* is what the rules make of it.

May use: everything below; nothing may use it but the runtime.

Read first: `rules.derive.note_derive` (one row → dates, schedules, repayments), `deliver.sample_deliver` (the
files of a range of days), `rules.agreement.agreement` (our days past due against the lender's status).
"""
