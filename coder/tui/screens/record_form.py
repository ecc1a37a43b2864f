"""The record on the screen: which event it shows, its fields as rows, and the one under the cursor."""

from __future__ import annotations

from functools import partial

from coder.codebook.validate import Problem
from coder.service.coding.record_rows import FormRow, State, rows
from coder.service.coding.session import CodingSession
from coder.tui.screens.work_screen import Keys
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.chooser import AskingList
from coder.tui.widgets.record_lines import record_row, tabs


class RecordForm:
    """The event "" is the article's own record."""

    def __init__(self, form: AskingList, tabs: Bar, lang: str) -> None:
        self.form, self.tabs, self.lang = form, tabs, lang
        self.event_id = ""
        self.index = 0
        self.rows: list[FormRow] = []
        self.problems: list[Problem] = []
        self.keys: Keys = {
            "form.down": partial(self.step, 1),
            "form.up": partial(self.step, -1),
            "article.next_event": partial(self._switch, 1),
            "form.next_event": partial(self._switch, 1),
            "article.previous_event": partial(self._switch, -1),
            "form.previous_event": partial(self._switch, -1),
        }

    def take_up(self, session: CodingSession) -> None:
        """Another article: its last event, the first field."""
        self.session = session
        events = session.coding.events
        self.event_id, self.index = events[-1].id if events else "", 0

    def load(self) -> None:
        """The record of the current event as it is now."""
        coding, book = self.session.coding, self.session.codebook
        if self.event_id and coding.event(self.event_id) is None:
            self.event_id = coding.events[-1].id if coding.events else ""
        self.problems = self.session.problems()
        self.rows = rows(coding, self.event_id, book, self.problems, self.lang)
        self.index = max(0, min(self.index, len(self.rows) - 1))
        self.form.load([record_row(row, self.lang) for row in self.rows], self.index)
        self.tabs.show(*tabs(coding, self.event_id, self.problems, book, self.lang))

    @property
    def row(self) -> FormRow:
        """The row under the cursor."""
        return self.rows[self.index]

    def go_to_event(self, event_id: str, field_id: str | None = None) -> None:
        """The record of an event, or with "" that of the article, the cursor on a field or on the first."""
        self.event_id, self.index = event_id, 0
        self.load()
        names = [row.field.id for row in self.rows]
        if field_id in names:
            self.index = names.index(field_id)
            self.load()

    def step(self, step: int) -> None:
        """So many fields on."""
        self._go(self.index + step)

    def go_to_next(self, *states: State) -> bool:
        """To the next field in one of these states, if it is asked for where it is empty; False for none."""
        order = [*range(self.index + 1, len(self.rows)), *range(self.index + 1)]
        for index in order:
            row = self.rows[index]
            asked = row.field.required or row.problem is not None
            if row.state in states and (row.state != "empty" or asked):
                self._go(index)
                return True
        return False

    def _go(self, index: int) -> None:
        self.index = max(0, min(len(self.rows) - 1, index))
        self.form.load(self.form.rows, self.index)

    def _switch(self, step: int) -> None:
        """To the next event, the article's own fields among them."""
        ids = ["", *(event.id for event in self.session.coding.events)]
        at = ids.index(self.event_id) if self.event_id in ids else 0
        self.go_to_event(ids[(at + step) % len(ids)])
