"""Revisions of a codebook: what changed between two, and carrying codings over to the
next.

May import values, codebook, text, model and errors. The entry points are
`codebook_differences.differences` and
`recode.recode`.
"""
