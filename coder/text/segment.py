"""Words, sentences and possible boundaries of spans.

Clitics are the written ones of Modern Standard Arabic (Habash 2010, Introduction to
Arabic Natural Language Processing, chapter 4). Every possible boundary of one is
offered, since the coder decides, not the tool.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Literal, TypeAlias

from coder.text import clusters
from coder.text.normalize import Folded, fold, marks_in
from coder.text.unicode_data import Lookup, value

Extent: TypeAlias = tuple[int, int]  # code points [start, end)
Unit: TypeAlias = Literal["word", "clitic", "start", "letter"]

# One character per code point is its kind within a word or sentence:
#   a  letter of a right-to-left script   w  other letter   0  decimal digit   m  mark   j  joiner
#   u  part of a web address              and . ? _ for full stops, other ends of sentences and white space;
# quotation marks, brackets and signs allowed inside a number or word stand for
# themselves, all else is #.
_WORD = re.compile(
    "u+|a[amj]*|0++(?:[.,/:-]0++)*+(?![wm])|[w0][w0mj]*(?:['@.-][w0mj]+)*"
)
_STOP = re.compile("""[.?]++["')]*+(?=_|$)|(?<=[am][am][am])[.?](?=a)""")
_END = re.compile("[.٫!?؟…]")  # characters that `_kind` maps to a stop
_INITIALS = re.compile(r"(?<![awm0])[aw]m*(?:\.[aw]m*)*\.$")
_LONGEST_ABBREVIATION = 24
_LIST_NUMBER = re.compile(r"_*0+\.$")
_TITLES = re.compile(
    r"\b(?:dr|mr|mrs|ms|prof|gen|col|lt|maj|capt|sgt|st|jr|sr|no|vs|etc|inc|ltd|co|fig|vol|pp|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\.$",
    re.IGNORECASE,
)
_WEB_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"«»“”]*[^\s<>\"«»“”.,;:!?؟،؛)\]]")
_SIGNS = dict(
    zip("!?؟…\"»”'’)]-–\u200c\u200d.٫,٬/:@", '????"""\'\'))--jj..,,/:@', strict=True)
)
_UNIT_BEFORE = re.compile("[$€£]$")
_UNIT_BEHIND = re.compile("[%٪‰$€£]")
_SUFFIXES = ("هما", "كما", "هم", "هن", "ها", "كم", "كن", "نا", "ني", "ه", "ك", "ي")
_SHORTEST_STEM = 2
_WRAPPED = range(30, 121)
_FULL_LINES = 2  # usual widths of wrapped texts; minimum number of full lines


class Reading:
    """A stored text with its analysis, which is computed on demand and cached."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._edges: dict[Unit, list[int]] = {}

    @cached_property
    def folded(self) -> Folded:
        """The text folded for matching."""
        return fold(self.text)

    @cached_property
    def words(self) -> list[Extent]:
        """The words, as code points [start, end)."""
        return words(self.text)

    @cached_property
    def clitic_edges(self) -> frozenset[int]:
        """The edges of words, and those between words and their clitics."""
        return frozenset(self.boundaries("clitic"))

    def word_at(self, offset: int) -> Extent | None:
        """The word that contains a code point, None between words."""
        at = bisect_right(self.words, offset, key=lambda word: word[0]) - 1
        return self.words[at] if at >= 0 and offset < self.words[at][1] else None

    def whole_words(self, start: int, end: int) -> Extent:
        """The text from `start` to `end` and the rest of words of which it has a part,
        but for clitics.
        """
        edges = self.clitic_edges
        first = self.word_at(start)
        last = self.word_at(end - 1)
        start = first[0] if first and start not in edges else start
        return start, last[1] if last and end not in edges else end

    def trimmed_to_words(self, start: int, end: int) -> Extent | None:
        """Return the words between `start` and `end`, whole but for clitics; None if
        there is none.

        White space and punctuation at the edges are left out. Units stay (3%), and so
        does a mark whose partner is between the words, as in كتائب «القسام».
        """
        first = bisect_right(self.words, start, key=lambda word: word[1])
        last = bisect_left(self.words, end, key=lambda word: word[0]) - 1
        if first > last:
            return None
        inner = self.whole_words(
            max(start, self.words[first][0]), min(end, self.words[last][1])
        )
        edges = {*inner}
        for opening, closing in marks_in(self.text[start:end])[0]:
            is_one_inside = (inner[0] <= start + opening < inner[1]) != (
                inner[0] <= start + closing < inner[1]
            )
            if is_one_inside:
                edges |= {start + opening, start + closing + 1}
        if unit := _UNIT_BEHIND.match(self.text, inner[1], end):
            edges.add(unit.end())
        if unit := _UNIT_BEFORE.search(self.text, start, inner[0]):
            edges.add(unit.start())
        return min(edges), max(edges)

    def word_end(self, end: int) -> int:
        """Where the word ends of which the text up to `end` has the last part."""
        last = self.word_at(end - 1)
        return last[1] if last else end

    def boundaries(self, unit: Unit) -> list[int]:
        """The possible offsets of a span's boundary when it is moved by a unit."""
        if unit not in self._edges:
            self._edges[unit] = boundaries(self.text, unit)
        return self._edges[unit]


