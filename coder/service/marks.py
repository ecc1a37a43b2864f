"""What is highlighted in an article, for the article pane and for `coder show` alike."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from coder.model import Candidate, Coding, Decision, Json, Span
from coder.service.commands import decided

UNDECIDED, CONFIRMED, DRAWN, REJECTED = "candidate", "confirmed", "drawn", "rejected"


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlighted stretch [start, end) in code points; state: candidate, confirmed, drawn or rejected.

    id: the candidate's id, or the span's where there is no candidate. label: a coder's name in review.
    """

    id: str
    kind: str
    start: int
    end: int
    state: str
    value: Json = field(default=None, compare=False)
    origin: str = ""
    label: str = ""


def marks(candidates: Iterable[Candidate], coding: Coding | None) -> list[Mark]:
    """Candidates with what was decided about them, and the spans that the coder drew, in text order."""
    found: list[Mark] = []
    of_candidate: set[str] = set()
    for c in candidates:
        span = decided(coding, c) if coding is not None else None
        if span is None:
            found.append(Mark(c.id, c.kind, c.start, c.end, UNDECIDED, c.value, c.origin))
        elif span.id not in of_candidate:
            of_candidate.add(span.id)
            found.append(_of_span(span, c.origin))
    for span in coding.spans if coding is not None else ():
        if span.id not in of_candidate:
            found.append(_of_span(span, ""))
    return in_order(found)


def in_order(found: Iterable[Mark]) -> list[Mark]:
    """Marks by where they begin; of those that begin together the longer first."""
    return sorted(found, key=lambda m: (m.start, -m.end, m.kind, m.id))


def bracketed(text: str, found: Sequence[Mark], glyphs: dict[str, str]) -> str:
    """The text with `[glyph … ]` around each mark, for terminals and files without colour.

    Brackets nest; a mark that overlaps another without lying inside it is closed with the other's end.
    """
    opening: dict[int, str] = {}
    closing: dict[int, str] = {}
    for mark in found:
        if mark.state != REJECTED:
            opening[mark.start] = opening.get(mark.start, "") + "[" + glyphs.get(mark.kind, "")
            closing[mark.end] = closing.get(mark.end, "") + "]"
    places = sorted(opening.keys() | closing.keys())
    out: list[str] = []
    last = 0
    for place in places:
        out += [text[last:place], closing.get(place, ""), opening.get(place, "")]
        last = place
    return "".join([*out, text[last:]])


def _of_span(span: Span, origin: str) -> Mark:
    state = DRAWN
    if span.decision is Decision.REJECTED:
        state = REJECTED
    elif span.decision is not None:
        state = CONFIRMED
    return Mark(span.id, span.kind, span.start, span.end, state, span.value, origin)
