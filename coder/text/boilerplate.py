"""Finds boilerplate: what a web page adds to an article, from which no evidence may be taken.

A whole line is boilerplate if it is listed, or if it looks like a menu, a button, a Latin caption among
Arabic, or what an outlet says about itself. Of any other line only a stretch is: a listed pattern, when the
article was posted, titles of other articles.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path

from coder.text.normalize import fold, fold_key, spellings

Stretch = tuple[int, int]

# Left-over markup at the beginning of a line: only the mark is boilerplate, the line is text.
_MARK = re.compile(r"^(?:/>|&[a-z]+;|<[^<>\n]*>)")
_BY = re.compile(r"by(?: [a-z.]+){1,5}")
_MENU = re.compile(r"\S+(?: [|/•»>] \S+)+")
_ARABIC = re.compile(r"[\u0620-\u064a]+")
_LATIN = re.compile(r"[A-Za-z]+")
_NOTE = 80  # most characters of a note; a paragraph has more
_MENU_WORDS, _NAME_WORDS = 3, 2  # least words of a menu, most of a name
_OPENING = 3  # folded letters by which the beginning of a sentence is looked for
_LINE_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"  # where str.splitlines ends one
_HEAD, _SIGNIFICANT = 24, 8  # characters of a line folded at first; folded ones that mostly rule a line out


@dataclass(frozen=True)
class BoilerplateWords:
    """What a lexicon adds to these signs: whole lines, regular expressions, names of months and days."""

    lines: tuple[str, ...]
    patterns: tuple[str, ...]
    dates: tuple[str, ...]

    @cached_property
    def folded_lines(self) -> frozenset[str]:
        """The listed lines, folded."""
        return frozenset(map(fold_key, self.lines))

    @cached_property
    def heads(self) -> frozenset[str]:
        """How the listed lines begin."""
        return frozenset(line[:_SIGNIFICANT] for line in self.folded_lines)

    @cached_property
    def compiled(self) -> Sequence[re.Pattern[str]]:
        """The listed patterns, for text as it stands."""
        return [re.compile(pattern) for pattern in self.patterns]

    @cached_property
    def posted(self) -> re.Pattern[str]:
        """When the article was posted, in folded text."""
        dates = {re.escape(fold_key(word)) for word in self.dates}
        day = "|".join(sorted(dates, key=len, reverse=True)) or "(?!)"
        months, hours = _any_of("english_months"), rf"{_any_of('of_hours')}|{_any_of('in_time_of')} [^\W\d]+"
        part = rf"(?:\d+|(?:{months})[a-z]*|(?<!\w)(?:{day}|{hours})(?!\w))"
        parted = rf"(?:[ :،,|()/.–-]|(?<!\w)(?:{_any_of('of_dates')})(?!\w)|on(?={months}))*"
        posted = _any_of("posted")
        first = f"{posted}|{_any_of('posted_first')}"
        return re.compile(rf"(?:^|[.!؟] ?(?=(?:{posted})))((?:{first})(?:{parted}{part})+)")


def find_boilerplate(text: str, known: BoilerplateWords) -> tuple[Stretch, ...]:
    """The stretches of boilerplate in a text, sorted: half-open code point offsets."""
    found: list[Stretch] = []
    page, start = _Page(text), 0
    for line in page.lines:
        content, end = line.strip(), start + len(line)
        at = start + line.index(content)
        if mark := _MARK.match(content):
            found.append((at, at + mark.end()))
        elif content:
            head = _folded_head(content)
            is_listed = (head is None or head in known.heads) and fold_key(content) in known.folded_lines
            whole = is_listed or _is_of_page(content, page, start in page.body)
            parts = [(0, len(content))] if whole else _parts(content, known, page.is_opened(start, end))
            found += [(at + first, at + last) for first, last in parts]
        start = end
    return tuple(found)


class _Page:
    """What of a whole text tells about its lines."""

    def __init__(self, text: str) -> None:
        self.text, self.lines = text, text.splitlines(keepends=True)
        self._openings = [match.start(1) - 1 for match in _openings().finditer(f"\n{text}")]

    def is_opened(self, start: int, end: int) -> bool:
        """Whether a sentence between these offsets begins as boilerplate may."""
        opening = bisect_left(self._openings, start)
        return opening < len(self._openings) and self._openings[opening] < end

    @cached_property
    def body(self) -> range:
        """From the first to the last paragraph; menus and footers stand outside."""
        start, end = 0, len(self.text)
        for line in self.lines:
            if _is_paragraph(line):
                break
            start += len(line)
        else:
            return range(end)
        for line in reversed(self.lines):
            if _is_paragraph(line):
                break
            end -= len(line)
        return range(start, end)

    @cached_property
    def is_arabic(self) -> bool:
        """Whether there are more Arabic letters than Latin ones; mostly told by its first words."""
        latin = sum(map(len, _LATIN.findall(self.text)))
        words = _ARABIC.finditer(self.text)
        return any(arabic > latin for arabic in accumulate(len(word[0]) for word in words))


def _is_paragraph(line: str) -> bool:
    content = line.strip()
    return len(content) > _NOTE and not _is_about(content)


def _parts(line: str, known: BoilerplateWords, is_opened: bool) -> list[Stretch]:
    """The stretches of a line, or all of it if only a name is left; is_opened: one of its sentences is."""
    found = [match.span() for pattern in known.compiled for match in pattern.finditer(line)]
    if is_opened:
        folded = fold(line)
        matches = (match for p in (known.posted, _signs()["other"]) for match in p.finditer(folded.text))
        found += [folded.span(*match.span(1)) for match in matches]
    apart: list[Stretch] = []
    for first, last in sorted(found):
        if last > first and (not apart or first >= apart[-1][1]):
            apart.append((first, last))
    if len(apart) == 1 and not apart[0][0] and len(line[apart[0][1] :].split()) <= _NAME_WORDS:
        return [(0, len(line))]
    return apart


def _is_of_page(line: str, page: _Page, is_inside: bool) -> bool:  # inside the body short lines are headings
    if len(line) <= _NOTE:
        key = fold_key(line)
        if any(note.fullmatch(key) for note in (_signs()["button"], _signs()["credit"], _BY)):
            return True
        if not _ARABIC.search(line) and _LATIN.search(line) and page.is_arabic:
            return True
    if is_inside:
        return False
    is_menu = _MENU.fullmatch(line) is not None and len(fold_key(line).split()) >= _MENU_WORDS
    return is_menu or _is_about(line)


def _is_about(line: str) -> bool:  # an outlet speaks of itself
    head = _folded_head(line)
    is_possible = head is None or _signs()["outlet"].match(head)
    return bool(is_possible) and _signs()["about"].match(fold_key(line)) is not None


def _folded_head(line: str) -> str | None:  # None where only folding it all tells it
    if len(line) <= _HEAD:
        return None
    head = fold_key(line[:_HEAD])[:_SIGNIFICANT]
    return head if len(head) == _SIGNIFICANT else None


@cache
def _tables() -> Mapping[str, Sequence[str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _any_of(name: str) -> str:  # a list as the alternatives of a regular expression for folded text
    return "|".join(map(fold_key, _tables()[name]))


@cache
def _openings() -> re.Pattern[str]:
    """How a sentence begins that may tell of other articles, or when this one was posted.

    For text as it stands, a line end before it: folding all of it would take much longer.
    """
    lists = ("other_articles", "posted", "posted_first")
    heads = {fold_key(entry).split()[0][:_OPENING] for name in lists for entry in _tables()[name]}
    first = "|".join(map(spellings, sorted(heads)))
    return re.compile(rf"[{_LINE_ENDS}.!؟](?:[^\S{_LINE_ENDS}]|{spellings('')})*+({first})")


@cache
def _signs() -> Mapping[str, re.Pattern[str]]:  # for folded text
    pressed = rf"(?:[^\w\n]+|(?<!\w)(?:{_any_of('pressed_for')}|[a-z]+|\d+)(?!\w))*"
    # to the end of the line where that is not far
    others = rf"(?:{_any_of('other_articles')})(?!\w)(?: ?[:|])?(?:[^\n]{{0,80}}$)?"
    outlet, adjective = _any_of("outlets"), _any_of("outlet_adjectives")
    return {
        "button": re.compile(rf"(?:{_any_of('buttons')}){pressed}"),
        "credit": re.compile(rf"(?:{_any_of('credits')}) ?[:|](?: [^\W\d]+){{1,5}}"),
        "other": re.compile(rf"(?:^|[.!؟] ?)({others})"),
        "outlet": re.compile(outlet),
        "about": re.compile(rf"^(?:{outlet})(?: \S+){{0,2}} (?:{adjective})(?!\w)"),
    }
