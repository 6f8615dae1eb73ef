"""Reconciliation (对账): what the core system reports of a note beside what is computed here, figure by figure.

Purpose: compare both at the close of the same day, tell what is equal, tolerated, known or different, hold a note whose
figure is in question, show how old each open difference is, and have accounting sign the day.

Words: a *difference* is core less ours, of one note and one component; it is *tolerated* within the bank's tolerance,
*declared* when a person has said why it is known and until when, else *different*, which is *open* until the next
comparison finds nothing; a *held* note has an open difference of a component that holds: its figure is in question.

May use: ``portfolio``, ``evidence``, ``kernel``.

Read first: ``rules.compare.compare``, ``services.publish.differences_publish``, ``selectors.held.notes_held``.
"""
