"""The record's title and its rows: what is whole, what gives way, and what takes
several lines.
"""

from __future__ import annotations

from itertools import chain, pairwise
from math import ceil

import pytest
from coding_by_keys import Open, in_record
from msgspec.structs import replace
from review_by_keys import ISOLATES

from coder.codebook.validate import Problem
from coder.messages.catalogue import say
from coder.service.coding.record_rows import list_rows
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project
from coder.text.display import cell_width
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.event_table import EventTableScreen
from coder.tui.screens.field_panel import LEAST
from coder.tui.widgets.record_lines import record_rows, type_in_words
from coder.tui.widgets.rows import SIDES


@pytest.mark.parametrize("size", [(120, 40), (160, 50)])
async def test_names_of_fields_are_whole_until_values_need_the_room(
    english_demo: Project, size: tuple[int, int]
) -> None:
    coding = CodingScreen(english_demo, "you", english_demo.article("004"))
    async with CoderApp(lambda: coding).run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+n", "tab")
        names = [row[2].text for row in coding.form.rows]
        assert names == [row.field.label.of("en") for row in coding.record.rows]
        await pilot.press("tab", "[", "e", "f", "tab")
        assert coding.form.rows[0][2].width == ceil(coding.form.size.width * 2 / 5)


def all_open(screen: CodingScreen) -> list[Problem]:
    return [
        each
        for each in screen.record.problems
        if each.severity == "error" and each.is_open
    ]


@pytest.mark.parametrize("size", [(40, 12), (80, 24), (120, 40)])
@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_the_title_of_the_record_names_article_and_events_and_shows_the_current_one(
    opened: Open, size: tuple[int, int], lang: str
) -> None:
    async with in_record(opened, size=size) as (screen, pilot):
        screen.use_language(lang)
        for _ in range(13):
            await pilot.press("*")
        await pilot.pause()
        cut = 0
        words = [say(lang, "screens.article"), say(lang, "screens.events_head")]
        for _ in range(15):
            await pilot.press("]")
            names = "".join(column.text for column in screen.record.tabs.columns)
            assert all(word in names for word in words)
            number = screen.record.event_id.removeprefix("e")
            [here] = [
                c.text.strip()
                for c in screen.record.tabs.row
                if c.style == palette.CHOSEN
            ]
            assert here.rstrip("!") == (number or words[0])
            problems = [
                p
                for p in screen.record.problems
                if (p.event_id or "") == screen.record.event_id
            ]
            errors = [p for p in problems if p.severity == "error"]
            left, wrong = (
                len({p.field for p in errors if p.is_open}),
                sum(not p.is_open for p in errors),
            )
            assert here.endswith("!") == bool(wrong)
            waiting = {
                f"{(p.event_id or '').removeprefix('e') or words[0]}"
                for p in all_open(screen)
            }
            numbers = {
                c.text.strip().rstrip("!") for c in screen.record.tabs.row if c.key
            }
            bright = {
                c.text.strip().rstrip("!")
                for c in screen.record.tabs.row
                if c.style == palette.VALUE
            }
            assert bright == waiting & numbers - {number or words[0]}
            title = screen.record.tabs.row[-1].text.translate(ISOLATES).strip()
            counts = {"screens.fields_left": left, "counts.errors": wrong}
            parts = [say(lang, key, n=n) for key, n in counts.items() if n]
            current = screen.session.coding.event(screen.record.event_id)
            kind = (
                type_in_words(current, screen.codebook, lang)
                if current is not None
                else ""
            )
            whole = [*parts, *filter(None, [kind])]
            assert title in (
                " · ".join(whole),
                " · ".join(parts),
            )  # the type whole or not at all
            row = screen.record.tabs.row
            if any("…" in column.text for column in row):  # as many events as fit
                cut += 1
                used = sum(column.width for column in row)
                assert (
                    title == " · ".join(parts)
                    and used + 6 > screen.record.tabs.room - 2
                )
        assert cut or size == (80, 24)


async def test_a_type_gives_way_to_the_numbers_of_events(opened: Open) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        screen.use_language("en")
        for _ in range(4):
            await pilot.press("*")
        await pilot.pause()
        names = [column.text.strip(" ·!") for column in screen.record.tabs.columns]
        assert {
            event.id.removeprefix("e") for event in screen.session.coding.events
        } <= {*names}, names


