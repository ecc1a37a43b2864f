"""The queue of the review: what each article leaves to decide, worked out once and kept until it changes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import NamedTuple

from coder.adjudicate.resolve import ARTICLE, STALE
from coder.agreement.version import VERSION
from coder.model import GOLD, Article, Status
from coder.service.project.adjudicated import heads_of, not_trainees, revisions_of, state_of
from coder.service.project.kept_results import KeptResults, stamp
from coder.service.project.opened import Project
from coder.service.project.processes import Told, untold
from coder.store.kept import Result
from coder.store.queries import CodingHead, Queries

_KIND = "queue"
_AT_ONCE = 500  # articles that are asked for together


@dataclass(frozen=True, slots=True)
class Queued:
    """An article that two or more coders have submitted, or of whose one coding gold was made.

    status: `new`, `open`, `closed`; `stale` where gold was closed and coders' answers changed under it;
    `revisions` where its gold or one of its codings is of another revision of the codebook than the rest.
    stale: how many decisions rest on answers that are others now; they are among the open cells.
    """

    article: str
    coders: tuple[str, ...]
    status: str
    events: int = 0
    open_cells: int = 0
    differing: int = 0
    stale: int = 0


class _Line(NamedTuple):
    key: str
    stamp: str


class ReviewQueue:
    """The articles to review: what is known of them at once, and all when the rest is counted."""

    def __init__(self, project: Project) -> None:
        self._results = KeptResults(project, _KIND, _asked(project), _count)

    @property
    def uncounted(self) -> int:
        """How many articles changed since they were counted."""
        return len(self._results.missing)

    def known(self) -> list[Queued]:
        """Those that are counted, most disagreements first, closed ones last."""
        missing = {each.key for each in self._results.missing}
        bodies = self._results.bodies([each for each in self._results.asked if each.key not in missing])
        found = [
            Queued(article, tuple(coders), *rest)
            for article, coders, *rest in filter(None, map(json.loads, bodies))
        ]
        return sorted(found, key=lambda q: (q.status == "closed", -q.differing, q.article))

    def counted(self, progress: Told = untold) -> list[Queued]:
        """All of them; those that changed are counted on all cores."""
        self._results.make(progress)
        return self.known()


def about(project: Project, articles: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Article id → where and when it came out and its title, of those of which that is known."""
    found = {}
    with project.store.read() as queries:
        for start in range(0, len(articles), _AT_ONCE):
            for article, held in queries.metadata(articles[start : start + _AT_ONCE]).items():
                known = Article(article, "", metadata=held)
                found[article] = (*known.imprint, held.get("title", ""))
    return found


def queue(project: Project) -> list[Queued]:
    """All articles to review, most disagreements first, closed ones last."""
    return ReviewQueue(project).counted()


def _asked(project: Project) -> list[_Line]:
    """Each article that two or more submitted, or with gold, and the stamp of what its line is made from."""
    with project.store.read() as queries:
        by_article: dict[str, list[CodingHead]] = defaultdict(list)
        for head in not_trainees(queries, queries.coding_heads()):
            by_article[head.article].append(head)
        versions = queries.versions()
    asked = []
    for article, heads in by_article.items():
        if len(heads) > 1:
            codings = [(head.id, head.codebook, versions.get(f"coding:{head.id}")) for head in heads]
            asked.append(_Line(article, stamp(VERSION, versions.get(f"gold:{article}"), codings)))
    return asked


def _count(project: Project, part: Sequence[_Line]) -> list[Result]:
    with project.store.read() as queries:
        return [Result(*each, json.dumps(_queued(project, queries, each.key))) for each in part]


def _queued(project: Project, queries: Queries, article: str) -> tuple[object, ...] | None:
    heads = heads_of(queries, article)
    if revisions_of(heads):
        coders = tuple(head.coder for head in heads if head.coder != GOLD)
        return astuple(Queued(article, coders, "revisions"))
    if (state := state_of(project, queries, article)) is None:
        return None
    stale = sum(problem.rule == STALE for problem in state.problems())
    status = "open"
    if state.gold.status is Status.SUBMITTED:
        status = "stale" if stale else "closed"
    if not state.gold.answers and not state.gold.events:
        status = "new"
    rows = [row for each in (ARTICLE, *(c.id for c in state.clusters)) for row in state.rows(each)]
    differing = sum(row.state in ("differs", "one") for row in rows)
    open_cells = sum(1 for _ in state.open_cells())
    return astuple(Queued(article, state.coders, status, len(state.clusters), open_cells, differing, stale))
