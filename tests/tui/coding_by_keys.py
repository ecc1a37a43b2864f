"""Going about the coding screen by its keys, and what is stored then."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from textual.pilot import Pilot

from coder.codebook.settle import settle
from coder.model import Coding, Event
from coder.tui.screens.coding_screen import CodingScreen
from tests.support.edits_by_hand import Becomes

Opened = tuple[CodingScreen, Pilot[None]]
Open = Callable[..., AbstractAsyncContextManager[Opened]]


def stored(screen: CodingScreen) -> Coding | None:
    screen.session.writer.flush()
    with screen.project.store.read() as queries:
        return queries.coding(screen.session.article.id, "you")


async def go_to(screen: CodingScreen, pilot: Pilot[None], words: str, kind: str) -> None:
    """Move with the arrow until the cursor is on these words."""
    for _ in range(400):
        here = screen.deciding.target()
        if here is not None and (here.kind, here.quote) == (kind, words):
            return
        await pilot.press("left")
    raise AssertionError(f"no {kind} {words}")


async def go_to_field(screen: CodingScreen, pilot: Pilot[None], field: str) -> None:
    names = [row.field.id for row in screen.record.rows]
    assert field in names, f"no field {field}"
    steps = names.index(field) - screen.record.index
    await pilot.press(*["down" if steps > 0 else "up"] * abs(steps))
    assert screen.record.row.field.id == field


def open_without_type(screen: CodingScreen) -> None:
    """A new event that began with no trigger, as the current one."""
    coding, book = screen.session.coding, screen.codebook
    number = 1 + max((int(e.id.removeprefix("e")) for e in coding.events), default=0)
    event = settle(Event(f"e{number}"), coding, book)
    screen.session.do(Becomes("event.opened", coding.with_event(event)))
    screen.record.event_id, screen.record.index = event.id, 0
    screen.refresh_work()
