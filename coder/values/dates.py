"""A date field's value from what is typed, and back to a short text that reads the same when typed again.

Marks of our own: a trailing `+` or `..` for open to publication, a leading `~` for inferred, and a
precision or basis in brackets at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from coder.codebook.conform import is_day
from coder.codebook.label import Label, refusal
from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Part, Value
from coder.model import Json
from coder.text.normalize import fold_key
from coder.values.days import (
    HINT,
    DateReader,
    Period,
    PubDate,
    end_of_month,
    read_period,
    until_publication,
)
from coder.values.hijri import read_hijri
from coder.values.relative_days import read_relative


def parse_date(typed: str, parts: Iterable[Part], lexicon: Lexicon, pub_date: PubDate | None) -> Json:
    """The value a typed date stands for; raises CoderError if it is not understood.

    parts: those of the field, from whose values precision and basis in brackets are read.
    """
    known = {part.id: part for part in parts}
    wording, notes = _split_notes(fold_key(typed))
    pub = (date.fromisoformat(pub_date[0]), date.fromisoformat(pub_date[1])) if pub_date else None
    period = read_date(wording.lstrip("~ "), DateReader(lexicon, pub))
    if period is None:
        raise refusal(
            Label(
                ar=f"«{typed.strip()}» لا يُفهم تاريخاً.",
                en=f"“{typed.strip()}” is not understood as a date.",
            ),
            HINT,
        )
    if wording.startswith("~"):
        period = replace(period, basis="inferred")
    for note in notes:
        period = _with_note(period, note, known)
    if period.open_end and "open_end" not in known:
        raise refusal(
            Label(ar="هذا التاريخ لا يبقى مفتوحاً.", en="This date cannot be open at its end."),
            Label(ar="اكتب يومه الأخير.", en="Type its last day."),
        )
    return as_value(period)


def show_date(value: Json, parts: Iterable[Part], lang: str) -> str:
    """A date in ISO days, in Arabic as day/month/year, with what its wording does not tell in brackets."""
    known = {part.id: part for part in parts}
    if not (is_day(str(value.get("start"))) and is_day(str(value.get("end")))):
        return f"{value.get('start')}..{value.get('end')}"
    period = Period(
        date.fromisoformat(value["start"]),
        date.fromisoformat(value["end"]),
        str(value.get("precision", "")),
        str(value.get("basis", "")),
        bool(value.get("open_end")),
    )
    shown, told = _days_shown(period, lang)
    untold = [] if told == period.precision else [("precision", period.precision)]
    untold += [] if period.basis == "absolute" else [("basis", period.basis)]
    names = [_short(_value_of(known.get(part), word), lang) or word for part, word in untold]
    return f"{shown} ({('، ' if lang == 'ar' else ', ').join(names)})" if names else shown


# ---------------------------------------------------------------- reading
def read_date(text: str, reader: DateReader) -> Period | None:
    """The days that folded wording stands for, typed or found in an article; None if it is no date.

    Raises CoderError where it is a date that cannot be reckoned.
    """

    def one(words: str) -> Period | None:
        return read_hijri(words, reader) or reader.single(words) or read_relative(words, reader)

    if two := re.fullmatch(r"(.+?) ?(?:الموافقه?|corresponding to) (?:ل ?)?(.+)", text):
        return _in_two_calendars(two[1], two[2], reader)
    if text.endswith(("+", "..")):
        closed = text.rstrip("+. ")
        if period := read_period(closed, one):
            return replace(period, open_end=True)
        start = one(closed)
        return until_publication(start, reader.pub) if start else None
    if found := one(text) or read_period(text, one):
        return found
    since = re.fullmatch(r"(?:منذ|since) (.+)", text)
    start = one(since[1]) if since else None
    return until_publication(start, reader.pub) if start else None


def _in_two_calendars(first: str, second: str, reader: DateReader) -> Period | None:
    """The Gregorian date of the two; the Hijri one may be a day off, where the moon is sighted."""
    for islamic, other in ((first, second), (second, first)):
        counted, found = read_hijri(islamic, reader), reader.single(other)
        if counted and found and abs(counted.first - found.first) <= timedelta(days=2):
            return found
        if counted and found:
            raise refusal(
                Label(
                    ar=f"«{first}» و«{second}» يومان مختلفان.",
                    en=f"“{first}” and “{second}” are not the same day.",
                ),
                Label(ar="اكتب واحداً منهما.", en="Type one of them."),
            )
    return None


def _split_notes(text: str) -> tuple[str, list[str]]:
    """The wording, and the words in brackets at its end."""
    found = re.fullmatch(r"(.*?) ?\(([^()]*)\)", text)
    return (found[1], re.split(r" ?[,،] ?", found[2].strip())) if found else (text, [])


def _with_note(period: Period, note: str, known: dict[str, Part]) -> Period:
    """The period with a precision or a basis that was written out."""
    named = {name: known[name].values for name in ("precision", "basis") if name in known}
    for name, values in named.items():
        for value in values:
            if any(f"{form} ".startswith(f"{note} ") for form in map(fold_key, _forms(value))):
                changed: dict[str, Any] = {name: value.id}
                return replace(period, **changed)
    allowed = [value for values in named.values() for value in values]
    raise refusal(
        Label(
            ar=f"«{note}» ليس دقة ولا كيفية ذكر.",
            en=f"“{note}” is neither a precision nor a basis.",
        ),
        Label(
            ar=f"استعمل واحداً من: {'، '.join(_short(value, 'ar') for value in allowed)}.",
            en=f"Use one of {', '.join(_short(value, 'en') for value in allowed)}.",
        ),
    )


def as_value(period: Period) -> Json:
    """The native form of a date value."""
    value: Json = {
        "start": period.first.isoformat(),
        "end": period.last.isoformat(),
        "precision": period.precision,
        "basis": period.basis,
    }
    return {**value, "open_end": True} if period.open_end else value


# ---------------------------------------------------------------- showing
def _days_shown(period: Period, lang: str) -> tuple[str, str]:
    """The days in the shortest form, and the precision which that form is read with."""
    first, last, closed = period.first, period.last, not period.open_end
    if closed and first == last:
        return _day_shown(first, lang), "day"
    if closed and period.precision == "month" and first.day == 1 and last == end_of_month(first):
        return _day_shown(first, lang, month_only=True), "month"
    if closed and period.precision == "year" and (first, last) == _year_of(first):
        return str(first.year), "year"
    shown = f"{_day_shown(first, lang)}..{_day_shown(last, lang)}"
    return shown + "+" * period.open_end, "day" if first == last else "range"


def _year_of(day: date) -> tuple[date, date]:
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


def _day_shown(day: date, lang: str, month_only: bool = False) -> str:
    """ISO; in Arabic with slashes, for hyphens between numbers can turn their order round (UAX 9, W4)."""
    if lang == "ar":
        return day.strftime("%m/%Y" if month_only else "%d/%m/%Y")
    return day.isoformat()[: 7 if month_only else 10]


def _value_of(part: Part | None, value_id: str) -> Value | None:
    return next((v for v in part.values if v.id == value_id), None) if part else None


def _short(value: Value | None, lang: str) -> str:
    """A label without what its brackets add."""
    return value.label.of(lang).partition(" (")[0] if value else ""


def _forms(value: Value) -> Iterable[str]:
    return (value.id, _short(value, "ar"), _short(value, "en"))
