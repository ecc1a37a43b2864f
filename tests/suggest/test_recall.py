"""How much of what two coders of the sample articles used as evidence the suggester had
offered.

Recall: the span is overlapped by a candidate of its kind. Exact: a candidate has the
same edges. The two coders disagree on edges with each other, so exact edges have a
ceiling below one. Precision cannot be measured against codings, which mark one mention
of many; `test_held_out` measures it on texts marked in full.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from coder.codebook.schema import Codebook
from coder.model import Answer, Article, Candidate, Coding
from coder.suggest.registry import propose

FLOORS = {
    # kind: recall, exact
    "trigger": (0.92, 0.80),
    "actor": (0.98, 0.85),
    "place": (0.98, 0.92),
    "date": (0.96, 0.86),
    "number": (0.99, 0.95),
    "weapon": (0.99, 0.99),
    "source": (0.94, 0.90),  # with the outlets, which lines of furniture name
    "object": (0.92, 0.68),
    "claim": (0.38, 0.11),
}


@pytest.fixture(scope="module")
def candidates(
    conflict_events: Codebook, sample_articles: dict[str, Article]
) -> dict[str, list[Candidate]]:
    return {
        key: propose(article, conflict_events)
        for key, article in sample_articles.items()
    }


def answered(coding: Coding) -> list[Mapping[str, Answer]]:
    """The answers about the article and those about each event."""
    return [coding.answers, *(event.fields for event in coding.events)]


def reached(
    kind: str, codings: list[Coding], candidates: dict[str, list[Candidate]]
) -> tuple[int, float, float]:
    """Spans of a kind that answers rest on, the share overlapped, the share met
    exactly.
    """
    spans = [
        (coding.article, span.start, span.end)
        for coding in codings
        for span in coding.spans
        if span.kind == kind
        and any(
            span.id in answer.evidence
            for answers in answered(coding)
            for answer in answers.values()
        )
    ]
    offered = {
        key: [(c.start, c.end) for c in found if c.kind == kind]
        for key, found in candidates.items()
    }
    overlapped = sum(
        any(s < end and start < e for s, e in offered[key]) for key, start, end in spans
    )
    exact = sum((start, end) in offered[key] for key, start, end in spans)
    return len(spans), overlapped / len(spans), exact / len(spans)


@pytest.mark.parametrize("kind", FLOORS)
def test_evidence_of_the_sample_codings_is_offered(
    kind: str, sample_codings: list[Coding], candidates: dict[str, list[Candidate]]
) -> None:
    count, recall, exact = reached(kind, sample_codings, candidates)
    assert count >= 10
    assert recall >= FLOORS[kind][0], f"{kind}: recall {recall:.3f} of {count}"
    assert exact >= FLOORS[kind][1], f"{kind}: exact {exact:.3f} of {count}"


def test_the_goal_over_all_kinds_is_met(
    sample_codings: list[Coding], candidates: dict[str, list[Candidate]]
) -> None:
    asked = ("actor", "place", "date", "number", "weapon")
    rows = [reached(kind, sample_codings, candidates) for kind in asked]
    total = sum(count for count, _, _ in rows)
    assert sum(count * recall for count, recall, _ in rows) / total >= 0.95
    assert sum(count * exact for count, _, exact in rows) / total >= 0.80
