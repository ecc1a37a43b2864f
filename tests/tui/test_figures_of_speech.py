"""An article about sport opens with a word to its coder that its acts of war are not
suggested.
"""

from __future__ import annotations

import pytest

from coder.model import Article
from coder.service.project.opened import Project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from tests.suggest.test_unreal_acts import FIGURATIVE, LITERAL


@pytest.mark.parametrize(("text", "told"), [(FIGURATIVE[0], True), (LITERAL[0], False)])
@pytest.mark.parametrize("language", ["ar", "en"])
async def test_the_coder_is_told_that_acts_of_war_are_not_suggested(
    demo: Project, text: str, told: bool, language: str
) -> None:
    article = Article("match", text)
    with demo.store.begin("setup") as work:
        work.add_articles([article])
    screen = CodingScreen(demo, "you", article)
    screen.lang = language
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        said = " ".join(column.text for column in screen.bars["message"].row)
        here = "رياضة في معظمه" if language == "ar" else "Mostly sport"
        assert (here in said) is told
        screen.session.close()


async def test_it_is_told_after_the_article_before_was_submitted_and_not_of_one_that_was_left(
    demo: Project,
) -> None:
    sport, other = Article("match", FIGURATIVE[0]), demo.article("004")
    with demo.store.begin("setup") as work:
        work.add_articles([sport])
    screen = CodingScreen(demo, "you", other)
    screen.lang = "en"
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        for articles, told in (([sport], True), ([sport, other], False)):
            for article in articles:
                screen.open_article(article)
            screen.say("was_submitted")
            while any(worker.is_running for worker in pilot.app.workers):
                await pilot.pause()
            await pilot.pause()
            said = " ".join(column.text for column in screen.bars["message"].row)
            assert ("Mostly sport" in said) is told
        screen.session.close()
