"""The blind sample: candidate recall, and anchoring of coders to candidates.

Recall: the share of the spans marked by blind coders that some candidate of the same
kind overlaps, or equals. Anchoring: coders who see candidates agree with them more than
coders who do not. The difference in exact F1 with the candidates, over the same
articles, is the effect of the candidates themselves.

Source: Berzak, Huang, Barbu,
Korhonen & Katz (2016), Anchoring and agreement in syntactic annotations, who compare
editors of a parser's output with annotators from scratch in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np

from coder.agreement.bootstrap import Plan, interval_of, share_of
from coder.agreement.pooled_f1 import Contrast, contrast
from coder.agreement.result import NOTHING_MARKED, Interval, Score, make_undefined
from coder.agreement.spans import Hits, Mark, measure_shared_length, span_hits

NO_BLIND = "no coding of the blind sample is submitted"
NO_CONTRAST = "no article is submitted both with and without suggestions"
ALL_KINDS = ""


class SampledArticle(NamedTuple):
    """An article of the blind sample: its candidates, and each coder's marks without
    and with candidates.
    """

    candidates: tuple[Mark, ...]
    blind: tuple[tuple[Mark, ...], ...]
    sighted: tuple[tuple[Mark, ...], ...] = ()


class Recall(NamedTuple):
    """Candidate recall of one kind, or of all: the shares of blind spans overlapped,
    equalled.

    n: spans.
    """

    kind: str
    articles: int
    overlap: Score
    overlap_interval: Interval
    exact: Score
    exact_interval: Interval


class Audit(NamedTuple):
    """The figures of the blind sample.

    assigned, submitted: numbers of codings in it.
    """

    assigned: int
    submitted: int
    recalls: Sequence[Recall]
    anchoring: Contrast


def recalls(
    sample: Sequence[SampledArticle], kinds: Sequence[str], plan: Plan
) -> list[Recall]:
    """Return one row for all kinds together, and one for each kind that blind coders
    marked.
    """
    marked = {m.label for article in sample for marks in article.blind for m in marks}
    marked_kinds = [kind for kind in kinds if kind in marked]
    return [_recall(sample, kind, plan) for kind in (ALL_KINDS, *marked_kinds)]


def _recall(sample: Sequence[SampledArticle], kind: str, plan: Plan) -> Recall:
    overlapped = list[tuple[int, int]]()
    equalled = list[tuple[int, int]]()
    for article in sample:
        marked = 0
        overlaps = 0
        equals = 0
        for mark in chain.from_iterable(map(set, article.blind)):
            if kind not in (ALL_KINDS, mark.label):
                continue
            same_kind = [c for c in article.candidates if c.label == mark.label]
            marked += 1
            if any(
                measure_shared_length(c.fragments, mark.fragments) for c in same_kind
            ):
                overlaps += 1
            if mark in same_kind:
                equals += 1
        overlapped.append((overlaps, marked))
        equalled.append((equals, marked))
    reason = NOTHING_MARKED if sample else NO_BLIND
    return Recall(
        kind,
        len(sample),
        *share_of(overlapped, plan, reason),
        *share_of(equalled, plan, reason),
    )


def anchoring(sample: Sequence[SampledArticle], plan: Plan) -> Contrast:
    """Exact F1 with the candidates, with (first) and without (second) seeing them, on
    articles with both.
    """
    both = [article for article in sample if article.blind and article.sighted]
    if not both:
        none = make_undefined(NO_CONTRAST)
        return Contrast(0, none, none, none, interval_of(none, np.sum, 0, plan))
    sighted = [_hits(article.sighted, article.candidates) for article in both]
    blind = [_hits(article.blind, article.candidates) for article in both]
    return contrast(sighted, blind, plan)


def _hits(coders: Sequence[Sequence[Mark]], candidates: Sequence[Mark]) -> Hits:
    """Return the hits of all coders of an article with its candidates, summed."""
    counts = [span_hits(marks, candidates, "exact") for marks in coders]
    return Hits(
        sum(each.hits for each in counts),
        sum(each.first for each in counts),
        sum(each.second for each in counts),
    )
