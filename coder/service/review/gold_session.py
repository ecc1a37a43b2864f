"""A supervisor's work on one article's adjudication, and reopening of codings and gold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from coder.adjudicate.gold_edits import Close, GoldEdit
from coder.adjudicate.resolve import Adjudication, cluster_id, gold_id
from coder.changes.coding_changes import MadeEdit, compare_gold
from coder.codebook.validate import Problem
from coder.errors import ClosedError, CoderError
from coder.model import COMMENT, GOLD, Article, Status
from coder.service.coding.remarks import made
from coder.service.edits.context import refuse_unstorable
from coder.service.project.adjudicated import expect_state, state_of
from coder.service.project.opened import Project
from coder.service.project.ordered_writer import (
    Way,
    Writer,
    turn,
    undo_needs_connection,
)
from coder.service.project.sign_off import find_unsigned, sign
from coder.service.review.decision import Decision, Known
from coder.store.queries import Queries


class ReviewSession:
    """One article's adjudication as shown on screen, and the queue of changes to be
    written.

    Several supervisors may work on it at once: each change is applied to what is stored
    by then. on_others: called on the writer's thread when others stored something not
    shown here; `catch_up` then loads it. awaits_signature: whether the gold is closed
    and lacks the signature that it requires.
    """

    def __init__(
        self,
        project: Project,
        article: Article,
        supervisor: str,
        writer: Writer | None = None,
        on_others: Callable[[], None] = lambda: None,
    ) -> None:
        self.project = project
        self.article = article
        self.supervisor = supervisor
        self.writer = writer or Writer()
        self.on_others = on_others
        with project.store.read() as queries:
            self.state = expect_state(project, queries, article.id)
            self._known = Known(queries, article.id)
            self.awaits_signature = self._is_unsigned(queries)
        self._checked: (
            tuple[Adjudication, Sequence[Problem], Sequence[tuple[str, str]]] | None
        ) = None

    @property
    def closed(self) -> bool:
        """Return whether the gold is closed."""
        return self.state.gold.is_submitted

    @property
    def problems(self) -> Sequence[Problem]:
        """The gold's problems: violations of the codebook, and answers that coders
        changed since.
        """
        return self._check()[1]

    @property
    def open_cells(self) -> Sequence[tuple[str, str]]:
        """The (cluster id, field id) pairs still to be decided, in reading order."""
        return self._check()[2]

    def linking(self, cluster: str) -> list[str]:
        """Return the ids of the events that coders or gold link to an event."""
        state = self.state
        target = gold_id(cluster)
        fields = self.state.codebook.link_fields
        found = []
        for each in state.standing:
            rows = {row.field.id: row for row in state.rows(each)}
            answers = [
                a for f in fields if f.id in rows for a in rows[f.id].answers.values()
            ]
            answers += [
                a for f in fields if (a := state.find_decision(each, f.id)) is not None
            ]
            if any(
                link["record"] == target
                for answer in answers
                for link in answer.value or ()
            ):
                found.append(each)
        return found

    def to_do(self) -> Iterable[tuple[str, str]]:
        """Return the (cluster id, field id) pairs still open, then those of decisions
        with an error.
        """
        errors = (
            (cluster_id(p.event_id), p.field)
            for p in self.problems
            if p.severity == "error"
        )
        return dict.fromkeys(
            [*self.open_cells, *((at, field) for at, field in errors if field)]
        )

    def _check(
        self,
    ) -> tuple[Adjudication, Sequence[Problem], Sequence[tuple[str, str]]]:
        """Return the state with its problems and open cells, computed once per state."""
        if self._checked is None or self._checked[0] is not self.state:
            self._checked = (
                self.state,
                self.state.problems(),
                [*self.state.open_cells()],
            )
        return self._checked

    def expect_open(self) -> None:
        """Raise ClosedError if the gold is closed; to be called before asking the
        supervisor anything.
        """
        if self.closed:
            self.reload()  # it may have been reopened elsewhere
        if self.closed:
            command = (
                f"coder reopen {self.article.id} --coder {GOLD} --as {self.supervisor}"
            )
            raise ClosedError("review.closed", command=command)

    def do(self, edit: GoldEdit) -> Adjudication:
        """Apply an edit in memory and queue it for writing; return the adjudication as
        it was before.
        """
        self.expect_open()
        before = self.state
        state = edit.apply(self.state, self.supervisor)
        if state != before:
            for answer in state.gold.every_answer:
                for typed in (answer.value, answer.comment, answer.reason):
                    refuse_unstorable(typed)
            shown = (before, state)
            decision = Decision(
                self.project, self.supervisor, self._known, edit, shown, self.on_others
            )
            self.writer.add(decision)
            self.state = state
        return before

    @undo_needs_connection()
    def turn(self, way: Way) -> MadeEdit | None:
        """Undo or redo the supervisor's own last decision; return what was undone or
        redone.
        """
        self.reload()
        before = self.state
        subject = self._known.subject
        what, self.state = turn(
            self.writer,
            self.project.store,
            self.supervisor,
            subject,
            way,
            self._read,
            own=True,
        )
        if not what:
            return None
        first = (before.gold, before.clusters)
        last = (self.state.gold, self.state.clusters)
        changes = (
            compare_gold(last, first) if way == "undo" else compare_gold(first, last)
        )
        return MadeEdit(what[0], tuple(changes))

    def catch_up(self) -> list[CoderError]:
        """Load what is stored; return the errors of decisions refused since the last
        call.
        """
        self.reload()
        refused = self._known.refused
        self._known.refused = []
        return refused

    def close_gold(self) -> None:
        """Close the article's gold and wait until it is written; raises CoderError if
        that is refused.

        The stored state is loaded first, so that codings submitted meanwhile count and
        are shown.
        """
        self.reload()
        self.do(Close())
        self.writer.flush()
        if refused := self.catch_up():
            raise refused[0]

    def sign(self) -> None:
        """Sign the closed gold as a second supervisor; raises CoderError if it is open
        or one's own work.
        """
        self.reload()
        sign(self.project, self.supervisor, self.article.id)
        self.reload()

    def _is_unsigned(self, queries: Queries) -> bool:
        """Return whether the gold is closed and lacks the signature that it requires."""
        heads = queries.coding_heads([self.article.id])
        closed = [head for head in heads if head.is_gold and head.is_submitted]
        return bool(find_unsigned(self.project, queries, closed))

    def reload(self) -> None:
        """Load what is stored after writing all changes; do nothing while they cannot
        be written.
        """
        self.writer.settle()
        if self.writer.failure is None and self.writer.lost is None:
            with self.project.store.read() as queries:
                self.state = self._read(queries)

    def _read(self, queries: Queries) -> Adjudication:
        self._known.read(queries)
        self.awaits_signature = self._is_unsigned(queries)
        return state_of(self.project, queries, self.article.id) or self.state

    def close(self) -> None:
        """Write what is pending; the project keeps changes that must wait for the
        database.
        """
        self.project.leave(self)

    def rescue(self) -> CoderError:
        """Save the changes that could not be written to a file; return the error that
        names the file.
        """
        from coder.service.delivery import rescue  # packets are needed only then

        return rescue.gold(self.project, self.writer, self.state.gold, self.article)


def expect_reviewable(project: Project, article: str) -> None:
    """Raise CoderError with the reason if an article's codings cannot be compared."""
    with project.store.read() as queries:
        expect_state(project, queries, article)


