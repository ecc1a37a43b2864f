"""Inter-coder agreement: event alignment, reliability coefficients and their confidence
intervals.

May import numpy, values, codebook and the packages below them. The entry point is
`study.Study`; README.md says what to read first.
"""
