"""The terminal driver: Textual's own, but it stops the terminal's reordering, ends in order and reads itself.

It takes what Textual 8's LinuxDriver does as given: `start_application_mode` enters the alternate screen,
`stop_application_mode` leaves it, and one thread does all the writing. Textual's parser takes an Escape and
the key after it for one key with Alt, types out letter by letter what it does not know, and swallows all
after a paste that never ends: so it is given whole sequences one by one, and what it does not know is lost.
"""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
from codecs import getincrementaldecoder
from collections.abc import Iterator
from contextlib import suppress
from threading import current_thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from coder.tui.terminal import Terminal

if TYPE_CHECKING:
    from textual.app import App


SILENCE = 0.1  # seconds without a byte after which nothing more belongs to what has come
_PASTE_ENDS = 10  # silences after which a paste is over, though its end has not come
_LONGEST = 32  # characters of a sequence that the parser reads as one
_ESCAPE, _PASTE, _PASTED = "\x1b", "\x1b[200~", "\x1b[201~"
_WHOLE = re.compile(
    r"\x1b\[\[[A-E]"  # function keys of the Linux console
    r"|\x1b\[M.{3}"  # the mouse in its oldest form
    r"|\x1b\[\d+\$(?![a-z])"  # keys with Shift of rxvt
    r"|\x1b\[[0-?]*[ -/]*[@-Z\\-~]"
    r"|\x1bO[!-~]"
    r"|\x1b[PX^_\]][ -~]*(?:\x1b\\|\x07)"
    r"|\x1b[bf\x7f]"  # words, as editors have them on Alt: never Escape and a letter that does something
    r"|.",
    re.DOTALL,
)
_BEGUN = re.compile(r"\x1b(?:\[(?:M.{0,2}|\[?[0-?]*[ -/]*)|O|[PX^_\]][ -~]{0,999}\x1b?)?\Z", re.DOTALL)
"""What may go on with what comes next."""


class Typed:
    """Turns text from a terminal into messages; it is told of silences too, which end what has begun."""

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._held = ""
        self._pasted: str | None = None  # what has come of a paste that has not ended
        self._silences = 0

    def feed(self, text: str) -> Iterator[Message]:
        """Take what has come."""
        self._silences = 0
        if self._held == _ESCAPE and text[:1] not in "[OPX^_]":
            self._held = ""
            yield from self._known(_ESCAPE)
        text, self._held, at = self._held + text, "", 0
        while at < len(text):
            if self._pasted is not None:
                end = text.find(_PASTED, at)
                if end < 0:
                    cut = text.rfind(_ESCAPE, max(at, len(text) - len(_PASTED) + 1))
                    cut = len(text) if cut < 0 else cut
                    self._pasted, self._held = self._pasted + text[at:cut], text[cut:]
                    return
                self._pasted += text[at:end]
                at = end + len(_PASTED)
                yield from self._end_paste()
            elif _BEGUN.match(text, at):
                self._held = text[at:]
                return
            else:
                whole = _WHOLE.match(text, at)
                assert whole is not None
                at = whole.end()
                if whole[0] == _PASTE:
                    self._pasted = ""
                else:
                    yield from self._known(whole[0])

    def silence(self) -> Iterator[Message]:
        """Nothing has come for SILENCE seconds: what has begun was typed key by key."""
        self._silences += 1
        if self._pasted is None:
            held, self._held = self._held, ""
            for character in held:
                yield from self._known(character)
        elif self._silences == _PASTE_ENDS:
            yield from self._end_paste()

    def _end_paste(self) -> Iterator[Message]:
        pasted, self._pasted, self._held = (self._pasted or "") + self._held, None, ""
        # Terminals and browsers send the end of a pasted line as Enter.
        yield Paste(pasted.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))

    def _known(self, sequence: str) -> Iterator[Message]:
        """What a key or a whole sequence stands for; sizes are the system's to tell, in every terminal."""
        if sequence == _ESCAPE:
            yield Key("escape", _ESCAPE)
            return
        if len(sequence) > 1 and (sequence[1] not in "[O" or len(sequence) > _LONGEST):
            return
        try:
            messages = list(self._parser.feed(sequence))
        except (ValueError, OverflowError):  # a number that is no character
            messages = []
        found = [each for each in messages if not isinstance(each, (Resize, InBandWindowResize))]
        if not found:
            self._parser = XTermParser()  # this one waits for more, or counts the mouse in parts of cells now
        yield from found


class OwnOrderDriver(LinuxDriver):
    """Switches the terminal's reordering off while the app runs.

    terminal: what was found out before. Textual makes the driver itself, so that a subclass sets it: see
    `driver_for`.
    """

    terminal: Terminal

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = _until_hangup(self._file)
        self._switch = self.terminal.off
        self._came = self.terminal.came.replace(b"\n", b"\r")  # as Enter comes where nobody reads yet
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
        """Give the terminal its reordering back, and leave; after the end Ctrl+Z is the shell's."""
        if self._app._exit:  # else the process is put to sleep, and wakes up
            for number in (signal.SIGTSTP, signal.SIGCONT):
                signal.signal(number, signal.SIG_DFL)
        self.write(self.terminal.ending())
        super().stop_application_mode()

    def let_reorder(self, on: bool) -> None:
        """Switch the terminal's own reordering on, or off again, while the app runs."""
        self._switch = self.terminal.on if on else self.terminal.off
        self._switch_rows()

    def run_input_thread(self) -> None:
        """Read until the end, or until the terminal is gone, for which Textual's own loop does not look."""
        typed, decoder = Typed(), getincrementaldecoder("utf-8")("replace")
        came, self._came, is_silent = self._came, b"", False
        while not (getattr(self._app, "is_open", True) or self.exit_event.wait(0.005)):
            pass  # what is typed ahead is for the first screen
        while not self.exit_event.is_set() and current_thread() is self._key_thread:
            text = decoder.decode(came)
            if "\ufffd" in text:  # bytes that are no UTF-8 are dropped with a sound
                self.write("\a")
            for message in typed.silence() if is_silent else typed.feed(text.replace("\ufffd", "")):
                self.process_message(message)
            try:
                is_silent = not select.select([self.fileno], [], [], SILENCE)[0]
                came = b"" if is_silent else os.read(self.fileno, 4096)
            except OSError:
                is_silent, came = False, b""
            if not came and not is_silent:
                self._loop.call_soon_threadsafe(self._end, signal.SIGHUP)
                break

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


def _until_hangup(file: Any) -> SimpleNamespace:
    """The terminal as a file; what is written to one that is gone is dropped, so that ending goes on."""

    def write(text: str) -> None:
        with suppress(OSError):
            file.write(text)

    def flush() -> None:
        with suppress(OSError):
            file.flush()

    return SimpleNamespace(write=write, flush=flush, fileno=file.fileno)


def driver_for(terminal: Terminal) -> type[OwnOrderDriver]:
    """The driver class for the terminal at hand, for `App(driver_class=…)`."""
    return type("Driver", (OwnOrderDriver,), {"terminal": terminal})
