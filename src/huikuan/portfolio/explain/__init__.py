"""Explain a debt: the text that a collector reads out and a customer checks by hand, the PDF, the versioned JSON.

The figures come from ``portfolio.rules.explain``; nothing is computed here. ``loan`` puts a loan file and the policies
together, ``document`` builds title, sentences and tables in a language (``words``), ``plain`` and ``pdf`` show them,
``output`` is the JSON and ``answer`` fills it, ``describe`` the reference page.
"""
