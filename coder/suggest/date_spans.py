"""Dates, periods and datelines: three month systems, weekdays, relative wording,
"since" and "between".

A candidate's value is what typing its words would give, if the text or the caller gives
the reference date. A dateline states where and when a report was written (بغداد، 12
مايو 2025 (رويترز) –): a city, its country, a day and agencies in any order, then a
dash, or a colon behind a day or an agency (طهران: is the government).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from string import Template
from typing import Any, TypeAlias

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon, RelativeDate
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.suggest.article_words import Page, Tables, first_item, non_overlapping
from coder.suggest.forms import ARTICLE
from coder.suggest.word_lists import word_set
from coder.text.normalize import fold_key
from coder.values import days
from coder.values.date_reading import (
    BEGINNING,
    OUTBREAK,
    STAGES,
    read_date,
    until_publication,
)
from coder.values.dates import as_value
from coder.values.days import (
    NOW,
    PART_OF_DAY,
    WHICH,
    DateContext,
    Period,
    Publication,
    any_of,
)

DATE = "date"
Stretch: TypeAlias = tuple[int, int]
Patterns: TypeAlias = Mapping[
    str, re.Pattern[str]
]  # by the wording's name, which is its candidates' origin
Matches: TypeAlias = Mapping[str, Sequence[re.Match[str]]]
_NAME = 60  # code points that the name of an event in front of its day can have
_LINE_SLACK = (
    20  # letters that a posting date's line may have besides the date (تاريخ النشر:)
)


def dates(
    page: Page,
    patterns: Patterns,
    lexicon: Lexicon,
    published: Publication | None = None,
    cities: Iterable[Stretch] = (),
    names: Iterable[Stretch] = (),
) -> list[Candidate]:
    """All dates of a page, in order, resolved against the publication date (given, or
    found in the text).

    Dates in boilerplate are left out, except for the publication date. cities, names:
    code points of names with which a dateline can begin or continue.
    """
    matches = _matches(page, patterns)
    spans = _longest(matches)
    date_stretches = (page.folded.span(start, stop) for start, stop, _ in spans)
    dateline_spans = datelines(page.folded.stored, cities, (*names, *date_stretches))
    posted_stretch, posted = _posted(page, matches, lexicon, dateline_spans)
    visible = (
        f for f in spans if f[:2] == posted_stretch or not page.is_boilerplate(*f[:2])
    )
    candidates = [
        page.candidate(
            DATE, a, b, origin=name, score=_wordings()[name].get("score", 0.9)
        )
        for a, b, name in visible
    ]
    return _dated(candidates, page.text, lexicon, published or posted)


def with_resolved_dates(
    candidates: Sequence[Candidate],
    article: Article,
    codebook: Codebook,
    published: Publication,
) -> list[Candidate]:
    """The candidates with their dates resolved against the publication date."""
    # a value computed by another suggester is left as it is
    recomputable = [
        c
        for c in candidates
        if c.kind == DATE and (c.value is None or c.origin in _wordings())
    ]
    by_id = {
        c.id: c for c in _dated(recomputable, article.text, codebook.lexicon, published)
    }
    return [by_id.get(c.id, c) for c in candidates]


# ---------------------------------------------------------------- values
_JOINED = 10  # code points in front of a date in which it may be joined to another day
_JOINED_DAY = re.compile(r"(?<![\d:.])\d{1,2} ?(?:[-–—/]|و)$")


def _dated(
    found: Sequence[Candidate],
    text: str,
    lexicon: Lexicon,
    published: Publication | None,
) -> list[Candidate]:
    if not found:
        return []
    context = DateContext(lexicon, published, _only_year(found, lexicon))
    periods: list[Period | None] = []
    exact_days: list[date] = []
    for candidate in found:
        front = fold_key(text[max(0, candidate.start - _JOINED) : candidate.start])
        is_since = front.endswith("منذ")
        is_part = candidate.quote[0].isdigit() and _JOINED_DAY.search(front)
        wording = fold_key(candidate.quote)
        period = None if is_part else _period(wording, context, since=is_since)
        if period is None and published is None:
            period = _day_of_event(candidate, text, context)
        if period is not None and (period.first == period.last or period.open_end):
            context = replace(context, previous=period.first)
            exact_days.append(period.first)
        periods.append(period)
    # A vague period ("recently") starts at the last exact day within it: what an
    # article calls recent comes after the acts that it dates (coding guide, W8). Days
    # of its last week are too near to bound it.
    for at, period in enumerate(periods):
        if period is not None and period.precision == "unknown":
            within = [
                day
                for day in exact_days
                if period.first < day <= period.last - timedelta(days=6)
            ]
            periods[at] = replace(period, first=max(within, default=period.first))
    return [
        replace(c, value=as_value(p) if p else None)
        for c, p in zip(found, periods, strict=True)
    ]


def _period(
    wording: str, context: DateContext, *, since: bool = False
) -> Period | None:
    try:
        period = read_date(wording, context)
        return until_publication(period, context.pub) if period and since else period
    except CoderError:
        return None  # its reference date is unknown, or it lies outside the calendar


def _only_year(found: Iterable[Candidate], lexicon: Lexicon) -> int | None:
    """The year of the text's days and months, if it names no other year with one."""
    quotes, any_month = (
        (fold_key(c.quote) for c in found),
        days.calendar_words(lexicon).any_month,
    )
    stated = " ".join(q for q in quotes if q[0].isascii() or any_month.search(q))
    years = set(map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", stated)))
    return years.pop() if len(years) == 1 else None


def _day_of_event(date_: Candidate, text: str, context: DateContext) -> Period | None:
    """The day of a known event that is named right in front of it: الحرب على غزة في 7
    تشرين الأول.
    """
    front, quote = (
        fold_key(text[max(0, date_.start - _NAME) : date_.start]),
        fold_key(date_.quote),
    )
    is_named_by_day = re.search(rf"(?:^| ){BEGINNING}$", front)  # هجوم السابع من أكتوبر
    for event in context.lexicon.anchor_events:
        day, names = (
            date.fromisoformat(event.date),
            [fold_key(form) for form in event.ar],
        )
        is_named = is_named_by_day and any(quote in name for name in names)
        if is_named or re.search(
            rf"(?:^| ){days.any_of(names)}(?: في)?(?: يوم)?$", front
        ):
            period = _period(quote, replace(context, year=day.year))
            return period if period and period.first <= day <= period.last else None
    return None


def _posted(
    page: Page, matches: Matches, lexicon: Lexicon, lines: Sequence[Stretch]
) -> tuple[Stretch | None, Publication | None]:
    """The stretch and period of the posting date: in boilerplate, on a line of its own,
    or in a dateline.
    """
    text = page.folded.text
    datelines_folded = [
        (page.folded.index(start), page.folded.index(stop)) for start, stop in lines
    ]
    for name in ("english", "iso", "numeric", "full"):
        for match in matches[name]:
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_stop = (text + "\n").index("\n", match.end())
            is_alone = (
                len(text[line_start:line_stop].strip()) - len(match[1]) < _LINE_SLACK
            )
            is_lined = any(
                start <= match.start(1) < stop for start, stop in datelines_folded
            )
            is_posting = (
                is_alone
                or is_lined
                or page.is_boilerplate(match.start(1), match.end(1))
            )
            if (
                is_posting
                and (period := _period(match[1], DateContext(lexicon, None)))
                is not None
            ):
                return match.span(1), (period.first, period.last)
    return None, None


# ---------------------------------------------------------------- datelines
_LONGEST = 100  # maximum length of a dateline in letters
_BLANK = re.compile(r"[^\S\n]+")
_DASH = re.compile(r"[-–—ـ]{1,2}(?=\s)|(?<=\s)[-–—ـ]{1,2}|(?<=\))[-–—]|/(?= )")
_APART = re.compile(r"[،,/|•-]|(?:في|يوم|اليوم|المحتلة|المحتلّة)(?!\w)")
_CREDIT = re.compile(
    r"\([^()\n]{1,40}\)|«[^«»\n]{1,30}»|[\"“][^\"“”\n]{1,30}[\"”]|[A-Z][\w.]*"
)


def datelines(
    text: str, cities: Iterable[Stretch], others: Iterable[Stretch]
) -> list[Stretch]:
    """The datelines of a text, in order; cities can begin one, other names and dates
    can continue it.
    """
    ends: dict[int, int] = {}
    for start, end in others:
        ends[start] = max(end, ends.get(start, 0))
    found: list[Stretch] = []
    for start, end in sorted(set(cities)):
        line = text.rfind("\n", 0, start) + 1
        if (
            not text[line:start].strip()
            and (stop := _end_of_dateline(text, end, ends)) > end
        ):
            found.append((line, stop))
    return found


def outside_datelines(found: Iterable[Candidate], text: str) -> list[Candidate]:
    """The candidates without the places and dates of datelines."""
    found = list(found)
    cities = [
        (c.start, c.end) for c in found if c.kind == "place" and not _is_country(c)
    ]
    lines = datelines(
        text,
        cities,
        [(c.start, c.end) for c in found if c.kind in ("place", "actor", DATE)],
    )
    return [
        c
        for c in found
        if c.kind not in ("place", DATE) or not any(a <= c.start < b for a, b in lines)
    ]


def _is_country(place: Candidate) -> bool:
    is_country = first_item(place).get("precision") == "country"
    return is_country and fold_key(place.quote) not in word_set("capitals")


def _end_of_dateline(text: str, at: int, ends: Mapping[int, int]) -> int:
    stop, limit, is_credited = at, at + _LONGEST, False
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
    return stop


def _agency(text: str, at: int) -> re.Match[str] | None:
    word = _LETTERS.match(text, at)
    name = (
        fold_key(word[0]) if word else ""
    )  # may be a single letter of an abbreviation (أ ف ب)
    return word if len(name) == 1 or name in word_set("agencies") else None


# ---------------------------------------------------------------- finding
_DateSpan: TypeAlias = tuple[
    int, int, str
]  # the folded offsets of a date, and the name of its pattern


def _matches(page: Page, patterns: Patterns) -> Matches:
    needs: dict[str, list[str]] = {
        name: each["needs"] for name, each in _wordings().items()
    }
    words, tables = page.words, set(chain(*needs.values()))
    sentences_with = {
        table: {words[index].sentence for index, _ in page.opened(table)}
        for table in tables
    }
    by_pattern = {
        name: set.intersection(*map(sentences_with.__getitem__, needs[name]))
        for name in patterns
    }
    extents = {
        sentence: words.in_sentence(sentence)
        for sentence in set().union(*by_pattern.values())
    }
    stretches = {
        sentence: (words[e[0]].start, words[e[-1]].stop)
        for sentence, e in extents.items()
    }
    return {
        name: [
            match
            for sentence in sorted(by_pattern[name])
            for match in pattern.finditer(page.folded.text, *stretches[sentence])
        ]
        for name, pattern in patterns.items()
    }


def _longest(matches: Matches) -> list[_DateSpan]:
    found: list[_DateSpan] = []
    for name, pattern_matches in matches.items():
        for match in pattern_matches:
            if (
                name != "hijri"
                or match[1].split()[0] == "شهر"
                or any(c.isdigit() for c in match[1])
            ):
                found.append((*match.span("year" if name == "bare_year" else 1), name))
    return sorted(
        non_overlapping(
            sorted(found, key=lambda f: (f[0] - f[1], f[0], f[2] != "relative"))
        )
    )


# ---------------------------------------------------------------- wording
_LONG_AGO = (
    -365
)  # days; relative wording that reaches further back is no date (منذ سنوات)
_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def _written() -> Mapping[str, Any]:
    return tomllib.loads(
        Path(__file__).with_name("date_wordings.toml").read_text("utf-8")
    )


def _wordings() -> Mapping[str, Any]:
    return _written()["wordings"]  # type: ignore[no-any-return]


def openings(lexicon: Lexicon) -> Tables:
    """The words without which a sentence contains no date, by the names under `needs`
    in the wordings.
    """
    parts = _written()["parts"]
    words_of = {
        "month": [fold_key(f) for m in lexicon.months.gregorian for f in m.forms],
        "hijri": [
            fold_key(f).removeprefix("شهر ") for m in lexicon.months.hijri for f in m.ar
        ],
        "weekday": [
            fold_key(f).removeprefix("يوم ") for d in lexicon.weekdays for f in d.ar
        ],
        "unit": re.findall(r"\w+", parts["unit"]),
        "outbreak": re.findall(r"\w+", BEGINNING),
        "of_year": ["عام", "عامي", "سنه"],
        "english": re.findall(r"\w+", parts["english"]),
    }
    fronts = ("", ARTICLE, "منذ", "on")
    heads = {
        name: {front + w.split()[0] for front in fronts for w in words_of[name]}
        for name in words_of
    }
    wordings = map(_LETTERS.findall, _relative_wordings(lexicon.relative_dates))
    relative = {max(letters, key=len, default="") for letters in wordings}
    return {
        **heads,
        "relative": relative,
        "since": {"منذ"},
        "with": {"منذ", "مع"},
        "ago": {"قبل", "منذ"},
        "later": {"بعد"},
        "during": {"خلال"},
        "this": {"هذا", "هذه"},
    }


def _relative_wordings(relative: Iterable[RelativeDate]) -> set[str]:
    dating = (e for e in relative if e.anchor in ("pub", "prev", "war"))
    datable = (e for e in dating if e.rule not in ("end_is_anchor", "pattern_not_date"))
    near = (e for e in datable if e.first is None or e.first >= _LONG_AGO)
    dated = {fold_key(form) for entry in near for form in entry.ar}
    return dated.difference(_written()["only_behind_a_month"])


def date_patterns(lexicon: Lexicon) -> Patterns:
    """The patterns of a lexicon; they match at a word's start, or behind و ف ب ل ك or
    an attached منذ.
    """
    words, written = days.calendar_words(lexicon), _written()
    months = {
        fold_key(form) for month in lexicon.months.gregorian for form in month.forms
    }
    parts = {
        "month_name": words.month,
        "hijri": words.hijri_month,
        "weekday": words.weekday,
        "ordinal": words.ordinal,
        "single": any_of(months.difference(written["no_month_alone"])),
        "relative": any_of(_relative_wordings(lexicon.relative_dates)),
        "stage": any_of(STAGES),
        "part_of_day": PART_OF_DAY,
        "now": NOW,
        "when": days.WHEN,
        "which": WHICH,
        "last": days.LAST,
        "beginning": BEGINNING,
        "outbreak": OUTBREAK,
    }
    for name, part in written["parts"].items():
        parts[name] = Template(part).substitute(parts)
    bodies = {
        name: Template(each["pattern"]).substitute(parts)
        for name, each in _wordings().items()
    }
    begins = {
        name: each.get("begins", written["begins"])
        for name, each in _wordings().items()
    }
    return {
        name: re.compile(rf"{begins[name]}({body})(?!\w)")
        for name, body in bodies.items()
    }
