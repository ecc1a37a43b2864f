"""The database can be written no more while somebody codes: nothing that was taken is
lost.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from screen_text import screen_lines

from coder.errors import CoderError
from coder.model import Decision
from coder.service.coding.session import CodingSession
from coder.service.edits.span_edits import Confirm, Reject
from coder.service.project.opened import Project, open_project
from coder.service.review.gold_session import ReviewSession
from coder.service.upkeep.integrity import verify
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from tests.support.at_rest import until
from tests.support.pseudo_terminal import PseudoTerminal

Run = Callable[..., tuple[int, str, str]]


def decisions(folder: Path, coder: str = "you") -> list[Decision | None]:
    project = open_project(folder)
    try:
        assert verify(project).findings == []
        with project.store.read() as queries:
            coding = queries.coding(project.article("004").id, coder)
        return [span.decision for span in coding.spans] if coding else []
    finally:
        project.close()


def at_work(folder: Path) -> PseudoTerminal:
    words = ["-m", "coder", "code", "--as", "you", "--project", str(folder), "004"]
    terminal = PseudoTerminal(words, environ={"HOME": str(folder.parent / "home")})
    terminal.wait_for("Tab")
    return terminal


def left(terminal: PseudoTerminal) -> Path:
    """Leave; where the rescued work lies, as the plain terminal says."""
    terminal.press("\x11")
    assert terminal.wait() == 2
    said = terminal.sent.decode("utf-8").rpartition("hint:")[2]
    found = re.search(r"coder packet merge (\S+)", said)
    assert found is not None, said
    return Path(found[1])


def delete(folder: Path) -> None:
    for path in folder.glob("coder.db*"):
        path.unlink()


def replace(folder: Path) -> None:
    shutil.copy(folder.parent / "before.db", folder / "new.db")
    (folder / "new.db").rename(folder / "coder.db")


def delete_log(folder: Path) -> None:
    (folder / "coder.db-wal").unlink()


def move_folder(folder: Path) -> None:
    folder.rename(folder.with_name("elsewhere"))


def empty(folder: Path) -> None:
    os.truncate(folder / "coder.db", 0)


def empty_log(folder: Path) -> None:
    os.truncate(folder / "coder.db-wal", 0)


def put_back(folder: Path) -> None:
    if not folder.exists():
        folder.with_name("elsewhere").rename(folder)
    for path in folder.glob("coder.db*"):
        path.unlink()
    shutil.copy(folder.parent / "before.db", folder / "coder.db")


@pytest.mark.parametrize(
    "take_away", [delete, replace, delete_log, move_folder, empty, empty_log]
)
def test_a_file_that_is_taken_away_costs_no_decision(
    demo_folder: Path, run_coder: Run, take_away: Callable[[Path], None]
) -> None:
    (demo_folder.parent / "home").mkdir()
    shutil.copy(demo_folder / "coder.db", demo_folder.parent / "before.db")
    terminal = at_work(demo_folder)
    terminal.press("a")
    terminal.rest()
    take_away(demo_folder)
    terminal.press("\x1b[Dx")
    terminal.wait_for("ﻆﻔﺤﻳُ ﻢﻟ")  # not saved
    terminal.press("\x1b[Da")  # refused
    terminal.rest()
    rescued = left(terminal)
    put_back(demo_folder)
    for codings in (1, 0):
        code, out, err = run_coder("packet", "merge", rescued, "--project", demo_folder)
        assert code == 0 and out.startswith(f"{codings} "), err
    assert decisions(demo_folder) == [Decision.CONFIRMED, Decision.REJECTED]


def test_a_full_disk_costs_no_decision(demo_folder: Path, run_coder: Run) -> None:
    words = ["code", "--as", "you", "--project", str(demo_folder), "004"]
    program = (
        "import resource, sys; from coder.cli.main import main;"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000)); sys.exit(main({words!r}))"
    )
    terminal = PseudoTerminal(["-c", program])
    terminal.wait_for("Tab")
    for _ in range(40):
        terminal.press("a\x1b[D")
        terminal.read(0.1)
    terminal.wait_for("ﻆﻔﺤﺗُ ﻢﻟ")  # not saved, in the header
    rescued = left(terminal)
    before = len(decisions(demo_folder))
    code, _, err = run_coder("packet", "merge", rescued, "--project", demo_folder)
    assert code == 0, err
    assert decisions(demo_folder) == [Decision.CONFIRMED] * (before + 1)


async def test_both_languages_say_so(demo_folder: Path) -> None:
    (demo_folder / "coder.toml").write_text(
        (demo_folder / "coder.toml")
        .read_text("utf-8")
        .replace('language = "ar"', 'language = "en"'),
        "utf-8",
    )
    project = open_project(demo_folder)
    app = CoderApp(lambda: CodingScreen(project, "you", project.article("004")))
    async with app.run_test(size=(200, 50)) as pilot:
        await pilot.press("a")
        await until(lambda: decisions(demo_folder) == [Decision.CONFIRMED])
        delete(demo_folder)
        await pilot.press("left", "a")
        await until(lambda: "NOT SAVED: 1" in plain(app)[0])
        said = "\n".join(plain(app))
        assert "NOT SAVED. Ctrl+Q quits" in said and "coder.db was deleted" in said
        await pilot.press("left", "a")
        assert "Nothing more can be saved here" in "\n".join(plain(app))


def plain(app: Any) -> list[str]:
    return [re.sub("[\u2066-\u2069]", "", line) for line in screen_lines(app)]


def test_work_that_cannot_be_read_either_comes_back_beside_what_is_there(
    demo: Project, demo_folder: Path, tmp_path: Path, run_coder: Run
) -> None:
    shutil.copy(demo_folder / "coder.db", tmp_path / "before.db")
    session = CodingSession(demo, demo.article("004"), "you")
    session.do(Confirm([session.candidates[0]]))
    session.writer.flush()
    delete(demo_folder)
    demo.store.close()  # no connection is left, so nothing can be read
    session.do(Reject([session.candidates[1]]))
    session.close()
    assert demo.unwritten == [session]
    said = session.rescue()
    put_back(demo_folder)
    rescued = Path(said.hint.rpartition(" ")[2])
    code, _, err = run_coder("packet", "merge", rescued, "--project", demo_folder)
    assert code == 0, err
    assert decisions(demo_folder) == [Decision.CONFIRMED, Decision.REJECTED]


def test_a_supervisors_decisions_are_kept_too(
    demo: Project, demo_folder: Path, run_coder: Run
) -> None:
    from coder.adjudicate.gold_edits import TakeAgreed

    with demo.store.read() as queries:
        free = next(a for a in queries.article_ids() if queries.gold(a) is None)
    supervisor = next(p.name for p in demo.people() if p.role == "supervisor")
    shutil.copy(demo_folder / "coder.db", demo_folder.parent / "before.db")
    session = ReviewSession(demo, demo.article(free), supervisor)
    delete(demo_folder)
    session.do(TakeAgreed())
    session.close()
    said = session.rescue()
    found = re.search(r"coder import (\S+)", said.hint)
    assert found is not None
    assert json.loads(Path(found[1]).read_text("utf-8"))["coder"] == "gold"
    put_back(demo_folder)
    code, out, err = run_coder("import", found[1], "--project", demo_folder)
    assert code == 0 and "1 coding" in out, err
    again = open_project(demo_folder)
    with again.store.read() as queries:
        gold = queries.gold(free)
    assert gold is not None and gold.answers == session.state.gold.answers
    again.close()


def test_a_command_does_not_write_into_a_file_that_was_replaced(
    demo: Project, demo_folder: Path
) -> None:
    shutil.copy(demo_folder / "coder.db", demo_folder.parent / "before.db")
    demo.people()
    replace(demo_folder)
    with pytest.raises(CoderError, match="was deleted or replaced by another file"):
        demo.add_person("nadia", "coder")
