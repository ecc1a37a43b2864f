"""Words, sentences and the places where the edge of a span may stand.

Clitics are the written ones of Modern Standard Arabic (Habash 2010, Introduction to Arabic Natural Language
Processing, chapter 4): every place where one could end is offered, since the coder, not the tool, decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, TypeAlias

from coder.text import clusters
from coder.text.normalize import fold

Extent: TypeAlias = tuple[int, int]
"""Code points [start, end)."""
Unit: TypeAlias = Literal["word", "clitic", "letter"]

_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
    "\u08ca-\u08e1\u08e3-\u08ff"
)
_JOINERS = "\u200c\u200d"
_ARABIC = (
    "\u0620-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06ee\u06ef\u06fa-\u06ff\u0750-\u077f\u0870-\u0887\u0889-\u088e"
    "\u08a0-\u08c9\ufb50-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc"
)
_OTHER = rf"(?:(?![{_ARABIC}])[^\W_]|[{_MARKS}])"
_WORD = re.compile(
    rf"(?:https?://|www\.)[^\s<>\"«»“”]*[^\s<>\"«»“”.,;:!?؟،؛)\]]"
    rf"|[{_ARABIC}][{_ARABIC}{_MARKS}{_JOINERS}]*"
    rf"|\d+(?:[.,٫٬/:–-]\d+)*(?!{_OTHER})"
    rf"|(?:(?![{_ARABIC}])[^\W_]){_OTHER}*(?:['’.@-]{_OTHER}+)*"
)
_END = re.compile(rf"[.!?؟…]+[\"'»”’)\]]*(?=\s|$)|(?<=[{_ARABIC}]{{3}})[.!?؟](?=[{_ARABIC}])")
_ABBREVIATION = re.compile(
    rf"(?:^|[^\w{_MARKS}])(?:[^\W\d_]|[^\W\d_](?:\.[^\W\d_])+|"
    r"(?i:dr|mr|mrs|ms|prof|gen|col|lt|maj|capt|sgt|st|jr|sr|no|vs|etc|inc|ltd|co|fig|vol|pp|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec))\.$"
)
_LIST_NUMBER = re.compile(r"\s*\d+\.$")

_SUFFIXES = ("هما", "كما", "هم", "هن", "ها", "كم", "كن", "نا", "ني", "ه", "ك", "ي")
_SHORTEST_STEM = 2


def words(text: str) -> list[Extent]:
    """All words in order: letters with their marks, numbers and dates with their separators, web addresses.

    Arabic letters and digits that touch are two words, as in و2017.
    """
    return [match.span() for match in _WORD.finditer(text)]


def word_at(text: str, offset: int) -> Extent | None:
    """The word that holds the code point at an offset, None if it is in no word."""
    if not 0 <= offset < len(text):
        return None
    start = offset
    while start > 0 and not text[start - 1].isspace():
        start -= 1
    for match in _WORD.finditer(text, start):
        if match.start() > offset:
            break
        if offset < match.end():
            return match.span()
    return None


def sentences(text: str) -> list[Extent]:
    """All sentences in order, without the white space around them; a new line always begins a new one.

    A full stop after an initial, an abbreviation or the number of a list item ends nothing.
    """
    found: list[Extent] = []
    start = 0
    for separator in (*clusters.SEPARATORS.finditer(text), None):
        end = separator.start() if separator else len(text)
        for stop in (*_stops(text, start, end), end):
            stripped = text[start:stop].strip()
            if stripped:
                first = text.index(stripped[0], start)
                found.append((first, first + len(stripped)))
            start = stop
        start = separator.end() if separator else end
    return found


def _stops(text: str, start: int, end: int) -> Iterator[int]:
    """The offsets inside a line after which a new sentence begins."""
    for mark in _END.finditer(text, start, end):
        is_lone_stop = mark[0] == "."
        so_far = text[start : mark.end()]
        if is_lone_stop and (_ABBREVIATION.search(so_far[-16:]) or _LIST_NUMBER.fullmatch(so_far)):
            continue
        start = mark.end()
        yield start


def boundaries(text: str, unit: Unit) -> list[int]:
    """The offsets, sorted, where the edge of a span may stand when it is moved by that unit.

    word: both edges of each word. clitic: also between a word and what is written onto it (و ف ب ل ك س ال,
    pronouns). letter: between any two clusters, so never between a letter and its mark.
    """
    if unit == "letter":
        return sorted({0, len(text), *(cluster.start for cluster in clusters.clusters(text))})
    edges = {edge for word in words(text) for edge in word}
    if unit == "clitic":
        for start, end in words(text):
            edges.update(start + edge for edge in _clitic_edges(text[start:end]))
    return sorted(edges)


def _clitic_edges(word: str) -> Iterator[int]:
    """The offsets inside a word where a proclitic could end or a pronoun could begin."""
    folded = fold(word)
    letters = folded.text
    longest = len(letters) - _SHORTEST_STEM
    for length in _proclitics(letters):
        if length <= longest:
            yield folded.span(length, length)[0]
    for suffix in _SUFFIXES:
        length = len(letters) - len(suffix)
        if letters.endswith(suffix) and length >= _SHORTEST_STEM:
            start = folded.span(length, length)[0]
            if word[start] not in "ةى":
                yield start


def _proclitics(letters: str) -> Iterator[int]:
    """The lengths of what could be a sequence of proclitics: conjunction, preposition or س, article."""
    length = 0
    if letters[:1] in ("و", "ف"):
        length += 1
        yield length
    rest = letters[length:]
    if rest[:1] in ("ب", "ك", "ل") or (rest[:1] == "س" and rest[1:2] in ("ي", "ت", "ن", "ا")):
        length += 1
        yield length
        if rest[:2] == "لل":
            yield length + 1
    if letters[length : length + 2] == "ال":
        yield length + 2
