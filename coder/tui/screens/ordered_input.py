"""What all screens share: keys and sizes that came while another screen, or another size, was on its way."""

from __future__ import annotations

from abc import abstractmethod

from textual.events import Key, Resize
from textual.screen import Screen, ScreenResultType


class BaseScreen(Screen[ScreenResultType]):
    """A screen driven by keys; they come to `take_key`, new widths to `fit`."""

    def on_key(self, event: Key) -> None:
        """Take a key, or hand it on to the screen that is now on top.

        Textual sends all keys of one read to the screen that was there before the first opened or closed one.
        """
        if self.is_active:
            self.take_key(event)
        else:
            event.stop()
            event.prevent_default()
            self.app.post_message(Key(event.key, event.character))

    def on_resize(self, event: Resize) -> None:
        """Take the terminal's size, and none that is out of date.

        Textual lays a screen out for a size and then tells it of that size once more: two sizes on their way
        at once would bring each other back for ever.
        """
        if event.size == self.app.size:
            self.fit(event.size.width)
        else:
            event.stop()
            event.prevent_default()

    @abstractmethod
    def take_key(self, event: Key) -> None:
        """One key, one action."""

    def fit(self, width: int) -> None:
        """Arrange what depends on the width of the terminal."""
