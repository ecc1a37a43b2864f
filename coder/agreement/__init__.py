"""How far coders agree: events aligned, coefficients and intervals over codings.

May touch values, codebook and what lies below, and numpy. The doors are `study.Study` and
`measures.measured`.
"""
