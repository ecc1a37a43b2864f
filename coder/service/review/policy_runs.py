"""Gold policies applied to all or some articles: previewed, applied, and undone as one run.

Each article's gold changes in a journal entry of its own. Articles are written in small transactions, so that
nobody is blocked for long and an interrupted run is continued by running it again. A completed run is noted
in the journal under `policies`; everything applied between two such notes is one run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from msgspec import Struct

from coder.adjudicate.policies import Apply
from coder.adjudicate.resolve import Adjudication, Stored
from coder.errors import CoderError, ConflictError
from coder.grouping import batched, grouped
from coder.model import SINGLE, STAGES, TRUSTED, Answer
from coder.service.project.adjudicated import (
    coders_of_data,
    load_adjudicated,
    revisions_of,
    state_from,
    without_trainees,
)
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress, spread_over
from coder.service.project.wrong_codings import WrongCoding, without_wrong
from coder.store import journal
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries

SUBJECT = "policies"
DONE = "policies.applied"
_AT_ONCE = 20  # the number of articles computed and written together
_WORTH = 60  # the number of articles from which on several processes are worthwhile
_ATTEMPTS = 3  # attempts to write while others write at the same time


class Order(NamedTuple):
    """What a run applies to which articles: by default the policies of coder.toml, to all of them.

    articles: ids, or their beginnings. policies: instead of those of coder.toml. coding: the coder whose
    coding becomes gold by the policy `trusted`; a supervisor's own coding becomes gold by their decision.
    """

    articles: Sequence[str] = ()
    policies: Sequence[str] = ()
    coding: str = ""


_BY_DEFAULT = Order()


class Outcome(NamedTuple):
    """The effect of the policies on one article: values made by each policy, number of events rejected.

    open_cells, errors: what prevents closing it; errors are counted only if nothing is open.
    """

    article: str
    made: Mapping[str, int]
    rejected: int
    closed: bool
    open_cells: int
    errors: int
    is_changed: bool


class Run(Struct, frozen=True):
    """The effect of a run, the articles it leaves alone, and the codings left out for wrong values (`wrong`).

    policies: those that were applied, in their order. waiting: articles that are assigned to somebody who has
    not submitted yet; revisions: articles whose codings use different codebook revisions; copies: articles
    with two copies of a coder's work, of which a supervisor has to say which one counts; untaken: articles
    that were asked for by name, and of which the policies can take no coding.
    """

    policies: Sequence[str]
    outcomes: Sequence[Outcome]
    waiting: Sequence[str]
    revisions: Sequence[str]
    copies: Sequence[str]
    untaken: Sequence[str]
    wrong: Sequence[WrongCoding]


class TakenBack(Struct, frozen=True):
    """The articles of a run that were restored, and those left alone as somebody has worked on them since."""

    articles: Sequence[str]
    worked_on: Sequence[str]


class _Task(NamedTuple):
    article: str
    coders: Sequence[str]
    edit: Apply
    by: str  # the supervisor in whose name it is applied

    @property
    def subjects(self) -> list[str]:
        """The journal subjects on which the result depends."""
        return [
            f"gold:{self.article}",
            *(f"coding:{self.article}/{coder}" for coder in self.coders),
        ]


class _Plan(NamedTuple):
    """What a run is about to do; named: the articles asked for. The other fields are as in `Run`."""

    policies: Sequence[str]
    named: Sequence[str]
    tasks: Sequence[_Task]
    waiting: Sequence[str]
    revisions: Sequence[str]
    copies: Sequence[str]
    wrong: Sequence[WrongCoding]

    def run(self, outcomes: Sequence[Outcome]) -> Run:
        """Return the run with these outcomes."""
        told = {*self.waiting, *self.revisions, *self.copies}
        told.update(each.article for each in outcomes)
        told.update(each.article for each in self.wrong)
        return Run(
            self.policies,
            outcomes,
            self.waiting,
            self.revisions,
            self.copies,
            [article for article in self.named if article not in told],
            self.wrong,
        )


class _Step(NamedTuple):
    """The change to write for an article, and the versions of the subjects on which it depends."""

    task: _Task
    versions: Mapping[str, int]
    before: Stored
    after: Stored
    outcome: Outcome


def preview(
    project: Project,
    progress: ReportProgress = no_progress,
    order: Order = _BY_DEFAULT,
    supervisor: str = "",
) -> Run:
    """Return what the policies would do, without writing anything; supervisor: who would apply them."""
    plan = _plan(project, supervisor, order)
    computed = _computed(project, plan.tasks, progress)
    return plan.run([step.outcome for steps in computed for step in steps])


def apply(
    project: Project,
    supervisor: str,
    progress: ReportProgress = no_progress,
    order: Order = _BY_DEFAULT,
) -> Run:
    """Make gold by policies, close what is complete, and note the run's end in the journal.

    Raises CoderError if the coding to be taken has not been submitted in each of the articles.
    """
    project.person(supervisor, "supervisor")
    plan = _plan(project, supervisor, order)
    outcomes: list[Outcome] = []
    for steps in _computed(project, plan.tasks, progress):
        outcomes += _write_with_retries(project, supervisor, steps)
    with project.store.begin(supervisor) as work:
        if _unfinished(work.queries):
            work.note(SUBJECT, DONE)
    return plan.run(outcomes)


def undo(
    project: Project, supervisor: str, progress: ReportProgress = no_progress
) -> TakenBack:
    """Undo the last run, a few articles at a time; if interrupted, another call undoes the rest.

    Gold on which somebody has worked since stays as it is. Raises CoderError if there is no run.
    """
    project.person(supervisor, "supervisor")
    with project.store.read() as queries:
        applied = _unfinished(queries)
        mark = 0
        if not applied:
            mark, applied = _last_run(queries)
    if not applied and not mark:
        raise CoderError("gold.no_run")
    undone = list[str]()
    worked_on = list[str]()
    for number, part in enumerate(batched(applied, _AT_ONCE), start=1):
        with project.store.begin(supervisor) as work:
            for subject, version in part:
                undoable, _ = journal.stacks(work.queries.history(subject))
                article = subject.removeprefix("gold:")
                if undoable[-1:] == [version]:
                    work.undo_entry(subject, version)
                    undone.append(article)
                elif version in undoable:
                    worked_on.append(article)
        progress(min(number * _AT_ONCE, len(applied)), len(applied))
    if mark:
        with project.store.begin(supervisor) as work:
            work.undo_entry(SUBJECT, mark)
    return TakenBack(undone, worked_on)


def _unfinished(queries: Queries) -> list[tuple[str, int]]:
    """Return (subject, version) of what was applied, and not undone, since the last run's end or undoing."""
    last = max(
        (entry.position for entry in queries.entries(subject=SUBJECT)), default=0
    )
    applied = queries.entries_of_action(Apply.what, since=last)
    return [(s, v) for s, v in applied if v in journal.stacks(queries.history(s))[0]]


