"""Propose candidate spans and events by rules and word lists, without deciding or
storing anything.

May import values, codebook, text, model and errors. The entry points are
`registry.propose` and
`events.EventProposer`.
"""
