"""The agreement tab of the review: made from kept comparisons, moved through, left for
a case in the grid.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from screen_text import info, screen_lines
from textual.events import Key
from textual.pilot import Pilot

from coder.service.project.opened import Project
from coder.service.sample_project import make_tour
from coder.tui.app import CoderApp
from coder.tui.screens import agreement_screen
from coder.tui.screens.agreement_cases import CasesView
from coder.tui.screens.agreement_screen import AgreementScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.widgets.frame import Frame
from tests.support.at_rest import until


@asynccontextmanager
async def tab(
    demo: Project, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ReviewScreen, AgreementScreen, Pilot[None]]]:
    review = ReviewScreen(demo, "salma")
    app = CoderApp(lambda: review)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("f4")
        screen = app.screen
        assert isinstance(screen, AgreementScreen)
        await pilot.pause()
        yield review, screen, pilot


def words(screen: AgreementScreen, name: str) -> str:
    said = "".join(column.text for column in screen.bars[name].row)
    return said.translate(dict.fromkeys(range(0x2066, 0x206A)))


def lines(screen: AgreementScreen) -> list[str]:
    """Its rows as they are written, without marks of direction."""
    rows = ("".join(column.text for column in row) for row in screen.list.rows)
    return [row.translate(dict.fromkeys(range(0x2066, 0x206A))) for row in rows]


async def test_the_fields_stand_there_worst_first_with_what_is_known_of_each(
    english_demo: Project,
) -> None:
    async with tab(english_demo) as (_, screen, pilot):
        assert screen.shown.study is not None
        assert (
            screen.field == "quality"
            and "Text problems" in lines(screen)[0]
            and "0.761" in lines(screen)[0]
        )
        assert "too few articles" in words(screen, "info")
        await pilot.press("down")
        assert screen.field == "date" and "strict alpha 0.692" in words(screen, "info")
        assert "equal keys 0.769 · equal values 0.646" in words(screen, "info")
        assert any("with fewer than 20" in line for line in lines(screen))


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_notes_below_the_fields_are_shown_with_the_last_field_above_a_blank_line(
    english_demo: Project, size: tuple[int, int]
) -> None:
    async with tab(english_demo, size) as (_, screen, pilot):
        await pilot.press("end")
        page, last = screen.list, len(screen.list.rows) - 1
        assert "Outlet, Notes." in " ".join(" ".join(lines(screen)[-2:]).split())
        assert (
            last - page.scroll_offset.y < page.size.height
            and page.cursor > page.scroll_offset.y
        )
        frame = page.parent
        assert isinstance(frame, Frame)
        assert frame.region.bottom - page.region.bottom == (2 if frame.is_closed else 0)


@pytest.mark.parametrize("size", [(60, 20), (40, 12)])
async def test_on_a_narrow_screen_the_names_of_fields_come_before_empty_intervals_and_verdicts(
    english_demo: Project, size: tuple[int, int]
) -> None:
    async with tab(english_demo, size) as (_, screen, _):
        rows = [row for row in screen.list.rows if len(row) > 1]
        names = [row[0].text.strip() for row in rows]
        assert len({*names}) == len(names)
        assert sum(column.width for column in rows[0]) < size[0]
        assert "0.761" in lines(screen)[0] and "—" not in lines(screen)[0]
        if size == (60, 20):
            assert "How the initiator is known" in names
        assert "too few articles" in words(screen, "info")


async def test_enter_goes_from_a_field_over_two_values_to_the_case_in_the_grid(
    english_demo: Project,
) -> None:
    async with tab(english_demo) as (review, screen, pilot):
        while screen.field != "certainty":
            await pilot.press("down")
        await pilot.press("enter")
        assert screen.shown.view == "values"
        assert "chosen by both" in words(screen, "info")
        assert screen.shown.study is not None
        data = screen.shown.study.reliability_data("certainty")
        table = data.confusion(english_demo.codebook)
        one, other, times, _ = data.met(english_demo.codebook)[0]
        if table.values.index(one) > table.values.index(other):
            one, other = other, one
        steps = [table.values.index(each) for each in (one, other)]
        await pilot.press(*["down"] * steps[0], *["right"] * steps[1])
        assert f"{one} / {other}: {times:g} times" in words(screen, "info")
        await pilot.press("enter")
        await pilot.pause()
        assert screen.shown.cases is not None
        [case, *_] = screen.shown.cases.units
        assert len(screen.shown.cases.units) == times
        assert one in lines(screen)[0] and other in lines(screen)[0]
        await pilot.press("enter")
        await pilot.pause()
        assert review.work.article.id == case.article
        assert review.grid.rows[review.grid.index].field.id == "certainty"
        members = dict(review.work.state.cluster(review.grid.cluster_id).members)
        assert (
            members.items()
            >= screen.shown.study.members("certainty", case).items()
            > set()
        )
        await pilot.press("q", "f4")
        again = pilot.app.screen
        assert (
            isinstance(again, AgreementScreen) and again.shown.cases
        )  # as it was left


async def test_a_view_without_figures_says_so_in_full_and_leads_to_the_cases(
    english_demo: Project,
) -> None:
    async with tab(english_demo, (40, 12)) as (_, screen, pilot):
        await pilot.press("tab")
        said = " ".join(line.strip() for line in screen_lines(pilot.app))
        assert "Text problems: no list" in said and "Enter shows the cases" in said
        await pilot.click(screen.list, offset=(4, 3))
        await pilot.pause()
        assert screen.shown.cases is not None


async def test_a_field_without_a_list_of_values_shows_all_cases(
    english_demo: Project,
) -> None:
    async with tab(english_demo) as (_, screen, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert screen.shown.study is not None and screen.shown.cases is not None
        assert screen.shown.cases.units == screen.shown.study.cases("date")
        await pilot.press("escape")
        assert not screen.shown.cases and screen.shown.view == "fields"


async def test_cases_show_dates_places_and_counts_in_words(
    english_demo: Project,
) -> None:
    async with tab(english_demo) as (_, screen, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        study = screen.shown.study
        assert study is not None
        first = lines(screen)[0]  # of article 000
        assert "amal: not stated · basim: 2023-10-17..2023-12-31+" in first
        assert first.startswith(" منذ17") and "000_fd74" not in first  # the title
        told = info(screen)
        assert (
            "basim: 2023-10-17..2023-12-31+ (inferred from context)" in told
            and "000_fd74" in told
        )
        for field in [each.field for each in study.fields]:
            cases = study.cases(field)
            titles = {
                case.article: english_demo.article(case.article).headline
                for case in cases
            }
            screen._list_cases(
                CasesView(screen.view.figures, field, None, cases, titles)
            )
            assert not [
                line
                for line in lines(screen)
                if "{" in line or '"' in line or "[[" in line
            ]


async def test_cases_that_are_found_late_do_not_cover_the_view_gone_to(
    english_demo: Project,
) -> None:
    async with tab(english_demo) as (_, screen, pilot):
        screen.take_key(Key("down", None))
        screen.take_key(Key("enter", None))
        screen.take_key(Key("tab", "\t"))
        await pilot.pause()
        assert screen.shown.cases is None and screen.shown.view != "fields"
        assert words(screen, "message") == ""


async def test_a_list_of_cases_that_was_closed_stays_closed(
    english_demo: Project,
) -> None:
    async with tab(english_demo) as (_, screen, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        assert screen.shown.cases is not None
        screen._find_cases(
            screen.shown.cases.field, None
        )  # as after figures were computed anew
        screen.take_key(Key("escape", None))
        await pilot.pause()
        assert screen.shown.cases is None and words(screen, "message") == ""


async def test_figures_from_before_are_told_and_lead_to_no_cases_until_the_new_ones_are_there(
    english_demo: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with tab(english_demo) as (_, screen, pilot):
        await pilot.press("down", "enter")
        await pilot.pause()
        before = screen.shown.cases
        assert before is not None and before.field == "date"
        await pilot.press("down", "escape", "escape")
        assert screen.shown.cases is None
        goes_on, report = Event(), agreement_screen.agreement_report

        def waits(*given: Any, **more: Any) -> Any:
            goes_on.wait(30)
            return report(*given, **more)

        monkeypatch.setattr(agreement_screen, "agreement_report", waits)
        again = AgreementScreen(english_demo, screen.shown, "en")
        pilot.app.push_screen(again)
        said = "Being computed again: until then, these are the earlier figures."
        await until(lambda: again.is_active and words(again, "message") == said)
        again.take_key(Key("enter", None))
        assert (again.shown.cases, words(again, "message")) == (None, said)
        again.shown.cases = before
        goes_on.set()
        await pilot.pause()
        now = again.shown.cases
        assert now is not None and now is not before and now.at == before.at == 1
        assert words(again, "message") == ""


async def test_coders_and_time(english_demo: Project) -> None:
    async with tab(english_demo) as (review, screen, pilot):
        await pilot.press("tab", "tab")
        assert screen.shown.view == "coders" and "F1 of events" in words(screen, "head")
        assert "Figure 1 of 7; " in " ".join(lines(screen)) and "Enter" not in words(
            screen, "footer"
        )
        assert "0.949" in lines(screen)[0] and "█" in lines(screen)[0]
        await pilot.press("right")
        assert "Text problems" in words(screen, "head")
        await pilot.press(*["right"] * 6)  # behind the last comes the first
        assert "F1 of events" in words(screen, "head")
        await pilot.press("tab")
        assert not any("…" in line for line in screen_lines(pilot.app)[1:3])
        assert "Enter" not in words(screen, "footer")
        assert not screen.list.rows and "need two months" in screen.list.otherwise.text
        await pilot.press("escape", "escape")
        assert pilot.app.screen is review


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_it_reads_from_the_right_in_arabic(
    demo: Project, size: tuple[int, int]
) -> None:
    async with tab(demo, size) as (_, screen, pilot):
        assert screen.rtl and "مشكلات" in lines(screen)[0]
        for view in ("values", "coders", "time", "fields"):
            await pilot.press("tab")
            assert screen.shown.view == view
            assert all(len(line) <= size[0] * 4 for line in screen_lines(pilot.app))


async def test_without_figures_the_tab_goes_on_saying_why(tmp_path: Path) -> None:
    project = make_tour(tmp_path / "nothing submitted", "coder", "en")
    project.add_person("salma", "supervisor")
    async with tab(project) as (_, screen, pilot):
        await until(lambda: "at least two coders" in screen.list.otherwise.text)
        for key in ("tab", "down", "shift+tab"):
            await pilot.press(key)
            assert "at least two coders" in screen.list.otherwise.text, key
        assert "at least two coders" in " ".join(screen_lines(pilot.app))
    project.close()
