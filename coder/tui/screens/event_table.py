"""All events of an article, as a list with one line each, or as a table to compare and fill."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from msgspec.structs import replace
from textual.events import Click
from textual.message import Message
from textual.strip import Strip

from coder.codebook.schema import Codebook
from coder.model import Blank, Event, event_number
from coder.service.coding.event_cells import EventTable, brief, event_table, summary
from coder.service.coding.record_rows import SIGNS, FormRow
from coder.service.coding.session import CodingSession
from coder.service.edits.edits import Edit, Place
from coder.service.edits.event_edits import CopyDown, CopyValues
from coder.service.project.ordered_writer import Way
from coder.text.display import fit
from coder.tui import palette
from coder.tui.keys import step_keys
from coder.tui.screens.asking_page import AskingPage
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.record_lines import about_field, type_in_words
from coder.tui.widgets.rows import Bar, Column, Row, draw, here, theme_of, view_of

NAME, CELL, LEFT = 18, 15, 12
"""Cells for the event's number and type, the fewest for a field, and for the number of fields left."""
NOTHING = (-1, -1)
"""A value of `_drawn` that equals no layout, so that the rows are built again."""
_STYLES = {"proposed": palette.PROPOSED, "empty": palette.DIM, "wrong": palette.WRONG}


class Grid(ChooserList):
    """A list that can mark the cell under the cursor and not the whole row."""

    @dataclass
    class Pressed(Message):
        """A row was clicked; cell: the distance in cells from the side where the language begins."""

        row: int
        cell: int

    whole_rows = True

    def on_click(self, event: Click) -> None:
        """Post the cell clicked in a table; RowList's handler, which Textual calls otherwise, is for rows."""
        if not self.whole_rows:
            event.prevent_default()
            row = event.y + self.scroll_offset.y
            if row < len(self.rows):
                cell = self.size.width - 1 - event.x if self.rtl else event.x
                self.post_message(self.Pressed(row, cell))

    def render_line(self, y: int) -> Strip:
        index = y + self.scroll_offset.y
        if self.whole_rows or index >= len(self.rows):
            return super().render_line(y)
        theme = theme_of(self)
        return draw(self.rows[index], self.size.width, self.rtl, theme.base, view_of(self), theme)


