"""From one revision of a codebook to the next: what differs, and codings carried over.

May touch values, codebook, text, model and errors. The doors are `differences.differences` and
`recode.recode`.
"""
