"""All events as a list and a table, a split: by keys, state and messages."""

from __future__ import annotations

from pathlib import Path

import pytest
from coding_by_keys import Open, stored
from screen_text import message, screen_lines
from textual.events import MouseScrollLeft, MouseScrollRight
from textual.pilot import Pilot

from coder.codebook.settle import settle
from coder.model import Answer, Blank, Coding, Event, Json
from coder.service.project.opened import Project, open_project
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.text_page import PageScreen
from coder.tui.sentences import event_named
from coder.tui.widgets.rows import theme_of
from tests.support.edits_by_hand import Becomes

SIZES = [(80, 24), (160, 50), (40, 12)]
HEADS = ("upper_head", "head")
PLAIN = dict.fromkeys(range(0x2066, 0x206A))


def place(*names: str) -> list[Json]:
    return [{"as_written": name, "precision": "town"} for name in names]


def with_events(screen: CodingScreen) -> Coding:
    """e1: a tally of strikes on three towns; e2, without a place; e3: a threat, of
    which nobody dies.
    """
    coding = screen.session.coding
    found = (
        {
            "report_scope": Answer(value="aggregate"),
            "event_type": Answer(value="air_strike"),
            "place": Answer(value=place("حلب", "حمص", "إدلب")),
            "incident_count": Answer(value={"min": 3, "max": 3}),
            "killed": Answer(value={"min": 21, "max": 21}),
        },
        {
            "event_type": Answer(value="air_strike"),
            "killed": Answer(value={"min": 2, "max": 2}),
        },
        {"event_type": Answer(value="threat"), "place": Answer(value=place("طهران"))},
    )
    for number, fields in enumerate(found, start=1):
        event = settle(Event(f"e{number}", fields), coding, screen.codebook)
        coding = coding.with_event(event)
    screen.session.do(Becomes("event.opened", coding))
    screen.record.event_id, screen.record.index = "e1", 0
    screen.refresh_work()
    return coding


async def in_table(
    screen: CodingScreen, pilot: Pilot[None], field: str
) -> EventTableScreen:
    """The table of these events, the cursor in the first and in this field."""
    with_events(screen)
    await pilot.press("f4", "f4")
    page = pilot.app.screen
    assert isinstance(page, EventTableScreen)
    on = "left" if page.rtl else "right"
    while page.table.fields[page.column].id != field:
        await pilot.press(on)
    return page


def value(screen: CodingScreen, event_id: str, field: str) -> Json:
    coding = stored(screen)
    event = coding.event(event_id) if coding is not None else None
    assert event is not None
    return event.answer(field).value


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_the_list_has_a_line_for_each_event_and_leads_to_it(
    demo_folder: Path, size: tuple[int, int], lang: str
) -> None:
    config = demo_folder / "coder.toml"
    config.write_text(config.read_text("utf-8").replace('"ar"', f'"{lang}"'), "utf-8")
    project = open_project(demo_folder)
    screen = CodingScreen(project, "you", project.article("004"))
    async with CoderApp(lambda: screen).run_test(size=size) as pilot:
        await pilot.pause()
        with_events(screen)
        await pilot.press("f4")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen) and len(page.table.events) == 3
        told = ["".join(c.text for c in row).translate(PLAIN) for row in page.list.rows]
        strike, threat = (
            ("غارة جوية", "تهديد") if lang == "ar" else ("Air strike", "Threat")
        )
        assert [strike in told[0], strike in told[1], threat in told[2]] == [True] * 3
        assert "حلب" in told[0] and "طهران" in told[2]
        if size[1] > 16:  # the event under the cursor is shown in full below the list
            name = event_named(lang, page.table.events[page.at].id).translate(PLAIN)
            assert told[3] == "" and name in told[4]
            fields = [
                screen.codebook.event_field(n).label.of(lang)
                for n in ("event_type", "place")
            ]
            assert all(any(field in line for line in told[5:]) for field in fields)
            await pilot.click(page.list, offset=(20, 6))
            assert pilot.app.screen is page  # which is no list to choose from
        await pilot.press("down", "tab")
        shown = "\n".join(screen_lines(pilot.app))
        assert to_display("غارة", 1) in shown if lang == "ar" else "Air" in shown
        await pilot.press("tab", "enter")
        assert (
            pilot.app.screen is screen
            and screen.form.has_focus
            and screen.record.event_id == "e2"
        )
    project.close()


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (120, 40), (160, 50)])
async def test_the_list_and_the_event_below_it_are_seen_whole(
    english_demo: Project, size: tuple[int, int]
) -> None:
    coding = CodingScreen(english_demo, "amal", english_demo.article("001"))
    async with CoderApp(lambda: coding).run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f4")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        await pilot.pause()
        seen = page.list.size.height
        assert (
            len(page.list.rows) == len(page.table.events) or len(page.list.rows) <= seen
        )


