"""The night (夜间批量): from the delivered files of a day to the published figures of that day.

Purpose: run the stages ingest → snapshot → age → classify → reconcile → migrate → publish for one bank and business
date, each a pure function of what earlier stages and nights left in the lake, each made visible by one atomic step, and
record all of it.

Words: a *run* is one night of one bank; a *stage* is one part of it; a *step* is one SQL file of a stage; *folded*
notes are carried from yesterday by SQL, *replayed* notes go through the exact engine; a *stale* note is carried forward
because the delivery lacks it.

May use: ``insight``, ``reconciliation``, ``portfolio``, ``evidence``, ``kernel``.

Read first: ``cycle.nights_run``, ``stages.age.age_run``, ``services.run.stage_commit``.
"""
