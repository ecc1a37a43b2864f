"""After an upgrade of the codebook the coding screen shows its coder what to look at
again.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from screen_text import screen_lines

from coder.service.project.opened import Project
from coder.service.upkeep.codebook_upgrade import read_new, upgrade, worklist
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from tests.support.revised import revised


@pytest.fixture
def upgraded(demo: Project, tmp_path: Path) -> Project:
    upgrade(demo, "salma", read_new(demo, revised(tmp_path / "new")))
    return demo


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_what_was_taken_out_is_said_shown_and_gone_to(
    upgraded: Project, size: tuple[int, int]
) -> None:
    article = upgraded.article("003")
    [waiting] = [
        left for w, left in worklist(upgraded, "amal") if w.article == article.id
    ]
    split = [p for p in waiting if p.field == "event_type"]
    screen = CodingScreen(upgraded, "amal", article)
    app = CoderApp(lambda: screen)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert screen.codebook.ref == "conflict-events-ar@1.1.0"
        assert to_display("للمراجعة") in "\n".join(screen_lines(app))
        await pilot.press("ctrl+s", "enter")  # the first of all that is missing
        await pilot.pause()
        assert (screen.record.event_id, screen.record.row.field.id) == (
            split[0].event_id,
            "event_type",
        )
        assert screen.record.row.state == "wrong"
        assert (
            screen.record.row.problem is not None
            and screen.record.row.problem.message == split[0].message
        )
        assert to_display("غارة جوية") in "\n".join(screen_lines(app))
        await pilot.press(*"crewed", "enter")
        await pilot.pause()
        event = screen.session.coding.event(screen.record.event_id)
        assert (
            event is not None
            and event.answer("event_type").value == "air_strike_crewed"
        )
        left = [(p.event_id, p.field) for p in screen.session.left_to_check()]
        assert len(left) == len(waiting) - 1
        assert (split[0].event_id, "event_type") not in left
        screen.session.close()
    assert sum(
        len(each) for w, each in worklist(upgraded, "amal") if w.article == article.id
    ) == len(left)


async def test_a_screen_that_was_open_during_an_upgrade_says_so_and_goes_on_with_the_new_codebook(
    demo: Project, tmp_path: Path
) -> None:
    screen = CodingScreen(demo, "you", demo.article("004"))
    app = CoderApp(lambda: screen)
    async with app.run_test() as pilot:
        await pilot.pause()
        upgrade(demo, "salma", read_new(demo, revised(tmp_path / "new")))
        await pilot.press("a")
        screen.session.writer.settle()
        await pilot.pause()
        assert screen.session.codebook.version == "1.1.0"
        assert f"conflict-events-ar@1.1.0 {to_display('الدليل')}" in "\n".join(
            screen_lines(app)
        )
        assert screen.session.coding.spans == ()
        await pilot.press("a")
        screen.session.writer.flush()
    with demo.store.read() as queries:
        coding = queries.coding(demo.article("004").id, "you")
    assert (
        coding is not None
        and len(coding.spans) == 1
        and coding.codebook.endswith("@1.1.0")
    )
