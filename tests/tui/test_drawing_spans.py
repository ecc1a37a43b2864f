"""Spans that a coder draws, gives other edges, and takes away again."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to, stored
from rich.style import Style
from textual.pilot import Pilot

from coder.model import Decision
from coder.text.display import cell_width
from coder.tui.widgets.article_pane import ArticlePane


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


def reversed_cells(pilot: Pilot[None], pane: ArticlePane) -> int:
    """How many cells of the article stand out, as the screen has them now."""
    strips = pilot.app.screen._compositor.render_strips()[pane.region.y : pane.region.bottom]
    segments = (segment for strip in strips for segment in strip)
    return sum(cell_width(s.text) for s in segments if (s.style or Style()).reverse)


async def test_without_colour_each_change_of_an_edge_shows(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.pause()
        whole = reversed_cells(pilot, screen.pane)
        await pilot.press("v", "-")
        assert reversed_cells(pilot, screen.pane) == whole - cell_width(" المتحدة")
        await pilot.press("-")
        assert reversed_cells(pilot, screen.pane) == whole - cell_width(" الولايات المتحدة")
        await pilot.press("escape")
        assert reversed_cells(pilot, screen.pane) == whole
