"""Every measure by name, of the plain data in agreement_cases.json."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import zip_longest
from typing import Literal, TypeAlias

import numpy as np

from coder.agreement import align, distance, spans, unitizing
from coder.agreement.alpha import (
    Coincidences,
    Ratings,
    alpha,
    category_agreement,
    percent,
)
from coder.agreement.bootstrap import (
    LEAST_ARTICLES,
    MOST_UNDEFINED,
    Plan,
    Statistic,
    interval_of,
    pooled,
    replicates,
)
from coder.agreement.coefficients import (
    Chance,
    Pairs,
    Shares,
    even_chance,
    gwet_chance,
    pooled_chance,
)
from coder.agreement.distance import Floats, Value, differences, number
from coder.agreement.event_agreement import chance_event_f1, event_counts
from coder.agreement.reliability import minimum, status
from coder.agreement.result import (
    CHANCE_IS_ONE,
    FEW_ARTICLES,
    MANY_CODERS,
    NO_PAIRS,
    NO_VARIATION,
    UNDEFINED_REPLICATES,
    Interval,
    Score,
    make_undefined,
)
from coder.errors import CoderError
from coder.model import Json
from coder.values.dates import days_of
from tests.support import published_measures
from tests.support.published_measures import distance_between, percent_by_units

Params: TypeAlias = Mapping[
    str, Json
]  # the name of the scale as "scale", and further parameters
ONE_CATEGORY = "only one category"
Measure: TypeAlias = Callable[[Json, Params], Score | str]


def measured(
    name: str, data: Json, scale: str = "nominal", params: Params | None = None
) -> Score | str:
    """Compute a measure by name; a Score, or a word for a status."""
    return MEASURES[name](data, {**(params or {}), "scale": scale})


def distance_named(name: str, params: Params) -> distance.Distance:
    """The scale of a given name; its parameters: categories, matrix, cap_days,
    cap_ratio.
    """
    scales: dict[str, Callable[[], distance.Distance]] = {
        "nominal": distance.Nominal,
        "ordinal": lambda: distance.Ordinal(_declared(params)),
        "interval": distance.IntervalScale,
        "ratio": published_measures.RatioScale,
        "custom": lambda: published_measures.Custom(_declared(params), _matrix(params)),
        "jaccard": distance.Jaccard,
        "masi": distance.Masi,
        "hierarchy": distance.Hierarchy,
        "date": lambda: distance.Date(params.get("cap_days", distance.Date.cap_days)),
        "log_count": lambda: distance.LogCount(
            params.get("cap_ratio", distance.LogCount.cap_ratio)
        ),
    }
    return scales[name]()


def _declared(params: Params) -> tuple[distance.Value, ...]:
    return tuple(distance.label(category) for category in params.get("categories", ()))


def _matrix(params: Params) -> distance.Floats:
    return np.array(params["matrix"], dtype=np.float64)


# ------------------------------------------------------------ coefficients with weights by name
# Weights of category pairs: by name, or as a matrix over the declared categories.
# Cohen's weighted kappa reads a matrix as disagreement (0 on the diagonal), Gwet's
# coefficients read it as agreement (1 on the diagonal).
Weights: TypeAlias = Literal["nominal", "linear", "quadratic", "ordinal"] | Floats
Weighted: TypeAlias = Callable[[Ratings, Weights, Sequence[Value]], Score]


def cohen_kappa(ratings: Ratings) -> Score:
    """Cohen's kappa of two coders; n: units that both coded."""
    return _of_two(ratings, "nominal", ())


def scott_pi(ratings: Ratings) -> Score:
    """Scott's pi of two coders; n: units that both coded."""
    return _of_two(ratings, "nominal", (), is_pooled=True)


def weighted_kappa(
    ratings: Ratings, weights: Weights, categories: Sequence[Value] = ()
) -> Score:
    """Cohen's weighted kappa: 1 - sum v_ij p_ij / sum v_ij p_i. p_.j with disagreement
    weights v.

    Linear and quadratic weights use the ranks of the declared categories. n: units that
    both coded.
    """
    return _of_two(ratings, weights, categories)


