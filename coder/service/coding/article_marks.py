"""The highlights of an article, shared by the article pane and `coder show`."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from coder.grouping import differing, grouped
from coder.model import (
    CONFIRMED,
    DRAWN,
    REJECTED,
    UNDECIDED,
    Candidate,
    Coding,
    Decision,
    Json,
    Span,
)
from coder.service.edits.decided_spans import DecidedSpans


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlighted range [start, end) in code points."""

    id: str  # the span's id, or the candidate's while it is undecided
    kind: str
    start: int
    end: int
    state: str  # UNDECIDED, CONFIRMED, DRAWN or REJECTED
    value: Json = field(default=None, compare=False)
    origin: str = ""
    label: str = ""  # a coder's name in review
    look: str = ""  # its appearance, if not determined by its kind

    @property
    def stretch(self) -> tuple[str, int, int]:
        """The kind and the half-open offsets."""
        return self.kind, self.start, self.end


def marks(candidates: Iterable[Candidate], spans: Sequence[Span] = ()) -> list[Mark]:
    """Return the marks of undecided candidates and of all spans, in text order."""
    result: list[Mark] = []
    origins: dict[str, str] = {}
    decided = DecidedSpans(spans)
    for c in candidates:
        span = decided.find(c)
        if span is None:
            result.append(
                Mark(c.id, c.kind, c.start, c.end, UNDECIDED, c.value, c.origin)
            )
        else:
            origins.setdefault(span.id, c.origin)
    for s in spans:
        state = {None: DRAWN, Decision.REJECTED: REJECTED}.get(s.decision, CONFIRMED)
        result.append(
            Mark(s.id, s.kind, s.start, s.end, state, s.value, origins.get(s.id, ""))
        )
    return in_order(result)


class Marks:
    """The marks of an article, in text order and by id, updated as the coding changes.

    An update rebuilds only the marks related to what changed, as a long article has
    thousands.
    """

    def __init__(self) -> None:
        self.listed: list[Mark] = []
        self.undecided = 0
        self._by_key: dict[tuple[str, bool], Mark] = {}
        """By id and whether the mark is a span's."""
        self._candidates: Sequence[Candidate] = ()
        self._indexes: dict[object, list[int]] = {}
        """Link (see `_links`) → indexes in `_candidates`."""
        self._spans: Sequence[Span] = ()

    def update(
        self, candidates: Sequence[Candidate], spans: Sequence[Span]
    ) -> list[Mark]:
        """Replace the candidates and spans; return the marks that were removed or
        added.
        """
        if self._candidates is not candidates:
            self._indexes = grouped(
                (link, i) for i, each in enumerate(candidates) for link in _links(each)
            )
        changed: list[Candidate | Span] = []
        for old_and_new in (
            differing(self._candidates, candidates),
            differing(self._spans, spans),
        ):
            changed += chain(*old_and_new)
        self._candidates = candidates
        self._spans = spans
        if not changed:
            return []
        if len(changed) > len(self.listed):  # mostly the first time
            related = (candidates, spans)
        else:
            related = self._find_related(changed)
        keys = {(item.id, isinstance(item, Span)) for item in chain(changed, *related)}
        removed = [self._by_key.pop(key) for key in keys if key in self._by_key]
        added = marks(*related)
        for mark in added:
            self._by_key[mark.id, mark.state != UNDECIDED] = mark
        if self.listed:
            for mark in removed:
                place = bisect_left(self.listed, _position(mark), key=_position)
                del self.listed[place]
            for mark in added:
                insort(self.listed, mark, key=_position)
        else:
            self.listed = added
        self.undecided -= sum(mark.state == UNDECIDED for mark in removed)
        self.undecided += sum(mark.state == UNDECIDED for mark in added)
        return list(set(removed) ^ set(added))

    def _find_related(
        self, changed: Iterable[Candidate | Span]
    ) -> tuple[Sequence[Candidate], Sequence[Span]]:
        """Return the candidates and spans that share a link with the changed ones,
        directly or transitively.
        """
        links = set[object]()
        for each in changed:
            links |= _links(each)
        while True:
            starts = {link[1] for link in links if isinstance(link, tuple)}
            indexes = set[int]()
            for link in links:
                indexes.update(self._indexes.get(link, ()))
            candidates = [self._candidates[index] for index in sorted(indexes)]
            spans = []
            for span in self._spans:
                # Most spans are passed over before their links are computed.
                is_near = span.start in starts or span.candidate in links
                if is_near and not links.isdisjoint(_links(span)):
                    spans.append(span)
            found = links.union(*map(_links, candidates), *map(_links, spans))
            if found == links:
                return candidates, spans
            links = found

    def get(self, id_: str) -> Mark | None:
        """Return the mark with this id, if there is one; a span's takes precedence."""
        return self._by_key.get((id_, True)) or self._by_key.get((id_, False))

    def at(self, kind: str, start: int, end: int) -> Mark | None:
        """Return the first mark with exactly this kind and range, or None."""
        index = bisect_left(self.listed, (start, -end, kind, ""), key=_position)
        mark = self.listed[index] if index < len(self.listed) else None
        return mark if mark and mark.stretch == (kind, start, end) else None

    def index(self, mark: Mark | None) -> int:
        """Return the index of a mark in `listed`, -1 if it is not there."""
        if mark is None or self._by_key.get((mark.id, mark.state != UNDECIDED)) != mark:
            return -1
        return bisect_left(self.listed, _position(mark), key=_position)

    def first_from(self, offset: int) -> int:
        """Return the index of the first mark that begins at or after a code point."""
        return bisect_left(self.listed, offset, key=lambda mark: mark.start)

    def first_after(self, mark: Mark) -> int:
        """Return the index of the first mark that sorts after this one's range and
        kind; it may be absent.
        """
        return bisect_right(
            self.listed, _position(mark)[:3], key=lambda each: _position(each)[:3]
        )


