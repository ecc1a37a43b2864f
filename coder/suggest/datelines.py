"""Datelines: where and when a report was written, in front of its first sentence.

بغداد، 12 مايو 2025 (رويترز) – is a city, then its country, a day and agencies in any order, then a dash, or a
colon behind a day or an agency (طهران: is the government that speaks).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from coder.model import Candidate
from coder.suggest.word_lists import word_set
from coder.text.normalize import fold_key

Stretch = tuple[int, int]
_LONGEST = 100
"""Letters of the longest dateline that is looked for."""
_BLANK = re.compile(r"[^\S\n]+")
_DASH = re.compile(r"[-–—ـ]{1,2}(?=\s)|(?<=\s)[-–—ـ]{1,2}|(?<=\))[-–—]|/(?= )")
_APART = re.compile(r"[،,/|•-]|(?:في|يوم|اليوم|المحتلة|المحتلّة)(?!\w)")
_WORDS = re.compile(r"[^\W\d_]+")
_CREDIT = re.compile(r"\([^()\n]{1,40}\)|«[^«»\n]{1,30}»|[\"“][^\"“”\n]{1,30}[\"”]|[A-Z][\w.]*")


def datelines(text: str, cities: Iterable[Stretch], others: Iterable[Stretch]) -> list[Stretch]:
    """The datelines of a text, in order.

    cities: names with which one may begin. others: names and dates with which it may go on.
    """
    ends: dict[int, int] = {}
    for start, end in others:
        ends[start] = max(end, ends.get(start, 0))
    found: list[Stretch] = []
    for start, end in sorted(set(cities)):
        line = text.rfind("\n", 0, start) + 1
        if not text[line:start].strip() and (stop := _end(text, end, ends)) > end:
            found.append((line, stop))
    return found


def outside(found: Iterable[Candidate], text: str) -> list[Candidate]:
    """The candidates without the places and days of datelines."""
    found = list(found)
    cities = [(c.start, c.end) for c in found if c.kind == "place" and not _is_country(c)]
    named = [(c.start, c.end) for c in found if c.kind in ("place", "actor", "date")]
    lines = datelines(text, cities, named)
    return [
        c for c in found if c.kind not in ("place", "date") or not any(a <= c.start < b for a, b in lines)
    ]


def _is_country(place: Candidate) -> bool:
    told = place.value[0] if isinstance(place.value, list) and place.value else None
    is_country = isinstance(told, dict) and told.get("precision") == "country"
    return is_country and fold_key(place.quote) not in word_set("capitals")


def _end(text: str, at: int, ends: dict[int, int]) -> int:
    """Where the dateline behind its city ends; `at` if it is none."""
    stop, limit, is_credited = at, at + _LONGEST, False
    end = at
    while at < limit:
        if blank := _BLANK.match(text, at):
            at = blank.end()
        elif dash := _DASH.match(text, at):
            stop = at = dash.end()
        elif text[at : at + 1] == ":":
            at += 1
            stop = at if is_credited else stop
        elif at in ends:
            is_credited |= any(c.isdigit() for c in text[at : ends[at]])
            at = ends[at]
        elif (credit := _CREDIT.match(text, at)) or (credit := _agency(text, at)):
            is_credited, at = True, credit.end()
        elif apart := _APART.match(text, at):
            at = apart.end()
        else:
            break
    return stop if stop > end else end


def _agency(text: str, at: int) -> re.Match[str] | None:
    """The name of a news agency or its letters (أ ف ب)."""
    word = _WORDS.match(text, at)
    name = fold_key(word[0]) if word else ""
    return word if len(name) == 1 or name in word_set("agencies") else None
