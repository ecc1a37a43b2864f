"""Upgrades of older databases, which are copied before, and of older dumps to this
program's schema.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import ProgrammingError

from coder.errors import CoderError
from coder.store import dump, schema_version, sqlite_file
from coder.store.database_errors import stated_by, translated
from coder.store.dump import Dump
from coder.store.engine import connect, sqlite_path
from coder.store.schema_version import HEAD
from coder.store.server import functions
from coder.store.whole_file import PRIVATE, create, file_mode

log = logging.getLogger(__name__)

_STEPS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, found: str, name: str, folder: Path) -> None:
    """Upgrade a database from the schema `found` in one transaction, and log where its
    copy is.

    name: the database's name to display. folder: for the copy of a database that is not
    a file. Raises CoderError for a schema that this program does not know, without
    changing anything.
    """
    if found not in steps():
        raise CoderError("store.unknown_schema", found=found, known=HEAD)
    try:
        with migrating(engine) as connection:
            copy = _upgrade(connection, found, folder)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != "42501":  # no right to
            raise
        raise CoderError(
            "store.not_upgraded", found=found, known=HEAD, error=stated_by(error)
        ) from error
    if copy is not None:
        # Without logging being configured, a warning is a plain line on stderr, for the
        # user to see.
        log.warning(
            "%s was brought from schema %s to %s; as it was before: %s",
            name,
            found,
            HEAD,
            copy,
        )


def load(url: str, dump: Dump) -> None:
    """Load a dump into the empty database at `url` and upgrade it, in one transaction."""
    expect_known(dump.schema, dump.where)
    engine = connect(url)
    try:
        with translated(), migrating(engine) as connection:
            schema_version.expect_none(
                connection, engine.url.render_as_string(hide_password=True)
            )
            migrate(connection, dump.schema)
            dump.fill(connection)
            migrate(connection, HEAD)
    finally:
        engine.dispose()


def steps() -> list[str]:
    """Return the numbers of all migrations in order."""
    return [step.revision for step in ScriptDirectory(str(_STEPS)).walk_revisions()][
        ::-1
    ]


def expect_known(found: str | None, where: str) -> None:
    """Raise CoderError unless the schema found in the file at `where` can be upgraded
    by this program.
    """
    if found not in steps():
        raise CoderError(
            "store.unknown_file_schema", where=where, found=found, known=HEAD
        )


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """Begin a transaction for migrations; on SQLite foreign keys are only checked at
    its end.
    """
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        plain: Any = connection.connection.dbapi_connection
        plain.execute("PRAGMA foreign_keys = OFF")  # has no effect within a transaction
        try:
            with connection.begin():
                yield connection
                if lost := connection.exec_driver_sql(
                    "PRAGMA foreign_key_check"
                ).fetchall():
                    raise CoderError("store.lost_rows", n=len(lost), first=lost[0][0])
        finally:
            plain.execute("PRAGMA foreign_keys = ON")


def migrate(connection: Connection, to: str) -> None:
    """Run the pending migrations up to the schema `to` within the connection's
    transaction.
    """
    command.upgrade(_config(connection), to)
    if to == HEAD and connection.dialect.name == "postgresql":
        from coder.store.server.logins import grant_team  # psycopg: needed here only

        functions.install(connection)
        grant_team(connection)


def _upgrade(connection: Connection, found: str, folder: Path) -> Path | None:
    """Copy and upgrade the database; return the copy's path, None if another program
    has just upgraded it.
    """
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE meta, journal IN EXCLUSIVE MODE")
    if schema_version.of(connection) != found:
        return None
    path = sqlite_path(connection.engine)
    original = path or folder / "coder.jsonl"
    stem = f"{original.stem}-before-{HEAD}"
    copy = original.with_stem(stem)
    for number in count(2):
        if not copy.exists():
            break
        copy = original.with_stem(f"{stem}-{number}")
    if path is not None:
        sqlite_file.copy(path, copy, mode=file_mode(path))
    else:
        create(copy, PRIVATE)
        with copy.open("wb") as out:
            dump.write(connection, out, {"kind": "backup", "files": {}})
    if found == schema_version.BEFORE_ALEMBIC:
        command.stamp(_config(connection), found)
    migrate(connection, HEAD)
    return copy


def _config(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config
