"""Letters in the record on words that do not fit the field: other fields, evidence, the
next event, links.
"""

from __future__ import annotations

import pytest
from coding_by_keys import (
    Open,
    coding_of,
    finish_event,
    go_to,
    go_to_field,
    in_record,
    letter_of,
)
from msgspec.structs import replace
from screen_text import info, message

from coder.model import REJECTED, Answer, Status
from coder.service.edits.answer_edits import AttachEvidence, SetValue
from coder.service.edits.span_edits import Draw
from coder.text.display import to_display
from coder.tui.keys import drawn_in_arabic
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.highlights import LETTERS
from coder.tui.screens.jump_letters import DONE, SUPPORT, TAKE
from tests.support.edits_by_hand import Becomes


def quotes(screen: CodingScreen, field: str) -> list[str]:
    """The words of a field's evidence."""
    coding = coding_of(screen)
    spans = map(coding.span, coding.events[0].answer(field).evidence)
    return [span.quote for span in spans if span is not None]


def held(screen: CodingScreen, field: str) -> Answer:
    return coding_of(screen).events[0].answer(field)


async def test_words_of_another_kind_go_to_their_own_field_and_the_cursor_stays(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\", "down")
        assert (screen.record.row.field.id, screen.jumping.title) == ("date", TAKE)
        await pilot.press(*letter_of(screen, "العراق", "place"))
        assert [place["place_id"] for place in held(screen, "place").value] == ["iq"]
        assert screen.record.row.field.id == "date"
        await pilot.press(*letter_of(screen, "سورية", "place"))
        assert quotes(screen, "place") == ["العراق", "سورية"]
        assert screen.record.row.field.id == "date"


async def test_undoing_a_letter_leads_back_to_the_field_where_it_was_typed(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\", "down")
        await pilot.press(*letter_of(screen, "العراق", "place"))
        await pilot.press(*letter_of(screen, "سورية", "place"))
        await go_to_field(screen, pilot, "source")
        for left in (["العراق"], []):
            await pilot.press("ctrl+z")
            assert "المكان" in message(screen) and quotes(screen, "place") == left
            assert (
                screen.record.row.field.id == "date"
            )  # not the place, which the letters filled
        await go_to_field(screen, pilot, "source")
        await pilot.press("ctrl+y")
        assert (
            quotes(screen, "place") == ["العراق"]
            and screen.record.row.field.id == "date"
        )
        await pilot.press("ctrl+y")
        await go_to_field(screen, pilot, "source")
        await pilot.press("ctrl+y")  # nothing is left to redo
        assert screen.record.row.field.id == "source"
        await pilot.press("ctrl+z")
        await pilot.press("ctrl+z", "ctrl+z")
        assert screen.record.row.field.id == "place"  # which a key cleared there


async def test_a_capital_letter_takes_its_words_and_stays_at_the_field(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\")
        await pilot.press(letter_of(screen, "سورية", "place").upper())
        assert quotes(screen, "place") == ["سورية"]
        assert (screen.record.row.field.id, screen.jumping.title) == ("place", TAKE)
        await pilot.press(*letter_of(screen, "العراق", "place"))
        assert quotes(screen, "place") == ["سورية", "العراق"]
        assert screen.record.row.field.id != "place"


async def test_shift_and_d_sends_a_bracket_that_takes_words_after_arabic_letters(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\")
        assert (
            letter_of(screen, "سورية", "place") == "d"
        )  # Arabic (101): Shift gives ] there
        await pilot.press("]")
        assert (
            quotes(screen, "place") == []
        )  # a key of its own under a Latin layout: the next event
        await pilot.press("[")
        await pilot.press("ctrl+k", "ح")  # p: place
        assert (
            screen.record.row.field.id == "place"
            and letter_of(screen, "سورية", "place") == "d"
        )
        await pilot.press("]")
        assert quotes(screen, "place") == ["سورية"]
        assert (screen.record.row.field.id, screen.jumping.title) == ("place", TAKE)


async def test_a_sign_of_both_layouts_is_its_own_key_where_no_word_has_its_letter(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        before = coding_of(screen)
        await pilot.press(
            "delete", "\\", "ctrl+k", "ح"
        )  # the last letter is from an Arabic keyboard
        letters, deleted = screen.highlights.letters, coding_of(screen)
        screen.highlights.letters = {
            name: mark for name, mark in letters.items() if name[0] != "l"
        }
        await pilot.press(
            "/"
        )  # Shift and l under Arabic (101), and the key that finds words
        assert (
            coding_of(screen) == deleted != before and screen.chooser.asked is not None
        )


async def test_a_capital_letter_adds_evidence_and_stays(opened: Open) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        await pilot.press("\\")
        assert screen.jumping.title == SUPPORT
        await pilot.press(letter_of(screen, "هجمات صاروخية", "trigger").upper())
        assert quotes(screen, "event_type") == ["استُهدفت", "هجمات صاروخية"]
        assert (screen.record.row.field.id, screen.jumping.title) == (
            "event_type",
            SUPPORT,
        )


async def test_more_words_of_an_act_support_its_type_and_pressed_again_the_scope(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        kind = held(screen, "event_type").value
        await pilot.press("delete", "\\")
        await pilot.press(*letter_of(screen, "هجمات صاروخية", "trigger"))
        assert quotes(screen, "event_type") == ["استُهدفت", "هجمات صاروخية"]
        assert held(screen, "event_type").value == kind and quotes(
            screen, "report_scope"
        ) == ["استُهدفت"]
        await pilot.press(*letter_of(screen, "هجمات صاروخية", "trigger"))
        assert quotes(screen, "report_scope") == ["استُهدفت", "هجمات صاروخية"]
        assert screen.record.row.field.id == "place"


async def test_words_of_the_same_type_give_the_value_in_place_of_what_is_proposed(
    opened: Open,
) -> None:
    async with in_record(opened, field="source") as (screen, pilot):
        assert screen.record.row.answer.proposed
        await pilot.press("\\")
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        source = held(screen, "source")
        assert [(item["who"], item["kind"]) for item in source.value] == [
            ("us_forces", "official")
        ]
        assert (
            quotes(screen, "source") == ["قوات الولايات المتحدة"]
            and not source.proposed
        )


async def test_the_letter_of_evidence_removes_it(opened: Open) -> None:
    async with in_record(opened, field="event_type") as (screen, pilot):
        for _ in range(2):
            await pilot.press("ctrl+e", *letter_of_after(screen))
            assert quotes(screen, "event_type") == ["استُهدفت", "قوات الولايات المتحدة"]
            await pilot.press("ctrl+e", *letter_of_after(screen))
            assert quotes(screen, "event_type") == ["استُهدفت"]


def letter_of_after(screen: CodingScreen) -> str:
    screen.keys["form.attach_by_letter"]()
    name = letter_of(screen, "قوات الولايات المتحدة", "actor")
    screen.keys["jump.cancel"]()
    return name


async def test_highlights_that_begin_together_both_show_their_letters(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        here = screen.highlights.current
        assert here is not None
        screen.session.do(Draw("source", here.start, here.end + 8))
        screen.refresh_work()
        await pilot.press("'")
        await pilot.pause()
        names = {
            m.kind: name
            for name, m in screen.highlights.letters.items()
            if m.start == here.start
        }
        longer, shorter = names["source"], names["actor"]
        assert screen.pane.letters[here.start] == (longer,) and screen.pane.letters[
            here.end - 1
        ] == (shorter,)
        line = screen.pane.render_line(screen.pane.locate(here.start)[0])
        drawn = "".join(segment.text for segment in line)
        shown = to_display(screen.session.article.text[here.start : here.end - 1])
        assert f"{shorter}{shown}{longer}" in drawn  # read from the right


@pytest.mark.parametrize(
    ("words", "kind"), [("قوات الولايات المتحدة", "actor"), ("استُهدفت", "trigger")]
)
async def test_words_that_open_no_event_or_opened_one_support_the_last_field(
    opened: Open, words: str, kind: str
) -> None:
    async with in_record(opened, size=(120, 24)) as (screen, pilot):
        await finish_event(screen, pilot)
        assert (
            screen.jumping.title == DONE and screen.record.row.field.id == "certainty"
        )
        await pilot.press(*letter_of(screen, words, kind))
        assert quotes(screen, "certainty") == [words]
        assert len(screen.session.coding.events) == 1


async def test_words_cited_by_the_event_get_letters_before_nearer_ones(
    opened: Open,
) -> None:
    async with in_record(opened, size=(120, 40)) as (screen, pilot):
        book, marks = (
            screen.codebook,
            screen.highlights.in_view(screen.jumping._is_usable),
        )
        far = max((m for m in marks if m.kind == "place"), key=lambda mark: mark.start)
        target = screen.deciding.marked(far)
        assert target is not None and len(marks) > 40
        await pilot.press("\\")
        await go_to_field(screen, pilot, "certainty")
        screen.session.do(SetValue("e1", book.event_field("certainty"), "alleged"))
        screen.refresh_work()
        await pilot.pause()
        assert (
            screen.jumping.title == SUPPORT
            and far not in screen.highlights.letters.values()
        )
        screen.session.do(AttachEvidence("e1", book.event_field("targets"), target))
        screen.refresh_work()
        await pilot.pause()
        assert (far.kind, far.start) in {
            (m.kind, m.start) for m in screen.highlights.letters.values()
        }


async def test_after_the_last_page_with_letters_comes_the_first_and_before_it_the_last(
    opened: Open,
) -> None:
    async with in_record(opened, field="place", size=(80, 24)) as (screen, pilot):
        await pilot.press("delete", "\\")
        places = [
            mark.start for mark in screen.highlights.marks if screen.jumping.fits(mark)
        ]
        tops = [screen.pane.in_view[0]]
        while len(tops) < 40 and "ثانية" not in message(screen):
            await pilot.press("pagedown")
            tops.append(screen.pane.in_view[0])
        assert (
            len(tops) > 3
            and tops[:-1] == sorted({*tops[:-1]})
            and screen.highlights.letters
        )
        assert tops[-1] <= places[0] < screen.pane.in_view[1]
        await pilot.press("pageup")
        assert "آخرها" in message(screen) and places[-1] < screen.pane.in_view[1]


async def test_a_name_that_no_list_has_is_chosen_in_the_words_of_the_evidence(
    opened: Open,
) -> None:
    async with in_record(opened, field="targets") as (screen, pilot):
        await pilot.press("delete", "ctrl+e")
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        await pilot.press("ctrl+t", "up")  # the last choice
        assert (
            screen.chooser.choices[screen.chooser.cursor].id
            == "typed:قوات الولايات المتحدة"
        )
        await pilot.press("enter", "escape")
        values = [
            a.value for e in coding_of(screen).events for a in [e.answer("targets")]
        ]
        assert values and quotes(screen, "targets") == ["قوات الولايات المتحدة"]


async def test_actors_that_the_article_names_come_first(opened: Open) -> None:
    async with in_record(opened, field="targets") as (screen, pilot):
        await pilot.press("delete", "enter")
        ids = [choice.id for choice in screen.chooser.choices]
        assert ids.index("iran") > 9
        await pilot.press("escape", "tab")
        await go_to(screen, pilot, "إيران", "actor")
        await pilot.press("a", "tab", "enter")
        assert "iran" in [choice.id for choice in screen.chooser.choices][:9]


async def test_a_submitted_record_offers_no_letters(opened: Open) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\")
        assert screen.highlights.letters
        submitted = replace(coding_of(screen), status=Status.SUBMITTED)
        screen.session.do(Becomes("coding.submitted", submitted))
        screen.refresh_work()
        await pilot.press("up")
        assert not screen.highlights.letters
        await pilot.press("\\")
        assert (
            not screen.highlights.letters
            and "مُسلَّم" in screen.bars["message"].row[0].text
        )


async def test_words_keep_their_letter_at_the_next_field_so_that_letters_are_typed_ahead(
    opened: Open,
) -> None:
    def names() -> dict[tuple[str, int, int], str]:
        return {mark.stretch: name for name, mark in screen.highlights.letters.items()}

    async with in_record(opened, field="targets") as (screen, pilot):
        await pilot.press(
            "down", "delete", "down", "delete", "up", "up", "delete", "\\"
        )
        before = names()
        await pilot.press(*letter_of(screen, "قوات الولايات المتحدة", "actor"))
        assert (screen.record.row.field.id, screen.jumping.title) == (
            "target_object",
            TAKE,
        )
        after = names()
        both = before.keys() & after.keys()
        assert len(both) > 9 and [after[at] for at in both] == [
            before[at] for at in both
        ]


async def test_a_letter_that_no_words_have_does_nothing_and_says_so(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("ctrl+n")
        letters, before = screen.highlights.letters, screen.session.coding
        strange = next(
            letter
            for letter in "zbxncm"
            if not any(n.startswith(letter) for n in letters)
        )
        await pilot.press(strange)
        assert (screen.highlights.letters, screen.session.coding) == (letters, before)
        assert strange in screen.bars["message"].row[0].text
        await pilot.press(
            *letter_of(screen, "هجمات صاروخية", "trigger")
        )  # the right one is still a letter
        assert quotes(screen, "event_type") == ["هجمات صاروخية"]


async def test_letters_of_fields_show_only_where_they_lead_to_fields(
    opened: Open,
) -> None:
    def shown() -> str:
        at = screen.record.firsts[
            [row.field.id for row in screen.record.rows].index("place")
        ]
        return screen.form.rows[at][1].text.strip()

    async with in_record(opened, field="place") as (screen, pilot):
        assert shown() == ""  # a letter begins to choose a value
        await pilot.press("ctrl+k")
        assert shown() == "p"
        await pilot.press("escape", "\\")
        assert screen.highlights.letters and shown() == ""  # a letter takes words
        await pilot.press("escape", "tab")
        await pilot.pause()
        assert screen.scope() == "article" and shown() == "p"


async def test_what_is_wrong_with_a_field_is_said_though_letters_show(
    opened: Open,
) -> None:
    async with in_record(opened, field="place") as (screen, pilot):
        await pilot.press("delete", "\\")
        await pilot.press(
            letter_of(screen, "سورية", "place").upper(),
            *letter_of(screen, "العراق", "place"),
        )
        await go_to_field(screen, pilot, "place")
        assert screen.record.row.state == "wrong" and screen.highlights.letters
        assert screen.record.row.problem is not None
        assert (
            screen.record.row.problem.message.of("ar")
            in screen.bars["info"].row[0].text
        )


def test_letters_are_drawn_as_on_an_arabic_keyboard() -> None:
    # Arabic 101: e is theh (U+FE99 alone), n is teh marbuta's neighbour ى (U+FEEF), b
    # is lam-alef (U+FEFB).
    assert [drawn_in_arabic(keys) for keys in ("e", "n", "b")] == [
        "\ufe99",
        "\ufeef",
        "\ufefb",
    ]
    assert drawn_in_arabic("8") == "8"


async def test_where_words_are_more_than_letters_the_nearest_have_them_and_a_key_gives_them_to_others(
    opened: Open,
) -> None:
    async with opened(size=(120, 50)) as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("'")
        here = screen.highlights.current
        assert here is not None

        def lettered() -> dict[int, list[str]]:
            """The words that have letters, by how far they are from the cursor."""
            far: dict[int, list[str]] = {}
            for mark in screen.highlights.letters.values():
                far.setdefault(abs(mark.start - here.start), []).append(mark.id)
            return far

        words = {
            mark.id
            for mark in screen.highlights.in_view(lambda mark: mark.state != REJECTED)
        }
        assert 2 * len(LETTERS) < len(words) <= 3 * len(LETTERS)
        parts, first = [lettered()], {**screen.highlights.letters}
        assert "(1 من 3)" in info(screen)
        assert {*screen.highlights.letters} == {*LETTERS}
        for _ in range(2):
            await pilot.press("\\")
            parts.append(lettered())
            assert max(parts[-2]) <= min(parts[-1])
        ids = [id_ for part in parts for some in part.values() for id_ in some]
        assert {*ids} == words and len(ids) == len(words)
        await pilot.press("\\")
        assert screen.highlights.letters == first  # each word has its letter again
        await pilot.press("escape", "ctrl+n", "\\")  # as many letters as words
        assert "لكل هذه الكلمات" in message(screen)


async def test_words_that_support_another_field_are_not_added_to_a_list_that_has_a_value(
    opened: Open,
) -> None:
    async with in_record(opened, field="date", size=(120, 40)) as (screen, pilot):
        field = screen.codebook.event_field
        await pilot.press("ctrl+f")
        screen.session.do(SetValue("e1", field("initiators"), ["iran"]))
        mark = next(
            m
            for m in screen.highlights.marks
            if m.kind == "actor" and m.value and m.start > 100
        )
        target = screen.deciding.marked(mark)
        assert target is not None
        screen.session.do(AttachEvidence("e1", field("source"), target))
        screen.refresh_work()
        await go_to_field(screen, pilot, "date")
        await pilot.press("\\")
        before = coding_of(screen)
        while not (
            letter := next(
                (
                    n
                    for n, m in screen.highlights.letters.items()
                    if m.start == mark.start
                ),
                "",
            )
        ):
            await pilot.press("\\")
        await pilot.press(letter)
        assert coding_of(screen) == before and message(screen)


async def test_words_of_a_later_group_keep_their_letter_when_it_is_typed(
    opened: Open,
) -> None:
    async with in_record(opened, field="report_scope") as (screen, pilot):
        await pilot.press("\\", "\\")
        assert info(screen).strip().endswith("(2 من 2)")
        letter, mark = next(reversed(screen.highlights.letters.items()))
        before = len(held(screen, "report_scope").evidence)
        await pilot.press(letter.upper())
        assert screen.highlights.letters[letter].stretch == mark.stretch
        assert len(held(screen, "report_scope").evidence) == before + 1
        await pilot.press(letter.upper())  # the same words again
        assert len(held(screen, "report_scope").evidence) == before


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_letters_on_others_stay_in_view(
    opened: Open, size: tuple[int, int]
) -> None:
    async with in_record(opened, field="place", size=size) as (screen, pilot):
        await pilot.press("\\")
        for field in ("target_object", "date", "responsibility", "source"):
            await go_to_field(screen, pilot, field)
            before = screen.pane.scroll_offset.y
            await pilot.press("\\")
            assert screen.pane.scroll_offset.y == before and screen.highlights.letters
