"""The codebook: what may be coded, the names and words it is coded with, and the rules a coding must meet.

May touch text, model, foreign, messages and errors. Doors: `load.read_codebook` and `validate.problems`.
"""
