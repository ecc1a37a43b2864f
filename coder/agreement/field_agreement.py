"""Agreement on one field: its scale and ratings, and alpha, intervals and confusion tables.

The codebook names the distance of each field; `scale_of` defines what the distance is applied to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from coder.agreement import distance as d
from coder.agreement.alpha import Coincidences, Ratings, alpha, percent
from coder.agreement.bootstrap import (
    TENTATIVE_FROM,
    Guarded,
    Plan,
    Reliability,
    interval_of,
    status,
)
from coder.agreement.cells import Level
from coder.agreement.result import Interval, Score, undefined
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Blank, Json, items_of
from coder.values.dates import in_order
from coder.values.typed import actor_id

NOT_STATED_LEFT_OUT = "not stated leaves the comparison: it has no distance to a rank"
NO_RANK = "no event has no distance to a rank"


class FieldAgreement(NamedTuple):
    """Inter-coder agreement on one field."""

    field: str
    level: Level
    distance: str
    units: int  # articles, or clusters of aligned events
    pairable: int  # units with at least two values
    articles: int
    blanks: Mapping[str, int]  # number of answers with each blank
    percent: Score
    percent_interval: Interval
    alpha: Score
    interval: Interval  # of alpha
    below: Score  # the probability that alpha is below .667
    differing: int  # articles with a disagreement
    status: Reliability
    note: str = ""  # a caveat about the figures


class StrictAgreement(NamedTuple):
    """Inter-coder agreement on one field, counting the absence of an event as a value.

    units: those with two values or more; alone: those of them whose event only one coder has.
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
    percent: Score
    alpha: Score


def strict_agreement(field: str, ratings: Ratings, plan: Plan) -> StrictAgreement:
    """Alpha of ratings with NO_EVENT as a value; undefined for ordinal fields, where it has no distance."""
    if not ratings.distance.bounded:
        score = undefined(NO_RANK)
        return StrictAgreement(field, 0, 0, score, interval_of(score, np.sum, 0, plan))
    table = Coincidences.of(ratings)
    score, held = alpha(ratings, table), ratings.per_unit
    absent = (ratings.codes == ratings.values.index(d.NO_EVENT)).sum(axis=1)
    return StrictAgreement(
        field,
        ratings.pairable,
        int(((held >= 2) & (held - absent == 1)).sum()),
        score,
        interval_of(
            score, table.alphas, table.articles, plan, table.worst, table.leverage
        ),
    )


class FieldRatings(NamedTuple):
    """A field's answers as ratings; blanks: the number of answers with each blank."""

    field: Field
    level: Level
    scale: Scale
    ratings: Ratings
    blanks: Mapping[str, int]

    def agreement(self, plan: Plan) -> FieldAgreement:
        """Compute all figures of the field, with their intervals."""
        table = Coincidences.of(self.ratings)
        score, share = alpha(self.ratings, table), percent(self.ratings)
        guarded = Guarded.of(
            score, table.alphas, table.articles, plan, table.worst, table.leverage
        )
        interval = guarded.interval()
        unranked = (
            not self.ratings.distance.bounded and self.blanks[Blank.NOT_STATED] > 0
        )
        return FieldAgreement(
            field=self.field.id,
            level=self.level,
            distance=self.ratings.distance.name,
            units=len(self.ratings.codes),
            pairable=self.ratings.pairable,
            articles=table.articles,
            blanks=self.blanks,
            percent=share,
            percent_interval=interval_of(
                share, table.percents, table.articles, plan, table.worst_percent
            ),
            alpha=score,
            interval=interval,
            below=guarded.below(TENTATIVE_FROM),
            differing=table.differing,
            status=status(score.value, interval.lower, table.articles),
            note=NOT_STATED_LEFT_OUT if unranked else "",
        )

    def by_pair(self, coders: Sequence[str]) -> list[PairAgreement]:
        """Percent agreement and alpha of every pair of coders; coders: the names of the columns."""
        rows = []
        for (i, a), (j, b) in combinations(enumerate(coders), 2):
            pair = self.ratings._replace(codes=self.ratings.codes[:, [i, j]])
            rows.append(
                PairAgreement((a, b), pair.pairable, percent(pair), alpha(pair))
            )
        return rows


