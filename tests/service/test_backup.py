"""A backup is whole, of one moment, and comes back as it was; what is damaged or in the
way is refused.
"""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from coder.errors import CoderError
from coder.model import Answer, Coding
from coder.service.delivery.datasets import deliver
from coder.service.delivery.project_copy import backup, restore
from coder.service.figures.agreement_report import agreement_report
from coder.service.learning.batch import suggest
from coder.service.project import config
from coder.service.project.opened import Project, create_project, open_project
from coder.service.team.members import assign
from coder.service.upkeep.integrity import verify
from coder.service.upkeep.rule_check import check
from coder.store import dump
from coder.store.schema_version import HEAD
from tests.support.packets import sealed
from tests.support.postgres import OWNER, Server

Run = Callable[..., tuple[int, str, str]]
Row = dict[str, Any]


def content(project: Project) -> list[str]:
    """Every row of a project's database, without the first line and the last."""
    out = io.BytesIO()
    with project.store.read() as queries:
        dump.write(queries.connection, out, {})
    return out.getvalue().decode("utf-8").splitlines()[1:-1]


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.suffix in (".toml", ".yaml")
    }


@pytest.mark.parametrize("portable", [False, True])
def test_what_was_backed_up_comes_back(
    demo: Project, tmp_path: Path, portable: bool
) -> None:
    settings = demo.config.folder / "coder.toml"
    settings.write_text(
        settings.read_text("utf-8") + "[view]\ntashkeel = false\n", "utf-8"
    )
    backup(demo, tmp_path / "b", portable=portable)
    again = restore(tmp_path / "b", tmp_path / "new")
    assert content(again) == content(demo)
    assert files(tmp_path / "new") == files(demo.config.folder)
    assert not verify(again).findings
    assert not again.config.view.tashkeel
    assert [p.name for p in (tmp_path / "new").iterdir() if ".part" in p.name] == []
    again.close()


def test_the_portable_form_goes_from_sqlite_to_postgresql_and_back(
    demo: Project, tmp_path: Path, postgres: Server
) -> None:
    backup(demo, tmp_path / "first", portable=True)
    with postgres.database() as name:
        shared = restore(
            tmp_path / "first", tmp_path / "shared", postgres.url(name, OWNER)
        )
        assert not verify(shared).findings
        assert content(shared) == content(demo)
        backup(shared, tmp_path / "second")
        alone = restore(tmp_path / "second", tmp_path / "alone")
        assert not verify(alone).findings
        # After the first line, which holds the project's files, the two files are the
        # same.
        first, second = (
            (tmp_path / n).read_bytes().split(b"\n")[1:-2] for n in ("first", "second")
        )
        assert first == second
        for project in (shared, alone):
            # The numbers of the journal go on where they ended.
            project.add_person("nadia", "coder")
            assert not verify(project).findings
            project.close()


def test_a_restored_portable_backup_has_its_guards_again(
    demo: Project, tmp_path: Path
) -> None:
    with demo.store.begin("setup") as work:
        work.connection.exec_driver_sql("DROP TRIGGER journal_no_update")
    [said] = verify(demo).findings
    assert "backup --portable" in said.hint and "backup --restore" in said.hint
    backup(demo, tmp_path / "b", portable=True)
    again = restore(tmp_path / "b", tmp_path / "new")
    assert not verify(again).findings
    again.close()


def test_a_backup_says_nothing_of_the_way_to_the_database(
    tmp_path: Path, postgres: Server
) -> None:
    with postgres.database() as name:
        project = create_project(tmp_path / "p", database=postgres.url(name, OWNER))
        backup(project, tmp_path / "b")
        project.close()
    assert str(postgres.folder).encode() not in (tmp_path / "b").read_bytes()


def test_who_does_not_see_everything_does_nothing_over_the_whole(
    tmp_path: Path, postgres: Server
) -> None:
    with postgres.database() as name:
        owned = create_project(tmp_path / "p", database=postgres.url(name, OWNER))
        owned.add_person("amal", "coder")
        owned.add_person("salma", "supervisor")
        expected = content(owned)
        owned.close()
        settings = tmp_path / "p" / "coder.toml"
        settings.write_text(
            settings.read_text("utf-8").replace(f"{OWNER}@", ""), "utf-8"
        )
        hers = open_project(tmp_path / "p", person="amal")
        for whole in (
            partial(backup, hers, tmp_path / "b"),
            partial(deliver, hers, "native", "codings", tmp_path / "b"),
            partial(check, hers),
            partial(agreement_report, hers),
            partial(assign, hers, ["amal"], 1),
            partial(suggest, hers),
        ):
            with pytest.raises(CoderError, match="only their own work"):
                whole()
        hers.close()
        assert not (tmp_path / "b").exists()
        supervised = open_project(tmp_path / "p", person="salma")
        backup(supervised, tmp_path / "b")
        supervised.close()
    again = restore(tmp_path / "b", tmp_path / "new")
    assert content(again) == expected
    again.close()


