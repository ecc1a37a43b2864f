"""Going to another event brings its words into view, wherever in the article they are."""

from __future__ import annotations

from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen

ARTICLE = "002"  # amal coded fifteen events in it


async def test_the_next_event_of_a_coding_is_in_view_and_the_cursor_stays(demo: Project) -> None:
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
                triggers = screen.deciding.evidence_of(event.answer("event_type")) if event else []
                start, end = screen.pane.in_view
                assert not triggers or any(start <= span.start < end for span in triggers)
                seen.add(start)
        assert screen.highlights.current == cursor
    assert len(seen) > 2  # the article was scrolled for it
