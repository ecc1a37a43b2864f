"""Finding words of the article and copying them."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to, stored


async def test_find_in_any_spelling_selects_ready_to_be_marked(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/")
        await pilot.press(*"التحذير المبكر")  # the text has it after انظمة, spelt with hamza
        assert screen.chooser.choices
        await pilot.press("enter")
        await pilot.pause()
        text = screen.session.article.text
        selection = screen.highlights.selection
        assert selection is not None
        assert text[selection.start : selection.end] == "التحذير المبكر"
        await pilot.press("o")
        coding = stored(screen)
        assert coding is not None
        assert [(s.kind, s.quote) for s in coding.spans] == [("object", "التحذير المبكر")]


async def test_finding_folds_hamza_and_marks(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/")
        await pilot.press(*"استهدفت")  # the text has استُهدفت
        first = screen.chooser.choices[0]
        await pilot.press("enter")
        start, end = map(int, first.id.split("-"))
        assert screen.session.article.text[start:end] == "استُهدفت"


async def test_find_does_not_move_the_span_one_came_from(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"البنتاغون", "enter", "enter")
        assert stored(screen) is None
        text = screen.session.article.text
        first = screen.highlights.selection
        await pilot.press("/", *"البنتاغون", "enter")
        second = screen.highlights.selection
        assert first is not None and second is not None and second.start > first.start
        assert text[second.start : second.end] == "البنتاغون"


async def test_copying_gives_the_stored_text(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("ctrl+c")
        assert pilot.app.clipboard == "سورية"
