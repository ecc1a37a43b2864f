"""The events of an article in review: their list, and their words in the article."""

from __future__ import annotations

import pytest
from review_by_keys import opened
from screen_text import screen_lines

from coder.service.project.opened import Project
from coder.text.display import to_display
from coder.tui.palette import DIM, TEXT, coder_role
from coder.tui.screens.review_events import event_words
from coder.tui.screens.review_marks import BRIGHT


async def test_an_event_that_everyone_missed_is_added_by_keys(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("e")
        new = screen.work.state.clusters[-1]
        assert screen.grid.cluster_id == new.id and new.members == ()
        assert "event_type" in [row.field.id for row in screen.grid.rows]
        screen.grid.go_to(new.id, "event_type")
        await pilot.press("enter", *"threat", "enter")
        await pilot.pause()
        await pilot.press("1")
        assert screen.work.state.list_decisions(new.id)["event_type"].value == "threat"
        screen.work.writer.flush()
        screen.work.catch_up()
        assert (
            screen.work.state.list_decisions(new.id)["event_type"].reason
            == "missed_event"
        )  # as it is stored


async def test_the_key_for_all_events_is_that_of_coding(demo: Project) -> None:
    async with opened(demo) as (screen, pilot):
        await pilot.press("f4")
        assert screen.focused is screen.grid.events.list
        await pilot.press("f4")
        assert screen.focused is screen.grid.list


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_at_the_article_s_edge_stand_the_looks_of_words_that_no_single_coder_has(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, size=size) as (screen, _):
        _, *legend = screen.text.foot if size[0] >= 120 else screen.bars["title"].row
        ranks = [*screen.grid.looks][len(screen.grid.state.coders) :]
        looks = [
            (coder_role(screen.pane.kinds.rank[name]), screen.grid.looks[name])
            for name in ranks
        ]
        signs, words = legend[: 2 * len(looks) : 2], legend[1 : 2 * len(looks) : 2]
        assert [(column.style, column.text.strip()) for column in signs] == looks
        assert {column.style for column in words} == {DIM} and all(
            column.text.strip() for column in words
        )


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_list_of_events_has_the_same_keys(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, size=size) as (screen, pilot):
        wide = size[0] >= 120
        assert (screen.grid.events.list.region.height > 0) == wide
        await pilot.press("l")
        await pilot.pause()
        assert (
            screen.grid.events.list.has_focus
            and screen.grid.events.list.region.height > 3
        )
        assert (screen.pane.region.height > 0) == wide
        await pilot.press("down", "down")
        assert screen.grid.cluster_id == screen.work.state.clusters[1].id
        shown = "\n".join(screen_lines(pilot.app))
        assert (
            to_display(
                event_words(screen.work.state, screen.work.state.clusters[1], "ar")[0],
                1,
            )
            in shown
        )
        await pilot.press("1", "1")  # amal's whole event, with its reason
        event = screen.work.state.gold.event("g2")
        assert event is not None and all(
            "amal" in a.taken_from for a in event.fields.values()
        )
        await pilot.press("l")
        await pilot.press("q")
        assert screen.session is None


async def test_words_of_the_event_are_each_their_coders(demo: Project) -> None:
    async with opened(demo, size=(160, 50)) as (screen, _):
        screen.grid.go_to("c1", "event_type")
        marks = screen.grid.evidence()
        assert {mark.look for mark in marks} <= {"amal", "basim", "="}
        for mark in marks:
            assert mark.look == ("=" if mark.label == "amal+basim" else mark.label)
        bright = [mark for mark in marks if mark.state == BRIGHT]
        behind = {
            i for answer in screen.grid.row.answers.values() for i in answer.evidence
        }
        assert 0 < len(bright) <= len(behind) and len(bright) < len(marks)


async def test_nothing_stands_over_or_in_a_column_of_open_cells_where_none_is_open(
    demo: Project,
) -> None:
    async with opened(demo, "000_fd74d59c4a9049c0", (120, 40)) as (screen, _):
        events = screen.grid.events
        assert screen.work.closed and "مفتوح" not in events.title.row[-1].text
        assert not any(row[-1].width for row in events.list.rows)


@pytest.mark.parametrize("size", [(120, 40), (160, 50)])
async def test_the_article_under_the_title_of_events_is_never_dim(
    demo: Project, size: tuple[int, int]
) -> None:
    async with opened(demo, "000_fd74d59c4a9049c0", size) as (screen, _):
        article, *others = screen.grid.events.list.rows
        assert screen.work.closed and {column.style for column in article} == {TEXT}
        assert others and all(column.style == DIM for row in others for column in row)
