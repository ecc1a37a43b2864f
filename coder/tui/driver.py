"""The terminal driver: Textual's own, which also keeps the terminal from reordering and ends in order.

It takes what Textual 8's LinuxDriver does as given: `start_application_mode` enters the alternate screen,
`stop_application_mode` leaves it, and one thread does all the writing.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
from codecs import getincrementaldecoder
from contextlib import suppress
from threading import current_thread
from typing import TYPE_CHECKING, Any

from textual.drivers.linux_driver import LinuxDriver

from coder.tui.terminal import Terminal
from coder.tui.terminal_input import SILENCE, Typed

if TYPE_CHECKING:
    from textual.app import App


class OwnOrderDriver(LinuxDriver):
    """Switches the terminal's reordering off while the app runs.

    terminal: what was found out before. Textual makes the driver itself, so that a subclass sets it: see
    `driver_for`.
    """

    terminal: Terminal

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = _UntilHangup(self._file)
        self._switch = self.terminal.off
        for ending in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(ending, self._end, ending)

    def start_application_mode(self) -> None:
        """Enter the alternate screen and switch."""
        writer = self._writer_thread
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is writer:
            return  # still in the background: the process has been put to sleep again
        self.write(self.terminal.starting())
        loop = asyncio.get_running_loop()
        resized: Any = signal.getsignal(signal.SIGWINCH)

        def on_resize(number: int, frame: object) -> None:
            resized(number, frame)
            loop.call_soon_threadsafe(self._switch_rows)

        signal.signal(signal.SIGWINCH, on_resize)

    def stop_application_mode(self) -> None:
        """Give the terminal its reordering back, and leave."""
        self.write(self.terminal.ending())
        super().stop_application_mode()

    def let_reorder(self, on: bool) -> None:
        """Switch the terminal's own reordering on, or off again, while the app runs."""
        self._switch = self.terminal.on if on else self.terminal.off
        self._switch_rows()

    def run_input_thread(self) -> None:
        """Read until the end, or until the terminal is gone, for which Textual's own loop does not look."""
        typed, decoder = Typed(), getincrementaldecoder("utf-8")("replace")
        while not self.exit_event.is_set() and current_thread() is self._key_thread:
            try:
                is_silent = not select.select([self.fileno], [], [], SILENCE)[0]
                came = b"" if is_silent else os.read(self.fileno, 4096)
            except OSError:
                is_silent, came = False, b""
            if not came and not is_silent:
                self._loop.call_soon_threadsafe(self._end, signal.SIGHUP)
                break
            text = decoder.decode(came)
            if "\ufffd" in text:  # bytes that are no UTF-8 are dropped with a sound
                self.write("\a")
            for message in typed.silence() if is_silent else typed.feed(text.replace("\ufffd", "")):
                self.process_message(message)

    def _query_in_band_window_resize(self) -> None:
        """Ask for no sizes among what is typed: the system tells them, once and in order."""

    def _switch_rows(self) -> None:
        self.write(self.terminal.switched(self._switch, self._get_terminal_size()[1]))

    def _end(self, number: int) -> None:
        """End as on request: the screens write what is left, the terminal is restored."""
        if getattr(self._app, "is_open", True):
            self._app.exit(return_code=128 + number)
        else:  # Textual cannot leave a screen that it is still composing
            self._loop.call_later(0.02, self._end, number)


class _UntilHangup:
    """The terminal as a file; what is written to one that is gone is dropped, so that ending goes on."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def write(self, text: str) -> None:
        with suppress(OSError):
            self._file.write(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._file.flush()

    def fileno(self) -> int:
        return int(self._file.fileno())


def driver_for(terminal: Terminal) -> type[OwnOrderDriver]:
    """The driver class for the terminal at hand, for `App(driver_class=…)`."""
    return type("Driver", (OwnOrderDriver,), {"terminal": terminal})
