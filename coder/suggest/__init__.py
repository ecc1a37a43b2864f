"""Proposes candidate spans and events by rule and word list; it never decides and never writes.

May touch values, codebook, text, model and errors. The doors are `registry.propose` and
`events.EventProposer`.
"""
