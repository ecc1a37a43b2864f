"""What the keys do in the review grid; a method's name is its action's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.adjudicate.gold_edits import (
    AGREED,
    Clear,
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
from coder.service.coding.ordered_writer import Way
from coder.text.normalize import fold_key
from coder.tui.screens.review_view import ReviewView
from coder.tui.sentences import change_name, say
from coder.tui.value_tasks import ValueTask
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.grid_lines import in_words
from coder.values.typed import Choice


class GridKeys:
    """The supervisor's decisions on one article."""

    def __init__(self, screen: ReviewView) -> None:
        self.screen = screen
        self.last_reason = ""

    @property
    def state(self) -> Adjudication:
        """The adjudication as it is."""
        return self.screen.work.state

    def other_key(self, key: str) -> bool:
        """Digit n takes coder n's value; where coders differ it asks for the reason."""
        if not key.isdecimal() or not 0 < int(key) <= len(self.state.coders) or not self.screen.rows:
            return False
        coder = self.state.coders[int(key) - 1]
        row = self.screen.row
        if coder not in row.answers:
            raise CoderError("review.not_their_event", coder=coder)
        if row.state == "agreed":
            self._take(coder, AGREED)
        else:
            self._ask_reason(lambda reason: self._take(coder, reason))
        return True

    # ---------------------------------------------------------------- moving
    def down(self) -> None:
        self.screen.go(self.screen.row_index + 1)

    def up(self) -> None:
        self.screen.go(self.screen.row_index - 1)

    def next(self) -> None:
        self.screen.go_to_open()

    def next_event(self) -> None:
        self._switch(1)

    def previous_event(self) -> None:
        self._switch(-1)

    def _switch(self, step: int) -> None:
        ids = [ARTICLE, *(c.id for c in self.state.clusters)]
        self.screen.cluster_id = ids[(ids.index(self.screen.cluster_id) + step) % len(ids)]
        self.screen.row_index = 0
        self.screen.refresh_grid()

    def evidence(self) -> None:
        """The article goes to the next piece of evidence of the row."""
        pane = self.screen.pane
        ids = [m.id for m in pane.marks]
        if ids:
            at = ids.index(pane.current) if pane.current in ids else -1
            pane.set_current(pane.marks[(at + 1) % len(ids)])

    def definition(self) -> None:
        """A page with everybody's whole answer, comments and quotes, and what the codebook says."""
        screen = self.screen
        row = screen.row
        decided = self.state.decided(screen.cluster_id, row.field.id)
        paragraphs = []
        for coding in self.state.codings:
            if (answer := row.answers.get(coding.coder)) is not None:
                words = in_words(row.field, answer, screen.codebook, screen.lang)
                quotes = " · ".join(
                    f"«{s.quote}»" for i in answer.evidence if (s := coding.span(i)) is not None
                )
                comment = f"✎ {answer.comment}" if answer.comment else ""
                paragraphs.append(
                    (coding.coder, " — ".join(part for part in (words, quotes, comment) if part))
                )
        if decided is not None:
            value = in_words(row.field, decided, screen.codebook, screen.lang)
            paragraphs.append((say(screen.lang, "gold"), f"{value} ({screen.reason_label(decided.reason)})"))
        screen.open_page(row.field, paragraphs, decided)

    # ---------------------------------------------------------------- deciding
    def accept_agreed(self) -> None:
        self._do(TakeAgreed())
        self.screen.say("agreed_taken", n=sum(1 for _ in self.state.open_cells()))
        self.next()

    def edit(self) -> None:
        """A value that no coder gave."""
        screen = self.screen
        field = screen.row.field
        decided = self.state.decided(screen.cluster_id, field.id)
        accept: Callable[[Json], None] = lambda value: self._ask_reason(  # noqa: E731
            lambda reason: self._set(field.id, Answer(value=value), reason)
        )
        answer, gold = decided or MISSING, self.state.gold
        task = ValueTask(
            field, answer, screen.codebook, gold, screen.lang, accept, screen.open_task, screen.cluster_id
        )
        screen.open_task(task.begin())

    def reason(self) -> None:
        """Another reason for the decision under the cursor."""
        screen = self.screen
        decided = self.state.decided(screen.cluster_id, self.screen.field_id)
        if decided is None:
            raise CoderError("review.not_decided")
        coder = next((c for c in decided.taken_from if c in self.state.coders), None)
        if coder is None:
            self._ask_reason(lambda reason: self._set(self.screen.field_id, decided, reason))
        else:
            self._ask_reason(lambda reason: self._take(coder, reason))

    def take_event(self) -> None:
        """One coder's whole event, where nothing is decided yet."""
        self._ask_coder(
            lambda coder: self._ask_reason(
                lambda reason: self._do(TakeEvent(self.screen.cluster_id, coder, reason))
            )
        )

    def clear(self) -> None:
        self._do(Clear(self.screen.cluster_id, self.screen.field_id))

    def reject_event(self) -> None:
        """It is no event; on a rejected one, it is open again."""
        cluster_id = self.screen.cluster_id
        if cluster_id == ARTICLE:
            return
        if self.state.cluster(cluster_id).rejected:
            self._reshape(RestoreCluster(cluster_id))
        else:
            self._ask_reason(lambda reason: self._reshape(RejectCluster(cluster_id, reason)))

    def link(self) -> None:
        """This event and the next one are the same."""
        ids = [c.id for c in self.state.clusters]
        here = self.screen.cluster_id
        if here == ARTICLE or here == ids[-1]:
            raise CoderError("review.no_next_event")
        self._reshape(Link(here, ids[ids.index(here) + 1]))

    def split(self) -> None:
        """One coder's event gets a cluster of its own."""
        here = self.screen.cluster_id
        if here != ARTICLE:
            self._ask_coder(lambda coder: self._reshape(Split(here, coder)))

    def undo(self) -> None:
        self._turn("undo")

    def redo(self) -> None:
        self._turn("redo")

    def close_gold(self) -> None:
        self.screen.work.close_gold()
        self.screen.refresh_grid()
        self.screen.say("gold_closed")

    def back(self) -> None:
        self.screen.show_queue()

    # ---------------------------------------------------------------- inside
    def _take(self, coder: str, reason: str) -> None:
        screen = self.screen
        row = screen.row
        self._do(Take(screen.cluster_id, row.field.id, coder, reason))
        screen.say("took", field=row.field.label.of(screen.lang), who=coder)
        self.next()

    def _set(self, field: str, answer: Answer, reason: str) -> None:
        screen = self.screen
        label = screen.rows[screen.row_index].field.label.of(screen.lang)
        self._do(Decide(screen.cluster_id, field, answer, reason))
        screen.say("took", field=label, who=screen.supervisor)
        self.next()

    def _reshape(self, edit: GoldEdit) -> None:
        """A change of the events themselves, with a word on the decisions that go with it."""
        before = _decisions(self.state)
        self._do(edit)
        name = change_name(self.screen.lang, edit.what)
        self.screen.say("reshaped", what=name, n=before - _decisions(self.state))

    def _turn(self, way: Way) -> None:
        screen = self.screen
        turned = screen.work.turn(way)
        if turned is None:
            screen.say(f"nothing_to_{way}")
            return
        place = turned.place
        screen.cluster_id = place.event_id
        screen.refresh_grid()
        names = [row.field.id for row in screen.rows]
        if place.field is not None and place.field.id in names:
            screen.go(names.index(place.field.id))
        done = "undone" if way == "undo" else "redone"
        screen.say(done, what=change_name(screen.lang, turned.what, place.words))

    def _do(self, edit: GoldEdit) -> None:
        self.screen.work.do(edit)
        self.screen.refresh_grid()

    def _ask_reason(self, then: Callable[[str], None]) -> None:
        reasons = self.screen.codebook.adjudication_reasons

        def chosen(reason: str) -> None:
            self.last_reason = reason
            then(reason)

        lang = self.screen.lang
        choices = [Choice(r.id, r.label.of(lang), r.use.of(lang) if r.use else "") for r in reasons]
        self._ask(say(lang, "reason"), choices, chosen, at=self.last_reason)

    def _ask_coder(self, then: Callable[[str], None]) -> None:
        here = self.screen.cluster_id
        members = self.state.coders if here == ARTICLE else dict(self.state.cluster(here).members)
        choices = [Choice(coder, coder, "") for coder in self.state.coders if coder in members]
        self._ask(say(self.screen.lang, "which_coder"), choices, then)

    def _ask(self, title: str, choices: Sequence[Choice], then: Callable[[str], None], at: str = "") -> None:
        def offered(query: str) -> list[Choice]:
            return [c for c in choices if fold_key(query) in fold_key(f"{c.label} {c.id}")]

        def accept(choice: Choice | str) -> None:
            then(choice.id if isinstance(choice, Choice) else choice)

        self.screen.open_task(Task(title, offered, accept, at=at))


def _decisions(state: Adjudication) -> int:
    """How many fields of events are decided."""
    return sum(len(event.fields) for event in state.gold.events)
