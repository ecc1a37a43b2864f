"""A date field's value from what is typed, as a short text that reads the same, and as an interval of days.

Marks of our own: a trailing `+` or `..` for open to publication, a trailing `>` for a day unknown between
then and publication, a leading `~` for inferred, and a precision or basis in brackets at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from coder.codebook.label import Label, joined
from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Part, Value
from coder.codebook.validate import is_day
from coder.errors import CoderError
from coder.model import Json
from coder.text.normalize import fold_key
from coder.values.date_reading import read_date
from coder.values.days import DATE_FORMS, DateContext, Period, PubDate, end_of_month, shown_day

LATER = "unknown"
"""The precision of a day of which only the first and the last that it can be are known."""
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def parse_date(typed: str, parts: Iterable[Part], lexicon: Lexicon, pub_date: PubDate | None) -> Json:
    """The value a typed date stands for; raises CoderError if it is not understood.

    parts: those of the field, from whose values precision and basis in brackets are read.
    """
    known = {part.id: part for part in parts}
    wording, notes = fold_key(typed), []
    if noted := re.fullmatch(r"(.*?) ?\(([^()\d]*)\)", wording):
        wording, notes = noted[1], re.split(r" ?[,،] ?", noted[2].strip())
    pub = (date.fromisoformat(pub_date[0]), date.fromisoformat(pub_date[1])) if pub_date else None
    is_later = wording.endswith(">")
    period = read_date(wording.lstrip("~ ").rstrip("> "), DateContext(lexicon, pub))
    if is_later and period:
        if pub is None or "precision" not in known:
            raise CoderError("values.open_needs_publication" if pub is None else "values.not_open")
        period = replace(period, last=max(period.last, pub[1]), precision=LATER)
    if period is None:
        raise CoderError("values.no_date", typed=typed.strip(), forms=DATE_FORMS)
    if wording.startswith("~"):
        period = replace(period, basis="inferred")
    for note in notes:
        period = _with_note(period, note, known)
    if period.open_end and "open_end" not in known:
        raise CoderError("values.not_open")
    return as_value(period)


def with_marks(value: Json, typed: str, pub_date: PubDate | None) -> Json:
    """A date with the marks typed alone: `~` inferred, `+` open to publication, `>` some day until then.

    None for other text, and for `>` where no day of publication is known.
    """
    marks = {*typed} - {" "}
    if not marks or not marks <= {"~", "+", ">"} or marks >= {"+", ">"} or (">" in marks and not pub_date):
        return None
    if ">" in marks and pub_date:
        value = {**value, "end": max(value["end"], pub_date[1]), "precision": LATER}
    if "~" in marks:
        value = {**value, "basis": "inferred"}
    if "+" in marks:
        end = max(value["end"], pub_date[1]) if pub_date else value["end"]
        precision = "range" if value["precision"] == "day" and end != value["start"] else value["precision"]
        value = {**value, "end": end, "precision": precision, "open_end": True}
    return value


def _with_note(period: Period, note: str, known: dict[str, Part]) -> Period:
    named = {name: known[name].values for name in ("precision", "basis") if name in known}
    for name, values in named.items():
        for value in values:
            forms = (value.id, _short(value, "ar"), _short(value, "en"))
            if any(f"{form} ".startswith(f"{note} ") for form in map(fold_key, forms)):
                changed: dict[str, Any] = {name: value.id}
                return replace(period, **changed)
    allowed = (Label(ar=_short(v, "ar"), en=_short(v, "en")) for values in named.values() for v in values)
    raise CoderError("values.no_note", note=note, allowed=joined(allowed))


def as_value(period: Period) -> Json:
    """The native form of a date value."""
    value: Json = {"start": period.first.isoformat(), "end": period.last.isoformat()}
    value |= {"precision": period.precision, "basis": period.basis}
    return {**value, "open_end": True} if period.open_end else value


def show_date(value: Json, parts: Iterable[Part], lang: str) -> str:
    """A date in ISO days, in Arabic as day/month/year, with what its wording does not tell in brackets."""
    known = {part.id: part.values for part in parts}
    if not (is_day(str(value.get("start"))) and is_day(str(value.get("end")))):
        return f"{value.get('start')}..{value.get('end')}"
    first, last = date.fromisoformat(value["start"]), date.fromisoformat(value["end"])
    precision, basis = str(value.get("precision", "")), str(value.get("basis", ""))
    period = Period(first, last, precision, basis, bool(value.get("open_end")))
    shown, told = _days_shown(period, lang)
    names = []
    for part, word, read in (("precision", precision, told), ("basis", basis, "absolute")):
        if word != read:
            names += [next((_short(v, lang) for v in known.get(part, ()) if v.id == word), "") or word]
    return f"{shown} ({('، ' if lang == 'ar' else ', ').join(names)})" if names else shown


def _days_shown(period: Period, lang: str) -> tuple[str, str]:
    first, last, closed = period.first, period.last, not period.open_end
    begin, end = shown_day(first).of(lang), shown_day(last).of(lang)
    if closed and first == last:
        return begin, "day"
    if closed and period.precision == "month" and first.day == 1 and last == end_of_month(first):
        return begin[3:] if lang == "ar" else begin[:7], "month"
    of_year = first.replace(month=1, day=1), first.replace(month=12, day=31)
    if closed and period.precision == "year" and (first, last) == of_year:
        return str(first.year), "year"
    return f"{begin}..{end}{'+' * period.open_end}", "day" if first == last else "range"


def _short(value: Value, lang: str) -> str:
    """A label without what its brackets add."""
    return value.label.of(lang).partition(" (")[0]


def days_of(raw: Json) -> tuple[int, int]:
    """First and last day of a date, as day numbers of the proleptic Gregorian calendar.

    raw: an ISO day, month or year, or {"start", "end"} of them; without an end the start's last day ends
    it. Raises CoderError for anything else.
    """
    if not isinstance(raw, Mapping) or raw.get("start") is None:
        return _days_within(raw)
    first, last = _days_within(raw["start"])
    if raw.get("end") is not None:
        last = _days_within(raw["end"])[1]
    if last < first:
        raise CoderError("values.no_days", raw=repr(raw))
    return first, last


def _days_within(raw: Json) -> tuple[int, int]:
    match = _ISO.fullmatch(raw) if isinstance(raw, str) else None
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) if part else 0 for part in match.groups())
        first = date(year, month or 1, day or 1)
        last = first.replace(month=month or 12)
        return first.toordinal(), (last if day else end_of_month(last)).toordinal()
    except ValueError:
        raise CoderError("values.no_days", raw=repr(raw)) from None
