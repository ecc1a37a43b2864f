"""Comments on highlights, events, fields and articles, with their answers, on both
screens.
"""

from __future__ import annotations

from itertools import pairwise

import pytest
from coding_by_keys import Open, go_to, go_to_field, in_record, stored
from screen_text import screen_lines
from textual.events import Key
from textual.pilot import Pilot

from coder.service.coding.remarks import OwnRemarks, Place, Remarks
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project
from coder.service.upkeep.integrity import verify
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.comments_page import CommentsPage
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.screens.speaking_screen import SpeakingScreen
from coder.tui.sentences import say
from coder.tui.widgets.chooser_drawing import drawn

ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(screen_lines(pilot.app))


def page(pilot: Pilot[None]) -> CommentsPage:
    """The page that is open."""
    assert isinstance(pilot.app.screen, CommentsPage)
    return pilot.app.screen


def told(screen: CodingScreen) -> dict[Place, list[str]]:
    """What is said by place."""
    return {
        talk.place: [each.text for each in talk.said]
        for talk in screen.commenting.remarks.talks()
    }


async def test_a_comment_on_a_highlight_has_several_lines(
    opened: Open, demo: Project
) -> None:
    async with opened() as (screen, pilot):
        mark = screen.highlights.current
        assert mark is not None
        await pilot.press(";", *"سطر", "enter", *"آخر", "up", "home", *"لا ", "ctrl+s")
        place = ("you", "", "", mark.start, mark.end)
        assert told(screen) == {place: ["لا سطر\nآخر"]}
        await pilot.pause()
        assert "✎" in shown(pilot) and stored(screen) is None  # the coding is as it was
        await pilot.press(":", "ctrl+a", "backspace", "ctrl+s")
        assert told(screen) == {}
    assert verify(demo).findings == []


