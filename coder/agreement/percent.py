"""How often coders agree, over all values and for one category; no correction for chance.

Sources: Krippendorff (2004) and Gwet (2014) for percent agreement; Feinstein & Cicchetti (1990) and
Cicchetti & Feinstein (1990) for specific agreement, extended to any number of coders.
"""

from __future__ import annotations

from itertools import combinations
from typing import Literal

import numpy as np

from coder.agreement.ratings import Ratings
from coder.agreement.result import FEW_CODERS, NO_PAIRS, UNUSED_CATEGORY, Score, ratio, undefined
from coder.model import Json


def percent(ratings: Ratings, weighting: Literal["values", "units"] = "values") -> Score:
    """The share of agreeing pairs of values; n counts units with at least two values.

    weighting: each unit counts by its number of values (1 - D_o of nominal alpha), or all units alike
    (Gwet's p_a). The two are the same without missing values.
    """
    if (blocked := _without_pairs(ratings)) is not None:
        return blocked
    held = ratings.per_unit
    agreeing = np.zeros(len(held))
    for one, other in combinations(ratings.codes.T, 2):
        agreeing += 2.0 * ((one == other) & (one >= 0))
    agreeing, held = agreeing[held >= 2], held[held >= 2]
    shares = agreeing / (held * (held - 1))
    if weighting == "units":
        return Score(float(shares.mean()), len(shares))
    return Score(float((shares * held).sum() / held.sum()), len(shares))


def category_agreement(ratings: Ratings, category: Json) -> Score:
    """Of the pairs in which one coder used the category, the share in which both did.

    sum n_uk (n_uk - 1) / sum n_uk (m_u - 1) over units with at least two values; 2a/(2a+b+c) for two
    coders. n counts the uses of the category in those units. Called positive or negative agreement
    where the category is one of two.
    """
    if (blocked := _without_pairs(ratings)) is not None:
        return blocked
    wanted = ratings.distance.read(category)
    if wanted not in ratings.values:
        return undefined(UNUSED_CATEGORY)
    held = ratings.per_unit
    used = (ratings.codes == ratings.values.index(wanted)).sum(axis=1)[held >= 2]
    possible = used * (held[held >= 2] - 1)
    return ratio(float((used * (used - 1)).sum()), float(possible.sum()), int(used.sum()), UNUSED_CATEGORY)


def _without_pairs(ratings: Ratings) -> Score | None:
    """The undefined score of data in which nothing can be compared, else None."""
    if ratings.coders < 2:
        return undefined(FEW_CODERS)
    return None if ratings.pairable else undefined(NO_PAIRS)
