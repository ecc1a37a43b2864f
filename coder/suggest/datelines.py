"""Datelines: where and when a report was written (بغداد، 12 مايو 2025 (رويترز) –).

A dateline is a city, its country, a day and agencies in any order at the start of a
line, then a dash, or a colon behind a day or an agency (طهران: is the government).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias

from coder.model import Candidate
from coder.suggest.article_words import first_item
from coder.suggest.word_lists import word_set, words
from coder.text.normalize import fold_key

Stretch: TypeAlias = tuple[int, int]
_LONGEST = 100  # code points of a dateline
_BLANK = re.compile(r"[^\S\n]+")
_DASH = re.compile(r"[-–—ـ]{1,2}(?=\s)|(?<=\s)[-–—ـ]{1,2}|(?<=\))[-–—]|/(?= )")
_CREDIT = re.compile(
    r"\([^()\n]{1,40}\)|«[^«»\n]{1,30}»|[\"“][^\"“”\n]{1,30}[\"”]|[A-Z][\w.]*"
)
_WORD = re.compile(r"[^\W\d_]+")


@cache
def _apart() -> re.Pattern[str]:
    """Return the signs and words that stand between the parts of a dateline."""
    return re.compile(rf"[،,/|•-]|(?:{'|'.join(words()['datelines'])})(?!\w)")


def find_datelines(
    text: str, cities: Iterable[Stretch], others: Iterable[Stretch]
) -> list[Stretch]:
    """Return the datelines of a text in order.

    Cities can begin a dateline, other names and dates can continue it. All stretches
    are code points.
    """
    ends: dict[int, int] = {}
    for start, end in others:
        ends[start] = max(end, ends.get(start, 0))
    found: list[Stretch] = []
    for start, end in sorted(set(cities)):
        line = text.rfind("\n", 0, start) + 1
        if text[line:start].strip():
            continue
        stop = _find_end(text, end, ends)
        if stop > end:
            found.append((line, stop))
    return found


def outside_datelines(candidates: Iterable[Candidate], text: str) -> list[Candidate]:
    """Return the candidates without the places and dates of datelines."""
    candidates = list(candidates)
    cities: list[Stretch] = []
    others: list[Stretch] = []
    for candidate in candidates:
        stretch = (candidate.start, candidate.end)
        if candidate.kind == "place" and not _is_country(candidate):
            cities.append(stretch)
        if candidate.kind in ("place", "actor", "date"):
            others.append(stretch)
    lines = find_datelines(text, cities, others)

    def is_inside(candidate: Candidate) -> bool:
        is_part = candidate.kind in ("place", "date")
        return is_part and any(first <= candidate.start < end for first, end in lines)

    return [candidate for candidate in candidates if not is_inside(candidate)]


def _is_country(place: Candidate) -> bool:
    if first_item(place).get("precision") != "country":
        return False
    return fold_key(place.quote) not in word_set("capitals")


def _find_end(text: str, at: int, ends: Mapping[int, int]) -> int:
    """Return where the dateline ends whose city ends at `at`; there if it is none.

    ends: start → end of names and dates.
    """
    stop = at
    limit = at + _LONGEST
    has_day_or_agency = False
    while at < limit:
        blank = _BLANK.match(text, at)
        dash = _DASH.match(text, at)
        if blank:
            at = blank.end()
        elif dash:
            at = dash.end()
            stop = at
        elif text[at : at + 1] == ":":
            at += 1
            if has_day_or_agency:
                stop = at
        elif at in ends:
            named = text[at : ends[at]]
            has_day_or_agency |= any(sign.isdigit() for sign in named)
            at = ends[at]
        else:
            credit = _CREDIT.match(text, at) or _match_agency(text, at)
            part = credit or _apart().match(text, at)
            if part is None:
                break
            has_day_or_agency |= credit is not None
            at = part.end()
    return stop


def _match_agency(text: str, at: int) -> re.Match[str] | None:
    """Match a word of an agency's name, or a letter of its abbreviation (أ ف ب)."""
    word = _WORD.match(text, at)
    if word is None:
        return None
    name = fold_key(word[0])
    return word if len(name) == 1 or name in word_set("agencies") else None
