"""Choosing or typing a value: an input line with a list that narrows as one types."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual.events import Click, Key, MouseEvent, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip

from coder.errors import CoderError
from coder.text.display import as_sent, cell_width, fit
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.sentences import say
from coder.tui.widgets.line_edit import LineEdit
from coder.tui.widgets.rows import Column, Row, RowList, draw, shared, theme_of, view_of
from coder.values.typed import Choice

NEW_LINE = ("ctrl+j", "shift+enter", "alt+enter")  # by what a terminal can tell from Enter
HEAD = 3  # lines above the choices: title, input, echo
TIGHT = 10  # with fewer lines than these the echo stands beside the title
ASIDE = 24  # the most cells for what stands beside a choice
LONGEST = 4_000  # characters of what is typed: a line is laid out anew with each
ROOM, LEAST = 16, 8
"""How many lines it takes, and with fewer than how many beside the cursor's row it covers the whole list."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is being chosen.

    choices: those that a query leaves. read: says what typed text means, or raises CoderError; None where
    only choices count. accept: gets the choice's id, or the text where there is none. digits: a digit takes
    the choice of that number at once. placeholder: what might be typed, shown while nothing is. at: the id of
    the choice under the cursor to begin with. look: told the id of each that comes under the cursor.
    lines: there are no choices; several lines are typed and taken as they are, also when there are none.
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


