"""Turns what a text says about time into days: years left out, weekdays, months in three calendars, periods.

Source: Reingold and Dershowitz 2018, Calendrical Calculations, chapter 7 (arithmetical Islamic calendar).
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta

from coder.model import Json

_DAY = timedelta(days=1)
_ISLAMIC_EPOCH = 227015
"""16 July 622 Julian as a day number (1 is 1 January of the year 1)."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """What relative dates hang on: the publication day, the only year a text names, the date told last."""

    published: date | None = None
    year: int | None = None
    previous: date | None = None

    def told(self, day: date) -> Anchors:
        """The anchors after a date has been told."""
        return replace(self, previous=day)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from start to end, both included."""

    start: date
    end: date
    precision: str
    basis: str = "absolute"
    open_end: bool = False

    @property
    def value(self) -> Json:
        """The native form of a date value."""
        value: dict[str, Json] = {
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "precision": self.precision,
            "basis": self.basis,
        }
        return {**value, "open_end": True} if self.open_end else value


def one_day(day: date, basis: str = "absolute") -> Period:
    """A single day."""
    return Period(day, day, "day", basis)


def whole_month(year: int, month: int, basis: str = "absolute") -> Period:
    """All of a month."""
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]), "month", basis)


def whole_year(year: int, basis: str = "absolute") -> Period:
    """All of a year."""
    return Period(date(year, 1, 1), date(year, 12, 31), "year", basis)


def day_of_month(day: int, month: int, year: int | None, anchors: Anchors, ahead: bool) -> date | None:
    """A day whose year may be left out: then the last such day up to publication, or the next one if `ahead`.

    None for a day that does not exist or a year that cannot be told.
    """
    found = year or year_of(month, day, anchors, ahead)
    if found is None or not 1 <= day <= monthrange(found, month)[1]:
        return None
    return date(found, month, day)


def year_of(month: int, day: int, anchors: Anchors, ahead: bool) -> int | None:
    """The year of a month and day with no year beside it; None if the text gives nothing to tell it by."""
    if anchors.published is None:
        return anchors.year
    published = anchors.published
    later = (month, day) > (published.month, published.day)
    if ahead:
        return published.year + (not later)
    return published.year - later


def weekday(iso: int, anchors: Anchors, ahead: bool) -> date | None:
    """The last such weekday on or before publication, or the next one after it; iso 1 is Monday."""
    if anchors.published is None:
        return None
    distance = (anchors.published.isoweekday() - iso) % 7
    return anchors.published + _DAY * (7 - distance) if ahead else anchors.published - _DAY * distance


def islamic_day(year: int, month: int, day: int) -> date:
    """The Gregorian day of a date of the arithmetical Islamic calendar; observation may differ by a day."""
    number = (
        _ISLAMIC_EPOCH - 1 + (year - 1) * 354 + (3 + 11 * year) // 30 + 29 * (month - 1) + month // 2 + day
    )
    return date.fromordinal(number)


def islamic_period(year: int, month: int, day: int | None) -> Period:
    """A day of the Islamic calendar with the day either side of it, or a whole month of it."""
    if day is not None:
        told = islamic_day(year, month, day)
        return Period(told - _DAY, told + _DAY, "range")
    following = islamic_day(year + month // 12, month % 12 + 1, 1)
    return Period(islamic_day(year, month, 1), following - _DAY, "range")


def islamic_year_of(month: int, day: int, published: date) -> int:
    """The Islamic year in which that day last came round up to the publication day."""
    guess = (published.year - 622) * 33 // 32 + 2
    while islamic_day(guess, month, day) > published:
        guess -= 1
    return guess


def named_rule(rule: str, published: date) -> Period | None:
    """The period of a relative wording that the lexicon defines by a rule; None for a rule without days."""
    p = published
    monday = p - _DAY * (p.isoweekday() - 1)
    last_month_end = p.replace(day=1) - _DAY
    periods = {
        "week_of_anchor_to_anchor": Period(monday, p, "week", "relative"),
        "previous_calendar_week": Period(monday - 7 * _DAY, monday - _DAY, "week", "relative"),
        "month_of_anchor_to_anchor": Period(p.replace(day=1), p, "month", "relative"),
        "previous_month_or_last_named": Period(
            last_month_end.replace(day=1), last_month_end, "month", "relative"
        ),
        "jan1_to_anchor": Period(date(p.year, 1, 1), p, "range", "relative", open_end=True),
        "first_of_month_to_anchor": Period(p.replace(day=1), p, "range", "relative", open_end=True),
    }
    return periods.get(rule)


def shifted(published: date, first: int, last: int, precision: str) -> Period:
    """A period given as days from the publication day."""
    return Period(published + _DAY * first, published + _DAY * last, precision, "relative")
