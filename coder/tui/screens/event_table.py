"""All events of an article, as a list with one line each, or as a table to compare and
fill.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import accumulate

from msgspec.structs import replace
from textual.geometry import Size

from coder.changes.coding_changes import Place
from coder.model import Candidate, Event, Span, event_number
from coder.service.coding.event_cells import summarize_event
from coder.service.coding.record_rows import SIGNS, FormRow
from coder.service.coding.session import CodingSession
from coder.text.display import cell_width, fit
from coder.tui import palette
from coder.tui.keys import needing_open, step_keys
from coder.tui.screens.table_values import TableValues
from coder.tui.sentences import event_named, in_line, listed, say
from coder.tui.widgets.record_lines import (
    STYLES,
    about_field,
    left_in_words,
    record_rows,
    type_in_words,
)
from coder.tui.widgets.rows import (
    ACROSS,
    SIDES,
    SIDEWAYS,
    Column,
    Row,
    fitted,
    headed,
    here,
    shared,
    steps_to,
)

NUMBER = 5
NAME = 18
NAMES = 6
"""Cells for the event's number, that and the type, or of a wide table this part."""
CELL = 18
PARTS = 5
"""A field with long values gets at least these cells, or this part of the table's."""
LOW = 16
"""Rows of a terminal up to which the columns' names take one line."""
_RECORD = 8
"""Rows of the terminal below the list from which the event under the cursor is shown in
full there.
"""
NOTHING = (-1,)
"""A value of `_drawn` that equals no layout, so that the rows are built again."""


