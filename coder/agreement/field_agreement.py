"""Agreement on one field or part: alpha, equal keys and values, and intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from coder.agreement.alpha import Coincidences, Ratings, alpha, percent
from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.distance import NO_EVENT
from coder.agreement.reliability import (
    TENTATIVE_FROM,
    GuardedDraws,
    Reliability,
    status,
)
from coder.agreement.result import Interval, Score, make_undefined
from coder.agreement.scales import Compared, Level, Measured
from coder.model import Blank

NOT_STATED_LEFT_OUT = "not stated leaves the comparison: it has no distance to a rank"
NO_RANK = "no event has no distance to a rank"


class FieldAgreement(NamedTuple):
    """Inter-coder agreement on one field, or on one part of its values.

    field: the name as in `Measured`. equal_keys, equal_values: the shares of pairs with
    equal keys, and with values that are equal as given. left_out: the number of values
    that have no key.
    """

    field: str
    level: Level
    distance: str
    compared: Compared
    units: int  # articles, or clusters of aligned events
    pairable: int  # units with at least two values
    articles: int
    blanks: Mapping[str, int]  # number of answers with each blank
    left_out: int
    equal_keys: Score
    equal_keys_interval: Interval
    equal_values: Score
    equal_values_interval: Interval
    alpha: Score
    interval: Interval  # of alpha
    guarded_lower_bound: Score  # of alpha, see `reliability`
    below: Score  # the probability that alpha is below .667
    differing: int  # articles with a disagreement
    is_few: bool  # whether the study could have met no disagreement at all
    status: Reliability
    note: str = ""  # a caveat about the figures


class StrictAgreement(NamedTuple):
    """Inter-coder agreement on one field, counting the absence of an event as a value.

    units: those with two values or more; alone: those of them whose event only one
    coder has.
    """

    field: str
    units: int
    alone: int
    alpha: Score
    interval: Interval


class PairAgreement(NamedTuple):
    """Agreement of two coders on one field; pairable: units with values of both."""

    coders: tuple[str, str]
    pairable: int
    equal_keys: Score
    alpha: Score


def strict_agreement(field: str, ratings: Ratings, plan: Plan) -> StrictAgreement:
    """Alpha of ratings with NO_EVENT as a value.

    Undefined for ordinal fields, where it has no distance.
    """
    if not ratings.distance.bounded:
        score = make_undefined(NO_RANK)
        return StrictAgreement(field, 0, 0, score, interval_of(score, np.sum, 0, plan))
    table = Coincidences.of(ratings)
    score = alpha(ratings, table)
    held = ratings.per_unit
    absent = (ratings.codes == ratings.values.index(NO_EVENT)).sum(axis=1)
    return StrictAgreement(
        field,
        ratings.pairable,
        int(((held >= 2) & (held - absent == 1)).sum()),
        score,
        interval_of(score, table.alphas, table.articles, plan),
    )


class FieldRatings(NamedTuple):
    """A field's or part's answers as ratings.

    given: the same answers as the coders gave them. blanks: the number of answers with
    each blank. left_out: the number of values that have no key.
    """

    measured: Measured
    ratings: Ratings
    given: Ratings
    blanks: Mapping[str, int]
    left_out: int

    def agreement(self, plan: Plan) -> FieldAgreement:
        """Compute all figures, with their intervals."""
        table = Coincidences.of(self.ratings)
        score = alpha(self.ratings, table)
        draws = GuardedDraws.of(score, table.alphas, table.articles, plan, table.worst)
        lower_bound = draws.lower_bound()
        equal_keys = percent(self.ratings)
        equal_keys_interval = _interval_of_share(equal_keys, table, plan)
        equal_values = equal_keys
        equal_values_interval = equal_keys_interval
        if not _are_equal_alike(self.ratings, self.given):
            equal_values = percent(self.given)
            equal_values_interval = _interval_of_share(
                equal_values, Coincidences.of(self.given), plan
            )
        unranked = (
            not self.ratings.distance.bounded and self.blanks[Blank.NOT_STATED] > 0
        )
        return FieldAgreement(
            field=self.measured.name,
            level=self.measured.level,
            distance=self.ratings.distance.name,
            compared=self.measured.scale.compared,
            units=len(self.ratings.codes),
            pairable=self.ratings.pairable,
            articles=table.articles,
            blanks=self.blanks,
            left_out=self.left_out,
            equal_keys=equal_keys,
            equal_keys_interval=equal_keys_interval,
            equal_values=equal_values,
            equal_values_interval=equal_values_interval,
            alpha=score,
            interval=interval_of(score, table.alphas, table.articles, plan),
            guarded_lower_bound=lower_bound,
            below=draws.below(TENTATIVE_FROM),
            differing=table.differing,
            is_few=draws.is_few,
            status=status(
                score.value, lower_bound.value, table.articles, is_few=draws.is_few
            ),
            note=NOT_STATED_LEFT_OUT if unranked else "",
        )

    def by_pair(self, coders: Sequence[str]) -> list[PairAgreement]:
        """Equal keys and alpha of every pair of coders.

        coders: the names of the columns.
        """
        rows = []
        for (i, a), (j, b) in combinations(enumerate(coders), 2):
            pair = self.ratings._replace(codes=self.ratings.codes[:, [i, j]])
            rows.append(
                PairAgreement((a, b), pair.pairable, percent(pair), alpha(pair))
            )
        return rows


def _are_equal_alike(one: Ratings, other: Ratings) -> bool:
    """Return whether two ratings of the same cells are equal in the same cells."""
    together = (one.codes + 1) * (len(other.values) + 1) + other.codes + 1
    distinct = len(np.unique(together))
    return distinct == len(np.unique(one.codes)) == len(np.unique(other.codes))


def _interval_of_share(share: Score, table: Coincidences, plan: Plan) -> Interval:
    return interval_of(share, table.percents, table.articles, plan)
