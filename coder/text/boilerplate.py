"""Find boilerplate: text that a web page adds to an article, which must not be used as
evidence.

A whole line is boilerplate if it is listed, or if it looks like a menu, a button, a
Latin caption in an Arabic text, or an outlet's self-description. Of other lines only
parts are boilerplate: listed patterns, the posting date, titles of other articles.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cache, cached_property
from itertools import accumulate
from pathlib import Path

from msgspec import Struct

from coder.text.normalize import fold, fold_key, spellings

Stretch = tuple[int, int]

# Left-over markup at the beginning of a line: only the markup is boilerplate, not the
# line.
_MARK = re.compile(r"^(?:/>|&[a-z]+;|<[^<>\n]*>)")
_BY = re.compile(r"by(?: [a-z.]+){1,5}")
_MENU = re.compile(r"\S+(?: [|/•»>] \S+)+")
_ARABIC = re.compile(r"[\u0620-\u064a]+")
_LATIN = re.compile(r"[A-Za-z]+")
_MAX_NOTE = 80  # maximum length of a note; paragraphs are longer
_MENU_WORDS = 3
_NAME_WORDS = 2  # minimum number of words of a menu, maximum of a name
_OPENING = 3  # folded letters by which the beginning of a sentence is recognised
_LINE_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"  # as for str.splitlines
_HEAD = 24
_SIGNIFICANT = (
    8  # for quick rejection: characters of a line to fold, folded characters to compare
)


class BoilerplateWords(Struct, frozen=True, dict=True):
    """A lexicon's additions: whole lines, regular expressions, and names of months and
    days.
    """

    lines: tuple[str, ...]
    patterns: tuple[str, ...]
    dates: tuple[str, ...]

    @cached_property
    def folded_lines(self) -> frozenset[str]:
        """The listed lines, folded."""
        return frozenset(map(fold_key, self.lines))

    @cached_property
    def heads(self) -> frozenset[str]:
        """The beginnings of the listed lines."""
        return frozenset(line[:_SIGNIFICANT] for line in self.folded_lines)

    @cached_property
    def compiled(self) -> Sequence[re.Pattern[str]]:
        """The listed patterns, for text that is not folded."""
        return [re.compile(pattern) for pattern in self.patterns]

    @cached_property
    def posted(self) -> re.Pattern[str]:
        """The pattern of posting dates, for folded text."""
        dates = {re.escape(fold_key(word)) for word in self.dates}
        day = "|".join(sorted(dates, key=len, reverse=True)) or "(?!)"
        months = _any_of("english_months")
        hours = rf"{_any_of('of_hours')}|{_any_of('in_time_of')} [^\W\d]+"
        part = rf"(?:\d+|(?:{months})[a-z]*|(?<!\w)(?:{day}|{hours})(?!\w))"
        separator = (
            rf"(?:[ :،,|()/.–-]|(?<!\w)(?:{_any_of('of_dates')})(?!\w)|on(?={months}))*"
        )
        posted = _any_of("posted")
        first = f"{posted}|{_any_of('posted_first')}"
        return re.compile(
            rf"(?:^|[.!؟] ?(?=(?:{posted})))((?:{first})(?:{separator}{part})+)"
        )


def find_boilerplate(text: str, words: BoilerplateWords) -> tuple[Stretch, ...]:
    """The stretches of boilerplate in a text, sorted, as code points [start, end)."""
    stretches: list[Stretch] = []
    page = _Page(text)
    start = 0
    for line in page.lines:
        content = line.strip()
        end = start + len(line)
        at = start + line.index(content)
        if mark := _MARK.match(content):
            stretches.append((at, at + mark.end()))
        elif content:
            head = _significant_head(content)
            is_listed = (head is None or head in words.heads) and fold_key(
                content
            ) in words.folded_lines
            is_whole = is_listed or _is_boilerplate_line(
                content, page, start in page.body
            )
            parts = (
                [(0, len(content))]
                if is_whole
                else _parts(content, words, page.is_opened(start, end))
            )
            stretches += [(at + first, at + last) for first, last in parts]
        start = end
    return tuple(stretches)


class _Page:
    """A text with the properties that matter for classifying its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self._sentence_openings = [
            match.start(1) - 1 for match in _sentence_openings().finditer(f"\n{text}")
        ]

    def is_opened(self, start: int, end: int) -> bool:
        """Return whether a sentence between these offsets begins like boilerplate."""
        opening = bisect_left(self._sentence_openings, start)
        return (
            opening < len(self._sentence_openings)
            and self._sentence_openings[opening] < end
        )

    @cached_property
    def body(self) -> range:
        """The range from the first to the last paragraph, without menus and footers."""
        start = 0
        end = len(self.text)
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
        """Return whether there are more Arabic than Latin letters; usually decided by
        the first words.
        """
        latin = sum(map(len, _LATIN.findall(self.text)))
        words = _ARABIC.finditer(self.text)
        return any(
            arabic > latin for arabic in accumulate(len(word[0]) for word in words)
        )


