"""What a choice says about typed text, in full and in words, and where typing begins."""

from __future__ import annotations

import re

import pytest
from coding_by_keys import Open, coding_of, go_to_field, in_record
from review_by_keys import ISOLATES

from coder.model import Answer, Blank
from coder.text.display import to_display
from coder.tui import palette
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.sentences import say
from coder.tui.widgets.chooser_drawing import drawn
from coder.tui.widgets.chooser_place import HEAD
from coder.tui.widgets.rows import theme_of
from tests.support.edits_by_hand import Becomes
from tests.tui.screen_text import message, screen_lines


async def test_why_a_date_is_not_understood_and_what_to_type_is_shown_in_full(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (_, pilot):
        await pilot.press("enter", *"كذا")
        await pilot.pause()
        shown = "\n".join(screen_lines(pilot.app))
        for words in ("لا يُفهم", "المقالات", "مدة:", "مستنتجاً"):
            assert to_display(words, 1) in shown, words
        await pilot.press("escape")


async def test_a_quoted_date_reads_from_the_right_in_an_english_message(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("enter", *"3 خطأ 2023")
        await pilot.pause()
        assert f"“{to_display('3 خطأ 2023', 1)}” is not" in to_display(
            screen.chooser.echo, 0
        )


async def test_a_search_without_a_match_is_answered_in_words(opened: Open) -> None:
    async with in_record(opened, field="event_type", size=(120, 40)) as (screen, pilot):
        await pilot.press("enter", *"ثثث")
        said = say("ar", "none_found", query="ثثث", go="Ctrl+U")  # as on pages
        assert screen.chooser.wrong and screen.chooser.echo == said
        await pilot.press("ctrl+u")
        assert screen.chooser.choices and not screen.chooser.wrong


async def test_that_nothing_matches_is_said_in_full_in_a_narrow_box(
    opened: Open,
) -> None:
    async with in_record(opened, field="event_type", size=(120, 40)) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("enter", *"zzzzzz")
        await pilot.pause()
        first, count = screen.chooser.lines
        shown = " ".join(
            screen.form.render_line(first + y).text.strip("│┃ ") for y in range(count)
        )
        assert "clears the search." in shown


async def test_before_a_date_is_typed_the_caret_is_where_typing_begins(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        await pilot.press("enter")
        strip = drawn(screen.chooser, 1)
        cells = [
            next(iter(strip.crop(at, at + 1))).style for at in range(strip.cell_length)
        ]
        carets = [
            at for at, style in enumerate(cells) if style is not None and style.reverse
        ]
        assert carets == [
            strip.cell_length - 3
        ]  # right to left: a blank is between it and the frame


def numbers(screen: CodingScreen) -> list[str]:
    """The digits at the edges of the visible choices, where reading starts."""
    chooser = screen.chooser
    lines = [
        "".join(s.text for s in drawn(chooser, y)) for y in range(HEAD, chooser.body)
    ]
    return [digit for line in lines for digit in re.findall("([0-9]) [‹ ] [│┃]$", line)]


async def test_choices_are_numbered_only_while_a_digit_takes_one(opened: Open) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        await pilot.press("enter")
        assert len(numbers(screen)) >= 3
        await pilot.press(*"هجوم")
        assert screen.chooser.choices and not numbers(screen)
        await pilot.press("1")
        assert screen.chooser.edit.text == "هجوم1"


def told(screen: CodingScreen) -> str:
    text = "".join(column.text for column in screen.bars["message"].row)
    return "".join(c for c in text if not "\u2066" <= c <= "\u2069")


def propose(screen: CodingScreen, field: str, value: object, *evidence: str) -> None:
    """Give a field of the shown event a proposal."""
    coding = screen.session.coding
    event = coding.event(screen.record.event_id)
    assert event is not None
    event = event.with_answer(
        field, Answer(value=value, evidence=evidence, proposed=True)
    )
    screen.session.do(Becomes("event.opened", coding.with_event(event)))
    screen.refresh_work()


async def test_a_choice_instead_of_a_proposal_says_which_words_go(
    opened: Open,
) -> None:
    async with in_record(opened, field="initiators") as (screen, pilot):
        actor = next(
            c for c in screen.session.by_id.values() if c.value == ["us_forces"]
        )
        propose(screen, "initiators", ["us_forces"], actor.id)
        await pilot.press(*"russia", "enter")
        now = screen.deciding.answer(screen.codebook.event_field("initiators"))
        assert now.value == ["russia"] and now.evidence == ()
        assert f"زال مع القيمة دليلها: «{actor.quote}»" in told(screen)


async def test_a_digit_says_which_value_it_took_and_which_it_replaced(
    opened: Open,
) -> None:
    async with in_record(opened, field="certainty") as (screen, pilot):
        labels = [
            value.label.ar for value in screen.codebook.event_field("certainty").values
        ]
        await pilot.press("delete", "1")
        assert told(screen) == f"درجة اليقين: {labels[0]}"
        screen.record.go_to_field("certainty")
        await pilot.press("2")
        assert told(screen).startswith(f"درجة اليقين: {labels[1]} بدلاً من {labels[0]}")


async def test_not_stated_instead_of_a_proposal_says_what_was_proposed(
    opened: Open,
) -> None:
    async with in_record(opened, field="initiators") as (screen, pilot):
        propose(screen, "initiators", ["us_forces"])
        shown = screen.record.row.text
        await pilot.press("0")
        assert shown in told(screen) and "بدلاً من" in told(screen)


async def test_not_stated_that_led_to_a_proposal_asks_once_before_it_replaces_that(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        while screen.record.go_to_next("empty"):
            await pilot.press("0")
        assert (
            screen.record.row.state == "proposed"
        )  # nothing is empty: the last 0 led here
        field, shown = screen.record.row.field.id, screen.record.row.text
        await pilot.press("0")
        assert screen.record.row.text == shown and shown in told(screen)
        await pilot.press("0")
        assert coding_of(screen).events[0].answer(field) == Answer(
            blank=Blank.NOT_STATED
        )


async def test_a_number_of_two_digits_means_the_event_and_not_the_line(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        for _ in range(11):
            await pilot.press("*")  # twelve events in all, the last one shown
        await pilot.press("ctrl+l")
        assert [choice.number for choice in screen.chooser.choices] == [
            str(n) for n in range(11, 0, -1)
        ]
        await pilot.press("1")
        assert [choice.number for choice in screen.chooser.choices] == ["1", "11", "10"]
        await pilot.press("0")
        assert {choice.id.split(":")[1] for choice in screen.chooser.choices} == {"e10"}
        await pilot.press("escape", "ctrl+l", "9")
        assert {choice.id.split(":")[1] for choice in screen.chooser.choices} == {"e9"}
        await pilot.press("escape")
        await go_to_field(screen, pilot, "linked_to")
        await pilot.press("1", "1")  # without opening the list first
        assert {choice.id.split(":")[1] for choice in screen.chooser.choices} == {"e11"}


@pytest.mark.parametrize(("lang", "event"), [("ar", "الحدث"), ("en", "event")])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_while_a_typed_number_begins_others_it_is_said_what_enter_takes(
    opened: Open, lang: str, event: str, size: tuple[int, int]
) -> None:
    async with in_record(opened, size=size) as (screen, pilot):
        for _ in range(11):
            await pilot.press("*")  # twelve events in all, the last one shown
        screen.use_language(lang)
        await pilot.press("ctrl+l")
        assert screen.chooser.echo == ""
        for key, number in (("1", 1), ("down", 11), ("down", 10)):
            await pilot.press(key)
            assert screen.chooser.echo.translate(ISOLATES) == f"Enter: {event} {number}"
            edge = "".join(
                segment.text for segment in drawn(screen.chooser, screen.chooser.body)
            )
            assert "Enter" in edge and str(number) in edge
        await pilot.press("up", "up", "enter")
        assert {choice.id.split(":")[1] for choice in screen.chooser.choices} == {"e1"}
        await pilot.press(
            "escape", "ctrl+l", "9"
        )  # is taken at once, and Enter takes a relation
        assert "Enter:" not in screen.chooser.echo


async def test_among_links_a_digit_means_an_event_alone_and_no_link_that_is_there(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press("ctrl+l")
        assert (
            screen.chooser.asked is not None
            and screen.chooser.asked.placeholder == "لا حدث غيره بعد"
        )
        await pilot.press(
            "escape", "*", "*", "ctrl+l", "2"
        )  # the third event's, to the second
        relation = screen.chooser.asked
        assert relation is not None and "2" in relation.title.translate(
            dict.fromkeys(range(0x2066, 0x206A))
        )
        await pilot.press("enter", "ctrl+l")
        chooser = screen.chooser
        digits = [
            drawn(chooser, HEAD + at).text.strip("│┃ ›‹").split()[-1]
            for at in range(len(chooser.choices))
        ]
        assert len(chooser.choices) == 3 and [
            d for d in digits if d in "0123456789"
        ] == ["2", "1"]


async def test_the_help_of_the_choice_under_the_cursor_stands_whole_below_the_panes(
    opened: Open,
) -> None:
    async with in_record(opened, field="event_type", size=(120, 40)) as (screen, pilot):
        before = screen.bars["info"].row[0].text
        await pilot.press("enter")
        for _ in range(4):
            await pilot.press("down")
            choice = screen.chooser.choices[screen.chooser.cursor]
            below = [
                column.text
                for name in ("info", "message")
                for column in screen.bars[name].row
            ]
            assert choice.help and " ".join(filter(None, below)) == choice.help
            edge = "".join(
                segment.text for segment in drawn(screen.chooser, screen.chooser.body)
            )
            assert to_display(choice.help.split()[0], 1) not in edge
        await pilot.press("escape")
        assert screen.bars["info"].row[0].text == before


async def test_the_title_says_that_a_choice_is_added_to_a_list_that_has_a_value(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets", size=(120, 40)) as (screen, pilot):
        row = screen.record.row.field
        for value, title in (
            ([], "المستهدَف: اختر أو اكتب"),
            (["hamas"], "المستهدَف: أضف قيمة أخرى"),
        ):
            event = screen.session.coding.event("e1")
            assert event is not None and row.id == "targets"
            answer = Answer(value=value) if value else None
            screen.session.do(
                Becomes(
                    "value.set",
                    screen.session.coding.with_event(
                        event.with_answer("targets", answer)
                    ),
                )
            )
            screen.refresh_work()
            await pilot.press("enter")
            assert (
                screen.chooser.asked is not None
                and screen.chooser.asked.title.translate(ISOLATES) == title
            )
            await pilot.press("escape")


async def test_a_digit_that_adds_to_a_list_says_beside_what_and_how_to_replace_it(
    opened: Open,
) -> None:
    async with in_record(opened, field="target_object") as (screen, pilot):
        values = [
            v.label.ar for v in screen.codebook.values_of(screen.record.row.field)
        ]
        await pilot.press("2")
        assert "أُضيف" not in message(screen)
        await pilot.press("3")
        assert f"أُضيف {values[2]} (القيم الآن: 2)" in message(screen)
        assert (
            f"إلى جانب {values[1]}: Ctrl+R لحذف واحدة، وCtrl+T لاستبدال واحدة"
            in message(screen)
        )


async def test_the_letters_that_stand_out_are_those_typed_now(opened: Open) -> None:
    async with in_record(opened, field="event_type", size=(120, 40)) as (screen, pilot):
        screen.use_language("en")
        await pilot.press("enter")
        for key, typed in [
            ("a", "a"),
            ("i", "ai"),
            ("backspace", "a"),
            ("i", "ai"),
            ("r", "air"),
        ]:
            await pilot.press(key)
            assert screen.chooser.choices[0].label.casefold().startswith(typed)
            strip, colour = (
                drawn(screen.chooser, HEAD),
                theme_of(screen.form)[palette.KEY].color,
            )
            letters = [
                s.text
                for s in strip
                if s.style and s.style.color == colour and s.text.isalpha()
            ]
            assert "".join(letters).casefold() == typed


async def test_what_is_typed_and_deleted_leaves_the_cursor_on_the_value_that_is_likeliest(
    opened: Open,
) -> None:
    async with in_record(opened, field="source") as (screen, pilot):
        await pilot.press("enter", *"القوات الأمير", "enter")
        chooser = screen.chooser
        likeliest = chooser.cursor
        assert (
            chooser.choices[likeliest].id == "part:official"
        )  # the kind of a state's forces
        await pilot.press("م")
        assert chooser.choices[chooser.cursor].id != "part:official"
        await pilot.press("ctrl+u")
        assert chooser.cursor == likeliest
        await pilot.press("ج", "backspace", "enter")
        assert (
            coding_of(screen).events[0].answer("source").value[-1]["kind"] == "official"
        )
