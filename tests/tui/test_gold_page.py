"""After submitting in training gold stands beside one's own, before the next article
opens.
"""

from __future__ import annotations

from msgspec.structs import replace
from screen_text import message
from textual.pilot import Pilot

from coder.model import Status
from coder.service.project.config import Language
from coder.service.project.opened import Project
from coder.text.display import cell_width
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.gold_page import GoldPage
from coder.tui.screens.text_page import PageScreen
from tests.service.test_beside_gold import ARTICLE, copied

SIZES: tuple[tuple[tuple[int, int], Language], ...] = (
    ((80, 24), "ar"),
    ((160, 50), "en"),
)


def page(pilot: Pilot[None]) -> GoldPage:
    assert isinstance(pilot.app.screen, GoldPage)
    return pilot.app.screen


async def test_gold_is_shown_on_submitting_then_the_next_article_opens(
    demo: Project,
) -> None:
    copied(demo, submitted=False, genre="news", outlet="أخرى")
    screen = CodingScreen(demo, "you", demo.article(ARTICLE))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+g")
        assert pilot.app.screen is screen  # not before
        told = message(screen)
        assert (
            screen.session.article.headline[:20] in told and cell_width(told) <= 2 * 78
        )
        await pilot.press("ctrl+s", "ctrl+s")
        await pilot.pause()
        shown = page(pilot)
        assert shown.lines[shown.at].field.id == "genre"
        await pilot.press("n")
        assert shown.lines[shown.at].field.id == "outlet"
        await pilot.press("n", "enter")
        assert isinstance(pilot.app.screen, PageScreen)
        await pilot.press("escape", "escape")
        assert pilot.app.screen is screen and screen.session.article.id != ARTICLE
    with demo.store.read() as queries:
        coding = queries.coding(ARTICLE, "you")
    assert coding is not None and coding.status is Status.SUBMITTED


async def test_gold_is_read_again_from_the_submitted_article(demo: Project) -> None:
    copied(demo)
    for size, lang in SIZES:
        demo.config = replace(demo.config, language=lang)
        screen = CodingScreen(demo, "you", demo.article(ARTICLE))
        async with CoderApp(lambda screen=screen: screen).run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press("tab", "ctrl+g")
            shown = page(pilot)
            assert shown.at == 0 and all(line.same for line in shown.lines)
            await pilot.press("n")
            assert shown.bars["message"].row
            await pilot.press(*["pagedown"] * (len(shown.lines) // 10 + 1), "enter")
            assert (
                shown.at == len(shown.lines) and pilot.app.screen is shown
            )  # the figures at the end
            await pilot.press("ctrl+g")
            assert pilot.app.screen is screen and screen.session.article.id == ARTICLE


async def test_a_coder_of_the_data_sees_no_gold(demo: Project) -> None:
    screen = CodingScreen(demo, "amal", demo.article(ARTICLE))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+g")
        assert pilot.app.screen is screen and screen.bars["message"].row
