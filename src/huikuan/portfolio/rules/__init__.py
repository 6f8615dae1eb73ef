"""Pure rules of the portfolio: no Django, no clock, integers only.

Read first: ``schedule.schedule_build`` (what falls due), ``engine.replay`` (what is owed on a day),
``ageing.days_past_due`` (how late it is). The ideas are told in ``docs/concepts/ageing.md``.
"""
