"""From one revision of a codebook to the next: what differs, and codings carried over.

May touch values, codebook, model and messages. The doors are
`differences.differences` and `recode.recode`.
"""
