"""The entry point to the database: `with store.begin(person) as work:` writes state and
journal, or none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Timer
from typing import Any

from sqlalchemy import Connection, Engine, Transaction

from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.store import schema_version
from coder.store.database_errors import translated
from coder.store.engine import connect
from coder.store.own_queries import queries_for_login
from coder.store.past import Past
from coder.store.queries import Queries
from coder.store.same_file import SameFile
from coder.store.sqlite_file import Windows, expect_database
from coder.store.work import Clock, Work

_PATIENCE = 1.0  # seconds before a wait is told
SETUP = "setup"  # the person in the journal for what the program itself set up


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Store:
    """One project's database.

    on_wait: called with what is waited for, before a wait for others that may be long;
    None: nobody asks.
    """

    on_wait: Callable[[Message], None] | None = None

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self.engine = engine
        self.clock = clock
        self._queries: Callable[[Connection], Queries] = Queries
        self.position: int | None = None
        self._file = SameFile(engine)
        self.expect_writable = self._file.expect_writable
        self.expect_same_file = self._file.expect
        self.windows = Windows(self._file.path)

    @classmethod
    def create(
        cls,
        url: str,
        clock: Clock = utc_now,
        identity: str = "",
        first: Callable[[Work], None] | None = None,
    ) -> Store:
        """Create a database at `url`; raises CoderError if it already contains a
        project.

        identity: of the project that this one is to be a part of; by default it gets
        its own. first: called in the same transaction, so that the database is created
        with its changes or not at all.
        """
        store = cls(connect(url), clock)
        with translated(), store._connected(writing=True) as connection:
            schema_version.expect_none(connection, store.name)
            schema_version.create(connection, identity)
            if first is not None:
                first(Work(Queries(connection), SETUP, clock))
        return store

    @classmethod
    def open(
        cls, url: str, clock: Clock = utc_now, folder: Path = Path(), person: str = ""
    ) -> Store:
        """Open the database at `url`, and upgrade it if its schema is older.

        folder: for the copy made before an upgrade, if the database is not a file
        itself. person: the login to use, if the database has logins.
        """
        store = cls(connect(url, person), clock)
        if store._file.path is not None:
            expect_database(store._file.path)
        with translated():
            with store.engine.connect() as connection:
                found = schema_version.of(connection)
                if found == schema_version.HEAD:
                    store._queries = queries_for_login(connection)
            if found is None:
                raise CoderError("store.no_project", name=store.name)
            if found != schema_version.HEAD:
                from coder.store.schema_upgrade import upgrade  # Alembic: only here

                upgrade(store.engine, found, store.name, folder)
        return store

    def at(self, position: int) -> Store:
        """Return the same database for reading as it was at an earlier position of its
        journal.

        Raises CoderError for a login that cannot read everything.
        """
        with self.read() as queries:
            queries.expect_all()
        past = copy(self)
        past.position = position
        past._queries = partial(
            Past, until=position, earlier_metadata={}, earlier_heads={}
        )
        return past

    @property
    def name(self) -> str:
        """The database's name to display: a file name, or a URL without its password."""
        return str(
            self._file.path or self.engine.url.render_as_string(hide_password=True)
        )

    @property
    def has_logins(self) -> bool:
        """True if each member of the team logs in to the database by their own name."""
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def begin(self, person: str) -> Iterator[Work]:
        """Begin a unit of work by `person`: committed when the block ends without
        error, else rolled back.
        """
        self._file.expect()
        with translated(), self._connected(writing=True) as connection:
            schema_version.expect_head(connection)
            work = Work(self._queries(connection), person, self.clock)
            work.on_wait = self.on_wait
            yield work
            newest = self._file.newest_entry(connection.connection.driver_connection)
        self._file.has_seen(newest)
        self._file.expect()  # if the file was replaced meanwhile, the changes are lost

    @contextmanager
    def read(self) -> Iterator[Queries]:
        """Give read-only access to one consistent view."""
        # By default each statement on PostgreSQL sees what others committed before it,
        # unlike on SQLite.
        repeatable = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        options: dict[str, Any] = repeatable if self.has_logins else {}
        with translated(), self._connected(**options) as connection:
            try:
                yield self._queries(connection)
            finally:
                self._file.expect_still()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
        self.windows.close()

    @contextmanager
    def _connected(self, **options: Any) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.execution_options(**options)
            with self._begun(connection):
                yield connection

    def _begun(self, connection: Connection) -> Transaction:
        """Begin a transaction; on SQLite one that writes waits here for those of
        others.
        """
        if self.on_wait is None:
            return connection.begin()
        what = Message("store.another_writes")
        notice = Timer(_PATIENCE, self.on_wait, [Message("store.waits", what=what)])
        notice.start()
        try:
            return connection.begin()
        finally:
            notice.cancel()
