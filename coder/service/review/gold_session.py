"""A supervisor at work on one article's adjudication."""

from __future__ import annotations

from dataclasses import replace

from coder.adjudicate import resolve
from coder.adjudicate.gold_edits import Close, GoldEdit
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import GOLD, Article, Status
from coder.service.delivery import rescue
from coder.service.edits.edits import Place, Turned, refuse_unstorable
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Once, Way, Writer, turn
from coder.service.review.review_queue import adjudicated, revisions_of, state_of
from coder.store.queries import Queries
from coder.store.work import Work


class ReviewSession:
    """One article's adjudication as the screen shows it, and the changes on their way."""

    def __init__(
        self, project: Project, article: Article, supervisor: str, writer: Writer | None = None
    ) -> None:
        self.project, self.article, self.supervisor = project, article, supervisor
        self.writer = writer or Writer()
        with project.store.read() as queries:
            if revisions := revisions_of(adjudicated(queries, article.id)):
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
        return Turned(what[0], _place_of(before, self.state)) if what else None

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
        return state_of(self.project, queries, self.article.id), stored


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
