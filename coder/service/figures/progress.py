"""Progress, the agreement study, and the audit of the suggester by the blind sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import dropwhile
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from coder.agreement.blind_sample import Audit, SampledArticle, anchoring, recalls
from coder.agreement.bootstrap import Plan
from coder.agreement.spans import Mark
from coder.agreement.study import Basis, Study
from coder.codebook.label import joined
from coder.errors import CoderError
from coder.grouping import grouped
from coder.messages.catalogue import Message, first_few
from coder.model import FLAG, GOLD, SKIP, TRAINING, Candidate, Remark, Span, Status
from coder.report.figure_tables import documents
from coder.service.figures.comparisons import Comparisons, wanted
from coder.service.figures.working_time import Stopwatch
from coder.service.project.kept_results import KeptResults, Keyed, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.wrong_codings import read_sound, without_wrong
from coder.store.convert import Key, Row
from coder.store.journal import RECODED, Entry
from coder.store.kept import Result
from coder.store.merge import is_copy
from coder.store.queries import CodingHead, Queries

_FORMAT = 2  # of a cached working time
# codings to be timed that take long enough to report progress and to use all cores
_MANY = 2000


class Progress(Struct, frozen=True):
    """One coder's work in one stage."""

    coder: str
    stage: str  # "" for codings that were never assigned
    assigned: int
    open: int  # begun but not submitted
    submitted: int
    flagged: int
    put_off: int  # skipped for now and not submitted
    timed: int  # articles with recorded working time
    minutes: float
    submitted_timed: int  # those of them that are submitted
    submitted_minutes: float


def totals(project: Project) -> dict[str, int]:
    """Return the project's counts of articles, codings and gold.

    Articles withdrawn and codings set aside count nowhere else.
    """
    with project.store.read() as queries:
        counts = queries.coding_counts()
        return {
            "articles": len(queries.article_ids()),
            "assigned": queries.assigned_articles(),
            "withdrawn": len(queries.withdrawn()),
            "set_aside": len(queries.set_aside()),
            "codings_open": counts[False, Status.OPEN.value],
            "codings_submitted": counts[False, Status.SUBMITTED.value],
            "gold_open": counts[True, Status.OPEN.value],
            "gold_closed": counts[True, Status.SUBMITTED.value],
        }


def progress(project: Project, report: ReportProgress = no_progress) -> list[Progress]:
    """Return everybody's progress, by coder and stage.

    Codings without an assignment come last.

    report: called while many working times are computed; they are cached.
    """
    with project.store.read() as queries:
        stages = queries.stages()
        heads = {
            (h.article, h.coder): h.status
            for h in queries.coding_heads()
            if not h.is_gold
        }
        marks = {(r.kind, r.article, r.coder) for r in queries.remarks()}
    spent = _working_times(project, report)
    staged = ((stages.get(coding, ""), coding) for coding in stages | heads)
    work = grouped(((not stage, coding[1], stage), coding) for stage, coding in staged)
    out: list[Progress] = []
    for (_, coder, stage), own in sorted(work.items()):
        times = {coding: t for coding in own if (t := spent.get("/".join(coding)))}
        done = [
            t
            for coding, t in times.items()
            if heads.get(coding) == Status.SUBMITTED.value
        ]
        spans = (len(times), _minutes(times.values()), len(done), _minutes(done))
        begun = Counter(heads[coding] for coding in own if coding in heads)
        states = (begun[Status.OPEN.value], begun[Status.SUBMITTED.value])
        flagged = sum((FLAG, *coding) in marks for coding in own)
        put_off = sum(
            (SKIP, *c) in marks and heads.get(c) != Status.SUBMITTED.value for c in own
        )
        out.append(
            Progress(
                coder,
                stage,
                len(own) if stage else 0,
                *states,
                flagged,
                put_off,
                *spans,
            )
        )
    return out


def _minutes(times: Iterable[timedelta]) -> float:
    return sum(times, timedelta()).total_seconds() / 60


def flags(project: Project) -> list[Remark]:
    """Return coders' flags on articles, with their reasons, oldest first."""
    with project.store.read() as queries:
        return [remark for remark in queries.remarks() if remark.kind == FLAG]


