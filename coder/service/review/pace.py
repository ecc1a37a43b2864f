"""The pace at which gold is closed, and the days that are left at this pace."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from coder.model import moment
from coder.service.project.opened import Project

_DAYS = 10  # the number of recent working days from which the pace is computed


class Pace(NamedTuple):
    """The articles closed today, the average per working day, and the working days left."""

    today: int
    per_day: float
    days_left: int


def closing_days(project: Project, closed: Collection[str]) -> list[date]:
    """Return the days, in local time, on which these articles were closed."""
    if not closed:
        return []
    with project.store.read() as queries:
        last_times = queries.last_times("gold:", "gold.closed")
    times = (moment(last_times.get(f"gold:{article}", "")) for article in closed)
    return [at.astimezone().date() for at in times if at is not None]


def pace(days: Collection[date], left: int, today: date) -> Pace | None:
    """Return the pace for the number of articles left, from the days of closing; None if there are none."""
    if not days:
        return None
    counts = Counter(days)
    recent = sorted(counts)[-_DAYS:]
    per_day = sum(counts[day] for day in recent) / len(recent)
    return Pace(counts[today], per_day, math.ceil(left / per_day))
