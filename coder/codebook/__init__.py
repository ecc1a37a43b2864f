"""What may be coded: the schema, its conditions and rules, and the lexicon it draws on.

May touch text, model, errors, pydantic and yaml. The doors are `load.read_codebook` and `validate.problems`.
"""
