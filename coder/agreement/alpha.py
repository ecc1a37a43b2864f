"""Krippendorff's alpha of one variable: 1 is perfect, 0 is chance, below 0 is systematic disagreement.

alpha = 1 - D_o / D_e with D_o = (1/n) sum o_ck d(c,k) and D_e = (1/(n(n-1))) sum n_c n_k d(c,k) over
the coincidence matrix o. Sources: Krippendorff (1980, 2004, 2011).
"""

from __future__ import annotations

import numpy as np

from coder.agreement.coincidence import Coincidences
from coder.agreement.ratings import Ratings
from coder.agreement.result import FEW_CODERS, NO_PAIRS, NO_VARIATION, Score, undefined


def alpha(ratings: Ratings, table: Coincidences | None = None) -> Score:
    """Krippendorff's alpha on the scale that read the ratings; n counts pairable values.

    table: the coincidences of these ratings, where they are at hand.
    """
    if ratings.coders < 2:
        return undefined(FEW_CODERS)
    if not ratings.pairable:
        return undefined(NO_PAIRS)
    table = table or Coincidences.of(ratings)
    value = float(table.alphas(np.ones((1, table.articles)))[0])
    return undefined(NO_VARIATION, table.n) if np.isnan(value) else Score(value, table.n)
