"""What all screens share: the keys that work now, and keys and sizes that came out of their order."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

from textual.events import Key, Resize
from textual.screen import Screen, ScreenResultType

from coder.text.display import cell_width, isolate
from coder.tui import palette
from coder.tui.keys import of_scope, shown
from coder.tui.widgets.rows import Column


class BaseScreen(Screen[ScreenResultType]):
    """A screen driven by keys; they come to `take_key`, new widths to `fit`."""

    def on_key(self, event: Key) -> None:
        """Take a key, or hand it on to the screen that is now on top.

        Textual sends all keys of one read to the screen that was there before the first opened or closed one.
        """
        if self.is_active:
            self.take_key(event)
        else:
            event.stop().prevent_default()
            self.app.post_message(Key(event.key, event.character))

    def on_resize(self, event: Resize) -> None:
        """Take the terminal's size, and none that is out of date.

        Textual lays a screen out for a size and then tells it of that size once more: two sizes on their way
        at once would bring each other back for ever.
        """
        if event.size == self.app.size:
            self.fit(event.size.width)
        else:
            event.stop().prevent_default()

    @abstractmethod
    def take_key(self, event: Key) -> None:
        """One key, one action."""

    def fit(self, width: int) -> None:
        """Arrange what depends on the width of the terminal."""


def footer_columns(scopes: Sequence[str], lang: str, width: int) -> tuple[Column, ...]:
    """The footer actions of the active scopes, as many as fit in `width` cells."""
    columns: list[Column] = []
    for action in (action for scope in scopes for action in of_scope(scope) if action.footer):
        # Blanks inside an isolate would go to its left, the key's side in a line from the right.
        key, label = f" {isolate(shown(action.keys[0]))} ", f"{action.label(lang)} "
        cells = cell_width(key), cell_width(label)
        width -= sum(cells)
        if width < 0:
            break
        columns += [Column(key, cells[0], palette.KEY), Column(label, cells[1], palette.BAR)]
    return tuple(columns)
