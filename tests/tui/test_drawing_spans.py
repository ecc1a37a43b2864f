"""Spans that a coder draws, gives other edges, and takes away again."""

from __future__ import annotations

from coding_by_keys import Open, go_to, stored

from coder.model import Decision


async def test_drawing_by_words_and_past_a_particle(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("v", "left")  # the next word: والعراق
        selection = screen.highlights.selection
        assert selection is not None
        text = screen.session.article.text
        assert text[selection.start : selection.end] == "والعراق"
        await pilot.press("tab")  # past the و
        await pilot.press("p")
        coding = stored(screen)
        assert coding is not None
        assert [(s.kind, s.quote) for s in coding.spans] == [("place", "العراق")]


async def test_a_drawn_span_goes_again_beside_an_event_whose_source_is_unsaid(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        before = stored(screen)
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("v", "left", "p", "x")
        assert stored(screen) == before


async def test_a_candidates_edges_can_be_changed(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.press("v", "-", "enter")
        coding = stored(screen)
        assert coding is not None
        assert [(s.quote, s.decision) for s in coding.spans] == [("قوات الولايات", Decision.EDITED)]
