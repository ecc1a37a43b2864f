"""Writes data to stdout, everything else to stderr; with `--json`, stdout gets one
document and nothing else.

Data may come from untrusted files: every control character is made visible, also those
that turn the reading direction. Only datasets and an article's stored text go unchanged
into files and pipes. The command line's language is English, except where a command
shows labels of a codebook: then it is that of the labels.
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
from textwrap import wrap
from time import monotonic
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

from msgspec import to_builtins

from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, first_few, say
from coder.text.controls import escape_controls, visible
from coder.tui.terminal import Replies, Terminal, decide

if TYPE_CHECKING:
    from coder.service.project.config import View
    from coder.text.display import Display


class Output:
    """Writes a command's output."""

    def __init__(self, as_json: bool, out: TextIO | None = None) -> None:
        self.as_json = as_json
        self.out = out or sys.stdout
        self.lang = "en"
        self._is_switched = False

    @cached_property
    def terminal(self) -> Terminal:
        """The terminal that shows the output, as far as the environment identifies it."""
        if not self.out.isatty():
            return Terminal("no terminal")
        return decide(os.environ, Replies())

    def display(self, view: View) -> Display:
        """Return how to draw text for the output; only terminals get direction marks."""
        from coder.text.display import Display

        mode = self.terminal.mode
        if view.mode != "auto" and self.out.isatty():
            mode = view.mode
        return Display(mode, view.tashkeel)

    def close(self) -> None:
        """Finish the output: switch the terminal's reordering back on."""
        if self._is_switched:
            print(self.terminal.on, end="", file=self.out, flush=True)

    def document(self, value: Any) -> None:
        """Print the command's JSON document if `--json` was given."""
        if self.as_json:
            plain = to_builtins(value, enc_hook=lambda message: message.en)
            print(
                escape_controls(json.dumps(plain, ensure_ascii=False, indent=2)),
                file=self.out,
            )

    def say(self, key: str, **values: object) -> None:
        """Print a sentence for people."""
        self.line(say(self.lang, key, **values))

    def line(self, text: str = "") -> None:
        """Print a line for people."""
        self.drawn_line(self.shown(text))

    def prose(self, text: str) -> None:
        """Print sentences for people, which a terminal would break inside words."""
        if not self.out.isatty():
            self.line(text)
            return
        for line in wrap(text, self.width, break_long_words=False):
            self.line(line)

    def stored_line(self, text: str) -> None:
        """Print a line in logical order, even on a terminal."""
        self.drawn_line(visible(text))

    def exact_line(self, text: str) -> None:
        """Print a line of stored text, unchanged in a file or pipe."""
        self.drawn_line(visible(text) if self.out.isatty() else text)

    def drawn_line(self, text: str) -> None:
        """Print a line drawn cell by cell: any escape sequences in it are our own."""
        if not self.as_json:
            self._keep_order(text)
            print(text, file=self.out)

    @contextmanager
    def data(self) -> Iterator[BinaryIO]:
        """Yield a stream for a dataset's bytes, which are UTF-8, on stdout."""
        if not self.out.isatty():
            yield self.out.buffer
            self.out.buffer.flush()
            return
        data = BytesIO()
        yield data
        print(visible(data.getvalue().decode("utf-8")), end="", file=self.out)

    def note(self, key: str, **values: object) -> None:
        """Print a remark or the next step for people on stderr."""
        tell(say(self.lang, key, **values))

    def table(
        self,
        head: str | Sequence[str],
        rows: Iterable[Sequence[object]],
        title: str = "",
        **values: object,
    ) -> None:
        """Print a table for people: figures right-aligned, words left-aligned, the last
        column wrapped.

        head: the column names, or the key of a sentence with the names separated by
        `|`. values: the values of that sentence.
        """
        if self.as_json:
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(
            title=self.shown(title) or None,
            title_justify="left",
            box=None,
            header_style="bold",
            pad_edge=False,
        )
        names = head
        if isinstance(head, str):
            names = [name.strip() for name in say(self.lang, head, **values).split("|")]
        lines = [[self._cell(cell) for cell in row] for row in rows]
        for place, name in enumerate(names):
            is_figures = all(_is_figure(line[place]) for line in lines)
            is_last = place == len(names) - 1
            table.add_column(
                self.shown(name),
                justify="right" if is_figures else "left",
                no_wrap=not is_last,
            )
        for line in lines:
            table.add_row(*map(self.shown, line))
            self._keep_order("".join(line))
        # Text that looks like markup or an emoji's name is data.
        Console(
            file=self.out, width=self.width, highlight=False, markup=False, emoji=False
        ).print(table)

    def _cell(self, value: object) -> str:
        words = value.of(self.lang) if isinstance(value, Bilingual) else value
        return "" if words is None else str(words)

    @property
    def width(self) -> int:
        """The cells per line: a terminal's width, or 240 for a file or pipe, so that
        lines stay whole.
        """
        from rich.console import Console

        return Console(file=self.out).width if self.out.isatty() else 240

    def shown(self, text: str) -> str:
        """Return the text safe for a terminal; if the output is one, also in visual
        order, line by line.
        """
        if text.isascii() and text.isprintable():
            return text
        if not self.out.isatty():
            return visible(text)
        from coder.text.display import Display, to_display

        display = Display(self.terminal.mode)
        return "\n".join(to_display(line, display=display) for line in text.split("\n"))

    def _keep_order(self, text: str) -> None:
        """Before the first non-ASCII text, stop a `by_row` terminal from reordering the
        rows to come.
        """
        if self.terminal.by_row and not self._is_switched and not text.isascii():
            print(self.terminal.off, end="", file=self.out)
            self._is_switched = True

    def progress(self, label: str) -> Callable[[int, int], None]:
        """Return a function that shows progress on stderr.

        On a terminal it rewrites a bar with the estimated remaining time; elsewhere it
        prints one final line.
        """
        start: float | None = None
        done_at_start = 0

        def show(done: int, of: int) -> None:
            nonlocal start, done_at_start
            if start is None:
                start = monotonic()
                done_at_start = done
            if sys.stderr.isatty():
                filled = 24 * done // max(1, of)
                bar = "█" * filled + "░" * (24 - filled)
                left = ""
                if done_at_start < done < of:
                    pace = (monotonic() - start) / (done - done_at_start)
                    seconds = round(pace * (of - done))
                    left = f"  {seconds // 60}:{seconds % 60:02}"
                end = "\n" if done == of else ""
                print(
                    f"\r{label} {bar} {done}/{of}{left}\x1b[K",
                    end=end,
                    file=sys.stderr,
                    flush=True,
                )
            elif done == of:
                print(f"{label} {done}/{of}", file=sys.stderr, flush=True)

        return show


