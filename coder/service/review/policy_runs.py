"""Gold policies applied to all or some articles: previewed, applied, and undone as one
run.

Each article is one transaction with one journal entry. Policies that were applied
already change nothing, so an interrupted run is simply run again. The end of a run is
noted in the journal under `policies`: what was applied between two notes is undone
together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from coder.adjudicate.policies import Apply
from coder.adjudicate.resolve import Adjudication, Stored
from coder.errors import CoderError, ConflictError
from coder.grouping import grouped
from coder.model import SINGLE, STAGES, TRUSTED, Answer
from coder.service.project.adjudicated import (
    coders_of_data,
    load_adjudicated,
    revisions_of,
    state_from,
    without_trainees,
)
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.service.project.wrong_codings import WrongCoding, without_wrong
from coder.store import journal
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries

SUBJECT = "policies"
DONE = "policies.applied"
_ATTEMPTS = 3  # attempts to write an article while others write it at the same time


class Order(NamedTuple):
    """The policies to apply and the articles: by default those of coder.toml, to all
    articles.

    articles: ids, or their beginnings. policies: instead of those of coder.toml.
    coding: the coder whose coding becomes gold by the policy `trusted`; a supervisor's
    own coding becomes gold by their decision.
    """

    articles: Sequence[str] = ()
    policies: Sequence[str] = ()
    coding: str = ""


_BY_DEFAULT = Order()


class Outcome(NamedTuple):
    """The effect of the policies on one article: values made by each policy, number of
    events rejected.

    open_cells, errors: what prevents closing it; errors are counted only if nothing is
    open.
    """

    article: str
    made: Mapping[str, int]
    rejected: int
    closed: bool
    open_cells: int
    errors: int
    is_changed: bool


class Run(Struct, frozen=True):
    """The effect of a run, the articles it leaves alone, and the codings left out for
    wrong values (`wrong`).

    policies: those that were applied, in their order. waiting: articles that are
    assigned to somebody who has not submitted yet; revisions: articles whose codings
    use different codebook revisions; copies: articles with two copies of a coder's
    work, of which a supervisor has to say which one counts; untaken: articles that were
    asked for by name, and of which the policies can take no coding.
    """

    policies: Sequence[str]
    outcomes: Sequence[Outcome]
    waiting: Sequence[str]
    revisions: Sequence[str]
    copies: Sequence[str]
    untaken: Sequence[str]
    wrong: Sequence[WrongCoding]


class TakenBack(Struct, frozen=True):
    """The articles of a run that were restored, and those left alone as somebody has
    worked on them since.
    """

    articles: Sequence[str]
    worked_on: Sequence[str]


class _Task(NamedTuple):
    """The policies that a run applies to one article, in which only these coders have a
    coding.
    """

    article: str
    coders: Sequence[str]
    edit: Apply
    by: str  # the supervisor in whose name it is applied


class _Plan(NamedTuple):
    """The plan of a run.

    named: the articles asked for. left_alone: the run without outcomes.
    """

    tasks: Sequence[_Task]
    named: Sequence[str]
    left_alone: Run

    def run(self, outcomes: Sequence[Outcome]) -> Run:
        """Return the run with these outcomes."""
        left = self.left_alone
        told = {*left.waiting, *left.revisions, *left.copies}
        told.update(each.article for each in outcomes)
        told.update(each.article for each in left.wrong)
        untaken = [article for article in self.named if article not in told]
        return replace(left, outcomes=outcomes, untaken=untaken)


class _Step(NamedTuple):
    """The change to an article's gold, and the journal versions that it was computed
    from.
    """

    before: Stored
    after: Stored
    outcome: Outcome
    versions: Mapping[str, tuple[int, str]]


def preview(
    project: Project,
    progress: ReportProgress = no_progress,
    order: Order = _BY_DEFAULT,
    supervisor: str = "",
) -> Run:
    """Return what the policies would do, without writing anything; supervisor: who
    would apply them.
    """
    plan = _plan(project, supervisor, order)
    outcomes = list[Outcome]()
    with project.store.read() as queries:
        for done, task in enumerate(plan.tasks, start=1):
            step = _step(project, queries, task)
            if step is not None:
                outcomes.append(step.outcome)
            progress(done, len(plan.tasks))
    return plan.run(outcomes)


def apply(
    project: Project,
    supervisor: str,
    progress: ReportProgress = no_progress,
    order: Order = _BY_DEFAULT,
) -> Run:
    """Make gold by policies, close what is complete, and note the run's end in the
    journal.

    Raises CoderError if the coding to be taken has not been submitted in each of the
    articles.
    """
    project.person(supervisor, "supervisor")
    plan = _plan(project, supervisor, order)
    outcomes = list[Outcome]()
    for done, task in enumerate(plan.tasks, start=1):
        outcome = _apply_to_article(project, task)
        if outcome is not None:
            outcomes.append(outcome)
        progress(done, len(plan.tasks))
    with project.store.begin(supervisor) as work:
        if _find_applied(work.queries):
            work.note(SUBJECT, DONE)
    return plan.run(outcomes)


def undo(
    project: Project, supervisor: str, progress: ReportProgress = no_progress
) -> TakenBack:
    """Undo the last run, article by article; if interrupted, another call undoes the
    rest.

    Gold on which somebody has worked since stays as it is. Raises CoderError if there
    is no run.
    """
    project.person(supervisor, "supervisor")
    note = 0
    with project.store.read() as queries:
        applied = _find_applied(queries)
        if not applied:
            note, applied = _last_run(queries)
    if not applied and not note:
        raise CoderError("gold.no_run")
    undone = list[str]()
    worked_on = list[str]()
    for done, (subject, version) in enumerate(applied, start=1):
        article = subject.removeprefix("gold:")
        with project.store.begin(supervisor) as work:
            undoable, _ = journal.stacks(work.queries.history(subject))
            if undoable[-1:] == [version]:
                work.undo_entry(subject, version)
                undone.append(article)
            elif version in undoable:
                worked_on.append(article)
        progress(done, len(applied))
    if note:
        with project.store.begin(supervisor) as work:
            work.undo_entry(SUBJECT, note)
    return TakenBack(undone, worked_on)


def _find_applied(queries: Queries) -> list[tuple[str, int]]:
    """Return (subject, version) of what was applied, and not undone, since the last
    run's end or undoing.
    """
    notes = queries.entries(subject=SUBJECT)
    last = max((entry.position for entry in notes), default=0)
    applied = queries.entries_of_action(Apply.what, since=last)
    return [
        (subject, version)
        for subject, version in applied
        if version in journal.stacks(queries.history(subject))[0]
    ]


def _last_run(queries: Queries) -> tuple[int, list[tuple[str, int]]]:
    """Return the version of the note that ends the last run not undone, 0 for none, and
    what it applied.
    """
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
    policies = order.policies or rules.policies
    trusted_coders = list(rules.trusted.values())
    if order.coding:
        policies = (TRUSTED,)
        trusted_coders = [order.coding]
    for coder in trusted_coders:
        project.expect_member(coder)
    ids = (project.available_article(name).id for name in order.articles)
    named = list(dict.fromkeys(ids))
    with project.store.read() as queries:
        queries.expect_all()
        retired = {person.name for person in queries.people() if person.retired}
        stages = queries.stages()
        every = without_trainees(queries.coding_heads(named or None), stages)
    sound, wrong = without_wrong(project, every)
    if order.coding:
        _expect_codings(order.coding, named, sound)
    has_wrong_gold = {each.article for each in wrong if each.is_gold}
    # A coding with wrong values is left out, but nobody has to wait for it.
    submitted = {(each.article, original(each.coder)) for each in wrong}
    expected = coders_of_data(stages, retired)
    heads_of = grouped((h.article, h) for h in sound if h.article not in has_wrong_gold)
    tasks = list[_Task]()
    waiting = list[str]()
    revisions = list[str]()
    copies = list[str]()
    for article, heads in sorted(heads_of.items()):
        coders = [head.coder for head in heads if not head.is_gold]
        people = {original(coder) for coder in coders}
        is_waiting = any(
            (article, coder) not in submitted
            for coder in expected.get(article, set()) - people
        )
        trusted = ""
        for coder in coders:
            stage = stages.get((article, coder), STAGES[-1])
            if coder == (order.coding or rules.trusted.get(stage)):
                trusted = coder
                break
        if not coders:
            continue
        if not is_waiting and not _is_enough(coders, policies, trusted):
            continue
        if revisions_of(heads):
            revisions.append(article)
        elif is_waiting:
            waiting.append(article)
        elif len(people) < len(coders):
            copies.append(article)
        else:
            is_own = bool(order.coding) and order.coding == by
            edit = Apply(policies, trusted, is_own)
            tasks.append(_Task(article, coders, edit, by))
    left_alone = Run(policies, (), waiting, revisions, copies, (), wrong)
    return _Plan(tasks, named, left_alone)


def _is_enough(coders: Sequence[str], policies: Sequence[str], trusted: str) -> bool:
    """Return whether the policies can make gold of these coders' codings of an article."""
    if len(coders) > 1 or SINGLE in policies:
        return True
    return TRUSTED in policies and bool(trusted)


