"""What is sent after changes, put over what was there: the same as the whole screen
drawn anew.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from coder.tui.widgets.composition import Composition, Pieces
from coder.tui.widgets.rows import ground

KEYS = [
    "left",
    "left",
    "x",
    "a",
    "e",
    "tab",
    "down",
    "enter",
    "down",
    "1",
    "up",
    "f6",
    "escape",
    "v",
    "ctrl+down",
    ";",
    "a",
]


def cells(strip: Strip) -> list[list[object]]:
    """Each cell's letters, with marks upon them, and its style: of a blank only what
    one sees.
    """
    found = list[list[object]]()
    for text, style, _ in strip:
        for letter in text:
            if cell_len(letter):
                look = ground(style or Style()) if letter == " " else style
                found += [[letter, look], *[["", look]] * (cell_len(letter) - 1)]
            else:
                found[-1].append(letter)
    return found


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_pieces_over_the_screen_before_give_the_screen_after(
    opened: Open, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, counts, updates = list[object](), dict[str, int](), Composition.render_update

    def recorded(self: Composition, *args: object, **options: object) -> object:
        sent.append(updates(self, *args, **options))  # type: ignore[arg-type]
        return sent[-1]

    async with opened(size=size) as (screen, pilot):
        composition = screen._compositor
        monkeypatch.setattr(Composition, "render_update", recorded)
        for key in KEYS:
            before = [*map(cells, composition.render_strips())]
            sent.clear()
            await pilot.press(key)
            after = [*map(cells, composition.render_strips())]
            pieces = [
                piece
                for update in sent
                if isinstance(update, Pieces)
                for piece in update.pieces
            ]
            for x, y, strip in pieces:
                piece = cells(strip)
                before[y][x : x + len(piece)] = piece
            if all(isinstance(update, Pieces) for update in sent if update is not None):
                assert before == after, key  # else there was a new layout
                counts[key] = len(pieces)
    assert len(counts) > len(set(KEYS)) / 2
    assert 0 < counts["left"] < size[1] / 2