class Chooser:
    """Drawn over some lines of a list once `open` gives it a task; tells the screen when it is done.

    It is no widget: showing and hiding one, and moving the focus, makes Textual lay out the whole screen.
    lines: the first of the list's lines that it covers, and how many. untaken: the sentence that says
    why the last text was not taken as it came.
    """

    class Closed(Message):
        """The choice was made or left."""

    def __init__(self, host: RowList) -> None:
        self.host, self.rtl = host, host.rtl
        self.lines = (0, 0)
        self.asked: Task | None = None
        self.edit = LineEdit()
        self.choices: Sequence[Choice] = ()
        self.cursor = 0
        self.echo, self.wrong, self.untaken = "", False, ""

    def open(self, task: Task) -> None:
        """Show a task and take the keyboard."""
        self.asked = task
        self.edit = LineEdit(lines=task.lines)
        self.edit.insert(task.query)
        self.place()
        self._narrow()
        if not task.query:  # what is typed is looked for, not what is there
            self.point(next((i for i, c in enumerate(self.choices) if c.id == task.at), 0))

    def close(self) -> None:
        """Ask no more."""
        if self.asked is not None:
            self.asked = None
            self.refresh()
            self.host.post_message(self.Closed())

    def place(self) -> None:
        """Take the last lines of the list, or the first where its cursor is among the last."""
        height, row = self.host.size.height, self.host.cursor - self.host.scroll_offset.y
        self.lines = (0, height)
        if height - row - 1 >= min(ROOM, height // 2) >= LEAST:
            first = max(row + 1, height - ROOM)
            self.lines = (first, height - first)
        elif row >= min(ROOM, height // 2) >= LEAST:
            self.lines = (0, min(row, ROOM))

    def on_key(self, event: Key) -> bool:
        """Editing keys are the chooser's own; False for all others, which go to nobody while it is open."""
        assert self.asked is not None
        event.stop().prevent_default()
        if event.key in ("escape", "ctrl+c"):
            self.close()
        elif event.key == "enter":
            self._accept()
        elif event.key in NEW_LINE and self.asked.lines:
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
            ends = {-1: last, last + 1: 0} if step == 1 else {}  # behind the last comes the first
            self.point(ends.get(goal, goal))
        elif self.asked.digits and not self.edit.text and self._number(event.character):
            self.take_number(self._number(event.character))
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
        """Typed or pasted text; what cannot be stored is left out, and what is too long, and that is said."""
        if len(self.edit.text) + len(text) > LONGEST:
            self.untaken = "too_long"
        elif not self.edit.insert(text):
            self.untaken = "left_out"
        self._narrow()
        self.untaken = ""

    def take_number(self, number: int) -> None:
        """Take the choice of that number, if there is one."""
        if 0 < number <= len(self.choices):
            self.cursor = number - 1
            self._accept()

    def take_line(self, y: int) -> None:
        """Take the choice on one of the own lines, if there is one."""
        index = self._top() + y - self.head
        if y >= self.head and index < len(self.choices):
            self.point(index)
            self._accept()

    @property
    def unkept(self) -> str:
        """What was typed and is a value or a comment, and no search; "" where nothing is new."""
        task, text = self.asked, self.edit.text
        return text if task and (task.lines or task.read) and text != task.query else ""

    def refresh(self) -> None:
        """Draw the own lines again."""
        first, count = self.lines
        self.host.refresh(Region(0, first, self.host.size.width, count))

    @property
    def head(self) -> int:
        """How many lines stand above the choices."""
        return HEAD - (self.lines[1] < TIGHT)

    @property
    def room(self) -> int:
        """How many choices show at once."""
        return max(1, self.lines[1] - self.head)

    def draw(self, y: int) -> Strip:
        """One of the own lines: title, input, echo, then the choices around the cursor."""
        assert self.asked is not None
        width, view, theme = self.host.size.width, view_of(self.host), theme_of(self.host)
        base = theme.on_base(palette.MENU)
        if y == 1 or (self.asked.lines and 0 < y < max(2, self.lines[1] - 1)):
            return self._input(width, base, y - 1)
        index = self._top() + y - self.head
        title = f" {self.asked.title}"
        echo = Column(f" {self.echo}", 0, palette.WRONG if self.wrong else palette.GOOD)
        if y == 0:
            row: Row = self._how_many()
            if self.head == HEAD or self.asked.lines:  # else the echo stands beside it
                row = (Column(title, 0, palette.TITLE), *row)
            else:
                room = width - sum(column.width for column in row)
                cells, _ = shared((cell_width(title) + 2, cell_width(echo.text)), room)
                row = (Column(title, cells, palette.TITLE), echo, *row)
        elif self.asked.lines:
            row = (Column(f" {self.echo or say('ar' if self.rtl else 'en', 'lines_hint')}", 0, palette.DIM),)
        elif y < self.head:
            row = (echo,)
        elif index >= len(self.choices):
            return Strip.blank(width, base)
        else:
            choice = self.choices[index]
            is_here = index == self.cursor
            number = f"{index + 1}" if self.asked.digits and index < 9 else ""
            row = (Column(f"{'›' if is_here else ' '}{number}", 3, palette.KEY), Column(choice.label))
            if choice.aside:
                aside = f" {fit(choice.aside, ASIDE - 1)}"
                row += (Column(aside, cell_width(aside), palette.DIM),)
            base += theme[palette.CURSOR] if is_here else Style()
        return draw(row, width, self.rtl, base, view, theme)

    def _how_many(self) -> Row:
        """Which of the choices is under the cursor, where there are more than show."""
        if len(self.choices) <= self.room:
            return ()
        told = f" {say('ar' if self.rtl else 'en', 'of', n=self.cursor + 1, m=len(self.choices))} "
        return (Column(told, cell_width(told), palette.DIM),)

    def _layout(self) -> Layout:
        """What was typed, in lines as they are drawn; the placeholder while there is nothing."""
        placeholder = self.asked.placeholder if self.asked is not None else ""
        text = self.edit.text + " " if self.edit.text or not placeholder else placeholder
        return Layout(text, max(1, self.host.size.width - 2), default_base=1 if self.rtl else 0)

    def _input(self, width: int, base: Style, y: int) -> Strip:
        """The typed line with its selection, the caret as a reversed cell; a placeholder while empty.

        y: which of the lines that there is room for; the caret's is always among them.
        """
        empty = self.asked is not None and bool(self.asked.placeholder) and not self.edit.text
        mode, (first, last), theme = view_of(self.host).mode, self.edit.selected, theme_of(self.host)
        layout = self._layout()
        at, column = layout.locate(self.edit.caret)
        has_caret = True
        if self.asked is not None and self.asked.lines:
            caret, at = at, y + max(0, at - max(1, self.lines[1] - 2) + 1)
            has_caret = at == caret
            if at >= layout.count:
                return Strip.blank(width, base)
        line = layout.line(at)
        drawn = [Segment(" " * line.indent, base)]
        for cell in line.cells:
            chosen = palette.SELECTION if first < cell.end and cell.start < last else palette.TEXT
            style = palette.DIM if empty else chosen
            drawn.append(Segment(as_sent(cell.glyph, cell.level, mode), base + theme[style]))
        body = line.indent + line.width
        drawn.append(Segment(" " * max(0, layout.width - body), base))
        strip = Strip(drawn, max(layout.width, body))
        left, right = ("›", " ") if line.base == 0 else (" ", "‹")
        sides = base + theme[palette.KEY]
        middle = [*strip]
        if has_caret:
            column = min(column, strip.cell_length - 1)
            before, at_caret, after = strip.divide([column, column + 1, strip.cell_length])
            middle = [*before, *at_caret.apply_style(theme[palette.CARET]), *after]
        return Strip([Segment(left, sides), *middle, Segment(right, sides)], strip.cell_length + 2)

    def _number(self, character: str | None) -> int:
        """The number of a choice that a digit is, 0 for none."""
        number = int(character) if character and character.isdecimal() else 0
        return number if number <= min(9, len(self.choices)) else 0

    def _top(self) -> int:
        return max(0, min(self.cursor - self.room // 2, len(self.choices) - self.room))

    def _narrow(self) -> None:
        assert self.asked is not None
        self.choices = self.asked.choices(self.edit.text)
        self.point(0)

    def point(self, index: int) -> None:
        """The cursor goes to a choice by its number, as near as there is one."""
        assert self.asked is not None
        self.cursor = max(0, min(len(self.choices) - 1, index))
        self._echo()
        if self.asked.look is not None and self.choices:
            self.asked.look(self.choices[self.cursor].id)

    def _echo(self) -> None:
        """What the typed text means, or what the choice under the cursor stands for."""
        assert self.asked is not None
        self.echo, self.wrong = "", False
        lang = "ar" if self.rtl else "en"
        if self.asked.lines:
            pass
        elif self.asked.read is not None and self.edit.text:
            try:
                self.echo = "= " + self.asked.read(self.edit.text)
            except CoderError as error:
                self.echo, self.wrong = " ".join(error.words(lang)), True
        elif self.choices:
            self.echo = self.choices[self.cursor].help
        elif self.edit.text:
            self.echo, self.wrong = "∅", True
        if self.untaken:
            self.echo = f"{say(lang, self.untaken, most=format(LONGEST, ','))} {self.echo}"
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


class AskingList(RowList):
    """A list of rows over which something can be chosen."""

    def __init__(self, *, rtl: bool, id: str | None = None) -> None:
        super().__init__(rtl=rtl, id=id)
        self.chooser = Chooser(self)

    def on_resize(self) -> None:
        """Another size, another place; Textual then calls the handler of RowList too."""
        self.chooser.place()

    def on_click(self, event: Click) -> None:
        """While something is chosen a click takes a choice and does not go to a row."""
        first, count = self.chooser.lines
        if self.chooser.asked is not None:
            event.prevent_default()
            if first <= event.y < first + count:
                self.chooser.take_line(event.y - first)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        self._scroll(event, -1)

    def _scroll(self, event: MouseEvent, step: int) -> None:
        if self.chooser.asked is not None:
            event.stop().prevent_default()
            self.chooser.point(self.chooser.cursor + step)

    def render_line(self, y: int) -> Strip:
        first, count = self.chooser.lines
        if self.chooser.asked is not None and first <= y < first + count:
            return self.chooser.draw(y - first)
        return super().render_line(y)
