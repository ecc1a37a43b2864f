"""One article open in two windows: the later one goes on from what the other did, and
says what it lost.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from screen_text import screen_lines

from coder.adjudicate.gold_edits import TakeAgreed
from coder.changes.coding_changes import first_place
from coder.messages.catalogue import say
from coder.model import Decision
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import SetValue
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.span_edits import Confirm, Reject
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession
from coder.service.upkeep.integrity import verify
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from tests.support.at_rest import until
from tests.support.pseudo_terminal import PseudoTerminal


def lines(app: Any) -> str:
    return re.sub("[\u2066-\u2069]", "", "\n".join(screen_lines(app)))


def in_language(folder: Path, language: str) -> Project:
    settings = (folder / "coder.toml").read_text("utf-8")
    (folder / "coder.toml").write_text(
        re.sub('language = "..?"', f'language = "{language}"', settings), "utf-8"
    )
    return open_project(folder)


@pytest.fixture
def other(demo_folder: Path) -> Iterator[Project]:
    """The other window's project."""
    project = open_project(demo_folder)
    yield project
    project.close()


@pytest.mark.parametrize(
    ("language", "lost"),
    [("en", "confirmed trigger «استُهدفت»"), ("ar", "تأكيد فعل دالّ «استُهدفت»")],
)
async def test_a_clash_shows_what_the_other_window_did_and_names_what_was_lost(
    demo_folder: Path, other: Project, language: str, lost: str
) -> None:
    project = in_language(demo_folder, language)
    screen = CodingScreen(project, "you", project.article("004"))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        elsewhere = CodingSession(other, other.article("004"), "you")
        for candidate in elsewhere.candidates[:2]:
            elsewhere.do(Reject([candidate]))
        elsewhere.writer.flush()
        await pilot.press("a")
        await until(lambda: screen.session.coding == elsewhere.coding)
        shown = re.sub(
            "[\u2066-\u2069]",
            "",
            "".join(column.text for column in screen.bars["message"].row),
        )
        assert not re.search("UNIQUE|constraint|journal|SELECT|INSERT", shown)
        assert shown == say(language, "screens.changed_elsewhere", what=lost)
        screen.highlights.go_to(2)
        await pilot.pause()
        await pilot.press("a")  # it goes on
        screen.session.writer.flush()
    with other.store.read() as queries:
        coding = queries.coding(screen.session.article.id, "you")
    assert coding is not None
    assert [s.decision for s in coding.spans] == [
        Decision.REJECTED,
        Decision.REJECTED,
        Decision.CONFIRMED,
    ]
    assert project.unwritten == [] and verify(other).findings == []
    project.close()


async def test_an_event_whose_deletion_was_not_taken_is_shown_again(
    demo_folder: Path, other: Project
) -> None:
    project = in_language(demo_folder, "en")
    screen = CodingScreen(project, "you", project.article("004"))
    async with CoderApp(lambda: screen).run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        triggers = [c for c in screen.session.candidates if c.kind == "trigger"]
        for trigger in triggers[:2]:
            screen.session.do(OpenEvent(trigger))
        screen.session.writer.flush()
        screen.record.go_to_event("e1")
        screen.refresh_work()
        elsewhere = CodingSession(other, other.article("004"), "you")
        elsewhere.do(
            SetValue("e1", elsewhere.codebook.event_field("certainty"), "alleged")
        )
        elsewhere.writer.flush()
        await pilot.press("tab", "ctrl+d")
        await until(lambda: screen.session.coding == elsewhere.coding)
        await pilot.pause()
        assert screen.record.event_id == "e1"
    project.close()


async def test_undo_names_what_it_takes_back_and_not_what_the_other_window_did(
    demo_folder: Path, other: Project
) -> None:
    project = in_language(demo_folder, "en")
    here = CodingSession(project, project.article("004"), "you")
    first, second, third = here.candidates[:3]
    here.do(Confirm([first]))
    here.writer.flush()
    elsewhere = CodingSession(other, other.article("004"), "you")
    for candidate in (second, third):
        elsewhere.do(Reject([candidate]))
    elsewhere.writer.flush()
    turned = here.turn("undo")
    assert turned is not None and turned.what == "span.rejected"
    span = first_place(turned.changes, here.codebook).span
    assert span is not None and (span.start, span.end) == (third.start, third.end)
    assert [span.start for span in here.coding.spans] == [first.start, second.start]
    project.close()


async def test_a_supervisor_goes_on_from_what_another_decided(
    demo_folder: Path, other: Project
) -> None:
    project = in_language(demo_folder, "en")
    with project.store.read() as queries:
        free = next(a for a in queries.article_ids() if queries.gold(a) is None)
    screen = ReviewScreen(project, "salma", free)
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.pause()
        elsewhere = ReviewSession(other, other.article(free), "salma")
        elsewhere.do(TakeAgreed())
        elsewhere.writer.flush()
        await pilot.press("a")
        await until(lambda: "Not saved: took everything agreed" in lines(app))
        assert screen.work.state.gold == elsewhere.state.gold
        assert screen.work.writer.failure is None
    project.close()


def test_a_second_window_says_that_there_is_a_first_as_long_as_there_is(
    demo_folder: Path,
) -> None:
    in_language(demo_folder, "en").close()
    words = ["-m", "coder", "code", "--as", "you", "--project", str(demo_folder)]
    warning = "in another window"

    def opened(article: str) -> PseudoTerminal:
        terminal = PseudoTerminal([*words, article])
        terminal.wait_for("Tab")
        terminal.rest()
        return terminal

    def warns(terminal: PseudoTerminal) -> bool:
        return warning in "\n".join(terminal.screen.display)

    first = opened("004")
    assert not warns(first)
    second, beside = opened("004"), opened("003")
    assert warns(second) and not warns(beside)
    first.kill()  # however it ends
    third = opened("004")
    assert warns(third)  # the second is still there
    second.kill()
    third.kill()
    last = opened("004")
    assert not warns(last)
    last.kill()
    beside.kill()
