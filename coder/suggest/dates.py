"""Dates and periods: absolute in three month systems, weekdays, relative wording, since and between.

Each gets the native date value when the text or the caller gives what it hangs on, else none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from coder.codebook.lexicon import Lexicon, RelativeDate
from coder.model import Candidate
from coder.suggest.date_words import DateWords
from coder.suggest.page import Page
from coder.suggest.periods import (
    Anchors,
    Period,
    day_of_month,
    islamic_period,
    islamic_year_of,
    named_rule,
    one_day,
    shifted,
    weekday,
    whole_month,
    whole_year,
    year_of,
)
from coder.text.normalize import fold_key

DATE = "date"
_LONG_AGO = -365
"""Relative wording that reaches further back than this, in days, dates nothing (منذ سنوات)."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A wording at [start, stop) of the folded text, by the name of its pattern."""

    start: int
    stop: int
    name: str
    relative: RelativeDate | None = None


def dates(page: Page, words: DateWords, lexicon: Lexicon, published: date | None = None) -> list[Candidate]:
    """All dates of a page, in order, resolved against the publication day (given, or found in the text)."""
    text = page.folded.text
    found = _longest((*_worded(text, words), *_relative(text, lexicon)))
    anchors = Anchors(published or publication_day(page, words), _only_year(text, found, words))
    made: list[Candidate] = []
    for item in found:
        period = _period(item, text[item.start : item.stop], words, anchors, lexicon)
        if period is not None and period.precision == "day":
            anchors = anchors.told(period.start)
        value = period.value if period else None
        score = _SCORES.get(item.name, 0.9)
        made.append(page.candidate(DATE, item.start, item.stop, value=value, origin=item.name, score=score))
    return made


def publication_day(page: Page, words: DateWords) -> date | None:
    """The day in the page's furniture (posted on …) or on a line of its own; None if there is none."""
    text = page.folded.text
    for name in ("english", "iso", "numeric", "full"):
        for match in words.patterns[name].finditer(text):
            line_start = text.rfind("\n", 0, match.start()) + 1
            line_stop = (text + "\n").index("\n", match.end())
            alone = len(text[line_start:line_stop].strip()) - len(match[1]) < _LINE_SLACK
            if alone or page.is_furniture(match.start(1), match.end(1)):
                period = _read(name, match[1], words, Anchors(), None)
                if period is not None:
                    return period.start
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
def _worded(text: str, words: DateWords) -> Iterator[_Found]:
    for name, pattern in words.patterns.items():
        for match in pattern.finditer(text):
            if name != "hijri" or match[1].split()[0] in ("شهر",) or any(c.isdigit() for c in match[1]):
                yield _Found(*match.span("year" if name == "bare_year" else 1), name)


def _relative(text: str, lexicon: Lexicon) -> Iterator[_Found]:
    """The lexicon's relative wording, those that date something by themselves."""
    for entry in lexicon.relative_dates:
        if entry.anchor not in ("pub", "prev", "war") or entry.rule in ("end_is_anchor", "pattern_not_date"):
            continue
        if entry.first is not None and entry.first < _LONG_AGO:
            continue
        for form in entry.ar:
            wording = fold_key(form)
            if wording in _ONLY_BEHIND_A_MONTH:
                continue
            for match in re.finditer(rf"(?<!\w)[وف]?({re.escape(wording)})(?!\w)", text):
                yield _Found(*match.span(1), "relative", entry)


_ONLY_BEHIND_A_MONTH = frozenset(map(fold_key, ["الجاري", "الحالي", "الماضي", "الفائت", "المنصرم"]))


