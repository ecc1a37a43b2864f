"""Chance-corrected coefficients beside alpha, printed for comparison with other studies only.

All have the form (p_a - p_e) / (1 - p_e) and differ in the agreement p_e that they expect by chance. Each is
a statistic of what articles add up to, so that whole articles can be resampled.
Sources: Cohen (1960, 1968); Scott (1955); Fleiss (1971); Bennett et al. (1954) and Brennan & Prediger
(1981); Gwet (2008, 2014), whose treatment of missing ratings and of weights is used throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from coder.agreement.alpha import Ratings, met_disagreement
from coder.agreement.bootstrap import over, pooled
from coder.agreement.distance import Floats, Ints, Value, across, number, position
from coder.agreement.result import CHANCE_IS_ONE, MANY_CODERS, ONE_CATEGORY, Score, undefined
from coder.errors import CoderError

# How pairs of categories are weighted: by name, or by a matrix over the declared categories, which Cohen's
# weighted kappa reads as disagreement, 0 on the diagonal, and Gwet's coefficients as agreement, 1 on it.
Weights: TypeAlias = Literal["nominal", "linear", "quadratic", "ordinal"] | Floats
Weighted: TypeAlias = Callable[[Ratings, Weights, Sequence[Value]], Score]
Chance: TypeAlias = Callable[[Floats, Floats], Floats]
"""From shares of categories, shape (replicate, category), and agreement weights to p_e of each replicate."""

_NO_ROOM = 1e-12  # between chance agreement and one


def cohen_kappa(ratings: Ratings) -> Score:
    """Cohen's kappa of two coders; n counts the units that both coded."""
    return _of_two(ratings, "nominal", ())


def scott_pi(ratings: Ratings) -> Score:
    """Scott's pi of two coders over the units that both coded, which n counts."""
    return _of_two(ratings, "nominal", (), is_pooled=True)


def weighted_kappa(ratings: Ratings, weights: Weights, categories: Sequence[Value] = ()) -> Score:
    """Cohen's weighted kappa: 1 - sum v_ij p_ij / sum v_ij p_i. p_.j with disagreement weights v.

    Linear and quadratic weights go by the rank of a category among those declared. n: units that both coded.
    """
    return _of_two(ratings, weights, categories)


def fleiss_kappa(ratings: Ratings, weights: Weights = "nominal", categories: Sequence[Value] = ()) -> Score:
    """Fleiss' kappa in Gwet's form for missing ratings; n counts units with at least two values."""
    return _of_many(ratings, weights, categories, pooled_chance)


def brennan_prediger(ratings: Ratings, weights: Weights, categories: Sequence[Value] = ()) -> Score:
    """Chance as if all q categories were equally likely (Bennett's S, Randolph's kappa); n as for Fleiss."""
    return _of_many(ratings, weights, categories, even_chance, least=2)


def gwet_ac(ratings: Ratings, weights: Weights = "nominal", categories: Sequence[Value] = ()) -> Score:
    """Gwet's AC1, with weights AC2; n counts units with at least two values."""
    return _of_many(ratings, weights, categories, gwet_chance, least=2)


# ------------------------------------------------------------ what is expected by chance
def pooled_chance(shares: Floats, w: Floats) -> Floats:
    """Of Fleiss: two values drawn from all that were given."""
    return np.asarray(((shares @ w) * shares).sum(axis=1))


def even_chance(shares: Floats, w: Floats) -> Floats:
    """Of Bennett, and Brennan & Prediger: two categories drawn evenly."""
    return np.full(len(shares), float(w.sum()) / shares.shape[1] ** 2)


def gwet_chance(shares: Floats, w: Floats) -> Floats:
    """Of Gwet: q categories that are declared, else all that were observed."""
    q = shares.shape[1]
    return np.asarray(float(w.sum()) / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1))


# ------------------------------------------------------------ what articles add up to
class Pairs(NamedTuple):
    """Units that both of two coders coded, article by article."""

    apart: Floats  # shape (category, category): disagreement weights
    unlike: Floats  # shape (article,): sums of the weights that were met
    first: Floats  # shape (article, category): how often the first coder used each
    second: Floats
    is_pooled: bool  # chance by the margins of both together, as Scott has it

    @classmethod
    def of(cls, ratings: Ratings, places: Ints, apart: Floats, is_pooled: bool) -> Pairs:
        """Count; places: of the ratings' values among the categories. Only for two coders."""
        both = ratings.per_unit == 2
        codes = places[ratings.codes[both]]
        numbers, article = np.unique(ratings.articles[both], return_inverse=True)
        unlike, margins = np.zeros(len(numbers)), np.zeros((2, len(numbers), len(apart)))
        np.add.at(unlike, article, apart[codes[:, 0], codes[:, 1]])
        for table, column in zip(margins, codes.T, strict=True):
            np.add.at(table, (article, column), 1.0)
        return cls(apart, unlike, margins[0], margins[1], is_pooled)

    def values(self, weights: Floats) -> Floats:
        """The coefficient by weights of articles; NaN where chance agreement is one."""
        first, second = weights @ self.first, weights @ self.second
        if self.is_pooled:
            first = second = (first + second) / 2
        expected = ((first @ self.apart) * second).sum(axis=1)
        return 1 - over((weights @ self.unlike) * first.sum(axis=1), expected)

    @property
    def worst(self) -> float:
        """The coefficient in an article coded by chance, as for alpha."""
        one, other = self.first.sum(axis=0), self.second.sum(axis=0)
        p = (one + other) / max(float(one.sum() + other.sum()), 1.0)
        mean, square = float(p @ self.apart @ p), float(p @ self.apart**2 @ p)
        n = float(one.sum())
        expected = float(one @ self.apart @ other) / max(n * n, 1.0)
        met = met_disagreement(mean, square, n / max(len(self.unlike), 1))
        return 1 - met / expected if expected > 0 else 0.0


