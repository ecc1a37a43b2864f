"""From a database URL to an engine with the settings that keep work safe."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import DDL, URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from coder.errors import CoderError
from coder.store.damage import column_from_json
from coder.store.server import functions
from coder.store.tables import METADATA, JournalRow
from coder.store.whole_file import new_file

BUSY_SECONDS = 5

# Over a line that went dead a write would wait for many minutes; these find it out within half of one.
_POSTGRES = {
    "application_name": "coder",
    "client_encoding": "utf8",
    "connect_timeout": "10",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "25000",
    "options": "-c lock_timeout=10s",
}
_SECRETS = ("password", "sslpassword")
_APPEND_ONLY_SQLITE = """
CREATE TRIGGER journal_no_{verb} BEFORE {VERB} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
# INSERT OR REPLACE deletes without asking the trigger on DELETE.
_NO_REPLACE_SQLITE = """
CREATE TRIGGER journal_no_replace BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE position = NEW.position
             OR (subject = NEW.subject AND version = NEW.version))
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
SQLITE_TRIGGERS = {
    "journal_no_update": _APPEND_ONLY_SQLITE.format(verb="update", VERB="UPDATE"),
    "journal_no_delete": _APPEND_ONLY_SQLITE.format(verb="delete", VERB="DELETE"),
    "journal_no_replace": _NO_REPLACE_SQLITE,
}
"""Every trigger of a SQLite database, by name."""


def connect(url: str, person: str = "") -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; nothing is opened yet.

    person: who logs in to PostgreSQL; without it the user in the URL or libpq's own choice. Passwords
    come from where PostgreSQL's clients look (libpq, sections 34.15 to 34.17), never from the URL.
    """
    try:
        if "\0" in url:
            raise ValueError("it holds the character U+0000")
        parsed = _as_person(_with_driver(make_url(url)), person)
        engine = create_engine(
            parsed,
            connect_args=_connect_args(parsed),
            json_serializer=partial(json.dumps, ensure_ascii=False),
            json_deserializer=column_from_json,
            pool_pre_ping=is_postgres(parsed),
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise CoderError(
            f"The database URL {url!r} cannot be used: {error}.",
            hint="Write sqlite:///coder.db, or postgresql+psycopg://… with the `postgres` extra installed.",
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def is_postgres(url: URL) -> bool:
    """Whether a URL is of a PostgreSQL database."""
    return url.get_backend_name() == "postgresql"


def sqlite_path(engine: Engine) -> Path | None:
    """The file behind a SQLite engine, None for other engines."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def file_of(url: str) -> Path | None:
    """The file in which the database at a URL is or would be, None for a server's."""
    return sqlite_path(connect(url))


def beside(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a database in use, and that a crash leaves there."""
    return [path.with_name(path.name + end) for end in ("-wal", "-shm", "-journal")]


def expect_database(path: Path) -> None:
    """Raises CoderError where no database is, or a copy beside the last changes of the one before it.

    A crash leaves these, and SQLite would mix the two. A copy made with `coder backup` says in its header
    that it has no write-ahead log, a database in use that it has one (https://sqlite.org/fileformat2.html).
    """
    if not path.is_file():
        raise CoderError(f"The database {path} does not exist.", hint="Make a project with `coder init DIR`.")
    log, *_ = beside(path)
    with path.open("rb") as file:
        version = file.read(20)[18:]
    if version == b"\1\1" and log.exists() and log.stat().st_size:
        raise CoderError(
            f"{path} is a copy, and {log.name} beside it holds changes of the database that was here before.",
            hint=f"Nothing was changed. Move {log.name} and {path.name}-shm to the database they belong to.",
        )


@contextmanager
def new_database(url: str) -> Iterator[str]:
    """The URL at which to make the new database that is to be at `url`.

    A server makes it in one transaction. A file is made beside its place, and stands in it, whole, when the
    block has ended well; raises CoderError where a database is, or where one has left its changes.
    """
    path = file_of(url)
    if path is None:
        yield url
        return
    if path.exists():
        raise CoderError(
            f"{path} is there already; nothing is ever made over it.", hint="Give a new or empty folder."
        )
    for left in beside(path):
        if left.exists():
            raise CoderError(
                f"{left} is there already, left by a database that is gone from here.",
                hint=f"It would spoil another {path.name}. Move it to that database, or away from here.",
            )
    with new_file(path) as half:
        yield make_url(url).set(database=str(half)).render_as_string(hide_password=False)
        with closing(sqlite3.connect(half)) as connection:
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise RuntimeError(f"{half} is still open")


def create_tables(connection: Connection) -> None:
    """All tables, the triggers that make the journal append-only and, on PostgreSQL, who may see what."""
    if connection.dialect.name == "postgresql":
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise CoderError(
                f"The database keeps its text as {encoding}.",
                hint="Make one with `createdb --encoding=UTF8 --template=template0`; see docs/teams.md.",
            )
    METADATA.create_all(connection)
    if connection.dialect.name == "postgresql":
        functions.install(connection)


def _with_driver(url: URL) -> URL:
    return url.set(drivername="postgresql+psycopg") if url.drivername == "postgresql" else url


def _as_person(url: URL, person: str) -> URL:
    """The URL with the person as its user; refuses a password, or another user, in it."""
    if not is_postgres(url):
        return url
    if url.password or any(name in url.query for name in _SECRETS):
        raise CoderError(
            f"The URL of the database {url.database!r} holds a password.",
            hint="Take it out of coder.toml and keep it in ~/.pgpass, as for psql; see docs/teams.md.",
        )
    if not person:
        return url
    named = url.username or url.query.get("user")
    if named and named != person:
        raise CoderError(
            f"coder.toml connects to the database as {named}, and not as {person}.",
            hint=f"Take `{named}@` out of `database` in coder.toml; --as says who connects.",
        )
    return url.set(username=person)


def _connect_args(url: URL) -> dict[str, Any]:
    usual: dict[str, Any] = {"timeout": BUSY_SECONDS} if url.get_backend_name() == "sqlite" else {}
    if is_postgres(url):
        usual = _POSTGRES
    return {name: value for name, value in usual.items() if name not in url.query}


def _sqlite_settings(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_immediate(connection: Any) -> None:
    # A reader that turns writer can deadlock; taking the write lock at once makes others wait instead.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


_JOURNAL = JournalRow.__table__  # type: ignore[attr-defined]


def _after_create(statement: str, dialect: str) -> None:
    ddl: Any = DDL(statement)  # type: ignore[no-untyped-call]
    event.listen(_JOURNAL, "after_create", ddl.execute_if(dialect=dialect))


for _trigger in SQLITE_TRIGGERS.values():
    _after_create(_trigger, "sqlite")
_after_create(functions.APPEND_ONLY, "postgresql")
