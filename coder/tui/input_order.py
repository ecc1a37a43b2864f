"""What is typed, pasted and clicked, given to the screens in order."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from time import monotonic
from typing import Any

from textual.app import App
from textual.events import Event, InputEvent, Key, Paste
from textual.message import Message

from coder.tui.keys import QUIT

MOST_WAITING = 1_000
"""Keys that may wait: more than anybody types ahead, and handled within a few seconds."""
_ROOM_TO_QUIT = 2
"""How often Ctrl+Q is taken beyond that, as the first may warn of text that is not saved."""
_PAUSE = 0.5
"""Seconds without input after which a burst has ended."""


class InputInOrder(App[None]):
    """Gives input to the screen that is on top once all input before it was handled.

    Textual gives everything that came in one read to the screen that was on top before, even if the first key
    opens or closes a screen.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._input = deque[Event]()
        """What is not handled yet; if the first is a key or a paste, a screen has it."""
        self._given = 0
        """How many messages the driver's thread has let through; only that thread changes it."""
        self._taken = 0
        """How many of them have arrived."""
        self._is_refusing = False
        self._refused_at = 0.0
        self._must_tell = False
        """Whether input was refused and the user was not told yet."""

    @property
    def waiting(self) -> int:
        """How much input waits to be handled."""
        return self._given - self._taken + len(self._input)

    def refuses(self, message: Message) -> bool:
        """Return whether so much input waits that a message is not taken; the driver's thread asks.

        Once one was refused, the rest of the burst is too: a text with gaps would press keys that nobody
        meant. Ctrl+Q is taken all the same. What is not refused must arrive in `take_batch`.
        """
        if isinstance(message, (InputEvent, Paste)) and self._is_too_much(message):
            self._refused_at = monotonic()
            return True
        self._given += 1
        return False

    def _is_too_much(self, message: Message) -> bool:
        waiting = self.waiting
        if waiting >= MOST_WAITING and not self._is_refusing:
            self._is_refusing = True
            self._must_tell = True
        elif not waiting and monotonic() - self._refused_at > _PAUSE:
            self._is_refusing = False
        is_quit = isinstance(message, Key) and message.key == QUIT
        if is_quit and waiting < MOST_WAITING + _ROOM_TO_QUIT:
            return False
        return self._is_refusing

    def take_batch(self, messages: Sequence[Message]) -> None:
        """Take the messages that were not refused."""
        self._taken += len(messages)
        for message in messages:
            self.post_message(message)

    def tell_refused(self) -> None:
        """Tell the user that input was refused."""

    async def on_event(self, event: Event) -> None:
        """Handle an event; input waits for its turn."""
        if isinstance(event, (InputEvent, Paste)) and not event.is_forwarded:
            self.app_focus |= isinstance(event, Key)
            self._input.append(event)
            if len(self._input) == 1:
                await self.give_input()
        else:
            await super().on_event(event)

    async def give_input(self) -> None:
        """Give the screen on top the first input, and more up to a key or a paste, which it has to handle."""
        while self._input:
            event = self._input[0]
            if isinstance(event, (Key, Paste)):
                event._set_forwarded()
                self.screen.post_message(event)
                break
            await super().on_event(event)
            self._input.popleft()
        if self._must_tell and not self.waiting:
            self._must_tell = False
            self.tell_refused()

    async def input_handled(self) -> None:
        """Go on to the next input, as a screen has handled the first."""
        self._input.popleft()
        await self.give_input()

    def press_next(self, key: Key) -> None:
        """Let a key be handled after the one that is being handled, before what was typed since."""
        if self._input:
            self._input.insert(1, key)
        else:
            self.post_message(key)
