"""A team that was set up and kept as docs/teams.md says, block by block, works with
every command and screen.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from coder.cli.commands import COMMANDS
from coder.service.delivery.intake import import_files
from coder.service.project.opened import open_project
from coder.tui.app import CoderApp
from coder.tui.screens.coding_screen import CodingScreen
from coder.tui.screens.review_screen import ReviewScreen
from tests.conftest import SEEDS
from tests.support.postgres import Server

Run = Callable[..., tuple[int, str, str]]
PAGE = Path(__file__).parents[2] / "docs" / "teams.md"
OWNER = "coding_owner"
ARTICLE = "004_6bcea9cb8461aa4b"

# In place of what a test may not do to its machine: other accounts, packages, services,
# and typed passwords.
STAND_INS = {
    "sudo": """
if [ "$1" = -u ]; then export PGUSER="$2"; shift 2; fi
exec "$@"
""",
    "apt-get": "true",
    "systemctl": "true",
    "coder": f"""
case "$1 $2" in
    "code --as") exit 0 ;;
    "people add") set -- "$@" --password-file "$HOME/first" ;;
esac
exec {sys.executable} -m coder "$@"
""",
}


@dataclass
class Reader:
    """Somebody who types what the page says, on the server's machine."""

    server: Server
    home: Path

    def follow(self, blocks: list[str], folder: Path, user: str) -> str:
        """Run the lines of blocks in one shell; return all that they printed."""
        lines = [line[2:] for line in "".join(blocks).splitlines() if line[:2] == "$ "]
        script = "set -e\n" + "\n".join(lines)
        for said, here in {
            "/etc/postgresql/15/main": str(self.server.data),
            "postgresql+psycopg://db.example.org/coding?sslmode=require": (
                self.server.url("coding")
            ),
            "db.example.org": str(self.server.folder),
            "ssl = on": "ssl = on" if self.has_tls else "ssl = off",
        }.items():
            script = script.replace(said, here)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=folder,
            env=self.environ(user),
            input="a password\na password\n",
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,  # or createuser would ask at this terminal
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "ERROR" not in done.stderr
        return done.stdout

    @property
    def has_tls(self) -> bool:
        """Whether the server was built with it: the one in the wheel was not."""
        with self.server.connect("postgres", "postgres") as connection:
            [library] = connection.execute("SHOW ssl_library").fetchone() or [""]
        return bool(library)

    def environ(self, user: str) -> dict[str, str]:
        """The environment of a shell of theirs."""
        path = f"{self.home / 'bin'}:{self.server.programs}:{os.environ['PATH']}"
        return {
            **os.environ,
            "HOME": str(self.home),
            "PATH": path,
            "PGHOST": str(self.server.folder),
            "PGUSER": user,
        }


