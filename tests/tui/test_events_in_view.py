"""Going to another event brings its words into view, wherever in the article they are."""

from __future__ import annotations

import pytest
from coding_by_keys import Open, go_to
from screen_text import message

from coder.service.project.opened import Project
from coder.text.segment import sentences
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

ARTICLE = "002"  # amal coded fifteen events in it


async def test_the_next_event_of_a_coding_is_in_view_and_the_cursor_stays(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "amal", demo.article(ARTICLE))
    seen = set()
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        cursor = screen.highlights.current
        for key in ("]", "["):
            for _ in screen.session.coding.events:
                await pilot.press(key)
                await pilot.pause()
                event = screen.session.coding.event(screen.record.event_id)
                triggers = (
                    screen.deciding.evidence_of(event.answer("event_type"))
                    if event
                    else []
                )
                start, end = screen.pane.in_view
                assert not triggers or any(
                    start <= span.start < end for span in triggers
                )
                seen.add(start)
        assert screen.highlights.current == cursor
    assert len(seen) > 2  # the article was scrolled for it


async def test_an_event_chosen_from_the_list_is_in_view(demo: Project) -> None:
    screen = CodingScreen(demo, "amal", demo.article(ARTICLE))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        seen = set()
        for keys, at in (("end", -1), ("home", 0)):
            await pilot.press("f4", keys, "enter")
            await pilot.pause()
            event = screen.session.coding.events[at]
            assert screen.record.event_id == event.id
            triggers = screen.deciding.evidence_of(event.answer("event_type"))
            start, end = screen.pane.in_view
            assert any(start <= span.start < end for span in triggers)
            seen.add(start)
        assert len(seen) == 2


async def test_the_sentence_of_an_event_that_is_opened_is_in_view(
    demo: Project,
) -> None:
    screen, seen = CodingScreen(demo, "you", demo.article(ARTICLE)), 0
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        pane, text = screen.pane, screen.session.article.text
        for start, end in sentences(text):
            triggers = [
                m
                for m in screen.highlights.marks_in([(start, end)])
                if m.kind == "trigger"
            ]
            lines = pane.locate(end - 1)[0] - pane.locate(start)[0] + 1
            if not triggers or not 1 < lines <= pane.size.height // 2:
                continue
            pane.scroll_to(
                y=pane.locate(start)[0] - pane.size.height + 1,
                animate=False,
                immediate=True,
            )
            await pilot.pause()
            screen.highlights.set_current(triggers[0])
            await pilot.pause()
            await pilot.press("e")
            await pilot.pause()
            shown = range(pane.scroll_offset.y, pane.scroll_offset.y + pane.size.height)
            assert pane.locate(start)[0] in shown and pane.locate(end - 1)[0] in shown
            await pilot.press("z")
            seen += 1
    assert seen > 3


@pytest.mark.parametrize("size", [(40, 12), (80, 24)])
async def test_a_sentence_that_has_room_is_shown_whole(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as (screen, pilot):
        pane, text = screen.pane, screen.session.article.text
        for start, end in sentences(text):
            first, last = pane.locate(start)[0], pane.locate(end - 1)[0]
            if last - first < pane.size.height:
                pane.scroll_to(
                    y=0 if first > 40 else 999, animate=False, immediate=True
                )
                await pilot.pause()
                pane.show_span(start, end)
                await pilot.pause()
                top = pane.scroll_offset.y
                assert top <= first and last < top + pane.size.height


async def test_triggers_of_events_are_passed_over(opened: Open) -> None:
    async with opened() as (screen, pilot):
        first, second, third = [
            m for m in screen.highlights.marks if m.kind == "trigger"
        ][:3]
        await go_to(
            screen,
            pilot,
            screen.session.article.text[second.start : second.end],
            "trigger",
        )
        await pilot.press("e", "home", "ctrl+down")
        current = screen.highlights.current
        assert current is not None and current.stretch == third.stretch
        await pilot.press("ctrl+up")
        current = screen.highlights.current
        assert current is not None and current.stretch == first.stretch
        await pilot.press("ctrl+up")
        assert screen.highlights.current == current and message(screen).startswith(
            "لا فعل دالّ آخر"
        )
