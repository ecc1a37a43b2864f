"""Other coefficients than alpha for a field, for comparison with other studies, and what each requires.

Cohen's kappa and Scott's pi require two coders, the others take any number. All but AC1 weight disagreement
by the field's distance; ordinal fields use Gwet's ordinal weights (2014). Brennan & Prediger's coefficient,
AC1 and AC2 depend on the number of categories, used or not, and therefore require fields whose values are
listed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import LEAST_ARTICLES, Plan, interval_of, pooled
from coder.agreement.distance import Floats, Ints, Ordinal, Value
from coder.agreement.field_agreement import FieldRatings
from coder.agreement.kappa import (
    Chance,
    Pairs,
    Shares,
    even_chance,
    gwet_chance,
    pooled_chance,
)
from coder.agreement.result import (
    CHANCE_IS_ONE,
    FEW_ARTICLES,
    MANY_CODERS,
    Interval,
    Score,
    undefined,
)
from coder.agreement.scales import Scale
from coder.codebook.schema import Codebook

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
    """Compute `kappa`, `pi` or one of `_OF_MANY` for a field; coders: the columns of its ratings."""
    ratings = answered.ratings
    measured = answered.measured
    scale = measured.scale
    listed = () if scale.is_list else tuple(codebook.values_of(measured.question))
    blocked = ratings.nothing_to_compare()
    if name in ("kappa", "pi"):
        blocked = (
            undefined(MANY_CODERS, ratings.pairable) if len(coders) > 2 else blocked
        )
    elif name != "fleiss" and not listed:
        blocked = undefined(NOT_LISTED, ratings.pairable)
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
    # Articles of one coder count in the category shares, but an interval needs enough articles with pairs.
    tested = (
        score
        if paired >= LEAST_ARTICLES or score.value is None
        else undefined(FEW_ARTICLES)
    )
    return Coefficient(
        measured.name,
        name,
        score,
        interval_of(tested, table.values, articles, plan),
    )


def _distances(scale: Scale, categories: Sequence[Value]) -> Floats:
    """The distances between categories, within [0, 1]; for ordinal fields 1 less Gwet's ordinal weights."""
    if not isinstance(scale.distance, Ordinal):
        return scale.distance.table(categories)
    ranks: Ints = np.argsort(np.argsort(np.array(categories, dtype=np.float64)))
    steps = np.abs(np.subtract.outer(ranks, ranks))
    return np.asarray(
        (steps + 1) * steps / max(len(categories) * (len(categories) - 1), 1),
        dtype=np.float64,
    )
