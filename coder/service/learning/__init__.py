"""Runs the suggester (`batch`, `shards`), learns terms (`learned_terms`), and
evaluates.
"""
