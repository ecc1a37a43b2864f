"""From a database URL to an engine with the settings that keep work safe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import DDL, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from coder.errors import CoderError
from coder.store.tables import METADATA, JournalRow

BUSY_SECONDS = 5

_APPEND_ONLY_SQLITE = """
CREATE TRIGGER journal_no_{verb} BEFORE {VERB} ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
"""
_APPEND_ONLY_POSTGRES = """
CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$;
CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal
FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only();
"""


def connect(url: str) -> Engine:
    """An engine for `sqlite:///…` or `postgresql+psycopg://…`; nothing is opened yet."""
    try:
        parsed = make_url(url)
        engine = create_engine(parsed, connect_args=_connect_args(parsed.drivername))
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise CoderError(
            f"The database URL {url!r} cannot be used: {error}.",
            hint="Write sqlite:///coder.db, or postgresql+psycopg://… with the `postgres` extra installed.",
        ) from None
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_settings)
        event.listen(engine, "begin", _begin_immediate)
    return engine


def sqlite_path(engine: Engine) -> Path | None:
    """The file behind a SQLite engine, None for other engines."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def create_tables(engine: Engine) -> None:
    """All tables and the triggers that make the journal append-only."""
    METADATA.create_all(engine)


def _connect_args(driver: str) -> dict[str, Any]:
    return {"timeout": BUSY_SECONDS} if driver.startswith("sqlite") else {}


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


for _verb in ("update", "delete"):
    _after_create(_APPEND_ONLY_SQLITE.format(verb=_verb, VERB=_verb.upper()), "sqlite")
_after_create(_APPEND_ONLY_POSTGRES, "postgresql")
