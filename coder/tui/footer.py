"""The keys that work now, for the last line of a screen."""

from __future__ import annotations

from collections.abc import Sequence

from coder.text.display import cell_width, isolate
from coder.tui import palette
from coder.tui.actions import of_scope
from coder.tui.keys import shown
from coder.tui.widgets.rows import Column


def footer_columns(scopes: Sequence[str], lang: str, width: int) -> tuple[Column, ...]:
    """The footer actions of the active scopes, as many as fit in `width` cells."""
    columns: list[Column] = []
    room = width
    for scope in scopes:
        for action in of_scope(scope):
            if not action.footer:
                continue
            # Blanks inside an isolate would go to its left, the key's side in a line from the right.
            key, label = f" {isolate(shown(action.keys[0]))} ", f"{action.label(lang)} "
            cells = cell_width(key), cell_width(label)
            room -= sum(cells)
            if room < 0:
                return tuple(columns)
            columns += [Column(key, cells[0], palette.KEY), Column(label, cells[1], palette.BAR)]
    return tuple(columns)
