"""A field measured by another coefficient than alpha, for comparison with other studies: what each can take.

Cohen's kappa and Scott's pi take two coders, the others any number. All but AC1 weigh disagreement by the
field's distance, by Gwet's ordinal weights (2014) where it is ordinal. Brennan & Prediger's coefficient, AC1
and AC2 count categories, used or not, and so take only fields whose values the codebook lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import LEAST_ARTICLES, Plan, interval_of, pooled
from coder.agreement.distance import Floats, Ints, Ordinal, Value
from coder.agreement.field_agreement import Answered, Scale
from coder.agreement.kappa import Chance, Pairs, Shares, even_chance, gwet_chance, pooled_chance
from coder.agreement.result import CHANCE_IS_ONE, FEW_ARTICLES, MANY_CODERS, Interval, Score, undefined
from coder.codebook.schema import Codebook

NOT_LISTED = "no single values of a list, which could be counted as categories"

_OF_MANY: Mapping[str, Chance] = {
    "fleiss": pooled_chance,
    "bp": even_chance,
    "ac1": gwet_chance,
    "ac2": gwet_chance,
}
COEFFICIENTS = ("kappa", "pi", *_OF_MANY)


class Coefficient(NamedTuple):
    """A field measured by name; n of the score: units with at least two values."""

    field: str
    name: str
    score: Score
    interval: Interval


def coefficient(
    name: str, answered: Answered, scale: Scale, codebook: Codebook, coders: Sequence[str], plan: Plan
) -> Coefficient:
    """The field's coefficient of that name, one of COEFFICIENTS; coders: the columns of its ratings."""
    ratings, field = answered.ratings, answered.field
    listed = () if field.is_list else tuple(codebook.values_of(field))
    blocked = ratings.nothing_to_compare()
    if name in ("kappa", "pi"):
        blocked = undefined(MANY_CODERS) if len(coders) > 2 else blocked
    elif name != "fleiss" and not listed:
        blocked = undefined(NOT_LISTED, ratings.pairable)
    if blocked:
        return Coefficient(field.id, name, blocked, interval_of(blocked, np.sum, 0, plan))
    declared = [scale.distance.read(scale.comparable(value.id)) for value in listed]
    known = tuple(dict.fromkeys([*declared, *ratings.values]))
    place = {value: number for number, value in enumerate(known)}
    places = np.array([place[value] for value in ratings.values], dtype=np.int64)
    apart = 1 - np.eye(len(known)) if name == "ac1" else _distances(scale, known)
    table: Pairs | Shares
    if name in ("kappa", "pi"):
        table = Pairs.of(ratings, places, apart, is_pooled=name == "pi")
        articles = paired = len(table.unlike)
    else:
        table = Shares.of(ratings, places, 1 - apart, _OF_MANY[name])
        articles, paired = len(table.agreed), int(np.count_nonzero(table.paired))
    score = pooled(table.values, articles, ratings.pairable, CHANCE_IS_ONE)
    # Articles of one coder go into the shares of categories, but there is nothing to resample without pairs.
    judged = score if paired >= LEAST_ARTICLES or score.value is None else undefined(FEW_ARTICLES)
    return Coefficient(field.id, name, score, interval_of(judged, table.values, articles, plan, table.worst))


def _distances(scale: Scale, known: Sequence[Value]) -> Floats:
    """Distances between categories, within [0, 1]; ordinal ones as 1 less Gwet's weights."""
    if not isinstance(scale.distance, Ordinal):
        return scale.distance.table(known)
    ranks: Ints = np.argsort(np.argsort(np.array(known, dtype=np.float64)))
    steps = np.abs(np.subtract.outer(ranks, ranks))
    return np.asarray((steps + 1) * steps / max(len(known) * (len(known) - 1), 1), dtype=np.float64)
