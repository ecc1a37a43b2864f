"""Progress and agreement, read off the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coder.agreement.field_agreement import FieldAgreement
from coder.agreement.result import Interval, Score
from coder.agreement.study import Study
from coder.codebook.label import Label
from coder.errors import CoderError
from coder.messages.catalogue import Message, say
from coder.model import GOLD, TRAINING, Status
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.store.journal import is_moment
from coder.store.merge import is_copy
from coder.store.queries import Queries

IDLE = timedelta(minutes=5)
"""A longer gap between two changes is a pause and not working time."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One coder's work in one stage, "" for codings that were never assigned.

    open: begun and not submitted. minutes is working time over `timed` articles that have any.
    """

    coder: str
    stage: str
    assigned: int
    open: int
    submitted: int
    timed: int
    minutes: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Of a whole project: its articles, those that are assigned, all codings and all gold.

    withdrawn: articles that count nowhere else.
    """

    articles: int
    assigned: int
    withdrawn: int
    codings_open: int
    codings_submitted: int
    gold_open: int
    gold_closed: int


def totals(project: Project) -> Totals:
    """How far the project is."""
    with project.store.read() as queries:
        found = Counter((head.coder == GOLD, head.status) for head in queries.coding_heads())
        return Totals(
            articles=len(queries.article_ids()),
            assigned=len({a.article for a in queries.assignments()}),
            withdrawn=len(queries.withdrawn()),
            codings_open=found[False, Status.OPEN.value],
            codings_submitted=found[False, Status.SUBMITTED.value],
            gold_open=found[True, Status.OPEN.value],
            gold_closed=found[True, Status.SUBMITTED.value],
        )


def progress(project: Project) -> list[Progress]:
    """How far everybody is, by coder and stage; codings that nobody was assigned come last."""
    with project.store.read() as queries:
        stages = {(a.article, a.coder): a.stage for a in queries.assignments()}
        heads = {(h.article, h.coder): h.status for h in queries.coding_heads() if h.coder != GOLD}
        spent = _working_times(queries)
    work = {coding: (coding[1], stages.get(coding, "")) for coding in stages | heads}
    out: list[Progress] = []
    for coder, stage in sorted(set(work.values()), key=lambda each: (not each[1], *each)):
        mine = [coding for coding, each in work.items() if each == (coder, stage)]
        times = [t for coding in mine if (t := spent.get(coding))]
        minutes = sum(times, timedelta()).total_seconds() / 60
        begun = Counter(heads[coding] for coding in mine if coding in heads)
        states = (begun[Status.OPEN.value], begun[Status.SUBMITTED.value])
        out.append(Progress(coder, stage, len(mine) if stage else 0, *states, len(times), minutes))
    return out


def _working_times(queries: Queries) -> dict[tuple[str, str], timedelta]:
    """Article and coder → the time between changes without the pauses."""
    spent: dict[tuple[str, str], timedelta] = {}
    last: dict[str, datetime] = {}
    for subject, at in queries.coding_times():
        if not is_moment(at):
            continue  # `verify` names it
        when = datetime.fromisoformat(at)
        gap = when - last.get(subject, when)
        if gap <= IDLE:
            article, _, coder = subject.removeprefix("coding:").rpartition("/")
            spent[article, coder] = spent.get((article, coder), timedelta()) + max(gap, timedelta())
        last[subject] = when
    return spent


