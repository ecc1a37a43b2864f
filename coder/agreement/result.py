"""What a measure answers: a number, or why there is none; 0/0 yields a reason, never 1, 0 or NaN."""

from __future__ import annotations

import math
from dataclasses import dataclass

FEW_CODERS = "fewer than two coders"
MANY_CODERS = "more than two coders"
NO_PAIRS = "no pairable values"
NO_VARIATION = "no variation: expected disagreement is zero"
CHANCE_IS_ONE = "chance agreement is one"
UNUSED_CATEGORY = "no coder used the category on a pairable unit"
ONE_CATEGORY = "only one category"
NOTHING_MARKED = "nothing marked by either coder"
FEW_ARTICLES = "too few articles"
FEW_DIFFER = "so few disagreements that a study may meet none"
UNDEFINED_REPLICATES = "too many undefined bootstrap replicates"


@dataclass(frozen=True, slots=True)
class Score:
    """A number with the count behind it (of values, units, spans or events), or None with the reason."""

    value: float | None
    n: int = 0
    reason: str = ""

    def __post_init__(self) -> None:
        if self.value is None and not self.reason:
            raise ValueError("An undefined score needs a reason.")
        if self.value is not None and (self.reason or not math.isfinite(self.value)):
            raise ValueError(f"A score is a finite number without a reason, not {self.value!r}.")


def undefined(reason: str, n: int = 0) -> Score:
    """A score without a number."""
    return Score(None, n, reason)


def ratio(numerator: float, denominator: float, n: int, reason: str) -> Score:
    """numerator/denominator, or undefined for that reason where the denominator is zero."""
    return Score(float(numerator / denominator), n) if denominator != 0 else undefined(reason, n)


@dataclass(frozen=True, slots=True)
class Interval:
    """A bootstrap interval, or why there is none; articles were resampled, dropped of B had no number.

    One with a lower end alone has a reason too: it says that the figure is at least so high.
    """

    lower: float | None
    upper: float | None
    method: str
    confidence: float
    B: int
    seed: int
    articles: int
    dropped: int = 0
    reason: str = ""
