"""The page before submitting: all that is in the way, where it leads, and what is only
warned of.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from coding_by_keys import Open, finish_event, go_to, in_record, open_without_type
from msgspec.structs import replace
from textual.events import Key

from coder.model import Answer, Blank, Status
from coder.service.project.opened import Project, open_project
from coder.text.display import to_display
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.missing_screen import MissingScreen
from tests.support.edits_by_hand import Becomes
from tests.tui.screen_text import message, screen_lines

PLAIN = dict.fromkeys(range(0x2066, 0x206A))


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_all_that_is_missing_stands_on_one_page(
    demo: Project, size: tuple[int, int], lang: str
) -> None:
    config = demo.config.folder / "coder.toml"
    config.write_text(config.read_text("utf-8").replace('"ar"', f'"{lang}"'), "utf-8")
    project = open_project(demo.config.folder)
    screen = CodingScreen(project, "you", project.article("004"))
    async with CoderApp(lambda: screen).run_test(size=size) as pilot:
        await pilot.pause()
        for _ in range(2):
            open_without_type(screen)
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        ordered = sorted(screen.session.problems(), key=lambda p: p.severity != "error")
        found = [each for each in page.found if each.problem is not None]
        assert sum(each.fields for each in found) == len(ordered) > len(found)
        assert [each.problem for each in found] == [
            problem
            for before, problem in pairwise([None, *ordered])
            if before is None
            or (problem.rule, problem.event_id) != (before.rule, before.event_id)
            or problem.rule != "required"
        ]
        left = next(
            each for each in page.found if each.problem is None
        )  # the first after the problems
        assert (
            str(len(screen.session.undecided())) in left.text
            and left.candidate is not None
        )
        rows = page.query_one("#page").rows  # type: ignore[attr-defined]
        for each in page.found:  # wrapped, and nothing is cut
            assert "…" not in each.text
        told = " ".join(column.text for row in rows for column in row).translate(PLAIN)
        assert all(
            word in told
            for each in page.found
            for word in each.text.translate(PLAIN).split()
        )
        await pilot.press("ctrl+s")  # errors are left
        assert pilot.app.screen is page
        last_error = max(n for n, each in enumerate(page.found) if each.is_error)
        await pilot.press(*["down"] * last_error, "enter")
        await pilot.pause()
        problem = page.found[last_error].problem
        assert problem is not None
        assert (screen.record.event_id, screen.record.row.field.id) == (
            problem.event_id or "",
            problem.field,
        )
        await pilot.press("ctrl+s", *["down"] * page.found.index(left), "enter")
        await pilot.pause()
        assert screen.pane.has_focus and screen.highlights.current is not None
        assert screen.highlights.current.id == screen.session.undecided()[0].id
    project.close()


async def test_keys_that_come_at_once_leave_the_page_once(opened: Open) -> None:
    async with opened() as (screen, pilot):
        for key in (
            "ctrl+s",
            "down",
            "enter",
            "enter",
            "ctrl+s",
            "escape",
            "escape",
            "ctrl+s",
            "ctrl+s",
        ):
            pilot.app.post_message(Key(key, None))
        await pilot.pause()
        await pilot.pause()
        assert len(pilot.app.screen_stack) <= 2, pilot.app.screen_stack
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen, pilot.app.screen_stack


async def test_warnings_are_shown_before_the_article_is_submitted(opened: Open) -> None:
    async with opened() as (screen, pilot):
        answers = {
            "relevance": Answer(value="relevant"),  # and no event: R33 warns
            "genre": Answer(value="news"),
            "pub_date": Answer(
                value={
                    "start": "2023-10-25",
                    "end": "2023-10-25",
                    "precision": "day",
                    "basis": "absolute",
                }
            ),
        }
        screen.session.do(
            Becomes("value.set", replace(screen.session.coding, answers=answers))
        )
        screen.refresh_work()
        assert [p.severity for p in screen.record.problems] == ["warning"], (
            screen.record.problems
        )
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert screen.session.coding.status is Status.OPEN
        drawn = "\n".join(screen_lines(pilot.app))
        assert to_display("مقال ذو صلة بلا أحداث.", 1).strip(".") in drawn
        first = screen.session.article.id
        await pilot.press("ctrl+s")
        await pilot.pause()
        with screen.project.store.read() as queries:
            coding = queries.coding(first, "you")
        assert coding is not None and coding.status is Status.SUBMITTED


@pytest.mark.parametrize("key", ["0", "ctrl+o"])
async def test_what_a_rule_asks_of_a_field_that_is_not_stated_is_said_at_once(
    key: str, opened: Open
) -> None:
    async with opened(size=(120, 40)) as (screen, pilot):
        await pilot.press("tab")
        for field, is_asked in (("genre", False), ("pub_date", True)):
            screen.record.go_to_event("", field)
            await pilot.press(key if is_asked else "0")
            assert screen.session.coding.answer(field).blank is Blank.NOT_STATED
            told = screen.bars["message"].row[0].text.translate(PLAIN)
            assert ("تنبيه: تاريخ النشر لم يُذكر؟" in told) is is_asked


async def test_undecided_triggers_are_said_apart_before_submitting_and_lead_to_the_first(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        triggers = [c for c in screen.session.undecided() if c.kind == "trigger"]
        await pilot.press("ctrl+s")
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        line = next(i for i, each in enumerate(page.found) if each.triggers)
        assert (
            page.found[line].triggers == len(triggers)
            and page.found[line].candidate == triggers[0]
        )
        assert f"بلا قرار: {len(triggers)}" in "".join(
            c.text for c in page.bars["title"].row
        ).translate(PLAIN)
        assert f": {len(triggers)}. " in page.found[line].text.translate(PLAIN)
        counts = Counter(trigger.quote for trigger in triggers)
        assert (
            max(counts.values()) > 1
        )  # words that stand there twice are listed once, with their number
        words = (
            page.found[line]
            .text.translate(PLAIN)
            .split("\n")[1]
            .replace("\N{NO-BREAK SPACE}", " ")
        )
        assert words == " ".join(
            f"«{quote}»" + f" ×{n}" * (n > 1) for quote, n in counts.items()
        )
        assert page.found[line].record == "كلمات المقال"  # no matter of the event above
        assert "وCtrl+↓ إلى التالي مما لم يُفتح به حدث" in page.found[
            line
        ].text.translate(PLAIN)
        await pilot.press(*["down"] * line, "enter")
        for trigger in triggers[:2]:
            assert screen.pane.has_focus and screen.highlights.current is not None
            assert screen.highlights.current.id == trigger.id
            await pilot.press("ctrl+down")


@pytest.mark.parametrize("lang", ["ar", "en"])
async def test_how_often_a_trigger_stands_is_read_behind_it_in_either_language(
    demo: Project, lang: str
) -> None:
    config = demo.config.folder / "coder.toml"
    config.write_text(config.read_text("utf-8").replace('"ar"', f'"{lang}"'), "utf-8")
    project = open_project(demo.config.folder)
    screen = CodingScreen(project, "you", project.article("004"))
    counts = Counter(c.quote for c in screen.session.undecided() if c.kind == "trigger")
    many = {to_display(f"«{quote}»", 1): n for quote, n in counts.items() if n > 1}
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        await pilot.press("ctrl+s")
        await pilot.pause()
        shown = "\n".join(screen_lines(pilot.app)).replace("\N{NO-BREAK SPACE}", " ")
        told = [
            f"{word} ×{n}" if lang == "en" else f"{n}× {word}"
            for word, n in many.items()
        ]
        assert told and all(each in shown for each in told)


async def test_confirmed_triggers_without_an_event_are_named_before_submitting(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        for key, named in (
            ("a", True),
            ("e", False),
        ):  # confirmed, then opened as an event
            await pilot.press(key, "ctrl+s")
            await pilot.pause()
            page = pilot.app.screen
            assert isinstance(page, MissingScreen)
            lines = [n for n, each in enumerate(page.found) if "بلا حدث" in each.text]
            assert ["«استُهدفت»" in page.found[n].text for n in lines] == [True] * named
            assert not any(page.found[n].triggers for n in lines)
            await pilot.press("escape")
            await pilot.pause()
            await go_to(screen, pilot, "استُهدفت", "trigger")


async def test_problems_stand_below_the_name_of_their_event_which_is_none_of_them(
    opened: Open,
) -> None:
    async with opened(size=(80, 24)) as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        rows = [
            "".join(column.text for column in row).strip().translate(PLAIN)
            for row in page.list.rows
        ]
        first = next(
            n
            for n, each in enumerate(page.found)
            if each.problem and each.problem.event_id
        )
        head = next(n for n, text in enumerate(rows) if text.startswith("حدث 1"))
        assert (rows[0], rows[head - 1]) == ("المقال", "")
        signs = {
            "·" if each.waits else "!" for each in page.found[first:] if each.is_error
        }
        of_event = page.list.rows[head + 1 : rows.index("", head)]
        assert {row[0].text.strip() for row in of_event} - {""} == signs
        await pilot.press(*["down"] * first)
        assert (page.list.cursor, page.list.lines) == (head + 1, 1)
        await pilot.press("pagedown", "pagedown", "pagedown", *["pageup"] * 9)
        assert (page.at, page.list.scroll_offset.y) == (
            0,
            0,
        )  # the name above the first is seen again
        await pilot.click(page.list, offset=(70, head))
        await pilot.pause()
        assert pilot.app.screen is screen
        problem = page.found[first].problem
        assert problem is not None
        assert (screen.record.event_id, screen.record.row.field.id) == (
            problem.event_id,
            problem.field,
        )


async def test_the_page_before_submitting_is_paged(opened: Open) -> None:
    async with opened() as (screen, pilot):
        for _ in range(5):
            open_without_type(screen)
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen) and len(page.found) > 6
        await pilot.press("pagedown", "down", "pageup")
        assert page.at == 1
        await pilot.press("escape")


async def test_going_to_a_problem_of_another_event_shows_that_event_in_the_article(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        await go_to(screen, pilot, "استُهدفت", "trigger")
        await pilot.press("e", "end")
        last = screen.pane.scroll_offset.y
        assert last > 0
        open_without_type(screen)
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        line = next(
            n
            for n, each in enumerate(page.found)
            if each.problem and each.problem.event_id == "e1"
        )
        await pilot.press(*["down"] * line, "enter")
        await pilot.pause()
        assert screen.record.event_id == "e1" and screen.pane.scroll_offset.y < last


async def test_the_page_before_submitting_answers_each_key_and_says_again_what_is_in_the_way(
    opened: Open,
) -> None:
    async with opened() as (screen, pilot):
        open_without_type(screen)
        await pilot.press("ctrl+s")
        await pilot.pause()
        page = pilot.app.screen
        assert isinstance(page, MissingScreen) and page.errors
        told = []
        for key in ("f9", "up", "f9", "ctrl+s", "down", *["down"] * len(page.found)):
            await pilot.press(key)
            told.append(page.bars["message"].row[0].text.translate(PLAIN))
        footer = {column.key for column in page.bars["footer"].row}
        assert "enter" in footer and "ctrl+s" not in footer  # which would be refused
        first, idle = "عالج الأسطر المعلَّمة أولاً.", "لا يفعل شيئاً هنا."
        assert told[0] == told[2] == told[4] == first
        assert told[1].endswith(idle) and told[-1].endswith(idle)
        assert told[3].startswith(first[:-1]) and "Enter" in told[3]


async def test_going_to_a_candidate_takes_the_letters_of_the_record_off_the_article(
    opened: Open,
) -> None:
    async with in_record(opened) as (screen, pilot):
        await finish_event(screen, pilot)
        assert screen.highlights.letters
        await pilot.press("ctrl+s")
        page = pilot.app.screen
        assert isinstance(page, MissingScreen)
        line = next(n for n, each in enumerate(page.found) if each.triggers)
        await pilot.press(*["down"] * line, "enter")
        await pilot.pause()
        assert screen.pane.has_focus and not screen.highlights.letters
        await pilot.press("ctrl+s")
        assert isinstance(pilot.app.screen, MissingScreen)


async def test_unsaved_texts_hold_up_submitting_once(opened: Open) -> None:
    async with in_record(opened) as (screen, pilot):
        await pilot.press(";", *"half", "escape", "ctrl+s")
        assert pilot.app.screen is screen and "half" in message(screen)
        await pilot.press("ctrl+s")
        assert isinstance(pilot.app.screen, MissingScreen)
        await pilot.press("escape", "ctrl+s")
        assert isinstance(
            pilot.app.screen, MissingScreen
        )  # the same text is not asked about again
        await pilot.press("escape", "down", ";", *"more", "escape", "ctrl+s")
        assert (
            pilot.app.screen is screen
            and "more" in message(screen)
            and "half" not in message(screen)
        )


async def test_the_footer_names_what_a_coder_can_do_with_nothing_left_to_settle(
    opened: Open,
) -> None:
    async with opened() as (_, pilot):
        page = MissingScreen([], "ar")
        await pilot.app.push_screen(page)
        named = "".join(column.text for column in page.bars["footer"].row)
        assert (
            "إنهاء المقال" in named and "إغلاق" not in named
        )  # only a supervisor closes
