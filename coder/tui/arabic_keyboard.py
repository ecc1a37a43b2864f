"""Keys of an Arabic keyboard where keys are commands: capitals, and the key that sends two letters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from textual.events import Key
from textual.screen import Screen

from coder.tui.keys import HOLD, LAM, LAM_ALEFS, capital_of


class ArabicKeyboard:
    """Hands keys on as one command each.

    screen: waits between two keys. scope: returns the active scope. handle: gets each key.
    """

    def __init__(self, screen: Screen[None], scope: Callable[[], str], handle: Callable[[Key], None]) -> None:
        self.screen, self.scope, self.handle = screen, scope, handle
        self._lam: Key | None = None
        self._is_arabic = False  # the layout of the last letter that was a command

    def take(self, event: Key) -> None:
        """Handle a key; a lam that is a command waits for an alef, as one key may send both."""
        lam, self._lam = self._lam, None
        if lam is not None and (joined := LAM_ALEFS.get(event.character or "")):
            event = Key(joined, joined)
        elif lam is not None:
            self.handle(lam)
        character, scope = event.character or "", self.scope()
        is_command = scope in ("article", "draw", "jump", "field")
        if is_command and character.isalpha():
            self._is_arabic = not character.isascii()
        if scope == "jump" and (capital := capital_of(character, is_arabic=self._is_arabic)):
            event = Key(capital, capital)
        if character == LAM and is_command:
            self._lam = event
            self.screen.set_timer(HOLD, partial(self._release, event))
        else:
            self.handle(event)

    def _release(self, lam: Key) -> None:
        if self._lam is lam:
            self._lam = None
            self.handle(lam)
