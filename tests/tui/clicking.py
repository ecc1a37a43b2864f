"""The sample project in a language, and clicks on what is drawn."""

from __future__ import annotations

from collections.abc import Callable

from textual.pilot import Pilot

from coder.service.project.opened import Project, open_project
from coder.tui.widgets.bars import Bar
from coder.tui.widgets.row_list import RowList
from coder.tui.widgets.rows import Column


def in_language(demo: Project, lang: str) -> Project:
    config = demo.config.folder / "coder.toml"
    config.write_text(config.read_text("utf-8").replace('"ar"', f'"{lang}"'), "utf-8")
    return open_project(demo.config.folder)


async def click(
    pilot: Pilot[None],
    widget: Bar | RowList,
    wanted: Callable[[Column], bool],
    row: int = 0,
) -> None:
    """Click the first column of a bar, or of a row of a list, that is wanted, wherever
    it is drawn.
    """
    await pilot.pause()
    for x in range(widget.size.width):
        if wanted(
            widget.column_at(x)
            if isinstance(widget, Bar)
            else widget.column_at(x, row)[1]
        ):
            await pilot.click(widget, offset=(x, row))
            await pilot.pause()
            return
    raise AssertionError("nothing to click")
