"""Dates and periods: absolute in three month systems, weekdays, relative wording, since and between.

Each gets the value that typing its words would give, when the text or the caller gives what it hangs on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Article, Candidate
from coder.suggest.article_words import Page
from coder.suggest.date_patterns import CUES, Patterns
from coder.suggest.datelines import Stretch, datelines
from coder.text.normalize import fold_key
from coder.values.date_reading import read_date, until_publication
from coder.values.dates import as_value
from coder.values.days import DateContext, Period, Publication

DATE = "date"
Matches = Mapping[str, Sequence[re.Match[str]]]
"""Pattern → where it matches."""
_WEEK = timedelta(days=6)
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2} ?([/.-]) ?\d{1,2} ?\2 ?)(\d\d)$")
"""A year of two digits: while a date is typed it may be but half of one, in a text it is whole."""
_ENDS_IN_SINCE = re.compile(r"منذ\s*\Z")
_LINE_SLACK = 20
"""Letters a date line may hold besides the date (تاريخ النشر:)."""
_SCORES = {
    **dict.fromkeys(("year", "years", "hijri_year"), 0.5), "bare_year": 0.4, "later": 0.6,
    **dict.fromkeys(("outbreak", "this", "hijri", "ago"), 0.8),
}  # fmt: skip


def dates(
    page: Page,
    patterns: Patterns,
    lexicon: Lexicon,
    published: Publication | None = None,
    cities: Iterable[Stretch] = (),
    names: Iterable[Stretch] = (),
) -> list[Candidate]:
    """All dates of a page, in order, resolved against the publication date (given, or found in the text).

    Of those in furniture only the one that tells when the article was published. cities, names: code points
    of names with which a dateline can begin, and go on.
    """
    matches = _matches(page, patterns)
    found = _longest(_worded(matches))
    days = (page.folded.span(i.start, i.stop) for i in found)
    lines = datelines(page.folded.stored, cities, (*names, *days))
    told, posted = _posted(page, matches, lexicon, lines)
    bare = [
        page.candidate(DATE, i.start, i.stop, origin=i.name, score=_SCORES.get(i.name, 0.9))
        for i in found
        if (i.start, i.stop) == told or not page.is_furniture(i.start, i.stop)
    ]
    return _dated(bare, page.text, lexicon, published or posted)


def redated(
    candidates: Sequence[Candidate], article: Article, codebook: Codebook, published: Publication
) -> list[Candidate]:
    """The same candidates, the dates among them as they stand now that the publication day is known.

    A date that another suggester worked out stays as it is.
    """
    bare = [c for c in candidates if c.kind == DATE and (c.value is None or c.origin in CUES)]
    by_id = {c.id: c for c in _dated(bare, article.text, codebook.lexicon, published)}
    return [by_id.get(c.id, c) for c in candidates]


# ---------------------------------------------------------------- what they stand for
def _dated(
    found: Sequence[Candidate], text: str, lexicon: Lexicon, published: Publication | None
) -> list[Candidate]:
    """The date candidates of a text, in order, with what they stand for if it came out then."""
    if not found:
        return []
    context = DateContext(lexicon, published, _year_told(text, found, lexicon))
    periods: list[Period | None] = []
    told: list[date] = []
    for candidate in found:
        since = _ENDS_IN_SINCE.search(text, max(0, candidate.start - 8), candidate.start) is not None
        period = _period(fold_key(candidate.quote), context, since=since)
        if period is not None and (period.first == period.last or period.open_end):
            context = replace(context, previous=period.first)
            told.append(period.first)
        periods.append(period)
    known = [period and _since_told(period, told) for period in periods]
    return [replace(c, value=as_value(p) if p else None) for c, p in zip(found, known, strict=True)]


def _period(said: str, context: DateContext, *, since: bool = False) -> Period | None:
    """The days of a folded wording, None where nothing tells; since: منذ stands in front."""
    try:
        found = read_date(_SHORT_YEAR.sub(r"\g<1>20\3", said), context)
        return until_publication(found, context.pub) if found and since else found
    except CoderError:
        return None  # it hangs on what the article does not tell, or lies outside the calendar


def _since_told(period: Period, told: Iterable[date]) -> Period:
    """A vague period (recently) since the last day in it that the article tells, its last week's left out.

    What an article calls recent comes after the acts that it dates (coding guide, W8); those of its own last
    days (yesterday, on Sunday) are too near to bound it.
    """
    if period.precision != "unknown":
        return period
    within = [day for day in told if period.first < day <= period.last - _WEEK]
    return replace(period, first=max(within, default=period.first))


def _year_told(text: str, found: Iterable[Candidate], lexicon: Lexicon) -> int | None:
    """The latest year that the dates of a text name, or that of a known event it mentions."""
    years = {
        int(year)
        for item in found
        if item.origin in ("full", "since", "since_event", "between", "month", "english", "iso", "numeric")
        for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", fold_key(item.quote))
    }
    folded = fold_key(text)
    events = (e for e in lexicon.anchor_events if any(fold_key(form) in folded for form in e.ar))
    return max((*years, *(date.fromisoformat(e.date).year for e in events)), default=None)


def _posted(
    page: Page, matches: Matches, lexicon: Lexicon, lines: Sequence[Stretch]
) -> tuple[Stretch | None, Publication | None]:
    """The day told in furniture (posted on …), on a line of its own or in a dateline, behind its stretch."""
    text = page.folded.text
    lined = [(page.folded.index(start), page.folded.index(stop)) for start, stop in lines]
    for name in ("english", "iso", "numeric", "full"):
        for match in matches[name]:
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_stop = (text + "\n").index("\n", match.end())
            alone = len(text[line_start:line_stop].strip()) - len(match[1]) < _LINE_SLACK
            is_lined = any(start <= match.start(1) < stop for start, stop in lined)
            if alone or is_lined or page.is_furniture(match.start(1), match.end(1)):
                period = _period(match[1], DateContext(lexicon, None))
                if period is not None:
                    return match.span(1), (period.first, period.last)
    return None, None


# ---------------------------------------------------------------- finding
class _Found(NamedTuple):
    """A wording at [start, stop) of the folded text, by the name of its pattern."""

    start: int
    stop: int
    name: str


def _matches(page: Page, patterns: Patterns) -> Matches:
    """Where the patterns match, in the sentences that hold the words that each cannot do without."""
    tables = {table for tables in CUES.values() for table in tables}
    told = {table: {page.words[index].sentence for index, _ in page.opened(table)} for table in tables}
    held = {name: set.intersection(*(told[table] for table in tables)) for name, tables in CUES.items()}
    stretches = {sentence: page.words.stretch(sentence) for sentence in set().union(*held.values())}
    return {
        name: [
            match
            for sentence in sorted(held[name])
            for match in pattern.finditer(page.folded.text, *stretches[sentence])
        ]
        for name, pattern in patterns.items()
    }


def _worded(matches: Matches) -> Iterator[_Found]:
    for name, found in matches.items():
        for match in found:
            if name != "hijri" or match[1].split()[0] == "شهر" or any(c.isdigit() for c in match[1]):
                yield _Found(*match.span("year" if name == "bare_year" else 1), name)


def _longest(found: Iterable[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    taken: set[int] = set()
    for item in sorted(found, key=lambda f: (f.start - f.stop, f.start, f.name != "relative")):
        # no longer than the kept ones, it overlaps one of them only with its first or last letter
        if item.start not in taken and item.stop - 1 not in taken:
            kept.append(item)
            taken.update(range(item.start, item.stop))
    return sorted(kept, key=lambda f: f.start)
