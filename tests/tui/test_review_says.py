"""What the review screen says where a key did nothing, or made a decided cell undecided."""

from __future__ import annotations

from review_by_keys import bar, opened

from coder.adjudicate.resolve import ARTICLE
from coder.service.project.opened import Project


async def test_a_second_a_says_that_nothing_was_taken_and_z_is_not_offered(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f12", "a")
        assert "(z undoes it)" in bar(screen, "message")
        before = screen.work.state
        await pilot.press("a")
        assert screen.work.state == before
        assert "Nothing was taken" in bar(screen, "message") and "undoes" not in bar(screen, "message")


async def test_an_empty_text_does_not_take_away_that_it_is_not_stated(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("a")

        def state_of(*cell: str) -> str:
            answer = screen.work.state.decided(*cell)
            return answer.state if answer is not None else ""

        cell = next(each for each in screen.work.open_cells if each[1] == "notes")
        screen.grid.go_to(*cell)
        await pilot.press("0", "1")
        assert state_of(*cell) == "not_stated"
        screen.grid.go_to(*cell)
        await pilot.press("enter", "ctrl+s")
        assert screen.chooser.asked is None and state_of(*cell) == "not_stated"


async def test_what_becomes_undecided_is_said(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f12", "a")
        screen.grid.go_to(ARTICLE, "relevance")
        await pilot.press("delete")
        assert screen.work.state.decided(ARTICLE, "relevance") is None
        assert "Relevance: undecided again (z undoes it)" in bar(screen, "message")
