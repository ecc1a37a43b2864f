"""Codebooks: the schema, its conditions and rules, and the lexicon.

May import text, model, errors and yaml, and pydantic to check what authors write. Entry
points:
`load.read_codebook`, `validate.problems`.
"""
