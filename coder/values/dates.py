"""Date values: parsing of typed text, formatting as text that parses to the same value,
conversion to days.

Our own notation: a trailing `+` or `..` for open until publication, a trailing `>` for
an unknown day between then and publication, `~` before or behind it for inferred, and a
precision or basis in brackets at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace

from coder.codebook.label import Label, joined
from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Part, Value
from coder.codebook.validate import is_day
from coder.errors import CoderError
from coder.model import Json
from coder.text.normalize import fold_key
from coder.values.date_reading import read_date
from coder.values.days import (
    DATE_FORMS,
    DateContext,
    Period,
    PubDate,
    end_of_month,
    shown_day,
)

LATER = "unknown"
"""The precision of a single day of which only the earliest and the latest possible day
are known.
"""
# characters; two dates with their weekdays and both names of their months have 90
_LONGEST = 300
_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def parse_date(
    typed: str, parts: Iterable[Part], lexicon: Lexicon, pub_date: PubDate | None
) -> Json:
    """Return the value of a typed date; raises CoderError if it is not understood.

    parts: the field's, from whose values precision and basis in brackets are read.
    """
    parts_by_id = {part.id: part for part in parts}
    text = fold_key(typed)
    notes = []
    if match := re.fullmatch(r"(.*?) ?\(([^()\d]*)\)", text):
        text = match[1]
        notes = re.split(r" ?[,،] ?", match[2].strip())
    is_inferred = "~" in (text[:1], text[-1:])
    text = text.strip("~ ")
    pub = (
        (date.fromisoformat(pub_date[0]), date.fromisoformat(pub_date[1]))
        if pub_date
        else None
    )
    is_later = text.endswith(">")
    context = DateContext(lexicon, pub)
    period = (
        read_date(text.rstrip("> "), context, typed.strip())
        if len(text) <= _LONGEST
        else None
    )
    if is_later and period:
        if pub is None or "precision" not in parts_by_id:
            raise CoderError(
                "values.open_needs_publication" if pub is None else "values.not_open"
            )
        period = replace(period, last=max(period.last, pub[1]), precision=LATER)
    if period is None:
        raise CoderError("values.no_date", typed=typed.strip(), forms=DATE_FORMS)
    if is_inferred:
        period = replace(period, basis="inferred")
    for note in notes:
        period = _with_note(period, note, parts_by_id)
    if period.open_end and "open_end" not in parts_by_id:
        raise CoderError("values.not_open")
    return as_value(period)


def with_marks(value: Json, typed: str, pub_date: PubDate | None) -> Json:
    """Apply typed marks to a date: `~` inferred, `+` open until publication, `>` some
    day until then.

    None if other text was typed, or `>` without a known day of publication.
    """
    marks = {*typed} - {" "}
    if (
        not marks
        or not marks <= {"~", "+", ">"}
        or marks >= {"+", ">"}
        or (">" in marks and not pub_date)
    ):
        return None
    if ">" in marks and pub_date:
        value = {**value, "end": max(value["end"], pub_date[1]), "precision": LATER}
    if "~" in marks:
        value = {**value, "basis": "inferred"}
    if "+" in marks:
        end = max(value["end"], pub_date[1]) if pub_date else value["end"]
        precision = (
            "range"
            if value["precision"] == "day" and end != value["start"]
            else value["precision"]
        )
        value = {**value, "end": end, "precision": precision, "open_end": True}
    return value


def _with_note(period: Period, note: str, parts: dict[str, Part]) -> Period:
    """Set the precision or basis that a note in brackets names."""
    values_by_part = {
        name: parts[name].values for name in ("precision", "basis") if name in parts
    }
    for name, values in values_by_part.items():
        for value in values:
            forms = (value.id, _short(value, "ar"), _short(value, "en"))
            if any(f"{form} ".startswith(f"{note} ") for form in map(fold_key, forms)):
                changed: dict[str, Any] = {name: value.id}
                return replace(period, **changed)
    allowed = (
        Label(ar=_short(v, "ar"), en=_short(v, "en"))
        for vs in values_by_part.values()
        for v in vs
    )
    raise CoderError("values.no_note", note=note, allowed=joined(allowed))


def as_value(period: Period) -> Json:
    """Return a period as a date value in the native format."""
    value: Json = {"start": period.first.isoformat(), "end": period.last.isoformat()}
    value |= {"precision": period.precision, "basis": period.basis}
    return {**value, "open_end": True} if period.open_end else value


def show_date(value: Json, parts: Iterable[Part], lang: str) -> str:
    """Format a date, in ISO or Arabic day/month/year, with a precision and basis not
    evident from it.
    """
    values_by_part = {part.id: part.values for part in parts}
    shown, implied = _days_shown(value, lang)
    names = []
    for part, default in (
        (("precision", implied), ("basis", "absolute")) if implied else ()
    ):
        id_ = str(value.get(part, ""))
        if id_ != default:
            names += [
                next(
                    (
                        _short(v, lang)
                        for v in values_by_part.get(part, ())
                        if v.id == id_
                    ),
                    "",
                )
                or id_
            ]
    return (
        f"{shown} ({('، ' if lang == 'ar' else ', ').join(names)})" if names else shown
    )


def show_days(value: Json, lang: str) -> str:
    """Format a date's days alone."""
    return _days_shown(value, lang)[0]


def _days_shown(value: Json, lang: str) -> tuple[str, str]:
    """Format the days; return the text and the precision that it implies, "" if they
    are no days.
    """
    if not (is_day(str(value.get("start"))) and is_day(str(value.get("end")))):
        return f"{value.get('start')}..{value.get('end')}", ""
    first = date.fromisoformat(value["start"])
    last = date.fromisoformat(value["end"])
    precision = value.get("precision")
    closed = not value.get("open_end")
    begin = shown_day(first).of(lang)
    end = shown_day(last).of(lang)
    if closed and first == last:
        return begin, "day"
    if (
        closed
        and precision == "month"
        and first.day == 1
        and last == end_of_month(first)
    ):
        return begin[3:] if lang == "ar" else begin[:7], "month"
    of_year = first.replace(month=1, day=1), first.replace(month=12, day=31)
    if closed and precision == "year" and (first, last) == of_year:
        return f"{first.year:04}", "year"
    return f"{begin}..{end}{'' if closed else '+'}", "day" if first == last else "range"


def _short(value: Value, lang: str) -> str:
    """Return a label without its remark in brackets."""
    return value.label.of(lang).partition(" (")[0]


def days_of(raw: Json) -> tuple[int, int]:
    """Return a date's first and last day as proleptic Gregorian ordinals.

    raw: an ISO day, month or year, or {"start", "end"} of these; without an end, the
    last day of the start. Raises CoderError for anything else.
    """
    if not isinstance(raw, Mapping) or raw.get("start") is None:
        return _days_within(raw)
    first, last = _days_within(raw["start"])
    if raw.get("end") is not None:
        last = _days_within(raw["end"])[1]
    if last < first:
        raise CoderError("values.no_days", raw=repr(raw))
    return first, last


def in_order(value: Json) -> Json:
    """Return a coded date with its days in order: only a rule of the codebook says that
    they must be.
    """
    start, end = (
        (value.get("start"), value.get("end"))
        if isinstance(value, Mapping)
        else ("", "")
    )
    return (
        {**value, "start": end, "end": start}
        if start and end and end < start
        else value
    )


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