class EventTableScreen(AskingPage[Place]):
    """A page whose answer is the event or field to go to, or None to go back.

    session: returns the open session, which is replaced after a conflict with somebody else's changes.
    """

    SCOPE = "events"
    ABOVE, BELOW = ("title", "fields"), ("info", "message", "footer")

    table: EventTable
    _texts: dict[tuple[int, int], tuple[str, palette.Role]]
    """The cached text and style of the cells shown so far."""
    _rows: list[Row]
    _drawn: tuple[int, int] | None
    """The first column and the columns' width in `_rows`, None if they are the list."""

    def __init__(self, session: Callable[[], CodingSession], event_id: str, field: str, lang: str) -> None:
        super().__init__(lang)
        self.session = session
        self.list = self.grid = Grid(rtl=self.rtl, id="page")
        self.bars["fields"] = Bar(rtl=self.rtl, style=palette.TITLE, id="fields")
        self.as_table, self.differing = False, False
        self._read()
        self.at = next((i for i, e in enumerate(self.table.events) if e.id == event_id), 0)
        self.column = next((i for i, f in enumerate(self.table.fields) if f.id == field), 0)
        self.first, self.room = 0, 0  # the first visible column, and how many fit
        on, back = ("left", "right") if self.rtl else ("right", "left")
        self.keys = {
            **step_keys("events.down", "events.up", self._down),
            **step_keys(f"table.{on}", f"table.{back}", self._across),
            "events.go": self._go,
            "events.turn": self._turn_view,
            "table.copy_down": self._copy_down,
            "table.fill_down": self._fill_down,
            "table.differing": self._only_differing,
            "events.undo": partial(self._undo_or_redo, "undo"),
            "events.redo": partial(self._undo_or_redo, "redo"),
            "events.back": partial(self.answer, None),
        }

    def scopes(self) -> tuple[str, ...]:
        return ("table", "events") if self.as_table else ("events",)

    # ---------------------------------------------------------------- drawing
    def show(self) -> None:
        """Show the list or the table around the cursor, and the content under the cursor in full."""
        width = self.app.size.width
        table, self.grid.whole_rows = self.table, not self.as_table
        self.show_title(say(self.lang, "events_title", n=len(table.events)))
        if self.as_table:
            room = max(1, (width - NAME) // CELL)
            if room != self.room:  # of another size, the terminal may have room for earlier columns again
                self.room, self.first = room, 0
            last = max(0, len(table.fields) - room)
            self.first = min(last, max(self.column - room + 1, min(self.first, self.column)))
            shown = range(self.first, min(len(table.fields), self.first + room))
            self.cells = (width - NAME) // max(1, len(shown))
            labels = [f" {fit(table.fields[i].label.of(self.lang), self.cells - 2)}" for i in shown]
            more = ("" if self.first == 0 else "‹") + ("" if self.first == last else "›")
            head = [Column(f" {more}", NAME, palette.KEY)]
            self.bars["fields"].show(*head, *(Column(text, self.cells, palette.TITLE) for text in labels))
            if self._drawn != (self.first, self.cells):
                self._drawn = self.first, self.cells
                self._rows = [self._table_row(i, shown) for i in range(len(table.events))]
            rows = [*self._rows]
            if rows and table.fields:
                row, at = [*rows[self.at]], 2 + self.column - self.first  # after number and name
                row[at] = replace(here(row[at]), style=palette.CURSOR)
                rows[self.at] = tuple(row)
        else:
            self.bars["fields"].show(Column(f" {say(self.lang, 'events_head')}", 0, palette.TITLE))
            if self._drawn is not None:
                self._drawn = None
                self._rows = [self._list_row(event) for event in table.events]
            rows = self._rows
        self.grid.load(rows, self.at)
        self.show_info(self._info())

    def _list_row(self, event: Event) -> Row:
        cells = self.table.cells[event.id].values()
        wrong = any(cell.state == "wrong" for cell in cells)
        left = sum(cell.state in ("proposed", "wrong") or cell.is_open for cell in cells)
        count = say(self.lang, "fields_left", n=left) if left else ""
        return (
            Column(f" {event_number(event.id)}{'!' if wrong else ''}", 5, palette.KEY),
            Column(listed(*summary(event, self.session().codebook, self.lang))),
            Column(f" {count}", LEFT if left else 1, palette.DIM),
        )

    def _table_row(self, index: int, shown: Sequence[int]) -> Row:
        event = self.table.events[index]
        book = self.session().codebook
        name = fit(type_in_words(event, book, self.lang), NAME - 5)
        columns = [Column(f" {event_number(event.id)}", 4, palette.KEY), Column(name, NAME - 4)]
        for column in shown:
            text, style = self._texts.get((index, column)) or self._text(index, column)
            columns.append(Column(f" {fit(text, self.cells - 2)}", self.cells, style))
        return tuple(columns)

    def _text(self, row: int, column: int) -> tuple[str, palette.Role]:
        """Compute a cell's text and style, and cache them."""
        cell = self.table.cell(row, column)
        style = palette.DIM
        if cell is not None and not self.table.same_as_above(row, column):
            style = _STYLES.get(cell.state, palette.TEXT)
        text = self._texts[row, column] = _in_cell(cell, self.session().codebook, self.lang), style
        return text

    def _info(self) -> Column:
        cell = self.table.cell(self.at, self.column) if self.as_table else None
        if cell is None:
            text = say(self.lang, "not_asked") if self.as_table else ""
            return Column(text, 0, palette.DIM)
        session = self.session()
        spans = (session.coding.span(i) or session.by_id.get(i) for i in cell.answer.evidence)
        return about_field(cell, [span for span in spans if span is not None], self.lang)

    # ---------------------------------------------------------------- moving
    def _read(self) -> None:
        session = self.session()
        self.table = event_table(
            session.coding, session.codebook, session.problems(), self.lang, differing=self.differing
        )
        self._texts, self._drawn = {}, NOTHING

    def _go_to(self, row: int, column: int) -> None:
        self.at = max(0, min(len(self.table.events) - 1, row))
        self.column = max(0, min(len(self.table.fields) - 1, column))
        self.bars["message"].show()
        self.show()

    def _down(self, step: int) -> None:
        self._go_to(self.at + step, self.column)

    def _across(self, step: int) -> None:
        self._go_to(self.at, self.column + step)

    def _turn_view(self) -> None:
        self.as_table = not self.as_table
        self._go_to(self.at, self.column)
        self.show_mode()

    def _only_differing(self) -> None:
        current = self.table.fields[self.column].id if self.table.fields else ""
        self.differing = not self.differing
        self._read()
        fields = [field.id for field in self.table.fields]
        self._go_to(self.at, fields.index(current) if current in fields else 0)
        self.say("fields_differing" if self.differing else "fields_all", n=len(fields))

    def picked(self, index: int) -> None:
        self.at = index
        self._go()

    def on_grid_pressed(self, message: Grid.Pressed) -> None:
        """Go to the clicked cell; a click on the current cell leads to the record."""
        column = self.first + max(0, message.cell - NAME) // self.cells
        if (message.row, column) == (self.at, self.column):
            self._go()
        else:
            self._go_to(message.row, column)

    def _go(self) -> None:
        if self.table.events:
            cell = self.table.cell(self.at, self.column) if self.as_table else None
            self.answer(Place(self.table.events[self.at].id, cell.field if cell is not None else None))

    # ---------------------------------------------------------------- filling
    def _cell(self) -> FormRow | None:
        """Return the cell under the cursor, or show a message and return None if its field is not asked."""
        cell = self.table.cell(self.at, self.column)
        if cell is None:
            self.say("not_asked")
        return cell

    def _copy_down(self) -> None:
        """Copy the value into the next event, over any value there, and move the cursor down."""
        cell, events = self._cell(), self.table.events
        if cell is None:
            return
        if self.at + 1 == len(events):
            self.say("no_later_event")
            return
        below, source = self.table.cell(self.at + 1, self.column), events[self.at].id
        self._do(CopyValues(events[self.at + 1].id, source, cell.field))
        self._go_to(self.at + 1, self.column)
        held = below is not None and below.answer.state != Blank.MISSING and below.text != cell.text
        lost = below.text if below is not None and held else ""
        field, key = cell.field.label.of(self.lang), "copied_down_over" if lost else "copied_down"
        self.say(key, field=field, value=cell.text, event=event_number(source), lost=lost)

    def _fill_down(self) -> None:
        """Copy the value into all later events whose field is empty."""
        if (cell := self._cell()) is not None:
            changed = self._do(CopyDown(self.table.events[self.at].id, cell.field))
            self._go_to(self.at, self.column)
            self.say("filled_down", field=cell.field.label.of(self.lang), n=changed)

    def _do(self, edit: Edit) -> int:
        """Apply an edit and return the number of changed events."""
        session = self.session()
        before = session.do(edit)
        self._read()
        return sum(before.event(event.id) != event for event in session.coding.events)

    def _undo_or_redo(self, way: Way) -> None:
        change = self.session().turn(way)
        self._read()
        place = change.place if change is not None else Place()
        rows = [event.id for event in self.table.events]
        fields = [field.id for field in self.table.fields]
        row = rows.index(place.event_id) if place.event_id in rows else self.at
        name = place.field.id if place.field is not None else ""
        self._go_to(row, fields.index(name) if name in fields else self.column)
        self.say_turned(way, change)


def _in_cell(cell: FormRow | None, codebook: Codebook, lang: str) -> str:
    """Return a cell's short text: its value, after its sign unless it is simply set."""
    if cell is None:
        return ""
    text = brief(cell.field, cell.answer.value, codebook, lang) if cell.answer.blank is None else cell.text
    return text if cell.state == "set" else f"{SIGNS[cell.state]} {text}".strip()
