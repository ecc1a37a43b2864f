"""Spans that a coder draws, gives other edges, and takes away again."""

from __future__ import annotations

import re

import pytest
from coding_by_keys import Open, go_to, stored
from rich.style import Style
from screen_text import info, message
from textual.pilot import Pilot

from coder.model import Decision
from coder.service.coding.history import describe_step, history
from coder.text.display import cell_width, to_display
from coder.tui.screen_sizes import MARGIN
from coder.tui.screens.coding_screen import CodingScreen
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


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_arrows_take_the_selection_from_line_to_line_over_paragraphs(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        text = screen.session.article.text
        lines = screen.pane.locate(text.index("المصالح الأميركية"))[0]
        lines_with_words = {
            screen.pane.locate(start)[0] for start, _ in screen.highlights.reading.words
        }
        wanted = sorted(line for line in lines_with_words if line <= lines)
        assert len(text[: text.index("المصالح الأميركية")].split("\n")) > 3
        await pilot.press("v")

        def here() -> int:
            return screen.pane.locate(screen.highlights.selected.start)[0]

        for key, path in (("down", wanted[1:]), ("up", wanted[-2::-1])):
            for line in path:
                await pilot.press(key)
                assert here() == line, key


@pytest.mark.parametrize("size", [(80, 24), (40, 12)])
async def test_every_kind_is_named_with_its_letter_first_on_two_lines(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        await pilot.press("v")
        await pilot.pause()
        lines = [
            screen.bars["info"].row[0].text,
            screen.bars["message"].otherwise[0].text,
        ]
        named = [
            name for line in lines for name in re.findall("\u2067(.=[^\u2069]+)", line)
        ]
        assert [name[0] for name in named] == [
            kind.key for kind in screen.codebook.span_kinds
        ]
        assert all(cell_width(line) <= size[0] - 2 for line in lines)
        whole = "p=" + screen.codebook.span_kind("place").label.of(screen.lang)
        assert whole in named
        assert ("…" in lines[1]) == (size[0] == 40)
        await pilot.press("v")
        assert "c=" not in screen.bars["message"].otherwise[0].text


async def test_a_drawn_span_goes_again_beside_an_event_whose_source_is_unsaid(
    opened: Open,
) -> None:
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
        assert [(s.quote, s.decision) for s in coding.spans] == [
            ("قوات الولايات", Decision.EDITED)
        ]


def reversed_cells(pilot: Pilot[None], pane: ArticlePane) -> int:
    """How many cells of the article stand out, as the screen has them now."""
    strips = pilot.app.screen._compositor.render_strips()[
        pane.region.y : pane.region.bottom
    ]
    segments = (segment for strip in strips for segment in strip)
    return sum(cell_width(s.text) for s in segments if (s.style or Style()).reverse)


async def test_without_colour_the_cursor_covers_both_brackets(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        segments = (
            s
            for y in range(screen.pane.size.height)
            for s in screen.pane.render_line(y)
        )
        covered = "".join(s.text for s in segments if s.style and s.style.reverse)
        assert sorted(covered.replace("▲", "")) == sorted(to_display("[سورية]", 1))


async def test_without_colour_each_change_of_an_edge_shows(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
        await pilot.pause()
        whole = reversed_cells(pilot, screen.pane)
        await pilot.press("v", "-")
        assert reversed_cells(pilot, screen.pane) == whole - cell_width(" المتحدة]")
        await pilot.press("-")
        assert reversed_cells(pilot, screen.pane) == whole - cell_width(
            " الولايات المتحدة]"
        )
        await pilot.press("escape")
        assert reversed_cells(pilot, screen.pane) == whole


@pytest.mark.parametrize("before", [(), ("a",), ("x", "right")])
async def test_edges_that_stay_as_they_were_confirm_the_words(
    opened: Open, before: tuple[str, ...]
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        mark = screen.highlights.current
        await pilot.press(*before)
        screen.highlights.set_current(
            screen.highlights.at(*mark.stretch) if mark else None
        )
        await pilot.press("v", "enter")
        coding = stored(screen)
        assert coding is not None
        assert [(s.quote, s.decision) for s in coding.spans] == [
            ("سورية", Decision.CONFIRMED)
        ]
        assert message(screen) == "أُكّد «سورية»: مكان"


async def test_enter_keeps_no_new_span_before_its_kind_is_given(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("/", *"التحذير المبكر", "enter", "v", "enter")
        kinds = " ".join(kind.key for kind in screen.codebook.span_kinds)
        assert (
            message(screen) == f"اكتب أولاً حرف النوع: {kinds}"
            and stored(screen) is None
        )


async def test_a_click_on_a_word_puts_the_cursor_there(opened: Open) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        start = screen.session.article.text.index("جماعة")
        assert not [m for m in screen.highlights.marks if m.start <= start < m.end]
        line, column = screen.pane.locate(start)
        await pilot.click(
            screen.pane, offset=(column + MARGIN, line - screen.pane.scroll_offset.y)
        )
        assert screen.highlights.found == (start, start + 5)
        await pilot.press("v", "+")
        assert screen.highlights.selected.start == start


async def test_the_letter_of_another_kind_replaces_the_kind_of_an_undecided_candidate(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "سورية", "place")
        await pilot.press("v", "a")
        coding = stored(screen)
        assert coding is not None
        actor = screen.codebook.span_kind("actor").label.of(screen.lang)
        assert actor in message(screen) and "سورية" in message(screen)
        marked = {(s.kind, s.quote): s.decision for s in coding.spans}
        assert marked == {
            ("place", "سورية"): Decision.REJECTED,
            ("actor", "سورية"): None,
        }
        assert actor in describe_step(
            history(screen.session)[-1], screen.codebook, screen.lang
        )
        await pilot.press("z")
        assert screen.session.coding.spans == ()
        await pilot.press("a", "v", "a")  # what is confirmed stays: the words are both
        decisions = {(s.kind, s.decision) for s in screen.session.coding.spans}
        assert decisions == {("place", Decision.CONFIRMED), ("actor", None)}
        await go_to(screen, pilot, "إيران", "actor")
        await pilot.press("v", "left", "p")  # other words
        assert [
            s.quote
            for s in screen.session.coding.spans
            if s.decision is Decision.REJECTED
        ] == []


async def test_fields_for_which_words_of_the_wrong_kind_were_proposed_are_named(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e")
        [event] = screen.session.coding.events
        evidence = screen.session.by_id[event.answer("targets").evidence[0]]
        screen.highlights.go_to_span(evidence)
        await pilot.press("v", "w")
        assert screen.session.coding.events[0].answer("targets").evidence == ()
        assert screen.codebook.event_field("targets").label.of(screen.lang) in message(
            screen
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_letters_of_kinds_stand_in_one_place_while_a_span_is_drawn(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        await pilot.press("v", "+")
        kind = screen.codebook.span_kinds[0]
        in_panel = any(
            column.key == kind.key for row in screen.panel.list.rows for column in row
        )
        assert (in_panel, f"{kind.key}=" in info(screen)) == (
            size[0] >= 120,
            size[0] < 120,
        )


async def mark_with_the_mouse(
    screen: CodingScreen, pilot: Pilot[None], words: str
) -> str:
    """Drag over these characters of the article; return what is selected then."""
    start = screen.session.article.text.index(words)
    cells = [
        (column + MARGIN, line)
        for line, column in map(screen.pane.locate, (start, start + len(words) - 1))
    ]
    await pilot.mouse_down(screen.pane, offset=cells[0])
    await pilot.hover(screen.pane, offset=cells[1])
    await pilot.mouse_up(screen.pane, offset=cells[1])
    await pilot.pause()
    selection = screen.highlights.selection
    if selection is None:
        return ""
    return screen.session.article.text[selection.start : selection.end]


@pytest.mark.parametrize(
    ("marked", "selected"),
    [
        (" المنتشرة في ", "المنتشرة في"),
        ("نتشر", "المنتشرة"),
        (" ", ""),
    ],
)
async def test_what_the_mouse_marks_is_trimmed_to_words(
    opened: Open, marked: str, selected: str
) -> None:
    async with opened() as (screen, pilot):
        assert await mark_with_the_mouse(screen, pilot, marked) == selected


async def test_keys_still_draw_parts_of_words(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await mark_with_the_mouse(screen, pilot, " المنتشرة ")
        await pilot.press("<", "p")
        await pilot.pause()
        coding = stored(screen)
        assert coding is not None and [s.quote for s in coding.spans] == ["المنتشر"]
