"""What a supervisor decides in the grid, by keys."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.adjudicate.gold_edits import (
    AGREED,
    Clear,
    Close,
    Decide,
    GoldEdit,
    Link,
    RejectCluster,
    RestoreCluster,
    Split,
    Take,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.resolve import ARTICLE
from coder.errors import CoderError
from coder.model import MISSING, Answer, Json
from coder.tui.screens.review_grid import ReviewGrid, in_words
from coder.tui.screens.work_screen import Keys
from coder.tui.sentences import change_name, say
from coder.tui.tasks import choice_task
from coder.tui.value_tasks import ValueTask
from coder.values.typed import Choice


class GridKeys(ReviewGrid):
    """The grid with the decisions on one article; the cell is the one under the cursor."""

    last_reason = ""

    @property
    def keys(self) -> Keys:
        """What is done by the id of an action."""
        return {
            "grid.down": partial(self._step, 1),
            "grid.up": partial(self._step, -1),
            "grid.next_event": partial(self._switch, 1),
            "grid.previous_event": partial(self._switch, -1),
            "grid.evidence": self._next_evidence,
            "grid.next": self._next,
            "grid.definition": self._definition,
            "grid.accept_agreed": self._accept_agreed,
            "grid.edit": self._edit,
            "grid.reason": self._another_reason,
            "grid.take_event": self._take_event,
            "grid.clear": self._clear,
            "grid.reject_event": self._reject_event,
            "grid.link": self._link,
            "grid.split": self._split,
            "grid.close_gold": self._close,
        }

    def digit(self, key: str) -> bool:
        """Digit n takes coder n's value; where coders differ it asks for the reason."""
        if not key.isdecimal() or not 0 < int(key) <= len(self.state.coders) or not self.rows:
            return False
        coder = self.state.coders[int(key) - 1]
        if coder not in self.row.answers:
            raise CoderError("review.not_their_event", coder=coder)
        if self.row.state == "agreed":
            self._take(coder, AGREED)
        else:
            self._ask_reason(partial(self._take, coder))
        return True

    # ---------------------------------------------------------------- going about
    def _step(self, step: int) -> None:
        self.go(self.index + step)

    def _switch(self, step: int) -> None:
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        self.go_to(ids[(ids.index(self.cluster_id) + step) % len(ids)])

    def _next(self) -> None:
        if not self.go_to_open():
            self.screen.say("none_left")

    def _next_evidence(self) -> None:
        """The article goes to the next piece of evidence of the row."""
        ids = [mark.id for mark in self.pane.marks]
        if ids:
            at = ids.index(self.pane.current) if self.pane.current in ids else -1
            self.pane.set_current(self.pane.marks[(at + 1) % len(ids)])

    def _definition(self) -> None:
        """A page with everybody's whole answer, comments and quotes, and what the codebook says."""
        row, lang, codebook = self.row, self.lang, self.state.codebook
        paragraphs = []
        for coding in self.state.codings:
            if (answer := row.answers.get(coding.coder)) is not None:
                spans = [span for i in answer.evidence if (span := coding.span(i)) is not None]
                quotes = " · ".join(f"«{span.quote}»" for span in spans)
                comment = f"✎ {answer.comment}" if answer.comment else ""
                words = in_words(row.field, answer, codebook, lang)
                paragraphs.append((coding.coder, " — ".join(filter(None, (words, quotes, comment)))))
        if (decided := self.decided()) is not None:
            value = in_words(row.field, decided, codebook, lang)
            paragraphs.append((say(lang, "gold"), f"{value} ({self.reason_label(decided.reason)})"))
        self.screen.open_page(row.field, paragraphs, decided)

    # ---------------------------------------------------------------- deciding
    def _accept_agreed(self) -> None:
        self._do(TakeAgreed())
        self.screen.say("agreed_taken", n=sum(1 for _ in self.state.open_cells()))
        self._next()

    def _edit(self) -> None:
        """A value that no coder gave."""

        def accept(value: Json) -> None:
            self._ask_reason(partial(self._decide, Answer(value=value)))

        answer, book, gold = self.decided() or MISSING, self.state.codebook, self.state.gold
        ask = self.screen.open_task
        task = ValueTask(self.row.field, answer, book, gold, self.lang, accept, ask, self.cluster_id)
        ask(task.begin())

    def _another_reason(self) -> None:
        """Another reason for the decision under the cursor."""
        decided = self.decided()
        if decided is None:
            raise CoderError("review.not_decided")
        coder = next((c for c in decided.taken_from if c in self.state.coders), None)
        self._ask_reason(partial(self._decide, decided) if coder is None else partial(self._take, coder))

    def _take_event(self) -> None:
        """One coder's whole event, where nothing is decided yet."""
        here = self.cluster_id
        self._ask_coder(
            lambda coder: self._ask_reason(lambda reason: self._do(TakeEvent(here, coder, reason)))
        )

    def _clear(self) -> None:
        self._do(Clear(self.cluster_id, self.field_id))

    def _reject_event(self) -> None:
        """It is no event; on a rejected one, it is open again."""
        here = self.cluster_id
        if here == ARTICLE:
            return
        if self.state.cluster(here).rejected:
            self._reshape(RestoreCluster(here))
        else:
            self._ask_reason(lambda reason: self._reshape(RejectCluster(here, reason)))

    def _link(self) -> None:
        """This event and the next one are the same."""
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        here = self.cluster_id
        if here in (ARTICLE, ids[-1]):
            raise CoderError("review.no_next_event")
        self._reshape(Link(here, ids[ids.index(here) + 1]))

    def _split(self) -> None:
        """One coder's event gets a cluster of its own."""
        here = self.cluster_id
        if here != ARTICLE:
            self._ask_coder(lambda coder: self._reshape(Split(here, coder)))

    def _close(self) -> None:
        self.session.do(Close())
        self.session.writer.flush()
        self.screen.refresh_work()
        self.screen.say("gold_closed")

    # ---------------------------------------------------------------- inside
    def _take(self, coder: str, reason: str) -> None:
        self._decided(Take(self.cluster_id, self.field_id, coder, reason), coder)

    def _decide(self, answer: Answer, reason: str) -> None:
        self._decided(Decide(self.cluster_id, self.field_id, answer, reason), self.session.supervisor)

    def _decided(self, edit: GoldEdit, who: str) -> None:
        """A value for the cell under the cursor; then on to the next open one."""
        field = self.row.field
        self._do(edit)
        self.screen.say("took", field=field.label.of(self.lang), who=who)
        self._next()

    def _reshape(self, edit: GoldEdit) -> None:
        """A change of the events themselves, with a word on the decisions that go with it."""
        before = self._decisions()
        self._do(edit)
        name = change_name(self.lang, edit.what)
        self.screen.say("reshaped", what=name, n=before - self._decisions())

    def _decisions(self) -> int:
        """How many fields of events are decided."""
        return sum(len(event.fields) for event in self.state.gold.events)

    def _do(self, edit: GoldEdit) -> None:
        self.session.do(edit)
        self.screen.refresh_work()

    def _ask_reason(self, then: Callable[[str], None]) -> None:
        def chosen(reason: str) -> None:
            self.last_reason = reason
            then(reason)

        choices = [
            Choice(r.id, r.label.of(self.lang), r.use.of(self.lang) if r.use else "")
            for r in self.state.codebook.adjudication_reasons
        ]
        task = choice_task(say(self.lang, "reason"), choices, chosen, at=self.last_reason, by_id=True)
        self.screen.open_task(task)

    def _ask_coder(self, then: Callable[[str], None]) -> None:
        here = self.cluster_id
        members = self.state.coders if here == ARTICLE else dict(self.state.cluster(here).members)
        choices = [Choice(coder, coder, "") for coder in self.state.coders if coder in members]
        self.screen.open_task(choice_task(say(self.lang, "which_coder"), choices, then))
