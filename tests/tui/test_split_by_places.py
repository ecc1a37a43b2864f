"""An event split by its places (لعشر هجمات في العراق وثلاث في سورية): by keys, state
and page.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, coding_of, go_to_field
from screen_text import message
from textual.pilot import Pilot

from coder.model import MISSING
from coder.service.edits.answer_edits import Put, SetValue
from coder.service.edits.event_edits import OpenEvent
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.text_page import PageScreen
from coder.values.typed import parse

TEN = "عشر هجمات"


async def split_apart(
    screen: CodingScreen, pilot: Pilot[None], *confirmed: str, acts: str = ""
) -> str:
    """Split the tally, with these proposals confirmed and Syria added; return what the
    page tells.

    acts: the number of acts, if the coder corrected it.
    """
    session, codebook = screen.session, screen.codebook
    start = session.article.text.index(TEN)
    found = session.candidates
    session.do(
        OpenEvent(
            next(
                c
                for c in found
                if c.kind == "trigger" and start < c.start < start + len(TEN)
            )
        )
    )
    screen.record.turn_to("e1")
    screen.refresh_work()
    await pilot.press("tab")
    for name in (*confirmed, "place"):
        await go_to_field(screen, pilot, name)
        await pilot.press("space")
    syria = next(
        c for c in found if (c.kind, c.quote) == ("place", "سورية") and c.start > start
    )
    session.do(Put("e1", codebook.event_field("place"), syria))
    if acts:
        field = codebook.event_field("incident_count")
        session.do(SetValue("e1", field, parse(field, acts, codebook)))
    screen.refresh_work()
    await go_to_field(screen, pilot, "place")
    await pilot.press("|")
    await pilot.press(
        str(1 + [c.id for c in screen.chooser.choices].index("apart:place"))
    )
    page = pilot.app.screen
    assert isinstance(page, PageScreen)
    told = " ".join(column.text for row in page.list.rows for column in row)
    await pilot.press("escape")
    return told


@pytest.mark.parametrize(
    "confirmed", [("report_scope",), ("report_scope", "incident_count")]
)
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
async def test_both_parts_of_ten_attacks_stay_tallies_with_their_evidence_and_ask_for_the_count(
    opened: Open, size: tuple[int, int], confirmed: tuple[str, ...]
) -> None:
    async with opened(size=size) as (screen, pilot):
        told = await split_apart(screen, pilot, *confirmed)
        assert "عدد الأفعال" in told and "10" in told and TEN in told
        assert "نطاق الخبر" not in told
        assert "لكل جزء: حصيلة معدودة" in message(screen) and TEN in message(screen)
        coding = coding_of(screen)
        assert [event.id for event in coding.events] == ["e1", "e2"]
        for event in coding.events:
            scope = event.answer("report_scope")
            spans = [coding.span(span_id) for span_id in scope.evidence]
            assert scope.value == "aggregate" and scope.coded
            assert [span.quote for span in spans if span] == [TEN]
            assert event.answer("incident_count") == MISSING
        wanting = {p.event_id for p in screen.session.problems() if p.rule == "R05"}
        assert wanting == {"e1", "e2"}


async def test_a_scope_that_a_split_changes_is_named_with_its_evidence_as_dropped(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        told = await split_apart(
            screen, pilot, "report_scope", acts="2"
        )  # one there and one here
        assert "نطاق الخبر" in told and TEN in told
        assert "حصيلة معدودة" in told and "حادثة واحدة" in told
        assert "لكل جزء: حادثة واحدة" in message(screen)
        scopes = [event.answer("report_scope") for event in coding_of(screen).events]
        assert [(scope.value, scope.evidence) for scope in scopes] == [
            ("single", ())
        ] * 2
