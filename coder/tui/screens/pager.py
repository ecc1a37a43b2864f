"""A page to read over the screen: keys, definitions, whole values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen

from coder.text.display import isolate
from coder.text.layout import Layout
from coder.tui import palette
from coder.tui.keys import pressed
from coder.tui.screens.ordered_input import BaseScreen
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.rows import Column, Row, RowList


def paragraph_rows(paragraphs: Iterable[tuple[str, str]], width: int, rtl: bool) -> list[Row]:
    """Headings and texts, wrapped at `width` cells; a text that is empty is left out with its heading."""
    rows: list[Row] = []
    for heading, text in paragraphs:
        if not text.strip():
            continue
        if heading:
            rows.append((Column(f" {heading}", 0, palette.KEY),))
        layout = Layout(text, max(10, width - 2), base=1 if rtl else None)
        for index in range(layout.count):
            line = layout.line(index)
            words = text[line.start : line.end].strip()
            rows.append((Column(" " + (words if rtl else isolate(words)), 0, palette.TEXT),))
    return rows


class PageScreen(BaseScreen[None], ModalScreen[None]):
    """A title and rows that scroll; Esc, Enter, ?, = or q goes back."""

    CSS = "PageScreen RowList { width: 100%; height: 1fr; }"
    SCOPED_CSS = False

    def __init__(self, title: str, rows: Sequence[Row], lang: str) -> None:
        super().__init__()
        self.page_title = title
        self.rows = rows
        self.rtl = lang == "ar"

    def compose(self) -> ComposeResult:
        """A title and the list."""
        yield Bar(rtl=self.rtl, id="title")
        yield RowList(rtl=self.rtl, id="page")

    def on_mount(self) -> None:
        """Fill both."""
        self.query_one(Bar).show(Column(" " + self.page_title, 0, palette.KEY))
        page = self.query_one(RowList)
        page.load(self.rows, 0)
        page.focus()

    def take_key(self, event: Key) -> None:
        """Move, or go back."""
        steps = {"down": 1, "up": -1, "pagedown": 15, "pageup": -15, "home": -9999, "end": 9999}
        event.stop()
        event.prevent_default()
        if event.key in steps:
            self.query_one(RowList).scroll_relative(y=steps[event.key], animate=False, force=True)
        elif pressed(event.key, event.character) in ("escape", "q", "f1", "?", "enter", "="):
            self.dismiss()
