"""What the book shows: reports over published figures, read-only.

Purpose: turn the sums that a night publishes into the figures that people steer by — overdue rates, bucket balances,
roll rates, trends.

Words: a *report* is one file with its formula in the docstring; a *cell* is a published sum.

May use: ``portfolio``, ``evidence``, ``kernel``, their selectors only: it writes nothing and has no tables.

Read first: ``reports.overdue_rate.overdue_rates``, ``reports.roll_rate.roll_rates``,
``selectors.overview.overview_read``.
"""