def fleiss_kappa(
    ratings: Ratings, weights: Weights = "nominal", categories: Sequence[Value] = ()
) -> Score:
    """Fleiss' kappa with Gwet's treatment of missing ratings; n: units with at least
    two values.
    """
    return _of_many(ratings, weights, categories, pooled_chance)


def brennan_prediger(
    ratings: Ratings, weights: Weights, categories: Sequence[Value] = ()
) -> Score:
    """Brennan & Prediger's coefficient (Bennett's S, Randolph's kappa): all categories
    equally likely.
    """
    return _of_many(ratings, weights, categories, even_chance, least=2)


def gwet_ac(
    ratings: Ratings, weights: Weights = "nominal", categories: Sequence[Value] = ()
) -> Score:
    """Gwet's AC1, or AC2 with weights; n: units with at least two values."""
    return _of_many(ratings, weights, categories, gwet_chance, least=2)


def _of_two(
    ratings: Ratings,
    weights: Weights,
    categories: Sequence[Value],
    is_pooled: bool = False,
) -> Score:
    if ratings.codes.shape[1] > 2:
        return make_undefined(MANY_CODERS)
    if blocked := ratings.nothing_to_compare():
        return blocked
    known = _categories(ratings, categories)
    v = _disagreement(weights, known, declared=bool(categories))
    table = Pairs.of(ratings, known, v, is_pooled)
    return pooled(table.values, len(table.disagreed), ratings.pairable, CHANCE_IS_ONE)


def _of_many(
    ratings: Ratings,
    weights: Weights,
    categories: Sequence[Value],
    chance: Chance,
    least: int = 1,
) -> Score:
    if blocked := ratings.nothing_to_compare():
        return blocked
    known = _categories(ratings, categories)
    if len(known) < least:
        return make_undefined(ONE_CATEGORY, ratings.pairable)
    w = _agreement(weights, known, declared=bool(categories))
    table = Shares.of(ratings, known, w, chance)
    return pooled(table.values, len(table.agreed), ratings.pairable, CHANCE_IS_ONE)


def _categories(ratings: Ratings, declared: Sequence[Value]) -> Sequence[Value]:
    """The declared categories, or the observed ones, sorted numerically if all are
    numbers.
    """
    try:
        return declared or sorted(ratings.values, key=number)
    except CoderError:
        return ratings.values


def _disagreement(weights: Weights, known: Sequence[Value], declared: bool) -> Floats:
    """Cohen's disagreement weights, 0 on the diagonal; shape (category, category)."""
    if not isinstance(weights, str):
        return weights
    if weights == "nominal":
        return 1.0 - np.eye(len(known))
    steps = differences(range(len(_numbers(known, declared))))
    return steps if weights == "linear" else np.asarray(steps**2)


def _agreement(weights: Weights, known: Sequence[Value], declared: bool) -> Floats:
    """Gwet's agreement weights, 1 on the diagonal; shape (category, category)."""
    if not isinstance(weights, str):
        return weights
    q = len(known)
    if weights == "nominal" or q == 1:
        return np.eye(q)
    if weights == "ordinal":
        steps = differences(range(len(_numbers(known, declared))))
        return np.asarray(1.0 - (steps + 1) * steps / (q * (q - 1)))
    x = _numbers(known, declared)
    distances = differences(x) / (x.max() - x.min())
    return np.asarray(1.0 - (distances if weights == "linear" else distances**2))


def _numbers(known: Sequence[Value], declared: bool) -> Floats:
    """The categories as numbers; declared non-numeric labels count by rank, undeclared
    ones are rejected.
    """
    try:
        return np.array([number(value) for value in known])
    except CoderError:
        if declared:
            return np.arange(len(known), dtype=np.float64)
        raise


# ------------------------------------------------------------ coders x units, two values
def _weighted(coefficient: Weighted) -> Measure:
    """Wrap a coefficient so that it takes weights and categories from the parameters."""

    def run(data: Json, params: Params) -> Score:
        name = params.get("weights", "nominal")
        weights = _matrix(params) if name == "custom" else name
        return coefficient(Ratings.of(data), weights, _declared(params))

    return run


