"""The values of fields by type: parsing of typed text, formatting and comparison.

May import codebook, text, model and errors. The entry points are `typed.parse` and
`typed.show`.
"""
