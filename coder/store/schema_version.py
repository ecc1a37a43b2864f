"""Which schema a database has, read with one query; new databases get the present one.

The number stands in Alembic's version table. Alembic itself is loaded by `upgrade` alone, which only an
older database needs.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, insert, select

from coder.errors import CoderError
from coder.store import append_only
from coder.store.database_errors import translated
from coder.store.engine import connect
from coder.store.server import functions
from coder.store.tables import METADATA

HEAD = "0005"
"""The schema of this program: the last step in `migrations/versions`."""

BEFORE_ALEMBIC = "0001"
"""The schema of databases that have no version table yet."""

IDENTITY = "project"
"""Under this key `meta` keeps what tells one project from another; copies and packets have it too."""

_MAKING = 0x636F646572
"""The number of the lock in PostgreSQL under which one at a time makes a project in a database."""

_META = METADATA.tables["meta"]
_VERSION = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


def create(connection: Connection, identity: str = "") -> None:
    """All tables, and what guards them, in an empty database.

    identity: of the project it is a part of, made anew if empty.
    """
    if connection.dialect.name == "sqlite":
        METADATA.create_all(connection)
        for trigger in append_only.SQLITE.values():
            connection.exec_driver_sql(trigger)
    else:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if encoding != "UTF8":
            raise CoderError("store.other_encoding", encoding=encoding)
        METADATA.create_all(connection)
        connection.exec_driver_sql(append_only.POSTGRES)
        connection.exec_driver_sql(append_only.POSTGRES_ALWAYS)
        functions.install(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION), {"version_num": HEAD})
    connection.execute(insert(_META), {"key": IDENTITY, "value": identity or uuid.uuid4().hex})


def of(connection: Connection) -> str | None:
    """The schema of a database, None where it holds no project."""
    if connection.dialect.has_table(connection, _VERSION.name):
        return connection.execute(select(_VERSION.c.version_num)).scalar()
    return BEFORE_ALEMBIC if connection.dialect.has_table(connection, _META.name) else None


def at(url: str) -> str | None:
    """The schema of the database at a URL."""
    engine = connect(url)
    try:
        with translated(), engine.connect() as connection:
            return of(connection)
    finally:
        engine.dispose()


def expect_none(connection: Connection, name: str) -> None:
    """Raises CoderError when the database holds a project; on a server others who ask have to wait.

    name: the database as one may show it.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")
    if of(connection) is not None:
        raise CoderError("store.holds_project", name=name)


def expect_head(connection: Connection) -> None:
    """Raises CoderError when a newer program has changed the schema since the database was opened."""
    found = connection.execute(select(_VERSION.c.version_num)).scalar()
    if found != HEAD:
        raise CoderError("store.newer_meanwhile", found=found, known=HEAD)
