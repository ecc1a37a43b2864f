"""Words of a text as tokens, split where spans begin and end, so that every span
consists of whole tokens.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from itertools import pairwise

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook
from coder.model import Coding, Event, Span
from coder.text import segment

Extent = tuple[int, int]
_VISIBLE = re.compile(r"\S+")


def tokens(text: str, spans: Sequence[Span]) -> list[Extent]:
    """The extents of words and of the other characters between them, except white
    space.
    """
    edges = {0, len(text)}
    for word in segment.words(text):
        edges.update(word)
    for span in spans:
        edges.update((span.start, span.end))
    found = []
    for start, end in pairwise(sorted(edges)):
        for match in _VISIBLE.finditer(text[start:end]):
            found.append((start + match.start(), start + match.end()))
    return found


def standing(coding: Coding) -> list[Span]:
    """The spans that were not rejected, in text order."""
    return sorted(
        coding.standing, key=lambda span: (span.start, span.end, span.kind, span.id)
    )


def trigger_of(event: Event, book: Codebook, known: Container[str]) -> str | None:
    """The id of the first known span that is evidence of an event's type, None without
    one.
    """
    kind = event.answer(book.type_field.id) if book.type_field else None
    return (
        next((each for each in kind.evidence if each in known), None) if kind else None
    )


def relations(coding: Coding, book: Codebook) -> list[tuple[str, str, str]]:
    """Relations from the first span of an event's type to the evidence of its other
    fields.

    Each has the two spans' ids and the field's id.
    """
    if not (type_field := book.type_field):
        return []
    known = {span.id for span in standing(coding)}
    triples = []
    for event in effective_events(coding, book):
        first = trigger_of(event, book, known)
        for field, answer in event.fields.items():
            if first is not None and field != type_field.id:
                triples += [
                    (first, each, field) for each in answer.evidence if each in known
                ]
    return list(dict.fromkeys(triples))