@pytest.mark.parametrize("portable", [False, True])
def test_a_backup_during_work_is_of_one_moment(
    demo: Project, tmp_path: Path, portable: bool
) -> None:
    article = demo.article("000")
    stop = threading.Event()
    written = [0]

    def work() -> None:
        before, coding = (
            None,
            Coding(article.id, article.text_sha256, demo.codebook.ref, "you"),
        )
        while not stop.is_set():
            coding = coding.with_answer("outlet", Answer(value=f"news {written[0]}"))
            with demo.store.begin("you") as unit:
                unit.save_coding(before, coding, "value.set")
            before = coding
            written[0] += 1

    writer = threading.Thread(target=work)
    writer.start()
    try:
        for number in range(4):
            begun = written[0]
            while written[0] < begun + 3:
                assert writer.is_alive()
            backup(demo, tmp_path / str(number), portable=portable)
    finally:
        stop.set()
        writer.join()
    counts = []
    for number in range(4):
        again = restore(tmp_path / str(number), tmp_path / f"p{number}")
        assert not verify(again).findings
        with again.store.read() as queries:
            counts.append(len(queries.history(f"coding:{article.id}/you")))
        again.close()
    assert counts == sorted(counts) and counts[0] >= 3


def test_nothing_is_ever_restored_over_something(
    demo: Project, tmp_path: Path, postgres: Server
) -> None:
    backup(demo, tmp_path / "copy")
    backup(demo, tmp_path / "dump", portable=True)
    before = content(demo)
    for file in ("copy", "dump"):
        with pytest.raises(CoderError, match="already exists"):
            restore(tmp_path / file, demo.config.folder)
        folder = tmp_path / f"beside-{file}"
        folder.mkdir()
        (folder / "coder.db").write_text("mine")
        with pytest.raises(CoderError, match="already exists"):
            restore(tmp_path / file, folder)
        assert [(p.name, p.read_text()) for p in folder.iterdir()] == [
            ("coder.db", "mine")
        ]
    assert content(demo) == before
    with postgres.database() as name:
        create_project(tmp_path / "team", database=postgres.url(name, OWNER)).close()
        with pytest.raises(CoderError, match="already contains a project"):
            restore(tmp_path / "dump", tmp_path / "new", postgres.url(name, OWNER))
        with pytest.raises(CoderError, match="copy of a SQLite database"):
            restore(tmp_path / "copy", tmp_path / "new", postgres.url(name, OWNER))
    assert not (tmp_path / "new").exists()


