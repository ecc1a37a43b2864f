"""A supervisor at work: the queue of articles, and one article's adjudication."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from coder.adjudicate import resolve
from coder.adjudicate.gold_edits import Close, GoldEdit
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.agreement.study import Study
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD, TRAINING, Article, Status
from coder.service.delivery import rescue
from coder.service.edits.edits import Place, Turned, refuse_unstorable
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
    status: str
    events: int = 0
    open_cells: int = 0
    differing: int = 0


def queue(project: Project) -> list[Queued]:
    """What there is to review, most disagreements first, closed articles last."""
    with project.store.read() as queries:
        articles = sorted({h.article for h in queries.coding_heads()})
        found = [each for article in articles if (each := _queued(project, queries, article))]
    return sorted(found, key=lambda q: (q.status == "closed", -q.differing, q.article))


class ReviewSession:
    """One article's adjudication as the screen shows it, and the changes on their way."""

    def __init__(
        self, project: Project, article: Article, supervisor: str, writer: Writer | None = None
    ) -> None:
        self.project, self.article, self.supervisor = project, article, supervisor
        self.writer = writer or Writer()
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
            stored, after = self._stored, (state.gold, state.clusters)

            def save(work: Work) -> None:
                work.save_gold(stored, after, edit.what, self.article.id)

            self.writer.add(Once(self.project.store, self.supervisor, save, edit.what))
            self.state, self._stored = state, after
        return before

    def turn(self, way: Way) -> Turned | None:
        """Take back the last decision, or decide again what was taken back."""
        store, subject = self.project.store, f"gold:{self.article.id}"
        what, read = turn(self.writer, store, self.supervisor, subject, way, self._read)
        state, self._stored = read
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


def reopen(project: Project, supervisor: str, article: str, coder: str) -> str:
    """Open a coder's submitted coding again, or closed gold; undo does not reach over it. Returns its id."""
    project.person(supervisor, "supervisor")
    article_id = project.standing_article(article).id
    with project.store.begin(supervisor) as work:
        found = work.queries.coding(article_id, coder)
        if found is None or found.status is not Status.SUBMITTED:
            key = "gold_not_closed" if coder == GOLD else "nothing_to_reopen"
            raise CoderError(f"review.{key}", article=article_id, coder=coder)
        opened = replace(found, status=Status.OPEN)
        if coder == GOLD:
            clusters = work.queries.clusters(article_id)
            work.save_gold((found, clusters), (opened, clusters), "gold.reopened", article_id)
        else:
            work.save_coding(found, opened, "coding.reopened")
    return found.id


def _state(project: Project, queries: Queries, article_id: str) -> Adjudication | None:
    """The adjudication as stored, or a fresh one; None with fewer than two submitted, trainees' aside."""
    coders = [head.coder for head in _adjudicated(queries, article_id) if head.coder != GOLD]
    codings = [coding for coder in coders if (coding := queries.coding(article_id, coder))]
    if len(codings) < 2:
        return None
    book = project.revision(queries, codings[0].codebook, codings[0].id)
    codings = [expect_sound(coding, book) for coding in codings]
    clusters = queries.clusters(article_id) or Study(codings, book).clusters(article_id)
    state = Adjudication.begin(book, codings, clusters)
    gold = queries.gold(article_id)
    return state if gold is None else replace(state, gold=expect_sound(gold, book))


def _place_of(before: Adjudication, after: Adjudication) -> Place:
    """The first event that was made or thrown out, else the first field that is decided otherwise."""
    shapes = {(c.id, c.members, c.rejected) for c in before.clusters}
    names = {c.id: Message("edits.event_number", number=n) for n, c in enumerate(after.clusters, start=1)}
    for cluster in after.clusters:
        if (cluster.id, cluster.members, cluster.rejected) not in shapes:
            return Place(cluster.id, name=names[cluster.id])
    for each in (ARTICLE, *names):
        for row in after.rows(each):
            if before.decided(each, row.field.id) != after.decided(each, row.field.id):
                return Place(each, row.field, name=names.get(each, ""))
    return Place()


def _adjudicated(queries: Queries, article_id: str) -> list[CodingHead]:
    """The codings that are adjudicated together, and the gold."""
    trainees = {a.coder for a in queries.assignments(article_id=article_id) if a.stage == TRAINING}
    heads = [h for h in queries.coding_heads(article_id) if original(h.coder) not in trainees]
    return [h for h in heads if h.coder == GOLD or h.status == Status.SUBMITTED.value]


def _revisions(heads: Sequence[CodingHead]) -> str:
    """The codebooks of what is adjudicated together, "" if it is the same one or there is one coder."""
    refs = sorted({head.codebook for head in heads})
    coders = {head.coder for head in heads} - {GOLD}
    return ", ".join(refs) if len(coders) > 1 and len(refs) > 1 else ""


def _queued(project: Project, queries: Queries, article_id: str) -> Queued | None:
    heads = _adjudicated(queries, article_id)
    if _revisions(heads):
        return Queued(article_id, tuple(head.coder for head in heads if head.coder != GOLD), "revisions")
    if (state := _state(project, queries, article_id)) is None:
        return None
    status = "closed" if state.gold.status is Status.SUBMITTED else "open"
    if not state.gold.answers and not state.gold.events:
        status = "new"
    rows = [row for each in (ARTICLE, *(c.id for c in state.clusters)) for row in state.rows(each)]
    differing = sum(row.state in ("differs", "one") for row in rows)
    open_cells = sum(1 for _ in state.open_cells())
    return Queued(article_id, state.coders, status, len(state.clusters), open_cells, differing)
