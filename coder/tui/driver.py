"""The terminal driver: Textual's, but with reordering switched off, a clean shutdown
and its own input loop.

It relies on Textual 8's LinuxDriver: `start_application_mode` enters the alternate
screen,
`stop_application_mode` leaves it, and one thread does all the writing. Textual's parser reads an Escape and
the key after it as one key with Alt, types out unknown sequences letter by letter, and
swallows everything after an unterminated paste. It is therefore fed one complete
sequence at a time; unknown ones are dropped.
"""

from __future__ import annotations

import asyncio
import os
import re
import select
import signal
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from contextlib import suppress
from threading import Event, current_thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from textual._xterm_parser import XTermParser
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key, Paste, Resize
from textual.message import Message
from textual.messages import InBandWindowResize

from coder.tui.keys import QUIT
from coder.tui.terminal import Terminal

if TYPE_CHECKING:
    from textual.app import App

    from coder.tui.input_order import InputInOrder


SILENCE = (
    0.1  # seconds without a byte after which a partial sequence counts as complete
)
_PASTE_ENDS = 10  # silences after which a paste without its end marker counts as ended
MOST_WAITING = 1_000  # keys: more than anybody types ahead, and handled in some seconds
# How often Ctrl+Q is taken beyond that, as the first may warn of unsaved text.
_ROOM_TO_QUIT = 2
_MOST_PASTED = 100_000  # characters of a paste that are kept, more than any field takes
_LONGEST = 32  # longest sequence, in characters, that Textual's parser reads as one
_ESCAPE = "\x1b"
_PASTE = "\x1b[200~"
_PASTED = "\x1b[201~"
_WHOLE = re.compile(
    r"\x1b\[\[[A-E]"  # function keys of the Linux console
    r"|\x1b\[M.{3}"  # the mouse in its oldest form
    r"|\x1b\[\d+\$(?![a-z])"  # keys with Shift of rxvt
    r"|\x1b\[[0-?]*[ -/]*[@-Z\\-~]"
    r"|\x1bO[!-~]"
    r"|\x1b[PX^_\]][ -~]*(?:\x1b\\|\x07)"
    # Alt+B, Alt+F, Alt+Backspace as in editors; must not act as Escape and a letter
    r"|\x1b[bf\x7f]"
    r"|.",
    re.DOTALL,
)
_BEGUN = re.compile(
    r"\x1b(?:\[(?:M.{0,2}|\[?[0-?]{0,999}[ -/]{0,999})|O|[PX^_\]][ -~]{0,999}\x1b?)?\Z",
    re.DOTALL,
)
"""A sequence that the next input may complete."""


