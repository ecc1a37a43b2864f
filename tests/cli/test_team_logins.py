"""A team on PostgreSQL from the command line: logins, passwords from where libpq looks,
and no other way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from coder.errors import CoderError
from coder.service.project.opened import create_project, open_project
from tests.support.postgres import LOCKED, OWNER, Server
from tests.support.pseudo_terminal import PseudoTerminal

Run = Callable[..., tuple[int, str, str]]
SECRET = "سرّ: 'one' \\two"


@pytest.fixture
def folder(
    postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A project in the database that asks for passwords."""
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database(LOCKED) as name:
        create_project(tmp_path / "project", database=postgres.url(name)).close()
        yield tmp_path / "project"


def password_file(folder: Path, words: str) -> Path:
    path = folder.parent / "password"
    path.write_text(words + "\nnot this line\n", "utf-8")
    return path


def remember(
    folder: Path, person: str, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put a password where libpq looks for it (a colon and a backslash are escaped
    there).
    """
    path = folder.parent / "pgpass"
    escaped = password.replace("\\", "\\\\").replace(":", "\\:")
    path.write_text(f"*:*:{LOCKED}:{person}:{escaped}\n", "utf-8")
    path.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(path))


def test_a_person_gets_a_login_and_comes_in_with_their_password_only(
    folder: Path, run_coder: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("people", "add", "amal", "--project", folder)
    code, _, err = run_coder(*words, "--password-file", password_file(folder, SECRET))
    assert code == 0, err
    with pytest.raises(CoderError, match=r"cannot be reached.*password") as caught:
        open_project(folder, person="amal")
    assert "password" in caught.value.hint
    remember(folder, "amal", "wrong", monkeypatch)
    with pytest.raises(CoderError, match="password authentication failed"):
        open_project(folder, person="amal")
    remember(folder, "amal", SECRET, monkeypatch)
    project = open_project(folder, person="amal")
    assert [p.name for p in project.people()] == ["amal"]
    project.close()


def test_without_a_login_it_says_who_makes_them(
    postgres: Server, tmp_path: Path, run_coder: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    with postgres.database() as name:
        create_project(tmp_path / "project", database=postgres.url(name)).close()
        code, _, err = run_coder(
            "code", "--as", "nobody_yet", "--project", tmp_path / "project"
        )
    assert (
        code == 2
        and "no login 'nobody_yet'" in err
        and "coder people add" in err
        and "PGUSER" in err
    )


def test_added_again_a_person_gets_a_new_password_and_no_new_role(
    folder: Path, run_coder: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("people", "add", "amal", "--project", folder)
    run_coder(*words, "--password-file", password_file(folder, "old"))
    assert run_coder(*words, "--password-file", password_file(folder, "new"))[0] == 0
    remember(folder, "amal", "new", monkeypatch)
    open_project(folder, person="amal").close()
    code, _, err = run_coder(
        *words, "--role", "supervisor", "--password-file", password_file(folder, "x")
    )
    assert code == 2 and "already in the team" in err


def test_without_a_terminal_a_password_file_is_asked_for(
    folder: Path, run_coder: Run
) -> None:
    code, _, err = run_coder("people", "add", "amal", "--project", folder)
    assert code == 2 and "--password-file" in err
    assert run_coder("people", "--project", folder, "--json")[1].strip() == "[]"


def test_on_a_terminal_the_password_is_typed_twice_and_never_shown(
    folder: Path, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["-m", "coder", "people", "add", "amal", "--project", str(folder)]
    terminal = PseudoTerminal(words, environ={"PGUSER": OWNER})
    terminal.wait_for("password for amal:")
    terminal.press("typed-secret\n")
    terminal.wait_for("repeat the password:")
    terminal.press("typed-secret\n")
    assert terminal.wait() == 0
    assert b"typed-secret" not in terminal.sent
    remember(folder, "amal", "typed-secret", monkeypatch)
    open_project(folder, person="amal").close()


def test_no_log_of_the_server_ever_holds_a_password(
    tmp_path: Path, run_coder: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGUSER", OWNER)
    server = Server(log_statement="all")
    try:
        with server.database() as name:
            create_project(tmp_path / "project", database=server.url(name)).close()
            path = password_file(tmp_path / "project", "plain-secret")
            run_coder(
                "people",
                "add",
                "amal",
                "--project",
                tmp_path / "project",
                "--password-file",
                path,
            )
        log = (server.folder / "log").read_text("utf-8")
        assert 'ALTER ROLE "amal" PASSWORD' in log and "SCRAM-SHA-256" in log
        assert "plain-secret" not in log
    finally:
        server.remove()


def test_a_password_in_the_url_makes_no_project(tmp_path: Path, run_coder: Run) -> None:
    url = "postgresql+psycopg://owner:open-sesame@localhost/team"
    code, _, err = run_coder("init", tmp_path / "new", "--database", url)
    assert code == 2 and "pgpass" in err and "open-sesame" not in err
    assert not (tmp_path / "new").exists()


def test_who_connects_by_another_name_is_told_so(folder: Path, run_coder: Run) -> None:
    toml = folder / "coder.toml"
    toml.write_text(toml.read_text("utf-8").replace(":///", f"://{OWNER}@/"), "utf-8")
    for verb in ("code", "review"):
        code, _, err = run_coder(verb, "--as", "amal", "--project", folder)
        assert code == 2 and "connects to the database as owner, not as amal" in err
