"""Dates of the Islamic calendar, turned into Gregorian days by the Umm al-Qura calendar.

Numbers alone are Hijri with هـ or AH behind them. Where the moon is sighted a month may begin a day earlier
or later: a weekday beside the date tells which day is meant.
Source: the printed Umm al-Qura calendars of 1343 to 1500 AH, as `hijridate` tables them.
"""

from __future__ import annotations

import re
from datetime import timedelta

from coder.errors import CoderError
from coder.values.days import DateContext, NamedMonth, Period, named_month, no_day, other_weekday

FIRST_YEAR, LAST_YEAR = 1343, 1500
_MARK = re.compile(r" ?(?:ه|هجري|هجريه|للهجره|ah|hijri)$")


def read_hijri(text: str, context: DateContext) -> Period | None:
    """A day, month or year of the Islamic calendar out of folded wording; None if the text is none."""
    text = context.words.without_filler(text)
    return _numeric(text) or _named(text, context)


def _numeric(text: str) -> Period | None:
    said = _MARK.sub("", text)
    if match := re.fullmatch(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})", said):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := re.fullmatch(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-]|عام |سنه )?(\d{4})", said):
        year, month, day = int(match[3]), int(match[2] or 0), int(match[1] or 0)
    else:
        return None
    if said != text:
        return _period(year, month or None, day or None)
    if FIRST_YEAR <= year <= LAST_YEAR and not re.fullmatch(r"\d{4}-[\d-]+", text):
        raise CoderError("values.maybe_hijri", year=year, text=text)
    return None


def _named(text: str, context: DateContext) -> Period | None:
    words = context.words
    weekday, said = words.weekday_in_front(text)
    found = named_month(_MARK.sub("", said), words.in_hijri_month, words.hijri_months)
    if found is None or (weekday and found.day is None):
        return None
    period = _period(found.year or _latest(found, context), found.month, found.day)
    if weekday is None:
        return period
    for day in (period.first + timedelta(days=step) for step in (0, -1, 1)):
        if day.isoweekday() == weekday:
            return Period(day, day, "day")
    raise other_weekday(period.first, text)


def _latest(found: NamedMonth, context: DateContext) -> int:
    """The year of the latest such day not after publication; before its month, if الماضي follows."""
    from hijridate import Gregorian

    if context.pub is None:
        raise CoderError("values.no_year")
    try:
        today = Gregorian.fromdate(context.pub[1]).to_hijri()
    except OverflowError:
        raise _out_of_range() from None
    day = today.day + 1 if found.before else found.day or 1
    is_past = (found.month, day) <= (today.month, today.day)
    return today.year if is_past else today.year - 1


def _period(year: int, month: int | None, day: int | None) -> Period:
    from hijridate import Hijri  # its tables take a while to load and are needed for such dates only

    try:
        hijri = Hijri(year, month or 1, day or 1)
    except OverflowError:
        raise _out_of_range() from None
    except ValueError:
        raise no_day(f"{day or 1:02}/{month or 1:02}/{year} هـ") from None
    first = hijri.to_gregorian()
    if day is not None:
        return Period(first, first, "day")
    length = hijri.year_length() if month is None else hijri.month_length()
    return Period(first, first + timedelta(days=length - 1), "year" if month is None else "month")


def _out_of_range() -> CoderError:
    return CoderError("values.hijri_years", first=FIRST_YEAR, last=LAST_YEAR)
