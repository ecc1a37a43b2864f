"""A coding's spans as other tools take them: over tokens, in layers, with relations."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from itertools import pairwise

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook
from coder.model import Coding, Event, Span
from coder.text import segment

Extent = tuple[int, int]
LAYERS = 3
"""Spans over each other that a table of tokens has room for."""
_VISIBLE = re.compile(r"\S+")


def tokens(text: str, spans: Sequence[Span]) -> list[Extent]:
    """Return the extents of words and of the other characters between them, except
    white space.

    Words are split where spans begin and end, so that every span consists of whole
    tokens.
    """
    edges = {0, len(text)}
    for word in segment.words(text):
        edges.update(word)
    for span in spans:
        edges.update((span.start, span.end))
    found = []
    for start, end in pairwise(sorted(edges)):
        for match in _VISIBLE.finditer(text, start, end):
            found.append(match.span())
    return found


def standing(coding: Coding) -> list[Span]:
    """Return the spans that were not rejected, in text order."""
    return sorted(
        coding.standing, key=lambda span: (span.start, span.end, span.kind, span.id)
    )


def put_in_layers(spans: Iterable[Span]) -> list[tuple[Span, int]]:
    """Return the spans in text order, longer ones first, each with the first layer
    where it overlaps no other.
    """
    ends: list[int] = []  # of the last span on each layer
    placed = []
    for span in sorted(spans, key=lambda s: (s.start, -s.end, s.kind, s.id)):
        layer = 0
        while layer < len(ends) and ends[layer] > span.start:
            layer += 1
        ends[layer : layer + 1] = [span.end]
        placed.append((span, layer))
    return placed


def trigger_of(event: Event, book: Codebook, known: Container[str]) -> str | None:
    """Return the id of the first known span that is evidence of an event's type, None
    without one.
    """
    if book.type_field is None:
        return None
    for span_id in event.answer(book.type_field.id).evidence:
        if span_id in known:
            return span_id
    return None


def relations(coding: Coding, book: Codebook) -> list[tuple[str, str, str]]:
    """Return relations from the first span of an event's type to the evidence of its
    other fields.

    Each has the two spans' ids and the field's id.
    """
    if book.type_field is None:
        return []
    known = {span.id for span in standing(coding)}
    triples = []
    for event in effective_events(coding, book):
        trigger = trigger_of(event, book, known)
        if trigger is None:
            continue
        for field, answer in event.fields.items():
            if field == book.type_field.id:
                continue
            for span_id in answer.evidence:
                if span_id in known:
                    triples.append((trigger, span_id, field))
    return list(dict.fromkeys(triples))
