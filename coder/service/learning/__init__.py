"""Runs the suggester (`batch`, `shards`), learns terms (`learned_terms`), trains and evaluates."""
