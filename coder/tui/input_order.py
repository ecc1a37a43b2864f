"""What is typed, pasted and clicked, given to the screens in order."""

from __future__ import annotations

from collections import deque
from typing import Any

from textual.app import App
from textual.events import Event, InputEvent, Key, Paste


class InputInOrder(App[None]):
    """Gives input to the screen that is on top once all input before it was handled.

    Textual gives everything that came in one read to the screen that was on top before,
    even if the first key opens or closes a screen.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._input = deque[Event]()
        """What is not handled yet; if the first is a key or a paste, a screen has it.
        """
        self._must_tell = False
        """Whether input was refused, and the person is told once that before it is
        handled.
        """

    @property
    def waiting_input(self) -> int:
        """How much input has arrived and is not handled yet."""
        return len(self._input)

    def tell_when_handled(self) -> None:
        """Tell the person, once all input that was taken is handled, that some was
        refused.
        """
        self._must_tell = True
        self._tell_if_handled()

    def tell_refused(self) -> None:
        """Tell the person that input was refused."""

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
        """Give the screen on top the first input, and more up to a key or a paste,
        which it has to handle.
        """
        while self._input:
            event = self._input[0]
            if isinstance(event, (Key, Paste)):
                event._set_forwarded()
                self.screen.post_message(event)
                break
            await super().on_event(event)
            self._input.popleft()
        self._tell_if_handled()

    def _tell_if_handled(self) -> None:
        if self._must_tell and not self._input:
            self._must_tell = False
            self.tell_refused()

    async def input_handled(self) -> None:
        """Go on to the next input, as a screen has handled the first."""
        self._input.popleft()
        await self.give_input()

    def press_next(self, key: Key) -> None:
        """Let a key be handled after the one that is being handled, before what was
        typed since.
        """
        if self._input:
            self._input.insert(1, key)
        else:
            self.post_message(key)