def _last_run(queries: Queries) -> tuple[int, list[tuple[str, int]]]:
    """Return the version of the note that ends the last run not undone, 0 for none, and what it applied."""
    entries = [*queries.entries(subject=SUBJECT)]
    undoable, _ = journal.stacks([(e.version, e.what, e.undoes) for e in entries])
    if not undoable:
        return 0, []
    last = entries[undoable[-1] - 1]
    since = max((e.position for e in entries if e.version < last.version), default=0)
    return last.version, queries.entries_of_action(Apply.what, since, last.position)


def _plan(project: Project, by: str, order: Order) -> _Plan:
    """Return the articles to apply policies to, and the ones that a run leaves alone.

    An article whose gold is wrong is among neither.
    """
    rules = project.config.gold
    policies = (TRUSTED,) if order.coding else order.policies or rules.policies
    for coder in (order.coding,) if order.coding else rules.trusted.values():
        project.anybody(coder)
    ids = (project.available_article(name).id for name in order.articles)
    named = list(dict.fromkeys(ids))
    with project.store.read() as queries:
        queries.expect_all()
        retired = {person.name for person in queries.people() if person.retired}
        stages = queries.stages()
        every = without_trainees(queries.coding_heads(named or None), stages)
    sound, wrong = without_wrong(project, every)
    has_wrong_gold = {each.article for each in wrong if each.is_gold}
    submitted = {(each.article, original(each.coder)) for each in wrong}
    heads_of = grouped((h.article, h) for h in sound if h.article not in has_wrong_gold)
    if order.coding:
        _expect_codings(order.coding, named, sound)
    expected = coders_of_data(stages, retired)
    tasks = list[_Task]()
    waiting = list[str]()
    revisions = list[str]()
    copies = list[str]()
    for article, heads in sorted(heads_of.items()):
        coders = [head.coder for head in heads if not head.is_gold]
        trusted = [
            c
            for c in coders
            if (order.coding or rules.trusted.get(stages.get((article, c), STAGES[-1])))
            == c
        ]
        is_enough = (
            len(coders) > 1
            or SINGLE in policies
            or (TRUSTED in policies and bool(trusted))
        )
        people = {original(coder) for coder in coders}
        missing = {
            coder
            for coder in expected.get(article, set()) - people
            if (article, coder) not in submitted
        }
        if not coders or not (is_enough or missing):
            continue
        if revisions_of(heads):
            revisions.append(article)
        elif missing:
            waiting.append(article)
        elif len(people) < len(coders):
            copies.append(article)
        else:
            is_own = bool(order.coding) and order.coding == by
            edit = Apply(policies, next(iter(trusted), ""), is_own)
            tasks.append(_Task(article, coders, edit, by))
    return _Plan(policies, named, tasks, waiting, revisions, copies, wrong)


