"""A yes-or-no field in the record: by digit, by word in either language, and what hangs
on it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from coding_by_keys import open_without_type

from coder.codebook.shipped import codebook
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = create_project(tmp_path / "p", codebook=codebook("protest_events"))
    made.add_person("amal", "coder")
    (tmp_path / "a1.txt").write_text("تظاهر مئات العمال في بيروت.", "utf-8")
    import_files(made, [tmp_path / "a1.txt"])
    yield made
    made.close()


def go_to(screen: CodingScreen, field: str) -> None:
    screen.record.index = [row.field.id for row in screen.record.rows].index(field)


async def test_a_digit_or_a_word_answers_and_opens_what_hangs_on_it(
    project: Project,
) -> None:
    screen = CodingScreen(project, "amal", project.article("a1"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        open_without_type(screen)
        await pilot.press("tab")
        for keys, value in (
            ("1", True),
            ("2", False),
            ("ن", True),
            ("لا", False),
            ("y", True),
            ("n", False),
        ):
            go_to(screen, "police")
            await pilot.press(*keys, *(() if keys.isdecimal() else ("enter",)))
            event = screen.session.coding.events[0]
            assert event.answer("police").value is value, keys
            shown = [row.field.id for row in screen.record.rows]
            assert ("police_action" in shown) is value
        go_to(screen, "police")
        screen.record.load()
        assert screen.record.row.text == "لا"