class Shares(NamedTuple):
    """Agreement of units and use of categories, article by article, as Gwet counts them."""

    w: Floats  # shape (category, category): agreement weights
    agreed: Floats  # shape (article,): sums over units with two values or more
    paired: Floats  # shape (article,): how many these are
    used: Floats  # shape (article, category): sums of shares over units with any value
    chance: Chance

    @classmethod
    def of(cls, ratings: Ratings, places: Ints, w: Floats, chance: Chance) -> Shares:
        """Count; places: of the ratings' values among the categories."""
        counts = np.zeros((len(ratings.codes), len(w)))
        units, coders = np.nonzero(ratings.codes >= 0)
        np.add.at(counts, (units, places[ratings.codes[units, coders]]), 1.0)
        held = counts.sum(axis=1)
        counts, held, of = counts[held > 0], held[held > 0], ratings.articles[held > 0]
        numbers, article = np.unique(of, return_inverse=True)
        agreed, paired, used = (
            np.zeros(len(numbers)),
            np.zeros(len(numbers)),
            np.zeros((len(numbers), len(w))),
        )
        np.add.at(used, article, counts / held[:, None])
        two = held >= 2
        agreeing = (counts[two] * (counts[two] @ w.T - 1)).sum(axis=1) / (held[two] * (held[two] - 1))
        np.add.at(agreed, article[two], agreeing)
        np.add.at(paired, article[two], 1.0)
        return cls(w, agreed, paired, used, chance)

    def values(self, weights: Floats) -> Floats:
        """The coefficient by weights of articles; NaN where chance agreement is one."""
        used = weights @ self.used
        shares = used / np.maximum(used.sum(axis=1, keepdims=True), _NO_ROOM)
        expected = self.chance(shares, self.w)
        room = np.where(1 - expected > _NO_ROOM, 1 - expected, np.nan)
        return np.asarray((over(weights @ self.agreed, weights @ self.paired) - expected) / room)

    @property
    def worst(self) -> float:
        """The coefficient in an article coded by chance, as for alpha."""
        p = self.used.sum(axis=0) / max(float(self.used.sum()), _NO_ROOM)
        expected = float(self.chance(p[None], self.w)[0])
        mean, square = float(p @ (1 - self.w) @ p), float(p @ (1 - self.w) ** 2 @ p)
        shared = int(np.count_nonzero(self.paired))
        met = met_disagreement(mean, square, float(self.paired.sum()) / max(shared, 1))
        return (1 - met - expected) / (1 - expected) if 1 - expected > _NO_ROOM else 0.0


def _of_two(
    ratings: Ratings, weights: Weights, categories: Sequence[Value], is_pooled: bool = False
) -> Score:
    if ratings.codes.shape[1] > 2:
        return undefined(MANY_CODERS)
    if blocked := ratings.nothing_to_compare():
        return blocked
    known = _categories(ratings, categories)
    apart = _disagreement(weights, known, declared=bool(categories))
    table = Pairs.of(ratings, _places(ratings, known), apart, is_pooled)
    return pooled(table.values, len(table.unlike), ratings.pairable, CHANCE_IS_ONE)


def _of_many(
    ratings: Ratings, weights: Weights, categories: Sequence[Value], chance: Chance, least: int = 1
) -> Score:
    if blocked := ratings.nothing_to_compare():
        return blocked
    known = _categories(ratings, categories)
    if len(known) < least:
        return undefined(ONE_CATEGORY, ratings.pairable)
    w = _agreement(weights, known, declared=bool(categories))
    table = Shares.of(ratings, _places(ratings, known), w, chance)
    return pooled(table.values, len(table.agreed), ratings.pairable, CHANCE_IS_ONE)


def _categories(ratings: Ratings, declared: Sequence[Value]) -> Sequence[Value]:
    """The declared categories, else those observed, in the order of numbers where all are numbers."""
    try:
        return declared or sorted(ratings.values, key=number)
    except CoderError:
        return ratings.values


def _places(ratings: Ratings, known: Sequence[Value]) -> Ints:
    return np.array([position(value, known) for value in ratings.values], dtype=np.int64)


def _disagreement(weights: Weights, known: Sequence[Value], declared: bool) -> Floats:
    """Cohen's disagreement weights, 0 on the diagonal; shape (category, category)."""
    if not isinstance(weights, str):
        return _checked(weights, known)
    if weights == "nominal":
        return 1.0 - np.eye(len(known))
    steps = across(range(len(_numbers(known, declared))))
    if weights not in ("linear", "quadratic"):
        raise CoderError("agreement.no_such_weights", name=weights)
    return steps if weights == "linear" else np.asarray(steps**2)


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
