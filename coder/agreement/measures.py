"""The table of measures by name, each fed with plain JSON: what it takes, and how it reads its parameters.

Names, data and parameters follow tests/data/agreement_cases.json; definitions are in the measures' rooms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from coder.agreement import align, event_f1, kappa, percent, reliability, spans, unitizing
from coder.agreement.alpha import alpha
from coder.agreement.bootstrap import Plan, intervals
from coder.agreement.coincidence import Coincidences
from coder.agreement.distance import (
    Custom,
    Date,
    Distance,
    Floats,
    Hierarchy,
    IntervalScale,
    Jaccard,
    LogCount,
    Masi,
    Nominal,
    Ordinal,
    RatioScale,
    Value,
    label,
)
from coder.agreement.ratings import Ratings
from coder.agreement.result import FEW_CODERS, MANY_CODERS, NO_PAIRS, Score, undefined
from coder.agreement.similarity import WEIGHTS, EventView, event_similarity
from coder.errors import CoderError
from coder.model import Json
from coder.values.dates import days_of

Params: TypeAlias = Mapping[str, Json]
Data: TypeAlias = Literal["matrix", "values", "spans", "segmentations", "events", "articles", "figures"]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: its name, the shape of its data, how many coders it takes, and the function."""

    name: str
    data: Data
    coders: str
    run: Callable[[Json, str, Params], Score | str]


def measured(name: str, data: Json, scale: str = "nominal", params: Params | None = None) -> Score | str:
    """Run a measure by name; a status is a word, all else a Score.

    scale: the name of a level or distance, for the measures that take one. Raises CoderError for an
    unknown name and for data that does not fit.
    """
    if name not in MEASURES:
        raise CoderError(f"There is no measure {name!r}.", hint=f"There are {', '.join(MEASURES)}.")
    return MEASURES[name].run(data, scale, params or {})


def distance_named(name: str, params: Params) -> Distance:
    """A scale by name, with its parameters: categories, matrix, cap_days, cap_ratio."""
    scales: dict[str, Callable[[], Distance]] = {
        "nominal": Nominal,
        "ordinal": lambda: Ordinal(_categories(params)),
        "interval": IntervalScale,
        "ratio": RatioScale,
        "custom": lambda: Custom(_categories(params), _matrix(params)),
        "jaccard": Jaccard,
        "masi": Masi,
        "hierarchy": Hierarchy,
        "date": lambda: Date(params.get("cap_days", 30)),
        "log_count": lambda: LogCount(params.get("cap_ratio", 10)),
    }
    if name not in scales:
        raise CoderError(f"There is no scale {name!r}.", hint=f"There are {', '.join(scales)}.")
    return scales[name]()


def _categories(params: Params) -> tuple[Value, ...]:
    return tuple(label(category) for category in params.get("categories", ()))


def _matrix(params: Params) -> Floats:
    if "matrix" not in params or "categories" not in params:
        raise CoderError("A custom scale needs categories and a matrix.", hint="Give both in the parameters.")
    return np.array(params["matrix"], dtype=np.float64)


def _weights(params: Params) -> kappa.Weights:
    name = params.get("weights", "nominal")
    return kappa.Weights(matrix=_matrix(params)) if name == "custom" else kappa.Weights(name)


# ------------------------------------------------------------ coders x units
def _alpha(data: Json, scale: str, params: Params) -> Score:
    return alpha(Ratings.of(data, distance_named(scale, params)))


def _percent(data: Json, scale: str, params: Params) -> Score:
    return percent.percent(Ratings.of(data), params.get("weighting", "values"))


def _category(data: Json, scale: str, params: Params) -> Score:
    return percent.category_agreement(Ratings.of(data), params["category"])


def _cohen(data: Json, scale: str, params: Params) -> Score:
    return kappa.cohen_kappa(Ratings.of(data))


def _scott(data: Json, scale: str, params: Params) -> Score:
    return kappa.scott_pi(Ratings.of(data))


def _weighted(
    coefficient: Callable[[Ratings, kappa.Weights, Sequence[Value]], Score],
) -> Callable[[Json, str, Params], Score]:
    return lambda data, scale, params: coefficient(Ratings.of(data), _weights(params), _categories(params))


