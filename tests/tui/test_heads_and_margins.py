"""Lists tell what their columns hold and that something is left out; lines keep a
margin.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open
from review_by_keys import opened as reviewing
from textual.pilot import Pilot

from coder.model import Article
from coder.service.project.opened import Project
from coder.text.display import cell_width, to_display
from coder.tui import palette
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.history_screen import HistoryScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.type_to_find import found_by
from coder.tui.widgets.bars import Bar

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))
SIZES = [(40, 12), (80, 24), (120, 40), (160, 50)]


def screen_lines(pilot: Pilot[None]) -> list[str]:
    strips = pilot.app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in strip) for strip in strips]


@pytest.mark.parametrize("size", [(120, 32), (160, 50)])
async def test_the_panel_counts_the_problems_for_which_it_has_no_room(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        await pilot.press("e", "f", "tab", "down", "down")
        panel, all_of_them = (
            screen.panel.list,
            sum(not p.is_open for p in screen.record.problems),
        )
        rows = ["".join(c.text for c in row).translate(ISOLATES) for row in panel.rows]
        told = sum(line.startswith(" ! ") for line in rows)
        assert len(panel.rows) == panel.size.height
        assert all_of_them and told <= all_of_them
        [*more] = [line for line in rows if "Ctrl+S" in line]
        assert [f"▾ مشكلات أخرى: {all_of_them - told}" in line for line in more] == [
            True
        ] * (told < all_of_them)


@pytest.mark.parametrize(
    ("size", "lines"), [((80, 24), 1), ((120, 40), 1), ((160, 50), 2)]
)
async def test_paragraphs_stand_apart_where_there_is_room(
    opened: Open, size: tuple[int, int], lines: int
) -> None:
    async with opened(size=size) as (screen, _):
        text = screen.session.article.text
        end = text.index("\n\n")
        behind = next(at for at in range(end, len(text)) if text[at].strip())
        assert screen.pane.locate(behind)[0] - screen.pane.locate(end - 1)[0] == lines


async def test_the_queue_names_the_columns_of_counts(demo: Project) -> None:
    async with reviewing(demo, None) as (screen, pilot):
        lines = screen_lines(pilot)
        for key, at in (("خلاف", 0), ("مفتوح", 1)):
            assert to_display(key, 1) in lines[3], at
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert to_display("خلاف", 1) not in screen_lines(pilot)[3]
        assert screen.waiting.shown and "≠" not in "".join(screen_lines(pilot))


def open_filter(screen: ReviewScreen) -> str:
    """The name of the filter that stands out."""
    [name] = [
        c.text.strip() for c in screen.bars["filters"].row if c.style == palette.CHOSEN
    ]
    return name


async def test_the_queue_shows_its_filters_the_place_of_the_cursor_and_the_order(
    demo: Project,
) -> None:
    async with reviewing(demo, None, (80, 24)) as (screen, pilot):
        filters, head = (screen_lines(pilot)[line] for line in (2, 3))
        names = ("للعمل", "جديد", "بدأ", "تُعاد", "مغلق", "عليه علامة", "تعليقات")
        assert all(to_display(name, 1) in filters for name in ("الكل", *names))
        assert open_filter(screen) == "الكل"
        assert (
            to_display("المقال 1 من 5", 1) in head
            and to_display("الأكثر خلافاً أولاً", 1) in head
        )
        await pilot.press("down", "tab", "tab")
        filters, head = (screen_lines(pilot)[line] for line in (2, 3))
        assert open_filter(screen) == "جديد" and to_display("المقال 2 من 4", 1) in head
        await pilot.click("#filters", offset=(78, 0))
        assert screen.waiting.filter == "all"


async def test_the_list_of_events_names_what_is_open_above_the_numbers(
    english_demo: Project,
) -> None:
    async with reviewing(english_demo, "001", (120, 40)) as (_, pilot):
        lines = [line[2:].split("│")[0].split("╮")[0] for line in screen_lines(pilot)]
        head = next(line for line in lines if "Events: 17" in line)
        end = head.index("Open") + len("Open")
        first = lines.index(head) + 2
        rows = [
            line
            for line in lines[first : first + 17]
            if line.rstrip(" ▴▾█")[-1:].isdecimal()
        ]
        assert len(rows) > 9 and {len(line.rstrip(" ▴▾█")) for line in rows} == {end}
        assert {"  9", " 10"} <= {line[5:8] for line in rows}


async def test_the_list_of_events_names_coders_where_not_all_have_the_event(
    english_demo: Project,
) -> None:
    async with reviewing(english_demo, "001", (120, 40)) as (screen, _):
        clusters = screen.work.state.clusters
        rows = screen.grid.events.list.rows[1:]
        named = ["".join(column.text for column in row) for row in rows]
        assert {len(cluster.members) for cluster in clusters} == {1, 2}
        for cluster, row in zip(clusters, named, strict=True):
            [(coder, _), *others] = cluster.members
            assert "amal+basim" not in row and (bool(others) or coder in row)


@pytest.mark.parametrize("size", SIZES)
async def test_the_queue_s_header_leaves_out_whole_what_does_not_fit(
    demo: Project, size: tuple[int, int]
) -> None:
    async with reviewing(demo, None, size) as (screen, pilot):
        header = "".join(column.text for column in screen.bars["header"].row).translate(
            ISOLATES
        )
        assert "للمراجعة 4" in header and "…" not in screen_lines(pilot)[0]
        assert ("الأيام الباقية: 4" in header) == (size[0] >= 120)


@pytest.mark.parametrize("size", SIZES)
async def test_all_lists_are_searched_in_a_field_as_wide_as_their_first_line(
    demo: Project, size: tuple[int, int]
) -> None:
    async with reviewing(demo, None, size) as (_, pilot):
        for key in ("", "f2", "?"):
            await pilot.press(*filter(None, [key]))
            await pilot.pause()
            bar = pilot.app.screen.query_one("#found_by", Bar)
            assert bar.render_line(0).text.strip() == to_display("اكتب للبحث", 1)
            assert {column.style for column in bar.row} == {
                palette.FIELD,
                palette.CARET,
                palette.FIELD_HINT,
            }
            await pilot.press(*"ابجد" * 12)  # more than fit in 40 cells
            await pilot.pause()
            line = bar.render_line(0).text
            assert bar.render_line(0).cell_length == bar.size.width
            assert line.lstrip()[0] == to_display("ابجد", 1)[0]
            await pilot.press("ctrl+u")


@pytest.mark.parametrize("size", SIZES)
async def test_every_line_of_a_page_and_every_paragraph_s_number_keeps_a_margin(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        numbers = (
            screen.pane.render_line(y).text for y in range(screen.pane.size.height)
        )
        assert {line[-1] for line in numbers} == {" "}
        for keys in (["f2"], ["escape", ";", "x", "enter", "f7"]):
            await pilot.press(*keys)
            await pilot.pause()
            lines = screen_lines(pilot)
            assert lines[-3].startswith(" ")
            assert all(cell_width(line) == size[0] for line in lines)


async def test_the_table_shows_its_first_columns_again_when_there_is_room(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (_, pilot):
        await pilot.press("e", "f", "f4", "tab", *["right"] * 20, *["left"] * 3)
        table = pilot.app.screen
        assert isinstance(table, EventTableScreen)
        column = table.column
        await pilot.resize_terminal(20, 40)
        await pilot.pause()
        assert table.first == column > 0
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert (table.first, table.column) == (0, column)


async def test_without_questions_the_page_says_so_and_has_no_cursor(
    demo: Project,
) -> None:
    async with reviewing(demo, None) as (_, pilot):
        await pilot.press("f7")
        await pilot.pause()
        [said] = (
            line for line in screen_lines(pilot) if to_display("لا أسئلة", 1) in line
        )
        await pilot.press("down", ";", "enter")
        assert said in screen_lines(pilot) and "‹" not in said


async def test_the_time_spent_on_fields_can_be_scrolled(opened: Open) -> None:
    async with opened(size=(80, 24)) as (_, pilot):
        await pilot.press(*"efaxx", "left", "x", "f5", "tab")
        page = pilot.app.screen
        assert isinstance(page, HistoryScreen)
        await pilot.press("end")
        assert page.list.cursor == len(page.times) - 1 > 0
        await pilot.press("tab")
        assert page.list.cursor == page.at == 0


async def test_a_long_title_ends_with_an_ellipsis(demo: Project) -> None:
    from coder.service.coding.assigned_articles import ArticleList

    with demo.store.begin("setup") as work:
        work.add_articles(
            [Article("long", "نصّ", metadata={"title": "عنوان طويل جداً " * 20})]
        )
        work.assign([("long", "you", "production", 9)])
    [title] = [
        each.title for each in ArticleList(demo, "you").listed if each.article == "long"
    ]
    assert title.endswith(" طويل…") and 290 < len(title) <= 301


def test_a_search_in_the_narrowest_line_ends() -> None:
    for width in range(12):
        row = found_by("ابجد" * 20, width, "queue", "ar")
        assert row[0].text.startswith(" …") and all(column.width for column in row[:3])