def words(text: str) -> list[Extent]:
    """All words in order; numbers with separators, dates and web addresses are one
    word, و2017 is two.
    """
    return [match.span() for match in _WORD.finditer(_kinds_of(text))]


@lru_cache(4)
def sentences(text: str) -> tuple[Extent, ...]:
    """All sentences in order, without surrounding white space; each line starts a new
    one.

    Hard line wraps do not end a sentence, nor do full stops after an initial, an
    abbreviation or a list number.
    """
    found: list[Extent] = []
    text = unwrap(text)
    offset = 0
    for separator in (*clusters.SEPARATORS.finditer(text), None):
        line = text[offset : separator.start() if separator else len(text)]
        for start, end in pairwise([0, *_stops(line), len(line)]):
            if sentence := line[start:end].strip():
                first = offset + line.index(sentence, start)
                found.append((first, first + len(sentence)))
        offset = separator.end() if separator else len(text)
    return tuple(found)


@lru_cache(4)
def unwrap(text: str) -> str:
    """The text with hard line wraps replaced by blanks, so that offsets stay the same.

    A text counts as hard-wrapped if most of the lines that do not end a sentence are
    full: the first word of the next line would not have fitted into the width of the
    longest line.
    """
    lines = text.split("\n")
    width = max(map(len, map(str.rstrip, lines)))
    if len(lines) <= _FULL_LINES or width not in _WRAPPED:
        return text
    continuing = 0
    full = []
    for line, after in pairwise(lines):
        content = line.rstrip("\"')]»” \r")
        is_continued = (
            2 * len(content) > width
            and content[-1] not in ".?!؟…:"
            and bool(after.strip())
        )
        # long enough to have been wrapped, and not the end of a sentence
        continuing += is_continued
        full.append(
            is_continued and len(line.rstrip()) + 1 + len(after.split()[0]) > width
        )
    if sum(full) < max(_FULL_LINES, continuing / 2):
        return text
    return lines[0] + "".join(
        " \n"[not joined] + line for joined, line in zip(full, lines[1:], strict=True)
    )


def _stops(line: str) -> Iterator[int]:  # the ends of sentences inside a line
    if not _END.search(line, 0, len(line.rstrip()) - 1):
        return
    kinds = _kinds_of(line)
    start = 0
    for stop in _STOP.finditer(kinds):
        end = stop.end()
        near = max(start, end - _LONGEST_ABBREVIATION)
        is_abbreviation = stop[0] == "." and (
            _INITIALS.search(kinds, near, end)
            or _LIST_NUMBER.fullmatch(kinds, start, end)
            or _TITLES.search(line, near, end)
        )
        if not is_abbreviation:
            yield end
            start = end


def boundaries(text: str, unit: Unit) -> list[int]:
    """The possible offsets of a span's boundary when it is moved by a unit, sorted.

    word: both edges of every word. clitic: also between a word and its clitics (و ف ب ل
    ك س ال, pronouns). start: where words begin, with their proclitics or without, as no
    span is a pronoun's suffix alone. letter: between any two clusters, so never between
    a letter and its mark.
    """
    if unit == "letter":
        return sorted(
            {0, len(text), *(cluster.start for cluster in clusters.clusters(text))}
        )
    edges = set()
    for start, end in words(text):
        edges |= {start} if unit == "start" else {start, end}
        if unit != "word":
            edges.update(
                start + edge for edge in _proclitic_ends(fold(text[start:end]))
            )
        if unit == "clitic":
            edges.update(start + edge for edge in _pronoun_starts(text[start:end]))
    return sorted(edges)


def _proclitic_ends(folded: Folded) -> Iterator[int]:
    for length in _proclitics(folded.text):
        if length <= len(folded.text) - _SHORTEST_STEM:
            yield folded.span(length, length)[0]


def _pronoun_starts(word: str) -> Iterator[int]:
    folded = fold(word)
    letters = folded.text
    for suffix in _SUFFIXES:
        length = len(letters) - len(suffix)
        if letters.endswith(suffix) and length >= _SHORTEST_STEM:
            start = folded.span(length, length)[0]
            if word[start] not in "ةى":
                yield start


def _proclitics(
    letters: str,
) -> Iterator[int]:  # possible lengths: conjunction, preposition or س, article
    length = 0
    if letters[:1] in ("و", "ف"):
        length += 1
        yield length
    rest = letters[length:]
    if rest[:1] in ("ب", "ك", "ل") or (
        rest[:1] == "س" and rest[1:2] in ("ي", "ت", "ن", "ا")
    ):
        length += 1
        yield length
        if rest[:2] == "لل":
            yield length + 1
    if letters[length : length + 2] == "ال":
        yield length + 2


def _kinds_of(text: str) -> str:
    kinds = text.translate(_KINDS)
    if "://" in text or "www." in text:
        for address in _WEB_ADDRESS.finditer(text):
            start, end = address.span()
            kinds = kinds[:start] + "u" * (end - start) + kinds[end:]
    return kinds


def _kind(character: str) -> str:
    if character in _SIGNS:
        return _SIGNS[character]
    category = unicodedata.category(character)
    if category == "Nd":
        return "0"
    if category[0] == "M":
        return "m"
    if character.isspace():
        return "_"
    if character.isalnum():
        return "a" if value("BIDI_CLASS", character) in "AR" else "w"
    return "#"


_KINDS = Lookup(_kind)
