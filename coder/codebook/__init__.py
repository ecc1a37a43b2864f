"""Codebooks: the schema, its conditions and rules, and the lexicon.

May import text, model, errors, pydantic and yaml. Entry points: `load.read_codebook`, `validate.problems`.
"""
