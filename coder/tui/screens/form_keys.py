"""What the keys do while the record has the focus; a method's name is its action's."""

from __future__ import annotations

from coder.model import Blank, Json
from coder.service.coding.answer_edits import AcceptProposals, Comment, SetBlank, SetValue
from coder.service.coding.record_rows import State
from coder.tui.screens.coding_view import CodingView
from coder.tui.screens.event_keys import EventKeys
from coder.tui.screens.submission import submit
from coder.tui.tasks import comment_task
from coder.tui.value_tasks import ValueTask


class FormKeys(EventKeys):
    """The cursor in the record, values, blanks, and submission."""

    def __init__(self, screen: CodingView) -> None:
        super().__init__(screen)
        self._asked_to_blank: object = None
        """The blank that waits for its key to be pressed again: where, which, and in place of what."""

    def settle_question(self) -> None:
        """Another key was pressed: what was asked is answered with no."""
        self._asked_to_blank = None

    def other_key(self, key: str, raw: str) -> bool:
        """A digit takes a value from a list; other typing opens the chooser with it."""
        if not raw or not raw.isprintable():
            return False
        field = self.screen.row.field
        values = self.screen.codebook.values_of(field)
        if key.isdecimal() and field.type in ("enum", "multi") and 0 < int(key) <= len(values):
            if not self._locked():
                self._value_task().take(values[int(key) - 1].id)
        elif key in ("1", "2") and field.type == "bool":
            self._set(key == "1")
        else:
            searched = field.type not in ("date", "int_range", "text")
            self._open_chooser("" if key.isdecimal() and searched else raw)
        return True

    # ---------------------------------------------------------------- moving
    def down(self) -> None:
        self._go(self.screen.field_index + 1)

    def up(self) -> None:
        self._go(self.screen.field_index - 1)

    def next_empty(self) -> None:
        """To the next field that waits for the coder: empty, proposed or wrong."""
        self._go_to_next("empty", "proposed", "wrong")

    def _go_to_next(self, *states: State) -> None:
        rows = self.screen.form_rows
        order = [*range(self.screen.field_index + 1, len(rows)), *range(self.screen.field_index + 1)]
        for index in order:
            row = rows[index]
            asked = row.field.required or row.problem is not None
            if row.state in states and (row.state != "empty" or asked):
                self._go(index)
                return
        self.screen.say("all_filled")

    def _go(self, index: int) -> None:
        self.screen.field_index = max(0, min(len(self.screen.form_rows) - 1, index))
        self._evidence = -1
        self.screen.form.load(self.screen.form.rows, self.screen.field_index)

    # ---------------------------------------------------------------- values
    def edit(self) -> None:
        self._open_chooser("")

    def not_stated(self) -> None:
        self._blank(Blank.NOT_STATED)

    def not_applicable(self) -> None:
        self._blank(Blank.NOT_APPLICABLE)

    def clear(self) -> None:
        row = self.screen.row
        self._blank(Blank.MISSING)
        if row.text and not self.screen.row.text:
            self.screen.say("was_cleared", field=row.field.label.of(self.screen.lang), value=row.text)

    def accept(self) -> None:
        screen, row = self.screen, self.screen.row
        if row.answer.proposed:
            screen.session.do(AcceptProposals(screen.event_id, row.field))
            screen.refresh_work()
        self.next_empty()

    def definition(self) -> None:
        """A page with the whole value, what is wrong with it, its evidence and what the codebook says."""
        screen, row = self.screen, self.screen.row
        quotes = " · ".join(f"«{span.quote}»" for span in screen.evidence_of(row.answer))
        problem = row.problem.message.of(screen.lang) if row.problem is not None else ""
        screen.open_page(
            row.field,
            [("", f"{row.text} {problem}".strip()), ("✎", row.answer.comment), ("§", quotes)],
            row.answer,
        )

    def comment(self) -> None:
        """Typed text on the field under the cursor; an empty one takes the comment away."""
        screen, row = self.screen, self.screen.row

        def accept(text: str) -> None:
            screen.session.do(Comment(screen.event_id, row.field, text))
            screen.refresh_work()

        screen.open_task(comment_task(row.field, row.answer, screen.lang, accept))

    def _blank(self, blank: Blank) -> None:
        if self._locked():
            return
        screen = self.screen
        edit = SetBlank(screen.event_id, screen.row.field, blank)
        edit.apply(screen.session.coding, screen.session.context)  # what is refused is not asked about
        if blank is not Blank.MISSING and self._asks_first(blank):
            return
        screen.session.do(edit)
        screen.refresh_work()
        if blank is Blank.NOT_STATED:
            self._go_to_next("empty")

    def _asks_first(self, blank: Blank) -> bool:
        """Whether a blank would take the place of something and its key was not pressed just before."""
        screen, row = self.screen, self.screen.row
        asked = (screen.event_id, row.field.id, blank, row.answer)
        filled = row.answer.value is not None or bool(row.answer.evidence)
        if not filled or self._asked_to_blank == asked:
            return False
        self._asked_to_blank = asked
        name, value = row.field.label.of(screen.lang), row.text or "—"
        screen.say(f"sure_{blank.value}", field=name, value=value, n=len(row.answer.evidence))
        return True

    def _set(self, value: Json) -> None:
        if self._locked():
            return
        screen, field, before = self.screen, self.screen.row.field, self.screen.row.answer
        if value in ([], ""):
            self.clear()
            return
        screen.session.do(SetValue(screen.event_id, field, value))
        screen.refresh_work()
        lost = 0 if before.proposed else len(before.evidence) - len(screen.answer(field).evidence)
        if lost:
            screen.say("evidence_went_along", n=lost)
        if not field.is_list:
            self.down()

    def _open_chooser(self, query: str) -> None:
        if self._locked():
            return
        self.screen.open_task(self._value_task().begin(query))

    def _value_task(self) -> ValueTask:
        screen, row = self.screen, self.screen.row
        coding, lang = screen.session.coding, screen.lang
        return ValueTask(
            row.field,
            row.answer,
            screen.codebook,
            coding,
            lang,
            self._set,
            screen.open_task,
            screen.event_id,
        )

    def _locked(self) -> bool:
        if self.screen.row.locked:
            self.screen.say("locked")
        return self.screen.row.locked

    # ---------------------------------------------------------------- the whole
    def undo(self) -> None:
        self.screen.turn("undo")

    def redo(self) -> None:
        self.screen.turn("redo")

    def switch(self) -> None:
        self.screen.set_class(False, "record")
        self.screen.pane.focus()

    def submit(self) -> None:
        submit(self.screen)
