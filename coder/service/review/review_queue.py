"""The queue of the review: what each article leaves to decide, worked out once and kept until it changes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import NamedTuple

from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.agreement.comparison import VERSION, aligned
from coder.model import GOLD, TRAINING, Status
from coder.service.figures.comparisons import stamp
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project, reopened
from coder.service.project.processes import Told, spread, untold
from coder.store.kept import Result
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries

_KIND = "queue"
_AT_ONCE = 20  # articles that are counted together
_WORTH = 60  # articles from which on further processes pay


@dataclass(frozen=True, slots=True)
class Queued:
    """An article that two or more coders have submitted; status is `new`, `open`, `closed` or `revisions`.

    revisions: its gold or one of its codings is of another revision of the codebook than the rest.
    """

    article: str
    coders: tuple[str, ...]
    status: str
    events: int = 0
    open_cells: int = 0
    differing: int = 0


class Queue(NamedTuple):
    """The articles to review, most disagreements first, closed ones last; uncounted: how many are missing."""

    articles: Sequence[Queued]
    uncounted: int


def queue(project: Project, progress: Told = untold) -> list[Queued]:
    """What there is to review; articles that changed since they were counted are counted on all cores."""
    asked = _asked(project)
    kept = dict(project.kept.fetch(_KIND, asked))
    missing = [(article, made_from) for article, made_from in asked.items() if article not in kept]
    parts = [missing[start : start + _AT_ONCE] for start in range(0, len(missing), _AT_ONCE)]
    cores, done = None if len(missing) >= _WORTH else 1, 0
    for found in spread(_count, parts, project, reopened, project.way, cores=cores):
        project.kept.keep(_KIND, found)
        done += len(found)
        progress(done, len(missing))
    return list(_read(project, asked).articles)


def known_queue(project: Project) -> Queue:
    """What is known of the queue at once."""
    return _read(project, _asked(project))


def _read(project: Project, asked: Mapping[str, str]) -> Queue:
    kept = dict(project.kept.fetch(_KIND, asked))
    told = [json.loads(kept[article]) for article in asked if article in kept]
    found = [Queued(article, tuple(coders), *rest) for article, coders, *rest in filter(None, told)]
    found.sort(key=lambda q: (q.status == "closed", -q.differing, q.article))
    return Queue(found, len(asked) - len(kept))


def _asked(project: Project) -> dict[str, str]:
    """Each article that two or more have submitted, with the stamp of what its line is made from."""
    with project.store.read() as queries:
        by_article: dict[str, list[CodingHead]] = defaultdict(list)
        for head in _not_trainees(queries, queries.coding_heads()):
            by_article[head.article].append(head)
        versions = queries.versions()
    return {
        article: stamp(
            VERSION,
            versions.get(f"gold:{article}"),
            [(head.id, head.codebook, versions.get(f"coding:{head.id}")) for head in heads],
        )
        for article, heads in by_article.items()
        if sum(head.coder != GOLD for head in heads) > 1
    }


def _count(project: Project, part: Sequence[tuple[str, str]]) -> list[Result]:
    with project.store.read() as queries:
        return [
            Result(article, made_from, json.dumps(_queued(project, queries, article)))
            for article, made_from in part
        ]


def _queued(project: Project, queries: Queries, article: str) -> tuple[object, ...] | None:
    heads = adjudicated(queries, article)
    if revisions_of(heads):
        coders = tuple(head.coder for head in heads if head.coder != GOLD)
        return astuple(Queued(article, coders, "revisions"))
    if (state := state_of(project, queries, article)) is None:
        return None
    status = "closed" if state.gold.status is Status.SUBMITTED else "open"
    if not state.gold.answers and not state.gold.events:
        status = "new"
    rows = [row for each in (ARTICLE, *(c.id for c in state.clusters)) for row in state.rows(each)]
    differing = sum(row.state in ("differs", "one") for row in rows)
    open_cells = sum(1 for _ in state.open_cells())
    return astuple(Queued(article, state.coders, status, len(state.clusters), open_cells, differing))


def state_of(project: Project, queries: Queries, article: str) -> Adjudication | None:
    """The adjudication as stored, or a fresh one; None with fewer than two submitted, trainees' aside."""
    heads = adjudicated(queries, article)
    codings = list(queries.codings_of([head for head in heads if head.coder != GOLD]))
    if len(codings) < 2:
        return None
    book = project.revision(queries, codings[0].codebook, codings[0].id)
    codings = [expect_sound(coding, book) for coding in codings]
    state = Adjudication.begin(book, codings, queries.clusters(article) or aligned(codings, book))
    gold = queries.gold(article)
    return state if gold is None else replace(state, gold=expect_sound(gold, book))


def adjudicated(queries: Queries, article: str) -> list[CodingHead]:
    """The codings that are adjudicated together, and the gold."""
    return _not_trainees(queries, queries.coding_heads(article), article)


def _not_trainees(
    queries: Queries, heads: Iterable[CodingHead], article: str | None = None
) -> list[CodingHead]:
    """The submitted codings by others than trainees, and the gold."""
    assigned = queries.assignments(article_id=article)
    trainees = {(each.article, each.coder) for each in assigned if each.stage == TRAINING}
    return [
        head
        for head in heads
        if (head.coder == GOLD or head.status == Status.SUBMITTED.value)
        and (head.article, original(head.coder)) not in trainees
    ]


def revisions_of(heads: Sequence[CodingHead]) -> str:
    """The codebooks of what is adjudicated together, "" if it is the same one or there is one coder."""
    refs = sorted({head.codebook for head in heads})
    coders = {head.coder for head in heads} - {GOLD}
    return ", ".join(refs) if len(coders) > 1 and len(refs) > 1 else ""
