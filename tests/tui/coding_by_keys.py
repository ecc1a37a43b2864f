"""Going about the coding screen by its keys, and what is stored then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from itertools import pairwise

from textual.pilot import Pilot

from coder.codebook.settle import settle
from coder.model import REJECTED, Coding, Event
from coder.tui.screens.coding_screen import CodingScreen
from tests.support.edits_by_hand import Becomes

Opened = tuple[CodingScreen, Pilot[None]]
Open = Callable[..., AbstractAsyncContextManager[Opened]]


def stored(screen: CodingScreen) -> Coding | None:
    screen.session.writer.flush()
    with screen.project.store.read() as queries:
        return queries.coding(screen.session.article.id, "you")


def coding_of(screen: CodingScreen) -> Coding:
    """What is stored, where something is."""
    found = stored(screen)
    assert found is not None
    return found


def told(screen: CodingScreen) -> list[list[str]]:
    """The texts of each field's columns in the record, over all its lines."""
    form, record = screen.form, screen.record
    lines = [form.rows[first:end] for first, end in pairwise(record.firsts)]
    return [
        [
            " ".join(c.text for c in column if c.text)
            for column in zip(*rows, strict=True)
        ]
        for rows in lines
    ]


async def go_to(
    screen: CodingScreen, pilot: Pilot[None], words: str, kind: str
) -> None:
    """Move with the arrow until the cursor is on these words."""
    text = screen.session.article.text
    for _ in range(400):
        here = screen.deciding.target()
        if here is not None and (here.kind, here.quote) == (kind, words):
            return
        marks, at = screen.highlights.marks, screen.highlights.index + 1
        ahead = [mark for mark in (*marks[at:], *marks[:at]) if mark.state != REJECTED]
        quotes = [(mark.kind, text[mark.start : mark.end]) for mark in ahead]
        steps = quotes.index((kind, words)) + 1 if (kind, words) in quotes else 1
        await pilot.press(*["left"] * steps)
    raise AssertionError(f"no {kind} {words}")


async def go_to_field(screen: CodingScreen, pilot: Pilot[None], field: str) -> None:
    names = [row.field.id for row in screen.record.rows]
    assert field in names, f"no field {field}"
    steps = names.index(field) - screen.record.index
    await pilot.press(*["down" if steps > 0 else "up"] * abs(steps))
    assert screen.record.row.field.id == field


@asynccontextmanager
async def in_record(
    opened: Open,
    words: str = "استُهدفت",
    field: str = "",
    size: tuple[int, int] = (80, 24),
) -> AsyncIterator[Opened]:
    """The record of the event that these words open, the cursor on a field of it."""
    async with opened(size=size) as (screen, pilot):
        await go_to(screen, pilot, words, "trigger")
        await pilot.press("e", "tab")
        await pilot.pause()
        if field:
            await go_to_field(screen, pilot, field)
        yield screen, pilot


def open_without_type(screen: CodingScreen) -> None:
    """A new event that began with no trigger, as the current one."""
    coding, book = screen.session.coding, screen.codebook
    number = 1 + max((int(e.id.removeprefix("e")) for e in coding.events), default=0)
    event = settle(Event(f"e{number}"), coding, book)
    screen.session.do(Becomes("event.opened", coding.with_event(event)))
    screen.record.event_id, screen.record.index = event.id, 0
    screen.refresh_work()


async def two_events(opened: Opened) -> Opened:
    """e1: an attack with a target and a place; e2: without type, with another place;
    the cursor in e2.
    """
    screen, pilot = opened
    await go_to(screen, pilot, "استُهدفت", "trigger")
    await pilot.press("e")
    await go_to(screen, pilot, "قوات الولايات المتحدة", "actor")
    await pilot.press("g")
    await go_to(screen, pilot, "سورية", "place")
    await pilot.press("p", "home")
    open_without_type(screen)
    await go_to(screen, pilot, "العراق", "place")
    await pilot.press("p", "tab")
    assert [e.id for e in screen.session.coding.events] == [
        "e1",
        "e2",
    ] and screen.record.event_id == "e2"
    return screen, pilot


def letter_of(screen: CodingScreen, quote: str, kind: str) -> str:
    """The letter drawn on these words."""
    text = screen.session.article.text
    shown = {
        (text[m.start : m.end], m.kind): name
        for name, m in screen.highlights.letters.items()
    }
    return shown[quote, kind]


async def fill_the_rest(screen: CodingScreen, pilot: Pilot[None]) -> None:
    """Confirm what is proposed, and say of all other open fields of the event that they
    are not stated.
    """
    for _ in range(20):
        if screen.record.asks:
            await pilot.press("ctrl+f")
        row = screen.record.row
        if (
            row.state == "proposed" and row not in screen.record.shown
        ):  # cut, and read in the message
            await pilot.press("space")
        elif screen.record.asks:
            await pilot.press("ctrl+o")
        if screen.record.row.is_open:  # the event's sentences have words for it
            await pilot.press("0")


async def finish_event(screen: CodingScreen, pilot: Pilot[None]) -> None:
    """Leave nothing open in the event of the record, its certainty last, with letters
    on the words.
    """
    await pilot.press("\\")
    await fill_the_rest(screen, pilot)
    await go_to_field(screen, pilot, "place")
    await pilot.press("delete", "0")
    await go_to_field(screen, pilot, "certainty")
    await pilot.press("1")
