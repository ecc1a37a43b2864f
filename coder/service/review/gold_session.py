"""A supervisor at work: the queue of articles, and one article's adjudication."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from coder.adjudicate import resolve
from coder.adjudicate.gold_edits import Close, GoldEdit
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.agreement.comparison import compare
from coder.errors import CoderError, UnavailableError
from coder.messages.catalogue import Message
from coder.model import GOLD, TRAINING, Article, Status
from coder.service.delivery import rescue
from coder.service.edits.edit_context import refuse_unstorable
from coder.service.edits.edits import Place, Turned
from coder.service.project.fitting import expect_sound
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Way, Writer, turn
from coder.store.merge import original
from coder.store.queries import CodingHead, Queries
from coder.store.work import Work


@dataclass(frozen=True, slots=True)
class Queued:
    """An article that two or more coders have submitted; status is `new`, `open`, `closed` or `revisions`.

    revisions: its gold or one of its codings is of another revision of the codebook than the rest.
    """

    article: str
    coders: tuple[str, ...]
    events: int
    open_cells: int
    differing: int
    status: str


def queue(project: Project) -> list[Queued]:
    """What there is to review, most disagreements first, closed articles last."""
    with project.store.read() as queries:
        articles = sorted({h.article for h in queries.coding_heads()})
        found = [each for article in articles if (each := _queued(project, queries, article))]
    return sorted(found, key=lambda q: (q.status == "closed", -q.differing, q.article))


class ReviewSession:
    """One article's adjudication as the screen shows it, and the changes on their way."""

    def __init__(
        self,
        project: Project,
        article: Article,
        supervisor: str,
        on_failure: Callable[[Exception], None] | None = None,
        on_line: Callable[[UnavailableError | None], None] | None = None,
    ) -> None:
        self.project = project
        self.article = article
        self.supervisor = supervisor
        self.writer = Writer(on_failure, on_line)
        with project.store.read() as queries:
            if revisions := _revisions(_adjudicated(queries, article.id)):
                raise CoderError("review.several_revisions", article=article.id, revisions=revisions)
            state, self._stored = self._read(queries)
        if state is None:
            raise CoderError("review.fewer_than_two", article=article.id)
        self.state = state

    @property
    def closed(self) -> bool:
        """Whether the gold is finished."""
        return self.state.gold.status is Status.SUBMITTED

    def do(self, edit: GoldEdit) -> Adjudication:
        """Change the adjudication: seen at once, written next. Returns it as it was before."""
        if self.closed:
            command = f"coder reopen {self.article.id} --coder {GOLD} --as {self.supervisor}"
            raise CoderError("review.closed", command=command)
        before, state = self.state, edit.apply(self.state, self.supervisor)
        if state != before:
            for fields in (state.gold.answers, *(event.fields for event in state.gold.events)):
                refuse_unstorable([(a.value, a.comment, a.reason) for a in fields.values()])
            after = (state.gold, state.clusters)
            save = partial(_save, before=self._stored, after=after, what=edit.what, article=self.article.id)
            self.writer.add(Once(self.project.store, self.supervisor, save, edit.what))
            self.state, self._stored = state, after
        return before

    def turn(self, way: Way) -> Turned | None:
        """Take back the last decision, or decide again what was taken back."""
        subject = f"gold:{self.article.id}"
        what, (state, self._stored) = turn(
            self.writer, self.project.store, self.supervisor, subject, way, self._read
        )
        before, self.state = self.state, state or self.state
        return Turned(what, _place_of(before, self.state)) if what else None

    def close_gold(self) -> None:
        """Finish the article's gold; raises CoderError while cells are open. Returns when it is written."""
        self.do(Close())
        self.writer.flush()

    def close(self) -> None:
        """Write what is left; what has to wait for the database stays with the project."""
        self.project.leave(self)

    def rescue(self) -> CoderError:
        """Put what could not be written into a file; the error says where it lies."""
        return rescue.gold(self.project, self.writer, self.state.gold, self.article)

    def _read(self, queries: Queries) -> tuple[Adjudication | None, resolve.Stored]:
        stored = (queries.gold(self.article.id), tuple(queries.clusters(self.article.id)))
        return _state(self.project, queries, self.article.id), stored


def _save(work: Work, before: resolve.Stored, after: resolve.Stored, what: str, article: str) -> None:
    work.save_gold(before, after, what, article)


def _state(project: Project, queries: Queries, article_id: str) -> Adjudication | None:
    """The adjudication as stored, or a fresh one; None with fewer than two submitted codings.

    Trainees' codings are not adjudicated.
    """
    heads = [head for head in _adjudicated(queries, article_id) if head.coder != GOLD]
    codings = [coding for head in heads if (coding := queries.coding(article_id, head.coder))]
    if len(codings) < 2:
        return None
    book = project.revision(queries, codings[0].codebook, codings[0].id)
    codings = [expect_sound(coding, book) for coding in codings]
    clusters = queries.clusters(article_id)
    if not clusters:
        clusters = compare(codings, book, None).to_clusters()
    state = Adjudication.begin(book, codings, clusters)
    gold = queries.gold(article_id)
    return state if gold is None else replace(state, gold=expect_sound(gold, book))


def _place_of(before: Adjudication, after: Adjudication) -> Place:
    """The first event that was made or thrown out, else the first field that is decided otherwise."""
    shapes = {(c.id, c.members, c.rejected) for c in before.clusters}
    for number, cluster in enumerate(after.clusters, start=1):
        if (cluster.id, cluster.members, cluster.rejected) not in shapes:
            return Place(cluster.id, name=Message("edits.event_number", number=number))
    for number, cluster_id in enumerate((ARTICLE, *(c.id for c in after.clusters))):
        for row in after.rows(cluster_id):
            if before.decided(cluster_id, row.field.id) != after.decided(cluster_id, row.field.id):
                name = Message("edits.event_number", number=number) if number else ""
                return Place(cluster_id, row.field, name=name)
    return Place()


def _adjudicated(queries: Queries, article_id: str) -> list[CodingHead]:
    """The codings that are adjudicated together, and the gold."""
    trainees = {a.coder for a in queries.assignments(article_id=article_id) if a.stage == TRAINING}
    heads = [h for h in queries.coding_heads(article_id) if original(h.coder) not in trainees]
    return [h for h in heads if h.coder == GOLD or h.status == Status.SUBMITTED.value]


def _revisions(heads: Sequence[CodingHead]) -> str:
    """The codebooks of what is adjudicated together, "" if it is the same one or there is one coder."""
    refs = sorted({head.codebook for head in heads})
    several = len([head for head in heads if head.coder != GOLD]) > 1 and len(refs) > 1
    return ", ".join(refs) if several else ""


def _queued(project: Project, queries: Queries, article_id: str) -> Queued | None:
    heads = _adjudicated(queries, article_id)
    if _revisions(heads):
        coders = tuple(head.coder for head in heads if head.coder != GOLD)
        return Queued(article_id, coders, 0, 0, 0, "revisions")
    state = _state(project, queries, article_id)
    return None if state is None else _counted(state)


def _counted(state: Adjudication) -> Queued:
    rows = [row for cluster in ("", *(c.id for c in state.clusters)) for row in state.rows(cluster)]
    status = "closed" if state.gold.status is Status.SUBMITTED else "open"
    if not state.gold.answers and not state.gold.events:
        status = "new"
    return Queued(
        article=state.gold.article,
        coders=state.coders,
        events=len(state.clusters),
        open_cells=sum(1 for _ in state.open_cells()),
        differing=sum(row.state in ("differs", "one") for row in rows),
        status=status,
    )