def has_codes(field: Field, distance: str) -> bool:
    """Whether a field has single values from a list or tree, or yes and no, so that it has a confusion
    matrix; distance: the name of the field's distance."""
    is_listed = distance in ("nominal", "ordinal") and field.type in (
        "enum",
        "hierarchy",
        "bool",
    )
    return not field.is_list and (is_listed or distance == "hierarchy")


class Scale(NamedTuple):
    """A field's distance, and a function that converts an answer's value to what the distance reads."""

    distance: d.Distance
    comparable: Callable[[Json], Json] = lambda value: value


def scale_of(field: Field, codebook: Codebook) -> Scale | None:
    """The scale of a field, None if the codebook gives it no distance.

    Lists of records are compared by their closed part (sources by kind), lists of actors by id, or by name
    and class, lists of places item by item, ranges of counts by both ends.
    """

    def rank(value: Json) -> Json:
        if value not in ranks:
            raise CoderError(
                "agreement.no_such_value",
                value=value,
                field=field.id,
                known=", ".join(ranks),
            )
        return ranks[value]

    ranks = ranks_of(field, codebook)
    match field.distance.kind:
        case "none":
            return None
        case "nominal":
            return Scale(d.Nominal())
        case "ordinal":
            return Scale(d.Ordinal(), rank)
        case "date":
            cap_days = (
                field.distance.cap_days or codebook.agreement.defaults.date_cap_days
            )
            return Scale(d.Date(cap_days), in_order)
        case "log_count":
            return Scale(d.CountRange() if field.type == "int_range" else d.LogCount())
        case "hierarchy":
            return _tree(field, codebook)
    return _sets(field, codebook)


def ranks_of(field: Field, codebook: Codebook) -> dict[str, float]:
    """The rank of each value, by default its position in the codebook's list."""
    values = codebook.values_of(field)
    return {
        value.id: place if value.rank is None else value.rank
        for place, value in enumerate(values)
    }


def _tree(field: Field, codebook: Codebook) -> Scale:
    def one(value: Json) -> Json:
        if field.distance.path:
            return place_path(value, field.distance.path, codebook)
        return list(codebook.path_of(value)) or [value]

    if field.is_list:
        return Scale(d.BestMatch(), lambda value: [one(item) for item in value])
    return Scale(d.Hierarchy(), one)


def place_path(
    value: Mapping[str, Json], path: tuple[str, ...], codebook: Codebook
) -> list[str]:
    """The levels of a place along a path, root first, without missing ones.

    A place that the lexicon lists as a country or governorate ends at that level. A place without an id ends
    in its folded name.
    """
    entry = (
        codebook.lexicon.place(str(value["place_id"]))
        if value.get("place_id")
        else None
    )
    inner = (
        path[: path.index(entry.kind) + 1]
        if entry is not None and entry.kind in path
        else path
    )
    levels = [
        str(value.get(part) or getattr(entry, part, ""))
        for part in inner
        if part != "place_id"
    ]
    if "place_id" in inner:
        levels.append(identity(value))
    return [level for level in levels if level] or [identity(value)]


def _sets(field: Field, codebook: Codebook) -> Scale:
    # A closed part has a fixed list of values and a set distance of its own.
    parts = codebook.parts_of(field) if field.is_list else ()
    part = next(
        (
            p
            for p in parts
            if p.type == "enum" and p.distance.kind in ("jaccard", "masi")
        ),
        None,
    )

    def members(value: Json) -> Json:
        return [
            actor_id(item) if part is None else item.get(part.id)
            for item in items_of(value)
        ]

    return Scale(
        d.Masi() if (part or field).distance.kind == "masi" else d.Jaccard(), members
    )
