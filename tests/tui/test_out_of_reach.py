"""The database server stops under a coder's hands: the screen says so, and nothing that
was keyed is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from screen_text import screen_lines

from coder.model import Decision
from coder.service.delivery.intake import import_files
from coder.service.delivery.packet_merge import merge_packet
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project, open_project
from coder.service.upkeep.integrity import verify
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from coder.tui.sentences import say
from tests.support.at_rest import until
from tests.support.postgres import OWNER, Server
from tests.support.pseudo_terminal import PseudoTerminal

SEED = Path(__file__).parent.parent.parent / "seeds" / "004_6bcea9cb8461aa4b.txt"


@pytest.fixture
def project(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    """A team's project with one article, open as its owner."""
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        made = create_project(
            tmp_path / "project", database=postgres.url(name), language="en"
        )
        made.add_person("amal", "coder")
        import_files(made, [SEED])
        suggest(made)
        yield made
        made.close()


def decisions(project: Project) -> list[Decision | None]:
    with project.store.read() as queries:
        coding = queries.coding(SEED.stem, "amal")
    return [span.decision for span in coding.spans] if coding else []


def says_undo_needs_the_database(app: CoderApp) -> bool:
    """Whether the lines above the footer say so."""
    words = " ".join(line.strip() for line in screen_lines(app)[-4:])
    return "Undo and redo need the database" in words and "Nothing was undone" in words


async def test_the_screen_says_what_waits_and_when_it_is_written(
    project: Project, postgres: Server
) -> None:
    amal = open_project(project.config.folder, person="amal")
    screen = CodingScreen(amal, "amal", amal.article(SEED.stem))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await until(lambda: decisions(project) == [Decision.CONFIRMED])
        postgres.stop()
        await pilot.press("left", "x")
        out = "The database cannot be reached"
        await until(lambda: any(out in line for line in screen_lines(app)))
        await pilot.press("left", "a")
        assert "not written: 2" in screen_lines(app)[0].replace("\u2068", "").replace(
            "\u2069", ""
        )
        await pilot.press("ctrl+z")  # cannot be done now, and says why
        assert says_undo_needs_the_database(app)
        assert len(screen.session.coding.spans) == 3
        postgres.start()
        back = say("en", "written_again")
        await until(lambda: any(back[:20] in line for line in screen_lines(app)))
        await until(lambda: len(decisions(project)) == 3)
        await pilot.pause()
        assert "not written" not in screen_lines(app)[0]
    assert decisions(project) == [
        Decision.CONFIRMED,
        Decision.REJECTED,
        Decision.CONFIRMED,
    ]
    assert verify(project).findings == []
    amal.close()


@pytest.mark.parametrize("key", ["z", "ctrl+y"])
async def test_undo_without_a_server_says_so_and_leaves_nothing(
    project: Project, postgres: Server, key: str
) -> None:
    amal = open_project(project.config.folder, person="amal")
    screen = CodingScreen(amal, "amal", amal.article(SEED.stem))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await until(lambda: decisions(project) == [Decision.CONFIRMED])
        postgres.stop()
        try:
            await pilot.press(key)
            assert says_undo_needs_the_database(app)
            assert "not written" not in screen_lines(app)[0]
        finally:
            postgres.start()
    assert amal.unwritten == []  # whoever quits does not wait for the server
    assert decisions(project) == [Decision.CONFIRMED]
    amal.close()


async def test_undo_in_review_without_a_server_says_so(
    two_supervisors: Path, postgres: Server
) -> None:
    salma = open_project(two_supervisors, person="salma")
    screen = ReviewScreen(salma, "salma", SEED.stem)
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.pause()
        await pilot.press("1")
        screen.work.writer.flush()
        before = screen.work.state
        postgres.stop()
        try:
            for key in ("z", "ctrl+y"):
                await pilot.press(key)
                assert says_undo_needs_the_database(app)
        finally:
            postgres.start()
        assert screen.work.state == before
        await pilot.press("z")  # the connection is back
        assert screen.work.state != before
    salma.close()


def test_leaving_waits_for_the_database(project: Project, postgres: Server) -> None:
    words = [
        "-m",
        "coder",
        "code",
        "--as",
        "amal",
        "--project",
        str(project.config.folder),
        SEED.stem,
    ]
    terminal = PseudoTerminal(words)
    terminal.wait_for("Tab")
    postgres.stop()
    terminal.press("a")
    terminal.wait_for("not written")
    terminal.press("\x11")  # Ctrl+Q
    terminal.wait_for("waiting for the database")
    assert postgres.is_stopped
    postgres.start()
    assert terminal.wait() == 0
    assert decisions(project) == [Decision.CONFIRMED]


def test_who_waits_no_longer_has_the_work_in_a_file(
    project: Project, postgres: Server, tmp_path: Path
) -> None:
    words = [
        "-m",
        "coder",
        "code",
        "--as",
        "amal",
        "--project",
        str(project.config.folder),
        SEED.stem,
    ]
    terminal = PseudoTerminal(words)
    terminal.wait_for("Tab")
    postgres.stop()
    terminal.press("a")
    terminal.wait_for("not written")
    terminal.press("\x11")  # Ctrl+Q
    terminal.wait_for("Ctrl+C to save them to a file")
    terminal.press("\x03")
    assert terminal.wait() == 2
    [rescued] = project.config.folder.glob("rescued-*.packet")
    assert rescued.name in terminal.sent.decode("utf-8").replace("\r\n", "")
    postgres.start()
    assert decisions(project) == []
    assert [m.entries for m in merge_packet(project, rescued)] == [1]
    assert decisions(project) == [Decision.CONFIRMED]
    assert verify(project).findings == []
