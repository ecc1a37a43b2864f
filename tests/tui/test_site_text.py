"""What the suggester leaves out because it stands in site furniture is shown and hidden
by a key.
"""

from __future__ import annotations

from coding_by_keys import Open, go_to, stored
from textual.pilot import Pilot

from coder.model import Decision
from coder.service.delivery.intake import import_files
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project
from coder.tui.screens.coding_screen import CodingScreen

OUTLET = ("source", "نورث برس")
"""The outlet in article 003's byline."""


def bar(screen: CodingScreen, name: str) -> str:
    words = " ".join(column.text for column in screen.bars[name].row)
    return words.replace("\u2068", "").replace(
        "\u2069", ""
    )  # the isolates around what is filled in


def sources(screen: CodingScreen) -> list[tuple[str, str]]:
    text = screen.session.article.text
    return [
        (m.kind, text[m.start : m.end])
        for m in screen.highlights.marks
        if m.kind == "source"
    ]


async def test_a_key_shows_the_candidates_in_site_text_and_hides_them_again(
    opened: Open,
) -> None:
    async with opened("003") as (screen, pilot):
        first = list(screen.highlights.marks)
        await pilot.press("#")
        assert "مقترحات في نصوص الموقع: 1" in bar(screen, "message")
        shown = [m for m in screen.highlights.marks if m not in first]
        assert [screen.session.article.text[m.start : m.end] for m in shown] == [
            OUTLET[1]
        ]
        await pilot.press("#")
        assert "أُخفيت مقترحات نصوص الموقع: 1" in bar(screen, "message")
        assert screen.highlights.marks == first


async def test_what_was_confirmed_there_stays(opened: Open) -> None:
    async with opened("003") as (screen, pilot):
        await pilot.press("#", "home")
        await go_to_outlet(screen, pilot)
        await pilot.press("a", "#")
        coding = stored(screen)
        assert coding is not None
        assert (OUTLET, Decision.CONFIRMED) in [
            ((s.kind, s.quote), s.decision) for s in coding.spans
        ]
        assert sources(screen).count(OUTLET) >= 1


async def go_to_outlet(screen: CodingScreen, pilot: Pilot[None]) -> None:
    await go_to(screen, pilot, OUTLET[1], OUTLET[0])


async def test_an_article_with_nothing_but_site_text_is_not_called_decided(
    demo: Project, opened: Open, tmp_path
) -> None:
    page = tmp_path / "page.txt"
    page.write_text("شارك المقال عبر فيسبوك\n", encoding="utf-8")
    import_files(demo, [page])
    suggest(demo)
    async with opened("page") as (screen, pilot):
        assert "لا مقترحات: # لنص الموقع" in bar(screen, "header")
        await pilot.press("#")
        assert "لا مقترحات أخرى في نصوص الموقع" in bar(screen, "message")
