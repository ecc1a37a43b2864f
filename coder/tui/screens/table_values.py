"""The values in the table of all events: the cursor among them, and what is changed
there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.changes.coding_changes import Place, first_place
from coder.model import Blank, event_number
from coder.service.coding.event_cells import EventTable, make_event_table
from coder.service.coding.record_rows import FormRow
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import AcceptProposals, SetBlank
from coder.service.edits.edits import Edit
from coder.service.edits.event_edits import CopyDown, CopyValues
from coder.service.project.ordered_writer import Way
from coder.tui.screens.asking_page import AskingPage


class TableValues(AskingPage[Place]):
    """A page about all events, with a cursor: `at` is its event, `column` its field.

    session: returns the open session, which is replaced after a conflict with somebody
    else's changes.
    """

    table: EventTable

    def __init__(
        self, session: Callable[[], CodingSession], event_id: str, field: str, lang: str
    ) -> None:
        super().__init__(lang)
        self.session = session
        self.differing = False
        self.read()
        self.at = next(
            (i for i, e in enumerate(self.table.events) if e.id == event_id), 0
        )
        self.column = next(
            (i for i, f in enumerate(self.table.fields) if f.id == field), 0
        )
        self.keys = {
            "table.accept": self._accept,
            "table.clear": self._clear,
            "table.not_stated": self._not_stated,
            "table.copy_down": self._copy_down,
            "table.fill_down": self._fill_down,
            "events.undo": partial(self._undo_or_redo, "undo"),
            "events.redo": partial(self._undo_or_redo, "redo"),
        }

    def read(self, keep: str = "") -> None:
        """Read the table anew; keep: the field that stays though its values no longer
        differ.
        """
        session = self.session()
        self.problems = self.session().problems()
        told = session.coding, session.codebook, self.problems, self.lang
        self.table = make_event_table(*told, differing=self.differing, keep=keep)

    @property
    def field_id(self) -> str:
        """The id of the field under the cursor, "" if there is none."""
        return self.table.fields[self.column].id if self.table.fields else ""

    def go_to(self, row: int, column: int) -> None:
        """Go to a cell, or to the nearest one."""
        self.at = max(0, min(len(self.table.events) - 1, row))
        self.column = max(0, min(len(self.table.fields) - 1, column))
        self.bars["message"].show()
        self.show()

    # ---------------------------------------------------------------- changing
    def _accept(self) -> None:
        """Confirm a proposed value; then, or if none is proposed here, go to the next
        proposed one below.
        """
        if (cell := self._cell()) is None:
            return
        if cell.answer.proposed:
            self._do(AcceptProposals(self.table.events[self.at].id, (cell.field,)))
        cells = [
            self.table.cell(row, self.column) for row in range(len(self.table.events))
        ]
        proposed = [
            row
            for row, each in enumerate(cells)
            if each is not None and each.answer.proposed
        ]
        self.go_to(
            next((row for row in proposed if row > self.at), self.at), self.column
        )
        if cell.answer.proposed:
            self.say("accepted", n=1)
        elif cell.state == "empty":
            self.say("nothing_to_accept", field=cell.field.label)

    def _clear(self) -> None:
        if (cell := self._cell()) is None:
            return
        if cell.locked:
            self.say("locked")
            return
        self._do(SetBlank(self.table.events[self.at].id, cell.field, Blank.MISSING))
        self.go_to(self.at, self.column)
        if cell.text:
            self.say(
                "was_cleared", field=cell.field.label.of(self.lang), value=cell.text
            )

    def _not_stated(self) -> None:
        """Set the field to "not stated", then go to the next event below in which it is
        open.
        """
        if (cell := self._cell()) is None:
            return
        if cell.locked:
            self.say("locked")
            return
        event_id = self.table.events[self.at].id
        if self.keeps_value(cell, Blank.NOT_STATED):
            return
        self._do(SetBlank(event_id, cell.field, Blank.NOT_STATED))
        cells = [
            self.table.cell(row, self.column) for row in range(len(self.table.events))
        ]
        below = (
            row
            for row, each in enumerate(cells)
            if row > self.at and each is not None and each.is_open
        )
        self.go_to(next(below, self.at), self.column)
        self.say("rest_not_stated", fields=cell.field.label)

    def _cell(self) -> FormRow | None:
        """Return the cell under the cursor, or show a message and return None if its
        field is not asked.
        """
        cell = self.table.cell(self.at, self.column)
        if cell is None:
            self.say("not_asked")
        return cell

    def _copy_down(self) -> None:
        """Copy the value into the next event, over any value there, and move the cursor
        down.
        """
        cell = self._cell()
        events = self.table.events
        if cell is None:
            return
        if self.at + 1 == len(events):
            self.say("no_later_event")
            return
        below = self.table.cell(self.at + 1, self.column)
        source = events[self.at].id
        self._do(CopyValues(events[self.at + 1].id, source, cell.field))
        self.go_to(self.at + 1, self.column)
        held = (
            below is not None
            and below.answer.state != Blank.MISSING
            and below.text != cell.text
        )
        lost = below.text if below is not None and held else ""
        field = cell.field.label.of(self.lang)
        key = "copied_down_over" if lost else "copied_down"
        self.say(
            key, field=field, value=cell.text, event=event_number(source), lost=lost
        )

    def _fill_down(self) -> None:
        """Copy the value into all later events whose field is empty."""
        if (cell := self._cell()) is not None:
            changed = self._do(CopyDown(self.table.events[self.at].id, cell.field))
            self.go_to(self.at, self.column)
            self.say("filled_down", field=cell.field.label.of(self.lang), n=changed)

    def _do(self, edit: Edit) -> int:
        """Apply an edit and return the number of changed events."""
        before = self.session().do(edit)
        self.read(self.field_id)
        return sum(before.event(event.id) != event for event in self.table.events)

    def _undo_or_redo(self, way: Way) -> None:
        edit = self.session().turn(way)
        self.read(self.field_id)
        codebook = self.session().codebook
        place = first_place(edit.changes, codebook) if edit else Place()
        rows = [event.id for event in self.table.events]
        fields = [field.id for field in self.table.fields]
        row = rows.index(place.event_id) if place.event_id in rows else self.at
        name = place.field.id if place.field is not None else ""
        self.go_to(row, fields.index(name) if name in fields else self.column)
        self.say_turned(way, edit, codebook)
