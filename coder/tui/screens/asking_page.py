"""A modal page over the work: a list with its own keys and a chooser."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key
from textual.geometry import Region
from textual.screen import ScreenResultType

from coder.errors import CoderError
from coder.tui import palette
from coder.tui.keys import Keys, action_for, pressed
from coder.tui.screens.boxed_page import LIST, BoxedPage, LineOverWork
from coder.tui.screens.help_page import HelpPage
from coder.tui.screens.speaking_screen import SpeakingScreen
from coder.tui.widgets.bars import Bar, Head, Line
from coder.tui.widgets.chooser import Chooser
from coder.tui.widgets.chooser_list import ChooserList
from coder.tui.widgets.frame import Title
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import SIDES, Column, Row, position


class AskingPage(BoxedPage[ScreenResultType], SpeakingScreen[ScreenResultType]):
    """A modal page that returns one answer, None to go back; `show` fills its list and
    the other lines.
    """

    WIDEST = LIST
    ABOVE: ClassVar[tuple[str, ...]] = ("title",)
    BELOW: ClassVar[tuple[str, ...]] = ("message", "footer")
    """The ids of the lines above and below the list; the first one is its title."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang
        self.list = ChooserList(id="page")
        kinds: dict[str, Callable[..., Bar]] = {
            "upper_head": Head,
            "head": Head,
            "info": Line,
            "message": Line,
        }
        if self.BOXED and "info" not in self.BELOW:
            kinds["message"] = partial(LineOverWork, self.work)
        others: dict[str | None, Bar] = {
            name: kinds.get(name, Bar)(id=name)
            for name in (*self.ABOVE[1:], *self.BELOW)
        }
        self.title_bar = Title(id="title")
        self.bars = {"title": self.title_bar, **others}
        self.keys: Keys = {}

    def compose(self) -> ComposeResult:
        yield self.box(
            self.title_bar,
            *(self.bars[name] for name in self.ABOVE[1:]),
            rows=self.list,
        )
        for name in self.BELOW:
            yield self.bars[name]

    def on_mount(self) -> None:
        self.set_focus(self.list)

    def fit(self, width: int) -> None:
        super().fit(width)
        self.show()
        self.show_mode()

    def show(self) -> None:
        """Fill the list and the lines around it."""

    def on_chooser_grown(self) -> None:
        """Make room for what is asked."""
        self.place_box()

    def on_chooser_closed(
        self, message: Chooser.Closed
    ) -> None:  # Textual calls that of the base class too
        self.place_box()

    def scope(self) -> str:
        return self.SCOPE

    def show_title(self, text: str, at: int = 0, count: int = 0) -> None:
        """Show the title of the list and, of `count` rows, on which one the cursor is."""
        self.title_bar.show(
            Column(f" {text}", 0, palette.FOCUSED), *position(self.lang, at, count)
        )

    def typed(self, event: Key) -> None:
        """Handle a key that is not an action."""

    @property
    def row_width(self) -> int:
        """The cells that a row of the list has for its columns."""
        return self.inner_width - SIDES

    @property
    def chooser(self) -> Chooser:
        return self.list.chooser

    def take_key(self, event: Key) -> None:
        """Pass a key to the open chooser, else perform its action, else treat it as
        typed.
        """
        self.bars["message"].show()
        if self.give_to_chooser(event):
            return
        action = action_for(pressed(event.key, event.character), self.scopes())
        if action is not None and action.name == "quit":
            return  # handled by the app
        event.stop().prevent_default()
        if action is not None and (action.scope == "any" or action.id in self.keys):
            self.perform(action)
        elif event.key == "ctrl+c":
            self.say("how_to_quit")
        else:
            self.typed(event)

    def show_help(self) -> None:
        self.app.push_screen(HelpPage(self.scopes(), None, self.lang))

    def visible_state(self) -> tuple[object, ...]:
        lines = [bar.row for bar in self.bars.values()]
        return (
            lines,
            self.list.rows,
            self.list.cursor,
            self.chooser.asked,
            self.app.screen,
        )

    def attempt(self, action: Callable[[], bool | None]) -> bool:
        try:
            return action() is not False
        except CoderError as error:
            self.complain(error)
            return True

    def answer(self, answer: ScreenResultType | None) -> None:
        """Close the page with an answer, but only once: two keys may arrive together."""
        if self.is_active:
            self.dismiss(answer)

    def on_row_list_picked(self, message: RowList.Picked) -> None:
        """Handle a click on a row, unless a subclass does otherwise in `picked`."""
        self.picked(message.index, message.column)

    def picked(self, index: int, column: int) -> None:
        """Handle a click on a column of a row."""


class BlocksPage(AskingPage[ScreenResultType]):
    """A page of blocks of lines; the cursor is on a block, which is scrolled fully into
    view.
    """

    def __init__(self, lang: str) -> None:
        super().__init__(lang)
        self.at = 0
        self._ends: Sequence[int] = ()

    def load(
        self,
        blocks: Sequence[Sequence[Row]],
        heads: Mapping[int, Sequence[Row]] | None = None,
    ) -> None:
        """Fill the list with blocks.

        heads: the rows above some of them, by the block's index; by default a blank one
        above each heading.
        """
        if heads is None:
            titled = (
                n
                for n, block in enumerate(blocks)
                if n and block[0][0].style == palette.TITLE
            )
            heads = dict.fromkeys(titled, ((),))
        parts = [
            part for n, block in enumerate(blocks) for part in (heads.get(n, ()), block)
        ]
        firsts = [*accumulate(map(len, parts), initial=0)]
        self._ends = firsts[2::2]
        rows = [row for part in parts for row in part]
        self.at = max(0, min(self.at, len(blocks) - 1))
        self.list.load(rows, firsts[2 * self.at + 1] if blocks else 0, firsts)
        if self.at in heads:  # the list has scrolled to the block alone
            head = firsts[2 * self.at]
            end = firsts[2 * self.at + 2]
            self.list.scroll_to_region(
                Region(0, head, 1, end - head), animate=False, force=True
            )

    def step(self, step: int) -> None:
        """Move the cursor by `step` blocks."""
        self.at = max(0, min(len(self._ends) - 1, self.at + step))
        self.show()

    def picked(self, index: int, column: int) -> None:
        """Go to the clicked block; a second click is like Enter."""
        if (at := self.block_at(index)) == self.at:
            self.go()
        else:
            self.step(at - self.at)

    def block_at(self, index: int) -> int:
        """Return the index of the block that contains a line or is below it."""
        return min(len(self._ends) - 1, bisect_right(self._ends, index))

    def go(self) -> None:
        """Handle Enter on the block under the cursor."""
