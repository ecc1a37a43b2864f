"""Filling the record: values typed or chosen, blanks, comments, and the way to the next field."""

from __future__ import annotations

from functools import partial

from coder.model import Blank, Json
from coder.service.coding.record_rows import FormRow, State
from coder.service.edits.answer_edits import AcceptProposals, Comment, SetBlank, SetValue
from coder.tui.screens.desk import Desk
from coder.tui.screens.work_screen import Keys
from coder.tui.tasks import comment_task
from coder.tui.value_tasks import ValueTask


class Filling:
    """The field is the one under the record's cursor."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._asked_to_blank: object = None
        """The blank that waits for its key to be pressed again: where, which, and in place of what."""
        self.keys: Keys = {
            "form.edit": partial(self._open_chooser, ""),
            "form.not_stated": partial(self._blank, Blank.NOT_STATED),
            "form.not_applicable": partial(self._blank, Blank.NOT_APPLICABLE),
            "form.clear": self._clear,
            "form.accept": self._accept,
            "form.next_empty": partial(self._go_to_next, "empty", "proposed", "wrong"),
            "form.definition": self._definition,
            "form.comment": self._comment,
        }

    def settle_question(self) -> None:
        """Another key was pressed: what was asked is answered with no."""
        self._asked_to_blank = None

    def typed(self, key: str, raw: str) -> bool:
        """A digit takes a value from a list; other typing opens the chooser with it."""
        if not raw or not raw.isprintable():
            return False
        field = self._row.field
        values = self.desk.codebook.values_of(field)
        if key.isdecimal() and field.type in ("enum", "multi") and 0 < int(key) <= len(values):
            if not self._locked():
                self._value_task().take(values[int(key) - 1].id)
        elif key in ("1", "2") and field.type == "bool":
            self._set(key == "1")
        else:
            searched = field.type not in ("date", "int_range", "text")
            self._open_chooser("" if key.isdecimal() and searched else raw)
        return True

    @property
    def _row(self) -> FormRow:
        return self.desk.record.row

    def _go_to_next(self, *states: State) -> None:
        if not self.desk.record.go_to_next(*states):
            self.desk.say("all_filled")

    def _clear(self) -> None:
        row = self._row
        self._blank(Blank.MISSING)
        if row.text and not self._row.text:
            self.desk.say("was_cleared", field=row.field.label.of(self.desk.lang), value=row.text)

    def _accept(self) -> None:
        if self._row.answer.proposed:
            self.desk.do(AcceptProposals(self.desk.record.event_id, self._row.field))
        self._go_to_next("empty", "proposed", "wrong")

    def _definition(self) -> None:
        """A page with the whole value, what is wrong with it, its evidence and what the codebook says."""
        row = self._row
        quotes = " · ".join(f"«{span.quote}»" for span in self.desk.evidence_of(row.answer))
        problem = row.problem.message.of(self.desk.lang) if row.problem is not None else ""
        paragraphs = [("", f"{row.text} {problem}".strip()), ("✎", row.answer.comment), ("§", quotes)]
        self.desk.screen.open_page(row.field, paragraphs, row.answer)

    def _comment(self) -> None:
        """Typed text on the field; an empty one takes the comment away."""
        desk, row, event_id = self.desk, self._row, self.desk.record.event_id

        def accept(text: str) -> None:
            desk.do(Comment(event_id, row.field, text))

        desk.screen.open_task(comment_task(row.field, row.answer, desk.lang, accept))

    def _blank(self, blank: Blank) -> None:
        if self._locked():
            return
        desk = self.desk
        edit = SetBlank(desk.record.event_id, self._row.field, blank)
        edit.apply(desk.session.coding, desk.session.context)  # what is refused is not asked about
        if blank is not Blank.MISSING and self._asks_first(blank):
            return
        desk.do(edit)
        if blank is Blank.NOT_STATED:
            self._go_to_next("empty")

    def _asks_first(self, blank: Blank) -> bool:
        """Whether a blank would take the place of something and its key was not pressed just before."""
        row = self._row
        asked = (self.desk.record.event_id, row.field.id, blank, row.answer)
        filled = row.answer.value is not None or bool(row.answer.evidence)
        if not filled or self._asked_to_blank == asked:
            return False
        self._asked_to_blank = asked
        name, value = row.field.label.of(self.desk.lang), row.text or "—"
        self.desk.say(f"sure_{blank.value}", field=name, value=value, n=len(row.answer.evidence))
        return True

    def _set(self, value: Json) -> None:
        if self._locked():
            return
        desk, field, before = self.desk, self._row.field, self._row.answer
        if value in ([], ""):
            self._clear()
            return
        desk.do(SetValue(desk.record.event_id, field, value))
        lost = 0 if before.proposed else len(before.evidence) - len(desk.answer(field).evidence)
        if lost:
            desk.say("evidence_went_along", n=lost)
        if not field.is_list:
            desk.record.step(1)

    def _open_chooser(self, query: str) -> None:
        if not self._locked():
            self.desk.screen.open_task(self._value_task().begin(query))

    def _value_task(self) -> ValueTask:
        desk, row = self.desk, self._row
        return ValueTask(
            row.field,
            row.answer,
            desk.codebook,
            desk.session.coding,
            desk.lang,
            self._set,
            desk.screen.open_task,
            desk.record.event_id,
        )

    def _locked(self) -> bool:
        if self._row.locked:
            self.desk.say("locked")
        return self._row.locked
