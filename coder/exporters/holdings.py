"""What a coding holds, by kind and count: what a format lacks of it is told before anything is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.schema import Codebook
from coder.model import Answer, Blank, Coding, Decision, Span

KINDS = (
    "events",
    "values",
    "blanks",
    "evidence",
    "comments",
    "provenance",
    "rejected",
    "unused",
    "details",
    "span_values",
    "decisions",
    "overlaps",
    "hidden",
    "coders",
)
"""In words: `delivery.holds_…`. overlaps: spans for which `LAYERS` are not enough; coders: further codings of
one article; hidden: answers to questions that no longer arise; unused: spans that no value rests on, details:
kinds and values of the others, both where there are events."""
LAYERS = 3


def held(codings: Sequence[Coding], books: Sequence[Codebook]) -> Counter[str]:
    """How much of each kind an article's codings hold, each with its own revision of the codebook."""
    found = Counter({"coders": len(codings) - 1})
    for coding, book in zip(codings, books, strict=True):
        events = effective_events(coding, book)
        of_article = effective_answers(coding, book)
        answers = [of_article[name] for name in coding.answers if name in of_article]
        answers += [answer for event in events for answer in event.fields.values()]
        stored = [*coding.answers.values(), *(a for event in coding.events for a in event.fields.values())]
        found["events"] += len(events)
        found["hidden"] += _coded(stored) - _coded(answers)
        _count_answers(found, answers)
        used = {each for answer in answers for each in answer.evidence} if book.event_fields else None
        _count_spans(found, coding.spans, used)
    return +found


def _coded(answers: Iterable[Answer]) -> int:
    return sum(answer.coded for answer in answers)


def _count_answers(found: Counter[str], answers: Iterable[Answer]) -> None:
    for answer in answers:
        found["values"] += answer.coded
        found["blanks"] += answer.blank is Blank.NOT_STATED
        found["evidence"] += bool(answer.evidence)
        found["comments"] += bool(answer.comment)
        found["provenance"] += bool(answer.taken_from or answer.by)


def _count_spans(found: Counter[str], spans: Sequence[Span], used: set[str] | None) -> None:
    standing = [span for span in spans if span.decision is not Decision.REJECTED]
    found["rejected"] += len(spans) - len(standing)
    found["unused"] += sum(used is not None and span.id not in used for span in standing)
    found["details"] += sum(used is not None and span.id in used for span in standing)
    found["span_values"] += sum(span.value is not None for span in standing)
    found["decisions"] += sum(span.decision is not None for span in standing)
    found["overlaps"] += sum(layer >= LAYERS for _, layer in layered(standing))


def layered(spans: Iterable[Span]) -> list[tuple[Span, int]]:
    """The spans in text order, longer before shorter, each with the first layer on which it has room."""
    ends: list[int] = []
    placed = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.kind, s.id)):
        layer = next((i for i, end in enumerate(ends) if end <= span.start), len(ends))
        ends[layer : layer + 1] = [span.end]
        placed.append((span, layer))
    return placed
