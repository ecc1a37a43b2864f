"""Progress, the agreement study, and the audit of the suggester by the blind sample."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import dropwhile
from types import MappingProxyType
from typing import Any, TypeAlias

from msgspec import Struct

from coder.agreement.blind_sample import Audit, SampledArticle, anchoring, recalls
from coder.agreement.bootstrap import Plan
from coder.agreement.spans import Mark
from coder.agreement.study import Basis, Study
from coder.codebook.label import join_texts
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message, first_few
from coder.model import FLAG, GOLD, SKIP, TRAINING, Candidate, Remark, Span, Status
from coder.report.figure_tables import documents
from coder.service.figures.comparisons import Comparisons, list_comparisons
from coder.service.figures.working_time import Stopwatch
from coder.service.learning.learned_terms import apply_rulings
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
_Pair: TypeAlias = tuple[str, str]  # article and coder


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
        statuses = {
            (head.article, head.coder): head.status
            for head in queries.coding_heads()
            if not head.is_gold
        }
        marks = {(r.kind, r.article, r.coder) for r in queries.remarks()}
    spent = _working_times(project, report)
    work: dict[tuple[str, str], list[_Pair]] = {}
    for pair in stages | statuses:
        work.setdefault((pair[1], stages.get(pair, "")), []).append(pair)
    found = [
        _measure_progress(coder, stage, pairs, statuses, marks, spent)
        for (coder, stage), pairs in work.items()
    ]
    return sorted(found, key=lambda each: (not each.stage, each.coder, each.stage))


def _measure_progress(
    coder: str,
    stage: str,
    pairs: Sequence[_Pair],
    statuses: Mapping[_Pair, str],
    marks: Collection[tuple[str, str, str]],
    spent: Mapping[str, timedelta],
) -> Progress:
    """Return one coder's progress in one stage.

    pairs: (article, coder) of the assignments, or of the codings without one. statuses:
    of the codings that are begun. marks: kind, article and coder of remarks. spent:
    coding id → working time.
    """
    begun = Counter(statuses[pair] for pair in pairs if pair in statuses)
    flagged = 0
    put_off = 0
    times: list[timedelta] = []
    submitted_times: list[timedelta] = []
    for pair in pairs:
        is_submitted = statuses.get(pair) == Status.SUBMITTED.value
        if (FLAG, *pair) in marks:
            flagged += 1
        if (SKIP, *pair) in marks and not is_submitted:
            put_off += 1
        time = spent.get("/".join(pair))
        if time:
            times.append(time)
            if is_submitted:
                submitted_times.append(time)
    return Progress(
        coder,
        stage,
        assigned=len(pairs) if stage else 0,
        open=begun[Status.OPEN.value],
        submitted=begun[Status.SUBMITTED.value],
        flagged=flagged,
        put_off=put_off,
        timed=len(times),
        minutes=_minutes(times),
        submitted_timed=len(submitted_times),
        submitted_minutes=_minutes(submitted_times),
    )


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
    times = KeptResults(project, "time", codings, _time)
    times.make(report if len(times.missing) >= _MANY else no_progress, worth=_MANY)
    spent = map(int, times.bodies(codings))
    return {
        each.key: timedelta(microseconds=time)
        for each, time in zip(codings, spent, strict=True)
    }


def _time(project: Project, part: Sequence[Keyed]) -> list[Result]:
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
            project.expect_member(name)
    left_out: Counter[str] = Counter()
    heads: list[CodingHead] = []
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
    heads, wrong_codings = without_wrong(project, heads)
    wrong: list[tuple[str, Bilingual]] = []
    for each in wrong_codings:
        shown_id = f"{each.article}/{names.get(each.coder, each.coder)}"
        wrong.append((shown_id, each.values[0].what))
    if wrong:
        left_out["wrong"] = len(wrong)
    book = _expect_one_codebook(project, heads)
    if book is None or len({head.coder for head in heads}) < 2:
        raise _too_few_coders(coders, heads, left_out, [shown for shown, _ in wrong])
    with project.store.read() as queries:
        versions = queries.versions()
    compared = Comparisons(project, list_comparisons(heads, versions), progress, names)
    basis = Basis(
        stage or "",
        len(heads),
        left_out,
        wrong=wrong,
        **_describe_compared(project, heads, stages),
    )
    return Study(compared, book, cached_score=compared.cached_score, basis=basis)


def _expect_one_codebook(
    project: Project, heads: Sequence[CodingHead]
) -> Codebook | None:
    """Return the codebook revision of all these codings, None if there are none; raises
    CoderError if they use several.
    """
    revisions = Counter(head.codebook for head in heads)
    if len(revisions) > 1:
        counts = [
            Message("figures.with_revision", n=n, revision=ref)
            for ref, n in sorted(revisions.items())
        ]
        raise CoderError("figures.several_revisions", counts=join_texts(counts))
    if not heads:
        return None
    with project.store.read() as queries:
        return project.revision(queries, heads[0].codebook, heads[0].id)


def _too_few_coders(
    coders: Sequence[str],
    heads: Sequence[CodingHead],
    left_out: Mapping[str, int],
    wrong: Sequence[str],
) -> CoderError:
    """Return the error for a study in which fewer than two coders take part.

    coders: those asked for. left_out: reason → number of codings. wrong: the ids of
    those left out because of wrong values.
    """
    if left_out:
        reasons = [
            Message(f"figures.left_out.{why}", n=n, names=first_few(wrong))
            for why, n in sorted(left_out.items())
        ]
        return CoderError("figures.few_coders_left", left_out=join_texts(reasons))
    taking_part = {head.coder for head in heads}
    missing = [name for name in coders if name not in taking_part]
    if missing:
        return CoderError("figures.nothing_by", names=", ".join(missing))
    return CoderError("figures.few_coders")


def _describe_compared(
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
        revised = _count_revised(queries, [head.id for head in coded])
    submitted: dict[str, str] = {}
    for head in compared:
        day = times.get(head.id, "")[:10]
        submitted[head.article] = max(day, submitted.get(head.article, ""))
    return {
        "stages": Counter(stages.get((head.article, head.coder), "") for head in coded),
        "revised": revised,
        "submitted": {article: day for article, day in submitted.items() if day},
    }


def _count_revised(queries: Queries, codings: Sequence[str]) -> int:
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
    if not stage and own_stage == TRAINING:
        return "training"  # trainees' codings are not data
    return ""


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
            sampled = _sample_article(project, queries, article, blind, stages)
            if sampled.blind:
                sample.append(sampled)
    kinds = [kind.id for kind in project.codebook.span_kinds]
    plan = Plan()
    submitted = sum(len(article.blind) for article in sample)
    return Audit(
        len(blind), submitted, recalls(sample, kinds, plan), anchoring(sample, plan)
    )


def _sample_article(
    project: Project,
    queries: Queries,
    article: str,
    blind: Collection[tuple[str, str]],
    stages: Mapping[tuple[str, str], str],
) -> SampledArticle:
    """Return an article's candidates that are shown, and the spans of those who did not
    see them and of those who did.
    """
    heads = []
    for head in queries.coding_heads([article]):
        is_trainee = stages.get((article, head.coder)) == TRAINING
        is_other = head.is_gold or is_copy(head.coder)
        if head.is_submitted and not is_other and not is_trainee:
            heads.append(head)
    codings, _ = read_sound(project, queries, heads)
    without: list[tuple[Mark, ...]] = []
    sighted: list[tuple[Mark, ...]] = []
    for coding in codings:
        marks = _marks(coding.standing)
        if (article, coding.coder) in blind:
            without.append(marks)
        else:
            sighted.append(marks)
    # What is not shown, by a threshold or a ruling, is not suggested.
    shown = apply_rulings(
        queries.articles_of([article])[article],
        queries.candidates(article),
        queries.rulings(),
        project.codebook,
        project.thresholds,
    )
    return SampledArticle(_marks(shown), tuple(without), tuple(sighted))


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