@pytest.mark.parametrize("typed", ["لماذا", "? لماذا"])
async def test_a_comment_or_question_on_a_field_shows_in_its_row(
    typed: str, opened: Open
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("e", "tab")
        await go_to_field(screen, pilot, "certainty")

        def marked() -> list[str]:
            rows = zip(screen.record.rows, screen.record.firsts, strict=False)
            return [
                r.field.id for r, at in rows if "✎" in screen.form.rows[at][-1].text
            ]

        await pilot.press(";", *typed, "ctrl+s")
        assert marked() == ["certainty"]
        await pilot.press("pageup")
        assert marked() == []  # of the article's own record
        await pilot.press("pagedown")
        await go_to_field(screen, pilot, "certainty")
        await pilot.press(":", "ctrl+a", "backspace", "ctrl+s", "escape")
        assert marked() == []


@pytest.mark.parametrize("keys", [[";"], ["f7", ";"]])
async def test_the_footer_of_the_box_for_a_comment_says_which_keys_save_and_begin_a_line(
    keys: list[str], opened: Open
) -> None:
    async with opened() as (_, pilot):
        await pilot.press(*keys)
        assert isinstance(pilot.app.screen, SpeakingScreen)
        footer = pilot.app.screen.bars["footer"].row
        pairs = [
            (key.text.translate(ISOLATES).strip(), word.text.strip())
            for key, word in pairwise(footer)
        ]
        assert pairs[::2] == [("Ctrl+S", "حفظ"), ("Enter", "سطر جديد"), ("Esc", "ترك")]


async def test_quitting_asks_before_it_drops_a_comment_that_is_typed(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك", "ctrl+q")
        assert (
            pilot.app.return_code is None
            and "Ctrl+Q" in screen.bars["message"].row[0].text
        )
        await pilot.press("x", "ctrl+q")  # it is another text now
        assert (
            pilot.app.return_code is None
            and "Ctrl+Q" in screen.bars["message"].row[0].text
        )
        await pilot.press("ctrl+s")
        assert list(told(screen).values()) == [["شكx"]]
        await pilot.press(";", "y", "ctrl+q", "escape", ";", "y", "ctrl+q")
        assert pilot.app.return_code is None  # what was asked about is gone
        await pilot.press("ctrl+q")
        assert pilot.app.return_code == 0
        assert list(told(screen).values()) == [["شكx"]]


async def test_quitting_and_submitting_ask_once_about_what_was_typed_and_not_saved(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك", "escape", "ctrl+s")
        assert (
            pilot.app.screen is screen
            and "Ctrl+S" in screen.bars["message"].row[0].text
        )
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert pilot.app.screen is not screen  # the page of what is missing
        await pilot.press("escape")
        await pilot.pause()
        await pilot.press("ctrl+q")
        assert (
            pilot.app.return_code is None
            and "Ctrl+Q" in screen.bars["message"].row[0].text
        )
        await pilot.press("left", "ctrl+q")  # who went on working is asked again
        assert (
            pilot.app.return_code is None
            and "Ctrl+Q" in screen.bars["message"].row[0].text
        )
        await pilot.press("ctrl+q")
        assert pilot.app.return_code == 0


async def test_a_comment_that_was_taken_away_is_not_asked_about(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك", "ctrl+s", ";", "ctrl+a", "backspace", "ctrl+s")
        assert not any(told(screen).values())
        await pilot.press("ctrl+q")
        assert pilot.app.return_code == 0


async def test_texts_that_are_not_saved_are_quoted_before_they_are_lost(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك في الموضع الأول هنا وفي كل ما يليه", "escape")
        for key in ("ctrl+s", "ctrl+q"):
            await pilot.press(key)
            said = screen.bars["message"].row[0].text
            assert "«شك في الموضع الأول" in said and "يليه" not in said  # its beginning
        assert pilot.app.return_code is None


async def test_what_was_typed_comes_back_after_escape_and_only_in_its_place(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك", "escape")
        assert screen.bars["message"].row[0].text == say(screen.lang, "draft_kept")
        await pilot.press("left", ";")
        assert screen.chooser.edit.text == ""  # another highlight
        await pilot.press("escape")
        assert not screen.bars["message"].row
        await pilot.press("right", "f7", ";")  # on the page of all comments
        box = page(pilot).chooser
        assert box.edit.text == "شك" and box.unsaved_text
        assert page(pilot).bars["message"].row[0].text == say(
            screen.lang, "draft_back", save="Ctrl+S"
        )
        await pilot.press("escape", "escape", ";")
        assert screen.bars["message"].row[0].text == say(
            screen.lang, "draft_back", save="Ctrl+S"
        )
        await pilot.press("x", "ctrl+s")
        assert list(told(screen).values()) == [["شكx"]]
        await pilot.press(";", "escape")
        assert not screen.bars["message"].row  # nothing was typed
        await pilot.press(";", "y", "escape", ";", "ctrl+a", "backspace", "escape", ";")
        assert screen.chooser.edit.text == "شكx"  # emptied, the draft is given up


def unsaved(pilot: Pilot[None]) -> list[str]:
    """The lines of the page of comments about what is not saved."""
    lines = ("".join(column.text for column in row) for row in page(pilot).list.rows)
    plain = (line.translate(dict.fromkeys(range(0x2066, 0x206A))) for line in lines)
    return [line for line in plain if line.startswith("لم يُحفظ")]


async def test_a_comment_that_is_not_saved_is_in_the_list_of_comments(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك", "escape", "left", "left", "f7")
        assert unsaved(pilot) == ["لم يُحفظ · شك"]
        places = [talk.place for talk in page(pilot).talks]
        at = next(
            n
            for n, place in enumerate(places)
            if (screen.session.article.id, *place) in screen.drafts
        )
        await pilot.press(*["down"] * at, ";", "x", "escape")
        assert unsaved(pilot) == ["لم يُحفظ · شكx"]
        await pilot.press(";", "ctrl+s")
        assert not unsaved(pilot)
        assert list(told(screen).values()) == [["شكx"]]


async def test_a_comment_says_how_it_is_taken_back_and_what_was_removed_comes_back(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):

        def said() -> str:
            assert isinstance(pilot.app.screen, SpeakingScreen)
            return pilot.app.screen.bars["message"].row[0].text

        await pilot.press(";", *"شك", "ctrl+s")
        assert said() == say("ar", "comment_kept", page="F7", take_away="Del")
        await pilot.press("f7", "delete")
        assert told(screen) == {} and said() == say("ar", "comment_removed", write=";")
        await pilot.press(";", "ctrl+s")
        assert list(told(screen).values()) == [["شك"]]
        assert said() == say("ar", "remark_kept", take_away="Del")
        await pilot.press("escape", ";", "ctrl+a", "backspace", "ctrl+s")
        assert told(screen) == {} and said() == say("ar", "comment_removed", write=";")
        await pilot.press(";", "ctrl+s")
        assert list(told(screen).values()) == [["شك"]]


async def test_quitting_on_a_page_asks_before_it_drops_an_answer(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f7", ";", "x", "ctrl+q")
        assert (
            pilot.app.return_code is None
            and "Ctrl+Q" in page(pilot).bars["message"].row[0].text
        )
        await pilot.press("ctrl+q")
        assert pilot.app.return_code == 0


async def test_the_arabic_key_of_the_sign_comments_too(opened: Open) -> None:
    async with opened() as (screen, pilot):
        pilot.app.post_message(Key("؛", "؛"))  # as a terminal brings it
        await pilot.press("x", "ctrl+s")
        assert list(told(screen).values()) == [["x"]]


async def test_the_box_says_first_what_it_is_for_however_long_its_title(
    opened: Open,
) -> None:
    async with in_record(opened, "الهجمات") as (screen, pilot):
        await pilot.press(";")
        await pilot.pause()
        title = drawn(screen.chooser, 0).text
        assert len(title) == 80 and title.endswith(f"{to_display('تعليق', 1)} ━━┓")


async def test_without_a_highlight_it_is_on_the_article(opened: Open) -> None:
    async with opened() as (screen, pilot):
        screen.highlights.set_current(None)
        await pilot.press(";", "x", "ctrl+s")
        assert told(screen) == {("you", "", "", 0, 0): ["x"]}


async def test_words_that_were_found_are_commented_on_as_they_are(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"وأخرى", "enter", ";", "x", "ctrl+s")
        start = screen.session.article.text.index("وأخرى")
        assert told(screen) == {("you", "", "", start, start + len("وأخرى")): ["x"]}


async def test_events_and_fields_are_commented_on_from_the_page(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "f7")
        mark = screen.highlights.current
        assert mark is not None
        highlight, others = ("", "", mark.start, mark.end), [("e1", ""), ("", "")]
        assert page(pilot).at == 0  # on what is under the cursor
        places = [talk.place[1:] for talk in page(pilot).talks]
        assert places == [
            highlight,
            *((*at, 0, 0) for at in [("e1", "initiators"), *others]),
        ]
        await pilot.press("escape", "tab", "f7")
        places = [talk.place[1:] for talk in page(pilot).talks]
        assert places == [
            *((*at, 0, 0) for at in [("e1", "initiators"), *others]),
            highlight,
        ]
        await pilot.press(
            ";", *"واحد", "ctrl+s", "down", ";", *"حدثان", "ctrl+s", "escape"
        )
        assert told(screen) == {
            ("you", "e1", "", 0, 0): ["حدثان"],
            ("you", "e1", "initiators", 0, 0): ["واحد"],
        }
        coding = stored(screen)
        assert (
            coding is not None
            and coding.events[0].answer("initiators").comment == "واحد"
        )
        await pilot.press("f7", "down", "delete")
        assert ("you", "e1", "", 0, 0) not in told(screen)
        await pilot.press("up", "enter")
        assert screen.scope() == "form" and screen.record.row.field.id == "initiators"


async def test_what_is_said_at_a_place_stands_apart_from_other_places(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "f7", "down", ";", *"واحد", "ctrl+s")
        said = [bool(talk.said) for talk in page(pilot).talks]
        assert said == [False, True, False, False]
        blank = [
            not row for row in page(pilot).list.rows
        ]  # name, who and when, and words of the second one
        assert blank == [False, True, False, False, False, True, False, False]


async def test_the_answer_stands_in_its_place(opened: Open, demo: Project) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"لماذا", "ctrl+s")
        place = screen.commenting.highlight()
        coding = screen.session.coding
        Remarks(demo, coding.article, "salma", lambda: [coding]).say(
            place, "لأنها غارة"
        )
        screen.open_article(screen.session.article)
        await pilot.pause()
        screen.highlights.go_to(0)
        await pilot.pause()
        assert "لأنها غارة" in screen.bars["info"].row[0].text
        await pilot.press("f7")
        assert to_display("لأنها غارة", 1) in shown(pilot) and to_display(
            "لماذا", 1
        ) in shown(pilot)
        at = next(i for i, talk in enumerate(page(pilot).talks) if talk.place == place)
        await pilot.press(*["down"] * at, "delete")
        assert len(told(screen)[place]) == 2  # the last words are salma's
        await pilot.press(";", *"نعم", "ctrl+s", "enter")
        assert (
            told(screen)[place] == ["لماذا", "لأنها غارة", "نعم"]
            and screen.scope() == "article"
        )


async def test_a_coder_asks_after_submitting_and_the_supervisor_answers(
    demo: Project,
) -> None:
    first = demo.article("004")
    screen = CodingScreen(demo, "amal", first)
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press(";", *"أهذا صحيح", "ctrl+s")
        place = screen.commenting.highlight()
    review = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        talks = page(pilot).talks
        assert {talk.coder for talk in talks} == {"amal", "basim"}
        at = next(i for i, talk in enumerate(talks) if talk.place == place)
        await pilot.press(*["down"] * at, ";", *"نعم", "ctrl+s", "escape")
        assert pilot.app.screen is review
        await pilot.press("f7", *["down"] * at, "enter")
        await pilot.pause()
        start, end = review.pane.in_view
        assert start <= place[3] < end
    for coder, said in (("amal", ["أهذا صحيح", "نعم"]), ("basim", [])):
        remarks = OwnRemarks(CodingSession(demo, first, coder))
        assert [each.text for each in remarks.at(place)] == said
    assert verify(demo).findings == []


async def test_a_question_is_seen_in_review_before_its_coding_is_submitted(
    opened: Open, demo: Project
) -> None:
    async with in_record(opened) as (_, pilot):
        await pilot.press(";", *"? متى", "ctrl+s")
        await pilot.press(
            "down", ";", *"ملاحظة", "ctrl+s"
        )  # a comment is the coder's own until then
        await pilot.press("f7")
        place = next(
            talk.place
            for talk in page(pilot).talks
            if talk.said and talk.said[-1].text == "متى"
        )
    review = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f7")
        said = {
            talk.place: [each.text for each in talk.said]
            for talk in page(pilot).talks
            if talk.said
        }
        assert said == {place: ["متى"]}
        assert "لم يعد" not in shown(
            pilot
        )  # the event is there, though its coding is not compared
        at = next(i for i, talk in enumerate(page(pilot).talks) if talk.place == place)
        await pilot.press(*["down"] * at, ";", *"غدا", "ctrl+s", "enter")
        assert pilot.app.screen is review
    own, others = (
        OwnRemarks(CodingSession(demo, demo.article("004"), c)) for c in ("you", "amal")
    )
    assert [each.text for each in own.at(place)] == ["متى", "غدا"] and not others.at(
        place
    )


async def test_the_article_has_a_capital_among_comments_as_fields_have(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        screen.use_language("en")
        await pilot.press("tab", "f7")
        await pilot.pause()
        lines = [line.strip(" ›") for line in screen_lines(pilot.app)]
        heads = [line for line in lines if line.casefold() in ("article", "relevance")]
        assert sorted(heads) == ["Article", "Relevance"]


@pytest.mark.parametrize("key", ["f7", ";"])
async def test_a_supervisor_begins_where_the_cursor_is(demo: Project, key: str) -> None:
    review = ReviewScreen(demo, "salma", "004")
    async with CoderApp(lambda: review).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("]", key)
        talk = page(pilot).talks[0]
        assert talk.field == review.grid.field_id and (talk.coder, talk.event) in {
            member
            for cluster in review.work.state.clusters
            for member in cluster.members
        }
        await pilot.press(";", *"انظري", "ctrl+s", "escape", "q")
    remarks = OwnRemarks(CodingSession(demo, demo.article("004"), talk.coder))
    assert [each.by for each in remarks.at(talk.place)] == ["salma"]


async def test_what_cannot_be_written_is_said_and_not_shown(
    opened: Open, demo: Project
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press(";", *"شك")
        demo.store.close()
        (demo.config.folder / "coder.db").rename(demo.config.folder / "away.db")
        await pilot.press("ctrl+s")
        assert told(screen) == {} and screen.bars["message"].row
        assert screen.chooser.edit.text == "شك"  # it is not lost


async def test_where_nobody_wrote_there_is_nothing_to_take_away(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f7", "delete")
        assert page(pilot).bars["message"].row[0].text == say("ar", "comment_gone")


async def test_the_box_for_a_comment_names_event_and_field_and_says_in_it_how_to_ask(
    opened: Open,
) -> None:
    async with in_record(opened, "الهجمات", field="targets") as (screen, pilot):
        await pilot.press(";")
        title = screen.chooser.asked.title if screen.chooser.asked is not None else ""
        _, field, event, event_type = title.translate(
            dict.fromkeys(range(0x2066, 0x206A))
        ).split(" · ")
        assert (field, event, event_type) == (
            "المستهدَف",
            "حدث 1",
            "هجوم غير محدد الوسيلة أو مختلط",
        )
        assert to_display("للسؤال عن دليل الترميز ابدأ بـ ؟") in shown(pilot)
        await pilot.press("x")
        assert to_display("للسؤال عن دليل الترميز ابدأ بـ ؟") not in shown(pilot)


async def test_what_was_typed_about_an_event_taken_back_does_not_hold_up_submitting(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press(";", *"شك", "escape", "ctrl+z")
        assert not screen.session.coding.events and screen.drafts
        await pilot.press("ctrl+s")
        assert pilot.app.screen is not screen  # the page of what is missing
