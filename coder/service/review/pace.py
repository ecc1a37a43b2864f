"""Which field is the weakest and which article would raise it most; how fast gold is closed."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import NamedTuple

from coder.agreement.version import VERSION
from coder.errors import CoderError
from coder.service.project.kept_results import stamp
from coder.service.project.opened import Project, reopened
from coder.service.project.processes import elsewhere
from coder.store.kept import Result

_KIND = "weakest"
_MANY = 500  # codings, from which on working at them here would hold up the keys of a screen
_REPLICATES = 200  # enough to tell which article is worth most
_DAYS = 10  # days on which anything was closed, the last of which tell the pace


class Weakest(NamedTuple):
    """The weakest field by the lower bound of alpha, and that bound, which is alpha where there is none.

    gains: article → what would be added to it if all that differs in the article were settled.
    """

    field: str = ""
    bound: float = 0.0
    gains: Mapping[str, float] = {}


class Pace(NamedTuple):
    """How many articles were closed today and on a day of work; how many such days the rest will take."""

    today: int
    per_day: float
    days_left: int


def weakest_field(project: Project) -> Weakest:
    """The weakest field of the production codings, kept until one of them changes; empty without figures."""
    with project.store.read() as queries:
        versions = queries.versions()
    if kept := kept_weakest(project, versions):
        return kept
    made_from, codings = _made_from(versions)
    if codings < _MANY:
        return _worked_out(project, made_from)
    return elsewhere(_worked_out, made_from, reopened, project.way)


def kept_weakest(project: Project, versions: Mapping[str, str]) -> Weakest | None:
    """The same as it was kept; None where a coding has changed since. versions: as the journal has them."""
    made_from, _ = _made_from(versions)
    kept = dict(project.kept.fetch(_KIND, {"": made_from}))
    return Weakest(*json.loads(kept[""])) if kept else None


def _made_from(versions: Mapping[str, str]) -> tuple[str, int]:
    """A name for the state of all codings, and how many there are."""
    codings = sorted(each for each in versions.items() if each[0].startswith("coding:"))
    return stamp(VERSION, codings), len(codings)


def _worked_out(project: Project, made_from: str) -> Weakest:
    from coder.agreement.bootstrap import Plan  # numpy: not needed for what is kept
    from coder.service.figures.progress import study

    found = Weakest()
    try:
        figures = study(project)
        figures.plan = Plan(B=_REPLICATES)
        if (row := figures.weakest) is not None:
            bound = row.interval.lower if row.interval.lower is not None else row.alpha.value
            found = Weakest(row.field, bound or 0.0, figures.gains(row.field))
    except CoderError:
        return found  # codings that cannot be compared have no figures; `coder agree` says why
    project.kept.keep(_KIND, [Result("", made_from, json.dumps(found))])
    return found


def closing_days(project: Project, closed: Collection[str]) -> list[date]:
    """The days, by the clock here, on which these articles were closed."""
    if not closed:
        return []
    with project.store.read() as queries:
        times = queries.last_times("gold.closed")
    subjects = (times.get(f"gold:{article}") for article in closed)
    return [datetime.fromisoformat(at).astimezone().date() for at in subjects if at]


def pace(days: Collection[date], left: int, today: date) -> Pace | None:
    """What the days of closing say about so many articles that are left; None before any was closed."""
    if not days:
        return None
    counts = Counter(days)
    recent = sorted(counts)[-_DAYS:]
    per_day = sum(counts[day] for day in recent) / len(recent)
    return Pace(counts[today], per_day, math.ceil(left / per_day))
