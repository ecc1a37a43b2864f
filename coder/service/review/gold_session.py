"""A supervisor at work on one article's adjudication."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from coder.adjudicate.gold_edits import Close, GoldEdit
from coder.adjudicate.resolve import Adjudication, cluster_id
from coder.codebook.validate import Problem
from coder.errors import CoderError
from coder.model import COMMENT, GOLD, Article, Status
from coder.service.coding.remarks import made
from coder.service.delivery import rescue
from coder.service.edits.edits import Turned, refuse_unstorable
from coder.service.project.adjudicated import expect_state, state_of
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import Way, Writer, turn
from coder.service.review.decision import Decision, Known, place_of
from coder.store.queries import Queries


class ReviewSession:
    """One article's adjudication as the screen shows it, and the changes on their way.

    Several supervisors may be at it: each change is made to what is stored by then. on_others: called on the
    writer's thread when that held what is not seen here; `catch_up` then shows it. others: who had it open
    when this began, as far as a database tells.
    """

    def __init__(
        self,
        project: Project,
        article: Article,
        supervisor: str,
        writer: Writer | None = None,
        on_others: Callable[[], None] = lambda: None,
    ) -> None:
        self.project, self.article, self.supervisor = project, article, supervisor
        self.writer, self.on_others = writer or Writer(), on_others
        with project.store.read() as queries:
            self.state = expect_state(project, queries, article.id)
            self._known = Known(queries, article.id)
        project.store.whereabouts.go(article.id)
        self.others = project.store.whereabouts.others([article.id]).get(article.id, [])
        self._checked: tuple[Adjudication, Sequence[Problem], Sequence[tuple[str, str]]] | None = None

    @property
    def closed(self) -> bool:
        """Whether the gold is finished."""
        return self.state.gold.status is Status.SUBMITTED

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the gold as it is, by the codebook and by what coders changed since."""
        return self._check()[1]

    @property
    def open_cells(self) -> Sequence[tuple[str, str]]:
        """(cluster id, field) still to be decided, in reading order."""
        return self._check()[2]

    def to_do(self) -> Iterable[tuple[str, str]]:
        """What is open, then where a decision has an error."""
        errors = ((cluster_id(p.event_id), p.field) for p in self.problems if p.severity == "error")
        return dict.fromkeys([*self.open_cells, *((at, field) for at, field in errors if field)])

    def _check(self) -> tuple[Adjudication, Sequence[Problem], Sequence[tuple[str, str]]]:
        """The state with what is found in it, looked for once."""
        if self._checked is None or self._checked[0] is not self.state:
            self._checked = (self.state, self.state.problems(), [*self.state.open_cells()])
        return self._checked

    def expect_open(self) -> None:
        """Raises CoderError where the gold is closed, so that nothing is asked in vain."""
        if self.closed:
            command = f"coder reopen {self.article.id} --coder {GOLD} --as {self.supervisor}"
            raise CoderError("review.closed", command=command)

    def do(self, edit: GoldEdit) -> Adjudication:
        """Change the adjudication: seen at once, written next. Returns it as it was before."""
        self.expect_open()
        before, state = self.state, edit.apply(self.state, self.supervisor)
        if state != before:
            for fields in (state.gold.answers, *(event.fields for event in state.gold.events)):
                refuse_unstorable([(a.value, a.comment, a.reason) for a in fields.values()])
            given = (self.project, self.supervisor, self._known, edit, (before, state))
            self.writer.add(Decision(*given, self.on_others))
            self.state = state
        return before

    def turn(self, way: Way) -> Turned | None:
        """Take back one's own last decision, or decide again what was taken back."""
        self._reload()
        before, subject = self.state, self._known.subject
        what, self.state = turn(
            self.writer, self.project.store, self.supervisor, subject, way, self._read, own=True
        )
        return Turned(what[0], place_of(before, self.state)) if what else None

    def catch_up(self) -> list[CoderError]:
        """Go on from what is stored; returns why decisions were not taken since it was last asked."""
        self._reload()
        told, self._known.refused = self._known.refused, []
        return told

    def close_gold(self) -> None:
        """Finish the article's gold; raises CoderError where it is not to be. Returns when it is written.

        What coders submitted since it was opened counts, and is shown.
        """
        self._reload()
        self.do(Close())
        self.writer.flush()
        if refused := self.catch_up():
            raise refused[0]

    def _reload(self) -> None:
        """Show what is stored, once all is written; while that has to wait, what is shown stays."""
        self.writer.settle()
        if self.writer.failure is None and self.writer.lost is None:
            with self.project.store.read() as queries:
                self.state = self._read(queries)

    def _read(self, queries: Queries) -> Adjudication:
        self._known.read(queries)
        return state_of(self.project, queries, self.article.id) or self.state

    def close(self) -> None:
        """Write what is left; what has to wait for the database stays with the project."""
        self.project.leave(self)
        self.project.store.whereabouts.go("")

    def rescue(self) -> CoderError:
        """Put what could not be written into a file; the error says where it lies."""
        return rescue.gold(self.project, self.writer, self.state.gold, self.article)


def expect_reviewable(project: Project, article: str) -> None:
    """Raises CoderError, which says why, where an article's codings cannot be compared."""
    with project.store.read() as queries:
        expect_state(project, queries, article)


def reopen(project: Project, supervisor: str, article: str, coder: str, remark: str = "") -> str:
    """Open a coder's submitted coding again, or closed gold; undo does not reach over it. Returns its id.

    remark: what the supervisor tells the coder about it, written together with it.
    """
    refuse_unstorable(remark)
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
            if remark:
                said = made(article_id, (coder, "", "", 0, 0), supervisor, remark)
                work.remark(None, replace(said, at=work.now()), f"{COMMENT}.made")
    return found.id
