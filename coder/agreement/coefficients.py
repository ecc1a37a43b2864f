"""Coefficients other than alpha, reported for comparison with other studies.

All have the form (p_a - p_e) / (1 - p_e) and differ in the expected chance agreement
p_e. Each is computed from sums over articles, so that whole articles can be resampled.
Cohen's kappa and Scott's pi require two coders, the others take any number. All but AC1
weight disagreement by the field's distance; ordinal fields use Gwet's ordinal weights
(2014). Brennan & Prediger's coefficient, AC1 and AC2 depend on the number of
categories, used or not, and therefore require fields whose values are listed.

Sources:
Cohen (1960, 1968); Scott (1955); Fleiss (1971); Bennett et al. (1954) and Brennan &
Prediger (1981); Gwet (2008, 2014), whose treatment of missing ratings and of weights is
used throughout.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from coder.agreement.alpha import Ratings
from coder.agreement.bootstrap import LEAST_ARTICLES, Plan, interval_of, over, pooled
from coder.agreement.distance import Floats, Ints, Ordinal, Value, position
from coder.agreement.field_agreement import FieldRatings
from coder.agreement.result import (
    CHANCE_IS_ONE,
    FEW_ARTICLES,
    MANY_CODERS,
    Interval,
    Score,
    make_undefined,
)
from coder.agreement.scales import Scale
from coder.codebook.schema import Codebook

Chance: TypeAlias = Callable[[Floats, Floats], Floats]
"""Maps category shares, shape (replicate, category), and agreement weights to p_e of
each replicate.
"""

_NO_ROOM = 1e-12  # 1 - p_e up to this counts as 0


# ------------------------------------------------------------ expected chance agreement
def pooled_chance(shares: Floats, w: Floats) -> Floats:
    """Fleiss: two values drawn from all that were given."""
    return np.asarray(((shares @ w) * shares).sum(axis=1))


def even_chance(shares: Floats, w: Floats) -> Floats:
    """Bennett, Brennan & Prediger: two categories drawn uniformly."""
    return np.full(len(shares), float(w.sum()) / shares.shape[1] ** 2)


def gwet_chance(shares: Floats, w: Floats) -> Floats:
    """Gwet: over the declared categories, or all observed ones if none are declared."""
    q = shares.shape[1]
    if q == 1:
        return np.ones(len(shares))
    return np.asarray(
        float(w.sum()) / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1)
    )


# ------------------------------------------------------------ sums by article
class Pairs(NamedTuple):
    """Units that both of two coders coded, summed by article."""

    v: Floats  # shape (category, category): disagreement weights
    disagreed: Floats  # shape (article,): sums of the observed disagreement weights
    first: Floats  # shape (article, category): how often the first coder used each
    second: Floats
    is_pooled: (
        bool  # chance agreement from the pooled margins of both, as for Scott's pi
    )

    @classmethod
    def of(
        cls, ratings: Ratings, categories: Sequence[Value], v: Floats, is_pooled: bool
    ) -> Pairs:
        """Count the ratings of two coders by category.

        Each of the ratings' values is one.
        """
        both = ratings.per_unit == 2
        codes = _places(ratings, categories)[ratings.codes[both]]
        numbers, article = np.unique(ratings.articles[both], return_inverse=True)
        disagreed = np.zeros(len(numbers))
        margins = np.zeros((2, len(numbers), len(v)))
        np.add.at(disagreed, article, v[codes[:, 0], codes[:, 1]])
        for table, column in zip(margins, codes.T, strict=True):
            np.add.at(table, (article, column), 1.0)
        return cls(v, disagreed, margins[0], margins[1], is_pooled)

    def values(self, weights: Floats) -> Floats:
        """Return the coefficient for article weights.

        NaN where chance agreement is one.
        """
        first = weights @ self.first
        second = weights @ self.second
        if self.is_pooled:
            first = (first + second) / 2
            second = first
        expected = ((first @ self.v) * second).sum(axis=1)
        return 1 - over((weights @ self.disagreed) * first.sum(axis=1), expected)


class Shares(NamedTuple):
    """Agreement of units and use of categories, summed by article, as defined by Gwet."""

    w: Floats  # shape (category, category): agreement weights
    agreed: Floats  # shape (article,): sums over units with two values or more
    paired: Floats  # shape (article,): the number of these units
    # shape (article, category): category shares, summed over units with any value
    used: Floats
    chance: Chance

    @classmethod
    def of(
        cls, ratings: Ratings, categories: Sequence[Value], w: Floats, chance: Chance
    ) -> Shares:
        """Count the ratings by category; each of the ratings' values is one."""
        counts = np.zeros((len(ratings.codes), len(w)))
        places = _places(ratings, categories)
        units, coders = np.nonzero(ratings.codes >= 0)
        np.add.at(counts, (units, places[ratings.codes[units, coders]]), 1.0)
        held = counts.sum(axis=1)
        counts = counts[held > 0]
        articles = ratings.articles[held > 0]
        held = held[held > 0]
        numbers, article = np.unique(articles, return_inverse=True)
        agreed = np.zeros(len(numbers))
        paired = np.zeros(len(numbers))
        used = np.zeros((len(numbers), len(w)))
        np.add.at(used, article, counts / held[:, None])
        two = held >= 2
        agreeing = (counts[two] * (counts[two] @ w.T - 1)).sum(axis=1) / (
            held[two] * (held[two] - 1)
        )
        np.add.at(agreed, article[two], agreeing)
        np.add.at(paired, article[two], 1.0)
        return cls(w, agreed, paired, used, chance)

    def values(self, weights: Floats) -> Floats:
        """Return the coefficient for article weights.

        NaN where chance agreement is one.
        """
        used = weights @ self.used
        shares = used / np.maximum(used.sum(axis=1, keepdims=True), _NO_ROOM)
        expected = self.chance(shares, self.w)
        room = np.where(1 - expected > _NO_ROOM, 1 - expected, np.nan)
        return np.asarray(
            (over(weights @ self.agreed, weights @ self.paired) - expected) / room
        )


