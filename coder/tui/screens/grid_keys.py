"""What a supervisor decides in the grid, by keys."""

from __future__ import annotations

from collections.abc import Callable

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
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.errors import CoderError
from coder.model import MISSING, Answer, Json
from coder.tui.screens.review_grid import ReviewGrid
from coder.tui.screens.work_screen import Keys, WorkScreen
from coder.tui.sentences import change_name, say
from coder.tui.tasks import choice_task
from coder.tui.value_tasks import ValueTask
from coder.tui.widgets.grid_lines import in_words
from coder.values.typed import Choice


class GridKeys:
    """The decisions on one article; the cell is the one under the grid's cursor."""

    def __init__(self, grid: ReviewGrid, screen: WorkScreen) -> None:
        self.grid = grid
        self.screen = screen
        self.last_reason = ""
        self.keys: Keys = {
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

    @property
    def state(self) -> Adjudication:
        """The adjudication as it is."""
        return self.grid.state

    def digit(self, key: str) -> bool:
        """Digit n takes coder n's value; where coders differ it asks for the reason."""
        if not key.isdecimal() or not 0 < int(key) <= len(self.state.coders) or not self.grid.rows:
            return False
        coder, row = self.state.coders[int(key) - 1], self.grid.row
        if coder not in row.answers:
            raise CoderError("review.not_their_event", coder=coder)
        if row.state == "agreed":
            self._take(coder, AGREED)
        else:
            self._ask_reason(lambda reason: self._take(coder, reason))
        return True

    def _next(self) -> None:
        if not self.grid.go_to_open():
            self.screen.say("none_left")

    def _definition(self) -> None:
        """A page with everybody's whole answer, comments and quotes, and what the codebook says."""
        row, lang, codebook = self.grid.row, self.grid.lang, self.state.codebook
        paragraphs = []
        for coding in self.state.codings:
            if (answer := row.answers.get(coding.coder)) is not None:
                spans = [span for i in answer.evidence if (span := coding.span(i)) is not None]
                quotes = " · ".join(f"«{span.quote}»" for span in spans)
                comment = f"✎ {answer.comment}" if answer.comment else ""
                words = in_words(row.field, answer, codebook, lang)
                paragraphs.append((coding.coder, " — ".join(filter(None, (words, quotes, comment)))))
        if (decided := self.grid.decided()) is not None:
            value = in_words(row.field, decided, codebook, lang)
            reason = self.grid.reason_label(decided.reason)
            paragraphs.append((say(lang, "gold"), f"{value} ({reason})"))
        self.screen.open_page(row.field, paragraphs, decided)

    # ---------------------------------------------------------------- deciding
    def _accept_agreed(self) -> None:
        self._do(TakeAgreed())
        self.screen.say("agreed_taken", n=sum(1 for _ in self.state.open_cells()))
        self._next()

    def _edit(self) -> None:
        """A value that no coder gave."""
        field = self.grid.row.field

        def accept(value: Json) -> None:
            self._ask_reason(lambda reason: self._decide(Answer(value=value), reason))

        task = ValueTask(
            field,
            self.grid.decided() or MISSING,
            self.state.codebook,
            self.state.gold,
            self.grid.lang,
            accept,
            self.screen.open_task,
            self.grid.cluster_id,
        )
        self.screen.open_task(task.begin())

    def _another_reason(self) -> None:
        """Another reason for the decision under the cursor."""
        decided = self.grid.decided()
        if decided is None:
            raise CoderError("review.not_decided")
        coder = next((c for c in decided.taken_from if c in self.state.coders), None)
        if coder is None:
            self._ask_reason(lambda reason: self._decide(decided, reason))
        else:
            self._ask_reason(lambda reason: self._take(coder, reason))

    def _take_event(self) -> None:
        """One coder's whole event, where nothing is decided yet."""
        here = self.grid.cluster_id
        self._ask_coder(
            lambda coder: self._ask_reason(lambda reason: self._do(TakeEvent(here, coder, reason)))
        )

    def _clear(self) -> None:
        self._do(Clear(self.grid.cluster_id, self.grid.field_id))

    def _reject_event(self) -> None:
        """It is no event; on a rejected one, it is open again."""
        here = self.grid.cluster_id
        if here == ARTICLE:
            return
        if self.state.cluster(here).rejected:
            self._reshape(RestoreCluster(here))
        else:
            self._ask_reason(lambda reason: self._reshape(RejectCluster(here, reason)))

    def _link(self) -> None:
        """This event and the next one are the same."""
        ids = [c.id for c in self.state.clusters]
        here = self.grid.cluster_id
        if here == ARTICLE or here == ids[-1]:
            raise CoderError("review.no_next_event")
        self._reshape(Link(here, ids[ids.index(here) + 1]))

    def _split(self) -> None:
        """One coder's event gets a cluster of its own."""
        here = self.grid.cluster_id
        if here != ARTICLE:
            self._ask_coder(lambda coder: self._reshape(Split(here, coder)))

    def _close(self) -> None:
        self.grid.session.do(Close())
        self.grid.session.writer.flush()
        self.screen.refresh_work()
        self.screen.say("gold_closed")

    # ---------------------------------------------------------------- inside
    def _take(self, coder: str, reason: str) -> None:
        field = self.grid.row.field
        self._do(Take(self.grid.cluster_id, field.id, coder, reason))
        self.screen.say("took", field=field.label.of(self.grid.lang), who=coder)
        self._next()

    def _decide(self, answer: Answer, reason: str) -> None:
        field = self.grid.row.field
        self._do(Decide(self.grid.cluster_id, field.id, answer, reason))
        who = self.grid.session.supervisor
        self.screen.say("took", field=field.label.of(self.grid.lang), who=who)
        self._next()

    def _reshape(self, edit: GoldEdit) -> None:
        """A change of the events themselves, with a word on the decisions that go with it."""
        before = _decisions(self.state)
        self._do(edit)
        name = change_name(self.grid.lang, edit.what)
        self.screen.say("reshaped", what=name, n=before - _decisions(self.state))

    def _do(self, edit: GoldEdit) -> None:
        self.grid.session.do(edit)
        self.screen.refresh_work()

    def _ask_reason(self, then: Callable[[str], None]) -> None:
        lang = self.grid.lang

        def chosen(reason: str) -> None:
            self.last_reason = reason
            then(reason)

        choices = [
            Choice(r.id, r.label.of(lang), r.use.of(lang) if r.use else "")
            for r in self.state.codebook.adjudication_reasons
        ]
        title, at = say(lang, "reason"), self.last_reason
        self.screen.open_task(choice_task(title, choices, chosen, at=at, by_id=True))

    def _ask_coder(self, then: Callable[[str], None]) -> None:
        here = self.grid.cluster_id
        members = self.state.coders if here == ARTICLE else dict(self.state.cluster(here).members)
        choices = [Choice(coder, coder, "") for coder in self.state.coders if coder in members]
        self.screen.open_task(choice_task(say(self.grid.lang, "which_coder"), choices, then))


def _decisions(state: Adjudication) -> int:
    """How many fields of events are decided."""
    return sum(len(event.fields) for event in state.gold.events)