def _working_times(project: Project, report: ReportProgress) -> dict[str, timedelta]:
    """Return coding id → working time, the time between changes without pauses."""
    with project.store.read() as queries:
        versions = queries.versions()
    codings = [
        Keyed(subject.removeprefix("coding:"), stamp(_FORMAT, version))
        for subject, version in versions.items()
        if subject.startswith("coding:")
    ]
    times = KeptResults(project, "time", codings, _timed)
    times.make(report if len(times.missing) >= _MANY else no_progress, worth=_MANY)
    spent = map(int, times.bodies(codings))
    return {
        each.key: timedelta(microseconds=time)
        for each, time in zip(codings, spent, strict=True)
    }


def _timed(project: Project, part: Sequence[Keyed]) -> list[Result]:
    """Compute the working times of some codings, in microseconds."""
    watches = {f"coding:{each.key}": Stopwatch() for each in part}
    with project.store.read() as queries:
        for change in queries.coding_times([each.key for each in part]):
            watches[change.subject].spent_on(change)
    spent = (watch.spent // timedelta(microseconds=1) for watch in watches.values())
    return [Result(*each, str(time)) for each, time in zip(part, spent, strict=True)]


def study(
    project: Project,
    *,
    stage: str | None = None,
    coders: Sequence[str] = (),
    names: Mapping[str, str] = MappingProxyType({}),
    articles: Collection[str] | None = None,
    progress: ReportProgress = no_progress,
) -> Study:
    """Return the study of the submitted codings of some coders (by default all), of one
    stage if given.

    Closed gold takes part if `coders` has `GOLD`. names: pseudonyms for coders.
    articles: restricts the study to these. progress: called while comparisons are
    computed.
    """
    for name in coders:
        if name != GOLD:
            project.anybody(name)
    heads: list[CodingHead] = []
    left_out: Counter[str] = Counter()
    with project.store.read() as queries:
        stages = queries.stages()
        waiting = queries.waiting_for_correction()
        for head in queries.coding_heads():
            own_stage = stages.get((head.article, head.coder))
            is_asked_for = head.coder in coders if coders else not head.is_gold
            # A copy of a coder's work is not a second coder.
            if is_copy(head.coder) or not is_asked_for:
                continue
            if articles is not None and head.article not in articles:
                continue
            if why := why_left_out(head, own_stage, stage):
                left_out[why] += 1
            elif head.article in waiting:
                left_out["corrected"] += 1
            else:
                heads.append(head)
    heads, wrong = without_wrong(project, heads)
    if wrong:
        left_out["wrong"] = len(wrong)
    named = [
        (f"{each.article}/{names.get(each.coder, each.coder)}", each.values[0].what)
        for each in wrong
    ]
    with project.store.read() as queries:
        versions = queries.versions()
        books = {
            head.codebook: project.revision(queries, head.codebook, head.id)
            for head in heads
        }
    if len(books) > 1:
        by_revision = sorted(Counter(head.codebook for head in heads).items())
        counts = [
            Message("figures.with_revision", n=n, revision=ref)
            for ref, n in by_revision
        ]
        raise CoderError("figures.several_revisions", counts=joined(counts))
    if len({head.coder for head in heads}) < 2:
        if left_out:
            wrong_names = first_few([id_ for id_, _ in named])
            reasons = joined(
                Message(f"figures.left_out.{why}", n=n, names=wrong_names)
                for why, n in sorted(left_out.items())
            )
            raise CoderError("figures.few_coders_left", left_out=reasons)
        if missing := [
            name for name in coders if name not in {head.coder for head in heads}
        ]:
            raise CoderError("figures.nothing_by", names=", ".join(missing))
        raise CoderError("figures.few_coders")
    [book] = books.values()
    compared = Comparisons(project, wanted(heads, versions), progress, names)
    basis = Basis(
        stage or "",
        len(heads),
        left_out,
        wrong=named,
        **_compared(project, heads, stages),
    )
    return Study(compared, book, cached_score=compared.cached_score, basis=basis)


def _compared(
    project: Project, heads: Sequence[CodingHead], stages: Mapping[tuple[str, str], str]
) -> dict[str, Any]:
    """Return what `Basis` says of the codings of articles that have two or more of
    them.
    """
    of_article = Counter(head.article for head in heads)
    compared = [head for head in heads if of_article[head.article] > 1]
    coded = [head for head in compared if not head.is_gold]
    with project.store.read() as queries:
        times = queries.submission_times()
        revised = _revised(queries, [head.id for head in coded])
    submitted: dict[str, str] = {}
    for head in compared:
        day = times.get(head.id, "")[:10]
        submitted[head.article] = max(day, submitted.get(head.article, ""))
    return {
        "stages": Counter(stages.get((head.article, head.coder), "") for head in coded),
        "revised": revised,
        "submitted": {article: day for article, day in submitted.items() if day},
    }


def _revised(queries: Queries, codings: Sequence[str]) -> int:
    """Count the codings that a supervisor reopened and that differ since, other than by
    an upgrade.
    """
    reopened = queries.entries_of_action("coding.reopened", 0, queries.until)
    subjects = {subject for subject, _ in reopened} & {
        f"coding:{each}" for each in codings
    }
    return sum(_is_revised(queries.entries(subject=subject)) for subject in subjects)


def _is_revised(entries: Iterable[Entry]) -> bool:
    """Return whether a coding's entries since it was first reopened change its spans,
    events or answers.
    """
    before = dict[tuple[str, Key], Row | None]()
    after = dict[tuple[str, Key], Row | None]()
    upgrades = set[int | None]()
    for entry in dropwhile(lambda entry: entry.what != "coding.reopened", entries):
        if entry.what in RECODED or entry.undoes in upgrades:
            upgrades.add(entry.version)
            continue
        for change in entry.changes:
            if change.table != "coding":  # whose row is the coding's status
                before.setdefault((change.table, change.key), change.before)
                after[change.table, change.key] = change.after
    return before != after


def why_left_out(head: CodingHead, own_stage: str | None, stage: str | None) -> str:
    """Return why a coding is no part of a study of a stage, or without one of all
    stages.

    "" if it is.
    """
    if not head.is_submitted:
        return "gold_open" if head.is_gold else "open"
    if stage and not head.is_gold and own_stage != stage:
        return "other_stage"
    return (
        "training" if not stage and own_stage == TRAINING else ""
    )  # trainees' codings are not data


def audit(project: Project) -> Audit | None:
    """Audit the suggester over all submitted codings except trainees'.

    None without a blind sample.
    """
    with project.store.read() as queries:
        blind = queries.blind()
        if not blind:
            return None
        stages = queries.stages()
        sample: list[SampledArticle] = []
        for article in sorted({article for article, _ in blind}):
            heads = [
                h
                for h in queries.coding_heads([article])
                if h.is_submitted
                and not (h.is_gold or is_copy(h.coder))
                and stages.get((article, h.coder)) != TRAINING
            ]
            sound, _ = read_sound(project, queries, heads)
            by_coder = {c.coder: _marks(c.standing) for c in sound}
            without = tuple(
                by_coder[coder] for coder in by_coder if (article, coder) in blind
            )
            if without:
                sighted = tuple(
                    by_coder[coder]
                    for coder in by_coder
                    if (article, coder) not in blind
                )
                offered = queries.candidates(article)
                # A candidate below the threshold of its kind is not shown, hence not
                # suggested.
                shown = _marks(
                    c for c in offered if c.score >= project.thresholds.get(c.kind, 0)
                )
                sample.append(SampledArticle(shown, without, sighted))
    kinds = [kind.id for kind in project.codebook.span_kinds]
    plan = Plan()
    submitted = sum(len(article.blind) for article in sample)
    return Audit(
        len(blind), submitted, recalls(sample, kinds, plan), anchoring(sample, plan)
    )


def _marks(spans: Iterable[Span | Candidate]) -> tuple[Mark, ...]:
    return tuple(Mark.of([(each.start, each.end)], each.kind) for each in spans)


def audit_document(result: Audit) -> dict[str, Any]:
    """Return the audit as JSON; undefined figures are null with a reason."""
    recall = []
    for row in result.recalls:
        overlap = documents(overlap=row.overlap, overlap_interval=row.overlap_interval)
        exact = documents(exact=row.exact, exact_interval=row.exact_interval)
        recall.append(
            {"kind": row.kind or "all", "articles": row.articles, **overlap, **exact}
        )
    contrast = result.anchoring
    sides = documents(f1_with_suggestions=contrast.first, f1_without=contrast.second)
    between = documents(difference=contrast.difference, interval=contrast.interval)
    anchoring = {"articles": contrast.articles, **sides, **between}
    counts = {"assigned": result.assigned, "submitted": result.submitted}
    return {**counts, "recall": recall, "anchoring": anchoring}