# ---------------------------------------------------------------- agreement
def study(project: Project, *, stage: str | None = None, coders: Sequence[str] = ()) -> Study:
    """The submitted codings of some coders (all by default), of one stage if named.

    Training is compared only where it is named: trainees are not the coders of the data.
    """
    for name in coders:
        project.anybody(name)
    with project.store.read() as queries:
        # A second copy of a coder's work is not a second coder.
        codings = [coding for coding in queries.codings() if not is_copy(coding.coder)]
        stages = {(a.article, a.coder): a.stage for a in queries.assignments()}
        if stage is not None:
            codings = [c for c in codings if stages.get((c.article, c.coder)) == stage]
        else:
            codings = [c for c in codings if stages.get((c.article, c.coder)) != TRAINING]
        if coders:
            codings = [c for c in codings if c.coder in coders]
        lengths = {i: len(a.text) for i in {c.article for c in codings} if (a := queries.article(i))}
        books = {c.codebook: project.revision(queries, c.codebook, c.id) for c in codings}
        codings = [expect_sound(coding, books[coding.codebook]) for coding in codings]
    if len(books) > 1:
        of_each = sorted(Counter(c.codebook for c in codings).items())
        counts = [Message("figures.with_revision", n=n, revision=ref) for ref, n in of_each]
        listed = Label(ar="، ".join(each.ar for each in counts), en=", ".join(each.en for each in counts))
        raise CoderError("figures.several_revisions", counts=listed)
    if len({c.coder for c in codings}) < 2:
        raise CoderError("figures.few_coders")
    [book] = books.values()
    return Study.of(codings, book, lengths=lengths)


# ---------------------------------------------------------------- figures in words and as JSON
def score_words(score: Score) -> str:
    """A score, or why there is none."""
    if score.value is None:
        return say("en", "figures.undefined", reason=score.reason)
    return f"{score.value:.3f}"


def interval_words(interval: Interval) -> str:
    """An interval, or why there is none."""
    if interval.lower is None or interval.upper is None:
        return say("en", "figures.no_interval", reason=interval.reason)
    return f"[{interval.lower:.3f}, {interval.upper:.3f}]"


def field_document(row: FieldAgreement) -> dict[str, Any]:
    """One field's agreement as JSON; undefined figures are null beside their reason."""
    return {
        "field": row.field,
        "level": row.level,
        "distance": row.distance,
        "articles": row.articles,
        "units": row.units,
        "pairable": row.pairable,
        "blanks": dict(row.blanks),
        "percent": score_document(row.percent),
        "alpha": score_document(row.alpha),
        "interval": interval_document(row.interval),
        "status": row.status,
        "note": row.note,
    }


def study_document(found: Study) -> dict[str, Any]:
    """All agreement figures as one JSON document."""
    events = found.events
    overall = found.overall
    return {
        "coders": list(found.coders),
        "articles": list(found.articles),
        "codebook": found.codebook.ref,
        "events": {
            "articles": events.articles,
            "events": dict(events.events),
            "matches": sum(pair.matches for pair in events.pairs),
            "f1": score_document(events.f1),
            "interval": interval_document(events.interval),
            "chance_f1": score_document(events.chance),
            "corrected": score_document(events.corrected),
            "f1_by_threshold": {f"{t:g}": score_document(s) for t, s in events.by_threshold.items()},
        },
        "fields": [field_document(row) for row in found.fields],
        "not_measured": list(found.not_measured),
        "spans": [
            {
                "kind": row.kind or "all",
                "exact_f1": score_document(row.exact),
                "relaxed_f1": score_document(row.relaxed),
                "u_alpha": score_document(row.u_alpha),
            }
            for row in found.spans
        ],
        "overall": {
            "lower_bound": score_document(overall.lower),
            "field": overall.field,
            "status": overall.status,
            "undefined": dict(overall.undefined),
        },
    }


def score_document(score: Score) -> dict[str, Any]:
    """A score as JSON, null beside its reason where it is undefined."""
    value = None if score.value is None else round(score.value, 6)
    return {"value": value, "n": score.n} | ({"reason": score.reason} if score.reason else {})


def interval_document(interval: Interval) -> dict[str, Any]:
    """An interval as JSON, nulls beside the reason where there is none."""
    if interval.lower is None or interval.upper is None:
        return {"lower": None, "upper": None, "reason": interval.reason}
    bounds = {"lower": round(interval.lower, 6), "upper": round(interval.upper, 6)}
    return bounds | {"method": interval.method, "B": interval.B, "seed": interval.seed}
