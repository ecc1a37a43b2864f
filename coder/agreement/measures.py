"""All measures by name, computed from plain JSON like tests/support/data/agreement_cases.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import TypeAlias

import numpy as np

from coder.agreement import align, distance, kappa, spans, unitizing
from coder.agreement.alpha import (
    Coincidences,
    Ratings,
    alpha,
    category_agreement,
    percent,
)
from coder.agreement.bootstrap import Plan, Resampled, minimum, status
from coder.agreement.chance import chance_event_f1
from coder.agreement.event_agreement import event_counts
from coder.agreement.result import NO_PAIRS, Score, undefined
from coder.errors import CoderError
from coder.model import Json
from coder.values.dates import days_of

Params: TypeAlias = Mapping[
    str, Json
]  # the name of the scale as "scale", and further parameters
Measure: TypeAlias = Callable[[Json, Params], Score | str]


def measured(
    name: str, data: Json, scale: str = "nominal", params: Params | None = None
) -> Score | str:
    """Compute a measure by name; a Score, or a word for a status. Raises CoderError for unknown names."""
    if name not in MEASURES:
        raise CoderError(
            "agreement.no_such_measure", name=name, known=", ".join(MEASURES)
        )
    return MEASURES[name](data, {**(params or {}), "scale": scale})


def distance_named(name: str, params: Params) -> distance.Distance:
    """The scale of a given name; its parameters: categories, matrix, cap_days, cap_ratio."""
    scales: dict[str, Callable[[], distance.Distance]] = {
        "nominal": distance.Nominal,
        "ordinal": lambda: distance.Ordinal(_categories(params)),
        "interval": distance.IntervalScale,
        "ratio": distance.RatioScale,
        "custom": lambda: distance.Custom(_categories(params), _matrix(params)),
        "jaccard": distance.Jaccard,
        "masi": distance.Masi,
        "hierarchy": distance.Hierarchy,
        "date": lambda: distance.Date(params.get("cap_days", distance.Date.cap_days)),
        "log_count": lambda: distance.LogCount(
            params.get("cap_ratio", distance.LogCount.cap_ratio)
        ),
    }
    if name not in scales:
        raise CoderError("agreement.no_such_scale", name=name, known=", ".join(scales))
    return scales[name]()


def _categories(params: Params) -> tuple[distance.Value, ...]:
    return tuple(distance.label(category) for category in params.get("categories", ()))


def _matrix(params: Params) -> distance.Floats:
    if "matrix" not in params or "categories" not in params:
        raise CoderError("agreement.custom_needs_both")
    return np.array(params["matrix"], dtype=np.float64)


# ------------------------------------------------------------ coders x units, two values
def _weighted(coefficient: kappa.Weighted) -> Measure:
    """Wrap a coefficient so that it takes weights and categories from the parameters."""

    def run(data: Json, params: Params) -> Score:
        name = params.get("weights", "nominal")
        weights = _matrix(params) if name == "custom" else name
        return coefficient(Ratings.of(data), weights, _categories(params))

    return run


def _distance(name: str) -> Measure:
    return lambda data, params: Score(
        distance_named(name, params).between(data["a"], data["b"]), 2
    )


# ------------------------------------------------------------ stretches
def _span_f1(data: Json, params: Params) -> Score:
    marks = [
        [
            spans.Mark.of(
                m.get("fragments") or [(m["start"], m["end"])], m.get("label", "")
            )
            for m in coder
        ]
        for coder in data["coders"]
    ]
    return spans.span_f1(
        marks, params.get("mode", "exact"), [tuple(t) for t in data.get("tokens", ())]
    )


def _continuum(data: Json) -> unitizing.Continuum:
    coders = tuple(
        tuple(unitizing.Unit(u["start"], u["end"], u.get("label", "")) for u in coder)
        for coder in data["coders"]
    )
    return unitizing.Continuum(data["length"], coders, data.get("begin", 0))


def _boundary(data: Json, params: Params) -> Score:
    if blocked := spans.not_two(data["segmentations"]):
        return blocked
    first, second = data["segmentations"]
    return spans.boundary_similarity(first, second, params.get("n_t", 2))


# ------------------------------------------------------------ events
def event_view(raw: Mapping[str, Json]) -> align.EventView:
    """Read an event from {"id", "evidence", "date", "place", "actors"}."""
    stated = {
        k: v
        for k, v in raw.items()
        if not (v is None or (isinstance(v, dict) and "blank" in v))
    }
    return align.EventView(
        raw["id"],
        spans.joined(raw.get("evidence") or ()),
        days_of(stated["date"]) if "date" in stated else None,
        stated.get("place"),
        sorted({*stated.get("actors", ())}),
    )


def coded_articles(data: Json) -> list[align.CodedArticle]:
    """Read articles from {"articles": [{"coders": {name: [event, …]}}, …]}."""
    return [
        {
            coder: [event_view(event) for event in events]
            for coder, events in article["coders"].items()
        }
        for article in data["articles"]
    ]


def pairing(params: Params) -> align.Pairing:
    """The pairing rules from the parameters threshold and exclude_field."""
    return align.Pairing(
        params.get("threshold", align.PAIRING.threshold), params.get("exclude_field")
    )


def _event_similarity(data: Json, params: Params) -> Score:
    similarity = align.event_similarity(
        event_view(data["a"]), event_view(data["b"]), pairing(params)
    )
    return undefined(NO_PAIRS) if similarity is None else Score(similarity, 2)


def event_clusters(data: Json, params: Params) -> list[list[tuple[align.Member, ...]]]:
    """The event clusters of each article."""
    return [
        align.clusters(article, pairing(params)) for article in coded_articles(data)
    ]


def _field_alpha(data: Json, params: Params) -> Score:
    """Alpha of one field over clusters that were aligned without it."""
    name = params["field"]
    left_out = name if name in align.WEIGHTS else params.get("exclude_field")
    coders = sorted(
        {coder for article in data["articles"] for coder in article["coders"]}
    )
    units: list[dict[str, Json]] = []
    by_article = event_clusters(data, {**params, "exclude_field": left_out})
    for article, clusters in zip(data["articles"], by_article, strict=True):
        named = article["coders"].items()
        values = {
            (e["id"], coder): e.get(name) for coder, events in named for e in events
        }
        units += [
            {member.coder: values[member] for member in cluster} for cluster in clusters
        ]
    matrix = [[unit.get(coder) for unit in units] for coder in coders]
    return alpha(Ratings.of(matrix, distance_named(params["scale"], params)))


# ------------------------------------------------------------ articles, fields
def _bootstrap(data: Json, params: Params) -> Score:
    """One bound of the bootstrap interval of alpha over articles of coders x units; n: articles."""
    coders = max((len(article) for article in data["articles"]), default=0)
    matrix: list[list[Json]] = [[] for _ in range(coders)]
    numbers: list[int] = []
    for number, article in enumerate(data["articles"]):
        width = len(article[0]) if article else 0
        for row, cells in zip_longest(matrix, article, fillvalue=[None] * width):
            row.extend(cells)
        numbers += [number] * width
    table = Coincidences.of(
        Ratings.of(matrix, distance_named(params["scale"], params), numbers)
    )
    plan = Plan(
        **{key: params[key] for key in ("B", "seed", "confidence") if key in params}
    )
    interval = Resampled.of(table.alphas, table.articles, plan).interval(
        params.get("method", "percentile")
    )
    bound = (
        interval.lower if params.get("bound", "lower") == "lower" else interval.upper
    )
    return (
        undefined(interval.reason, interval.articles)
        if bound is None
        else Score(bound, interval.articles)
    )


MEASURES: Mapping[str, Measure] = {
    # coders x units
    "alpha": lambda data, params: alpha(
        Ratings.of(data, distance_named(params["scale"], params))
    ),
    "percent": lambda data, params: percent(
        Ratings.of(data), params.get("weighting", "values")
    ),
    **dict.fromkeys(
        ("positive_agreement", "negative_agreement", "category_agreement"),
        lambda data, params: category_agreement(Ratings.of(data), params["category"]),
    ),
    "cohen_kappa": lambda data, params: kappa.cohen_kappa(Ratings.of(data)),
    "weighted_kappa": _weighted(kappa.weighted_kappa),
    "scott_pi": lambda data, params: kappa.scott_pi(Ratings.of(data)),
    "fleiss_kappa": _weighted(kappa.fleiss_kappa),
    "brennan_prediger": _weighted(kappa.brennan_prediger),
    "gwet_ac1": _weighted(kappa.gwet_ac),
    "gwet_ac2": _weighted(kappa.gwet_ac),
    # two values
    "jaccard_distance": _distance("jaccard"),
    "masi_distance": _distance("masi"),
    "hierarchy_distance": _distance("hierarchy"),
    "date_distance": _distance("date"),
    "log_count_distance": _distance("log_count"),
    # stretches of each coder
    "span_f1": _span_f1,
    "u_alpha": lambda data, params: unitizing.u_alpha(
        _continuum(data), params.get("variant", "nominal"), params.get("label")
    ),
    "u_alpha_2004": lambda data, params: unitizing.u_alpha_2004(
        _continuum(data), params.get("label")
    ),
    "boundary_similarity": _boundary,
    # events of each coder, article by article
    "event_similarity": _event_similarity,
    "pairwise_event_f1": lambda data, params: event_counts(
        coded_articles(data), pairing(params)
    ).score(),
    "chance_event_f1": lambda data, params: chance_event_f1(
        coded_articles(data), pairing(params)
    ),
    "event_clusters": lambda data, params: Score(
        float(n := sum(map(len, event_clusters(data, params)))), n
    ),
    "aligned_field_alpha": _field_alpha,
    # articles of coders x units; figures of fields
    "cluster_bootstrap_ci": _bootstrap,
    "reliability_status": lambda data, params: status(
        data["estimate"], data["ci_lower"], data["n_articles"]
    ),
    "minimum_over_fields": lambda data, params: minimum(
        field["ci_lower"] for field in data["fields"]
    ),
}