def console(*headings: str) -> list[str]:
    """The blocks for a shell below these headings of the page."""
    parts = re.split(r"^## (.+)\n", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    texts = dict(zip(parts[1::2], parts[2::2], strict=True))
    return [
        block
        for heading in headings
        for block in re.findall(r"```console\n(.*?)```", texts[heading], re.DOTALL)
    ]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Path]]:
    """The server and the project's folder after every block of the page."""
    server = Server()
    home = tmp_path_factory.mktemp("home")
    (home / "bin").mkdir()
    for name, lines in STAND_INS.items():
        (home / "bin" / name).write_text(f"#!/bin/sh\n{lines}\n", "utf-8")
        (home / "bin" / name).chmod(0o755)
    (home / "first").write_text("a password\n", "utf-8")
    (home / "articles").mkdir()
    for text in SEEDS.glob("*.txt"):
        (home / "articles" / text.name).write_bytes(text.read_bytes())
    reader = Reader(server, home)
    reader.follow(
        console("Set up the server", "Create the project"), home, user="postgres"
    )
    folder = home / "coding"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGUSER", OWNER)
        project = open_project(folder)
        project.add_person("basim", "coder")
        import_files(project, [*(SEEDS / "codings").glob("*.jsonl")])
        project.close()
    printed = reader.follow(console("Backup"), folder, user=OWNER)
    assert printed.splitlines()[-1].endswith(", 0 findings")
    [lines] = re.findall(r"```sql\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    with server.connect("coding", "postgres") as admin:
        admin.execute(lines)
    reader.follow(console("When somebody leaves"), folder, user=OWNER)
    back = (
        "$ sudo -u postgres psql -c 'ALTER ROLE amal LOGIN'\n$ coder people return amal"
    )
    reader.follow([back], folder, user=OWNER)
    yield server, folder
    server.remove()


def tries(me: str, folder: Path) -> Iterator[tuple[str, ...]]:
    """Every command as somebody would give it: first what everybody may run."""
    as_me = ("--as", me)
    codings = ("--what", "codings", "--allow-loss")
    yield ("status",)
    yield ("status", "--time")
    yield ("show", ARTICLE)
    yield ("questions",)
    yield ("doctor", "--print")
    yield ("tour", "--print")
    if me == "amal":  # it has nothing of the team's, and takes its time
        yield ("demo", str(folder / "demo"), "--print")
    yield ("init", str(folder / "new"))
    yield ("codebook", "show", "protest_events")
    yield ("pack", "test", "protest")
    yield ("people",)
    yield ("training", *as_me)
    yield ("import", str(SEEDS / f"{ARTICLE}.txt"))
    yield ("suggest", "--again")
    yield ("lexicon",)
    yield ("assign", "--coders", "amal,basim")
    yield ("check",)
    yield ("verify",)
    yield ("agree",)
    yield ("agree", "plan")
    yield ("gold",)
    yield ("gold", "show", ARTICLE)
    yield ("gold", "apply", "--dry-run", *as_me)
    yield ("gold", "apply", *as_me)
    yield ("gold", "releases")
    yield ("export", "tables", "--out", str(folder / "tables"), *codings)
    yield ("export", "dataset", str(folder / "dataset"), *codings)
    yield ("attach", str(folder / "dataset"), str(SEEDS), "--out", str(folder / "all"))
    yield ("backup", str(folder / "copy"), "--portable")
    yield ("packet", "make", str(folder / "amal.packet"), "--for", "amal")
    yield ("codebook", "worklist")
    yield ("withdraw",)
    yield ("withdraw", ARTICLE, "--reason", "twice", *as_me)
    yield ("withdraw", ARTICLE, "--undo", *as_me)
    yield (
        "article",
        "correct",
        ARTICLE,
        str(SEEDS / "000_fd74d59c4a9049c0.txt"),
        "--because",
        "x",
        *as_me,
    )
    yield ("article", "correct", ARTICLE, "--undo", *as_me)
    yield ("reopen", ARTICLE, "--coder", "basim", *as_me)
    yield ("code", *as_me)
    yield ("review", *as_me)
    yield ("serve", *as_me, "--port", "0")


OWN_WORK = {"status", "show", "questions", "people", "doctor", "tour", "demo", "init"}
OWN_WORK |= {"pack"}
SUPERVISING = OWN_WORK | {"import", "suggest", "lexicon", "assign", "check", "verify"}
SUPERVISING |= {"agree", "export", "backup", "withdraw", "article", "reopen"}


@pytest.mark.parametrize(
    ("me", "allowed"),
    [
        ("amal", OWN_WORK | {"training"}),
        ("salma", SUPERVISING),
        (OWNER, SUPERVISING - {"withdraw", "article", "reopen"}),
    ],
)
def test_every_command_answers_in_a_team_set_up_by_the_page(
    team: tuple[Server, Path],
    me: str,
    allowed: set[str],
    tmp_path: Path,
    run_coder: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(team[1])
    monkeypatch.setenv("PGUSER", me)
    tried = set()
    for words in tries(me, tmp_path):
        code, out, err = run_coder(*words)
        assert "Traceback" not in out + err, words
        assert code in ((0, 1) if words[0] in allowed else (0, 1, 2)), (words, err)
        tried.add(words[0])
    assert tried | {"demo"} == set(COMMANDS)


async def test_a_coder_s_screens_open_in_a_team_set_up_by_the_page(
    team: tuple[Server, Path],
) -> None:
    project = open_project(team[1], person="amal")
    screen = CodingScreen(project, "amal", project.article(ARTICLE))
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        for page in ("f1", "ctrl+p", "f2", "f4", "f5", "f7", "ctrl+g", "ctrl+s"):
            await pilot.press(page, "escape")
            await pilot.pause()
        await pilot.press("a", "z", "ctrl+y", "tab", "=", "escape")
        await pilot.pause()
    assert not project.unwritten
    project.close()


async def test_a_supervisor_s_screens_open_in_a_team_set_up_by_the_page(
    team: tuple[Server, Path],
) -> None:
    project = open_project(team[1], person="salma")
    screen = ReviewScreen(project, "salma")
    app = CoderApp(lambda: screen)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        for page in ("f1", "ctrl+p", "f2", "f4", "f7"):
            await pilot.press(page, "escape")
            await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert screen.session is not None
        for page in ("f1", "l", "=", "f7"):
            await pilot.press(page, "escape")
            await pilot.pause()
        await pilot.press("1", "z", "ctrl+y", "q")
        await pilot.pause()
    assert not project.unwritten
    project.close()