def _is_figure(cell: str) -> bool:
    return cell in ("—", "") or cell.replace(".", "", 1).isdecimal()


def decimals(value: float | None) -> str:
    """Return a figure for a table, or a dash for None."""
    return "—" if value is None else f"{value:.3f}"


def report_error(error: CoderError) -> None:
    """Print an error and its hint, as `error: …` and `hint: …`, on stderr."""
    tell(f"error: {error}")
    tell(f"hint: {error.hint}")


def tell(text: str) -> None:
    """Print a message for people on stderr.

    Control characters are made visible even in a file, as it is never data.
    """
    print(visible(text), file=sys.stderr, flush=True)


def ready_streams() -> None:
    """Prepare the standard streams for any text: UTF-8 in files and pipes, escapes for
    what a terminal lacks.

    Closed streams are opened on the null device, or the next file opened would get
    their descriptor. Raises CoderError if stdout is closed.
    """
    nowhere = Path(os.devnull)
    is_closed = sys.stdout is None
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, nowhere.open(mode, encoding="utf-8"))
    if is_closed:
        raise CoderError("cli.closed")
    stdout: Any = sys.stdout
    stdout.reconfigure(
        encoding=None if stdout.isatty() else "utf-8", errors="backslashreplace"
    )


def is_utf8(out: TextIO) -> bool:
    """Return whether a stream's encoding is UTF-8."""
    return codecs.lookup(out.encoding).name == "utf-8"


def need_utf8(out: TextIO) -> None:
    """Raise CoderError if the stream is a terminal whose encoding lacks Arabic letters."""
    if out.isatty() and not is_utf8(out):
        raise CoderError("cli.not_utf8", encoding=out.encoding)


def note_wrong_codings(out: Output, ids: Sequence[str]) -> None:
    """Print how many codings are left out because of wrong values, if any are; ids:
    theirs.
    """
    if ids:
        out.note("project.wrong_codings", n=len(ids), names=first_few(ids))
        out.note("cli.wrong_codings")