async def test_an_event_longer_than_its_room_says_how_many_fields_are_left(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        with_events(screen)
        await pilot.press("f4")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        told = ["".join(c.text for c in row).translate(PLAIN) for row in page.list.rows]
        cells = [
            c
            for c in page.table.cells["e1"].values()
            if c.state != "empty" or c.is_open
        ]
        hidden = [
            c for c in cells if not any(c.field.label.ar in line for line in told[5:-1])
        ]
        assert hidden and told[-1].strip() == f"▾ حقول أخرى: {len(hidden)}"


async def test_a_value_is_copied_down_and_what_it_replaced_is_named_and_comes_back(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        page = await in_table(screen, pilot, "killed")
        await pilot.press("d")
        assert value(screen, "e2", "killed") == {"min": 21, "max": 21} and page.at == 1
        assert message(page) == "القتلى ← الحدث 1: 21. حلّت محل (z يتراجع): 2"
        await pilot.press("d")  # nobody dies of a threat
        assert (
            message(page).startswith("القتلى: حقل لا ينطبق على هذا الحدث")
            and page.at == 1
        )
        await pilot.press("z")
        assert value(screen, "e2", "killed") == {"min": 2, "max": 2}
        assert message(page) == "تراجعت عن: نسخ إلى القتلى، الحدث 2: 21"
        await pilot.press("ctrl+y", "escape")
        assert pilot.app.screen is screen and value(screen, "e2", "killed") == {
            "min": 21,
            "max": 21,
        }


async def test_a_value_fills_what_is_empty_below_in_one_change(opened: Open) -> None:
    async with opened() as (screen, pilot):
        page = await in_table(screen, pilot, "place")
        await pilot.press("f")
        assert message(page) == "المكان: نُسخت القيمة إلى ما بعدها. أحداث ملئت: 1"
        assert value(screen, "e2", "place") == place("حلب", "حمص", "إدلب")
        assert value(screen, "e3", "place") == place("طهران")
        await pilot.press("f")
        assert message(page).startswith("المكان: لا نسخ من الحدث 1 إلى ما بعده")
        await pilot.press("z", "f")  # which leads to the empty cell
        assert message(page).startswith("المكان: لا شيء يُنسخ من الحدث 2")
        await pilot.press("down", "d")
        assert message(page) == "هذا آخر حدث." and value(screen, "e2", "place") is None


async def test_space_confirms_what_is_proposed_in_the_table_and_delete_clears_a_value(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        page = await in_table(screen, pilot, "injured")
        coding = screen.session.coding
        for event, number in zip(coding.events[:2], (5, 7), strict=True):
            proposed = Answer(value={"min": number, "max": number}, proposed=True)
            coding = coding.with_event(event.with_answer("injured", proposed))
        screen.session.do(Becomes("event.opened", coding))
        page.read()
        page.show()
        assert "table.accept" not in page.idle
        await pilot.press("space")
        assert value(screen, "e1", "injured") == {"min": 5, "max": 5}
        assert (
            page.at == 1 and "table.accept" not in page.idle
        )  # at the next that is proposed
        await pilot.press("space")
        assert value(screen, "e2", "injured") == {"min": 7, "max": 7} and page.at == 1
        assert "مقترحة" in message(page) and "table.accept" in page.idle
        await pilot.press("delete")
        assert value(screen, "e2", "injured") is None and "مُسح" in message(page)
        await pilot.press("space")
        assert "لا شيء مقترح" in message(page)
        await pilot.press("z")
        assert value(screen, "e2", "injured") == {"min": 7, "max": 7}


async def test_zero_says_in_the_table_too_that_the_article_does_not_state_a_value(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        page = await in_table(screen, pilot, "injured")
        events = screen.session.coding.events
        counted = events[0].with_answer("injured", Answer(value={"min": 5, "max": 5}))
        screen.session.do(
            Becomes("event.opened", screen.session.coding.with_event(counted))
        )
        page.read()
        page.show()
        await pilot.press("0")
        await pilot.press("0")
        assert "«الجرحى» قيمة: 5" in message(page) and value(
            screen, "e1", "injured"
        ) == {"min": 5, "max": 5}
        await pilot.press("delete", "0")
        blanks = [
            event.answer("injured").blank for event in screen.session.coding.events
        ]
        assert blanks == [Blank.NOT_STATED, Blank.MISSING, Blank.MISSING]
        assert (
            message(page) == "لم يُذكر: الجرحى" and page.at == 1
        )  # the next in which it is empty
        await pilot.press("0", "z")
        blanks = [
            event.answer("injured").blank for event in screen.session.coding.events
        ]
        assert (
            blanks == [Blank.NOT_STATED, Blank.MISSING, Blank.MISSING] and page.at == 1
        )


async def test_the_table_can_leave_out_what_is_the_same_and_leads_to_a_field(
    opened: Open,
) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        page = await in_table(screen, pilot, "killed")
        every = [field.id for field in page.table.fields]
        assert "certainty" in every
        await pilot.press("c")
        fewer = [field.id for field in page.table.fields]
        assert "certainty" not in fewer and {"event_type", "killed", "place"} <= set(
            fewer
        )
        assert (
            page.table.fields[page.column].id == "killed"
        )  # the cursor stays in its field
        await pilot.press("c", "down", "enter")
        assert [field.id for field in page.table.fields] == every
        assert (screen.record.event_id, screen.record.row.field.id) == ("e2", "killed")


async def test_the_table_says_the_type_once_and_names_its_columns_on_two_lines_where_they_are_long(
    english_demo: Project,
) -> None:
    coding = CodingScreen(english_demo, "you", english_demo.article("004"))
    async with CoderApp(lambda: coding).run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        page = await in_table(coding, pilot, "incident_count")
        upper, lower = (
            [column.text.strip() for column in page.bars[name].row] for name in HEADS
        )
        broken = {
            f"{first} {second}"
            for first, second in zip(upper, lower, strict=False)
            if first
        }
        assert broken and broken <= {
            field.label.of("en") for field in page.table.fields
        }
        assert (
            lower.count("Event type") == 1
            and [row[1].text for row in page.list.rows[:3]] == [""] * 3
        )
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        lower = [column.text.strip() for column in page.bars["head"].row]
        assert (
            lower.count("Event type") == 1 and page.list.rows[0][1].text == "Air strike"
        )
        await pilot.resize_terminal(40, 12)
        await pilot.pause()
        assert not page.bars["upper_head"].display
        while page.table.fields[page.column].id != "responsibility":
            await pilot.press("right")
        assert "How the initiato…" in [
            column.text.strip() for column in page.bars["head"].row
        ]


async def test_the_table_has_a_second_line_of_names_only_while_a_name_in_view_needs_it(
    english_demo: Project,
) -> None:
    coding = CodingScreen(english_demo, "you", english_demo.article("004"))
    async with CoderApp(lambda: coding).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        page = await in_table(coding, pilot, "report_scope")
        upper, seen = page.bars["upper_head"], set[bool]()
        for _ in page.table.fields:
            is_needed = any(column.text.strip() for column in upper.row)
            for key in ("down", "down", "home"):  # what is in view stays
                assert page.bars["head"].display and upper.display == is_needed
                await pilot.press(key)
            seen.add(is_needed)
            await pilot.press("right")
        assert seen == {True, False}
        await pilot.press("tab")
        assert not upper.display and not page.bars["head"].display


async def test_the_cursor_of_the_table_stays_in_view_at_every_field(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        page = await in_table(screen, pilot, "report_scope")
        for column in range(len(page.table.fields)):
            assert page.column == column
            reversed_cells = [
                c for c in page.list.rows[page.at] if c.style == palette.CURSOR
            ]
            assert len(reversed_cells) == 1
            assert sum(c.width for c in page.list.rows[page.at]) <= 80
            await pilot.press("left")
        await pilot.press("left")
        assert page.column == len(page.table.fields) - 1


async def test_the_table_gives_long_values_the_width_of_the_terminal_and_the_cursor_s_row_a_ground(
    english_demo: Project,
) -> None:
    coding = CodingScreen(english_demo, "amal", english_demo.article("000"))
    async with CoderApp(lambda: coding).run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        await pilot.press("f4", "tab")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        row = page.list.rows[0]
        isolates = dict.fromkeys(range(0x2066, 0x206A))
        texts = [column.text.translate(isolates) for column in row]
        assert "  Islamic Resistance in Iraq" in texts  # 29 cells, not 15
        assert all(
            column.width < 160 // 4 for column in row
        )  # four columns share what the first leaves
        theme = theme_of(page.list)
        grounds = [
            {
                segment.style.bgcolor
                for segment in page.list.draw_row(at, at)
                if segment.style is not None
            }
            for at in (1, page.at)
        ]
        assert grounds == [
            {theme.base.bgcolor},
            {theme[palette.AWAY].bgcolor, theme[palette.CURSOR].bgcolor},
        ]


async def test_a_click_goes_to_a_cell_and_a_second_one_to_its_field(
    opened: Open,
) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        page = await in_table(screen, pilot, "report_scope")
        before = sum(column.width for column in page.list.rows[1][:4])
        x = page.list.size.width - (
            before + 2
        )  # the third field's column, counted from the right
        await pilot.click("#page", offset=(x, 1))
        assert (page.at, page.table.fields[page.column].id) == (1, "event_status")
        await pilot.click("#page", offset=(x, 1))
        assert (screen.record.event_id, screen.record.row.field.id) == (
            "e2",
            "event_status",
        )


async def test_without_events_there_is_no_table(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("f4")
        assert pilot.app.screen is screen and message(screen).startswith("لا حدث بعد")
        with_events(screen)
        await pilot.press("f4", "z")  # what made them is taken back
        assert isinstance(pilot.app.screen, EventTableScreen)
        await pilot.press("enter", "tab", "d", "left", "f", "c", "escape")
        assert pilot.app.screen is screen and not screen.session.coding.events


async def test_a_tally_is_split_by_its_places_and_the_dropped_counts_are_named(
    opened: Open,
) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        before = with_events(screen)
        await pilot.press("tab", "|")
        assert [c.id for c in screen.chooser.choices] == ["parts:place", "apart:place"]
        await pilot.press("1")
        assert message(screen).startswith("قُسم الحدث 1. أحداث جديدة: 3")
        assert [e.id for e in screen.session.coding.events] == [
            "e1",
            "e2",
            "e3",
            "e4",
            "e5",
            "e6",
        ]
        assert value(screen, "e1", "place") == place("حلب", "حمص", "إدلب")
        assert value(screen, "e5", "linked_to") == [
            {"record": "e1", "relation": "part_of"}
        ]
        await pilot.press("ctrl+z")
        assert screen.session.coding == before
        screen.record.go_to_event("e1")
        await pilot.press("|", "2")
        page = pilot.app.screen
        assert isinstance(page, PageScreen)
        told = "".join(column.text for row in page.list.rows for column in row)
        assert "القتلى" in told and "21" in told
        await pilot.press("escape")
        assert [value(screen, f"e{n}", "place") for n in (1, 4, 5)] == [
            place("حلب"),
            place("حمص"),
            place("إدلب"),
        ]
        screen.record.go_to_event("e3")
        await pilot.press("|")
        assert screen.chooser.asked is None and "عدة قيم" in message(screen)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_table_tells_which_fields_are_in_view_and_follows_the_wheel_sideways(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (_, pilot):
        await pilot.press("e", "f4", "tab")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        count = len(page.table.fields)
        title, head = page.bars["title"], page.bars["head"]
        page.column = 0
        page.show()
        assert f"1–{head.row[-1].key.count('left')} من {count}" in title.row[
            0
        ].text.translate(PLAIN)
        assert (
            head.row[-1].text == "◂"
        )  # more fields, on the left where reading goes on there
        await pilot._post_mouse_events([MouseScrollLeft], page.list, offset=(5, 1))
        assert page.column == 1
        await pilot._post_mouse_events([MouseScrollRight], page.list, offset=(5, 1))
        assert page.column == 0
        await pilot.press(*["left"] * (count - 1))
        assert (
            f"–{count} من {count}" in title.row[0].text.translate(PLAIN)
            and head.row[-1].text != "◂"
        )


async def test_a_field_whose_values_were_made_the_same_stays_under_the_cursor(
    opened: Open,
) -> None:
    async with opened(size=(160, 50)) as (screen, pilot):
        page = await in_table(screen, pilot, "place")
        await pilot.press("c", "d", "d")
        assert (
            value(screen, "e3", "place")
            == value(screen, "e1", "place")
            != place("طهران")
        )
        assert page.table.fields[page.column].id == "place" and page.at == 2
