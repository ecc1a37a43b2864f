"""The review grid shows whole values: side by side where coders differ, once where they
agree, and below.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from clicking import click, in_language
from review_by_keys import ISOLATES, opened
from screen_text import info, screen_lines

from coder.adjudicate.gold_edits import Take
from coder.adjudicate.resolve import ARTICLE
from coder.service.project.opened import Project
from coder.text.display import cell_width
from coder.tui.screens.answers_pane import most_lines
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.rows import Row, broken_apart


def lines_of(screen: ReviewScreen, field: str) -> list[Row]:
    """The lines of a field in the grid."""
    at = [row.field.id for row in screen.grid.rows].index(field)
    first, after = screen.grid.firsts[at : at + 2]
    return [*screen.grid.list.rows[first:after]]


def words(row: Row) -> list[str]:
    return [column.text.translate(ISOLATES).strip() for column in row]


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_a_value_of_all_is_shown_once_in_the_room_of_all(
    demo: Project, lang: str
) -> None:
    async with opened(in_language(demo, lang), size=(120, 40)) as (screen, pilot):
        await pilot.press("a")
        screen.grid.go_to(ARTICLE)
        [relevance], [genre] = lines_of(screen, "relevance"), lines_of(screen, "genre")
        short, long = (
            screen.grid.words_of(row.field, row.answers["amal"])
            for row in screen.grid.rows[:2]
        )
        assert words(relevance)[2:] == [short, "✓ ="] and words(genre)[2:] == [
            long,
            "✓ =",
        ]
        room = (
            sum(column.width for column in screen.grid.head.row[2:4]) - 1
        )  # gold's name is over its sign
        assert genre[2].width == relevance[2].width == room


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_head_stands_over_the_names_of_fields(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(in_language(demo, "en"), size=size) as (screen, pilot):
        screen.grid.go_to(ARTICLE)
        lines = screen_lines(pilot.app)
        [head], [first] = (
            [line for line in lines if text in line]
            for text in (" Field ", " Relevance  ")
        )
        assert head.index("Field") == first.index("Relevance")


async def test_gold_names_the_coder_whose_long_value_it_has(demo: Project) -> None:
    async with opened(demo, size=(120, 40)) as (screen, _):
        screen.work.do(Take(ARTICLE, "pub_date", "basim", "coder_error"))
        screen.refresh_work()
        assert words(lines_of(screen, "pub_date")[0])[-1] == "✓ = basim"


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_what_differs_takes_more_lines_beside_the_article(
    demo: Project, lang: str
) -> None:
    project = in_language(demo, lang)
    async with opened(project, size=(80, 24)) as (screen, _):
        screen.grid.go_to(
            screen.grid.state.clusters[0].id
        )  # all its fields hardly have room
        assert len(screen.grid.list.rows) == len(screen.grid.rows)
        screen.grid.go_to(ARTICLE)  # few fields have room for all that they say
        assert (
            len(screen.grid.rows)
            < len(screen.grid.list.rows)
            <= screen.grid.list.size.height
        )
    async with opened(project, size=(160, 50)) as (screen, _):
        screen.grid.go_to(ARTICLE, "pub_date")
        rows = screen.grid.rows
        tall = {
            row.field.id
            for row, (a, b) in zip(rows, pairwise(screen.grid.firsts), strict=True)
            if b - a > 1
        }
        assert (
            "pub_date"
            in tall
            <= {row.field.id for row in rows if row.state == "differs"}
        )
        lines = lines_of(screen, "pub_date")
        for n, answer in enumerate(screen.grid.row.answers.values(), start=2):
            told = "".join(words(line)[n] for line in lines).replace(" ", "")
            assert told == screen.grid.words_of(
                screen.grid.row.field, answer
            ).translate(ISOLATES).replace(" ", "")
        first = screen.grid.firsts[screen.grid.index]
        grounds = [
            [*screen.grid.list.render_line(first + y)][1].style
            for y in range(len(lines) + 1)
        ]
        assert (
            len({style.bgcolor for style in grounds[:-1] if style}) == 1
        )  # all its lines are the cursor's row
        assert grounds[0] and grounds[-1] and grounds[0].bgcolor != grounds[-1].bgcolor


@pytest.mark.parametrize("size", [(80, 30), (120, 40), (160, 50)])
@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_no_words_are_cut_while_lines_are_free_and_no_row_moves_with_the_cursor(
    demo: Project, lang: str, size: tuple[int, int]
) -> None:
    async with opened(in_language(demo, lang), "001", size) as (screen, _):
        grid = screen.grid
        for cluster in (ARTICLE, *(c.id for c in screen.work.state.clusters)):
            grid.go_to(cluster)
            cut = [
                row
                for row in grid.list.rows
                if any("…" in column.text for column in row)
            ]
            assert not cut or len(grid.list.rows) >= most_lines(
                *size, len(grid.events.list.rows)
            )
            firsts = grid.firsts
            for index in range(len(grid.rows)):
                grid.select(index, None)
                assert grid.firsts == firsts


async def test_each_line_of_a_row_takes_clicks(demo: Project) -> None:
    async with opened(demo, size=(120, 40)) as (screen, pilot):
        screen.grid.go_to(ARTICLE, "relevance")
        last = (
            screen.grid.firsts[
                [row.field.id for row in screen.grid.rows].index("pub_date") + 1
            ]
            - 1
        )
        await click(pilot, screen.grid.list, lambda column: column.key == "2", row=last)
        assert screen.grid.field_id == "pub_date" and screen.chooser.asked is None
        await click(pilot, screen.grid.list, lambda column: column.key == "2", row=last)
        assert screen.chooser.asked is not None


@pytest.mark.parametrize("lang", ["ar", "en"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_values_are_whole_below_the_grid_beside_a_message_too(
    demo: Project, lang: str, size: tuple[int, int]
) -> None:
    async with opened(in_language(demo, lang), "001", size) as (screen, _):
        for cluster in (ARTICLE, *(c.id for c in screen.work.state.clusters)):
            screen.grid.go_to(cluster)
            for index, row in enumerate(screen.grid.rows):
                screen.grid.go(index)
                screen.say("gold_closed")
                values = {
                    screen.grid.words_of(row.field, answer)
                    for answer in row.answers.values()
                }
                told = "".join(info(screen).split())
                if sum(map(cell_width, values)) < size[0]:
                    assert all(
                        value.translate(ISOLATES).replace(" ", "") in told
                        for value in values
                    )
                else:  # what differs is seen of each
                    assert all(f"{coder}" in told for coder in row.answers)


def test_texts_broken_into_lines_look_different_where_they_differ() -> None:
    text = "one two three four five six seven eight nine ten eleven twelve"
    cut = broken_apart([f"{text} here", f"{text} there"], [12, 12], 3, 0)
    assert all(
        len(lines) == 3 and all(cell_width(line) <= 12 for line in lines)
        for lines in cut
    )
    assert [lines[-1].split()[-1] for lines in cut] == ["here", "there"]
    assert broken_apart(["2023-10-07..2023-12-31+"], [13], 3, 0) == [
        ["2023-10-07..", "2023-12-31+"]
    ]