def _expect_codings(
    coder: str, articles: Sequence[str], heads: Sequence[CodingHead]
) -> None:
    """Raise CoderError unless the coder's coding of each article is among these heads."""
    there = {head.article for head in heads if head.coder == coder}
    for article in articles:
        if article not in there:
            raise CoderError("gold.no_coding", article=article, coder=coder)


def _apply_to_article(project: Project, task: _Task) -> Outcome | None:
    """Make an article's gold by policies; None if its codings are not those that the
    run set out with.

    Raises ConflictError if others change it again and again at the same time.
    """
    for _ in range(_ATTEMPTS):
        with project.store.read() as queries:
            step = _step(project, queries, task)
        if step is None:
            return None
        if not step.outcome.is_changed:
            return step.outcome
        with suppress(ConflictError), project.store.begin(task.by) as work:
            if _versions(work.queries, task) == step.versions:
                work.save_gold(step.before, step.after, Apply.what, task.article)
                return step.outcome
    raise ConflictError("store.clash")


def _step(project: Project, queries: Queries, task: _Task) -> _Step | None:
    """Compute the change to an article, None if its codings are not those that the run
    set out with.
    """
    versions = _versions(queries, task)
    found = load_adjudicated(project, queries, [task.article])[task.article]
    state = state_from(project, queries, found, alone=True)
    if state is None or state.coders != tuple(sorted(task.coders)):
        return None
    after = task.edit.apply(state, task.by)
    stored = (after.gold, after.clusters)
    return _Step(found.stored, stored, _outcome(state, after), versions)


