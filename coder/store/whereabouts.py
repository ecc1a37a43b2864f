"""The article that each person has open, if the database has logins: published as a connection's name.

When the connection ends, the information is gone with it, so it is never outdated. It is only informative:
decisions that two people make at once are safe without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

from coder.errors import UnavailableError
from coder.grouping import grouped
from coder.store.database_errors import translated

_NOWHERE, _SOMEWHERE = (
    "coder",
    "coder in ",
)  # the connection's name without, or its prefix with an article
_SET_NAME = text("SELECT set_config('application_name', :name, false)")
_OTHERS = text("""SELECT DISTINCT usename, application_name FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE :start
ORDER BY usename""")
_SECRET = text("SELECT digest FROM journal ORDER BY position LIMIT 1")


class Whereabouts:
    """The articles that this and other logins have open; always empty on SQLite."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._is_available = engine, engine.dialect.name == "postgresql"
        self._connection: Connection | None = None
        self._secret = b""

    def go(self, article: str) -> None:
        """Publish the article that this login has open, "" for none; ignores an unavailable database."""
        if self._is_available:
            try:
                with translated():
                    connection = self._connect()
                    connection.execute(
                        _SET_NAME,
                        {"name": self._name_of(article) if article else _NOWHERE},
                    )
            except UnavailableError:
                self._disconnect()

    def others(self, articles: Iterable[str]) -> dict[str, list[str]]:
        """Return article id → other people who have it open, without articles that nobody has open."""
        if not self._is_available:
            return {}
        with translated():
            rows = self._connect().execute(_OTHERS, {"start": f"{_SOMEWHERE}%"})
            people = grouped((name, person) for person, name in rows)
        names = ((article, self._name_of(article)) for article in articles)
        return {article: people[name] for article, name in names if name in people}

    def close(self) -> None:
        """Publish that no article is open, as the server may notice only later, and close the connection."""
        if self._connection is not None:
            self.go("")
        self._disconnect()

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # in the pool it would stay open under this name
            self._connection.close()
            self._connection = None

    def _connect(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
            self._secret = str(self._connection.execute(_SECRET).scalar()).encode()
        return self._connection

    def _name_of(self, article: str) -> str:
        """Return the connection's name for an article, meaningless for those who may not read the journal."""
        key = hashlib.sha256(self._secret).digest()
        return (
            _SOMEWHERE
            + hashlib.blake2b(article.encode(), key=key, digest_size=16).hexdigest()
        )
