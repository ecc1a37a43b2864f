"""All keys on one page, built from the table of actions and the codebook's letters."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.events import Key
from textual.screen import ModalScreen

from coder.codebook.schema import Codebook
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.actions import SCOPES, of_scope
from coder.tui.keys import arabic_of, shown
from coder.tui.widgets.bar import Bar
from coder.tui.widgets.rows import Column, Row, RowList
from coder.tui.words import say


def help_rows(scopes: tuple[str, ...], codebook: Codebook | None, lang: str) -> list[Row]:
    """A heading per scope, then key and sentence of each action; then the codebook's letters."""
    rows: list[Row] = []
    for scope in scopes:
        arabic, english = SCOPES[scope]
        rows.append((Column(f" {arabic if lang == 'ar' else english}", 0, palette.KEY),))
        for action in of_scope(scope):
            keys = "  ".join(_both(key) for key in action.keys)
            rows.append((Column(f" {keys}", 22, palette.TITLE), Column(action.help(lang), 0, palette.TEXT)))
    if codebook is not None and "article" in scopes:
        rows.append((Column(" " + say(lang, "fields_title"), 0, palette.KEY),))
        rows += [_letter(f.key, f.label.of(lang)) for f in codebook.event_fields if f.key]
        rows.append((Column(" " + say(lang, "kinds_title"), 0, palette.KEY),))
        rows += [_letter(k.key, f"{k.glyph} {k.label.of(lang)}") for k in codebook.span_kinds]
    return rows


def _letter(key: str, label: str) -> Row:
    return (Column(f" {_both(key)}", 22, palette.TITLE), Column(label, 0, palette.TEXT))


def _both(key: str) -> str:
    arabic = arabic_of(key)
    return f"{isolate(shown(key))} {isolate(arabic)}" if arabic and key.isalpha() else isolate(shown(key))


class HelpScreen(ModalScreen[None]):
    """The keys of the screen below; any of Esc, ?, q goes back."""

    CSS = "HelpScreen { align: center middle; } HelpScreen RowList { width: 100%; height: 1fr; }"

    def __init__(self, scopes: tuple[str, ...], codebook: Codebook | None, lang: str) -> None:
        super().__init__()
        self.rows = help_rows(scopes, codebook, lang)
        self.lang = lang

    def compose(self) -> ComposeResult:
        """A title and the list."""
        yield Bar(rtl=self.lang == "ar", id="title")
        yield RowList(rtl=self.lang == "ar", id="keys")

    def on_mount(self) -> None:
        """Fill both."""
        self.query_one(Bar).show(Column(" " + say(self.lang, "help_title"), 0, palette.KEY))
        keys = self.query_one(RowList)
        keys.load(self.rows, 0)
        keys.focus()

    def on_key(self, event: Key) -> None:
        """Move, or go back."""
        keys = self.query_one(RowList)
        steps = {"down": 1, "up": -1, "pagedown": 15, "pageup": -15, "home": -999, "end": 999}
        event.stop()
        if event.key in steps:
            keys.scroll_relative(y=steps[event.key], animate=False)
        elif event.key in ("escape", "q", "f1", "question_mark", "enter", "ctrl+q"):
            self.dismiss()
