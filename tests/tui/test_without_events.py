"""The screens with a codebook that has no events, and with one that has no fields at
all.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.codebook.shipped import codebook
from coder.model import Status
from coder.service.project.opened import Project, create_project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from tests.support.names_project import TEXT, make


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    made = make(tmp_path)
    made.add_person("carim", "coder")
    yield made
    made.close()


async def test_spans_are_drawn_and_the_coding_is_submitted(project: Project) -> None:
    screen = CodingScreen(project, "carim", project.article("a1"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.press("e")
        assert screen.session.coding.events == ()
        await pilot.press(
            "v", "p"
        )  # the first word, as a person: kinds have their own letters
        [span] = screen.session.coding.spans
        assert (span.kind, TEXT[span.start : span.end]) == ("person", span.quote)
        await pilot.press("t", "f", "]", "z", "ctrl+y", "tab", "1", "ctrl+s", "ctrl+s")
        assert screen.session.coding.answers["usable"].value == "usable"
        assert screen.session.coding.status is Status.SUBMITTED


async def test_a_stretch_is_decided_with_a_digit_and_a_reason(project: Project) -> None:
    screen = ReviewScreen(project, "salma", "a1")
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.press(
            "a"
        )  # everything agreed; the cursor goes to the first stretch that differs
        assert screen.grid.row.field.label.en == "واشنطن"
        await pilot.press("1", *"kind", "enter")
        for coder in "122":  # a reason is asked once for each way of differing
            if not list(screen.work.state.open_cells()):
                break
            await pilot.press(coder)
            if screen.chooser.asked is not None:
                await pilot.press("enter")
        assert not list(screen.work.state.open_cells())
        await pilot.press(
            "]", "l", "x"
        )  # no event is there to go to, to link or to reject
        await pilot.press("ctrl+s")
        assert screen.work.closed
        assert [s.kind for s in screen.work.state.gold.spans] == [
            "person",
            "place",
            "organisation",
            "organisation",
        ]


@pytest.fixture
def bare(tmp_path: Path) -> Iterator[Project]:
    """A codebook of span kinds and nothing else."""
    text = codebook("named_entities").read_text("utf-8")
    fields = text[text.index("article_fields:") : text.index("span_boundaries:")]
    (tmp_path / "bare.yaml").write_text(
        text.replace(fields, "").replace("lexicon: a", "# a"), "utf-8"
    )
    made = create_project(
        tmp_path / "bare", codebook=tmp_path / "bare.yaml", language="en"
    )
    made.add_person("amal", "coder")
    yield made
    made.close()


async def test_without_any_field_the_record_is_not_entered(
    bare: Project, tmp_path: Path
) -> None:
    from coder.service.delivery.intake import import_files

    (tmp_path / "b1.txt").write_text(TEXT, "utf-8")
    import_files(bare, [tmp_path / "b1.txt"])
    screen = CodingScreen(bare, "amal", bare.article("b1"))
    async with CoderApp(lambda: screen).run_test(size=(80, 24)) as pilot:
        await pilot.press(
            "tab", "down", "enter", "escape", "v", "o", "ctrl+s", "ctrl+s"
        )
        assert [span.kind for span in screen.session.coding.spans] == ["organisation"]
        assert screen.session.coding.status is Status.SUBMITTED
