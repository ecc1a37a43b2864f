"""Finding words of the article and copying them."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to, stored

from coder.text.segment import Reading
from coder.tui.finding import find_task


async def test_found_words_are_drawn_in_a_second_step(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/")
        await pilot.press(
            *"التحذير المبكر"
        )  # the text has it after انظمة, spelt with hamza
        assert screen.chooser.choices
        await pilot.press("enter")
        await pilot.pause()
        text = screen.session.article.text
        assert screen.highlights.selection is None and screen.scope() == "article"
        assert screen.highlights.found is not None
        assert text[slice(*screen.highlights.found)] == "التحذير المبكر"
        await pilot.press("v")
        selection = screen.highlights.selection
        assert selection is not None
        assert text[selection.start : selection.end] == "التحذير المبكر"
        await pilot.press("o")
        coding = stored(screen)
        assert coding is not None
        assert [(s.kind, s.quote) for s in coding.spans] == [
            ("object", "التحذير المبكر")
        ]


async def test_finding_folds_hamza_and_marks(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/")
        await pilot.press(*"استهدفت")  # the text has استُهدفت
        first = screen.chooser.choices[0]
        await pilot.press("enter")
        start, end = map(int, first.id.split("-"))
        assert screen.session.article.text[start:end] == "استُهدفت"


@pytest.mark.parametrize(
    ("typed", "whole"),
    [("التحذير المبك", "التحذير المبكر"), ("الأسبوع الماض", "الأسبوع الماضي")],
)
async def test_a_part_of_a_word_finds_the_whole_word(
    opened: Open, typed: str, whole: str
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *typed, "enter")
        words, mark = screen.highlights.found, screen.highlights.current
        start, end = words or (mark.start if mark else 0, mark.end if mark else 0)
        assert screen.session.article.text[start:end] == whole


def test_a_word_is_found_once_without_its_proclitic_if_that_was_not_typed() -> None:
    reading = Reading("وبالسلاح سلسلة")
    found = [
        choice.id
        for choice in find_task(reading, "ar", lambda start, end: None).choices("سل")
    ]
    assert found == ["4-8", "9-14"]


def test_the_beginnings_of_words_come_first_also_after_proclitics() -> None:
    text = (
        "الاقتصاد انهار، وقصف الطيران المدينة، فالقصاص وعد، ثم للقصر وبقصد، والمقص هنا"
    )
    reading = Reading(text)
    words = {start: text[start:end] for start, end in reading.words}

    def listed(query: str, after: int = 0) -> list[str]:
        choices = find_task(reading, "ar", lambda start, end: None, after).choices(
            query
        )
        starts = [int(choice.id.partition("-")[0]) for choice in choices]
        return [words[max(at for at in words if at <= start)] for start in starts]

    begins = ["وقصف", "فالقصاص", "للقصر", "وبقصد"]
    assert listed("قص") == [*begins, "والمقص"]
    assert listed("قص", text.index("للقصر")) == [*begins[2:], *begins[:2], "والمقص"]
    assert listed("تصاد") == ["الاقتصاد"]  # within words it is found all the same


async def test_find_goes_to_the_highlight_of_the_words_and_on_to_the_next(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"البنتاغون", "enter")
        first = screen.highlights.current
        assert first is not None and screen.deciding.target().quote == "البنتاغون"  # type: ignore[union-attr]
        await pilot.press("/", *"البنتاغون", "enter")
        second = screen.highlights.current
        assert second is not None and second.start > first.start
        assert stored(screen) is None


async def test_from_found_words_one_goes_on_to_the_next_highlight(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"التحذير المبكر", "enter")
        assert screen.highlights.found is not None
        start = screen.highlights.found[0]
        await pilot.press("left")
        assert screen.highlights.found is None and screen.highlights.current is not None
        assert screen.highlights.current == next(
            m for m in screen.highlights.marks if m.start >= start
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_article_shows_the_match_under_the_cursor(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        text, top = screen.session.article.text, screen.pane.scroll_offset.y
        await pilot.press("/", *"واشنطن")
        await pilot.pause()
        for _ in screen.chooser.choices:
            start, end = screen.pane.selection or (0, 0)
            assert text[start:end] == "واشنطن"
            assert screen.pane.in_view[0] <= start < screen.pane.in_view[1]
            await pilot.press("down")
            await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        assert screen.pane.selection is None and screen.pane.scroll_offset.y == top


async def test_found_from_the_record_words_are_gone_to_in_the_article(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("tab", "/", *"البنتاغون")
        assert screen.form.has_focus  # leaving the search changes nothing
        await pilot.press("escape")
        assert screen.scope() == "form"
        await pilot.press("/", *"البنتاغون", "enter")
        await pilot.pause()
        assert (
            screen.scope() == "article"
            and screen.deciding.target().quote == "البنتاغون"
        )  # type: ignore[union-attr]
        await pilot.press("tab", "/", *"التحذير المبكر", "enter", "v")
        await pilot.pause()
        assert screen.highlights.selection is not None


async def test_while_drawing_find_moves_what_is_drawn(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("v", "/", *"البنتاغون", "enter")
        selection, text = screen.highlights.selection, screen.session.article.text
        assert selection is not None and not screen.highlights.resizing
        assert text[selection.start : selection.end] == "البنتاغون"


async def test_a_click_on_the_footer_presses_its_key(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        bar, before = screen.bars["footer"], 0
        for column in bar.row:
            if column.key == "left":
                break
            before += column.width
        second = screen.highlights.marks[1]
        await pilot.click(
            bar, offset=(bar.size.width - 1 - before - 1, 0)
        )  # Arabic: from the right
        await pilot.pause()
        assert screen.highlights.current == second


async def test_copying_gives_the_stored_text(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == "سورية"


async def test_found_words_lead_to_the_highlight_behind_their_preposition(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"بقصف", "enter")
        target = screen.deciding.target()
        assert (
            target is not None
            and target.quote.startswith("قصف")
            and screen.highlights.found is None
        )


async def test_e_opens_an_event_by_the_trigger_in_found_words(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"بهجمات صاروخية وأخرى", "enter")
        await pilot.pause()
        assert screen.highlights.current is None and screen.highlights.found is not None
        await pilot.press("e")
        (event,) = screen.session.coding.events
        span = screen.session.coding.span(event.fields["event_type"].evidence[0])
        assert span is not None and span.quote == "هجمات صاروخية"


async def test_e_opens_none_where_found_words_have_no_trigger(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"التحذير المبكر", "enter")
        await pilot.pause()
        await pilot.press("e")
        assert not screen.session.coding.events
