"""The review grid with as many coders as a training team has."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from review_by_keys import opened
from screen_text import screen_lines

from coder.service.project.opened import Project
from coder.text.display import cell_width, to_display

NAMES = ("abdulrahman", "elizabeth", "muhammad", "khadija-bint")


@pytest.fixture
def team_of_six(demo: Project) -> Project:
    """The sample project, where four more coders have the events of amal, of basim, or
    none.
    """
    article = demo.article("004").id
    with demo.store.read() as queries:
        amal, basim = (queries.coding(article, name) for name in ("amal", "basim"))
    assert amal is not None and basim is not None
    codings = (amal, basim, replace(amal, events=()), replace(basim, events=()))
    for name, coding in zip(NAMES, codings, strict=True):
        demo.add_person(name, "coder")
        with demo.store.begin(name) as work:
            work.save_coding(None, replace(coding, coder=name), "coding.imported")
    return demo


async def test_columns_are_apart_and_those_who_agree_are_counted(
    team_of_six: Project,
) -> None:
    async with opened(team_of_six) as (screen, pilot):
        await pilot.press("]")
        await pilot.pause()
        grid = screen.grid
        assert len(grid.state.coders) == 6 and {row.state for row in grid.rows} >= {
            "some"
        }
        cells = [
            column for row in (grid.head.row, *grid.list.rows) for column in row[2:-1]
        ]
        assert all(cell_width(column.text.rstrip()) < column.width for column in cells)
        assert {column.text[:1] for column in grid.head.row[2:-1:2]} == {
            " "
        }  # room on both sides of a name
        sizes = {len(row.answers) for row in grid.rows if row.state == "some"}
        lines = "\n".join(screen_lines(pilot.app))
        assert all(to_display(f"{n}=", 1) in lines for n in sizes) and sizes <= {2, 4}
