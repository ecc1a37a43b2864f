"""Every block of the README and of docs/*.md does what the page says, from the first to
the last.

A reader sits at a real terminal in a folder of their own, saves the files that the page
shows, types its commands, gives a password where one is asked for, leaves each screen
by Ctrl+Q and ends what goes on and on by Ctrl+C. What the page shows of the answers
must come, in that order; `…` stands for anything. Servers are real ones.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from msgspec import to_builtins

from coder.codebook.authoring import checked
from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.schema import Codebook
from coder.importers.native_reader import to_coding
from coder.model import Article
from coder.service.project import config
from tests.support.make_docs import PAGES as MADE
from tests.support.postgres import OWNER, Server
from tests.support.pseudo_terminal import PseudoTerminal
from tests.support.recomputed import agreement_differences, card_differences
from tests.support.study_work import write_csv

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted(p for p in (ROOT / "docs").glob("*.md") if p.name not in MADE),
]
PASSWORD = "her password"
SCREEN = b"\x1b[?1049h"
CTRL_Q, CTRL_C = "\x11", "\x03"
NOT_TYPED = {
    "make ": "makes an environment over the network; the Makefile's own rules",
    "python3 -m venv": "makes an environment; the wheel is tested in test_docs.py",
    ". .venv/bin/activate": "the same environment",
    "pip install": "over the network; the same",
    "sudo apt-get install": "over the network, and for the whole machine",
    "dask ": "runs until it is ended, on other machines; see tests/service/test_shards.py",
    "coder suggest --engine dask --scheduler": "the same",
}
"""The beginnings of the commands that nobody types here, and why."""
WITHOUT_SSL = {
    "hostssl ": "host ",
    "?sslmode=require": "",
    "ALTER SYSTEM SET ssl = on": "SHOW ssl",
}
"""What is typed instead where the server's programs were built without SSL, as those of
the wheel are.
"""
SUDO = """case "$*" in
"-u postgres "*) shift 2; unset PGHOSTADDR; export PGHOST="$SERVER" PGUSER=postgres ;;
"tee --append $SERVER"/*) ;;
*) echo "not on this machine: $*" >&2; exit 1 ;;
esac
exec "$@"
"""
"""`sudo` for the server of the test and nothing else: as its administrator, or to add
to its files.
"""
PYTHON = f"{sys.executable} -m tests.support"
CODED = [f"coder code {name} --as salma" for name in ("n01", "n02", "n03")]
ON_SCREENS = {
    "README": {
        "coder code --as amal": f"coder import {ROOT}/seeds/codings",
        "coder review --as salma": f"coder import {ROOT}/exports/gold.native.jsonl",
    },
    "study": {
        **{words: f"{PYTHON}.study_work code salma {words[11:14]}" for words in CODED},
        **{
            f"coder code --as {name}": f"{PYTHON}.study_work code {name}"
            for name in ("amal", "basim", "dina")
        },
        "coder review --as salma": f"{PYTHON}.study_work review salma 5",
        "coder review --as rana": f"{PYTHON}.study_work sign rana",
    },
}
"""What is done on the screens that these commands open, by page."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and the file as which it is to be saved,
    if any.
    """

    language: str
    text: str
    file: str

    def commands(self) -> Iterator[tuple[str, list[str]]]:
        """Each command, with the lines of its answer that the page shows."""
        lines = self.text.splitlines()
        if self.language == "sh":
            yield from ((line, []) for line in lines if line)
            return
        for piece in re.split(r"(?m)^\$ ", self.text)[1:]:
            command, *shown = piece.splitlines()
            yield command, shown


def blocks(page: Path) -> list[Block]:
    """The page's blocks; one behind a line that ends in "`NAME`:" is a file of that
    name.
    """
    text = page.read_text("utf-8")
    found = re.findall(r"(?ms)^([^\n]*)\n\n?```(\w*)\n(.*?)^```$", text)
    assert 2 * len(found) == len(re.findall(r"(?m)^ *```", text)), (
        "a block is not told from text"
    )
    return [
        Block(language, inside, "".join(re.findall(r"\bas `([^`]+)`:$", before)))
        for before, language, inside in found
    ]


class Reader:
    """Somebody at a terminal with a shell, who does what a page says."""

    def __init__(
        self, folder: Path, environ: Mapping[str, str], instead: Mapping[str, str]
    ) -> None:
        self.folder = folder
        self.instead = instead
        words = [
            "-c",
            "import os; os.execvp('bash', ['bash', '--norc', '--noprofile', '--noediting', '-i'])",
        ]
        self.terminal = PseudoTerminal(words, environ={**environ, "PS1": "[[$?]]"})
        self.terminal.wait_for_bytes(b"]]")
        self.type(f"stty -echo; set +H; cd {folder}")

    def type(self, command: str) -> str:
        """What the command answers; it must succeed."""
        for said, meant in self.instead.items():
            command = command.replace(said, meant)
        sent, begin = self.terminal, len(self.terminal.sent)
        answered, end = begin, time.monotonic() + 120
        sent.press(f"{command}\n")
        while not (prompt := re.search(rb"\[\[(\d+)\]\]$", sent.sent[begin:])):
            assert time.monotonic() < end, (command, sent.sent[begin:])
            sent.read(0.05)
            if re.search(rb"(?i)(password[^\n]*|again): ?$", sent.sent[answered:]):
                answered = len(sent.sent)
                sent.press(f"{PASSWORD}\n")
            elif b"press Ctrl+C to stop" in sent.sent[answered:]:
                answered = len(sent.sent)
                sent.press(CTRL_C)
            elif SCREEN in sent.sent[begin:]:
                sent.read(0.3)
                sent.press(CTRL_Q)
        said = re.sub(rb"\x1b\[[0-9;?]*[A-Za-z]|\r", b"", sent.sent[begin:]).decode(
            "utf-8", "replace"
        )
        assert prompt[1] == b"0", f"{command}\n{said}"
        return said


def expect(shown: list[str], answer: str) -> None:
    """That the lines stand in the answer, one below the other."""
    pattern = ".*?".join(rf"^{re.escape(line).replace('…', '.*')}$" for line in shown)
    assert re.search(pattern, answer, re.MULTILINE | re.DOTALL), answer


@pytest.fixture
def far() -> Iterator[Server]:
    """A server that others can reach once it lets them in; with a certificate, if it
    can have one.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(port=str(port), listen_addresses="127.0.0.1")
    if has_ssl(server):
        subprocess.run(
            [
                "openssl",
                "req",
                "-new",
                "-x509",
                "-nodes",
                "-subj",
                "/CN=db.example.org",
                "-out",
                server.data / "server.crt",
                "-keyout",
                server.data / "server.key",
            ],
            check=True,
            capture_output=True,
        )
        for name in ("server.crt", "server.key"):
            shutil.chown(server.data / name, server.data.owner(), server.data.group())
            (server.data / name).chmod(0o600)
    yield server
    server.remove()


def has_ssl(server: Server) -> bool:
    """Whether its programs were built with SSL."""
    with server.connect("postgres", "postgres") as connection:
        return connection.execute("SHOW ssl_library").fetchone() != ("",)


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with the programs that a reader has: `coder`, and `sudo`, which here
    needs no password.
    """
    programs = tmp_path / "bin"
    for folder in (programs, tmp_path / "home"):
        folder.mkdir()
    for name, text in {
        "coder": f'exec {sys.executable} -m coder "$@"',
        "sudo": SUDO,
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", "utf-8")
        (programs / name).chmod(0o755)
    return tmp_path


@pytest.fixture
def reader(request: pytest.FixtureRequest, desk: Path, page: Path) -> Iterator[Reader]:
    """The reader of a page, who has done what it takes for granted."""
    environ = {"PYTHONPATH": str(ROOT), "HOME": str(desk / "home")}
    path = [str(desk / "bin"), os.environ["PATH"]]
    instead: dict[str, str] = {}
    start = desk
    if page.stem in ("README", "teams", "datasets"):  # with articles
        shutil.copytree(
            ROOT / "seeds",
            desk / "articles",
            ignore=shutil.ignore_patterns("codings", "*.json"),
        )
    if page.stem == "study":
        write_csv(desk / "news.csv")
    if page.stem in (
        "agreement",
        "backup-and-packets",
        "datasets",
        "in-the-browser",
        "suggestions",
    ):  # in a project
        start = request.getfixturevalue("demo_folder")
    if page.stem in ("backup-and-packets", "teams"):  # with a server
        server: Server = request.getfixturevalue("far")
        path.insert(1, str(server.programs))
        environ |= {"SERVER": str(server.folder), "PAGER": "cat"}
        environ |= {"PGHOSTADDR": "127.0.0.1", "PGPORT": server.settings["port"]}
        instead = {} if has_ssl(server) else dict(WITHOUT_SSL)
        instead |= {
            "192.0.2.0/24": "127.0.0.1/32",
            "/etc/postgresql/15/main": str(server.data),
        }
        instead["sudo systemctl restart postgresql"] = (
            "sudo -u postgres psql -c 'SELECT pg_reload_conf()'"
        )
    if page.stem == "backup-and-packets":  # as the owner of an empty database
        environ |= {"PGUSER": OWNER}
        with (server.data / "pg_hba.conf").open("a") as hba:
            hba.write("host all all 127.0.0.1/32 trust\n")
        with server.connect("postgres", "postgres") as connection:
            connection.execute("SELECT pg_reload_conf()")
            connection.execute(f"CREATE DATABASE coding OWNER {OWNER}")
    made = Reader(start, {**environ, "PATH": ":".join(path)}, instead)
    if page.stem in (
        "backup-and-packets",
        "in-the-browser",
    ):  # where amal has work left
        made.type("coder reopen 004 --coder amal --as salma")
    yield made
    made.terminal.kill()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_does_what_it_says(page: Path, reader: Reader) -> None:
    for block in blocks(page):
        if block.file:
            path = reader.folder / block.file
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.text, "utf-8")
        elif block.language in ("sh", "console"):
            for command, shown in block.commands():
                if not command.startswith(tuple(NOT_TYPED)):
                    expect(shown, reader.type(command))
                work = ON_SCREENS.get(page.stem, {})
                reader.type(work.get(command.partition("  #")[0].strip(), "true"))
        else:
            READ[block.language](block.text, reader)
    if page.stem == "study":  # what it ends with
        assert card_differences(reader.folder / "dataset") == []
        assert agreement_differences(reader.folder / "dataset") == []


def yaml_is_a_piece_of_a_codebook(text: str, _: Reader) -> None:
    """It fits in the codebook that the page begins with, or in a lexicon."""
    piece = yaml.safe_load(text)
    [first, *_] = blocks(ROOT / "docs" / "codebooks.md")
    whole = yaml.safe_load(first.text)
    if isinstance(piece, list):
        piece = {"event_fields": [*whole["event_fields"], *piece]}
    if piece.keys() <= set(Lexicon.__struct_fields__):
        checked(Lexicon, piece)
    else:
        checked(
            Codebook,
            {
                key: value
                for key, value in {**whole, **piece}.items()
                if key != "lexicon"
            },
        )


def toml_is_settings(text: str, reader: Reader) -> None:
    """What it says is what a project with these settings has."""
    said = tomllib.loads(text)
    folder = reader.folder / "settings"
    folder.mkdir(exist_ok=True)
    (folder / config.FILE).write_text(text, "utf-8")
    read = config.read(folder)
    settings = {
        "suggest": {"threshold": read.thresholds, "plugins": read.plugins},
        "terminal": {"mode": read.view.mode},
        "view": {"tashkeel": read.view.tashkeel, "theme": read.view.theme},
        "web": {"header": read.header},
        "files": {"group": read.group},
        "dataset": to_builtins(read.dataset) | {"authors": [*read.dataset.authors]},
        "gold": to_builtins(read.gold) | {"policies": [*read.gold.policies]},
    }
    for project in (reader.folder, reader.folder / "study"):
        own = project / config.FILE
        if own.is_file() and ("web" in said or project.name == "study"):
            own.write_text(f"{own.read_text('utf-8')}\n{text}", "utf-8")
    assert said == {
        table: {key: settings[table][key] for key in said[table]} for table in said
    }


def proxy_names_the_person(text: str, reader: Reader) -> None:
    """It goes to where the page's own server is, with the header that the page names."""
    header = config.read(reader.folder).header
    assert f" {header} " in text and "127.0.0.1:8000" in text


def json_is_a_coding(text: str, _: Reader) -> None:
    coding = to_coding(json.loads(text))
    assert coding.spans and coding.events and coding.answers


def python_does_what_it_says(text: str, reader: Reader) -> None:
    """A plug-in finds its span; a dialogue is read by `test_docs`; what else there is
    runs in the folder.
    """
    names: dict[str, Any] = {}
    if "def load(" in text:
        exec(text, names)
        suggest = names["load"](None, Path(), {})
        assert [
            (c.kind, c.start, c.end) for c in suggest(Article("a", "قالت قوات"))
        ] == [("actor", 5, 9)]
    elif ">>>" not in text:
        with chdir(reader.folder):
            exec(text, names)


def r_reads_files_that_are_there(text: str, reader: Reader) -> None:
    assert all(
        (reader.folder / name).is_file() for name in re.findall(r'"(DIR/[^"]+)"', text)
    )


def sql_is_for_the_server(text: str, reader: Reader) -> None:
    (reader.folder / "page.sql").write_text(text, "utf-8")
    reader.type(
        f"sudo -u postgres psql --set=ON_ERROR_STOP=1 --file={reader.folder}/page.sql coding"
    )


def text_shows_every_room(text: str, _: Reader) -> None:
    """The one picture in the pages is that of the house."""
    rooms = {path.parent.name for path in (ROOT / "coder").glob("*/__init__.py")}
    assert rooms and not [room for room in rooms if room not in text]


READ: dict[str, Callable[[str, Reader], None]] = {
    "yaml": yaml_is_a_piece_of_a_codebook,
    "toml": toml_is_settings,
    "nginx": proxy_names_the_person,
    "caddy": proxy_names_the_person,
    "json": json_is_a_coding,
    "python": python_does_what_it_says,
    "r": r_reads_files_that_are_there,
    "sql": sql_is_for_the_server,
    "text": text_shows_every_room,
}
"""What is done with a block that is neither typed nor saved, by its language."""
