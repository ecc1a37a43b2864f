"""Data on stdout, everything else on stderr; `--json` puts one document on stdout and nothing else.

Much of it came from files: a terminal gets it with every control character made visible, a file or a pipe
gets the data as they are. The command line speaks English.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BytesIO
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.text.controls import visible
from coder.tui.terminal import Replies, Terminal, decide

if TYPE_CHECKING:
    from coder.service.project.config import View
    from coder.text.display import Display


class Output:
    """Where a command's words go."""

    def __init__(self, as_json: bool, out: TextIO | None = None, err: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        self.err = err or sys.stderr
        self._is_switched = False

    @cached_property
    def terminal(self) -> Terminal:
        """What the terminal needs on which the answer appears, as far as the environment tells."""
        return decide(os.environ, Replies()) if self.out.isatty() else Terminal("no terminal")

    def display(self, view: View) -> Display:
        """How text is drawn for where it goes; direction marks are for terminals alone."""
        from coder.text.display import Display

        wanted = view.mode if view.mode != "auto" and self.out.isatty() else self.terminal.mode
        return Display(wanted, view.tashkeel)

    def close(self) -> None:
        """The answer is complete."""
        if self._is_switched:
            print(self.terminal.on, end="", file=self.out, flush=True)

    def document(self, value: Any) -> None:
        """The one JSON document of a command, only with `--json`."""
        if self.as_json:
            text = json.dumps(value, ensure_ascii=False, indent=2, default=lambda said: said.en)
            print(self._safe(text), file=self.out)

    def say(self, key: str, **values: object) -> None:
        """A sentence of the answer, for people."""
        self.line(say("en", key, **values))

    def line(self, text: str = "") -> None:
        """A line of the answer, for people."""
        self.drawn_line(self.shown(text))

    def stored_line(self, text: str) -> None:
        """A line in the order in which its letters are stored, on a terminal too."""
        self.drawn_line(self._safe(text))

    def drawn_line(self, text: str) -> None:
        """A line that was drawn cell by cell, so that its escape sequences are our own."""
        if not self.as_json:
            self._keep_order(text)
            print(text, file=self.out)

    @contextmanager
    def data(self) -> Iterator[BinaryIO]:
        """Where the bytes of a dataset go that is no file's: they are UTF-8."""
        if not self.out.isatty():
            yield self.out.buffer
            self.out.buffer.flush()
            return
        data = BytesIO()
        yield data
        print(visible(data.getvalue().decode("utf-8")), end="", file=self.out)

    def note(self, key: str, **values: object) -> None:
        """What happens meanwhile, or what to do next."""
        tell(say("en", key, **values), self.err)

    def table(self, head: str | Sequence[str], rows: Iterable[Sequence[object]], title: str = "") -> None:
        """A table for people: figures on the right, words on the left, the last column wrapped if need be.

        head: the names of the columns, or the key of a sentence that has them with `|` between.
        """
        if self.as_json:
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(
            title=title or None, title_justify="left", box=None, header_style="bold", pad_edge=False
        )
        names = [name.strip() for name in say("en", head).split("|")] if isinstance(head, str) else head
        cells = [["" if cell is None else str(cell) for cell in row] for row in rows]
        for i, name in enumerate(names):
            figures = all(row[i].replace(".", "", 1).isdecimal() or row[i] in ("—", "") for row in cells)
            last = i == len(names) - 1
            table.add_column(self.shown(name), justify="right" if figures else "left", no_wrap=not last)
        for row in cells:
            table.add_row(*map(self.shown, row))
            self._keep_order("".join(row))
        # What looks like markup or the name of an emoji is somebody's text.
        Console(file=self.out, width=self.width, highlight=False, markup=False, emoji=False).print(table)

    @property
    def width(self) -> int:
        """The cells of a line: a file or a pipe gets whole lines, a terminal its own width."""
        from rich.console import Console

        return Console(file=self.out).width if self.out.isatty() else 240

    def shown(self, text: str) -> str:
        """Text in visual order on a terminal, line by line; as it is stored elsewhere."""
        if not self.out.isatty() or (text.isascii() and text.isprintable()):
            return text
        from coder.text.display import Display, to_display

        display = Display(self.terminal.mode)
        return "\n".join(to_display(line, display=display) for line in text.split("\n"))

    def _safe(self, text: str) -> str:
        return visible(text) if self.out.isatty() else text

    def _keep_order(self, text: str) -> None:
        """Keep a terminal that can be told row by row from reordering the rows that come; they stay so."""
        if self.terminal.by_row and not self._is_switched and not text.isascii():
            print(self.terminal.off, end="", file=self.out)
            self._is_switched = True

    def progress(self, label: str) -> Callable[[int, int], None]:
        """Counts along on stderr: rewritten in place on a terminal, one line at the end elsewhere.

        On a terminal with the minutes and seconds that the rest will take, if it goes on as it went.
        """
        begun: tuple[float, int] | None = None

        def show(done: int, of: int) -> None:
            nonlocal begun
            begun = begun or (monotonic(), done)
            if self.err.isatty():
                filled = 24 * done // max(1, of)
                bar, left = "█" * filled + "░" * (24 - filled), ""
                if begun[1] < done < of:
                    seconds = round((monotonic() - begun[0]) / (done - begun[1]) * (of - done))
                    left = f"  {seconds // 60}:{seconds % 60:02}"
                end = "\n" if done == of else ""
                print(f"\r{label} {bar} {done}/{of}{left}\x1b[K", end=end, file=self.err, flush=True)
            elif done == of:
                print(f"{label} {done}/{of}", file=self.err, flush=True)

        return show


def decimals(value: float | None) -> str:
    """A figure in a table, a dash where there is none."""
    return "—" if value is None else f"{value:.3f}"


def report_error(error: CoderError, err: TextIO) -> None:
    """`error: what` and `hint: what to do`."""
    tell(f"error: {error}", err)
    tell(f"hint: {error.hint}", err)


def tell(text: str, err: TextIO) -> None:
    """A message for people: never data, so that controls in it are visible in a log too."""
    print(visible(text), file=err, flush=True)


def ready_streams() -> None:
    """Make the standard streams fit for any text: UTF-8 in files and pipes, code points for what is lacking.

    None of their numbers is given to a file. Raises CoderError where nobody would get the answer.
    """
    nowhere, is_closed = Path(os.devnull), sys.stdout is None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, nowhere.open(mode, encoding="utf-8"))
    if is_closed:
        raise CoderError("cli.closed")
    stdout: Any = sys.stdout
    stdout.reconfigure(encoding=None if stdout.isatty() else "utf-8", errors="backslashreplace")


def is_utf8(out: TextIO) -> bool:
    """Whether a stream takes every letter."""
    return codecs.lookup(out.encoding).name == "utf-8"


def need_utf8(out: TextIO) -> None:
    """Raises CoderError where a terminal cannot be sent Arabic letters."""
    if out.isatty() and not is_utf8(out):
        raise CoderError("cli.not_utf8", encoding=out.encoding)
