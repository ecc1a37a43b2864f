"""All keys on one page, built from the table of actions and the codebook's letters."""

from __future__ import annotations

from coder.codebook.schema import Codebook
from coder.messages import catalogue
from coder.text.display import isolate
from coder.tui import palette
from coder.tui.actions import of_scope
from coder.tui.keys import arabic_of, shown
from coder.tui.screens.pager import PageScreen
from coder.tui.sentences import say
from coder.tui.widgets.rows import Column, Row


def help_rows(scopes: tuple[str, ...], codebook: Codebook | None, lang: str) -> list[Row]:
    """A heading per scope, then key and sentence of each action; then the codebook's letters."""
    rows: list[Row] = []
    for scope in scopes:
        rows.append((Column(" " + catalogue.say(lang, f"keys.{scope}"), 0, palette.KEY),))
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


class HelpScreen(PageScreen):
    """The keys of the screen below."""

    def __init__(self, scopes: tuple[str, ...], codebook: Codebook | None, lang: str) -> None:
        super().__init__(say(lang, "help_title"), help_rows(scopes, codebook, lang), lang)
