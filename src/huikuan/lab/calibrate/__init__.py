"""Fitting the simulator to counted rates, and judging it by them.

Words: a *figure* is a share or mean that both the real data and the simulated bank have; its *training* part is fitted
to, its *held-out* part only compared with. *Targets* are the counted figures (`lab/policies/targets.yaml`); what is
fitted stands in `lab/policies/parameters.yaml`.

Read first: `panel.panel_figures` (what is counted), `targets.Targets` (how it is kept), `fit.fit` (how the simulator
is brought to it).
"""
