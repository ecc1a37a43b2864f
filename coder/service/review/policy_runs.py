"""The project's policies over all its articles: looked at before, applied, and taken back as one.

Each article's gold changes in an entry of its own, some articles in a transaction, so that nobody is held up
for long and a run that was broken off is gone on with by running it again. When all is done the journal says
so under `policies`: what was applied since it last did is one run.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coder.adjudicate.policies import Apply
from coder.adjudicate.resolve import Adjudication, Stored
from coder.errors import CoderError, ConflictError
from coder.model import GOLD, SINGLE, STAGES, TRAINING, TRUSTED, Answer, Status
from coder.service.project.adjudicated import found_of, not_trainees, revisions_of, state_from
from coder.service.project.opened import Project, reopened
from coder.service.project.processes import Told, spread, untold
from coder.store import journal
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries

SUBJECT, DONE = "policies", "policies.applied"
_AT_ONCE = 20  # articles that are worked out, and written, together
_WORTH = 60  # articles from which on further processes pay
_ATTEMPTS = 3  # to write what others are writing at the same moment


class Outcome(NamedTuple):
    """What the policies make of one article: values by policy, events thrown out, and what they leave.

    open_cells, errors: what stands in the way of closing it; errors are looked for where nothing is open.
    """

    article: str
    made: Mapping[str, int]
    rejected: int
    closed: bool
    open_cells: int
    errors: int
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What a run does.

    waiting: the articles that somebody has and has not submitted; revisions: those whose codings are of
    several revisions of the codebook. Nothing is done to either.
    """

    outcomes: Sequence[Outcome]
    waiting: Sequence[str]
    revisions: Sequence[str]


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The articles of a run whose gold is as it was before, and those left, as somebody worked on since."""

    articles: Sequence[str]
    worked_on: Sequence[str]


class _Wanted(NamedTuple):
    article: str
    coders: Sequence[str]
    edit: Apply

    @property
    def subjects(self) -> list[str]:
        """What in the journal all of it rests on."""
        return [f"gold:{self.article}", *(f"coding:{self.article}/{coder}" for coder in self.coders)]


class _Step(NamedTuple):
    """What is to be written of an article, and the versions of what it rests on."""

    wanted: _Wanted
    versions: Mapping[str, int]
    before: Stored
    after: Stored
    outcome: Outcome


def preview(project: Project, told: Told = untold) -> Run:
    """What the policies would do; nothing is written."""
    wanted, waiting, revisions = _wanted(project)
    outcomes = [step.outcome for part in _worked_out(project, "", wanted, told) for step in part]
    return Run(outcomes, waiting, revisions)


def apply(project: Project, supervisor: str, told: Told = untold) -> Run:
    """Make gold by the project's policies, close what is complete, and end the run in the journal."""
    project.person(supervisor, "supervisor")
    wanted, waiting, revisions = _wanted(project)
    outcomes: list[Outcome] = []
    for part in _worked_out(project, supervisor, wanted, told):
        outcomes += _written(project, supervisor, part)
    with project.store.begin(supervisor) as work:
        if _unfinished(work.queries):
            work.note(SUBJECT, DONE)
    return Run(outcomes, waiting, revisions)


def undo(project: Project, supervisor: str, told: Told = untold) -> TakenBack:
    """Take the last run back, some articles at a time; broken off, the same takes back the rest.

    Gold on which somebody has worked since stays as it is. Raises CoderError where there is no run.
    """
    project.person(supervisor, "supervisor")
    with project.store.read() as queries:
        applied, mark = _unfinished(queries), 0
        if not applied:
            mark, applied = _last_run(queries)
    if not applied and not mark:
        raise CoderError("gold.no_run")
    done, worked_on = list[str](), list[str]()
    for start in range(0, len(applied), _AT_ONCE):
        with project.store.begin(supervisor) as work:
            for subject, version in applied[start : start + _AT_ONCE]:
                standing, _ = journal.stacks(work.queries.history(subject))
                article = subject.removeprefix("gold:")
                if standing[-1:] == [version]:
                    work.take_back(subject, version)
                    done.append(article)
                elif version in standing:
                    worked_on.append(article)
        told(min(start + _AT_ONCE, len(applied)), len(applied))
    if mark:
        with project.store.begin(supervisor) as work:
            work.take_back(SUBJECT, mark)
    return TakenBack(done, worked_on)


def _unfinished(queries: Queries) -> list[tuple[str, int]]:
    """What was applied, and stands, since a run was last finished or taken back."""
    last = max((entry.position for entry in queries.entries(subject=SUBJECT)), default=0)
    found = queries.noted(Apply.what, since=last)
    return [(s, v) for s, v in found if v in journal.stacks(queries.history(s))[0]]


def _last_run(queries: Queries) -> tuple[int, list[tuple[str, int]]]:
    """The version of the entry that ends the last run that stands, 0 for none, and what it applied."""
    entries = [*queries.entries(subject=SUBJECT)]
    standing, _ = journal.stacks([(e.version, e.what, e.undoes) for e in entries])
    if not standing:
        return 0, []
    last = entries[standing[-1] - 1]
    since = max((e.position for e in entries if e.version < last.version), default=0)
    return last.version, queries.noted(Apply.what, since, last.position)


