"""Going to an event shows its words in the article, and lists of events tell them
apart.
"""

from __future__ import annotations

import pytest
from coding_by_keys import Open, coding_of, go_to_field, two_events
from screen_text import ISOLATES

from coder.tui.screens.event_table import EventTableScreen


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_after_a_merge_the_article_shows_the_words_of_the_event_that_stays(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as opening:
        screen, pilot = await two_events(opening)
        await pilot.press("[")
        words = screen.jumping.evidence_of(
            coding_of(screen).events[0].answer("event_type")
        )[0]
        screen.highlights.go_to(-1)
        assert not screen.pane.in_view[0] <= words.start < screen.pane.in_view[1]
        await pilot.press("&", "enter")
        await pilot.pause()
        assert screen.record.event_id == "e1"
        assert screen.pane.in_view[0] <= words.start < screen.pane.in_view[1]


@pytest.mark.parametrize("size", [(80, 24), (80, 40)])
async def test_going_to_an_event_shows_its_words_also_where_its_record_takes_more_rows(
    opened: Open, size: tuple[int, int]
) -> None:
    async with opened(size=size) as opening:
        screen, pilot = await two_events(opening)
        await pilot.press("[", "[")
        words = screen.jumping.evidence_of(
            coding_of(screen).events[0].answer("event_type")
        )[0]
        screen.highlights.go_to(-1)
        for _ in range(
            2
        ):  # the article has fewer lines beside the second record than beside the first
            await pilot.press("]")
            await pilot.pause()
            assert screen.pane.in_view[0] <= words.start < screen.pane.in_view[1]


@pytest.mark.parametrize("key", ["ctrl+l", "&", "@"])
async def test_lists_of_events_begin_with_what_tells_one_from_another(
    opened: Open, key: str
) -> None:
    async with opened(size=(120, 40)) as opening:
        screen, pilot = await two_events(opening)
        await go_to_field(screen, pilot, "notes")
        await pilot.press(key)
        label = (
            screen.chooser.choices[0]
            .label.replace("من حدث 1 · ", "")
            .translate(ISOLATES)
        )
        assert 0 <= label.index("سوريا") < label.index("هجوم")


async def test_below_the_list_each_value_has_the_words_that_support_it(
    opened: Open,
) -> None:
    async with opened(size=(120, 40)) as opening:
        screen, pilot = await two_events(opening)
        await pilot.press("f4", "up")
        page = pilot.app.screen
        assert isinstance(page, EventTableScreen)
        rows = ["".join(column.text for column in row) for row in page.list.rows]
        event = page.table.events[page.at]
        for field in ("event_type", "place"):
            spans = screen.jumping.evidence_of(event.answer(field))
            label = screen.codebook.event_field(field).label.ar
            at = next(n for n, row in enumerate(rows) if label in row)
            assert spans and rows[at + 1].strip() == " ".join(
                f"«{span.quote}»" for span in spans
            )
