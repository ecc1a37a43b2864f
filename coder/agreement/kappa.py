"""Chance-corrected coefficients beside alpha, printed for comparison with other studies only.

All have the form (p_a - p_e) / (1 - p_e) and differ in the agreement p_e that they expect by chance.
Sources: Cohen (1960, 1968); Scott (1955); Fleiss (1971); Bennett et al. (1954) and Brennan & Prediger
(1981); Gwet (2008, 2014), whose treatment of missing ratings and of weights is used throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from coder.agreement.alpha import Ratings
from coder.agreement.distance import Floats, Ints, Value, across, number, position
from coder.agreement.result import CHANCE_IS_ONE, MANY_CODERS, ONE_CATEGORY, Score, ratio, undefined
from coder.errors import CoderError

# How pairs of categories are weighted: by name, or by a matrix over the declared categories, which Cohen's
# weighted kappa reads as disagreement, 0 on the diagonal, and Gwet's coefficients as agreement, 1 on it.
Weights: TypeAlias = Literal["nominal", "linear", "quadratic", "ordinal"] | Floats
Weighted: TypeAlias = Callable[[Ratings, Weights, Sequence[Value]], Score]


def cohen_kappa(ratings: Ratings) -> Score:
    """Cohen's kappa of two coders; n counts the units that both coded."""
    if isinstance(codes := _pairs(ratings), Score):
        return codes
    # In whole numbers, so that a chance agreement of one is met exactly.
    n = len(codes)
    margins = [np.bincount(column, minlength=len(ratings.values)) for column in codes.T]
    chance = int((margins[0] * margins[1]).sum())
    agreed = n * int((codes[:, 0] == codes[:, 1]).sum())
    return ratio(agreed - chance, n * n - chance, n, CHANCE_IS_ONE)


def scott_pi(ratings: Ratings) -> Score:
    """Scott's pi of two coders over the units that both coded, which n counts."""
    if isinstance(codes := _pairs(ratings), Score):
        return codes
    n = len(codes)
    chance = int((np.bincount(codes.ravel()) ** 2).sum())
    agreed = 4 * n * int((codes[:, 0] == codes[:, 1]).sum())
    return ratio(agreed - chance, 4 * n * n - chance, n, CHANCE_IS_ONE)


def weighted_kappa(ratings: Ratings, weights: Weights, categories: Sequence[Value] = ()) -> Score:
    """Cohen's weighted kappa: 1 - sum v_ij p_ij / sum v_ij p_i. p_.j with disagreement weights v.

    Linear and quadratic weights go by the rank of a category among those declared. n: units that both coded.
    """
    if isinstance(codes := _pairs(ratings), Score):
        return codes
    known = _categories(ratings, categories)
    places = _places(ratings, known)
    table = np.zeros((len(known), len(known)))
    np.add.at(table, (places[codes[:, 0]], places[codes[:, 1]]), 1.0)
    table /= len(codes)
    if not isinstance(weights, str):
        v = _checked(weights, known)
    elif weights == "nominal":
        v = 1.0 - np.eye(len(known))
    else:
        steps = across(range(len(_numbers(known, declared=bool(categories)))))
        if weights not in ("linear", "quadratic"):
            raise CoderError("agreement.no_such_weights", name=weights)
        v = steps if weights == "linear" else steps**2
    expected = float((v * np.outer(table.sum(axis=1), table.sum(axis=0))).sum())
    return ratio(expected - float((v * table).sum()), expected, len(codes), CHANCE_IS_ONE)


def fleiss_kappa(ratings: Ratings, weights: Weights = "nominal", categories: Sequence[Value] = ()) -> Score:
    """Fleiss' kappa in Gwet's form for missing ratings; n counts units with at least two values."""
    return _gwet(ratings, weights, categories, lambda shares, w: float(shares @ w @ shares))


def brennan_prediger(ratings: Ratings, weights: Weights, categories: Sequence[Value] = ()) -> Score:
    """Chance as if all q categories were equally likely (Bennett's S, Randolph's kappa); n as for Fleiss."""
    return _gwet(ratings, weights, categories, lambda shares, w: float(w.sum()) / len(shares) ** 2, least=2)


def gwet_ac(ratings: Ratings, weights: Weights = "nominal", categories: Sequence[Value] = ()) -> Score:
    """Gwet's AC1, with weights AC2; n counts units with at least two values."""

    def chance(shares: Floats, w: Floats) -> float:
        q = len(shares)  # categories that are declared, else all that were observed
        return float(w.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum())

    return _gwet(ratings, weights, categories, chance, least=2)


def _gwet(
    ratings: Ratings,
    weights: Weights,
    categories: Sequence[Value],
    chance: Callable[[Floats, Floats], float],
    least: int = 1,
) -> Score:
    """The common frame: p_a over units with two values or more, shares over all units with any."""
    if blocked := ratings.nothing_to_compare():
        return blocked
    known = _categories(ratings, categories)
    if len(known) < least:
        return undefined(ONE_CATEGORY, ratings.pairable)
    counts = np.zeros((len(ratings.codes), len(known)))
    units, coders = np.nonzero(ratings.codes >= 0)
    np.add.at(counts, (units, _places(ratings, known)[ratings.codes[units, coders]]), 1.0)
    w = _agreement(weights, known, declared=bool(categories))
    held = counts.sum(axis=1)
    shares = (counts[held > 0] / held[held > 0, None]).mean(axis=0)
    paired, of = counts[held >= 2], held[held >= 2]
    agreed = float(((paired * (paired @ w.T - 1)).sum(axis=1) / (of * (of - 1))).mean())
    expected = chance(shares, w)
    return ratio(agreed - expected, 1 - expected, len(of), CHANCE_IS_ONE)


def _pairs(ratings: Ratings) -> Ints | Score:
    """The codes of the units that both of two coders coded, shape (unit, 2), or why there are none."""
    if ratings.codes.shape[1] > 2:
        return undefined(MANY_CODERS)
    return ratings.nothing_to_compare() or ratings.codes[ratings.per_unit == 2]


def _categories(ratings: Ratings, declared: Sequence[Value]) -> Sequence[Value]:
    """The declared categories, else those observed, in the order of numbers where all are numbers."""
    try:
        return declared or sorted(ratings.values, key=number)
    except CoderError:
        return ratings.values


def _places(ratings: Ratings, known: Sequence[Value]) -> Ints:
    return np.array([position(value, known) for value in ratings.values], dtype=np.int64)


def _agreement(weights: Weights, known: Sequence[Value], declared: bool) -> Floats:
    """Gwet's agreement weights, 1 on the diagonal; shape (category, category)."""
    if not isinstance(weights, str):
        return _checked(weights, known)
    q = len(known)
    if weights == "nominal" or q == 1:
        return np.eye(q)
    if weights == "ordinal":
        steps = across(range(len(_numbers(known, declared))))
        return np.asarray(1.0 - (steps + 1) * steps / (q * (q - 1)))
    x = _numbers(known, declared)
    apart = across(x) / (x.max() - x.min())
    return np.asarray(1.0 - (apart if weights == "linear" else apart**2))


def _numbers(known: Sequence[Value], declared: bool) -> Floats:
    """The categories as numbers; declared labels that are none count by their rank, others are refused."""
    try:
        return np.array([number(value) for value in known])
    except CoderError:
        if declared:
            return np.arange(len(known), dtype=np.float64)
        raise


def _checked(matrix: Floats, known: Sequence[Value]) -> Floats:
    if matrix.shape != (len(known), len(known)):
        raise CoderError("agreement.matrix_shape", shape=matrix.shape, categories=len(known))
    return matrix
