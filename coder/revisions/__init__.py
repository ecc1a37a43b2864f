"""Revisions of a codebook: the differences between two, and carrying codings over to the next.

May import values, codebook, text, model and errors. The entry points are `differences.differences` and
`recode.recode`.
"""
