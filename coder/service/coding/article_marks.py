"""What is highlighted in an article, for the article pane and for `coder show` alike."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from coder.model import Candidate, Coding, Decision, Json, Span, differing
from coder.service.edits.span_edits import Decided

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
    look: str = ""  # what it looks like, where that does not follow from its kind


def marks(candidates: Iterable[Candidate], spans: Sequence[Span] = ()) -> list[Mark]:
    """Candidates with what was decided about them, and the spans that the coder drew, in text order."""
    found: list[Mark] = []
    origins: dict[str, str] = {}
    decided = Decided(spans)
    for c in candidates:
        span = decided.about(c)
        if span is None:
            found.append(Mark(c.id, c.kind, c.start, c.end, UNDECIDED, c.value, c.origin))
        else:
            origins.setdefault(span.id, c.origin)
    for s in spans:
        state = {None: DRAWN, Decision.REJECTED: REJECTED}.get(s.decision, CONFIRMED)
        found.append(Mark(s.id, s.kind, s.start, s.end, state, s.value, origins.get(s.id, "")))
    return in_order(found)


class Marks:
    """The marks of an article, in text order and by id, kept up as the coding goes on.

    A change makes only those again that hang together with what it changed: a long article has thousands.
    """

    def __init__(self) -> None:
        self.listed: list[Mark] = []
        self.undecided = 0
        self._known: dict[tuple[str, bool], Mark] = {}  # by id, and whether it is a span's
        self._candidates: Sequence[Candidate] = ()
        self._offered: dict[object, list[int]] = {}  # the places of candidates, by what they hang together by
        self._spans: Sequence[Span] = ()

    def update(self, candidates: Sequence[Candidate], spans: Sequence[Span]) -> list[Mark]:
        """Take these in place of the last ones; returns the marks that went and those that came."""
        if self._candidates is not candidates:
            self._offered = {}
            for place, candidate in enumerate(candidates):
                for link in _links(candidate):
                    self._offered.setdefault(link, []).append(place)
        parts = (*differing(self._candidates, candidates), *differing(self._spans, spans))
        changed = [each for part in parts for each in part]
        self._candidates, self._spans = candidates, spans
        if not changed:
            return []
        if len(changed) > len(self.listed):
            offered, decided = candidates, spans
        else:
            offered, decided = self._hanging_together(changed)
        keys = {(each.id, isinstance(each, Span)) for each in (*changed, *offered, *decided)}
        before = [self._known.pop(key) for key in keys if key in self._known]
        after = marks(offered, decided)
        self._known.update(((mark.id, mark.state != UNDECIDED), mark) for mark in after)
        if self.listed:
            for mark in before:
                del self.listed[bisect_left(self.listed, _place(mark), key=_place)]
            for mark in after:
                insort(self.listed, mark, key=_place)
        else:
            self.listed = after
        for mark, step in (*((m, -1) for m in before), *((m, 1) for m in after)):
            self.undecided += step * (mark.state == UNDECIDED)
        return list(set(before) ^ set(after))

    def _hanging_together(self, changed: Iterable[Candidate | Span]) -> tuple[list[Candidate], list[Span]]:
        """What has a stretch or a candidate in common with what changed, and with what has so, and so on."""
        links, count = set[object](), -1
        for each in changed:
            links |= _links(each)
        while count < len(links):
            count = len(links)
            starts = {link[1] for link in links if isinstance(link, tuple)}
            places = sorted({place for link in links for place in self._offered.get(link, ())})
            offered = [self._candidates[place] for place in places]
            near = (s for s in self._spans if s.start in starts or s.candidate in links)
            decided = [s for s in near if not links.isdisjoint(_links(s))]
            links = links.union(*map(_links, offered), *map(_links, decided))
        return offered, decided

    def get(self, id_: str) -> Mark | None:
        """The mark of that id, if it is there."""
        return self._known.get((id_, True)) or self._known.get((id_, False))

    def at(self, kind: str, start: int, end: int) -> Mark | None:
        """The first mark of just this stretch."""
        index = bisect_left(self.listed, (start, -end, kind, ""), key=_place)
        found = self.listed[index] if index < len(self.listed) else None
        return found if found and (found.kind, found.start, found.end) == (kind, start, end) else None

    def index(self, mark: Mark | None) -> int:
        """The number of a mark, -1 where it is not among them."""
        if mark is None or self._known.get((mark.id, mark.state != UNDECIDED)) != mark:
            return -1
        return bisect_left(self.listed, _place(mark), key=_place)

    def first_from(self, offset: int) -> int:
        """The number of the first mark that begins at a code point or behind it."""
        return bisect_left(self.listed, offset, key=lambda mark: mark.start)

    def first_past(self, mark: Mark) -> int:
        """The number of the first mark behind another's stretch and kind, which need not be there."""
        return bisect_right(self.listed, _place(mark)[:3], key=lambda each: _place(each)[:3])


def _links(each: Candidate | Span) -> set[object]:
    candidate = each.candidate if isinstance(each, Span) else each.id
    return {each.stretch, candidate} if candidate else {each.stretch}


def commented(coding: Coding) -> frozenset[int]:
    """The code points where the evidence of a commented answer begins."""
    first = {i for answer in coding.every_answer if answer.comment for i in answer.evidence[:1]}
    return frozenset(span.start for span in coding.spans if span.id in first) if first else frozenset()


def in_order(found: Iterable[Mark]) -> list[Mark]:
    """Marks by where they begin; of those that begin together the longer first."""
    return sorted(found, key=_place)


def _place(mark: Mark) -> tuple[int, int, str, str]:
    return mark.start, -mark.end, mark.kind, mark.id


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
                opening[mark.start] = (
                    opening.get(mark.start, "") + "[" + (glyphs or {}).get(mark.look or mark.kind, "")
                )
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
