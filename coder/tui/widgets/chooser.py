"""Choosing or typing a value: an input line with a list that is filtered while typing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace
from rich.segment import Segment
from rich.style import Style
from textual.events import Key
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from coder.errors import CoderError
from coder.text.display import cell_width, fit, isolate, sent_glyph
from coder.text.layout import Layout
from coder.text.normalize import fold_key
from coder.tui import palette
from coder.tui.keys import action_for, of_scope, shown
from coder.tui.sentences import say
from coder.tui.widgets.line_edit import LineEdit
from coder.tui.widgets.rows import Column, Row, RowList, draw, edged, here, shared, theme_of, view_of, wrapped
from coder.values.typed import Choice

HEAD = 3  # lines above the choices: title, input, echo
TIGHT = 10  # with fewer lines, the echo is shown beside the title, and there is no lower edge
ASIDE = 24  # maximum cells for the remark beside a choice
LONGEST = 4_000  # maximum characters typed, as each keystroke lays out the whole text again
ROOM, LEAST = 16, 8
"""The chooser's maximum lines; with fewer than LEAST beside the cursor's row, it covers the whole list."""


class Task(Struct, frozen=True):
    """What to choose or type.

    choices: returns the choices that match a query. read: returns the meaning of typed text or raises
    CoderError; None if only choices are valid. accept: called with the choice's id, or the text if none
    matches. digits: they take the choice of that number. query: the initial text. placeholder: an example,
    shown at first. at: the id of the choice initially under the cursor. look: called with the id of each one
    that comes there. lines: instead of choices, several lines of text, which may be empty. complete: returns
    what continues a typed text, or "".
    """

    title: str
    choices: Callable[[str], Sequence[Choice]]
    accept: Callable[[str], None]
    read: Callable[[str], str] | None = None
    digits: bool = True
    query: str = ""
    placeholder: str = ""
    at: str = ""
    look: Callable[[str], None] | None = None
    lines: bool = False
    complete: Callable[[str], str] | None = None


class Chooser:
    """Performs a task, drawn over some lines of a list; posts `Closed` when it is done.

    It is not a widget: showing and hiding one, and moving the focus, makes Textual lay out the whole screen.
    lines: the first of the list's lines that it covers, and how many. input_problem: the key of the sentence
    why the last text was not inserted unchanged.
    """

    class Closed(Message):
        """The choice was made or cancelled."""

    def __init__(self, host: RowList) -> None:
        self.host = host
        self.lines = (0, 0)
        self.asked: Task | None = None
        self.edit = LineEdit()
        self.choices: Sequence[Choice] = ()
        self.cursor = 0
        self.echo, self.wrong, self.input_problem = "", False, ""

    @property
    def rtl(self) -> bool:
        """Whether its list is read from the right."""
        return self.host.rtl

    @property
    def lang(self) -> str:
        """The language of its list."""
        return self.host.lang

    def open(self, task: Task) -> None:
        """Show a task."""
        self.asked = task
        self.edit = LineEdit(lines=task.lines)
        self.edit.insert(task.query)
        self.place()
        self._narrow()
        if not task.query:  # a query moves the cursor to its first match instead
            self.point(next((i for i, c in enumerate(self.choices) if c.id == task.at), 0))

    def close(self) -> None:
        """Hide the chooser."""
        if self.asked is not None:
            self.asked = None
            self.refresh()
            self.host.post_message(self.Closed())

    @property
    def scope(self) -> str:
        """The scope of its keys: of writing several lines, or else of choosing."""
        return "write" if self.asked is not None and self.asked.lines else "choose"

    def place(self) -> None:
        """Cover an empty list, else its last lines, or the first ones if its cursor is near the end."""
        height, row = self.host.size.height, self.host.cursor - self.host.scroll_offset.y
        self.lines = (0, height)
        if not self.host.rows:
            return
        if height - row - 1 >= min(ROOM, height // 2) >= LEAST:
            first = max(row + 1, height - ROOM)
            self.lines = (first, height - first)
        elif row >= min(ROOM, height // 2) >= LEAST:
            self.lines = (0, min(row, ROOM))

    def on_key(self, event: Key) -> bool:
        """Handle a key; return False for unknown ones, which nobody else gets while the chooser is open."""
        assert self.asked is not None
        event.stop().prevent_default()
        action = action_for(event.key, (self.scope,))
        name = action.name if action is not None else ""
        if name == "cancel":
            self.close()
        elif name in ("accept", "save"):
            self._accept()
        elif name == "complete" and (rest := self.continuation):
            self.insert(rest)
        elif name == "new_line":  # which of its keys differ from Enter depends on the terminal
            self.insert("\n")
        elif event.key in ("up", "down") and self.asked.lines:
            layout = self._layout()
            line, column = layout.locate(self.edit.caret)
            line += 1 if event.key == "down" else -1
            if 0 <= line < layout.count:
                self.edit.caret = min(layout.offset_at(line, column), len(self.edit.text))
                self.edit.anchor = None
            self.refresh()
        elif event.key in ("up", "down", "pageup", "pagedown"):
            step, last = 1 if "page" not in event.key else self.room, len(self.choices) - 1
            goal = self.cursor + (step if event.key.endswith("down") else -step)
            wrapped = {-1: last, last + 1: 0} if step == 1 else {}
            self.point(wrapped.get(goal, goal))
        elif event.character and event.character.isdecimal() and self.take_digit(int(event.character)):
            pass
        elif event.key in ("backspace", "delete"):
            self.edit.delete(forward=event.key == "delete")
            self._narrow()
        elif event.is_printable and event.character:
            self.insert(event.character)
        elif self.edit.press(event.key):
            if event.key.startswith("ctrl+"):
                self._narrow()
            self.refresh()
        else:
            return False
        return True

    def insert(self, text: str) -> None:
        """Insert typed or pasted text; the echo reports excessive length and characters left out."""
        if len(self.edit.text) + len(text) > LONGEST:
            self.input_problem = "too_long"
        elif not self.edit.insert(text):
            self.input_problem = "left_out"
        self._narrow()
        self.input_problem = ""

    def take_digit(self, digit: int) -> bool:
        """Accept the choice of that number; return False if the digit is only text.

        Where choices have numbers of their own, digits are typed until only one of them begins so.
        """
        assert self.asked is not None
        typed = fold_key(f"{self.edit.text}{digit}")
        fitting = [n for n, choice in enumerate(self.choices) if choice.number.startswith(typed)]
        if len(typed) == 1 and 0 < digit <= len(self.choices) and not any(c.number for c in self.choices):
            fitting = [digit - 1]
        if is_taken := self.asked.digits and len(fitting) == 1:
            self.cursor = fitting[0]
            self._accept()
        return is_taken

    def take_line(self, y: int) -> None:
        """Accept the choice on one of the chooser's lines, if there is one."""
        index = self._top() + y - self.head
        if self.head <= y < self.body and index < len(self.choices):
            self.point(index)
            self._accept()

    @property
    def idle(self) -> frozenset[str]:
        """The ids of the actions that do nothing in the current task."""
        return frozenset(() if self.asked is not None and self.asked.complete else ("choose.complete",))

    @property
    def continuation(self) -> str:
        """What continues the text before the caret, "" if nothing is typed or known to."""
        task, typed = self.asked, self.edit.text[: self.edit.caret]
        return task.complete(typed) if task is not None and task.complete and typed.strip() else ""

    @property
    def unsaved_text(self) -> str:
        """The unsaved text of a value or comment (not of a search), or ""."""
        task, text = self.asked, self.edit.text
        return text if task and (task.lines or task.read) and text != task.query else ""

    def refresh(self) -> None:
        """Redraw the chooser's lines."""
        first, count = self.lines
        self.host.refresh(Region(0, first, self.host.size.width, count))

    @property
    def head(self) -> int:
        """The number of lines above the choices."""
        return HEAD - (self.lines[1] < TIGHT)

    @property
    def body(self) -> int:
        """The number of lines above the frame's lower edge, for which there is room if there are many."""
        return self.lines[1] - (self.lines[1] >= TIGHT)

    @property
    def room(self) -> int:
        """The number of choices visible at once."""
        return max(1, self.body - self.head)

    def draw(self, y: int) -> Strip:
        """Draw one of the chooser's lines in its frame."""
        width, theme = self.host.size.width - 2, theme_of(self.host)
        base = theme.on_base(palette.MENU)
        edge = base + theme[palette.EDGE]
        if y == self.body:
            return Strip([Segment(f"┗{'━' * width}┛", edge)], width + 2)
        left, right = "┏┓" if y == 0 else "┃┃"
        return Strip([Segment(left, edge), *self._line(y, width, base), Segment(right, edge)], width + 2)

    def _line(self, y: int, width: int, base: Style) -> Strip:
        """Draw the inside of a line: title, input, echo, then the choices around the cursor."""
        assert self.asked is not None
        view, theme = view_of(self.host), theme_of(self.host)
        if y == 1 or (self.asked.lines and 0 < y < max(2, self.body - 1)):
            return self._input(base, y - 1)
        index = self._top() + y - self.head
        title = f" {self.asked.title}"
        echo = Column(f" {self.echo}", 0, palette.WRONG if self.wrong else palette.TEXT)
        if y == 0:
            row: Row = (*self._preview(), *self._position())
            if self.head == HEAD or self.asked.lines:  # otherwise the echo is shown beside the title
                row = (Column(title, 0, palette.FOCUSED), *row)
            else:
                room = width - sum(column.width for column in row)
                cells, _ = shared((cell_width(title) + 1, cell_width(echo.text) + 1), room)
                row = (Column(title, cells, palette.FOCUSED), echo, *row)
            row = edged(row, width, "━", palette.EDGE)
        elif self.asked.lines:
            hint = say(self.lang, "lines_hint") if self.asked.query else ""
            row = (Column(f" {self.echo or hint}", 0, palette.DIM),)
        elif not self.choices and self.head == HEAD:  # the echo has all the lines
            lines = wrapped(self.echo, width - 2, 1 if self.rtl else None)
            row = (replace(echo, text=f" {lines[y - 2]}" if y - 2 < len(lines) else ""),)
        elif y < self.head:
            row = (echo,)
        elif index >= len(self.choices):
            return Strip.blank(width, base)
        else:
            choice = self.choices[index]
            is_here = index == self.cursor
            takes_digits = self.asked.digits and not self.edit.text  # else a digit is typed like a letter
            number = choice.number or (f"{index + 1}" if takes_digits and index < 9 else "")
            mark = Column(f" {number}", 4 if choice.number else 3, palette.KEY)
            row = (here(mark) if is_here else mark, Column(choice.label))
            if choice.aside:
                aside = f" {fit(choice.aside, ASIDE - 2)} "
                row += (Column(aside, cell_width(aside), palette.DIM),)
            base += theme[palette.CURSOR] if is_here else Style()
        return draw(row, width, self.rtl, base, view, theme)

    def _preview(self) -> Row:
        """Return the key that continues the typed text, and with what."""
        key = next(action.keys[0] for action in of_scope("choose") if action.name == "complete")
        rest = self.continuation.strip()
        text = f" {isolate(shown(key))} {isolate(f'…{rest}', self.rtl)} "
        return (Column(text, cell_width(text), palette.DIM),) if rest else ()

    def _position(self) -> Row:
        """Return the cursor's position among the choices, if not all of them are visible."""
        if len(self.choices) <= self.room:
            return ()
        text = f" {say(self.lang, 'of', n=self.cursor + 1, m=len(self.choices))} "
        return (Column(text, cell_width(text), palette.DIM),)

    def _layout(self) -> Layout:
        """Lay out the typed text, or the placeholder while there is none."""
        assert self.asked is not None
        text = self.edit.text + " " if self.edit.text else self.asked.placeholder or " "
        return Layout(text, max(1, self.host.size.width - 4), default_base=1 if self.rtl else 0)

    def _input(self, base: Style, y: int) -> Strip:
        """Draw a typed line, from 0 on the screen; the caret's line is always among the visible ones."""
        assert self.asked is not None
        layout, at = self._layout(), 0
        caret_at, column = layout.locate(self.edit.caret)
        if self.asked.lines:
            at = y + max(0, caret_at - max(1, self.body - 2) + 1)
            if at >= layout.count:
                return Strip.blank(layout.width + 2, base)
        else:
            at = caret_at
        empty = bool(self.asked.placeholder) and not self.edit.text
        line, theme = layout.line(at), theme_of(self.host)
        if empty:  # the placeholder may begin with a number, which is not where its line begins
            column = line.indent + (line.width - 1 if line.base else 0)
        first, last = (-1, -1) if empty else self.edit.selected
        plain, mode = theme[palette.DIM if empty else palette.TEXT], view_of(self.host).mode
        drawn = [Segment(" " * line.indent, base)]
        for cell in line.cells:
            style = theme[palette.SELECTION] if first < cell.end and cell.start < last else plain
            drawn.append(Segment(sent_glyph(cell.glyph, cell.level, mode), base + style))
        body = line.indent + line.width
        drawn.append(Segment(" " * max(0, layout.width - body), base))
        strip = Strip(drawn, max(layout.width, body))
        middle = [*strip]
        if at == caret_at:
            column = min(column, strip.cell_length - 1)
            before, at_caret, after = strip.divide([column, column + 1, strip.cell_length])
            middle = [*before, *at_caret.apply_style(theme[palette.CARET]), *after]
        left, right = ("›", " ") if line.base == 0 else (" ", "‹")
        sides = base + theme[palette.KEY]
        return Strip([Segment(left, sides), *middle, Segment(right, sides)], strip.cell_length + 2)

    def _top(self) -> int:
        return max(0, min(self.cursor - self.room // 2, len(self.choices) - self.room))

    def _narrow(self) -> None:
        assert self.asked is not None
        text, numbered = self.edit.text, self.asked.choices("") if self.edit.text.isdecimal() else ()
        fitting = [choice for choice in numbered if choice.number.startswith(fold_key(text))]
        self.choices = sorted(fitting, key=lambda c: len(c.number)) or self.asked.choices(text)
        self.point(0)

    def point(self, index: int) -> None:
        """Move the cursor to the choice at an index, or to the nearest one."""
        assert self.asked is not None
        self.cursor = max(0, min(len(self.choices) - 1, index))
        self._echo()
        if self.asked.look is not None and self.choices:
            self.asked.look(self.choices[self.cursor].id)

    def _echo(self) -> None:
        """Update the echo: the meaning of the typed text, or the help of the choice under the cursor."""
        assert self.asked is not None
        self.echo, self.wrong = "", False
        if self.asked.lines:
            pass
        elif self.asked.read is not None and self.edit.text:
            try:
                self.echo = "= " + self.asked.read(self.edit.text)
            except CoderError as error:
                self.echo, self.wrong = " ".join(error.words(self.lang)), True
        elif self.choices:
            self.echo = self.choices[self.cursor].help
        elif self.edit.text:
            self.echo, self.wrong = say(self.lang, "nothing_matches"), True
        if self.input_problem:
            self.echo = f"{say(self.lang, self.input_problem, most=format(LONGEST, ','))} {self.echo}"
        self.refresh()

    def _accept(self) -> None:
        assert self.asked is not None
        if self.asked.lines:
            chosen = self.edit.text
        elif self.choices:
            chosen = self.choices[min(self.cursor, len(self.choices) - 1)].id
        elif self.asked.read is not None and self.edit.text and not self.wrong:
            chosen = self.edit.text
        else:
            self.host.app.bell()
            return
        accept = self.asked.accept
        self.close()
        accept(chosen)
