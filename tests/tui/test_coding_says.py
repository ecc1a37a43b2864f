"""What the coding screen says of keys that change nothing, of proposals, and of values that nobody chose."""

from __future__ import annotations

from coding_by_keys import Open, coding_of, go_to, go_to_field, in_record

from coder.codebook.validate import visible
from coder.service.edits.answer_edits import SetValue
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.missing_screen import MissingScreen

PLAIN = dict.fromkeys(range(0x2066, 0x206A))


def message(screen: CodingScreen) -> str:
    return "".join(column.text for column in screen.bars["message"].row).translate(PLAIN)


async def test_words_that_are_evidence_already_are_said_to_be_so(opened: Open) -> None:
    async with in_record(opened, field="date") as (screen, pilot):
        await pilot.press("tab")
        await go_to(screen, pilot, "العراق", "place")
        await pilot.press("+")
        before = coding_of(screen)
        await pilot.press("+")
        assert coding_of(screen) == before
        assert message(screen) == "هذا دليل من قبل على: التاريخ"


async def test_enter_on_an_emptied_text_takes_the_value_away(opened: Open) -> None:
    async with opened() as (screen, pilot):
        outlet = screen.codebook.article_field("outlet")
        screen.session.do(SetValue("", outlet, "الراي"))
        screen.refresh_work()
        await pilot.press("tab")
        await go_to_field(screen, pilot, "outlet")
        await pilot.press("enter", "ctrl+a", "backspace", "enter")
        assert screen.chooser.asked is None and coding_of(screen).answer("outlet").value is None
        assert "الراي" in message(screen)


async def test_only_proposals_of_fields_that_are_asked_are_counted(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        event, coding = screen.session.coding.events[-1], screen.session.coding
        asked = visible(event, coding, screen.codebook)
        assert f": {sum(event.answer(name).proposed for name in asked)} " in message(screen)
        assert sum(row.state == "proposed" for row in screen.record.rows) == sum(
            event.answer(name).proposed for name in asked
        )


async def test_a_default_that_only_the_trigger_supports_is_the_codebooks(opened: Open) -> None:
    async with in_record(opened, field="report_scope") as (screen, pilot):
        row = screen.record.row
        assert row.answer.value == row.field.default == "single" and row.answer.evidence
        assert row.state == "by_codebook"
        await pilot.press("2")
        assert next(r for r in screen.record.rows if r.field.id == "report_scope").state == "set"


async def test_not_stated_drops_a_note_that_was_left(opened: Open) -> None:
    async with in_record(opened, field="notes") as (screen, pilot):
        await pilot.press("enter", *"شك", "escape")
        assert screen.drafts
        await pilot.press("0")
        assert not screen.drafts


async def test_a_long_item_before_submitting_is_marked_on_all_its_lines(opened: Open) -> None:
    async with opened(size=(80, 24)) as (_, pilot):
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        lines = next(n for n, each in enumerate(page.found) if each.triggers)
        await pilot.press(*["down"] * lines)
        assert page.list.lines > 1


async def test_who_types_a_word_where_letters_take_words_is_told_once(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        told = "الأحرف تأخذ كلماتها"
        await pilot.press("\\", "ق", "ص")
        assert told not in message(screen)
        await pilot.press("ف")
        assert told in message(screen)
        await pilot.press("ق", "ص", "ف")
        assert told not in message(screen)


async def test_quitting_on_a_page_of_help_asks_about_a_note_that_is_not_saved(opened: Open) -> None:
    async with in_record(opened, field="notes") as (screen, pilot):
        await pilot.press("enter", *"شك", "escape", "?")
        await pilot.pause()
        assert pilot.app.screen is not screen
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert pilot.app._exit is False and pilot.app.screen is screen and "Ctrl+Q" in message(screen)
        await pilot.press("ctrl+q")
        assert pilot.app._exit is True
