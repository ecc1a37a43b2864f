"""Words of a text as tokens, cut where spans begin and end, so that every span is whole tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from coder.codebook.schema import Codebook
from coder.model import Coding, Decision, Event, Span
from coder.text import segment

Extent = tuple[int, int]
_VISIBLE = re.compile(r"\S+")


def tokens(text: str, spans: Sequence[Span]) -> list[Extent]:
    """What is no white space, as code points [start, end): words, and signs between them."""
    edges = {0, len(text)}
    edges.update(edge for word in segment.words(text) for edge in word)
    edges.update(edge for span in spans for edge in (span.start, span.end))
    return [
        (start + found.start(), start + found.end())
        for start, end in pairwise(sorted(edges))
        for found in _VISIBLE.finditer(text[start:end])
    ]


def standing(coding: Coding) -> list[Span]:
    """The spans that were not rejected, in text order."""
    spans = (span for span in coding.spans if span.decision is not Decision.REJECTED)
    return sorted(spans, key=lambda span: (span.start, span.end, span.kind, span.id))


def relations(coding: Coding, events: Sequence[Event], book: Codebook) -> list[tuple[str, str, str]]:
    """From the span of an event's type to the evidence of its other fields: two span ids and the field's."""
    of_type, known = book.type_field, {span.id for span in standing(coding)}
    found = []
    for event in events if of_type else ():
        assert of_type is not None
        first = next((each for each in event.answer(of_type.id).evidence if each in known), None)
        for field, answer in event.fields.items():
            if first is not None and field != of_type.id:
                found += [(first, each, field) for each in answer.evidence if each in known]
    return list(dict.fromkeys(found))