class Typed:
    """Turns text from a terminal into messages; pauses, reported by `silence`, end
    partial sequences.
    """

    def __init__(self) -> None:
        self._parser = XTermParser()
        self._held = ""  # the start of a sequence that is not complete yet
        self._pasted: str | None = None  # the text so far of a paste that has not ended
        self._silences = 0

    def feed(self, text: str) -> Iterator[Message]:
        """Yield the messages for the text; the start of an incomplete sequence is held
        back.
        """
        self._silences = 0
        if self._held == _ESCAPE and text[:1] not in "[OPX^_]":
            self._held = ""
            yield from self._parse(_ESCAPE)
        text = self._held + text
        self._held = ""
        at = 0
        while at < len(text):
            if self._pasted is not None:
                end = text.find(_PASTED, at)
                if end < 0:
                    cut = text.rfind(_ESCAPE, max(at, len(text) - len(_PASTED) + 1))
                    cut = len(text) if cut < 0 else cut
                    self._add_pasted(text[at:cut])
                    self._held = text[cut:]
                    return
                self._add_pasted(text[at:end])
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
                    yield from self._parse(whole[0])

    def silence(self) -> Iterator[Message]:
        """Handle SILENCE seconds without input: a partial sequence was typed key by
        key.
        """
        self._silences += 1
        if self._pasted is None:
            held = self._held
            self._held = ""
            for character in held:
                yield from self._parse(character)
        elif self._silences == _PASTE_ENDS:
            yield from self._end_paste()

    def _add_pasted(self, text: str) -> None:
        self._pasted = ((self._pasted or "") + text)[:_MOST_PASTED]

    def _end_paste(self) -> Iterator[Message]:
        pasted = (self._pasted or "") + self._held
        self._pasted = None
        self._held = ""
        # Terminals and browsers send the end of a pasted line as Enter.
        yield Paste(pasted.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n"))

    def _parse(self, sequence: str) -> Iterator[Message]:
        """Yield the messages of a key or a whole sequence, without sizes: the system
        reports those.
        """
        if sequence == _ESCAPE:
            yield Key("escape", _ESCAPE)
            return
        if len(sequence) > 1 and (sequence[1] not in "[O" or len(sequence) > _LONGEST):
            return
        try:
            messages = list(self._parser.feed(sequence))
        except (
            ValueError,
            OverflowError,
        ):  # the number of a character that does not exist
            messages = []
        messages = [
            each
            for each in messages
            if not isinstance(each, (Resize, InBandWindowResize))
        ]
        if not messages:
            self._parser = (
                XTermParser()
            )  # the old one may wait for more, or report the mouse in pixels now
        yield from messages


class BoundedInput(Driver):
    """Refuses keys while many wait to be handled, and has the app tell the person.

    The rest of a burst is refused too: a text with gaps would press keys that nobody
    meant. Ctrl+Q is taken all the same.
    """

    exit_event: Event
    """Set when the app ends."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._sent = 0
        self._delivered = 0
        self._is_refusing = False

    def take(self, messages: Iterable[Message]) -> None:
        """Give the app what was typed."""
        for message in messages:
            if self.exit_event.is_set():
                return
            self.process_message(message)

    def end_burst(self) -> None:
        """Take input again, as nothing was typed for a moment."""
        if self._is_refusing:
            self._is_refusing = False
            self._loop.call_soon_threadsafe(self._order.tell_when_handled)

    def send_message(self, message: Message) -> None:
        """Send a message to the app, unless it is refused; from the thread that reads."""
        if isinstance(message, (Key, Paste)) and self._refuses(message):
            return
        self._sent += 1
        self._loop.call_soon_threadsafe(self._deliver, message)

    def _deliver(self, message: Message) -> None:
        self._delivered += 1
        self._app.post_message(message)

    def _refuses(self, message: Message) -> bool:
        on_the_way = self._sent - self._delivered + self._order.message_queue_size
        waiting = on_the_way + self._order.waiting_input
        is_quit = isinstance(message, Key) and message.key == QUIT
        if is_quit and waiting < MOST_WAITING + _ROOM_TO_QUIT:
            return False
        self._is_refusing |= waiting >= MOST_WAITING
        return self._is_refusing

    @property
    def _order(self) -> InputInOrder:
        return self._app  # type: ignore[return-value]  # CoderApp


class OwnOrderDriver(BoundedInput, LinuxDriver):
    """Switches the terminal's reordering off while the app runs.

    terminal: as detected earlier; set by a subclass (`driver_for`), as Textual
    instantiates the driver.
    """

    terminal: Terminal

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        self._file: Any = _until_hangup(self._file)
        self._switch = self.terminal.off
        # In cooked mode, before the driver started, Enter arrived as a line feed.
        self._typed_ahead = self.terminal.came.replace(b"\n", b"\r")
        for ending in (signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(ending, self._end, ending)

    def start_application_mode(self) -> None:
        """Enter the alternate screen and switch the reordering off."""
        writer = self._writer_thread
        super().start_application_mode()  # type: ignore[no-untyped-call]
        if self._writer_thread is writer:
            return  # still in the background: the process was suspended again
        self.write(self.terminal.starting())
        loop = asyncio.get_running_loop()
        resized: Any = signal.getsignal(signal.SIGWINCH)

        def on_resize(number: int, frame: object) -> None:
            resized(number, frame)
            loop.call_soon_threadsafe(self._switch_rows)

        signal.signal(signal.SIGWINCH, on_resize)

    def stop_application_mode(self) -> None:
        """Restore the terminal's reordering and leave; at the end, Ctrl+Z gets its
        default action back.
        """
        if self._app._exit:  # otherwise the process is only being suspended
            for number in (signal.SIGTSTP, signal.SIGCONT):
                signal.signal(number, signal.SIG_DFL)
        self.write(self.terminal.ending())
        super().stop_application_mode()

    def let_reorder(self, on: bool) -> None:
        """Switch the terminal's own reordering on or off while the app runs."""
        self._switch = self.terminal.on if on else self.terminal.off
        self._switch_rows()

    def run_input_thread(self) -> None:
        """Read input until the app ends or the terminal is gone (Textual's own loop
        misses the latter).
        """
        typed = Typed()
        decoder = getincrementaldecoder("utf-8")("replace")
        data = self._typed_ahead
        self._typed_ahead = b""
        is_silent = False
        while not (getattr(self._app, "is_open", True) or self.exit_event.wait(0.005)):
            pass  # input typed ahead goes to the first screen
        while not self.exit_event.is_set() and current_thread() is self._key_thread:
            text = decoder.decode(data)
            if "\ufffd" in text:  # invalid UTF-8 is dropped with a beep
                self.write("\a")
            if is_silent:
                self.end_burst()
                self.take(typed.silence())
            else:
                self.take(typed.feed(text.replace("\ufffd", "")))
            try:
                is_silent = not select.select([self.fileno], [], [], SILENCE)[0]
                data = b"" if is_silent else os.read(self.fileno, 4096)
            except OSError:
                is_silent = False
                data = b""
            if not data and not is_silent:
                self._loop.call_soon_threadsafe(self._end, signal.SIGHUP)
                break

    def _query_in_band_window_resize(self) -> None:
        """Do not request in-band size reports: the system reports sizes, once and in
        order.
        """

    def _switch_rows(self) -> None:
        self.write(self.terminal.switched(self._switch, self._get_terminal_size()[1]))

    def _end(self, number: int) -> None:
        """Exit normally on a signal: the screens save unsaved work and the terminal is
        restored.
        """
        if getattr(self._app, "is_open", True):
            self._app.exit(return_code=128 + number)
        else:  # Textual cannot leave a screen that it is still composing
            self._loop.call_later(0.02, self._end, number)


def _until_hangup(file: Any) -> SimpleNamespace:
    """Wrap the terminal's file so that writes to a closed terminal are ignored and
    shutdown can complete.
    """

    def write(text: str) -> None:
        with suppress(OSError):
            file.write(text)

    def flush() -> None:
        with suppress(OSError):
            file.flush()

    return SimpleNamespace(write=write, flush=flush, fileno=file.fileno)


def driver_for(terminal: Terminal) -> type[OwnOrderDriver]:
    """Return the driver class for the terminal, for `App(driver_class=…)`."""
    return type("Driver", (OwnOrderDriver,), {"terminal": terminal})
