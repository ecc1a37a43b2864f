"""Inter-coder agreement: event alignment, reliability coefficients and their confidence intervals.

May import numpy, values, codebook and the packages below them. The entry point is
`study.Study`; README.md says what to read first.
"""

COMPARISON_VERSION = 6
"""To be increased with every change that alters the comparison of the same codings.

It stands here because this module does not import numpy, which is slow to load.
"""
