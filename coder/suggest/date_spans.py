"""Dates and periods: absolute in three month systems, weekdays, relative wording, since and between.

Each gets the native date value when the text or the caller gives what it hangs on, else none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.article_words import Page
from coder.suggest.date_values import DateValues, Publication, since_told
from coder.suggest.date_words import CUES, DateWords, date_words
from coder.suggest.datelines import Stretch, datelines
from coder.text.normalize import fold_key
from coder.values.dates import as_value
from coder.values.days import Period

DATE = "date"
Matches = Mapping[str, Sequence[re.Match[str]]]
"""Pattern → where it matches."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A wording at [start, stop) of the folded text, by the name of its pattern."""

    start: int
    stop: int
    name: str


def dates(
    page: Page,
    words: DateWords,
    lexicon: Lexicon,
    published: Publication | None = None,
    cities: Iterable[Stretch] = (),
    names: Iterable[Stretch] = (),
) -> list[Candidate]:
    """All dates of a page, in order, resolved against the publication date (given, or found in the text).

    Of those in furniture only the one that tells when the article was published. cities, names: code points
    of names with which a dateline can begin, and go on.
    """
    matches = _matches(page, words)
    found = _longest(_worded(matches))
    days = (page.folded.span(i.start, i.stop) for i in found)
    lines = datelines(page.folded.stored, cities, (*names, *days))
    posted = _posted(page, matches, words, lexicon, lines)
    told = (posted.start, posted.stop) if posted else (0, 0)
    bare = [
        page.candidate(DATE, i.start, i.stop, origin=i.name, score=_SCORES.get(i.name, 0.9))
        for i in found
        if (i.start, i.stop) == told or not page.is_boilerplate(i.start, i.stop)
    ]
    return dated(bare, page.text, words, lexicon, published or (posted.days if posted else None))


def dated(
    found: Iterable[Candidate], text: str, words: DateWords, lexicon: Lexicon, published: Publication | None
) -> list[Candidate]:
    """The date candidates of a text, in order, with what they stand for if it came out then."""
    found = list(found)
    if not found:
        return []
    values = DateValues(words, lexicon, published, _year_told(text, found, lexicon))
    periods: list[Period | None] = []
    previous: date | None = None
    for candidate in found:
        since = _ENDS_IN_SINCE.search(text, max(0, candidate.start - 8), candidate.start) is not None
        period = values.value(candidate.origin, fold_key(candidate.quote), previous, since=since)
        if period is not None and _is_dated(period):
            previous = period.first
        periods.append(period)
    told = [p.first for p in periods if p is not None and _is_dated(p)]
    periods = [p and since_told(p, told) for p in periods]
    return [replace(c, value=as_value(p) if p else None) for c, p in zip(found, periods, strict=True)]


def _is_dated(period: Period) -> bool:
    """Whether a period begins on a day that is told."""
    return period.first == period.last or period.open_end


_wordings: dict[str, DateWords] = {}


def wording(codebook: Codebook) -> DateWords:
    """The wording of dates in a codebook revision, compiled when first asked for."""
    if codebook.digest not in _wordings:
        _wordings[codebook.digest] = date_words(codebook.lexicon)
    return _wordings[codebook.digest]


def redated(
    candidates: Sequence[Candidate], article: Article, codebook: Codebook, published: Publication
) -> list[Candidate]:
    """The same candidates, the dates among them as they stand now that the publication day is known.

    A date that another suggester worked out stays as it is.
    """
    bare = (c for c in candidates if c.kind == DATE and (c.value is None or c.origin in _OWN))
    known = dated(bare, article.text, wording(codebook), codebook.lexicon, published)
    by_id = {c.id: c for c in known}
    return [by_id.get(c.id, c) for c in candidates]


_OWN = frozenset(CUES)
"""The origins of dates that were found here: the names of patterns."""
_ENDS_IN_SINCE = re.compile(r"منذ\s*\Z")


@dataclass(frozen=True, slots=True)
class _Posted:
    """The publication day and the folded stretch that tells it."""

    start: int
    stop: int
    days: Publication


def _posted(
    page: Page, matches: Matches, words: DateWords, lexicon: Lexicon, lines: Sequence[Stretch]
) -> _Posted | None:
    """The day in the page's furniture (posted on …), on a line of its own or in a dateline."""
    text = page.folded.text
    lined = [(page.folded.index(start), page.folded.index(stop)) for start, stop in lines]
    for name in ("english", "iso", "numeric", "full"):
        for match in matches[name]:
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_stop = (text + "\n").index("\n", match.end())
            alone = len(text[line_start:line_stop].strip()) - len(match[1]) < _LINE_SLACK
            is_lined = any(start <= match.start(1) < stop for start, stop in lined)
            if alone or is_lined or page.is_boilerplate(match.start(1), match.end(1)):
                period = DateValues(words, lexicon, None).value(name, match[1], None)
                if period is not None:
                    return _Posted(*match.span(1), (period.first, period.last))
    return None


_LINE_SLACK = 20
"""Letters a date line may hold besides the date (تاريخ النشر:)."""

_SCORES = {
    "year": 0.5,
    "years": 0.5,
    "bare_year": 0.4,
    "hijri_year": 0.5,
    "outbreak": 0.8,
    "this": 0.8,
    "hijri": 0.8,
    "later": 0.6,
    "ago": 0.8,
}


# ---------------------------------------------------------------- finding
def _matches(page: Page, words: DateWords) -> Matches:
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
        for name, pattern in words.patterns.items()
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
