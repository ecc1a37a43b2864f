"""What a reliability figure allows: status by the lower bound of its interval, and the weakest field.

Thresholds .800 and .667: Krippendorff (2004, p. 241); a convention, not a law.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from coder.agreement.bootstrap import LEAST_ARTICLES
from coder.agreement.result import NO_PAIRS, Score, undefined


class Reliability(StrEnum):
    """How far data with such an alpha may carry conclusions."""

    RELIABLE = "reliable"
    TENTATIVE = "tentative"
    INSUFFICIENT = "insufficient"
    NO_INTERVAL = "no interval"
    FEW_ARTICLES = "too few articles"
    UNDEFINED = "undefined"


def status(estimate: float | None, lower: float | None, articles: int) -> Reliability:
    """The status of an alpha by the lower bound of its interval over so many articles."""
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