# ------------------------------------------------------------ two values
def _distance(name: str) -> Callable[[Json, str, Params], Score]:
    return lambda data, scale, params: Score(distance_named(name, params).between(data["a"], data["b"]), 2)


# ------------------------------------------------------------ stretches
def _span_f1(data: Json, scale: str, params: Params) -> Score:
    marks = [
        [spans.Mark.of(m.get("fragments") or [(m["start"], m["end"])], m.get("label", "")) for m in coder]
        for coder in data["coders"]
    ]
    return spans.span_f1(marks, params.get("mode", "exact"), [tuple(t) for t in data.get("tokens", ())])


def _continuum(data: Json) -> unitizing.Continuum:
    coders = tuple(
        tuple(unitizing.Unit(u["start"], u["end"], u.get("label", "")) for u in coder)
        for coder in data["coders"]
    )
    return unitizing.Continuum(data["length"], coders, data.get("begin", 0))


def _u_alpha(data: Json, scale: str, params: Params) -> Score:
    return unitizing.u_alpha(_continuum(data), params.get("variant", "nominal"), params.get("label"))


def _u_alpha_2004(data: Json, scale: str, params: Params) -> Score:
    return unitizing.u_alpha_2004(_continuum(data))


def _boundary(data: Json, scale: str, params: Params) -> Score:
    if len(data["segmentations"]) != 2:
        return undefined(FEW_CODERS if len(data["segmentations"]) < 2 else MANY_CODERS)
    first, second = data["segmentations"]
    return spans.boundary_similarity(first, second, params.get("n_t", 2))


# ------------------------------------------------------------ events
def event_view(raw: Mapping[str, Json]) -> EventView:
    """An event given as {"id", "evidence", "date", "place", "actors"} as the matcher sees it."""
    return EventView(
        raw["id"],
        spans.joined(raw.get("evidence") or ()),
        days_of(raw["date"]) if _stated(raw.get("date")) else None,
        raw["place"] if _stated(raw.get("place")) else None,
        frozenset(raw["actors"]) if _stated(raw.get("actors")) else frozenset(),
    )


def _stated(raw: Json) -> bool:
    return raw is not None and not (isinstance(raw, dict) and "blank" in raw)


def coded_articles(data: Json) -> list[align.CodedArticle]:
    """Articles given as {"articles": [{"coders": {name: [event, …]}}, …]} as the matcher sees them."""
    return [
        {coder: [event_view(event) for event in events] for coder, events in article["coders"].items()}
        for article in data["articles"]
    ]


def _event_similarity(data: Json, scale: str, params: Params) -> Score:
    alike = event_similarity(event_view(data["a"]), event_view(data["b"]), params.get("exclude_field"))
    return undefined(NO_PAIRS) if alike is None else Score(alike, 2)


def _pairwise(data: Json, scale: str, params: Params) -> Score:
    threshold = params.get("threshold", align.THRESHOLD)
    return event_f1.pairwise_event_f1(coded_articles(data), threshold, params.get("exclude_field"))


def _chance(data: Json, scale: str, params: Params) -> Score:
    threshold = params.get("threshold", align.THRESHOLD)
    return event_f1.chance_event_f1(coded_articles(data), threshold, params.get("exclude_field"))


def _clusters(data: Json, scale: str, params: Params) -> Score:
    found = sum(len(article) for article in event_clusters(data, params))
    return Score(float(found), found)


def event_clusters(data: Json, params: Params) -> list[list[tuple[align.Member, ...]]]:
    """The clusters of each article."""
    threshold = params.get("threshold", align.THRESHOLD)
    return [
        align.clusters(article, threshold, params.get("exclude_field")) for article in coded_articles(data)
    ]


