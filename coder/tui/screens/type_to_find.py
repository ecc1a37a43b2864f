"""What lists and pages share that are narrowed by typing: the text that is looked for,
and its line.
"""

from __future__ import annotations

from msgspec.structs import replace

from coder.text.display import cell_width, reads_leftwards
from coder.tui import palette
from coder.tui.keys import key_of, shown
from coder.tui.sentences import say
from coder.tui.widgets.line_edit import as_typed
from coder.tui.widgets.rows import Column, Row, fitted

_LEAST = 4  # cells of a blank, dots, caret and blank
# characters of a text at most: longer ones find nothing, and every key searches again
_LONGEST = 100


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
    """Return why a list that can be searched shows nothing, with the key that shows
    more.
    """
    if query:
        return none_like(query, scope, lang)
    keys = key_of(f"{scope}.filter")
    return Column(
        say(lang, "none_filtered", filter=filter_name, go=shown(keys)), key=keys
    )


def found_by(query: str, width: int, scope: str, lang: str) -> Row:
    """Return the columns of the field above a list that can be searched, which takes
    the whole line.

    scope: the scope of the list's keys; a click on the field clears it.
    """
    cells = max(_LEAST, width)
    typed = query
    while cell_width(typed) > max(1, cells - _LEAST):
        typed = f"…{typed.removeprefix('…')[1:]}"
    field = [fitted(f" {typed}", palette.FIELD)]
    caret = Column(" ", 1, palette.CARET)
    if lang == "ar" and query and not reads_leftwards(query):  # the caret is at its end
        field = [Column(" ", 1, palette.FIELD), caret, fitted(typed, palette.FIELD)]
    else:
        field.append(caret)
    hint = "" if query else say(lang, "type_to_find")
    rest = Column(
        hint, cells - sum(column.width for column in field), palette.FIELD_HINT
    )
    return tuple(
        replace(column, key=key_of(f"{scope}.clear")) for column in (*field, rest)
    )