def _longest(found: Iterable[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for item in sorted(found, key=lambda f: (f.start - f.stop, f.start, f.relative is None)):
        if not any(k.start < item.stop and item.start < k.stop for k in kept):
            kept.append(item)
    return sorted(kept, key=lambda f: f.start)


def _only_year(text: str, found: Iterable[_Found], words: DateWords) -> int | None:
    """The year that the full dates of a text name, if they name just one."""
    years = {
        int(year)
        for item in found
        if item.name in ("full", "since", "since_event", "between", "month", "english", "iso")
        for year in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", text[item.start : item.stop])
    }
    return years.pop() if len(years) == 1 else None


# ---------------------------------------------------------------- reading
def _period(item: _Found, said: str, words: DateWords, anchors: Anchors, lexicon: Lexicon) -> Period | None:
    """What a wording stands for, None where nothing tells."""
    if item.relative is None:
        return _read(item.name, said, words, anchors, lexicon)
    if item.relative.anchor == "war":
        return _since_anchor_event(said, lexicon, anchors)
    return _relative_period(item.relative, anchors)


def _read(name: str, said: str, words: DateWords, anchors: Anchors, lexicon: Lexicon | None) -> Period | None:
    reader = _READERS.get(name)
    period = reader(said, words, anchors) if reader else None
    if period is None and name in ("outbreak", "since_event") and lexicon:
        return _since_anchor_event(said, lexicon, anchors)
    return period


def _full(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """A day of a month; the year may be left out."""
    month, at = words.named(said, words.months)
    day = _day(said[:at], words)
    if month is None or day is None:
        return None
    told = day_of_month(day, month, _year(said[at:]) or _other_year(said, anchors), anchors, _is_ahead(said))
    return one_day(told) if told else None


def _month_alone(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """A month, or the part of it that a word in front names."""
    month, at = words.named(said, words.months)
    if month is None:
        return None
    year = _year(said[at:]) or _other_year(said, anchors) or year_of(month, 1, anchors, _is_ahead(said))
    if year is None:
        return None
    whole = whole_month(year, month)
    first, last = next((days for word, days in _STAGES.items() if word in said[:at]), (1, 31))
    if (first, last) == (1, 31):
        return whole
    last = min(last, whole.end.day)
    return Period(whole.start.replace(day=first), whole.start.replace(day=last), "range")


_STAGES = {
    "منتصف": (15, 15), "اواسط": (11, 20), "اوايل": (1, 10), "مطلع": (1, 10), "بدايه": (1, 10),
    "اواخر": (21, 31), "نهايه": (21, 31), "ختام": (21, 31),
}  # fmt: skip
"""Days of a month by the word in front; the middle is its 15th (coding guide, section 2)."""


def _since(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """From a date to publication."""
    begun = _full(said, words, anchors) or _month_alone(said, words, anchors) or _whole_year(said)
    if begun is None or anchors.published is None or anchors.published < begun.start:
        return None
    return Period(begun.start, anchors.published, "range", "relative", open_end=True)


def _between(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """Two days; the first may leave month and year to the second."""
    halves = re.split(r" (?:الي|حتي) | ?و(?=\s?\d|ال| )", said, maxsplit=1)
    end = _full(halves[-1], words, anchors)
    if end is None or len(halves) < 2:
        return None
    first = _day(halves[0], words)
    month, _ = words.named(halves[0], words.months)
    if first is None or first > 31:
        return None
    begun = day_of_month(first, month or end.end.month, end.end.year, anchors, False)
    return Period(begun, end.end, "range") if begun and begun <= end.end else None


def _two_months(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    half = said.rindex(" و")
    months = [words.named(part, words.months)[0] for part in (said[:half], said[half:])]
    if months[0] is None or months[1] is None:
        return None
    year = _year(said) or year_of(months[1], 1, anchors, False)
    if year is None:
        return None
    return Period(whole_month(year, months[0]).start, whole_month(year, months[1]).end, "range")


def _numeric(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """Day, month, year as Arabic papers write them; a year of two digits is of this century."""
    day, month, year = (int(n) for n in re.findall(r"\d+", said))
    return _existing(day, month, year if year > 99 else 2000 + year)


def _iso(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    year, month, day = (int(n) for n in said.split("-"))
    return _existing(day, month, year)


def _english(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    name = re.search(r"[a-z]+", said)
    day, year = (int(n) for n in re.findall(r"\d+", said))
    return _existing(day, _ENGLISH_MONTHS.index(name[0]) + 1, year) if name else None


_ENGLISH_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]


def _existing(day: int, month: int, year: int) -> Period | None:
    try:
        return one_day(date(year, month, day))
    except ValueError:
        return None


def _hijri(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    month, at = words.named(said, words.hijri)
    if month is None:
        return None
    stated = re.search(r"1[34]\d\d", said)
    day = _day(said[:at], words)
    if stated is None and anchors.published is None:
        return None
    year = int(stated[0]) if stated else islamic_year_of(month, day or 1, anchors.published or date.max)
    return islamic_period(year, month, day)


def _weekday(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    iso, _ = words.named(said, words.weekdays)
    day = weekday(iso, anchors, _is_ahead(said)) if iso else None
    return one_day(day, "relative") if day else None


def _years(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    first, *others = (int(year) for year in re.findall(r"\d{4}", said))
    return Period(date(first, 1, 1), date(others[-1], 12, 31), "range") if others else whole_year(first)


def _whole_year(said: str) -> Period | None:
    year = _year(said)
    return whole_year(year) if year else None


def _hijri_year(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    year = int(re.findall(r"\d{4}", said)[0])
    return Period(islamic_period(year, 1, None).start, islamic_period(year, 12, None).end, "range")


def _past(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """A week, month or year by الماضي, الجاري; other units (الأيام الماضية) give no exact days."""
    p = anchors.published
    if p is None:
        return None
    if re.search("(?:العام|السنه) (?:الماضي|المنصرم|الفايت)", said):
        return whole_year(p.year - 1, "relative")
    if re.search("(?:العام|السنه) (?:الجاري|الحالي)", said):
        return Period(date(p.year, 1, 1), p, "year", "relative")
    current = "الجاري" in said or "الحالي" in said or "هذا" in said
    last = "الماضي" in said or "المنصرم" in said or "الفايت" in said
    if "الاسبوع" in said and (current or last):
        return named_rule("week_of_anchor_to_anchor" if current else "previous_calendar_week", p)
    if "الشهر" in said and (current or last):
        return named_rule("month_of_anchor_to_anchor" if current else "previous_month_or_last_named", p)
    return None


def _next_day(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    if anchors.previous is None:
        return None
    return replace(shifted(anchors.previous, int("التالي" in said), int("التالي" in said), "day"))


def _relative_period(entry: RelativeDate, anchors: Anchors) -> Period | None:
    """The days of a lexicon wording."""
    base = anchors.previous if entry.anchor == "prev" else anchors.published
    if base is None:
        return None
    if entry.first is not None and entry.last is not None:
        return shifted(base, entry.first, entry.last, entry.precision)
    return named_rule(entry.rule, base)


def _since_anchor_event(said: str, lexicon: Lexicon, anchors: Anchors) -> Period | None:
    """From a known event (the beginning of a war) to publication."""
    for event in lexicon.anchor_events:
        if any(fold_key(form) in said for form in event.ar):
            begun = date.fromisoformat(event.date)
            if anchors.published and anchors.published >= begun:
                return Period(begun, anchors.published, "range", "relative", open_end=True)
    return None


# ---------------------------------------------------------------- parts of a wording
def _day(said: str, words: DateWords) -> int | None:
    """The last day number or ordinal in a wording."""
    numbers = re.findall(r"\d+", said)
    if numbers:
        return int(numbers[-1])
    return next((words.ordinals[o] for o in sorted(words.ordinals, key=len, reverse=True) if o in said), None)


def _year(said: str) -> int | None:
    stated = re.search(r"(?:19|20)\d\d", said)
    return int(stated[0]) if stated else None


def _other_year(said: str, anchors: Anchors) -> int | None:
    """The year of من العام الماضي and its like, by the year of publication; None if nothing of it is said."""
    if anchors.published is None or not re.search("من (?:العام|السنه)", said):
        return None
    return anchors.published.year + _is_ahead(said) - bool(re.search("الماضي|المنصرم|الفايت", said))


def _between_days(said: str, words: DateWords, anchors: Anchors) -> Period | None:
    """Two days of this month or of the last."""
    first, last = (int(n) for n in re.findall(r"\d+", said))
    rule = "previous_month_or_last_named" if "الماضي" in said else "month_of_anchor_to_anchor"
    month = named_rule(rule, anchors.published) if anchors.published else None
    if month is None or not 1 <= first <= last <= whole_month(month.start.year, month.start.month).end.day:
        return None
    return Period(month.start.replace(day=first), month.start.replace(day=last), "range", "relative")


def _is_ahead(said: str) -> bool:
    return "المقبل" in said or "القادم" in said


_READERS: dict[str, Callable[[str, DateWords, Anchors], Period | None]] = {
    "full": _full,
    "iso": _iso,
    "numeric": _numeric,
    "english": _english,
    "month": _month_alone,
    "hijri": _hijri,
    "weekday": _weekday,
    "between": _between,
    "between_days": _between_days,
    "years": _years,
    "year": _years,
    "bare_year": _years,
    "hijri_year": _hijri_year,
    "two_months": _two_months,
    "since": _since,
    "since_event": _since,
    "past": _past,
    "this": _past,
    "in_one_day": _next_day,
}
