"""The schema version of a database, from Alembic's version table, and creation of new
databases.

Alembic itself is imported only by `schema_upgrade`, which only an older database needs.
"""

from __future__ import annotations

import uuid

from sqlalchemy import Column, Connection, MetaData, String, Table, insert, select

from coder.errors import CoderError
from coder.store.database_errors import translated
from coder.store.engine import connect
from coder.store.server import functions
from coder.store.tables import (
    META,
    METADATA,
    POSTGRES_ALWAYS,
    POSTGRES_TRIGGER,
    SQLITE_TRIGGERS,
)

HEAD = "0013"  # this program's schema: the last migration in `migrations/versions`
BEFORE_ALEMBIC = "0001"  # the schema of databases without a version table
# the key of the project's unique id in `meta`, shared by its copies and packets
IDENTITY = "project"

_ALEMBICS = MetaData(naming_convention={"pk": "%(table_name)s_pkc"})
_VERSION = Table(
    "alembic_version", _ALEMBICS, Column("version_num", String(32), primary_key=True)
)


def create(connection: Connection, identity: str = "") -> None:
    """Create all tables and guards in an empty database; identity: the project's,
    generated if empty.
    """
    on_server = connection.dialect.name == "postgresql"
    encoding = (
        connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        if on_server
        else "UTF8"
    )
    if encoding != "UTF8":
        raise CoderError("store.other_encoding", encoding=encoding)
    METADATA.create_all(connection)
    for trigger in (
        (POSTGRES_TRIGGER, POSTGRES_ALWAYS) if on_server else SQLITE_TRIGGERS.values()
    ):
        connection.exec_driver_sql(trigger)
    if on_server:
        functions.install(connection)
    _VERSION.create(connection)
    connection.execute(insert(_VERSION), {"version_num": HEAD})
    connection.execute(
        insert(META), {"key": IDENTITY, "value": identity or uuid.uuid4().hex}
    )


def of(connection: Connection) -> str | None:
    """Return the schema of a database, None if it contains no project."""
    if connection.dialect.has_table(connection, _VERSION.name):
        return connection.execute(select(_VERSION.c.version_num)).scalar()
    return (
        BEFORE_ALEMBIC if connection.dialect.has_table(connection, META.name) else None
    )


def at(url: str) -> str | None:
    """Return the schema of the database at a URL, None if it contains no project."""
    engine = connect(url)
    try:
        with translated(), engine.connect() as connection:
            return of(connection)
    finally:
        engine.dispose()


def expect_none(connection: Connection, name: str) -> None:
    """Raise CoderError if a database, called `name`, contains a project; locks out
    others on a server.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({0x636F646572})")
    if of(connection) is not None:
        raise CoderError("store.holds_project", name=name)


def expect_head(connection: Connection) -> None:
    """Raise CoderError if a newer program has changed the schema since the database was
    opened.
    """
    if (found := connection.execute(select(_VERSION.c.version_num)).scalar()) != HEAD:
        raise CoderError("store.newer_meanwhile", found=found, known=HEAD)
