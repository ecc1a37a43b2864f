"""The figures of a study, each with the numbers it rests on, and the status of an alpha by its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, TypeAlias

from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.distance import Floats
from coder.agreement.result import NO_PAIRS, Interval, Score, undefined

Level: TypeAlias = Literal["article", "event"]


class Reliability(StrEnum):
    """How far data with such an alpha may carry conclusions."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    INSUFFICIENT = "insufficient"
    NO_INTERVAL = "no interval"
    FEW_ARTICLES = "too few articles"
    UNDEFINED = "undefined"


@dataclass(frozen=True, slots=True)
class FieldAgreement:
    """How far coders agree on one field.

    units: articles, or clusters of aligned events. pairable: units with at least two values. blanks: how
    many of the answers at hand hold each blank. interval: the preferred one for alpha; percentile:
    always the percentile one. note: what the reader must know about the figures.
    """

    field: str
    level: Level
    distance: str
    units: int
    pairable: int
    articles: int
    blanks: Mapping[str, int]
    percent: Score
    percent_interval: Interval
    alpha: Score
    interval: Interval
    percentile: Interval
    status: Reliability
    note: str = ""


@dataclass(frozen=True, slots=True)
class PairAgreement:
    """How far two coders agree on one field; pairable counts the units with a value of both."""

    coders: tuple[str, str]
    pairable: int
    percent: Score
    alpha: Score


@dataclass(frozen=True, slots=True)
class PairCount:
    """Matches of two coders, and how many events both have in the articles that both coded."""

    coders: tuple[str, str]
    matches: int
    events: int


@dataclass(frozen=True, slots=True)
class SplitPart:
    """An unmatched event with at least half its evidence inside an event of the other coder."""

    article: str
    coder: str
    event: str
    other: str


@dataclass(frozen=True, slots=True)
class EventAgreement:
    """How far coders agree on which events there are.

    articles: coded by two coders or more. chance: F1 between different articles, over so many as
    chance_articles. corrected: (F1 - C) / (1 - C). by_threshold: F1 at the thresholds of the alignment,
    from the lenient to the strict one.
    """

    articles: int
    events: Mapping[str, int]
    pairs: tuple[PairCount, ...]
    f1: Score
    interval: Interval
    chance: Score
    chance_articles: int
    corrected: Score
    by_threshold: Mapping[float, Score]
    splits: tuple[SplitPart, ...]


@dataclass(frozen=True, slots=True)
class SpanAgreement:
    """How far coders agree on the spans of one kind; the kind "" stands for all of them.

    u_alpha: unitizing alpha of the kind against all else; for all kinds, of marked against not marked.
    """

    kind: str
    articles: int
    exact: Score
    exact_interval: Interval
    relaxed: Score
    relaxed_interval: Interval
    u_alpha: Score
    u_alpha_interval: Interval


@dataclass(frozen=True, slots=True, eq=False)
class Confusion:
    """Which values coders gave to the same unit: coincidences, symmetric, summing to n.

    counts: shape (value, value), in the order of values; the diagonal is agreement.
    """

    field: str
    values: tuple[str, ...]
    counts: Floats
    n: int


@dataclass(frozen=True, slots=True)
class Overall:
    """The lowest bound among the fields, the field it belongs to, and the fields without a bound."""

    lower: Score
    field: str
    status: Reliability
    undefined: tuple[tuple[str, str], ...]


def status(estimate: float | None, lower: float | None, articles: int) -> Reliability:
    """The status of an alpha by the lower bound of its interval over so many articles.

    Thresholds .800 and .667: Krippendorff (2004, p. 241); a convention, not a law.
    """
    if estimate is None:
        return Reliability.UNDEFINED
    if articles < LEAST_ARTICLES:
        return Reliability.FEW_ARTICLES
    if lower is None:
        return Reliability.NO_INTERVAL
    if lower >= 0.800:
        return Reliability.RELIABLE
    return Reliability.TENTATIVE if lower >= 0.667 else Reliability.INSUFFICIENT


def minimum(lower_bounds: Iterable[float | None]) -> Score:
    """The smallest lower bound, undefined ones left out: a data set is as usable as its weakest field.

    n counts the fields that have a bound.
    """
    bounds = [bound for bound in lower_bounds if bound is not None]
    return Score(float(min(bounds)), len(bounds)) if bounds else undefined(NO_PAIRS)
