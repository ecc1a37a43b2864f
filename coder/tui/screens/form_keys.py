"""What the keys do while the record has the focus; a method's name is its action's."""

from __future__ import annotations

from coder.model import Answer, Blank, Json
from coder.service import commands
from coder.tui.screens.event_keys import EventKeys
from coder.tui.screens.submission import submit
from coder.tui.tasks import comment_task, value_task


class FormKeys(EventKeys):
    """The cursor in the record, values, blanks, and submission."""

    def other_key(self, key: str, raw: str) -> bool:
        """A digit takes a value from a list; other typing opens the chooser with it."""
        if not raw or not raw.isprintable():
            return False
        field = self.screen.row.field
        values = self.screen.codebook.values_of(field)
        if key.isdecimal() and field.type in ("enum", "multi") and 0 < int(key) <= len(values):
            self._choose(values[int(key) - 1].id)
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
        rows = self.screen.form_rows
        order = [*range(self.screen.field_index + 1, len(rows)), *range(self.screen.field_index + 1)]
        for index in order:
            row = rows[index]
            asked = row.field.required or row.problem is not None
            if row.state in ("proposed", "wrong") or (row.state == "empty" and asked):
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
        self._blank(Blank.MISSING)

    def accept(self) -> None:
        screen, row = self.screen, self.screen.row
        if row.answer.proposed:
            session = screen.session
            coding = commands.accept_proposals(
                session.coding, screen.codebook, screen.event_id, session.by_id, row.field.id
            )
            session.change("proposals.accepted", coding)
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
            coding = commands.set_comment(screen.session.coding, screen.event_id, row.field, text)
            screen.session.change("comment.set", coding)
            screen.refresh_work()

        screen.open_task(comment_task(row.field, row.answer, screen.lang, accept))

    def _blank(self, blank: Blank) -> None:
        if self._locked():
            return
        session = self.screen.session
        coding = commands.set_blank(
            session.coding, self.screen.codebook, self.screen.event_id, self.screen.row.field, blank
        )
        session.change(f"value.{blank.value}", coding)
        self.screen.refresh_work()
        if blank is Blank.NOT_STATED:
            self.down()

    def _choose(self, value_id: str) -> None:
        field, answer = self.screen.row.field, self.screen.row.answer
        value: Json = value_id
        if field.is_list:
            items = list(answer.value) if answer.coded else []
            value = [v for v in items if v != value_id] if value_id in items else [*items, value_id]
        self._set(value)

    def _set(self, value: Json) -> None:
        if self._locked():
            return
        screen, field = self.screen, self.screen.row.field
        if value in ([], ""):
            self._blank(Blank.MISSING)
            return
        coding = commands.set_value(screen.session.coding, screen.codebook, screen.event_id, field, value)
        screen.session.change("value.set", coding)
        screen.refresh_work()
        if not field.is_list:
            self.down()

    def _open_chooser(self, query: str) -> None:
        if self._locked():
            return
        screen, row = self.screen, self.screen.row

        answer = Answer() if row.answer.proposed and row.field.is_list else row.answer
        task = value_task(
            row.field,
            row.answer if answer is row.answer else Answer(blank=Blank.MISSING),
            screen.codebook,
            screen.session.coding,
            screen.lang,
            self._set,
            event_id=screen.event_id,
            query=query,
        )
        screen.open_task(task)

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
