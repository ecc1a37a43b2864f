"""An older database brought to this program's schema, after a copy of it as it was."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import ProgrammingError

from coder.errors import CoderError
from coder.store import dump, schema_version, sqlite_copy
from coder.store.engine import sqlite_path
from coder.store.server import functions

log = logging.getLogger(__name__)

_NO_RIGHT = "42501"
_STEPS = Path(__file__).parent / "migrations"


def upgrade(engine: Engine, found: str, name: str, folder: Path) -> None:
    """From the schema `found` to this program's, as one transaction; tells where the copy of before lies.

    name: the database as one may show it. folder: where the copy of a database without a file goes.
    Raises CoderError for a schema that this program does not know, then nothing is changed.
    """
    if found not in steps():
        raise CoderError(
            f"The database has schema {found}, this program knows {schema_version.HEAD}.",
            hint="Nothing was changed. Install the version of coder that made it, or a newer one.",
        )
    try:
        with migrating(engine) as connection:
            copy = _upgrade(connection, found, folder)
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") != _NO_RIGHT:
            raise
        raise CoderError(
            f"The database has schema {found} and cannot be brought to {schema_version.HEAD}: {error.orig}.",
            hint="Nothing was changed. Whoever owns the database opens it once with this version of coder.",
        ) from error
    if copy is not None:
        # A warning without any set-up is one plain line on stderr, which a person should see.
        log.warning(
            "%s was brought from schema %s to %s; as it was before: %s",
            name,
            found,
            schema_version.HEAD,
            copy,
        )


def steps() -> list[str]:
    """The numbers of all steps in order."""
    return [step.revision for step in ScriptDirectory(str(_STEPS)).walk_revisions()][::-1]


def expect_known(found: str | None, where: str) -> None:
    """Raises CoderError unless the file at `where` has a schema that this program can bring up."""
    if found not in steps():
        raise CoderError(
            f"The file has schema {found}, this program knows {schema_version.HEAD}.",
            hint="Use the version of coder that made it, or a newer one.",
            where=where,
        )


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """A transaction in which steps can be run: on SQLite keys are looked at in the end."""
    with engine.connect().execution_options(writing=True) as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                yield connection
            return
        plain: Any = connection.connection.dbapi_connection
        plain.execute("PRAGMA foreign_keys = OFF")  # heeded outside a transaction only
        try:
            with connection.begin():
                yield connection
                if lost := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                    raise CoderError(
                        f"{len(lost)} rows belong to rows that are not there, the first in {lost[0][0]}.",
                        hint="Nothing was changed. Restore the last good backup.",
                    )
        finally:
            plain.execute("PRAGMA foreign_keys = ON")


def migrate(connection: Connection, to: str) -> None:
    """Run the steps that are due, up to the schema `to`, within the connection's transaction."""
    command.upgrade(_config(connection), to)
    if to == schema_version.HEAD and connection.dialect.name == "postgresql":
        from coder.store.logins import grant_team  # psycopg: needed here only

        functions.install(connection)
        grant_team(connection)


def _upgrade(connection: Connection, found: str, folder: Path) -> Path | None:
    """The upgrade, while nobody else writes; the path of the copy, None where another was quicker."""
    if connection.dialect.name != "sqlite":
        connection.exec_driver_sql("LOCK TABLE meta, journal IN EXCLUSIVE MODE")
    if schema_version.of(connection) != found:
        return None
    copy = _keep(connection, folder)
    if found == schema_version.BEFORE_ALEMBIC:
        command.stamp(_config(connection), found)
    migrate(connection, schema_version.HEAD)
    return copy


def _keep(connection: Connection, folder: Path) -> Path:
    """A copy of the database as it stands, under a name that is free."""
    path = sqlite_path(connection.engine)
    home = path if path is not None else folder / "coder.jsonl"
    copy = free_name(home.with_name(f"{home.stem}-before-{schema_version.HEAD}{home.suffix}"))
    if path is not None:
        sqlite_copy.copy(path, copy)
    else:
        with copy.open("xb") as out:
            dump.write(connection, out, {"kind": "backup", "files": {}})
    return copy


def free_name(path: Path) -> Path:
    """The path, or the first `name-2`, `name-3` … beside it that is not taken."""
    number = 2
    free = path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free


def _config(connection: Connection) -> Config:
    attributes: dict[str, Any] = {"connection": connection}
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(_STEPS).replace("%", "%%"))
    return config
