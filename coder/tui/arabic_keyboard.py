"""Keys of an Arabic keyboard where keys are commands: capitals, and the key that sends
two letters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.events import Key
from textual.screen import Screen

from coder.tui.keys import HOLD, LAM, LAM_ALEFS, capital_of

_COMMANDS = ("article", "draw", "jump", "field")
"""Scopes in which letters are commands."""


class ArabicKeyboard:
    """Hands keys on as one command each, and notices where text begins instead.

    scope: returns the active scope. may_be_text: returns whether an Arabic letter may
    begin a text instead of taking words. handle: gets each key.
    """

    begins_text = False
    """Whether the key is an Arabic letter where Latin letters stand on words that they
    take.

    Who switches the keyboard there means to type; who gives commands in Arabic means
    the letter on the key.
    """
    letters_in_a_row = 0
    """The Arabic letters, this one the last, that followed each other beside letters on
    words.
    """

    def __init__(
        self,
        screen: Screen[None],
        scope: Callable[[], str],
        may_be_text: Callable[[], bool],
        handle: Callable[[Key], None],
    ) -> None:
        self.screen = screen
        self.scope = scope
        self.may_be_text = may_be_text
        self.handle = handle
        self.letters: Callable[[], Iterable[str]] = tuple
        """Returns the letters on words."""
        self._lam: Key | None = None
        self.commands_in_arabic: bool | None = None
        """Whether the last letter that was a command came from an Arabic keyboard, None
        before the first.

        Text is Arabic on any keyboard.
        """

    def take(self, event: Key) -> None:
        """Handle a key; a lam that is a command waits for an alef, as one key may send
        both.
        """
        lam = self._lam
        self._lam = None
        if lam is not None and (joined := LAM_ALEFS.get(event.character or "")):
            event = Key(joined, joined)
        elif lam is not None:
            self.handle(lam)
        character = event.character or ""
        scope = self.scope()
        is_letter = (
            character.isalpha()
            and not character.isascii()
            and scope == "jump"
            and self.may_be_text()
        )
        self.begins_text = is_letter and self.commands_in_arabic is False
        self.letters_in_a_row = self.letters_in_a_row + 1 if is_letter else 0
        if character.isalpha() and not self.begins_text and scope in _COMMANDS:
            self.commands_in_arabic = not character.isascii()
        if self.begins_text or scope not in _COMMANDS:
            self.handle(event)
        elif character == LAM:
            self._lam = event
            self.screen.set_timer(HOLD, partial(self._release, event))
        elif scope == "jump" and (
            capital := capital_of(character, is_arabic=bool(self.commands_in_arabic))
        ):
            # a sign is a key of its own, such as / to find words, where no word has the
            # letter
            is_taken = any(each.startswith(capital.lower()) for each in self.letters())
            self.handle(
                Key(capital, capital) if is_taken or not character.isascii() else event
            )
        else:
            self.handle(event)

    def _release(self, lam: Key) -> None:
        if self._lam is lam:
            self._lam = None
            self.handle(lam)
