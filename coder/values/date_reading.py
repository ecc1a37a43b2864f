"""Interpretation of date expressions, whether typed or found in a text.

If publication is a range of days, the first day is computed from its start and the last
from its end. Weeks begin on Monday (ISO 8601). Source: `relative_dates` in the lexicon
and the rules on dates in the coding guide (a weekday alone is the last such day on or
before publication).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.lexicon_schema import RelativeDate
from coder.errors import CoderError
from coder.text.normalize import fold_key
from coder.values.days import (
    DATE_FORMS,
    LAST,
    NEXT,
    THIS,
    WHICH,
    DateContext,
    Period,
    Publication,
    end_of_month,
    read_hijri,
    single_date,
)
from coder.values.numbers import read_number

Step: TypeAlias = Callable[[date], date]

OUTBREAK = "(?:اندلاع|بدء|بدايه|انطلاق|تفجر)"
BEGINNING = f"(?:{OUTBREAK}|احداث|هجوم|هجمات)"
"""Words for the beginning of a war or of its phase."""
STAGES = {
    "منتصف": (15, 15),
    "اواسط": (11, 20),
    "اوايل": (1, 10),
    "مطلع": (1, 10),
    "بدايه": (1, 10),
    "اواخر": (21, 31),
    "نهايه": (21, 31),
    "ختام": (21, 31),
}
"""First and last day of a part of a month by its name; the middle is the 15th (coding
guide, section 2).
"""
_PAST = re.compile(LAST)
_AHEAD = re.compile(NEXT)
_NEXT_DAY = re.compile("(?:التالي|نفسه|ذاته)$|^بعد يوم من")
_STAGE = re.compile(rf"(منذ )?({'|'.join(STAGES)}) (.+)")
_SINCE_EVENT = re.compile(f"(?:منذ|مع|بعد|عقب) {BEGINNING} ")
_YEARS = re.compile(r"(?:ما )?(?:بين )?عامي (\d{4}) ?و ?(\d{4})")
_OF_YEAR = re.compile(f"(?:من )?(?:هذا )?(?:العام|السنه)(?: (?:{THIS}|{LAST}))?$")
_DAYS_OF_MONTH = re.compile(
    r"(?:ما بين |بين |من )?(?:يومي )?(?:ال ?)?(\d{1,2}) ?(?:و|الي |حتي ) ?(?:ال ?)?(\d{1,2}) "
    f"من (?:هذا الشهر|الشهر {WHICH})"
)
_WEEKDAYS = re.compile(
    r"(?:ليله? |من )?(\w+) ?(?:[-–—/] ?|(?:الي|حتي) )?(?:يوم )?(?<!\w)(\w+)"
)
_PAST_NAMES = re.compile("المنصرم|الفايت")
_COUNTED_BACK = re.compile(
    r"(?:خلال )?(?:(?:ال ?)?(\d+) (ساعه|ساعات|ايام|يوما?)|(الساعات|الايام) (?:ال ?)?(\w+)|اليومين)"
    " (?:الماضي|الاخير)(?:ه|ين)?"
)
_UNIT_AHEAD = re.compile(f"(?:خلال )?(الاسبوع|الشهر|العام) {NEXT}")
_CORRESPONDING = re.compile(r"(.+?) ?(?:الموافقه?|corresponding to) (?:ل ?)?(.+)")
_TWO_MONTHS = re.compile(r"شهري (.*?),? و(?=[^ ])(.*)")
_TWO_DAYS = re.compile(r"\d{1,2} (?:و ?|and )\d")
_BETWEEN = (
    r" ?\.\. ?| ?[–—] ?| - |(?<=\d)-(?=\d+[ /.])|(?<=\d{4})-(?=\d{4}$)"
    "| (?:الي|حتي|to|until) "
)
_AND = r" و ?(?=\S)| and "
_DAY = timedelta(days=1)
_WEEK = timedelta(days=6)
_AFTER_WEEKDAY = {"الماضي": -1, "الفايت": -1, "المنصرم": -1, "القادم": 7, "المقبل": 7}
_BEFORE_WEEKDAY = {"last": -1, "next": 7}


def read_date(text: str, context: DateContext, typed: str = "") -> Period | None:
    """Return the days that folded text stands for; None if it is not a date.

    Raises CoderError if it is a date that cannot be computed, for example without a
    publication date, or that the calendar does not have. typed: the text before it was
    folded, as the error quotes it.
    """
    try:
        period = _read(context.words.plain(text), context)
    except (OverflowError, ValueError):
        raise CoderError(
            "values.no_day", named=typed or text, forms=DATE_FORMS
        ) from None
    if period and period.first > period.last:
        raise CoderError("values.end_before_start", text=text, forms=DATE_FORMS)
    return period


def _read(text: str, context: DateContext) -> Period | None:
    if context.previous and _NEXT_DAY.search(text):
        return _same_or_next_day(text, context.previous, context)
    months = _TWO_MONTHS.fullmatch(text)  # شهري آذار ونيسان
    if months:
        first = _read_dated(months[1], context)
        last = _read_dated(months[2], context)
        return Period(first.first, last.last, "range") if first and last else None
    days = _DAYS_OF_MONTH.fullmatch(text)
    if days:
        return _days_of_month(text, int(days[1]), int(days[2]), context)
    weekdays = _WEEKDAYS.fullmatch(text)  # ليل الثلاثاء – الأربعاء
    if weekdays and {weekdays[1], weekdays[2]} <= context.words.weekdays.keys():
        return _between_weekdays(weekdays[1], weekdays[2], context)
    years = _YEARS.fullmatch(text)
    if years:
        return Period(date(int(years[1]), 1, 1), date(int(years[2]), 12, 31), "range")
    period = _read_dated(text, context)
    stage = _STAGE.fullmatch(text)
    if stage and not period:
        period = _stage(stage[2], stage[3], context, since=bool(stage[1]))
    return period or _since_event(text, context)


def _same_or_next_day(text: str, previous: date, context: DateContext) -> Period:
    """Read a day that is counted from the date before it in the text (اليوم التالي)."""
    day = previous
    if not text.endswith(("نفسه", "ذاته")):
        day = previous + _DAY
    return Period(day, day, "day", "relative" if context.pub else "inferred")


def _days_of_month(text: str, first: int, last: int, context: DateContext) -> Period:
    """Read two days of this month, the one before or the next."""
    month = context.published[1].replace(day=1)
    if _PAST.search(text):
        month = _first_of_month_before(month)
    elif _AHEAD.search(text):
        month = _first_of_month_after(month)
    if not 1 <= first <= last <= end_of_month(month).day:
        raise ValueError
    return Period(
        month.replace(day=first), month.replace(day=last), "range", "relative"
    )


def _read_dated(text: str, context: DateContext) -> Period | None:
    """Read a date whose year may follow from words such as "this year" or from other
    dates of the text.
    """
    if _AHEAD.search(text) and context.words.any_month.search(text):
        day = context.published[1] + timedelta(days=365)
        without_word = _AHEAD.sub("", text).strip()
        return _plain_date(without_word, replace(context, pub=(day, day)))
    if re.fullmatch(f"(?:العام|السنه) {LAST}", text):
        last = context.published[1].year - 1
        return Period(date(last, 1, 1), date(last, 12, 31), "year", "relative")
    period = _in_year(text, context)
    if period is not None:
        return period
    of_year = _OF_YEAR.search(text)
    if of_year:
        year = context.published[1].year
        if _PAST.search(of_year[0]):
            year -= 1
        return _in_year(f"{text[: of_year.start()]}{year}", context)
    return _in_year(text.removeprefix("في "), context)


def _in_year(text: str, context: DateContext) -> Period | None:
    """Read a date; without a publication date, an omitted year is inferred from the
    text.
    """
    try:
        return _plain_date(text, context)
    except CoderError:
        has_month = context.words.any_month.search(text) and not _PAST.search(text)
        if context.pub or context.year is None or not has_month:
            raise
        end = date(context.year, 12, 31)
        period = _plain_date(text, replace(context, pub=(end, end)))
        # An open one lasts until a publication that is not known.
        if period is None or period.open_end:
            raise
        return replace(period, basis="inferred")


def _plain_date(text: str, context: DateContext) -> Period | None:
    """Read a date or a period, closed or open, with the year in its words or by
    publication.
    """
    two = _CORRESPONDING.fullmatch(text)
    if two:
        return _corresponding(two[1], two[2], context)
    if text.endswith(("+", "..")):
        closed = text.rstrip("+. ")
        period = _period(closed, context)
        if period:
            return replace(period, open_end=True)
        start = _one(closed, context)
    else:
        period = _one(text, context) or _period(text, context)
        if period:
            return period
        since = re.fullmatch(r"(?:منذ|since) (.+)", text)
        start = _one(since[1], context) if since else None
    return until_publication(start, context.pub) if start else None


def _corresponding(one: str, other: str, context: DateContext) -> Period | None:
    """Read a date in both calendars (14 محرم الموافق 5 تموز); the Gregorian one counts."""
    for islamic, christian in ((one, other), (other, one)):
        hijri = read_hijri(islamic, context)
        gregorian = single_date(christian, context)
        if hijri is None or gregorian is None:
            continue
        # moon sighting may shift the Hijri date by a day
        if abs(hijri.first - gregorian.first) <= timedelta(days=2):
            return gregorian
        raise CoderError("values.two_days", first=one, second=other)
    return None


def _one(text: str, context: DateContext) -> Period | None:
    """Read one date, absolute or relative."""
    period = read_hijri(text, context) or single_date(text, context)
    if period:
        return period
    text = _PAST_NAMES.sub("الماضي", text)
    bare = context.words.without_filler(text)
    return (
        _weekday(bare, context)
        or _days_ago(text, context)
        or _read_listed(text, context)
        or _read_listed(bare, context)
        or _read_counted_back(bare, context)
        or _ahead(bare, context)
    )


def _period(text: str, context: DateContext) -> Period | None:
    """Read two dates with `..`, a dash or إلى between them, or بين 17 و24 أكتوبر."""
    inner = re.sub(r"^(?:(?:ما بين|بين|من|between|from) )?(?:يومي )?", "", text)
    separators = _BETWEEN
    is_between = text.startswith(("بين ", "ما بين ", "between "))
    if is_between or _TWO_DAYS.match(inner):
        separators = f"{_BETWEEN}|{_AND}"
    for match in re.finditer(separators, inner):
        first = inner[: match.start()].strip()
        last = inner[match.end() :].strip()
        last = _in_year_after(first, last, context)
        end = _one(last, context)
        if end is None:
            continue
        start = _one(_with_year_of(last, end, first, context), context)
        if start is None and re.fullmatch(r"(?:ال)?\d{1,2}", first):
            # a day in the second date's month
            in_month = re.sub(r"\d{1,2}", first.removeprefix("ال"), last, count=1)
            start = _one(in_month, context)
        if start is None:
            continue
        if start.first > end.last:
            raise CoderError("values.end_before_start", text=text, forms=DATE_FORMS)
        precision = "day" if start.first == end.last else "range"
        basis = "relative" if "relative" in (start.basis, end.basis) else "absolute"
        return Period(start.first, end.last, precision, basis)
    return None


def _with_year_of(last: str, end: Period, first: str, context: DateContext) -> str:
    """Add to the first of two dates the second's year, or the year before if it would
    be later than it.
    """
    if not re.search(r"(?<!\d)\d{4}$", last) or re.search(r"\d{3}", first):
        return first
    if not context.words.any_month.search(first):
        return first
    year = end.last.year
    start = _one(f"{first} {year}", context)
    if start is not None and start.first > end.last:
        year -= 1
    return f"{first} {year}"


def _in_year_after(first: str, last: str, context: DateContext) -> str:
    """Add to the second of two dates the first's year, or the next year if it would be
    earlier than it.
    """
    found = re.search(r"(?<!\d)\d{4}$", first)
    month = context.words.any_month
    if found is None or re.search(r"\d{3}", last):
        return last
    if not month.search(first) or not month.search(last):
        return last
    year = int(found[0])
    start = _one(first, context)
    end = _one(f"{last} {found[0]}", context)
    if start is not None and end is not None and end.last < start.first:
        year += 1
    return f"{last} {year}"


def until_publication(start: Period, pub: Publication | None) -> Period:
    """Return the open-ended period from a date to the last possible day of publication."""
    if pub is None:
        raise CoderError("values.open_needs_publication")
    return replace(
        start, last=max(pub[1], start.first), precision="range", open_end=True
    )


def _stage(stage: str, text: str, context: DateContext, since: bool) -> Period | None:
    """Return the beginning, middle or end of a month; with `since` (منذ), from there to
    publication.
    """
    period = _read_dated(text, context)
    begin, end = STAGES[stage]
    if period is not None and period.precision == "month":
        first = period.first.replace(day=begin)
        last = period.first.replace(day=min(end, period.last.day))
        period = Period(first, last, "range", period.basis)
    elif not since or begin > 1:
        return None
    if since and period is not None:
        return until_publication(period, context.pub)
    return period


def _since_event(text: str, context: DateContext) -> Period | None:
    """Read "since the outbreak of …": from the date stated there, or that of a known
    war, to publication.
    """
    if not _SINCE_EVENT.match(f"{text} "):
        return None
    match = re.search(rf"(?:\d+|{context.words.month})(?: |/).*?(?= و?حتي|$)", text)
    start = _read_dated(match[0], context) if match else None
    if start is None:
        start = _find_war(text, context)
    return until_publication(start, context.pub) if start else None


def _find_war(text: str, context: DateContext) -> Period | None:
    """Return the day on which the first known war that a text names began."""
    for event in context.lexicon.anchor_events:
        if any(fold_key(form) in text for form in event.ar):
            day = date.fromisoformat(event.date)
            return Period(day, day, "day", "relative")
    return None


def _weekday(text: str, context: DateContext) -> Period | None:
    names = context.words.weekdays
    name = text
    days = 0
    if text not in names:
        front, _, last = text.rpartition(" ")
        first, _, rest = text.partition(" ")
        if front in names:
            name = front
            days = _AFTER_WEEKDAY.get(last, 0)
        else:
            name = rest
            days = _BEFORE_WEEKDAY.get(first, 0)
        if name not in names or not days:
            return None

    def last_such_day(pub: date) -> date:
        day = pub + timedelta(days=days)
        return day - timedelta(days=(day.isoweekday() - names[name]) % 7)

    return _from_publication(context, last_such_day, "day")


def _between_weekdays(first: str, last: str, context: DateContext) -> Period | None:
    """Read the days from one weekday to the next such weekday behind it."""
    end = _weekday(last, context)
    if end is None:
        return None
    names = context.words.weekdays
    days = (names[last] - names[first]) % 7
    return Period(end.first - days * _DAY, end.first, "range", "relative")


def _days_ago(text: str, context: DateContext) -> Period | None:
    match = re.fullmatch(r"(?:قبل|منذ) (.+) (?:ايام|يوما?)|(\d+) days? ago", text)
    if match is None:
        return None
    days = read_number(match[1] or match[2], context.lexicon.numbers)
    if days is None:
        return None
    step = timedelta(days=days)
    return _from_publication(context, lambda pub: pub - step, "day")


def _read_counted_back(text: str, context: DateContext) -> Period | None:
    """Read hours and days up to publication (24 ساعة الماضية، الأيام الثلاثة الماضية،
    اليومين الماضيين).
    """
    match = _COUNTED_BACK.fullmatch(text)
    if match is None:
        return None
    unit = match[2] or match[3] or "يوم"
    word = match[1] or match[4] or "2"
    number = read_number(word, context.lexicon.numbers)
    if not number:
        return None
    days = number
    if unit.endswith(("ساعه", "ساعات")):
        days = math.ceil(number / 24)
    step = timedelta(days=days)
    return _from_publication(context, lambda pub: pub - step, "day", lambda pub: pub)


def _ahead(text: str, context: DateContext) -> Period | None:
    """Read the next week, month or year (الأسبوع المقبل)."""
    match = _UNIT_AHEAD.fullmatch(text)
    if match is None:
        return None
    first, last, precision = _NEXT_UNITS[match[1]]
    return _from_publication(context, first, precision, last)


def _read_listed(text: str, context: DateContext) -> Period | None:
    """Read one of the lexicon's relative dates.

    The forms of one rule stand before a month: منذ منتصف آذار, since its 15th day.
    """
    for entry, forms in context.words.relative:
        if entry.rule == "day15_to_anchor":
            month = _month_after(forms, text, context)
            if month is not None:
                return _since(context, month.first.replace(day=15))
        elif text in forms:
            return _by_entry(text, entry, context)
    return None


def _month_after(
    forms: Iterable[str], text: str, context: DateContext
) -> Period | None:
    """Read the month that follows one of these forms at the start of a text."""
    for form in forms:
        if text.startswith(f"{form} "):
            return single_date(text.removeprefix(f"{form} "), context)
    return None


def _by_entry(text: str, entry: RelativeDate, context: DateContext) -> Period:
    if entry.anchor == "pub" and entry.first is not None and entry.last is not None:
        first = timedelta(days=entry.first)
        last = timedelta(days=entry.last)
        return _from_publication(
            context, lambda pub: pub + first, entry.precision, lambda pub: pub + last
        )
    if entry.rule in _RULES:
        first_step, last_step = _RULES[entry.rule]
        return _from_publication(context, first_step, entry.precision, last_step)
    if entry.rule in ("jan1_to_anchor", "first_of_month_to_anchor"):
        month = context.published[0].replace(day=1)
        if entry.rule == "jan1_to_anchor":
            month = month.replace(month=1)
        return _since(context, month)
    if entry.rule == "war_to_pub" and context.lexicon.anchor_events:
        start = date.fromisoformat(context.lexicon.anchor_events[0].date)
        return _since(context, start, "inferred")
    raise CoderError("values.dates_nothing", text=text)


def _from_publication(
    context: DateContext, first: Step, precision: str, last: Step | None = None
) -> Period:
    """Compute a period from publication; last: by default like `first`.

    If publication is a range, a day or a week becomes a range too; but a week is
    counted from the first day of a range that is itself no longer than a week.
    """
    earliest, latest = context.published
    last = last or first
    start = first(earliest)
    end = last(latest)
    if precision == "week" and latest - earliest <= _WEEK:
        end = last(earliest)
    longest = {"day": timedelta(), "week": _WEEK}.get(precision, timedelta.max)
    if end - start > longest:
        precision = "range"
    return Period(start, end, precision, "relative")


def _since(context: DateContext, first: date, basis: str = "relative") -> Period:
    return Period(first, context.published[1], "range", basis, open_end=True)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first_of_month_before(day: date) -> date:
    return (day.replace(day=1) - _DAY).replace(day=1)


def _first_of_month_after(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)


_NEXT_UNITS: Mapping[str, tuple[Step, Step, str]] = {
    "الاسبوع": (
        lambda pub: _monday(pub) + _WEEK + _DAY,
        lambda pub: _monday(pub) + 2 * _WEEK + _DAY,
        "week",
    ),
    "الشهر": (
        _first_of_month_after,
        lambda pub: _first_of_month_after(_first_of_month_after(pub)) - _DAY,
        "month",
    ),
    "العام": (
        lambda pub: date(pub.year + 1, 1, 1),
        lambda pub: date(pub.year + 1, 12, 31),
        "year",
    ),
}
_RULES: Mapping[str, tuple[Step, Step]] = {
    "week_of_anchor_to_anchor": (_monday, lambda pub: pub),
    "previous_calendar_week": (
        lambda pub: _monday(pub) - _WEEK - _DAY,
        lambda pub: _monday(pub) - _DAY,
    ),
    "month_of_anchor_to_anchor": (lambda pub: pub.replace(day=1), lambda pub: pub),
    "previous_month_or_last_named": (
        _first_of_month_before,
        lambda pub: pub.replace(day=1) - _DAY,
    ),
}
