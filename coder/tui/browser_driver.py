"""The driver for browsers: Textual's web driver, but parsing input as the terminal's
driver does.

The server in `browser` starts processes with `TEXTUAL_DRIVER` set to it. Input comes in
packets: `D` holds typed text, `M` sizes and focus changes.
"""

from __future__ import annotations

import os
import select
import sys
from codecs import getincrementaldecoder
from contextlib import suppress
from typing import Any

from textual.app import App
from textual.drivers._byte_stream import ByteStream
from textual.drivers.web_driver import WebDriver
from textual.events import AppFocus

from coder.tui.driver import SILENCE, BoundedInput, Typed


class BrowserDriver(BoundedInput, WebDriver):
    """Textual's web driver, which also ends the app when the server is gone."""

    def __init__(self, app: App[Any], **options: Any) -> None:
        super().__init__(app, **options)
        send = self._write

        def write(data: bytes) -> int:
            with suppress(
                OSError
            ):  # the server is gone, but the work must still be saved
                return send(data)
            return 0

        self._write = write  # type: ignore[assignment]

    def start_application_mode(self) -> None:
        """Start with the focus; Textual would wait for a click, but who opens the page
        wants to work.
        """
        super().start_application_mode()
        self._app.call_later(self._app.post_message, AppFocus())

    def run_input_thread(self) -> None:
        """Read input until the app ends or the server is gone."""
        typed = Typed()
        decoder = getincrementaldecoder("utf-8")("ignore")
        packets = ByteStream()
        stdin = sys.__stdin__
        assert stdin is not None
        while not self.exit_event.is_set():
            if not select.select([stdin.fileno()], [], [], SILENCE)[0]:
                self.end_burst()
                self.take(typed.silence())
                continue
            if not (data := os.read(stdin.fileno(), 4096)):
                self._loop.call_soon_threadsafe(self._app.exit)
                return
            for kind, payload in packets.feed(data):
                if kind == "D":
                    self.take(typed.feed(decoder.decode(payload)))
                else:
                    self._on_meta(kind, payload)
