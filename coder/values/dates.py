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

from coder.codebook.label import Label, join_texts
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
    show_day,
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
    pub = None
    if pub_date:
        pub = (date.fromisoformat(pub_date[0]), date.fromisoformat(pub_date[1]))
    is_later = text.endswith(">")
    period = None
    if len(text) <= _LONGEST:
        context = DateContext(lexicon, pub)
        period = read_date(text.rstrip("> "), context, typed.strip())
    if period is None:
        raise CoderError("values.no_date", typed=typed.strip(), forms=DATE_FORMS)
    if is_later:
        if pub is None:
            raise CoderError("values.open_needs_publication")
        if "precision" not in parts_by_id:
            raise CoderError("values.not_open")
        period = replace(period, last=max(period.last, pub[1]), precision=LATER)
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
    is_later = ">" in marks
    is_open = "+" in marks
    if not marks or not marks <= {"~", "+", ">"}:
        return None
    if is_later and (is_open or not pub_date):
        return None
    changed = dict(value)
    if pub_date and (is_later or is_open):
        changed["end"] = max(value["end"], pub_date[1])
    if is_later:
        changed["precision"] = LATER
    if "~" in marks:
        changed["basis"] = "inferred"
    if is_open:
        if value["precision"] == "day" and changed["end"] != value["start"]:
            changed["precision"] = "range"
        changed["open_end"] = True
    return changed


def _with_note(period: Period, note: str, parts: dict[str, Part]) -> Period:
    """Set the precision or basis that a note in brackets names."""
    allowed = []
    for name in ("precision", "basis"):
        for value in parts[name].values if name in parts else ():
            label = Label(ar=_short(value, "ar"), en=_short(value, "en"))
            for form in (value.id, label.ar, label.en):
                if f"{fold_key(form)} ".startswith(f"{note} "):
                    changed: dict[str, Any] = {name: value.id}
                    return replace(period, **changed)
            allowed.append(label)
    raise CoderError("values.no_note", note=note, allowed=join_texts(allowed))


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
    if not implied:
        return shown
    names = []
    for part, default in (("precision", implied), ("basis", "absolute")):
        value_id = str(value.get(part, ""))
        if value_id != default:
            names.append(_name(values_by_part.get(part, ()), value_id, lang))
    if not names:
        return shown
    separator = "، " if lang == "ar" else ", "
    return f"{shown} ({separator.join(names)})"


def _name(values: Iterable[Value], value_id: str, lang: str) -> str:
    """Return the short label of the value with that id, or the id itself."""
    for value in values:
        if value.id == value_id:
            return _short(value, lang) or value_id
    return value_id


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
    begin = show_day(first).of(lang)
    end = show_day(last).of(lang)
    implied = "day" if first == last else "range"
    if value.get("open_end"):
        return f"{begin}..{end}+", implied
    if first == last:
        return begin, "day"
    is_month = first.day == 1 and last == end_of_month(first)
    if precision == "month" and is_month:
        return begin[3:] if lang == "ar" else begin[:7], "month"
    new_year = first.replace(month=1, day=1)
    is_year = first == new_year and last == new_year.replace(month=12, day=31)
    if precision == "year" and is_year:
        return f"{first.year:04}", "year"
    return f"{begin}..{end}", implied


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
    if not isinstance(value, Mapping):
        return value
    start = value.get("start")
    end = value.get("end")
    if start and end and end < start:
        return {**value, "start": end, "end": start}
    return value


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
