"""What articles coded without suggestions tell: what the suggester misses, and how far it leads coders.

Recall: of the spans that blind coders marked, the share that a candidate of the kind overlaps, or equals.
Anchoring: coders who see candidates agree with them more than coders who do not; the difference, in exact
F1 with the candidates over the same articles, is what the candidates themselves brought about. Source:
Berzak, Huang, Barbu, Korhonen & Katz (2016), Anchoring and agreement in syntactic annotations, who compare
editors of a parser's output with annotators from scratch in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.bootstrap import Plan, interval_of
from coder.agreement.distance import Floats
from coder.agreement.result import NOTHING_MARKED, Interval, Score, ratio, undefined
from coder.agreement.spans import Mark, shared_length, span_hits

NO_BLIND = "no coding of the blind sample is submitted"
NO_CONTRAST = "no article is submitted both with and without suggestions"
ALL_KINDS = ""


@dataclass(frozen=True, slots=True)
class SampledArticle:
    """An article of the blind sample: the candidates, and what each coder marked without and with them."""

    candidates: tuple[Mark, ...]
    blind: tuple[tuple[Mark, ...], ...]
    sighted: tuple[tuple[Mark, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Recall:
    """Of one kind, or all: the shares of blind coders' spans that candidates overlap and equal; n: spans."""

    kind: str
    articles: int
    overlap: Score
    overlap_interval: Interval
    exact: Score
    exact_interval: Interval


@dataclass(frozen=True, slots=True)
class Anchoring:
    """Exact F1 with the candidates of those who saw them and of those who did not, and the difference.

    n: marks and candidates counted.
    """

    articles: int
    sighted: Score
    blind: Score
    difference: Score
    interval: Interval


def recalls(sample: Sequence[SampledArticle], kinds: Sequence[str], plan: Plan) -> list[Recall]:
    """One row for all kinds and one for each that blind coders marked."""
    marked = {m.label for article in sample for marks in article.blind for m in marks}
    return [_recall(sample, kind, plan) for kind in (ALL_KINDS, *(k for k in kinds if k in marked))]


def _recall(sample: Sequence[SampledArticle], kind: str, plan: Plan) -> Recall:
    spans, overlapped, equalled = np.zeros((3, len(sample)))
    for column, article in enumerate(sample):
        for marks in article.blind:
            for mark in set(marks):
                if kind in (ALL_KINDS, mark.label):
                    rivals = [c for c in article.candidates if c.label == mark.label]
                    spans[column] += 1
                    overlapped[column] += any(shared_length(c.fragments, mark.fragments) for c in rivals)
                    equalled[column] += mark in rivals

    def share(hits: Floats) -> tuple[Score, Interval]:
        n = int(spans.sum())
        score = ratio(float(hits.sum()), n, n, NOTHING_MARKED) if sample else undefined(NO_BLIND)
        return score, interval_of(
            score, lambda weights: _over(weights @ hits, weights @ spans), len(sample), plan
        )

    return Recall(kind, len(sample), *share(overlapped), *share(equalled))


def anchoring(sample: Sequence[SampledArticle], plan: Plan) -> Anchoring:
    """How far candidates lead coders, over the articles submitted both with and without them."""
    both = [article for article in sample if article.blind and article.sighted]
    if not both:
        none = undefined(NO_CONTRAST)
        return Anchoring(0, none, none, none, interval_of(none, np.sum, 0, plan))
    blind, sighted = (_counts(both, name) for name in ("blind", "sighted"))

    def difference(weights: Floats) -> Floats:
        return _f1(sighted, weights) - _f1(blind, weights)

    whole = np.ones((1, len(both)))
    apart = _score(difference(whole), np.hstack([sighted, blind]))
    return Anchoring(
        len(both),
        _score(_f1(sighted, whole), sighted),
        _score(_f1(blind, whole), blind),
        apart,
        interval_of(apart, difference, len(both), plan),
    )


def _counts(sample: Sequence[SampledArticle], which: str) -> Floats:
    """Hits and marks with the candidates, summed over an article's coders; shape (2, article)."""
    found = [
        [span_hits(marks, article.candidates, "exact") for marks in getattr(article, which)]
        for article in sample
    ]
    hits = [sum(h.hits for h in each) for each in found]
    return np.array([hits, [sum(h.first + h.second for h in each) for each in found]], dtype=float)


def _f1(counts: Floats, weights: Floats) -> Floats:
    return _over(2 * weights @ counts[0], weights @ counts[1])


def _over(numerator: Floats, denominator: Floats) -> Floats:
    """The quotients, NaN where nothing is counted."""
    return np.where(denominator > 0, numerator / np.where(denominator > 0, denominator, 1.0), np.nan)


def _score(value: Floats, counts: Floats) -> Score:
    n = int(counts[1].sum())
    return undefined(NOTHING_MARKED, n) if np.isnan(value[0]) else Score(float(value[0]), n)