def _links(item: Candidate | Span) -> set[object]:
    """Return the keys by which candidates and spans are related: kind and range, and
    the candidate's id.
    """
    candidate = item.candidate if isinstance(item, Span) else item.id
    return {item.stretch, candidate} if candidate else {item.stretch}


def commented(coding: Coding) -> frozenset[int]:
    """Return the code points where the first evidence of each commented answer begins."""
    first = set[str]()
    for answer in coding.every_answer:
        if answer.comment:
            first.update(answer.evidence[:1])
    return frozenset(span.start for span in coding.spans if span.id in first)


def in_order(marks: Iterable[Mark]) -> list[Mark]:
    """Return marks sorted by start; of marks with the same start the longer comes
    first.
    """
    return sorted(marks, key=_position)


def _position(mark: Mark) -> tuple[int, int, str, str]:
    return mark.start, -mark.end, mark.kind, mark.id


class Bracketed:
    """A text with `[glyph … ]` around its marks, and the mapping between its offsets
    and the stored ones.

    For terminals and files without colour. Brackets nest; rejected marks get none.
    Without glyphs no brackets are added and the offsets are the same.
    """

    def __init__(
        self,
        text: str,
        marks: Iterable[Mark] = (),
        glyphs: Mapping[str, str] | None = None,
    ) -> None:
        opening = defaultdict[int, str](str)
        closing = defaultdict[int, str](str)
        if glyphs is not None:
            for mark in marks:
                if mark.state != REJECTED:
                    opening[mark.start] += "[" + glyphs.get(mark.look or mark.kind, "")
                    closing[mark.end] += "]"
        self._offsets = sorted(opening.keys() | closing.keys())
        """The stored offsets at which text is inserted."""
        self._inserted = [0]
        """The length inserted in all: before the first of them, then after each."""
        self._shown_offsets: list[int] = []
        """Where what is inserted begins in the text with brackets."""
        out: list[str] = []
        last = 0
        for offset in self._offsets:
            extra = closing[offset] + opening[offset]
            out += [text[last:offset], extra]
            last = offset
            self._shown_offsets.append(offset + self._inserted[-1])
            self._inserted.append(self._inserted[-1] + len(extra))
        self.text = "".join([*out, text[last:]])

    def shown(self, offset: int) -> int:
        """Convert a stored offset to one in the text with brackets."""
        return offset + self._inserted[bisect_right(self._offsets, offset)]

    def stored(self, offset: int) -> int:
        """Convert an offset in the text with brackets to a stored one; a bracket maps
        to what follows it.
        """
        index = bisect_right(self._shown_offsets, offset)
        if index == 0:
            return offset
        return max(self._offsets[index - 1], offset - self._inserted[index])
