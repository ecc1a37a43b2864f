"""The coding screen says what a decision brings to be suggested, and that a blind
article has nothing.
"""

from __future__ import annotations

from coding_by_keys import Open
from screen_text import message
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.highlights import Selection

WORD = "المنطقة"
"""Stands three times in article 003, and no rule proposes it as a claim."""


async def draw(screen: CodingScreen, pilot: Pilot[None], nth: int) -> None:
    """Make the word's nth occurrence a claim."""
    start = -1
    for _ in range(nth):
        start = screen.session.article.text.index(WORD, start + 1)
    screen.highlights.select(
        Selection(screen.highlights.reading, start, start + len(WORD))
    )
    await pilot.press("c")


async def test_a_term_drawn_twice_is_highlighted_elsewhere_at_once_and_undo_takes_that_back(
    opened: Open,
) -> None:
    async with opened("003") as (screen, pilot):
        await draw(screen, pilot, 1)
        assert f"«{WORD}»" not in message(screen)
        await draw(screen, pilot, 2)
        assert message(screen) == f"اقتُرح أيضاً في هذا المقال «{WORD}»: 1"
        text = screen.session.article.text
        learned = [m for m in screen.highlights.marks if m.origin == f"learned:{WORD}"]
        assert [(m.kind, m.start, m.state) for m in learned] == [
            ("claim", text.rindex(WORD), "candidate")
        ]
        await pilot.press("z")
        assert message(screen).startswith("تراجعت عن")
        assert message(screen).endswith(
            f"لم يعد يُقترح، هنا وفي مقالاتك الأخرى: «{WORD}»"
        )
        assert not [
            m for m in screen.highlights.marks if m.origin.startswith("learned")
        ]


async def test_an_article_of_the_blind_sample_has_no_highlights_and_says_why(
    demo: Project, opened: Open
) -> None:
    with demo.store.begin("setup") as work:
        work.make_blind([(demo.article("003").id, "you")])
    async with opened("003") as (screen, pilot):
        assert screen.highlights.marks == []
        assert "بلا مقترحات: عيّنة" in " ".join(
            column.text for column in screen.bars["header"].row
        )
        await draw(screen, pilot, 1)
        await draw(screen, pilot, 2)
        assert [m.state for m in screen.highlights.marks] == ["drawn", "drawn"]


async def test_removing_goes_on_to_what_follows_though_less_is_suggested_in_front(
    opened: Open,
) -> None:
    async with opened("003") as (screen, pilot):
        await draw(screen, pilot, 2)
        await draw(screen, pilot, 3)
        suggested = [
            mark
            for mark in screen.highlights.marks
            if mark.origin.startswith("learned")
        ]
        following = screen.highlights.marks[screen.highlights.index + 1]
        await pilot.press("x")
        assert not {*suggested} & {*screen.highlights.marks} and len(suggested) == 1
        assert screen.highlights.current == following
