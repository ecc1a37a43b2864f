"""Dates that hang on the day of publication: weekdays, yesterday, last week, since the war began.

Where publication is a range of days, the first day is reckoned from its start and the last from its
end. Weeks begin on Monday (ISO 8601). Source: `relative_dates` in the lexicon and the rules on dates
in the coding guide (a weekday alone is the last such day on or before publication).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import TypeAlias

from coder.codebook.label import Label, refusal
from coder.codebook.lexicon import RelativeDate
from coder.text.normalize import fold_key
from coder.values.days import DateReader, Period, end_of_month, no_day
from coder.values.numbers import read_number

Step: TypeAlias = Callable[[date], date]

NEEDS_PUBLICATION = Label(
    ar="رمّز تاريخ النشر أولاً، أو اكتب التاريخ نفسه.",
    en="Code the publication date first, or type the date itself.",
)
_PAST = tuple(map(fold_key, ("الماضي", "الفائت", "المنصرم")))
_NEXT = tuple(map(fold_key, ("القادم", "المقبل")))


def read_relative(text: str, reader: DateReader) -> Period | None:
    """Folded wording that is relative to publication; None if it is not.

    Raises CoderError if it is but cannot be reckoned: no publication date, or wording that hangs on
    something else.
    """
    bare = reader.without_filler(text)
    try:
        return _weekday(bare, reader) or _days_ago(text, reader) or _listed(text, reader)
    except OverflowError:
        raise no_day(text) from None


def _weekday(text: str, reader: DateReader) -> Period | None:
    names = reader.weekdays
    words = text.split()
    if text in names:
        iso = names[text]
        return _reckoned(reader, lambda pub: _back_to(pub, iso), "day")
    if len(words) < 2:
        return None
    ends, starts = " ".join(words[:-1]), " ".join(words[1:])
    if (names.get(ends) and words[-1] in _PAST) or (names.get(starts) and words[0] == "last"):
        iso = names.get(ends) or names[starts]
        return _reckoned(reader, lambda pub: _back_to(pub - timedelta(days=1), iso), "day")
    if (names.get(ends) and words[-1] in _NEXT) or (names.get(starts) and words[0] == "next"):
        iso = names.get(ends) or names[starts]
        return _reckoned(reader, lambda pub: _back_to(pub + timedelta(days=7), iso), "day")
    return None


def _back_to(day: date, iso: int) -> date:
    """The last such weekday on or before a day."""
    return day - timedelta(days=(day.isoweekday() - iso) % 7)


def _days_ago(text: str, reader: DateReader) -> Period | None:
    """`قبل ثلاثة أيام`, `3 days ago`."""
    found = re.fullmatch(r"(?:قبل|منذ) (.+) (?:ايام|يوما?)|(\d+) days? ago", text)
    days = read_number(found[1] or found[2], reader.lexicon.numbers) if found else None
    return None if days is None else _reckoned(reader, lambda pub: pub - timedelta(days=days), "day")


def _listed(text: str, reader: DateReader) -> Period | None:
    """The relative wording that the lexicon lists."""
    for entry, forms in reader.relative:
        if entry.rule == "day15_to_anchor":
            stem = next((form for form in forms if text.startswith(form + " ")), None)
            month = reader.single(text[len(stem) + 1 :]) if stem else None
            if month is not None:
                return _since(reader, month.first.replace(day=15))
        elif text in forms:
            return _by_entry(text, entry, reader)
    return None


def _by_entry(text: str, entry: RelativeDate, reader: DateReader) -> Period:
    if entry.anchor == "pub" and entry.first is not None and entry.last is not None:
        first, last = timedelta(days=entry.first), timedelta(days=entry.last)
        return _reckoned(reader, lambda pub: pub + first, entry.precision, lambda pub: pub + last)
    if entry.rule in _RULES:
        first_step, last_step = _RULES[entry.rule]
        return _reckoned(reader, first_step, entry.precision, last_step)
    if entry.rule in _SINCE:
        return _since(reader, _SINCE[entry.rule](_publication(reader)[0]))
    if entry.rule == "war_to_pub" and reader.lexicon.anchor_events:
        began = date.fromisoformat(reader.lexicon.anchor_events[0].date)
        return _since(reader, began, "inferred")
    raise refusal(
        Label(ar=f"«{text}» لا يؤرّخ شيئاً وحده.", en=f"“{text}” does not date anything by itself."),
        Label(ar="اكتب التاريخ المقصود.", en="Type the date it stands for."),
    )


def _reckoned(reader: DateReader, first: Step, precision: str, last: Step | None = None) -> Period:
    """The period from the publication date; a single day that may be one of several is a range."""
    pub = _publication(reader)
    start, end = first(pub[0]), (last or first)(pub[1])
    return Period(start, end, "range" if precision == "day" and start != end else precision, "relative")


def _since(reader: DateReader, first: date, basis: str = "relative") -> Period:
    return Period(first, _publication(reader)[1], "range", basis, open_end=True)


def _publication(reader: DateReader) -> tuple[date, date]:
    if reader.pub is None:
        raise refusal(
            Label(ar="العبارة معلّقة بتاريخ النشر.", en="The wording hangs on the publication date."),
            NEEDS_PUBLICATION,
        )
    return reader.pub


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _first_of_month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


_RULES: Mapping[str, tuple[Step, Step]] = {
    "week_of_anchor_to_anchor": (_monday, lambda pub: pub),
    "previous_calendar_week": (
        lambda pub: _monday(pub) - timedelta(days=7),
        lambda pub: _monday(pub) - timedelta(days=1),
    ),
    "month_of_anchor_to_anchor": (lambda pub: pub.replace(day=1), lambda pub: pub),
    "previous_month_or_last_named": (
        _first_of_month_before,
        lambda pub: end_of_month(_first_of_month_before(pub)),
    ),
}
_SINCE: Mapping[str, Step] = {
    "jan1_to_anchor": lambda pub: pub.replace(month=1, day=1),
    "first_of_month_to_anchor": lambda pub: pub.replace(day=1),
}