def _places(ratings: Ratings, known: Sequence[Value]) -> Ints:
    return np.array(
        [position(value, known) for value in ratings.values], dtype=np.int64
    )


# ------------------------------------------------------------ coefficients of a field
NOT_LISTED = "no single values of a list, which could be counted as categories"

_OF_MANY: Mapping[str, Chance] = {
    "fleiss": pooled_chance,
    "bp": even_chance,
    "ac1": gwet_chance,
    "ac2": gwet_chance,
}


class Coefficient(NamedTuple):
    """One coefficient of one field; n of the score: units with at least two values."""

    field: str
    name: str
    score: Score
    interval: Interval


def coefficient(
    name: str,
    answered: FieldRatings,
    codebook: Codebook,
    coders: Sequence[str],
    plan: Plan,
) -> Coefficient:
    """Compute `kappa`, `pi` or one of `_OF_MANY` for a field.

    coders: the columns of its ratings.
    """
    ratings = answered.ratings
    measured = answered.measured
    scale = measured.scale
    listed = () if scale.is_list else tuple(codebook.values_of(measured.question))
    blocked = ratings.nothing_to_compare()
    if name in ("kappa", "pi"):
        blocked = (
            make_undefined(MANY_CODERS, ratings.pairable)
            if len(coders) > 2
            else blocked
        )
    elif name != "fleiss" and not listed:
        blocked = make_undefined(NOT_LISTED, ratings.pairable)
    if blocked:
        return Coefficient(
            measured.name, name, blocked, interval_of(blocked, np.sum, 0, plan)
        )
    declared = []
    for value in listed:
        key = scale.key_of(measured.with_code(value.id))
        declared.append(scale.distance.read(key))
    categories = tuple(dict.fromkeys([*declared, *ratings.values]))
    distances = (
        1 - np.eye(len(categories)) if name == "ac1" else _distances(scale, categories)
    )
    table: Pairs | Shares
    if name in ("kappa", "pi"):
        table = Pairs.of(ratings, categories, distances, is_pooled=name == "pi")
        articles = len(table.disagreed)
        paired = articles
    else:
        table = Shares.of(ratings, categories, 1 - distances, _OF_MANY[name])
        articles = len(table.agreed)
        paired = int(np.count_nonzero(table.paired))
    score = pooled(table.values, articles, ratings.pairable, CHANCE_IS_ONE)
    # Articles of one coder count in the category shares, but an interval needs enough
    # articles with pairs.
    tested = (
        score
        if paired >= LEAST_ARTICLES or score.value is None
        else make_undefined(FEW_ARTICLES)
    )
    return Coefficient(
        measured.name,
        name,
        score,
        interval_of(tested, table.values, articles, plan),
    )


def _distances(scale: Scale, categories: Sequence[Value]) -> Floats:
    """Return the distances between categories, within [0, 1].

    For ordinal fields 1 less Gwet's ordinal weights.
    """
    if not isinstance(scale.distance, Ordinal):
        return scale.distance.table(categories)
    ranks: Ints = np.argsort(np.argsort(np.array(categories, dtype=np.float64)))
    steps = np.abs(np.subtract.outer(ranks, ranks))
    return np.asarray(
        (steps + 1) * steps / max(len(categories) * (len(categories) - 1), 1),
        dtype=np.float64,
    )
