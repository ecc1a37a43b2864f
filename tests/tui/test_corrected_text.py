"""After a correction of the text the coding screen names the words that were lost."""

from __future__ import annotations

import pytest
from screen_text import screen_lines

from coder.model import Span
from coder.service.project.opened import Project
from coder.service.upkeep.text_correction import correct_text
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen


@pytest.fixture
def lost(demo: Project) -> Span:
    """The place of an event of amal's, in which the correction changes a letter."""
    article = demo.article("003")
    with demo.store.read() as queries:
        coding = queries.coding(article.id, "amal")
    assert coding is not None
    evidence = {
        span_id for event in coding.events for span_id in event.answer("place").evidence
    }
    place = next(span for span in coding.spans if span.id in evidence)
    middle = (place.start + place.end) // 2
    new = f"{article.text[:middle]}ڨ{article.text[middle + 1 :]}"
    correct_text(demo, "salma", article.id, new, "a letter")
    return place


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_lost_words_are_said_and_gone_to(
    demo: Project, lost: Span, size: tuple[int, int]
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("003"))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert to_display("مواضع فقدت كلماتها") in "\n".join(screen_lines(app))
        await pilot.press("ctrl+s")
        await pilot.pause()
        shown = "\n".join(screen_lines(app))
        assert to_display(lost.quote) in shown
        await pilot.press("enter")
        await pilot.pause()
        assert screen.record.row.field.id == "place"
        screen.session.close()
