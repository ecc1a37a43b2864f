"""The weakest field, the articles that would raise its agreement most, and the pace of closing gold."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple

from coder.agreement.version import VERSION
from coder.errors import CoderError
from coder.model import moment
from coder.service.project.kept_results import stamp
from coder.service.project.opened import Project
from coder.service.project.processes import elsewhere
from coder.store.kept import Result

_KIND = "weakest"
_MANY = 500  # the number of codings above which another process computes, to keep the screen responsive
_REPLICATES = 200  # enough to rank the articles
_DAYS = 10  # the number of recent working days from which the pace is computed


class Weakest(NamedTuple):
    """The field with the smallest lower bound of alpha, and that bound.

    gains: article → how much the bound would rise if its coders agreed in this field. is_alpha: whether alpha
    itself stands for the bound, as too few articles are coded for an interval.
    """

    field: str = ""
    bound: float = 0.0
    gains: Mapping[str, float] = {}
    is_alpha: bool = False


class Pace(NamedTuple):
    """The articles closed today, the average per working day, and the working days left."""

    today: int
    per_day: float
    days_left: int


def weakest_field(project: Project) -> Weakest:
    """Return the weakest field of the production codings, cached until one changes; empty without figures."""
    with project.store.read() as queries:
        versions = queries.versions()
    if cached := cached_weakest(project, versions):
        return cached
    codings_stamp, count = _codings_stamp(versions)
    if count < _MANY:
        return _compute(project, codings_stamp)
    return elsewhere(_compute, codings_stamp, project)


def cached_weakest(project: Project, versions: Mapping[str, str]) -> Weakest | None:
    """Return the cached weakest field, None if a coding has changed since; versions: as in the journal."""
    codings_stamp, _ = _codings_stamp(versions)
    cached = dict(project.kept.fetch(_KIND, {"": codings_stamp}))
    return Weakest(*json.loads(cached[""])) if cached else None


def _codings_stamp(versions: Mapping[str, str]) -> tuple[str, int]:
    """Return a stamp of the state of all codings, and the number of codings."""
    codings = sorted(each for each in versions.items() if each[0].startswith("coding:"))
    return stamp(VERSION, codings), len(codings)


def _compute(project: Project, codings_stamp: str) -> Weakest:
    from coder.agreement.bootstrap import (
        Plan,
    )  # loads numpy, which a cached result does not need
    from coder.service.figures.progress import study

    result = Weakest()
    try:
        figures = study(project)
        figures.plan = Plan(B=_REPLICATES)
        if (row := figures.weakest) is not None:
            is_alpha = row.interval.lower is None
            bound = row.alpha.value if is_alpha else row.interval.lower
            result = Weakest(
                row.field, bound or 0.0, figures.gains(row.field), is_alpha
            )
    except CoderError:
        return result  # codings that cannot be compared have no figures; `coder agree` reports why
    project.kept.keep(_KIND, [Result("", codings_stamp, json.dumps(result))])
    return result


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
