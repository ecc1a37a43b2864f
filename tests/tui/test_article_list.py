"""The list of articles on the coding screen, and for supervisors."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from coding_by_keys import Open
from msgspec.structs import replace
from screen_text import info, screen_lines
from textual.events import Paste
from textual.pilot import Pilot

from coder.model import FLAG, SKIP, Article, Status
from coder.service.coding.assigned_articles import SUBMITTED, ArticleList
from coder.service.coding.session import find_next_article
from coder.service.project.opened import Project, create_project
from coder.service.review.gold_session import reopen
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.article_list import ArticleListScreen
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.sentences import say
from coder.tui.widgets.row_list import RowList


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(screen_lines(pilot.app))


def of(pilot: Pilot[None]) -> ArticleListScreen:
    """The list that is open."""
    assert isinstance(pilot.app.screen, ArticleListScreen)
    return pilot.app.screen


@pytest.mark.parametrize("scope", ["article", "form"])
async def test_an_article_is_found_by_typing_and_opened(
    opened: Open, scope: str
) -> None:
    async with opened() as (screen, pilot):
        if scope == "form":
            await pilot.press("tab")
        await pilot.press("f2")
        assert of(pilot).found[of(pilot).at].article.startswith("004")  # where one is
        await pilot.press(*"دير الزّور")
        [found] = of(pilot).found
        assert to_display("الزور", 1) in shown(pilot)
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is screen and screen.session.article.id == found.article


async def test_an_article_of_which_only_the_coding_was_imported_is_listed_after_the_assigned_ones(
    demo: Project,
) -> None:
    with demo.store.begin("salma") as work:
        first, *others = work.queries.assignments("amal")
        work.unassign([(first.article, "amal", first.stage, first.position)])
    own = ArticleList(demo, "amal").listed
    assert [each.article for each in own] == [
        *(each.article for each in others),
        first.article,
    ]
    assert (own[-1].stage, own[-1].status) == ("", SUBMITTED)
    everybody = ArticleList(demo, "").listed
    assert first.article in [each.article for each in everybody]
    with demo.store.begin("salma") as work:
        copy = work.queries.coding(first.article, "amal")
        assert copy is not None
        work.save_coding(
            None, replace(copy, coder="amal~2", status=Status.OPEN), "coding.imported"
        )
    assert (
        ArticleList(demo, "").listed == everybody
    )  # a copy of amal's work is no other coder's


async def test_an_article_reopened_meanwhile_is_read_anew_from_the_list(
    demo: Project,
) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    async with CoderApp(lambda: screen).run_test() as pilot:
        await pilot.pause()
        assert screen.session.submitted
        reopen(demo, "salma", "004", "amal")
        await pilot.press("f2", "enter")
        await pilot.pause()
        assert pilot.app.screen is screen and not screen.session.submitted


async def test_the_header_counts_the_minutes_in_each_article(opened: Open) -> None:
    async with opened() as (screen, pilot):
        store, began = (
            screen.session.project.store,
            datetime(2026, 11, 21, 9, tzinfo=UTC),
        )
        for minute in (0, 3, 7, 60):  # the last after a pause
            store.clock = lambda minute=minute: began + timedelta(minutes=minute)
            await pilot.press("space")
        await pilot.pause()
        assert "ﺩ 7 " in shown(pilot)
        await pilot.press("f2", *"دير", "enter")
        await pilot.pause()
        assert "ﺩ 0 " in shown(pilot) and "ﺩ 7 " not in shown(pilot)


async def test_pasted_words_are_looked_for_like_typed_ones(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f2", *"دير")
        of(pilot).post_message(Paste(" \nالزّور\n"))
        await pilot.pause()
        assert of(pilot).query_text == "ديرالزّور"
        await pilot.press("ctrl+u")
        of(pilot).post_message(Paste("دير\nالزّور\n"))
        await pilot.pause()
        assert len(of(pilot).found) == 1


async def test_a_list_in_which_nothing_is_found_says_so(opened: Open) -> None:
    async with opened() as (_, pilot):
        await pilot.press("f2", *"ديرxyz")
        assert of(pilot).found == [] and "Ctrl+U" in of(pilot).list.otherwise.text
        await pilot.press("ctrl+u")
        assert of(pilot).found
        await pilot.press("tab", "tab")  # the flagged ones
        await pilot.pause()
        assert of(pilot).found == [] and "Tab" in shown(pilot)
        await pilot.click(of(pilot).list, offset=(40, 0))
        assert of(pilot).filter == "skip"


async def test_on_a_narrow_screen_the_filter_and_what_is_typed_show(
    opened: Open,
) -> None:
    async with opened(size=(40, 16)) as (_, pilot):
        await pilot.press("f2", "tab", "tab", *"xyz")
        await pilot.pause()
        name = say("ar", f"filter_{of(pilot).filter}")
        assert to_display(name, 1) in shown(pilot) and "xyz" in shown(pilot)


async def test_escape_leaves_everything_as_it_was(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("f2", *"xyz", "enter")
        assert of(pilot).found == [] and shown(pilot)  # nothing to open
        await pilot.press("backspace", "ctrl+u")
        assert len(of(pilot).found) == 5
        await pilot.press("f2")
        assert pilot.app.screen is screen and screen.session.article.id.startswith(
            "004"
        )


async def test_what_is_flagged_and_put_off_is_kept_and_filtered(
    opened: Open, demo: Project
) -> None:
    async with opened() as (_, pilot):
        first = find_next_article(demo, "you")
        await pilot.press("f2", "home", "f4")
        assert find_next_article(demo, "you") != first
        await pilot.press("down", "f3", *"مكرر", "ctrl+j", *"جدا", "ctrl+s")
        flagged = ArticleList(demo, "you").found(FLAG, "")
        assert [each.marked(FLAG).text for each in flagged if each.marked(FLAG)] == [
            "مكرر\nجدا"
        ]  # type: ignore[union-attr]
        assert "⚑" in shown(pilot) and to_display("مؤجَّل", 1) in shown(pilot)
        await pilot.press("tab", "tab")
        assert [each.article for each in of(pilot).found] == [
            each.article for each in flagged
        ]
        await pilot.press("f3")
        assert of(pilot).found == [] and ArticleList(demo, "you").found(FLAG, "") == []
        await pilot.press("tab", "f4")
        assert (
            ArticleList(demo, "you").found(SKIP, "") == []
            and find_next_article(demo, "you") == first
        )


async def test_the_next_one_is_neither_submitted_nor_put_off(
    opened: Open, demo: Project
) -> None:
    async with opened() as (screen, pilot):
        order = [each.article for each in ArticleList(demo, "you").listed]
        here = order.index(screen.session.article.id)
        after, then = order[(here + 1) % 5], order[(here + 2) % 5]
        ArticleList(demo, "you").turn(after, SKIP)
        await pilot.press("f2", "f5")
        await pilot.pause()
        assert screen.session.article.id == then


async def test_a_submitted_article_opens_to_read_and_says_so(demo: Project) -> None:
    screen = CodingScreen(demo, "amal", demo.article("004"))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert screen.session.coding.status is Status.SUBMITTED
        assert (
            to_display("للقراءة", 1) in screen_lines(app)[1]
            and "…" not in screen_lines(app)[1]
        )
        screen.use_language("en")
        await pilot.pause()
        assert screen_lines(app)[1].rstrip().endswith("can open it again.")
        screen.use_language("ar")
        before = screen.session.coding
        await pilot.press("x", "e", "f2", "enter")
        assert screen.session.coding == before
    open_one = CodingScreen(demo, "you", demo.article("004"))
    other = CoderApp(lambda: open_one)
    async with other.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        assert to_display("للقراءة", 1) not in "\n".join(screen_lines(other))


async def test_the_mouse_goes_to_a_row_and_then_opens_it(opened: Open) -> None:
    async with opened() as (screen, pilot):
        await pilot.press("f2")
        at, last = of(pilot), pilot.app.screen.query_one(RowList)
        await pilot.click(last, offset=(10, 0))
        assert at.at == 0 and pilot.app.screen is at
        await pilot.click(last, offset=(10, 0))
        await pilot.pause()
        assert screen.session.article.id == at.found[0].article


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (40, 12)])
async def test_it_fits_every_size(opened: Open, size: tuple[int, int]) -> None:
    async with opened(size=size) as (_, pilot):
        await pilot.press("f2", "down")
        lines = screen_lines(pilot.app)
        assert len(lines) == size[1]
        assert any(to_display("مقالات you", 1) in line for line in lines)
        assert {
            strip.cell_length for strip in pilot.app.screen._compositor.render_strips()
        } == {size[0]}


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_a_long_title_is_told_whole_or_ends_behind_a_word(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    project = create_project(tmp_path / "long", language="en")
    project.add_person("you", "coder")
    title = " ".join(["strikes"] * 20)  # of 159 cells
    article = Article("a1", f"{title}\ntext")
    with project.store.begin("setup") as work:
        work.add_articles([article])
        work.assign([("a1", "you", "production", 0)])
    app = CoderApp(lambda: CodingScreen(project, "you", article))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f2")
        told = " ".join(info(of(pilot)).split())
        if size == (160, 50):
            assert told == f"{title} · production · a1"
        else:  # which its id would not leave room for
            assert re.fullmatch(r"(strikes )+strikes… · production", told)
    project.close()


async def test_supervisors_list_everybody_s_articles(demo: Project) -> None:
    ArticleList(demo, "you").turn(demo.article("003").id, FLAG, "?")
    screen = ReviewScreen(demo, "salma")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2", "tab", "tab")
        assert "F3" not in shown(pilot) and "F5" in shown(
            pilot
        )  # what only refuses is not offered
        [found] = of(pilot).found
        assert found.article.startswith("003") and (found.submitted, found.coders) == (
            2,
            3,
        )
        await pilot.press("f3")  # a coder's to take away
        assert of(pilot).found == [found]
        await pilot.press("enter")
        await pilot.pause()
        assert screen.work.article.id == found.article


async def test_five_thousand_articles(tmp_path: Path) -> None:
    project = create_project(tmp_path / "many", language="en")
    project.add_person("you", "coder")
    many = [Article(f"a{n:04}", f"غارة رقم {n}\nنص") for n in range(5000)]
    with project.store.begin("setup") as work:
        work.add_articles(many)
        work.assign((each.id, "you", "production", n) for n, each in enumerate(many))
    screen = CodingScreen(project, "you", many[2500])
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.press("f2")
        assert "a2500" in shown(pilot) and "2501 of 5000" in shown(pilot)
        await pilot.press(*"4999")
        assert [each.article for each in of(pilot).found] == ["a4999"]
        await pilot.press("ctrl+u", "end")
        assert "a4999" in shown(pilot) and "5000 of 5000" in shown(pilot)
        rows = of(pilot).list.size.height
        await pilot.press("home", "pagedown")
        assert f"{rows} of 5000" in shown(pilot)  # the last one that was in view
        await pilot.press("pagedown", "pageup")
        assert f"{rows} of 5000" in shown(pilot)
    project.close()
