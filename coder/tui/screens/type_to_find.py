"""What lists and pages share that are narrowed by typing: the text that is looked for, and its line."""

from __future__ import annotations

from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.sentences import say
from coder.tui.widgets.line_edit import as_typed
from coder.tui.widgets.rows import Column, Row

_FIELD = 32  # cells of the field for what is looked for
_LONGEST = 100  # characters of a text at most: longer ones find nothing, and every key searches again


def with_typed(query: str, words: str) -> str:
    """Return a text with what was typed or pasted behind it."""
    return (query + as_typed(words))[:_LONGEST]


def without_last(query: str, letters: int) -> str:
    """Return a text without its last letters; 0 leaves nothing of it."""
    return query[:-letters] if letters else ""


def none_like(query: str, scope: str, lang: str) -> Column:
    """Return that nothing matches what was typed, with the key that clears it."""
    keys = key_of(f"{scope}.clear")
    return Column(say(lang, "none_found", query=query, go=shown(keys)), key=keys)


def none_found(filter_name: str, query: str, scope: str, lang: str) -> Column:
    """Return why a list that can be searched shows nothing, with the key that shows more."""
    if query:
        return none_like(query, scope, lang)
    keys = key_of(f"{scope}.filter")
    return Column(say(lang, "none_filtered", filter=filter_name, go=shown(keys)), key=keys)


def found_by(filters: Row, query: str, width: int, scope: str, lang: str) -> Row:
    """Return the columns of the line above a list that can be searched: its filters and the query.

    scope: the scope of the list's keys; a click on the field clears it.
    """
    cells = max(1, min(_FIELD, width - sum(column.width for column in filters) - 2))
    typed = query if cell_width(query) < cells - 2 else f"…{query[-max(1, cells - 3) :]}"
    before, clear = cell_width(typed) + 1, key_of(f"{scope}.clear")
    hint = "" if query else say(lang, "type_to_find")
    field = (
        Column(f" {typed}", before, palette.FIELD, clear),
        Column(" ", 1, palette.CARET, clear),
        Column(hint, max(0, cells - before - 1), palette.FIELD_HINT, clear),
    )
    return (*filters, Column(""), *field) if filters else (Column("", 1), *field, Column(""))