def _distance(name: str) -> Measure:
    return lambda data, params: Score(
        distance_between(distance_named(name, params), data["a"], data["b"]), 2
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
    return published_measures.span_f1(
        marks, params.get("mode", "exact"), [tuple(t) for t in data.get("tokens", ())]
    )


def _continuum(data: Json) -> unitizing.Continuum:
    coders = tuple(
        tuple(unitizing.Unit(u["start"], u["end"], u.get("label", "")) for u in coder)
        for coder in data["coders"]
    )
    return unitizing.Continuum(data["length"], coders, data.get("begin", 0))


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
        spans.join_fragments(raw.get("evidence") or ()),
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
    similarity = published_measures.event_similarity(
        event_view(data["a"]), event_view(data["b"]), pairing(params)
    )
    return make_undefined(NO_PAIRS) if similarity is None else Score(similarity, 2)


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
def percentile_interval(statistic: Statistic, articles: int, plan: Plan) -> Interval:
    """Return the percentile interval of resampled articles, which only published cases
    have.
    """
    about = ("percentile", plan.confidence, plan.B, plan.seed, articles)
    if articles < LEAST_ARTICLES:
        return Interval(None, None, *about, reason=FEW_ARTICLES)
    values = replicates(statistic, articles, plan)
    dropped = plan.B - len(values)
    if dropped > MOST_UNDEFINED * plan.B:
        return Interval(None, None, *about, dropped, UNDEFINED_REPLICATES)
    low, high = np.quantile(values, plan.tails)
    return Interval(float(low), float(high), *about, dropped)


def _bootstrap(data: Json, params: Params) -> Score:
    """One bound of the bootstrap interval of alpha over articles of coders x units; n:
    articles.
    """
    coders = max((len(article) for article in data["articles"]), default=0)
    matrix: list[list[Json]] = [[] for _ in range(coders)]
    numbers: list[int] = []
    for place, article in enumerate(data["articles"]):
        width = len(article[0]) if article else 0
        for row, cells in zip_longest(matrix, article, fillvalue=[None] * width):
            row.extend(cells)
        numbers += [place] * width
    table = Coincidences.of(
        Ratings.of(matrix, distance_named(params["scale"], params), numbers)
    )
    plan = Plan(
        **{key: params[key] for key in ("B", "seed", "confidence") if key in params}
    )
    if params.get("method", "percentile") == "percentile":
        interval = percentile_interval(table.alphas, table.articles, plan)
    else:
        score = pooled(table.alphas, table.articles, table.n, NO_VARIATION)
        interval = interval_of(score, table.alphas, table.articles, plan)
    bound = interval.low if params.get("bound", "lower") == "lower" else interval.high
    return (
        make_undefined(interval.reason, interval.articles)
        if bound is None
        else Score(bound, interval.articles)
    )


MEASURES: Mapping[str, Measure] = {
    # coders x units
    "alpha": lambda data, params: alpha(
        Ratings.of(data, distance_named(params["scale"], params))
    ),
    "percent": lambda data, params: (
        percent_by_units if params.get("weighting") == "units" else percent
    )(Ratings.of(data)),
    **dict.fromkeys(
        ("positive_agreement", "negative_agreement", "category_agreement"),
        lambda data, params: category_agreement(Ratings.of(data), params["category"]),
    ),
    "cohen_kappa": lambda data, params: cohen_kappa(Ratings.of(data)),
    "weighted_kappa": _weighted(weighted_kappa),
    "scott_pi": lambda data, params: scott_pi(Ratings.of(data)),
    "fleiss_kappa": _weighted(fleiss_kappa),
    "brennan_prediger": _weighted(brennan_prediger),
    "gwet_ac1": _weighted(gwet_ac),
    "gwet_ac2": _weighted(gwet_ac),
    # two values
    "jaccard_distance": _distance("jaccard"),
    "masi_distance": _distance("masi"),
    "hierarchy_distance": _distance("hierarchy"),
    "date_distance": _distance("date"),
    "log_count_distance": _distance("log_count"),
    # stretches of each coder
    "span_f1": _span_f1,
    "u_alpha": lambda data, params: published_measures.u_alpha(
        _continuum(data), params.get("variant", "nominal"), params.get("label")
    ),
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