def _versions(queries: Queries, task: _Task) -> dict[str, tuple[int, str]]:
    """Return the last journal entries of an article's gold and codings."""
    codings = [f"coding:{task.article}/{coder}" for coder in task.coders]
    return dict(queries.last_versions([f"gold:{task.article}", *codings]))


def _outcome(before: Adjudication, after: Adjudication) -> Outcome:
    answers_before = _answers(before)
    made = Counter[str]()
    for key, answer in _answers(after).items():
        if answers_before.get(key) != answer:
            made[answer.reason] += 1
    rejected_before = {c.id for c in before.clusters if c.rejected}
    rejected_after = {c.id for c in after.clusters if c.rejected}
    is_closed = after.gold.is_submitted
    open_cells = 0
    errors = 0
    if not is_closed:
        open_cells = len(list(after.open_cells()))
        if not open_cells:
            errors = sum(each.severity == "error" for each in after.problems())
    return Outcome(
        after.article.id,
        made,
        rejected=len(rejected_after - rejected_before),
        closed=is_closed,
        open_cells=open_cells,
        errors=errors,
        is_changed=after != before,
    )


def _answers(state: Adjudication) -> dict[tuple[str, str], Answer]:
    return {
        (event, field): a
        for event, fields in state.gold.records
        for field, a in fields.items()
    }