def test_no_file_is_ever_replaced(demo: Project, tmp_path: Path) -> None:
    for portable in (False, True):
        for name in ("coder.db", "coder.toml"):
            with pytest.raises(CoderError, match="one of the files of the project"):
                backup(demo, demo.config.folder / name, portable=portable)
        (demo.config.folder / "mine").write_text("mine")
        with pytest.raises(CoderError, match="file already exists") as refused:
            backup(demo, demo.config.folder / "mine", portable=portable)
        assert (
            "new name" in refused.value.hint and "unless" not in refused.value.hint
        )  # no option does it
        assert (demo.config.folder / "mine").read_text() == "mine"
    assert not verify(demo).findings
    with pytest.raises(CoderError, match="cannot be written"):
        backup(demo, demo.config.folder / "coder.db" / "b")


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "first bytes": lambda data: data[:10],
    "a third": lambda data: data[: len(data) // 3],
    "all but the last line": lambda data: data[: data.rstrip(b"\n").rfind(b"\n") + 1],
    "all but the last byte but one": lambda data: data[:-2],
    "a letter changed": lambda data: data.replace(
        "الموصل".encode(), "الموصك".encode(), 1
    ),
    "a line left out": lambda data: data[:5000] + data[data.index(b"\n", 5000) + 1 :],
    "two lines swapped": lambda data: b"\n".join(
        [*(p := data.split(b"\n"))[:3], p[4], p[3], *p[5:]]
    ),
    "something after the end": lambda data: data + data,
    "a text": lambda data: b"Dear all, here is the backup.\n",
    "a zip": lambda data: b"PK\x03\x04" + data[:500],
    "other JSON": lambda data: b"[1]\n" + data,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_dump_is_refused_and_leaves_nothing(
    dumped: bytes, tmp_path: Path, damage: str
) -> None:
    assert DAMAGE[damage](dumped) != dumped
    (tmp_path / "b").write_bytes(DAMAGE[damage](dumped))
    with pytest.raises(CoderError) as caught:
        restore(tmp_path / "b", tmp_path / "new" / "deep")
    assert caught.value.hint and str(tmp_path / "b") in str(caught.value)
    assert not (tmp_path / "new").exists()


ROWS: dict[str, tuple[str, Callable[[Row], list[Row]]]] = {
    "a person twice": ("person", lambda row: [row, row]),
    "an entry twice": ("journal", lambda row: [row, row]),
}
ONLY_ON_SERVER: dict[str, tuple[str, Callable[[Row], list[Row]]]] = {
    "spans of no coding": ("span", lambda row: [row | {"coding": row["coding"] + "x"}]),
    "an empty span": ("span", lambda row: [{**row, "end": row["start"]}]),
    "an unknown status": ("coding", lambda row: [{**row, "status": "lost"}]),
    "an entry without a time": ("journal", lambda row: [{**row, "at": "x"}]),
    "an entry that is no JSON": ("journal", lambda row: [{**row, "changes": "{"}]),
}


@pytest.fixture(scope="module")
def dumped(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A portable backup of the sample project, made once."""
    place = tmp_path_factory.mktemp("portable")
    project = open_project(shutil.copytree(made_demo, place / "project"))
    backup(project, place / "b", portable=True)
    project.close()
    return (place / "b").read_bytes()


def with_rows(dump: Path, table: str, change: Callable[[Row], list[Row]]) -> None:
    """Put other rows of one table into a dump, and the digest that fits them."""
    current, names = "", list[str]()
    lines = []
    for line in dump.read_text("utf-8").splitlines()[:-1]:
        value = json.loads(line)
        if isinstance(value, dict):
            current, names = value.get("table", ""), value.get("columns", [])
        if isinstance(value, list) and current == table:
            rows = change(dict(zip(names, value, strict=True)))
            lines += [json.dumps([*row.values()]) for row in rows]
        else:
            lines.append(line)
    dump.write_bytes(sealed(lines))


@pytest.mark.parametrize("case", [*ROWS, *ONLY_ON_SERVER])
def test_rows_that_a_database_refuses_are_damage_of_the_file(
    dumped: bytes,
    tmp_path: Path,
    postgres: Server,
    caplog: pytest.LogCaptureFixture,
    case: str,
) -> None:
    table, change = (ROWS | ONLY_ON_SERVER)[case]
    file = tmp_path / "b"
    file.write_bytes(dumped)
    with_rows(file, table, change)
    with postgres.database() as name:
        databases = [postgres.url(name, OWNER)]
        if case in ROWS:
            databases.append(config.DEFAULT_DATABASE)
        for database in databases:
            with pytest.raises(CoderError) as caught:
                restore(file, tmp_path / "new", database)
            said = str(caught.value)
            assert said.startswith(f"{file}: The file is damaged: ")
            assert f"rows of the table {table}" in said and len(said.splitlines()) == 1
            assert not (tmp_path / "new").exists()
    assert not caplog.records  # which would stand beside the message


@pytest.mark.parametrize("keep", [100, 4096, 300_000, -4096])
def test_a_copy_cut_short_is_refused_and_leaves_nothing(
    demo: Project, tmp_path: Path, keep: int
) -> None:
    backup(demo, tmp_path / "b")
    data = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(data[:keep])
    with pytest.raises(CoderError) as caught:
        restore(tmp_path / "b", tmp_path / "new")
    assert "earlier" in caught.value.hint
    assert not (tmp_path / "new").exists()


def test_foreign_databases_and_missing_files_are_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as connection:
        connection.execute("CREATE TABLE t (x)")
    with pytest.raises(CoderError, match="not an undamaged database of coder"):
        restore(tmp_path / "x.db", tmp_path / "new")
    with pytest.raises(CoderError, match="no such file"):
        restore(tmp_path / "nothing", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_plain_copy_of_the_database_file_can_be_restored_too(
    demo: Project, tmp_path: Path
) -> None:
    before = content(demo)
    demo.close()
    again = restore(demo.config.folder / "coder.db", tmp_path / "new")
    assert content(again) == before
    assert not verify(again).findings


def test_a_dump_of_a_newer_program_is_refused(dumped: bytes, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(
        dumped.replace(f'"schema":"{HEAD}"'.encode(), b'"schema":"9999"', 1)
    )
    with pytest.raises(CoderError, match="schema 9999"):
        restore(tmp_path / "b", tmp_path / "new")


@pytest.mark.parametrize(
    "name", ["../../evil.toml", "/tmp/evil.yaml", "evil.sh", ".hidden.toml", "a/b.yaml"]
)
def test_a_file_that_wants_to_go_elsewhere_is_refused(
    dumped: bytes, tmp_path: Path, name: str
) -> None:
    first, rest = dumped.split(b"\n", 1)
    head = json.loads(first)
    head["files"][name] = "x = 1"
    (tmp_path / "b").write_bytes(json.dumps(head).encode() + b"\n" + rest)
    with pytest.raises(CoderError, match="contains a file"):
        restore(tmp_path / "b", tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_from_a_damaged_database_there_is_a_way_back(
    run_coder: Run, demo_folder: Path, tmp_path: Path
) -> None:
    assert run_coder("backup", tmp_path / "b", "--project", demo_folder)[0] == 0
    database = demo_folder / "coder.db"
    for keep in (database.stat().st_size // 2, 5000, 0):
        with database.open("r+b") as file:
            file.truncate(keep)
        code, _, err = run_coder("verify", "--project", demo_folder)
        assert code == 2 and "error: " in err and "coder backup" in err, err
    new = tmp_path / "new"
    code, out, _ = run_coder("backup", "--restore", tmp_path / "b", "--project", new)
    assert code == 0 and "0 findings" in out
    assert run_coder("verify", "--project", new)[0] == 0


def test_restoring_what_was_tampered_with_says_so(
    run_coder: Run, demo: Project, tmp_path: Path
) -> None:
    with demo.store.begin("x") as work:
        work.connection.execute(
            text("UPDATE answer SET value = '\"other\"' WHERE field = 'genre'")
        )
    backup(demo, tmp_path / "b")
    code, _, err = run_coder(
        "backup", "--restore", tmp_path / "b", "--project", tmp_path / "new"
    )
    assert code == 1 and "coder verify" in err


def test_a_copy_whose_journal_cannot_be_read_is_restored_with_that_finding(
    run_coder: Run, demo: Project, tmp_path: Path
) -> None:
    backup(demo, tmp_path / "b")
    data = (tmp_path / "b").read_bytes()
    # No JSON any more, and as long as before.
    (tmp_path / "b").write_bytes(
        data.replace(
            b'[{"table": "person", "key": ["amal"]',
            b'{{"table": "person", "key": ["amal"]',
            1,
        )
    )
    code, out, _ = run_coder(
        "backup", "--restore", tmp_path / "b", "--project", tmp_path / "new"
    )
    # The entry itself, the gap it leaves in its subject's, and the person whom no entry
    # has added.
    assert code == 1 and "3 findings" in out
    code, out, _ = run_coder("verify", "--project", tmp_path / "new")
    assert code == 1 and "Entry 1 of people cannot be read" in out


@pytest.mark.parametrize("words", [(), ("--portable",)], ids=["copy", "portable"])
def test_a_restore_that_is_done_says_so_when_run_again(
    run_coder: Run, demo_folder: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """As after a kill between the last step and the message."""
    run_coder("backup", tmp_path / "b", *words, "--project", demo_folder)
    again = ("backup", "--restore", tmp_path / "b", "--project", tmp_path / "new")
    _, first, _ = run_coder(*again)
    code, out, err = run_coder(*again)
    assert (code, err) == (0, "")
    assert out == first.replace(": restored,", ": restored before, and complete:")
    run_coder("people", "add", "rima", "--role", "coder", "--project", tmp_path / "new")
    code, _, err = run_coder(*again)
    assert code == 2 and "already exists: this folder is a project" in err


def test_a_restore_to_a_server_says_so_too(
    run_coder: Run,
    demo_folder: Path,
    tmp_path: Path,
    postgres: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    run_coder("backup", tmp_path / "b", "--portable", "--project", demo_folder)
    with postgres.database() as name:
        again = ["backup", "--restore", tmp_path / "b", "--project", tmp_path / "new"]
        again += ["--database", postgres.url(name)]
        assert run_coder(*again)[0] == 0
        code, out, err = run_coder(*again)
    assert (code, err) == (0, "")
    assert "restored before, and complete" in out
