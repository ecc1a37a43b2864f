"""Dates and periods in a text: three month systems, weekdays, relative wording, "since"
and "between".

A candidate's value is what typing its words would give, if the text or the caller gives
the reference date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import chain
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.suggest.article_words import Page, non_overlapping
from coder.suggest.date_wordings import Patterns, has_wording, needs_of, score_of
from coder.suggest.datelines import Stretch, find_datelines
from coder.text.normalize import fold_key
from coder.values import days
from coder.values.date_reading import BEGINNING, read_date, until_publication
from coder.values.dates import as_value
from coder.values.days import DateContext, Period, Publication

DATE = "date"
Matches: TypeAlias = Mapping[str, Sequence[re.Match[str]]]
"""The matches of each wording by its name."""
_DateSpan: TypeAlias = tuple[int, int, str]
"""The folded offsets of a date, and the name of its wording."""
_FRONT = 60  # code points that the name of an event in front of its day can have
_LINE_SLACK = 20  # letters besides the date on its line (تاريخ النشر:)
_POSTING = ("english", "iso", "numeric", "full")
"""The wordings of a publication date."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_OTHER_DAY = re.compile(r"(?<![\d:./-])\d{1,2} ?(?:[-–—/]|و)$")


def find_dates(
    page: Page,
    patterns: Patterns,
    lexicon: Lexicon,
    published: Publication | None = None,
    cities: Iterable[Stretch] = (),
    names: Iterable[Stretch] = (),
) -> list[Candidate]:
    """Return all dates of a page in order, resolved against the publication date, which
    is given or found in the text.

    Dates in boilerplate are left out, except for the publication date. cities, names:
    code points of names with which a dateline can begin or continue.
    """
    matches = _find_matches(page, patterns)
    spans = _choose_longest(matches)
    stretches = [page.folded.span(start, stop) for start, stop, _ in spans]
    lines = find_datelines(page.folded.stored, cities, [*names, *stretches])
    posting = _find_posting_date(page, matches, lines, lexicon)
    candidates: list[Candidate] = []
    for start, stop, name in spans:
        is_posting = posting is not None and posting.stretch == (start, stop)
        if page.is_boilerplate(start, stop) and not is_posting:
            continue
        score = score_of(name)
        candidates.append(page.candidate(DATE, start, stop, origin=name, score=score))
    if published is None and posting is not None:
        published = posting.published
    return _resolve(candidates, page.text, lexicon, published)


def with_resolved_dates(
    candidates: Sequence[Candidate],
    article: Article,
    codebook: Codebook,
    published: Publication,
) -> list[Candidate]:
    """Return the candidates with their dates resolved against the publication date.

    A value that another suggester computed stays as it is.
    """

    def is_recomputable(candidate: Candidate) -> bool:
        is_ours = candidate.value is None or has_wording(candidate.origin)
        return candidate.kind == DATE and is_ours

    dates = [candidate for candidate in candidates if is_recomputable(candidate)]
    resolved = _resolve(dates, article.text, codebook.lexicon, published)
    by_id = {candidate.id: candidate for candidate in resolved}
    return [by_id.get(candidate.id, candidate) for candidate in candidates]


# ---------------------------------------------------------------- finding
def _find_matches(page: Page, patterns: Patterns) -> Matches:
    """Match each wording in the sentences that have the words it needs."""
    words = page.words
    sentences_with: dict[str, set[int]] = {}
    for table in {table for name in patterns for table in needs_of(name)}:
        opened = page.opened(table)
        sentences_with[table] = {words[index].sentence for index, _ in opened}
    matches: dict[str, list[re.Match[str]]] = {}
    for name, pattern in patterns.items():
        tables = [sentences_with[table] for table in needs_of(name)]
        matches[name] = []
        for sentence in sorted(set.intersection(*tables)):
            indices = words.in_sentence(sentence)
            start = words[indices[0]].start
            stop = words[indices[-1]].stop
            matches[name] += pattern.finditer(page.folded.text, start, stop)
    return matches


def _choose_longest(matches: Matches) -> list[_DateSpan]:
    """Return the matches that overlap no longer one, in order."""
    found: list[_DateSpan] = []
    for name, of_wording in matches.items():
        for match in of_wording:
            group = "date" if "date" in match.re.groupindex else 1
            found.append((*match.span(group), name))

    def rank(span: _DateSpan) -> tuple[int, int, bool]:
        start, stop, name = span
        return start - stop, start, name != "relative"

    return sorted(non_overlapping(sorted(found, key=rank)))


class _Posting(NamedTuple):
    """The publication date in a text, at folded offsets."""

    stretch: Stretch
    published: Publication


