"""Dates of any precision as intervals of days: a month or a year is its first to its last day."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from datetime import date

from coder.errors import CoderError
from coder.model import Json

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def days_of(raw: Json) -> tuple[int, int]:
    """First and last day of a date, as day numbers of the proleptic Gregorian calendar.

    raw: an ISO day, month or year, or {"start", "end"} of them; without an end the start's last day ends
    it. Raises CoderError for anything else.
    """
    if isinstance(raw, Mapping) and raw.get("start") is not None:
        first, last = _span(raw["start"])
        if raw.get("end") is not None:
            last = _span(raw["end"])[1]
        if last < first:
            raise _not_a_date(raw)
        return first, last
    return _span(raw)


def _span(raw: Json) -> tuple[int, int]:
    match = _ISO.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        raise _not_a_date(raw)
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        last_month = month or 12
        last = date(year, last_month, day or calendar.monthrange(year, last_month)[1])
    except ValueError:
        raise _not_a_date(raw) from None
    return first.toordinal(), last.toordinal()


def _not_a_date(raw: Json) -> CoderError:
    return CoderError(
        f"{raw!r} is not a date.",
        hint='Write 2024-05-01, 2024-05 or 2024, or {"start": …, "end": …} with the start first.',
    )
