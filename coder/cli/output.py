"""Data on stdout, everything else on stderr; `--json` puts one document on stdout and nothing else."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from coder.errors import CoderError
from coder.service.config import View
from coder.tui.terminal import Replies, Terminal, decide

if TYPE_CHECKING:
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
            self._is_switched = False

    def document(self, value: Any) -> None:
        """The one JSON document of a command, only with `--json`."""
        if self.as_json:
            print(json.dumps(value, ensure_ascii=False, indent=2), file=self.out)

    def line(self, text: str = "") -> None:
        """A line of the answer, for people."""
        if not self.as_json:
            self._keep_order(text)
            print(text, file=self.out)

    def note(self, text: str) -> None:
        """What happens meanwhile."""
        print(text, file=self.err, flush=True)

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]], title: str = "") -> None:
        """A table for people: figures on the right, words on the left, the last column wrapped if need be."""
        if self.as_json:
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(
            title=title or None, title_justify="left", box=None, header_style="bold", pad_edge=False
        )
        rows = list(rows)
        for i, name in enumerate(head):
            figures = all(row[i].replace(".", "", 1).isdecimal() or row[i] in ("—", "") for row in rows)
            last = i == len(head) - 1
            table.add_column(name, justify="right" if figures else "left", no_wrap=not last)
        for row in rows:
            table.add_row(*(self.shown(cell) for cell in row))
            self._keep_order("".join(row))
        # A file or a pipe gets whole lines; a terminal gets its own width.
        width = None if self.out.isatty() else 240
        console = Console(file=self.out, width=width, highlight=False, markup=False, emoji=False)
        console.print(table)

    def shown(self, text: str) -> str:
        """A text in visual order on a terminal, as it is stored elsewhere."""
        if not self.out.isatty() or text.isascii():
            return text
        from coder.text.display import Display, to_display

        return to_display(text, display=Display(self.terminal.mode))

    def _keep_order(self, text: str) -> None:
        """Keep a terminal that can be told row by row from reordering the rows that come; they stay so."""
        if self.terminal.by_row and not self._is_switched and not text.isascii():
            print(self.terminal.off, end="", file=self.out)
            self._is_switched = True

    def progress(self, label: str) -> Progress:
        """Something that counts along on stderr while long work goes on."""
        return Progress(self.err, label)


class Progress:
    """A count on stderr: rewritten in place on a terminal, one line at the end elsewhere."""

    def __init__(self, err: TextIO, label: str) -> None:
        self.err = err
        self.label = label

    def __call__(self, done: int, of: int) -> None:
        if self.err.isatty():
            filled = 24 * done // max(1, of)
            bar = "█" * filled + "░" * (24 - filled)
            end = "\n" if done == of else ""
            print(f"\r{self.label} {bar} {done}/{of}", end=end, file=self.err, flush=True)
        elif done == of:
            print(f"{self.label} {done}/{of}", file=self.err, flush=True)


def report_error(error: CoderError, err: TextIO) -> None:
    """`error: what` and `hint: what to do`."""
    print(f"error: {error}", file=err)
    print(f"hint: {error.hint}", file=err)
