"""Questions on the codebook: asked while coding, answered once in the queue, read where
they were asked.
"""

from __future__ import annotations

from coding_by_keys import Open
from textual.pilot import Pilot

from coder.service.coding.remarks import OwnRemarks
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project
from coder.service.review.codebook_questions import questions
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.questions_page import QuestionsPage
from coder.tui.screens.review_screen import ReviewScreen


def page(pilot: Pilot[None]) -> QuestionsPage:
    assert isinstance(pilot.app.screen, QuestionsPage)
    return pilot.app.screen


def ask(demo: Project, coder: str, text: str) -> None:
    """A question about the first field of an article."""
    session = CodingSession(demo, demo.article("004"), coder)
    OwnRemarks(session).say((coder, "", "relevance", 0, 0), text)
    session.close()


async def test_a_question_mark_makes_the_comment_on_a_field_a_question(
    opened: Open, demo: Project
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab", ";", *"? متى", "ctrl+s")
        [only] = questions(demo)
        assert (only.asked.text, only.about) == ("متى", screen.record.row.field.id)
        assert "سؤالاً" in screen.bars["message"].row[0].text
        assert only.about not in screen.session.coding.answers
        await pilot.press(";")
        assert screen.chooser.edit.text == "? متى"
        await pilot.press("ctrl+a", "backspace", "ctrl+s")
        assert questions(demo) == []


async def test_one_answer_from_the_queue_for_all_who_asked(demo: Project) -> None:
    ask(demo, "amal", "? متى يكون وثيق الصلة")
    ask(demo, "basim", "? وأنا أسأل")
    review = ReviewScreen(demo, "salma")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        shown = page(pilot)
        assert shown.at == 0 and [q.asked.by for q in shown.questions] == [
            "amal",
            "basim",
        ]
        await pilot.press(";", *"حين يقع حدث", "ctrl+s")
        assert [q.answer and q.answer.text for q in shown.questions] == [
            "حين يقع حدث"
        ] * 2
        await pilot.press(";")  # nothing is open any more
        assert shown.chooser.asked is None and shown.bars["message"].row
        await pilot.press("down", "enter")
        assert (
            pilot.app.screen is review
            and review.work.article.id == questions(demo)[0].asked.article
        )
    for coder in ("amal", "basim"):
        screen = CodingScreen(demo, coder, demo.article("004"))
        async with CoderApp(lambda screen=screen: screen).run_test(
            size=(80, 24)
        ) as pilot:
            await pilot.pause()
            await pilot.press("tab")
            screen.record.go_to_event("", "relevance")
            screen.show_mode()
            assert "حين يقع حدث" in screen.bars["info"].row[0].text


async def test_an_answer_to_one_leaves_the_others_open(demo: Project) -> None:
    ask(demo, "amal", "? أولى")
    ask(demo, "basim", "? ثانية")
    review = ReviewScreen(demo, "salma")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7", "down", ";", "-", "x", "ctrl+s")
        answered = {
            q.asked.text: q.answer and q.answer.text for q in page(pilot).questions
        }
        assert answered == {"أولى": "-x", "ثانية": None}
        await pilot.press("escape")
        assert pilot.app.screen is review and review.session is None


async def test_an_answer_without_words_is_refused_and_asked_again(
    demo: Project,
) -> None:
    ask(demo, "amal", "? أولى")
    review = ReviewScreen(demo, "salma")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7", ";", "space", "ctrl+s")
        assert page(pilot).bars["message"].row and page(pilot).chooser.asked is not None
        assert [q.answer for q in questions(demo)] == [None]


async def test_without_questions_the_page_says_how_one_is_asked(demo: Project) -> None:
    review = ReviewScreen(demo, "salma")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7", ";", "ctrl+s", "down")
        assert page(pilot).lines == []
        await pilot.press("f7")
        await pilot.press("f7")
        assert (
            not page(pilot).list.rows
            and "علامة استفهام" in page(pilot).list.otherwise.text
        )
