"""The loan book: intake of the core system's feeds, exact rules of a loan, and the lake that keeps every night.

Words: a *party* signs *contracts*, a contract is used in *notes* (借据), a note is repaid in *instalments* (期供);
a *repayment* is money received. A *delivery* is the folder of feed files of one business date; a *contract* of a feed
(`contracts/*.yaml`) says field by field what a file must hold; a *reject* is a row that broke it.

May use: kernel, evidence.

Read first: `intake.check.intake_check` (files in, accepted rows and rejects out), `rules.engine.replay` (one loan,
event by event), `lake.Lake` (which files exist).
"""