@pytest.mark.parametrize(("size", "is_whole"), [((160, 50), True), ((120, 40), False)])
async def test_long_values_take_several_lines_where_the_screen_has_them_and_one_cursor(
    opened: Open, size: tuple[int, int], is_whole: bool
) -> None:
    async with in_record(opened, "هجمات", size=size) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("ctrl+f")
        await pilot.pause()
        form, firsts = screen.form, screen.record.firsts
        lines = {
            row.field.id: [form.rows[y][3].text for y in range(*at)]
            for row, at in zip(screen.record.rows, pairwise(firsts), strict=True)
            if row.state != "wrong"  # with what is wrong, which stands below in full
        }
        room = form.size.width - SIDES - sum(column.width for column in form.rows[0])
        long = [texts for texts in lines.values() if len(texts) > 1]
        assert long and all(
            cell_width(text) <= room for texts in long for text in texts[:-1]
        )
        assert (
            all(cell_width(text) <= room for texts in lines.values() for text in texts)
            or not is_whole
        )
        assert firsts[-1] == len(form.rows) <= form.size.height
        counts = [end - start for start, end in pairwise(firsts)]
        at = next(n for n, count in enumerate(counts) if count > 1)
        await pilot.press("home", *["down"] * at)
        await pilot.pause()
        assert (form.cursor, form.lines) == (firsts[at], counts[at])
        await pilot.press("down")
        await pilot.pause()
        assert form.cursor == firsts[at + 1]
        await pilot.click(
            form, offset=(10, firsts[at + 1] - 1)
        )  # the last line of the long value
        await pilot.pause()
        assert screen.record.index == at and screen.chooser.asked is None
        await pilot.click(form, offset=(10, firsts[at]))
        await pilot.pause()
        assert screen.chooser.asked is not None


async def test_the_list_of_events_counts_what_is_left_as_the_record_does(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press(
            "e", "f"
        )  # two countries are proposed, which are too many for a single act
        await pilot.press("f4")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        wrong = [
            p for p in screen.record.problems if p.event_id == "e1" and not p.is_open
        ]
        assert wrong and {p.severity for p in wrong} == {"error"}
        said = page.list.rows[0][-1].text.translate(ISOLATES).strip()
        assert said and screen.record.tabs.row[-1].text.translate(
            ISOLATES
        ).strip().startswith(said)
        assert said.endswith("خطأ واحد")


async def test_an_item_of_a_list_stays_on_one_line_where_it_has_room(
    english_demo: Project,
) -> None:
    coding = CodingScreen(english_demo, "you", english_demo.article("004"))
    async with CoderApp(lambda: coding).run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        await pilot.press("e", "f", "tab")
        await pilot.pause()
        lines = [
            row[3].text.translate(ISOLATES).replace("\u00a0", " ")
            for row in coding.form.rows
        ]
        at = next(n for n, line in enumerate(lines) if "Syria: country" in line)
        assert lines[at : at + 2] == [
            "سورية = Syria: country;",
            "العراق = Iraq: country",
        ]


async def test_a_complete_record_takes_lines_from_the_panel_and_fits_below_the_banner(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert screen.session.submitted and not any(
            row.is_open for row in screen.record.rows
        )
        assert (
            len(screen.form.rows) == screen.form.size.height > len(screen.record.rows)
        )
        assert screen.panel.list.size.height == LEAST


async def test_the_count_of_evidence_stands_behind_the_widest_value_that_has_some(
    demo: Project,
) -> None:
    coding = CodingScreen(demo, "amal", demo.article("001"))
    async with CoderApp(lambda: coding).run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        await pilot.press("f4")
        table = pilot.app.screen
        assert isinstance(table, EventTableScreen)
        rows = [row for row in table.list.rows if len(row) == 5 and "×" in row[-1].text]
        used = {sum(column.width for column in row) for row in rows}
        assert len(used) == 1 and len(rows) > 3
        room = table.row_width - used.pop()
        assert room == max(cell_width(row[3].text) for row in rows)


def test_a_value_by_name_alone_has_no_sign_of_a_cut_unless_it_is_to_be_confirmed(
    demo: Project,
) -> None:
    session = CodingSession(demo, demo.article("003"), "amal")
    told = [
        list_rows(session.coding, each.id, session.codebook, [], "ar")
        for each in session.coding.events
    ]
    places = [
        row for row in chain(*told) if row.field.type == "place" and row.answer.coded
    ]
    places = [row for row in places if cell_width(row.text) > cell_width(row.brief) + 6]
    assert places
    for row in places:
        room = cell_width(row.brief) + 24
        [[line]], [[proposed]] = (
            record_rows([each], "ar", room)
            for each in (row, replace(row, state="proposed"))
        )
        assert line[3].text.translate(ISOLATES) == row.brief.translate(ISOLATES)
        assert proposed[3].text.endswith("…")


def test_a_line_of_a_field_follows_its_letter_value_and_width(demo: Project) -> None:
    session = CodingSession(demo, demo.article("003"), "amal")
    event = session.coding.events[0].id
    row = next(
        r
        for r in list_rows(session.coding, event, session.codebook, [], "ar")
        if r.field.key and r.text
    )
    for letter, text, width in [
        ("q", "one", 60),
        ("w", "one", 60),
        ("q", "two", 60),
        ("q", "one", 90),
    ] * 2:
        now = replace(row, text=text, brief=text)
        [[line]] = record_rows(
            [now], "ar", width, drawn=lambda _, letter=letter: letter
        )
        assert (line[1].text.strip(), line[3].text.translate(ISOLATES)) == (
            letter,
            text,
        )
        assert (
            line[2].width == cell_width(row.field.label.of("ar")) + 2
        )  # with the gap: there is room