def _wanted(project: Project) -> tuple[list[_Wanted], list[str], list[str]]:
    """The articles to apply policies to, those that wait for somebody, and those of several revisions."""
    rules = project.config.gold
    for stage_coder in rules.trusted.values():
        project.anybody(stage_coder)
    with project.store.read() as queries:
        queries.expect_all()
        gone = {person.name for person in queries.people() if person.retired}
        assigned = queries.assignments()
        stages = {(a.article, a.coder): a.stage for a in assigned if a.stage != TRAINING}
        by_article: dict[str, list[CodingHead]] = defaultdict(list)
        for head in not_trainees(queries.coding_heads(), assigned):
            by_article[head.article].append(head)
    expected: dict[str, set[str]] = defaultdict(set)
    for article, coder in stages:
        expected[article] |= {coder} - gone
    wanted, waiting, revisions = list[_Wanted](), list[str](), list[str]()
    for article, heads in sorted(by_article.items()):
        coders = [head.coder for head in heads if head.coder != GOLD]
        trusted = [c for c in coders if rules.trusted.get(stages.get((article, c), STAGES[-1])) == c]
        enough = len(coders) > 1 or SINGLE in rules.policies or (TRUSTED in rules.policies and trusted)
        waits = expected[article] - {original(coder) for coder in coders}
        if not coders or not (enough or waits):
            continue
        if revisions_of(heads):
            revisions.append(article)
        elif waits:
            waiting.append(article)
        else:
            wanted.append(_Wanted(article, coders, Apply(rules.policies, next(iter(trusted), ""))))
    return wanted, waiting, revisions


def _worked_out(
    project: Project, supervisor: str, wanted: Sequence[_Wanted], told: Told
) -> Iterator[Sequence[_Step]]:
    """What becomes of the articles, part by part, on all cores; told when what came before is dealt with."""
    parts = [(supervisor, wanted[i : i + _AT_ONCE]) for i in range(0, len(wanted), _AT_ONCE)]
    cores, done = None if len(wanted) >= _WORTH else 1, 0
    for steps in spread(_steps, parts, project, reopened, project.way, cores=cores):
        yield steps
        done += len(steps)
        told(done, len(wanted))


def _steps(project: Project, part: tuple[str, Sequence[_Wanted]]) -> list[_Step]:
    supervisor, wanted = part
    with project.store.read() as queries:
        return _fresh(project, queries, supervisor, wanted)


def _fresh(project: Project, queries: Queries, supervisor: str, wanted: Sequence[_Wanted]) -> list[_Step]:
    """What becomes of articles, without those whose codings went meanwhile."""
    versions, found = _versions(queries, wanted), found_of(queries, [each.article for each in wanted])
    steps = []
    for each in wanted:
        before = found[each.article]
        state = state_from(project, queries, before, alone=True)
        if state is not None and state.coders == tuple(sorted(each.coders)):
            after = each.edit.apply(state, supervisor)
            outcome = _outcome(state, after, is_changed=after != state)
            steps.append(_Step(each, versions, before.stored, (after.gold, after.clusters), outcome))
    return steps


def _versions(queries: Queries, wanted: Sequence[_Wanted]) -> dict[str, int]:
    subjects = [subject for each in wanted for subject in each.subjects]
    return {subject: version for subject, (version, _) in queries.last_versions(subjects).items()}


def _outcome(before: Adjudication, after: Adjudication, *, is_changed: bool) -> Outcome:
    known, rejected = _answers(before), {c.id for c in before.clusters if c.rejected}
    made = Counter(answer.reason for at, answer in _answers(after).items() if known.get(at) != answer)
    thrown_out = sum(bool(c.rejected) and c.id not in rejected for c in after.clusters)
    is_closed, left, errors = after.gold.status is Status.SUBMITTED, 0, 0
    if not is_closed:
        left = sum(1 for _ in after.open_cells())
    if not is_closed and not left:
        errors = sum(problem.severity == "error" for problem in after.problems())
    return Outcome(after.article.id, made, thrown_out, is_closed, left, errors, is_changed)


def _answers(state: Adjudication) -> dict[tuple[str, str], Answer]:
    told = (("", state.gold.answers), *((event.id, event.fields) for event in state.gold.events))
    return {(event, field): answer for event, fields in told for field, answer in fields.items()}


def _written(project: Project, supervisor: str, steps: Sequence[_Step]) -> list[Outcome]:
    """Write some articles' gold; what somebody changed since it was worked out is worked out anew."""
    for attempts_left in reversed(range(_ATTEMPTS)):
        try:
            return _write(project, supervisor, steps)
        except ConflictError:
            if not attempts_left:
                raise
    return []


def _write(project: Project, supervisor: str, steps: Sequence[_Step]) -> list[Outcome]:
    if not any(step.outcome.is_changed for step in steps):
        return [step.outcome for step in steps]
    found: list[Outcome] = []
    with project.store.begin(supervisor) as work:
        now = _versions(work.queries, [step.wanted for step in steps])
        for step in steps:
            fresh = [step]
            if any(now.get(subject) != step.versions.get(subject) for subject in step.wanted.subjects):
                fresh = _fresh(project, work.queries, supervisor, [step.wanted])
            for each in fresh:
                found.append(each.outcome)
                if each.outcome.is_changed:
                    work.save_gold(each.before, each.after, Apply.what, each.wanted.article)
    return found