def _is_paragraph(line: str) -> bool:
    content = line.strip()
    return len(content) > _MAX_NOTE and not _is_about(content)


def _parts(line: str, words: BoilerplateWords, is_opened: bool) -> list[Stretch]:
    """A line's boilerplate, or the whole line if only a name remains; is_opened: by
    `_Page.is_opened`.
    """
    stretches = [
        match.span() for pattern in words.compiled for match in pattern.finditer(line)
    ]
    if is_opened:
        folded = fold(line)
        matches = (
            match
            for p in (words.posted, _patterns()["other"])
            for match in p.finditer(folded.text)
        )
        stretches += [folded.span(*match.span(1)) for match in matches]
    disjoint: list[Stretch] = []
    for first, last in sorted(stretches):
        if last > first and (not disjoint or first >= disjoint[-1][1]):
            disjoint.append((first, last))
    if (
        len(disjoint) == 1
        and not disjoint[0][0]
        and len(line[disjoint[0][1] :].split()) <= _NAME_WORDS
    ):
        return [(0, len(line))]
    return disjoint


def _is_boilerplate_line(
    line: str, page: _Page, is_inside: bool
) -> bool:  # in the body they are headings
    if len(line) <= _MAX_NOTE:
        key = fold_key(line)
        if any(
            pattern.fullmatch(key)
            for pattern in (_patterns()["button"], _patterns()["credit"], _BY)
        ):
            return True
        if not _ARABIC.search(line) and _LATIN.search(line) and page.is_arabic:
            return True
    if is_inside:
        return False
    is_menu = (
        _MENU.fullmatch(line) is not None and len(fold_key(line).split()) >= _MENU_WORDS
    )
    return is_menu or _is_about(line)


def _is_about(line: str) -> bool:  # an outlet's self-description
    head = _significant_head(line)
    may_match = head is None or _patterns()["outlet"].match(head)
    return bool(may_match) and _patterns()["about"].match(fold_key(line)) is not None


def _significant_head(
    line: str,
) -> str | None:  # None if all of the line must be folded
    if len(line) <= _HEAD:
        return None
    head = fold_key(line[:_HEAD])[:_SIGNIFICANT]
    return head if len(head) == _SIGNIFICANT else None


@cache
def _tables() -> Mapping[str, Sequence[str]]:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))


def _any_of(
    name: str,
) -> str:  # a list as alternatives of a regular expression, for folded text
    return "|".join(map(fold_key, _tables()[name]))


@cache
def _sentence_openings() -> re.Pattern[str]:
    """Beginnings of sentences that may be titles of other articles or the posting date.

    For text that is not folded, as folding would take much longer; the text must start
    with a line end.
    """
    lists = ("other_articles", "posted", "posted_first")
    heads = {
        fold_key(entry).split()[0][:_OPENING]
        for name in lists
        for entry in _tables()[name]
    }
    first = "|".join(map(spellings, sorted(heads)))
    return re.compile(
        rf"[{_LINE_ENDS}.!؟](?:[^\S{_LINE_ENDS}]|{spellings('')})*+({first})"
    )


@cache
def _patterns() -> Mapping[str, re.Pattern[str]]:  # patterns for folded text
    objects = rf"(?:[^\w\n]+|(?<!\w)(?:{_any_of('pressed_for')}|[a-z]+|\d+)(?!\w))*"
    # up to the end of the line if that is near
    titles = rf"(?:{_any_of('other_articles')})(?!\w)(?: ?[:|])?(?:[^\n]{{0,80}}$)?"
    outlet = _any_of("outlets")
    adjective = _any_of("outlet_adjectives")
    return {
        "button": re.compile(rf"(?:{_any_of('buttons')}){objects}"),
        "credit": re.compile(rf"(?:{_any_of('credits')}) ?[:|](?: [^\W\d]+){{1,5}}"),
        "other": re.compile(rf"(?:^|[.!؟] ?)({titles})"),
        "outlet": re.compile(outlet),
        "about": re.compile(rf"^(?:{outlet})(?: \S+){{0,2}} (?:{adjective})(?!\w)"),
    }