def _find_posting_date(
    page: Page, matches: Matches, lines: Sequence[Stretch], lexicon: Lexicon
) -> _Posting | None:
    """Find the publication date: in boilerplate, on a line of its own, or in a
    dateline.
    """
    index = page.folded.index
    datelines = [(index(start), index(stop)) for start, stop in lines]
    for match in chain.from_iterable(matches[name] for name in _POSTING):
        start, stop = match.span(1)
        is_in_dateline = any(first <= start < last for first, last in datelines)
        if (
            is_in_dateline
            or page.is_boilerplate(start, stop)
            or _has_own_line(page.folded.text, start, stop)
        ):
            period = _read(match[1], DateContext(lexicon, None))
            if period is not None:
                return _Posting((start, stop), (period.first, period.last))
    return None


def _has_own_line(text: str, start: int, stop: int) -> bool:
    """Return whether a line has next to nothing besides the stretch."""
    line_start = text.rfind("\n", 0, start) + 1
    line_stop = (text + "\n").index("\n", stop)
    line = text[line_start:line_stop].strip()
    return len(line) - (stop - start) < _LINE_SLACK


# ---------------------------------------------------------------- values
def _resolve(
    dates: Sequence[Candidate],
    text: str,
    lexicon: Lexicon,
    published: Publication | None,
) -> list[Candidate]:
    """Return the dates with their values."""
    if not dates:
        return []
    context = DateContext(lexicon, published, _only_year(dates, lexicon))
    periods: list[Period | None] = []
    exact_days: list[date] = []
    for candidate in dates:
        front = fold_key(text[max(0, candidate.start - _FRONT) : candidate.start])
        period = _read_behind(front, fold_key(candidate.quote), context)
        if period is not None and (period.first == period.last or period.open_end):
            context = replace(context, previous=period.first)
            exact_days.append(period.first)
        periods.append(period)
    resolved: list[Candidate] = []
    for candidate, period in zip(dates, periods, strict=True):
        value = as_value(_narrow(period, exact_days)) if period else None
        resolved.append(replace(candidate, value=value))
    return resolved


def _read_behind(front: str, wording: str, context: DateContext) -> Period | None:
    """Return the days of a wording, given the text in front of it."""
    if wording[0].isdigit() and _OTHER_DAY.search(front):
        return None  # a part of several days
    period = _read(wording, context)
    if period is None:
        return None if context.pub else _read_day_of_event(front, wording, context)
    if not front.endswith("منذ"):
        return period
    try:
        return until_publication(period, context.pub)
    except CoderError:
        return None


def _read(wording: str, context: DateContext) -> Period | None:
    """Return the days of a wording; None if its reference date is unknown, or if it is
    outside the calendar.
    """
    try:
        return read_date(wording, context)
    except CoderError:
        return None


def _narrow(period: Period, exact_days: Iterable[date]) -> Period:
    """Let a vague period ("recently") start at the last exact day within it.

    What an article calls recent comes after the acts that it dates (coding guide, W8).
    Days of its last week are too near to bound it.
    """
    if period.precision != "unknown":
        return period
    latest = period.last - timedelta(days=6)
    within = [day for day in exact_days if period.first < day <= latest]
    return replace(period, first=max(within, default=period.first))


def _only_year(dates: Iterable[Candidate], lexicon: Lexicon) -> int | None:
    """Return the year in the text's dates with a day or month, None if these name
    several years or none.
    """
    any_month = days.calendar_words(lexicon).any_month
    years: set[int] = set()
    for candidate in dates:
        quote = fold_key(candidate.quote)
        # 7/10/2023, October 7, 2023; folded, Arabic digits are ASCII too
        is_in_digits_or_english = quote[0].isascii()
        if is_in_digits_or_english or any_month.search(quote):
            years.update(map(int, _YEAR.findall(quote)))
    return years.pop() if len(years) == 1 else None


def _read_day_of_event(front: str, wording: str, context: DateContext) -> Period | None:
    """Return the day or month of a known event, with the year of the event.

    The wording is a date without a year, front the text before it. A date is of an
    event whose name stands in front of it, or whose name contains it behind a word for
    an attack or a beginning. Returns None if the date is of no event or not its date.
    """
    is_behind_beginning = re.search(rf"(?:^| ){BEGINNING}$", front) is not None
    for event in context.lexicon.anchor_events:
        names = [fold_key(form) for form in event.ar]
        # هجوم السابع من أكتوبر: السابع من أكتوبر is in a name of the event
        has_day_in_name = any(wording in name for name in names)
        is_named_by_day = is_behind_beginning and has_day_in_name
        # الحرب على غزة في 7 تشرين الأول
        name_in_front = rf"(?:^| ){days.any_of(names)}(?: في)?(?: يوم)?$"
        is_named_in_front = re.search(name_in_front, front) is not None
        if not is_named_by_day and not is_named_in_front:
            continue
        day = date.fromisoformat(event.date)
        period = _read(wording, replace(context, year=day.year))
        if period is None:
            return None
        has_day_of_event = period.first <= day <= period.last
        return period if has_day_of_event else None
    return None
