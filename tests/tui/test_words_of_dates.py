"""What is said where a letter takes words of a date."""

from __future__ import annotations

from coding_by_keys import Open, coding_of, go_to, go_to_field, in_record, letter_of
from screen_text import info, message

from coder.service.edits.answer_edits import SetValue
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.values.typed import parse

PLAIN = dict.fromkeys(range(0x2066, 0x206A))


async def test_a_letter_gives_the_publication_date_the_day_that_its_words_name(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "you", demo.article("001"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.press("tab")
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press("\\")
        assert "حرف على يوم يعطيه" in info(screen)
        await pilot.press(*letter_of(screen, "November 1, 2023", "date"))
        assert coding_of(screen).answer("pub_date").value["start"] == "2023-11-01"
        assert message(screen).translate(PLAIN) == "تاريخ النشر ← 01/11/2023"


async def test_the_words_at_the_cursor_are_taken_for_a_field_of_the_article_too(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "you", demo.article("001"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await go_to(screen, pilot, "November 1, 2023", "date")
        await pilot.press("tab")
        await go_to_field(screen, pilot, "pub_date")
        await pilot.press("ctrl+down")
        answer = coding_of(screen).answer("pub_date")
        assert answer.value["start"] == "2023-11-01" and len(answer.evidence) == 1
        await go_to_field(screen, pilot, "genre")  # which takes no words
        await pilot.press("ctrl+down")
        assert coding_of(screen).answer("genre").evidence == ()


async def test_a_letter_takes_the_day_of_words_again_after_another_was_typed(
    demo: Project,
) -> None:
    """Their candidate has no value, but the publication date gives one."""
    screen = CodingScreen(demo, "you", demo.article("001"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        day = screen.codebook.article_field("pub_date")
        screen.session.do(SetValue("", day, parse(day, "2023-11-01", screen.codebook)))
        await go_to(screen, pilot, "قررت", "trigger")
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "date")
        await pilot.press("\\")
        await pilot.press(*letter_of(screen, "الأربعاء", "date"))
        await go_to_field(screen, pilot, "date")
        await pilot.press("escape", "enter", *"2022-01-01", "enter")
        assert coding_of(screen).events[0].answer("date").value["start"] == "2022-01-01"
        await go_to_field(screen, pilot, "date")
        wednesday = next(c for c in screen.session.candidates if c.quote == "الأربعاء")
        screen.jumping.gathering.take(wednesday)
        assert coding_of(screen).events[0].answer("date").value["start"] == "2023-11-01"


async def test_evidence_that_reads_as_another_value_is_said(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("space", "tab")
        screen.record.go_to_field("place")
        held = screen.record.row.answer.value
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("+")  # words that give no place
        assert "أُضيف" in message(screen) or "أُرفق" in message(screen)
        assert "وحدها" not in message(screen)
        await go_to(screen, pilot, "غزة", "place")
        await pilot.press("+")
        assert "القيمة باقية، وإن كانت هذه الكلمات وحدها تعطي: غزة" in message(screen)
        assert screen.record.row.answer.value == held
