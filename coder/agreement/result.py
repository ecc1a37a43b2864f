"""The results of measures: a number, or the reason why there is none.

0/0 gives a reason, never a number.
"""

from __future__ import annotations

import math

from msgspec import Struct

COMPARISON_VERSION = 6
"""To be increased with every change that alters the comparison of the same codings.

It stands here because this module does not import numpy, which is slow to load.
"""

FEW_CODERS = "fewer than two coders"
MANY_CODERS = "more than two coders"
NO_PAIRS = "no pairable values"
NO_VARIATION = "no variation: expected disagreement is zero"
CHANCE_IS_ONE = "chance agreement is one"
UNUSED_CATEGORY = "no coder used the category on a pairable unit"
NOTHING_MARKED = "nothing marked by either coder"
FEW_ARTICLES = "too few articles"
NO_SPREAD = "articles do not differ enough to be resampled"
UNDEFINED_REPLICATES = "too many undefined bootstrap replicates"


class Score(Struct, frozen=True):
    """A number and the count it is based on (values, units, spans or events), or None
    and the reason.
    """

    value: float | None
    n: int = 0
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("An undefined score needs a reason.")
        if self.value is not None and (self.reason or not math.isfinite(self.value)):
            raise ValueError(
                f"A score is a finite number without a reason, not {self.value!r}."
            )


class MeanScore(Score, frozen=True):
    """The mean of a score over several pairs of coders, in which each pair counts the
    same.

    pairs: those that the score is defined for. smallest: the n of the smallest. pooled:
    the score of all pairs together, in which each counts by its n.
    """

    pairs: int = 0
    smallest: int = 0
    pooled: float = 0.0


def make_undefined(reason: str, n: int = 0) -> Score:
    """Return a score without a number."""
    return Score(None, n, reason)


def ratio(numerator: float, denominator: float, n: int, reason: str) -> Score:
    """Return the quotient, or an undefined score with the given reason if the
    denominator is zero.
    """
    if denominator == 0:
        return make_undefined(reason, n)
    return Score(float(numerator / denominator), n)


class Interval(Struct, frozen=True):
    """A bootstrap interval with both ends, or why there is none.

    dropped: how many of the B replicates were undefined.
    """

    low: float | None
    high: float | None
    method: str
    confidence: float
    B: int
    seed: int
    articles: int
    dropped: int = 0
    reason: str = ""
