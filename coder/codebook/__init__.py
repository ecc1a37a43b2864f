"""Codebooks: the schema, its conditions and rules, and the lexicon.

May import text, model, errors, pydantic and yaml. The entry points are `load.read_codebook` and
`validate.problems`.
"""