def _field_alpha(data: Json, scale: str, params: Params) -> Score:
    """Alpha of one field over clusters that were made without looking at it."""
    name = params["field"]
    left_out = name if name in WEIGHTS else params.get("exclude_field")
    coders = sorted({coder for article in data["articles"] for coder in article["coders"]})
    units: list[dict[str, Json]] = []
    for article, found in zip(
        data["articles"], event_clusters(data, {**params, "exclude_field": left_out}), strict=True
    ):
        values = {
            (event["id"], coder): event.get(name)
            for coder, events in article["coders"].items()
            for event in events
        }
        units += [{member.coder: values[member] for member in cluster} for cluster in found]
    matrix = [[unit.get(coder) for unit in units] for coder in coders]
    return alpha(Ratings.of(matrix, distance_named(scale, params)))


# ------------------------------------------------------------ articles, fields
def _bootstrap(data: Json, scale: str, params: Params) -> Score:
    """One bound of the interval of alpha over articles of coders x units; n counts the articles."""
    coders = max((len(article) for article in data["articles"]), default=0)
    matrix: list[list[Json]] = [[] for _ in range(coders)]
    numbers: list[int] = []
    for number, article in enumerate(data["articles"]):
        width = len(article[0]) if article else 0
        for row, cells in zip(matrix, [*article, *[[None] * width] * (coders - len(article))], strict=True):
            row.extend(cells)
        numbers += [number] * width
    table = Coincidences.of(Ratings.of(matrix, distance_named(scale, params), numbers))
    plan = Plan(
        params.get("B", Plan.B), params.get("seed", Plan.seed), params.get("confidence", Plan.confidence)
    )
    found = intervals(table.alphas, table.articles, plan)[params.get("method", "percentile")]
    bound = found.lower if params.get("bound", "lower") == "lower" else found.upper
    return undefined(found.reason, found.articles) if bound is None else Score(bound, found.articles)


def _status(data: Json, scale: str, params: Params) -> str:
    return reliability.status(data["estimate"], data["ci_lower"], data["n_articles"])


def _minimum(data: Json, scale: str, params: Params) -> Score:
    return reliability.minimum(field["ci_lower"] for field in data["fields"])


_ROWS = (
    Measure("alpha", "matrix", "two or more", _alpha),
    Measure("percent", "matrix", "two or more", _percent),
    Measure("positive_agreement", "matrix", "two or more", _category),
    Measure("negative_agreement", "matrix", "two or more", _category),
    Measure("category_agreement", "matrix", "two or more", _category),
    Measure("cohen_kappa", "matrix", "two", _cohen),
    Measure("weighted_kappa", "matrix", "two", _weighted(kappa.weighted_kappa)),
    Measure("scott_pi", "matrix", "two", _scott),
    Measure("fleiss_kappa", "matrix", "two or more", _weighted(kappa.fleiss_kappa)),
    Measure("brennan_prediger", "matrix", "two or more", _weighted(kappa.brennan_prediger)),
    Measure("gwet_ac1", "matrix", "two or more", _weighted(kappa.gwet_ac)),
    Measure("gwet_ac2", "matrix", "two or more", _weighted(kappa.gwet_ac)),
    Measure("jaccard_distance", "values", "none", _distance("jaccard")),
    Measure("masi_distance", "values", "none", _distance("masi")),
    Measure("hierarchy_distance", "values", "none", _distance("hierarchy")),
    Measure("date_distance", "values", "none", _distance("date")),
    Measure("log_count_distance", "values", "none", _distance("log_count")),
    Measure("span_f1", "spans", "two", _span_f1),
    Measure("u_alpha", "spans", "two or more; cu and ku two", _u_alpha),
    Measure("u_alpha_2004", "spans", "two or more", _u_alpha_2004),
    Measure("boundary_similarity", "segmentations", "two", _boundary),
    Measure("event_similarity", "values", "none", _event_similarity),
    Measure("pairwise_event_f1", "events", "two or more", _pairwise),
    Measure("chance_event_f1", "events", "two or more", _chance),
    Measure("event_clusters", "events", "any", _clusters),
    Measure("aligned_field_alpha", "events", "two or more", _field_alpha),
    Measure("cluster_bootstrap_ci", "articles", "two or more", _bootstrap),
    Measure("reliability_status", "figures", "none", _status),
    Measure("minimum_over_fields", "figures", "none", _minimum),
)
MEASURES: Mapping[str, Measure] = {row.name: row for row in _ROWS}