def reopen(
    project: Project, supervisor: str, article: str, coder: str, remark: str = ""
) -> str:
    """Reopen a coder's submitted coding, or closed gold; return its id. Undo does not
    go back past it.

    A member's coding without an assignment, such as an imported one, gets one, so that
    they find it. remark: the supervisor's remark to the coder, written in the same
    transaction.
    """
    refuse_unstorable(remark)
    project.person(supervisor, "supervisor")
    article_id = project.available_article(article, coder).id
    with project.store.begin(supervisor) as work:
        closed = work.queries.coding(article_id, coder)
        if closed is None or not closed.is_submitted:
            key = "gold_not_closed" if coder == GOLD else "nothing_to_reopen"
            raise CoderError(f"review.{key}", article=article_id, coder=coder)
        opened = replace(closed, status=Status.OPEN)
        if coder == GOLD:
            clusters = work.queries.clusters(article_id)
            work.save_gold(
                (closed, clusters), (opened, clusters), "gold.reopened", article_id
            )
        else:
            work.save_coding(closed, opened, "coding.reopened")
            is_assigned = (article_id, coder) in work.queries.stages([article_id])
            if not is_assigned and any(
                person.name == coder for person in work.queries.people()
            ):
                work.assign(
                    [
                        (
                            article_id,
                            coder,
                            "production",
                            work.queries.last_place(coder) + 1,
                        )
                    ]
                )
            if remark:
                comment = made(article_id, (coder, "", "", 0, 0), supervisor, remark)
                work.remark(None, replace(comment, at=work.now()), f"{COMMENT}.made")
    return closed.id
