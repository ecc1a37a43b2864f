"""Creates engines from database URLs, with the settings that keep work safe."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from coder.errors import CoderError
from coder.foreign import to_json
from coder.store.data_problems import column_from_json

# Over a dead connection a write would wait for many minutes; with these it fails within
# half a minute.
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


def connect(url: str, person: str = "") -> Engine:
    """Return an engine for `sqlite:///…` or `postgresql+psycopg://…`, without opening a
    connection.

    person: the login on PostgreSQL, by default the user in the URL or libpq's default.
    Passwords come from the sources that libpq supports (sections 34.15 to 34.17 of its
    documentation), never from the URL.
    """
    try:
        if "\0" in url:
            raise ValueError("it holds the character U+0000")
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        on_server = parsed.get_backend_name() == "postgresql"
        if on_server:
            parsed = _as_person(parsed, person)
            # It warns of every pipeline that ends in an error, which is raised as well.
            logging.getLogger("psycopg").setLevel(logging.ERROR)
        by_backend: dict[str, dict[str, Any]] = {
            "sqlite": {"timeout": 5},
            "postgresql": _POSTGRES,
        }
        # The server's default may be serializable, which its functions refuse
        # (`server.functions`).
        level: dict[str, Any] = (
            {"isolation_level": "READ COMMITTED"} if on_server else {}
        )
        defaults = by_backend.get(parsed.get_backend_name(), {})
        engine = create_engine(
            parsed,
            connect_args={
                name: value
                for name, value in defaults.items()
                if name not in parsed.query
            },
            json_serializer=to_json,
            json_deserializer=column_from_json,
            pool_pre_ping=on_server,
            **level,
        )
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError, ValueError) as error:
        raise CoderError("store.unusable_url", url=url, error=error) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "do_connect", _sqlite_file)
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _begin)
    return engine


def sqlite_path(engine: Engine) -> Path | None:
    """Return the file of a SQLite engine, None for other engines."""
    database = engine.url.database
    return Path(database) if engine.dialect.name == "sqlite" and database else None


def file_of(url: str) -> Path | None:
    """Return the file of the database at a URL, whether it exists or not; None for a
    server's.
    """
    return sqlite_path(connect(url))


def lies_still(path: Path) -> bool:
    """Return whether a SQLite file is in a read-only folder, and nobody who may write
    there is writing.

    There SQLite cannot create the log that it reads by. Source:
    https://sqlite.org/wal.html#read_only_databases.
    """
    return (
        not os.access(path.parent, os.W_OK)
        and not path.with_name(f"{path.name}-wal").exists()
    )


def file_uri(path: Path, mode: str) -> str:
    """Return the URI that opens a SQLite file: in the mode `rw` or `ro`, or as it is if
    it lies still.
    """
    return f"{path.resolve().as_uri()}?{'immutable=1' if lies_still(path) else f'mode={mode}'}"


def _as_person(url: URL, person: str) -> URL:
    """Set the person as the URL's user; raises CoderError if it contains a password or
    another user.
    """
    if url.password or url.query.keys() & {"password", "sslpassword"}:
        raise CoderError("store.password_in_url", name=url.database)
    user = url.username or url.query.get("user")
    if person and user and user != person:
        raise CoderError("store.other_user", named=user, person=person)
    return url.set(username=person) if person else url


def _sqlite_file(
    _dialect: Any, _record: Any, names: list[Any], settings: dict[str, Any]
) -> None:
    if (path := Path(names[0])).is_file():
        names[0] = file_uri(path, "rw")
        settings["uri"] = True


def _sqlite_settings(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    # The system keeps the file's pages in memory as well; a screen that runs all day
    # needs few of its own.
    for setting in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "cache_size = -512",
    ):
        connection.execute(f"PRAGMA {setting}").close()


def _begin(connection: Any) -> None:
    # Upgrading a read lock to a write lock can deadlock; taking the write lock at once
    # makes others wait.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