def _expect_codings(
    coder: str, articles: Sequence[str], heads: Sequence[CodingHead]
) -> None:
    """Raise CoderError unless the coder's coding of each article is among these heads."""
    there = {head.article for head in heads if head.coder == coder}
    for article in articles:
        if article not in there:
            raise CoderError("gold.no_coding", article=article, coder=coder)


def _computed(
    project: Project, tasks: Sequence[_Task], progress: ReportProgress
) -> Iterator[Sequence[_Step]]:
    """Yield the steps part by part, computed on all cores."""
    return spread_over(
        tasks,
        _steps_of_part,
        project,
        at_once=_AT_ONCE,
        worth=_WORTH,
        progress=progress,
    )


def _steps_of_part(project: Project, tasks: Sequence[_Task]) -> list[_Step]:
    with project.store.read() as queries:
        return _steps(project, queries, tasks)


def _steps(project: Project, queries: Queries, tasks: Sequence[_Task]) -> list[_Step]:
    """Compute the steps of these articles, except those whose set of codings has changed meanwhile."""
    versions = _versions(queries, tasks)
    found = load_adjudicated(project, queries, [task.article for task in tasks])
    steps = []
    for task in tasks:
        before = found[task.article]
        state = state_from(project, queries, before, alone=True)
        if state is not None and state.coders == tuple(sorted(task.coders)):
            after = task.edit.apply(state, task.by)
            new = (after.gold, after.clusters)
            steps.append(
                _Step(task, versions, before.stored, new, _outcome(state, after))
            )
    return steps


def _versions(queries: Queries, tasks: Sequence[_Task]) -> dict[str, int]:
    subjects = [subject for task in tasks for subject in task.subjects]
    return {
        subject: version
        for subject, (version, _) in queries.last_versions(subjects).items()
    }


def _outcome(before: Adjudication, after: Adjudication) -> Outcome:
    answers_before = _answers(before)
    rejected_before = {c.id for c in before.clusters if c.rejected}
    made = Counter(
        a.reason for key, a in _answers(after).items() if answers_before.get(key) != a
    )
    rejected = sum(
        bool(c.rejected) and c.id not in rejected_before for c in after.clusters
    )
    is_closed = after.gold.is_submitted
    open_cells = 0
    errors = 0
    if not is_closed:
        open_cells = sum(1 for _ in after.open_cells())
    if not is_closed and not open_cells:
        errors = sum(problem.severity == "error" for problem in after.problems())
    return Outcome(
        after.article.id, made, rejected, is_closed, open_cells, errors, after != before
    )


def _answers(state: Adjudication) -> dict[tuple[str, str], Answer]:
    return {
        (event, field): a
        for event, fields in state.gold.records
        for field, a in fields.items()
    }


def _write_with_retries(
    project: Project, supervisor: str, steps: Sequence[_Step]
) -> list[Outcome]:
    """Write the steps, with further attempts while others write at the same time."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(ConflictError):
            return _write(project, supervisor, steps)
    return _write(project, supervisor, steps)


def _write(project: Project, supervisor: str, steps: Sequence[_Step]) -> list[Outcome]:
    """Write the steps; those whose article somebody has changed meanwhile are recomputed first."""
    if not any(step.outcome.is_changed for step in steps):
        return [step.outcome for step in steps]
    outcomes: list[Outcome] = []
    with project.store.begin(supervisor) as work:
        now = _versions(work.queries, [step.task for step in steps])
        for step in steps:
            current = [step]
            if any(
                now.get(subject) != step.versions.get(subject)
                for subject in step.task.subjects
            ):
                current = _steps(project, work.queries, [step.task])
            for each in current:
                outcomes.append(each.outcome)
                if each.outcome.is_changed:
                    work.save_gold(
                        each.before, each.after, Apply.what, each.task.article
                    )
    return outcomes