class EventTableScreen(TableValues):
    """A page whose answer is the event or field to go to, or None to go back."""

    SCOPE = "events"
    BOXED = False
    ABOVE = ("title", "upper_head", "head")
    BELOW = ("info", "message", "footer")

    _texts: dict[tuple[int, int], tuple[str, palette.Role]]
    """The cached text and style of the cells shown so far."""
    _widths: dict[int, int]
    """The cached cells that columns take with their content in full."""
    _rows: list[Row]
    _drawn: tuple[int, ...] | None
    """The first column and the columns' widths in `_rows`, None if they are the list.
    """

    def __init__(
        self, session: Callable[[], CodingSession], event_id: str, field: str, lang: str
    ) -> None:
        super().__init__(session, event_id, field, lang)
        self.as_table = False
        self.first, self.fitted_to = (
            0,
            Size(),
        )  # the first visible column, the size for which it was chosen
        self.leading = NUMBER  # the cells before the fields; the type is not said twice
        self.on, self.back = ACROSS[self.rtl]
        self.keys |= {
            **step_keys("events.down", "events.up", self._down),
            **step_keys(
                "events.last",
                "events.first",
                lambda way: self._down(way * len(self.table.events)),
            ),
            **step_keys(f"table.{self.on}", f"table.{self.back}", self._across),
            "events.go": self._go,
            "events.turn": self._turn_view,
            "table.differing": self._only_differing,
            "events.back": partial(self.answer, None),
        }

    def scopes(self) -> tuple[str, ...]:
        """Return the active scopes; in the table, the list's keys work beside its own."""
        scopes = super().scopes()
        return (
            ("table", *scopes) if self.as_table and scopes[0] == self.SCOPE else scopes
        )

    # ---------------------------------------------------------------- drawing
    def show(self) -> None:
        """Show the list or the table around the cursor, and the content under the
        cursor in full.
        """
        width = self.row_width
        table = self.table
        self.list.whole_rows = not self.as_table
        title = say(self.lang, "events_title")
        heads: tuple[Row, Row] = (), ()
        if self.as_table:
            shown, cells = self._visible_columns(width)
            if len(shown) < (all_fields := len(table.fields)):
                place = {"first": shown.start + 1, "last": shown.stop, "m": all_fields}
                title = listed(title, say(self.lang, "fields_in_view", **place))
            heads = self._heads(shown, cells)
            if self._drawn != (self.leading, shown.start, *cells):
                self._drawn = self.leading, shown.start, *cells
                self._rows = [
                    self._table_row(i, shown, cells) for i in range(len(table.events))
                ]
            rows = [*self._rows]
            if rows and table.fields:
                row, at = (
                    [*rows[self.at]],
                    2 + self.column - self.first,
                )  # after number and name
                row[at] = replace(here(row[at]), style=palette.CURSOR)
                rows[self.at] = tuple(row)
        else:
            if self._drawn is not None:
                self._drawn = None
                self._rows = [self._list_row(event) for event in table.events]
            rows = self._rows
        for name, head in zip(("upper_head", "head"), heads, strict=True):
            self.bars[name].display = any(column.text for column in head)
            self.bars[name].show(*head)
        self.show_title(title, self.at, len(table.events))
        bars = sum(bar.display for bar in self.bars.values())
        room = self.app.size.height - self.lines_around - bars - len(rows)
        if table.events and room >= _RECORD:
            rows = [*rows, *self._in_full(table.events[self.at], width, room)]
        self.list.load(rows, self.at)
        self.show_info(self._info())
        cell = table.cell(self.at, self.column)
        closed = needing_open() if self.session().submitted else frozenset()
        self.idle = (
            closed
            if cell is not None and cell.answer.proposed
            else closed | {"table.accept"}
        )
        self.show_mode()

    def _list_row(self, event: Event) -> Row:
        wrong = any(
            cell.state == "wrong" for cell in self.table.cells[event.id].values()
        )
        left = left_in_words(self.problems, event.id, self.lang)
        return (
            Column(f" {event_number(event.id)}{'!' if wrong else ''}", 5, palette.KEY),
            Column(listed(*summarize_event(event, self.session().codebook, self.lang))),
            fitted(f" {left}", palette.DIM),
        )

    def _visible_columns(self, width: int) -> tuple[range, list[int]]:
        """Return the columns that fit, the cursor's among them, and the cells of each,
        by its content.
        """
        if (
            self.app.size != self.fitted_to
        ):  # another size may have room for earlier columns again
            self.fitted_to = self.app.size
            self.first = 0
            self._widths.clear()
        type_field = self.session().codebook.type_field
        first = self.first
        for self.leading in (NUMBER, max(NAME, width // NAMES)):
            room = max(CELL, width - self.leading)
            shown = self._columns_in(room, first)
            if any(self.table.fields[column] == type_field for column in shown):
                break
        self.first = shown.start
        return shown, shared([*map(self._wanted, shown)], room)

    def _columns_in(self, room: int, first: int) -> range:
        """Return the columns that fit into `room` cells, with the cursor's, from
        `first` if it can be.
        """
        count = len(self.table.fields)
        first = stop = min(first, self.column)
        while stop < count and (
            stop <= self.column or self._least(range(first, stop + 1), room) <= room
        ):
            stop += 1
            while first < self.column and self._least(range(first, stop), room) > room:
                first += 1
        while first and self._least(range(first - 1, stop), room) <= room:
            first -= 1
        return range(first, stop)

    def _least(self, columns: range, room: int) -> int:
        """Return the fewest cells that columns take in a table of `room` cells."""
        return sum(
            min(max(CELL, room // PARTS), self._wanted(column)) for column in columns
        )

    def _wanted(self, column: int) -> int:
        """Compute the cells that a column takes with its content in full, and cache
        them.
        """
        if column not in self._widths:
            texts = (
                self._text(row, column)[0] for row in range(len(self.table.events))
            )
            self._widths[column] = (
                max(map(cell_width, (*self._head(column), *texts))) + 3
            )
        return self._widths[column]

    def _head(self, column: int, room: int = 0) -> tuple[str, str]:
        """Return a column's name on two lines: on the lower one if it is short or has
        room, else halved.
        """
        name = self.table.fields[column].label.of(self.lang)
        if self.app.size.height <= LOW or cell_width(name) <= max(room, CELL - 3):
            return "", name
        return _halved(name)

    def _heads(self, shown: range, cells: Sequence[int]) -> tuple[Row, Row]:
        """Return the columns' names on two lines; a click goes there, or to the first
        one that is hidden.
        """
        to = [
            steps_to(at - self.column, self.on, self.back)
            for at in (shown.start - 1, *shown, shown.stop)
        ]
        before, after = SIDEWAYS[self.rtl]
        before = before if shown.start else ""
        after = after if shown.stop < len(self.table.fields) else ""
        upper = [Column("", NUMBER - 1), Column("", self.leading - NUMBER + 1)]
        lower = [Column(f" {before}", NUMBER - 1, palette.KEY, to[0])]
        label = ""
        if (
            self.leading > NUMBER
            and (type_field := self.session().codebook.type_field) is not None
        ):
            label = fit(type_field.label.of(self.lang), self.leading - NUMBER)
        lower.append(Column(label, self.leading - NUMBER + 1, palette.TITLE))
        for column, width, keys in zip(shown, cells, to[1:-1], strict=True):
            for head, text in zip(
                (upper, lower), self._head(column, width - 3), strict=True
            ):
                text = f"  {fit(text, width - 3)}" if text else ""
                head.append(Column(text, width, palette.TITLE, keys))
        if after:
            lower.append(Column(after, 1, palette.KEY, to[-1]))
        return tuple(upper), tuple(lower)

    def _table_row(self, index: int, shown: Sequence[int], cells: Sequence[int]) -> Row:
        event = self.table.events[index]
        book = self.session().codebook
        name = fit(type_in_words(event, book, self.lang), self.leading - NUMBER)
        number = Column(f" {event_number(event.id)}", NUMBER - 1, palette.KEY)
        columns = [number, Column(name, self.leading - NUMBER + 1)]
        for column, width in zip(shown, cells, strict=True):
            text, style = self._text(index, column)
            columns.append(Column(f"  {fit(text, width - 3)}", width, style))
        return tuple(columns)

    def _text(self, row: int, column: int) -> tuple[str, palette.Role]:
        """Compute a cell's text and style, and cache them."""
        if (row, column) in self._texts:
            return self._texts[row, column]
        cell = self.table.cell(row, column)
        style = palette.DIM
        if cell is not None and not self.table.same_as_above(row, column):
            style = STYLES.get(cell.state, palette.TEXT)
        text = self._texts[row, column] = _in_cell(cell, self.lang), style
        return text

    def _info(self) -> Column:
        cell = self.table.cell(self.at, self.column) if self.as_table else None
        if cell is None:
            text = say(self.lang, "not_asked") if self.as_table else ""
            return Column(text, 0, palette.DIM)
        return about_field(cell, self._evidence(cell), self.lang)

    def _evidence(self, cell: FormRow) -> list[Candidate | Span]:
        session = self.session()
        spans = (
            session.coding.span(i) or session.by_id.get(i) for i in cell.answer.evidence
        )
        return [span for span in spans if span is not None]

    def _in_full(self, event: Event, width: int, room: int) -> list[Row]:
        """Return an event's record in at most `room` lines, to be read below the list.

        Below each value stand the words that support it, if there is room for those of
        all.
        """
        name = event_named(
            self.lang,
            event.id,
            type_in_words(event, self.session().codebook, self.lang),
        )
        record = self.table.cells[event.id].values()
        fields = [each for each in record if each.state != "empty" or each.is_open]
        drawn = record_rows(fields, self.lang, width + SIDES, room - 2, drawn=None)
        quotes = [
            " ".join(f"«{span.quote}»" for span in self._evidence(field))
            for field in fields
        ]
        if sum(map(len, drawn)) + sum(map(bool, quotes)) <= room - 2:
            for at, quoted in enumerate(quotes):
                if quoted:
                    *before, _, _ = (
                        replace(column, text="") for column in drawn[at][0]
                    )
                    drawn[at] = [*drawn[at], (*before, Column(quoted, 0, palette.DIM))]
        lines = [line for each in drawn for line in each]
        if len(lines) > room - 2:
            n = sum(end > room - 3 for end in accumulate(map(len, drawn)))
            lines[room - 3 :] = [
                (Column(f" {say(self.lang, 'more_fields', n=n)}", 0, palette.DIM),)
            ]
        return [(), headed(name, width), *lines]

    # ---------------------------------------------------------------- moving
    def read(self, keep: str = "") -> None:
        super().read(keep)
        self._texts = {}
        self._widths = {}
        self._drawn = NOTHING

    def _down(self, step: int) -> None:
        self.go_to(self.at + step, self.column)

    def _across(self, step: int) -> None:
        self.go_to(self.at, self.column + step)

    def on_mouse_scroll_right(self) -> None:
        self._wheel("right")

    def on_mouse_scroll_left(self) -> None:
        self._wheel("left")

    def _wheel(self, side: str) -> None:
        if self.as_table and self.chooser.asked is None:
            self._across(1 if side == self.on else -1)

    def _turn_view(self) -> None:
        self.as_table = not self.as_table
        self.go_to(self.at, self.column)
        self.show_mode()

    def _only_differing(self) -> None:
        current = self.field_id
        self.differing = not self.differing
        self.read()
        fields = [field.id for field in self.table.fields]
        self.go_to(self.at, fields.index(current) if current in fields else 0)
        self.say("fields_differing" if self.differing else "fields_all", n=len(fields))

    def picked(self, index: int, column: int) -> None:
        """Go to the clicked cell; a click on the current cell, or in the list, leads to
        the record.
        """
        at = self.first + max(0, column - 2) if self.as_table else self.column
        if index >= len(self.table.events):
            return
        if self.as_table and (index, at) != (self.at, self.column):
            self.go_to(index, at)
        else:
            self.at = index
            self._go()

    def _go(self) -> None:
        if self.table.events:
            cell = self.table.cell(self.at, self.column) if self.as_table else None
            self.answer(
                Place(
                    self.table.events[self.at].id,
                    cell.field if cell is not None else None,
                )
            )


def _halved(name: str) -> tuple[str, str]:
    """Return a name on two lines that are as short as its words allow."""
    words = name.split() or [""]
    lines = ((" ".join(words[:at]), " ".join(words[at:])) for at in range(len(words)))
    return min(lines, key=lambda two: max(map(cell_width, two)))


def _in_cell(cell: FormRow | None, lang: str) -> str:
    """Return a cell's short text: its value, after its sign unless it is simply set."""
    if cell is None:
        return ""
    text = in_line(cell.field, cell.brief, lang)
    return (
        text
        if cell.state in ("set", "by_codebook")
        else f"{SIGNS[cell.state]} {text}".strip()
    )
