"""Choosing or typing a value: an input line with a list that is filtered while typing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual.events import Key
from textual.geometry import Region
from textual.message import Message

from coder.errors import CoderError
from coder.text.display import cell_width
from coder.text.layout import Layout
from coder.text.normalize import fold_key
from coder.tui.keys import action_for, key_of, shown
from coder.tui.sentences import error_words, say
from coder.tui.widgets.chooser_place import ChooserPlace, aside_of, choice_cells
from coder.tui.widgets.chooser_task import Task
from coder.tui.widgets.line_edit import LineEdit, as_typed
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import wrapped

LONGEST = (
    4_000  # maximum characters typed, as each keystroke lays out the whole text again
)
_EDGES, _POSITION = (
    5,
    15,
)  # cells of the frame beside a remark, and at most of the cursor's position
WORDS, LINES = (
    128,
    6,
)  # cells for what is said of typed text, and lines at least for several lines of text


class Chooser(ChooserPlace):
    """Performs a task, drawn over some lines of a list; posts `Closed` when it is done.

    It is not a widget: showing and hiding one, and moving the focus, makes Textual lay
    out the whole screen. input_problem: the key of the sentence why the last text was
    not inserted unchanged.
    """

    @dataclass
    class Closed(Message):
        """The choice was made or, if nothing was chosen, cancelled."""

        chosen: bool

    class Grown(Message):
        """More lines than before are wanted, as when it opens."""

    def __init__(self, host: RowList) -> None:
        super().__init__(host)
        self.edit = LineEdit()
        self.has_numbers = False
        """Whether choices have numbers of their own, which are typed digit by digit."""
        self.echo = ""
        self.wrong = False
        self.input_problem = ""
        self.refused = False
        """Whether what is wrong was to be accepted as it is."""
        self.tell: Callable[[str], None] | None = None
        """Shows a choice's help, or a remark for which the lower edge has no room,
        elsewhere; "" for none.
        """
        self.is_told = False
        """Whether a remark is shown there."""

    def open(self, task: Task) -> None:
        """Show a task."""
        self.host.light(-1)  # places are others now
        self.asked = task
        query = as_typed(task.query, lines=task.lines)
        self.edit = LineEdit(query, len(query), lines=task.lines, among_rtl=self.rtl)
        self._wanted = 0
        self._narrow()

    def close(self) -> None:
        """Leave the task without a choice."""
        if (asked := self.asked) is not None:
            self._hide(chosen=False)
            if asked.left is not None:
                asked.left(self.edit.text)

    def _hide(self, *, chosen: bool) -> None:
        self.host.light(-1)
        self.asked = None
        self._tell("")
        self.redraw()
        self.host.post_message(self.Closed(chosen))

    @property
    def scope(self) -> str:
        """The scope of its keys: of writing several lines, or else of choosing."""
        return "write" if self.asked is not None and self.asked.lines else "choose"

    @property
    def accept_key(self) -> str:
        """The key that ends its task with what is chosen or typed, as messages write
        it.
        """
        return shown(key_of("write.save" if self.scope == "write" else "choose.accept"))

    def on_key(self, event: Key) -> bool:
        """Handle a key; return False for unknown ones, which nobody else gets while the
        chooser is open.
        """
        assert self.asked is not None
        event.stop().prevent_default()
        action = action_for(event.key, (self.scope, "edit"))
        name = action.name if action is not None else ""
        if (
            event.key in (key_of("edit.copy"), key_of("edit.cut"))
            and self.edit.anchor is not None
        ):
            self.host.app.copy_to_clipboard(self.edit.text[slice(*self.edit.selected)])
            if event.key == key_of("edit.cut"):
                self.insert("")
        elif name == "cancel":
            self.close()
        elif name in ("accept", "save") or (
            event.key == key_of("write.save") and self._is_typed
        ):
            self._accept()
        elif name == "complete" and (rest := self.continuation):
            self.insert(rest)
        elif name == "new_line":
            self.insert("\n")
        elif name == "paste":
            self.insert(self.host.app.clipboard)
        elif event.key in ("up", "down", "shift+up", "shift+down") and self.asked.lines:
            line, column = self.layout().locate(self.edit.caret)
            line += 1 if event.key.endswith("down") else -1
            self.move_to(line, column, selecting="+" in event.key)
        elif event.key in ("up", "down", "pageup", "pagedown"):
            step = 1 if "page" not in event.key else self.room
            last = len(self.choices) - 1
            goal = self.cursor + (step if event.key.endswith("down") else -step)
            wrapped = {-1: last, last + 1: 0} if step == 1 else {}
            self.point(wrapped.get(goal, goal))
        elif (
            event.character
            and event.character.isdecimal()
            and self.take_digit(int(event.character))
        ):
            pass
        elif event.is_printable and event.character:
            self.insert(event.character)
        elif self.edit.press(event.key):
            if name not in ("move", "move_word", "move_edge", "select"):
                self._narrow()
            self.refresh()
        else:
            return False
        return True

    def move_to(self, line: int, column: int, *, selecting: bool = False) -> None:
        """Move the caret to a cell of the typed text, if it has that line."""
        layout = self.layout()
        if 0 <= line < layout.count:
            offset = min(layout.offset_at(line, column), len(self.edit.text))
            self.edit.move(offset, selecting=selecting)
        self.refresh()

    def insert(self, text: str) -> None:
        """Insert typed or pasted text; the echo reports what could not be inserted as
        it is.
        """
        if len(self.edit.text) + len(text) > LONGEST:
            self.input_problem = "too_long"
        elif not self.edit.insert(text):
            self.input_problem = "left_out"
        elif "\n" in text.strip() and not self.edit.lines:
            self.input_problem = "made_one_line"
        self._narrow()
        self.input_problem = ""

    def take_digit(self, digit: int) -> bool:
        """Accept the choice of that number; return False if the digit is only text.

        Where choices have numbers of their own, digits are typed until only one of them
        begins so.
        """
        assert self.asked is not None
        typed = fold_key(f"{self.edit.text}{digit}")
        fitting = [
            n
            for n, choice in enumerate(self.choices)
            if choice.number.startswith(typed)
        ]
        if len(typed) == 1 and 0 < digit <= len(self.choices) and not self.has_numbers:
            fitting = [digit - 1]
        if is_taken := self.asked.digits and len(fitting) == 1:
            self.cursor = fitting[0]
            self._accept()
        return is_taken

    def take(self, x: int, y: int) -> None:
        """Accept the choice at a cell of the chooser, if there is one."""
        if (index := self.choice_at(x, y)) >= 0:
            self.point(index)
            self._accept()

    @property
    def idle(self) -> frozenset[str]:
        """The ids of the actions that do nothing in the current task."""
        return frozenset(
            ()
            if self.asked is not None and self.asked.complete
            else ("choose.complete", "write.complete")
        )

    @property
    def continuation(self) -> str:
        """Return what continues the text before the caret, "" if nothing is typed or
        known to.
        """
        task = self.asked
        typed = self.edit.text[: self.edit.caret]
        return (
            task.complete(typed)
            if task is not None and task.complete and typed.strip()
            else ""
        )

    @property
    def unsaved_text(self) -> str:
        """The unsaved text of a value or comment (not of a search), or ""."""
        task = self.asked
        text = self.edit.text
        return text if task and (task.lines or task.read) and text != task.query else ""

    def refresh(self) -> None:
        """Redraw the chooser's lines."""
        first, count = self.lines
        self.host.refresh(Region(0, first, self.host.size.width, count))

    def redraw(self) -> None:
        """Redraw the lines that it may cover and the rows beside them, and what is lit
        while it is closed.
        """
        (first, count) = self.held
        around = self.host.lines
        above = max(0, first - around)
        self.host.refresh(
            Region(0, above, self.host.size.width, first - above + count + around)
        )
        if self.host.is_attached and isinstance(
            focused := self.host.screen.focused, RowList
        ):
            focused.refresh_focus()

    @property
    def placeholder(self) -> str:
        """Return what stands where nothing is typed: a remark, or that typing finds one
        of the choices.

        An example of what may be typed stands below instead, where it has several
        lines.
        """
        assert self.asked is not None
        if self._is_typed and not self.asked.lines:
            return ""
        return self.asked.placeholder or (
            "" if self.asked.lines else say(self.lang, "type_to_find")
        )

    def layout(self) -> Layout:
        """Lay out the typed text, or the placeholder while there is none."""
        assert self.asked is not None
        text = (
            self.edit.text + " " if self.edit.text else f" {self.placeholder}"
        )  # the caret is on a blank
        has_own = self.edit.text and not self.edit.rtl and not self.asked.lines
        base = int(self.rtl and not has_own)
        return Layout(text, max(1, self.inner_width - 2), default_base=base)

    def _narrow(self) -> None:
        assert self.asked is not None
        text = self.edit.text
        numbered = self.asked.choices("") if self.edit.text.isdecimal() else ()
        fitting = [
            choice for choice in numbered if choice.number.startswith(fold_key(text))
        ]
        self.choices = sorted(
            fitting, key=lambda c: len(c.number)
        ) or self.asked.choices(text)
        self.has_numbers = any(choice.number for choice in self.choices)
        room = max(1, self.inner_width - 2)
        if self.asked.lines:
            self._needed = max(LINES, self.layout().count)
        elif self.choices:
            self._needed = len(self.choices)
        else:
            self._needed = (
                len(wrapped(self._none, room, 0))
                if self.asked.read is None
                else -(-WORDS // room)
            )
        if self._needed > self._wanted:
            self._wanted = self._needed
            self.redraw()
            self.place()
            self.host.post_message(self.Grown())
        else:
            self.arrange()
        self.redraw()
        likeliest = (
            n for n, choice in enumerate(self.choices) if choice.id == self.asked.at
        )
        self.point(
            next(likeliest, 0) if not text else 0
        )  # what is typed has its best match first

    def point(self, index: int) -> None:
        """Move the cursor to the choice at an index, or to the nearest one."""
        assert self.asked is not None
        self.cursor = max(0, min(len(self.choices) - 1, index))
        self._echo()
        if self.asked.look is not None and self.choices:
            self.asked.look(self.choices[self.cursor].id)

    def _echo(self) -> None:
        """Update the echo: the meaning of the typed text, or the help of the choice
        under the cursor.
        """
        assert self.asked is not None
        self.echo = ""
        self.wrong = False
        self.refused = False
        if self.asked.lines:
            pass
        elif self.asked.read is not None and self.edit.text:
            try:
                meaning = self.asked.read(self.edit.text)
                self.echo = f"= {meaning}" if meaning != self.edit.text.strip() else ""
            except CoderError as error:
                self.echo = " ".join(error_words(self.lang, error))
                self.wrong = True
        elif self.choices:
            here = self.choices[self.cursor]
            key = self.accept_key
            number = (
                here.number if self.edit.text.isdecimal() else ""
            )  # others begin with these digits, too
            self.echo = (
                say(self.lang, "enter_takes", accept=key, event=number)
                if number
                else here.help
            )
        elif self.edit.text:
            self.echo = self._none
            self.wrong = True
        elif self._is_typed:
            self.echo = self.asked.placeholder
        if self.input_problem:
            self.echo = f"{say(self.lang, self.input_problem, most=format(LONGEST, ','))} {self.echo}"
        room = (
            self.host.size.width - _EDGES - _POSITION * (len(self.choices) > self.room)
        )
        remark = self.remark if self.choices else ""
        is_help = bool(remark) and remark == self.choices[self.cursor].help
        self._tell(remark if is_help or cell_width(remark) > room else "")
        self.refresh()

    @property
    def _none(self) -> str:
        """Return what is said where nothing matches."""
        return say(
            self.lang,
            "none_found",
            query=self.edit.text,
            go=shown(key_of("edit.clear")),
        )

    @property
    def remark(self) -> str:
        """Return what is said of typed text or the choice under the cursor, and for
        which its line has no room.
        """
        assert self.asked is not None
        if not self.choices:
            return self.echo if self.asked.lines else ""
        choice = self.choices[self.cursor]
        keeps = self.asked.keeps_asides
        room = self.widths[(self.cursor - self.top) // self.rows]
        if self.echo == choice.help and choice_cells(choice) >= room and not keeps:
            return choice.label
        is_whole = aside_of(choice, room, is_kept=keeps) == choice.aside
        return self.echo if self.echo or is_whole else choice.aside

    def _tell(self, remark: str) -> None:
        if self.tell is not None and (remark or self.is_told):
            self.is_told = bool(remark)
            self.tell(remark)

    @property
    def _is_typed(self) -> bool:
        """Return whether what is typed is the value, and no choice."""
        return (
            self.asked is not None and self.asked.read is not None and not self.choices
        )

    def _accept(self) -> None:
        assert self.asked is not None
        if self.asked.lines:
            chosen = self.edit.text
        elif self.choices:
            chosen = self.choices[min(self.cursor, len(self.choices) - 1)].id
        elif (
            self._is_typed
            and (self.edit.text or self.asked.may_be_empty)
            and not self.wrong
        ):
            chosen = self.edit.text
        else:
            self.refused = self.wrong
            self.refresh()
            self.host.app.bell()
            return
        accept = self.asked.accept
        self._hide(chosen=True)
        accept(chosen)
