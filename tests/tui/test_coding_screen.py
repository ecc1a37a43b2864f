"""The coding screen, key by key: state and messages first, then what is drawn."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to, go_to_field, open_without_type, stored
from msgspec.structs import replace
from screen_text import info, message, screen_lines
from textual.events import Key

from coder.model import Answer, Blank, Decision, Status
from coder.service.project.opened import Project
from coder.service.upkeep.integrity import verify
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.app import CoderApp
from coder.tui.screen_sizes import MARGIN
from coder.tui.screens.coding_screen import CodingScreen


async def test_confirm_reject_and_move(opened: Open) -> None:
    async with opened() as (screen, pilot):
        first, second = screen.highlights.marks[0], screen.highlights.marks[1]
        assert screen.highlights.current == first
        await pilot.press("a")
        await pilot.press("left")
        assert (
            screen.highlights.current is not None
            and screen.highlights.current.id == second.id
        )
        await pilot.press("x")
        coding = stored(screen)
        assert coding is not None
        assert [(s.start, s.decision) for s in coding.spans] == [
            (first.start, Decision.CONFIRMED),
            (second.start, Decision.REJECTED),
        ]


async def test_the_arabic_keyboard_does_the_same(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ش")  # the key a
        coding = stored(screen)
        assert coding is not None and coding.spans[0].decision is Decision.CONFIRMED
        await pilot.press("ئ")  # the key z
        assert stored(screen) is None


async def test_a_trigger_opens_an_event_and_letters_fill_it(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("g")
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("p")
        coding = stored(screen)
        assert coding is not None
        event = coding.events[0]
        family = screen.codebook.path_of(event.answer("event_type").value)[0]
        assert family == screen.codebook.path_of("attack_unspecified")[0]
        assert [p["place_id"] for p in event.answer("place").value] == ["sy"]
        evidence = [coding.span(i) for i in event.answer("place").evidence]
        assert [s.quote for s in evidence if s] == ["سورية"]
        assert event.answer("targets").evidence


async def test_confirming_values_where_none_is_proposed_writes_nothing(
    opened: Open, demo: Project
) -> None:
    async with opened(size=(60, 24)) as (screen, pilot):
        await go_to(screen, pilot, "قصف", "trigger")
        await pilot.press("e", "f")
        assert message(screen).startswith("قيم مقترحة أُكّدت")
        assert "«إسرائيل»" in message(screen)
        assert message(screen).endswith("وحقلان آخران")
        assert any(
            "ﻥﺍﺮﺧﺁ" in line for line in screen_lines(pilot.app)
        )  # what is left out is not cut itself
        coding, entries = stored(screen), verify(demo).entries
        await pilot.press("f")
        assert screen.bars["message"].row[0].text == "لا قيم مقترحة في هذا الحدث."
        assert (stored(screen), verify(demo).entries) == (coding, entries)


async def test_the_form_takes_digits_blanks_and_typing(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        assert screen.form.has_focus
        await pilot.press("2")  # report scope: the second value; the cursor goes on
        assert (
            screen.record.row.field.id == "event_type"
        )  # a hierarchy: typing opens the chooser
        await pilot.press(*"drone")
        assert [c.id for c in screen.chooser.choices] == ["drone_attack"]
        await pilot.press("enter")
        coding = stored(screen)
        assert coding is not None
        event = coding.events[0]
        assert event.answer("report_scope").value == "aggregate"
        assert event.answer("event_type").value == "drone_attack"
        await go_to_field(screen, pilot, "initiators")
        await pilot.press("0")
        await go_to_field(screen, pilot, "incident_count")
        await pilot.press("٦", "٠", "+", "enter")
        coding = stored(screen)
        assert coding is not None
        event = coding.events[0]
        assert event.answer("initiators") == Answer(blank=Blank.NOT_STATED)
        assert event.answer("incident_count").value == {"min": 60, "max": None}


async def test_conditions_hide_and_show_fields(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab", "down")
        before = {row.field.id for row in screen.record.rows}
        assert "about_type" not in before and "killed" not in before
        await pilot.press(*"air strike", "enter")
        assert "killed" in {row.field.id for row in screen.record.rows}
        await go_to_field(screen, pilot, "event_type")
        await pilot.press(*"threat", "enter")
        after = {row.field.id: row for row in screen.record.rows}
        assert "about_type" in after and "killed" not in after
        assert (
            after["event_status"].answer.value == "threatened"
            and after["event_status"].locked
        )


async def test_candidates_may_have_the_ids_of_spans(
    demo: Project, opened: Open
) -> None:
    with demo.store.begin("setup") as work:
        found = [
            c
            for c in work.queries.candidates(demo.article("004").id)
            if c.kind == "place"
        ][:2]
        named = [replace(c, id=f"s{n}") for n, c in enumerate(found, 1)]
        work.replace_candidates(demo.article("004").id, named, "import")
    async with opened() as (screen, pilot):
        await pilot.press("left", "a", "home", "x")
        coding = stored(screen)
        assert coding is not None
        assert {(s.start, s.decision) for s in coding.spans} == {
            (found[0].start, Decision.REJECTED),
            (found[1].start, Decision.CONFIRMED),
        }


@pytest.mark.parametrize("key", ["x", "ctrl+x"])
async def test_rejecting_evidence_asks_first_and_says_what_it_supported(
    opened: Open, key: str
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("g")
        before, targets = (
            screen.session.coding,
            screen.codebook.event_field("targets").label.ar,
        )
        for asked, words in ((True, "مرة أخرى"), (False, "لم يعد دليلاً على")):
            await pilot.press(key)
            told = " ".join(column.text for column in screen.bars["message"].row)
            assert words in told and targets in told
            assert (screen.session.coding == before) == asked


async def test_undo_and_redo_over_sessions(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("a", "left", "a")
        two = stored(screen)
    async with opened() as (screen, pilot):
        assert screen.session.coding == two
        await pilot.press("z")
        one = stored(screen)
        assert one is not None and len(one.spans) == 1
        await pilot.press("ctrl+y")
        assert stored(screen) == two


async def test_submit_names_what_is_missing_and_goes_there(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+s")
        await pilot.pause()
        shown = "\n".join(screen_lines(pilot.app))
        assert (
            to_display("صلة المقال، نوع المقال، تاريخ النشر: بانتظار الترميز.", 1)
            in shown
        )
        await pilot.press("enter")
        await pilot.pause()
        assert screen.form.has_focus
        assert screen.record.row.field.id == "relevance"
        coding = stored(screen)
        assert coding is None or coding.status is Status.OPEN


async def test_an_irrelevant_article_is_submitted_with_two_strokes(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab")
        await pilot.press("2")  # not relevant
        await go_to_field(screen, pilot, "relevance_reason")
        await pilot.press("2")
        await go_to_field(screen, pilot, "genre")
        await pilot.press("1")
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press(*"2023-10-25", "enter")
        await pilot.press("ctrl+s")
        article = screen.session.article.id
        assert screen.session.coding.status is Status.OPEN
        await pilot.press("ctrl+s")
        with screen.project.store.read() as queries:
            coding = queries.coding(article, "you")
        assert coding is not None and coding.status is Status.SUBMITTED
        assert screen.session.article.id != article  # on to the next one
        assert not verify(screen.project).findings


async def test_a_submitted_coding_does_not_change(demo: Project) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        before = screen.session.coding
        await pilot.press("x")
        assert (
            "F2" in message(screen) and screen.question is None
        )  # whether it is to go is not asked
        await pilot.press("e", "z", "v")
        assert screen.session.coding == before
        assert screen.highlights.selection is None
        assert {column.key for column in screen.bars["footer"].row} == {
            "left",
            "tab",
            "f7",
            "f2",
            "?",
            "ctrl+p",
        }
        await pilot.press("tab", "0", "enter")
        assert screen.session.coding == before and screen.chooser.asked is None
        shown = screen.bars["message"].row
        assert (
            "F2" in shown[0].text and shown[0].style == palette.TEXT
        )  # neither an error nor a question
        assert "coder reopen" not in shown[0].text
        assert {column.key for column in screen.bars["footer"].row} == {
            "tab",
            "f7",
            "f2",
            "?",
            "ctrl+p",
        }


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_the_article_reads_right(opened: Open, size: tuple[int, int]) -> None:
    async with opened(size=size) as (screen, pilot):
        await pilot.pause()
        lines = screen_lines(pilot.app)
        line = screen.pane._layout.line(0)
        expected = to_display(
            screen.session.article.text[line.start : line.end].rstrip(), 1
        )
        assert any(expected in shown for shown in lines)
        # Narrow: the record under the article. Wide: the article on the right, over
        # half of the screen.
        side = screen.query_one("#side").region
        if size[0] < 120:
            assert (screen.pane.region.right, side.y) == (
                size[0],
                screen.pane.region.bottom,
            )
            assert side.height == 8  # twelve lines of text above it
            assert screen.pane.region.height == 12
        else:
            assert (
                screen.pane.region.x == side.right + 2
            )  # behind the edge of its frame and a blank column
            assert 0.5 < (screen.pane.region.width + 4) / (size[0] - 1) < 0.6
            assert (
                side.height == screen.pane.region.height + 2 == size[1] - 5
            )  # framed, a line below the header


async def test_english_screen_at_both_sizes(demo_folder: object, demo: Project) -> None:
    config = demo.config.folder / "coder.toml"
    config.write_text(config.read_text("utf-8").replace('"ar"', '"en"'), "utf-8")
    from coder.service.project.opened import open_project

    project = open_project(demo.config.folder)
    for size in ((80, 24), (160, 50)):
        screen = CodingScreen(project, "you", project.article("004"))
        app = CoderApp(lambda screen=screen: screen)  # type: ignore[misc]
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            shown = "\n".join(screen_lines(pilot.app))
            assert "Relevance" in shown and "confirm" in shown
    project.close()


async def test_a_comment_stays_with_its_field(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "report_scope")
        await pilot.press(";", *"راجعه", "ctrl+s")
        coding = stored(screen)
        assert coding is not None
        assert coding.events[0].answer("report_scope").comment == "راجعه"
        assert coding.events[0].answer("report_scope").value == "single"
        await pilot.press(";", *["backspace"] * 5, "-", "ctrl+s")
        coding = stored(screen)
        assert (
            coding is not None and coding.events[0].answer("report_scope").comment == ""
        )
        # A comment on a value with evidence shows beside its line.
        await pilot.press("down", ";", *"شك", "ctrl+s")
        await pilot.pause()
        line = (
            screen.pane.locate(screen.session.coding.spans[0].start)[0]
            - screen.pane.scroll_offset.y
        )
        assert "✎" in screen_lines(pilot.app)[1 + line]


async def test_clicking_and_dragging(opened: Open) -> None:
    async with opened() as (screen, pilot):
        mark = next(m for m in screen.highlights.marks if m.kind == "place")
        line, column = screen.pane.locate(mark.start)
        column += MARGIN
        await pilot.click(screen.pane, offset=(column, line))
        assert (
            screen.highlights.current is not None
            and screen.highlights.current.start == mark.start
        )
        start, end = screen.pane.locate(mark.start), screen.pane.locate(mark.end - 1)
        await pilot.mouse_down(screen.pane, offset=(start[1] + MARGIN, start[0]))
        await pilot.hover(screen.pane, offset=(end[1] + MARGIN, end[0]))
        await pilot.mouse_up(screen.pane, offset=(end[1] + MARGIN, end[0]))
        await pilot.pause()
        selection = screen.highlights.selection
        assert selection is not None
        assert (selection.start, selection.end) == (mark.start, mark.end)


async def test_without_colour_signs_stand_at_the_edges(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as (screen, pilot):
        await pilot.pause()
        lines = screen_lines(pilot.app)
        assert any(to_display("[◆استُهدفت]", 1) in line for line in lines)
        # Confirming through the brackets marks the same letters as without them.
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("a")
        coding = stored(screen)
        assert coding is not None and coding.spans[0].quote == "سورية"


async def test_help_opens_and_goes_back(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("?")
        assert pilot.app.screen is not screen
        await pilot.press("escape")
        assert pilot.app.screen is screen
        await pilot.press("؟")
        assert pilot.app.screen is not screen


async def test_keys_that_arrive_together_are_all_taken(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("tab")
        await go_to_field(screen, pilot, "initiators")
        for character in (
            "المقاومة الا"
        ):  # as one read of the terminal brings them, before the focus moves
            pilot.app.post_message(
                Key("space" if character == " " else character, character)
            )
        await pilot.pause()
        await pilot.pause()
        assert screen.chooser.edit.text == "المقاومة الا"


async def test_words_of_another_kind_give_no_value(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await go_to(screen, pilot, "هذا الشهر", "date")
        await pilot.press("p")
        coding = stored(screen)
        assert coding is not None
        assert coding.events[0].answer("place").blank is Blank.MISSING
        await pilot.press(
            "b"
        )  # the act a statement is about: not asked for without a type
        assert "about_type" not in screen.session.coding.events[0].fields
        assert screen.bars["message"].row[0].text


async def test_a_session_that_cannot_save_takes_no_more_work(
    opened: Open, demo: Project
) -> None:
    async with opened() as (screen, pilot):
        (demo.config.folder / "coder.db").unlink()
        await pilot.press("a")
        screen.session.writer.settle()
        await pilot.pause()
        before = screen.session.coding
        await pilot.press("left", "a")
        assert screen.session.coding == before
        assert "لا يُحفظ هنا شيء بعد الآن" in screen.bars["message"].row[0].text


async def test_taking_an_item_out_takes_its_evidence_along(opened: Open) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("p")
        await go_to(screen, pilot, "العراق", "place")
        await pilot.press("p", "tab")
        await go_to_field(screen, pilot, "place")
        await pilot.press(
            "enter", "enter"
        )  # the first place, then what can be done with it
        removal = next(
            i for i, c in enumerate(screen.chooser.choices) if c.id == "remove"
        )
        await pilot.press(*["down"] * removal, "enter")
        coding = stored(screen)
        assert coding is not None
        answer = coding.events[0].answer("place")
        assert [p["place_id"] for p in answer.value] == ["iq"]
        assert [s.quote for i in answer.evidence if (s := coding.span(i))] == ["العراق"]


async def test_the_definition_of_a_field_and_its_value_is_one_key_away(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "event_type")
        await pilot.press("=")
        await pilot.pause()
        shown = "\n".join(screen_lines(pilot.app))
        told = screen.codebook.event_type(str(screen.record.row.answer.value))
        definition = told.definition.ar
        assert to_display(definition, 1) in shown
        assert to_display("«استُهدفت»", 1) in shown
        await pilot.press("escape")
        assert pilot.app.screen is screen


async def test_fields_in_which_words_are_evidence_have_an_arabic_comma_between(
    opened: Open,
) -> None:
    async with opened(size=(160, 40)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        assert "دليل على الحدث 1: نوع الحدث، نطاق الخبر" in info(screen)
