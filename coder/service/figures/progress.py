"""Progress and agreement, read off the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from coder.agreement.figures import FieldAgreement
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
    return Study(codings, book, lengths=lengths)


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


def documents(**figures: Score | Interval) -> dict[str, Any]:
    """Figures as JSON by name; what is undefined is null beside its reason."""
    return {name: _document(figure) for name, figure in figures.items()}


def _document(figure: Score | Interval) -> dict[str, Any]:
    if isinstance(figure, Score):
        value = None if figure.value is None else round(figure.value, 6)
        return {"value": value, "n": figure.n} | ({"reason": figure.reason} if figure.reason else {})
    if figure.lower is None or figure.upper is None:
        return {"lower": None, "upper": None, "reason": figure.reason}
    bounds = {"lower": round(figure.lower, 6), "upper": round(figure.upper, 6)}
    return bounds | {"method": figure.method, "B": figure.B, "seed": figure.seed}


def field_document(row: FieldAgreement) -> dict[str, Any]:
    """One field's agreement as JSON."""
    counts = ("field", "level", "distance", "articles", "units", "pairable")
    figures = documents(percent=row.percent, alpha=row.alpha, interval=row.interval)
    told = {name: getattr(row, name) for name in counts} | {"blanks": dict(row.blanks)} | figures
    return {**told, "status": row.status, "note": row.note}


def study_document(found: Study) -> dict[str, Any]:
    """All agreement figures as one JSON document."""
    events, overall = found.events, found.overall()
    matches = sum(pair.matches for pair in events.pairs)
    counts = {"articles": events.articles, "events": dict(events.events), "matches": matches}
    f1 = documents(
        f1=events.f1, interval=events.interval, chance_f1=events.chance, corrected=events.corrected
    )
    by_threshold = {f"{t:g}": _document(score) for t, score in events.by_threshold.items()}
    spans = []
    for row in found.spans():
        told = documents(exact_f1=row.exact, relaxed_f1=row.relaxed, u_alpha=row.u_alpha)
        spans.append({"kind": row.kind or "all", **told})
    weakest = {"field": overall.field, "status": overall.status, "undefined": dict(overall.undefined)}
    return {
        "coders": list(found.coders),
        "articles": list(found.articles),
        "codebook": found.codebook.ref,
        "events": {**counts, **f1, "f1_by_threshold": by_threshold},
        "fields": [field_document(row) for row in found.fields],
        "not_measured": list(found.not_measured),
        "spans": spans,
        "overall": documents(lower_bound=overall.lower) | weakest,
    }
