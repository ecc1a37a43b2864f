"""The review queue: what is left to decide in each article, and the pace at which gold
is closed.

Each article is counted once; the result is cached until the article changes.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from coder.adjudicate.resolve import (
    ARTICLE,
    DISAGREEMENTS,
    STALE,
    Adjudication,
    classify_stretch,
)
from coder.agreement.result import COMPARISON_VERSION
from coder.grouping import grouped
from coder.model import COMMENT, FLAG, QUESTION, TRAINING, moment
from coder.service.project.adjudicated import (
    Found,
    load_adjudicated,
    state_from,
    without_trainees,
)
from coder.service.project.kept_results import KeptResults, Keyed, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import ReportProgress, no_progress
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries
from coder.text.normalize import fold_key

_PACE_DAYS = 10  # the number of recent working days from which the pace is computed
_KIND = "queue"
_TITLES = "titles"
_STATE = "queue_state"
_FORMAT = 10  # the version of the cached format
_HEADLINES = 2  # and that of the cached titles
_FEW = 100  # below this number of changed articles only these are read again
_MANY = 20  # from this number of changed articles the queue is worth keeping
ORDERS = ("differing", "age", FLAG)
FILTERS = ("all", "to_do", "new", "open", "stale", "closed", FLAG, "commented")


class Queued(Struct, frozen=True, dict=True, omit_defaults=True):
    """An article that two or more coders have submitted, or that has gold made from a
    single coding.

    status: `new`, `open`, `closed`; `stale`: gold was closed and coders' answers
    changed afterwards;
    `revisions`: its gold and codings use different codebook revisions; `corrected`: a
    coder has not been through its corrected text yet; `wrong`: too few codings are left, as
    others have wrong values. stale: the number of decisions based on answers that have
    changed since; they are among the open cells. spans: the number of text ranges by
    how they are marked, one of SPANS, if ranges are decided. types: ids of the coded
    event types. wrong: the coders whose coding is left out. The fields from `title` on
    are not cached; since: when one of these codings was last changed.
    """

    article: str
    coders: tuple[str, ...]
    status: str
    events: int = 0
    open_cells: int = 0
    differing: int = 0
    stale: int = 0
    spans: Mapping[str, int] = msgspec.field(default_factory=dict)
    types: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    title: str = ""
    outlet: str = ""
    stage: str = ""
    flags: int = 0
    comments: int = 0
    since: str = ""

    def passes(self, name: str) -> bool:
        """Return whether the article matches a filter, one of FILTERS."""
        if name == FLAG:
            return self.flags > 0
        if name == "commented":
            return self.comments > 0
        if name == "to_do":
            return self.status != "closed"
        return name in ("all", self.status)

    @cached_property
    def key(self) -> str:
        """The folded text that is searched: id, title, outlet, coders, stage and types."""
        words = (
            self.article,
            self.title,
            self.outlet,
            *self.coders,
            self.stage,
            *self.types,
        )
        return fold_key(" ".join(words))


def ordered(articles: Iterable[Queued], name: str) -> list[Queued]:
    """Return the articles sorted by one of ORDERS, closed ones last."""
    keys: dict[str, Callable[[Queued], object]] = {
        "differing": lambda q: -q.differing,
        "age": lambda q: q.since,
        FLAG: lambda q: -q.flags,
    }
    return sorted(
        articles, key=lambda q: (q.status == "closed", keys[name](q), q.article)
    )


def matching(articles: Iterable[Queued], name: str, query: str) -> list[Queued]:
    """Return the articles that pass one of FILTERS and contain every word of the query."""
    words = fold_key(query).split()
    found = []
    for article in articles:
        if article.passes(name) and all(word in article.key for word in words):
            found.append(article)
    return found


class _State(Struct):
    """What a queue was made from at a position of the journal; a later one reads only
    what changed since.

    stages: coding id → stage of the assignment. withdrawn: article, or coding set aside
    → reason. remarks: `kind:article` → their number. items: article → stamp of its
    result. beside: article → the fields of `Queued` that are not in its result, from
    `stage` on. parsed: the results by stamp.
    """

    position: int
    versions: dict[str, str]
    stages: dict[str, str]
    withdrawn: dict[str, str]
    remarks: dict[str, int]
    items: dict[str, str] = msgspec.field(default_factory=dict)
    beside: dict[str, dict[str, Any]] = msgspec.field(default_factory=dict)
    parsed: dict[str, Queued | None] = msgspec.field(default_factory=dict)

    def changed_since(self, before: _State) -> list[str] | None:
        """Return the articles that changed since an earlier state; None if many did, or
        it cannot be told.
        """
        for name in ("stages", "withdrawn", "remarks"):
            if getattr(self, name) != getattr(before, name):
                return None
        subjects = self.versions.items() ^ before.versions.items()
        changed = {_article_of(subject) for subject, _ in subjects}
        changed -= self.withdrawn.keys()
        return [*changed] if len(changed) < _FEW else None

    def reuse(self, before: _State, changed: Collection[str]) -> None:
        """Take from an earlier state what concerns the articles that did not change.

        A changed article may have left the queue, so its old stamp goes.
        """
        for article, its in before.items.items():
            if article not in changed:
                self.items[article] = its
                self.beside[article] = before.beside[article]
        self.items = dict(sorted(self.items.items()))


class ReviewQueue:
    """The articles to review: the counted ones at once (`known`), all after counting
    (`counted`).

    before: an earlier queue, whose data are reused for articles that have not changed;
    else those of the last queue that was kept are.
    """

    def __init__(self, project: Project, before: ReviewQueue | None = None) -> None:
        self._project = project
        self._state: _State
        with project.store.read() as queries:
            earlier = before._state if before else self._read_kept_state()
            stages = queries.stages()
            self._state = _State(
                queries.last_position(),
                before.versions_now(queries) if before else queries.versions(),
                {"/".join(pair): stage for pair, stage in stages.items()},
                _read_withdrawn(queries),
                _remarks(queries),
            )
            # None: all articles are read anew.
            changed = self._state.changed_since(earlier) if earlier else None
            heads = without_trainees(queries.coding_heads(changed), stages)
            waiting = queries.waiting_for_correction(changed)
            metadata = queries.last_version("metadata")[0]
        spans = project.config.gold.spans
        self._state.items = _stamps(heads, self._state.versions, waiting, spans=spans)
        self._state.beside = _beside(heads, self._state)
        if earlier is not None:
            self._state.parsed = earlier.parsed
            if changed is not None:
                self._state.reuse(earlier, changed)
        read = _FEW if changed is None else len(changed)
        self._unkept: int = read + (before._unkept if before else 0)
        items = self._state.items
        keyed = [Keyed(article, its) for article, its in items.items()]
        self._results = KeptResults(project, _KIND, keyed, _count)
        self._titles = _titles(project, [*items], metadata)

    @property
    def versions(self) -> Mapping[str, str]:
        """The versions of codings and gold."""
        return self._state.versions

    @property
    def is_worth_keeping(self) -> bool:
        """Return whether the next start would read much again that this queue has read."""
        return self._unkept >= _MANY

    def keep(self) -> None:
        """Keep what the queue was made from, so that the program's next start reads
        only what changed.
        """
        parsed = self._state.parsed
        stamps = self._state.items.values()
        known = {each: parsed[each] for each in stamps if each in parsed}
        body = msgspec.json.encode(replace(self._state, parsed=known)).decode()
        if self._project.kept.keep(_STATE, [Result("", self._state_stamp, body)]):
            self._unkept = 0

    def _read_kept_state(self) -> _State | None:
        """Return the state that was kept.

        The journal may be another since, from a backup: what changed is seen by
        comparing all versions.
        """
        for _, body in self._project.kept.fetch(_STATE, {"": self._state_stamp}):
            with suppress(msgspec.DecodeError):  # of an earlier layout
                return msgspec.json.decode(body, type=_State)
        return None

    @property
    def _state_stamp(self) -> str:
        return stamp(COMPARISON_VERSION, _FORMAT, self._project.config.gold.spans)

    def is_outdated(self) -> bool:
        """Return whether codings, gold, remarks or what is withdrawn changed since the
        queue was read.
        """
        read = self._state
        with self._project.store.read() as queries:
            now = (
                self.versions_now(queries),
                _read_withdrawn(queries),
                _remarks(queries),
            )
        return now != (read.versions, read.withdrawn, read.remarks)

    def versions_now(self, queries: Queries) -> dict[str, str]:
        """Return the present versions of codings and gold."""
        return queries.versions_after(self._state.versions, self._state.position)

    @property
    def uncounted(self) -> int:
        """The number of articles that changed since they were counted."""
        return len(self._results.missing)

    def known(self) -> list[Queued]:
        """Return the articles that are counted, most disagreements first, closed ones
        last.
        """
        missing = {each.key for each in self._results.missing}
        counted = [each for each in self._results.asked if each.key not in missing]
        parsed = self._state.parsed
        new = [each for each in counted if each.stamp not in parsed]
        for each, body in zip(new, self._results.bodies(new), strict=True):
            parsed[each.stamp] = _parse(body)
        articles = []
        for each in counted:
            queued = parsed[each.stamp]
            if queued is not None:
                title, outlet = self._titles[queued.article]
                beside = self._state.beside[queued.article]
                articles.append(replace(queued, title=title, outlet=outlet, **beside))
        return ordered(articles, ORDERS[0])

    def counted(self, progress: ReportProgress = no_progress) -> list[Queued]:
        """Return all articles, after counting those that changed on all cores."""
        self._results.make(progress)
        return self.known()


def queue(project: Project) -> list[Queued]:
    """Return all articles to review, most disagreements first, closed ones last."""
    return ReviewQueue(project).counted()


def stale_gold(project: Project, progress: ReportProgress = no_progress) -> list[str]:
    """Return the articles whose gold was closed before coders' answers changed; only
    closed gold is counted.

    Empty for people who may see their own work only.
    """
    with project.store.read() as queries:
        if queries.own_only:
            return []
        heads = without_trainees(queries.coding_heads(), queries.stages())
        stamps = _stamps(heads, queries.versions(), (), spans=project.config.gold.spans)
    asked = [
        Keyed(head.article, stamps[head.article])
        for head in heads
        if head.is_gold and head.is_submitted and head.article in stamps
    ]
    results = KeptResults(project, _KIND, asked, _count)
    results.make(progress)
    counted = map(_parse, results.bodies(asked))
    return sorted(each.article for each in counted if each and each.status == "stale")


def _read_withdrawn(queries: Queries) -> dict[str, str]:
    """Return id → reason for the articles that were withdrawn and the codings that were
    set aside.
    """
    aside = {"/".join(pair): reason for pair, reason in queries.set_aside().items()}
    return queries.withdrawn() | aside


def _remarks(queries: Queries) -> dict[str, int]:
    """Return `kind:article` → the number of remarks of that kind."""
    return {
        f"{kind}:{article}": n for (kind, article), n in queries.remark_counts().items()
    }


def _article_of(subject: str) -> str:
    """Return the article of a coding or gold, given as a subject of the journal."""
    kind, _, name = subject.partition(":")
    return name if kind == "gold" else _article_of_coding(name)


def _article_of_coding(coding: str) -> str:
    return coding.rpartition("/")[0]


def _stamps(
    heads: Iterable[CodingHead],
    versions: Mapping[str, str],
    waiting: Collection[str],
    *,
    spans: bool,
) -> dict[str, str]:
    """Return the stamps of the articles that have two or more of these codings and
    gold, or that wait for a coder to go through their corrected text.
    """
    stamps: dict[str, str] = {}
    for article, own in grouped((head.article, head) for head in heads).items():
        if len(own) < 2 and article not in waiting:
            continue
        codings = []
        for head in own:
            version = versions.get(f"coding:{head.id}")
            codings.append((head.id, head.codebook, version))
        gold = versions.get(f"gold:{article}")
        stamps[article] = stamp(COMPARISON_VERSION, _FORMAT, spans, gold, codings)
    return stamps


def _titles(
    project: Project, articles: Sequence[str], metadata: int
) -> Mapping[str, tuple[str, str]]:
    """Return article → its title and outlet, cached as finding them takes long;
    metadata: their version.
    """
    made_from = stamp(_HEADLINES, metadata, articles)
    for _, body in project.kept.fetch(_TITLES, {_TITLES: made_from}):
        cached: dict[str, tuple[str, str]] = json.loads(body)
        return cached
    with project.store.read() as queries:
        coded = queries.beginnings(coded=True)
    titles = dict.fromkeys(articles, ("", ""))
    for each in coded:
        if each.id in titles:
            titles[each.id] = (each.headline, " ".join(each.imprint) or each.source)
    project.kept.keep(_TITLES, [Result(_TITLES, made_from, json.dumps(titles))])
    return titles


def _beside(heads: Iterable[CodingHead], state: _State) -> dict[str, dict[str, Any]]:
    """Return the fields of `Queued` from `stage` on, by article."""
    stage_of = {
        _article_of_coding(coding): stage
        for coding, stage in state.stages.items()
        if stage != TRAINING
    }
    fields: dict[str, dict[str, Any]] = {}
    for article, own in grouped((head.article, head) for head in heads).items():
        codings = [f"coding:{head.id}" for head in own if not head.is_gold]
        times = [state.versions.get(each, "").partition(" ")[2] for each in codings]
        comments = state.remarks.get(f"{COMMENT}:{article}", 0)
        questions = state.remarks.get(f"{QUESTION}:{article}", 0)
        fields[article] = {
            "stage": stage_of.get(article, ""),
            "flags": state.remarks.get(f"{FLAG}:{article}", 0),
            "comments": comments + questions,
            "since": max(times, default=""),
        }
    return fields


def _count(project: Project, part: Sequence[Keyed]) -> list[Result]:
    with project.store.read() as queries:
        stored = load_adjudicated(project, queries, [each.key for each in part])
        counted = (
            _summarize(project, queries, each.key, stored[each.key]) for each in part
        )
        bodies = [msgspec.json.encode(each).decode() for each in counted]
    return [Result(*each, body) for each, body in zip(part, bodies, strict=True)]


def _parse(body: str) -> Queued | None:
    return msgspec.json.decode(body, type=Queued | None)


def _summarize(
    project: Project, queries: Queries, article: str, found: Found
) -> Queued | None:
    """Return the article with the fields that are cached; None if there is nothing to
    review in it.
    """
    coders = tuple(coding.coder for coding in found.codings)
    wrong = tuple(each.coder for each in found.wrong)
    if found.revisions:
        return Queued(article, coders, "revisions", wrong=wrong)
    if found.waiting:
        return Queued(article, coders, "corrected", wrong=wrong)
    if found.is_foreign and found.gold and found.gold.is_submitted and len(coders) > 1:
        return Queued(article, coders, "closed", wrong=wrong)
    state = state_from(project, queries, found)
    if state is None:
        return Queued(article, coders, "wrong", wrong=wrong) if wrong else None
    stale = sum(problem.rule == STALE for problem in state.problems())
    rows = list(state.rows(ARTICLE))
    for cluster in state.clusters:
        rows += state.rows(cluster.id)
    differing = 0
    if len(coders) > 1:
        for row in rows:
            # Notes are not compared, and nobody has to decide on them.
            if row.state in DISAGREEMENTS and not row.field.is_note:
                differing += 1
    return Queued(
        article,
        state.coders,
        _status(state, stale),
        events=len(state.clusters),
        open_cells=len(list(state.open_cells())),
        differing=differing,
        stale=stale,
        spans=dict(Counter(filter(None, map(classify_stretch, rows)))),
        types=_types(state),
        wrong=wrong,
    )


def _status(state: Adjudication, stale: int) -> str:
    """Return the status in the queue of an article that can be adjudicated."""
    gold = state.gold
    if gold.is_submitted:
        return "stale" if stale else "closed"
    is_rejected = any(cluster.rejected for cluster in state.clusters)
    if gold.answers or gold.events or is_rejected:
        return "open"
    return "new"


def _types(state: Adjudication) -> tuple[str, ...]:
    """Return the types of the article's events, the most frequent first."""
    field = state.codebook.type_field
    if field is None:
        return ()
    counts = Counter(
        str(answer.value)
        for coding in state.codings
        for event in coding.events
        if (answer := event.answer(field.id)).coded
    )
    return tuple(sorted(counts, key=lambda each: (-counts[each], each)))


class Pace(NamedTuple):
    """The articles closed today, the average per working day, and the working days
    left.
    """

    today: int
    per_day: float
    days_left: int


def find_closing_days(project: Project, closed: Collection[str]) -> list[date]:
    """Return the days, in local time, on which these articles were closed."""
    if not closed:
        return []
    with project.store.read() as queries:
        last_times = queries.last_times("gold:", "gold.closed")
    times = (moment(last_times.get(f"gold:{article}", "")) for article in closed)
    return [at.astimezone().date() for at in times if at is not None]


def compute_pace(days: Collection[date], left: int, today: date) -> Pace | None:
    """Return the pace for the number of articles left, from the days of closing; None
    if there are none.
    """
    if not days:
        return None
    counts = Counter(days)
    recent = sorted(counts)[-_PACE_DAYS:]
    per_day = sum(counts[day] for day in recent) / len(recent)
    return Pace(counts[today], per_day, math.ceil(left / per_day))
