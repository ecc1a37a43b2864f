"""What is highlighted in an article, for the article pane and for `coder show` alike."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coder.model import Candidate, Coding, Decision, Json
from coder.service.edits.span_edits import decided

UNDECIDED, CONFIRMED, DRAWN, REJECTED = "candidate", "confirmed", "drawn", "rejected"


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlighted stretch [start, end) in code points."""

    id: str  # the candidate's, or the span's where there is no candidate
    kind: str
    start: int
    end: int
    state: str
    value: Json = field(default=None, compare=False)
    origin: str = ""
    label: str = ""  # a coder's name in review


def marks(candidates: Iterable[Candidate], coding: Coding | None) -> list[Mark]:
    """Candidates with what was decided about them, and the spans that the coder drew, in text order."""
    found: list[Mark] = []
    origins: dict[str, str] = {}
    for c in candidates:
        span = decided(coding, c) if coding is not None else None
        if span is None:
            found.append(Mark(c.id, c.kind, c.start, c.end, UNDECIDED, c.value, c.origin))
        else:
            origins.setdefault(span.id, c.origin)
    for s in coding.spans if coding is not None else ():
        state = {None: DRAWN, Decision.REJECTED: REJECTED}.get(s.decision, CONFIRMED)
        found.append(Mark(s.id, s.kind, s.start, s.end, state, s.value, origins.get(s.id, "")))
    return in_order(found)


def commented(coding: Coding) -> frozenset[int]:
    """The code points where the evidence of a commented answer begins."""
    answers = [*coding.answers.values(), *(a for e in coding.events for a in e.fields.values())]
    first = {span_id for answer in answers if answer.comment for span_id in answer.evidence[:1]}
    return frozenset(span.start for span in coding.spans if span.id in first)


def in_order(found: Iterable[Mark]) -> list[Mark]:
    """Marks by where they begin; of those that begin together the longer first."""
    return sorted(found, key=lambda m: (m.start, -m.end, m.kind, m.id))


class Bracketed:
    """A text with `[glyph … ]` around its marks, and the way between its offsets and the stored ones.

    For terminals and files without colour. Brackets nest; rejected marks get none. Without glyphs the
    text is as stored and both offsets are the same.
    """

    def __init__(
        self, text: str, found: Iterable[Mark] = (), glyphs: Mapping[str, str] | None = None
    ) -> None:
        opening: dict[int, str] = {}
        closing: dict[int, str] = {}
        for mark in found if glyphs is not None else ():
            if mark.state != REJECTED:
                opening[mark.start] = opening.get(mark.start, "") + "[" + (glyphs or {}).get(mark.kind, "")
                closing[mark.end] = closing.get(mark.end, "") + "]"
        out: list[str] = []
        self._places: list[int] = []  # stored offsets at which something is put in
        self._added = [0]  # how much is put in before and at each of them
        last = 0
        for place in sorted(opening.keys() | closing.keys()):
            extra = closing.get(place, "") + opening.get(place, "")
            out += [text[last:place], extra]
            last = place
            self._places.append(place)
            self._added.append(self._added[-1] + len(extra))
        self.text = "".join([*out, text[last:]])
        self._shown_places = [p + n for p, n in zip(self._places, self._added, strict=False)]

    def shown(self, offset: int) -> int:
        """Where a stored code point stands in the text with brackets."""
        return offset + self._added[bisect_right(self._places, offset)]

    def stored(self, offset: int) -> int:
        """The stored code point at an offset of the text with brackets; a bracket counts as what follows."""
        index = bisect_right(self._shown_places, offset)
        if index == 0:
            return offset
        return max(self._places[index - 1], offset - self._added[index])
