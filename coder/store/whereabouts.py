"""Who has which article open, where a database has logins: the name of a connection of one's own says it.

A connection that breaks takes its word with it, so that who was cut off is nowhere. Nothing rests on it: what
two people decide at once is safe without.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, Engine, text

from coder.errors import UnavailableError
from coder.store.database_errors import translated

_NOWHERE, _SOMEWHERE = "coder", "coder in "  # how connections are named
_GO = text("SELECT set_config('application_name', :name, false)")
_OTHERS = text("""SELECT DISTINCT usename, application_name FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE :start
ORDER BY usename""")
_SECRET = text("SELECT digest FROM journal ORDER BY position LIMIT 1")


class Whereabouts:
    """Where one is, and where others are; on SQLite nobody is anywhere."""

    def __init__(self, engine: Engine) -> None:
        self._engine, self._is_told = engine, engine.dialect.name == "postgresql"
        self._connection: Connection | None = None
        self._secret = b""

    def go(self, article: str) -> None:
        """Be in an article, with "" in none; without a connection one is nowhere."""
        if self._is_told:
            try:
                with translated():
                    connection = self._connected()
                    connection.execute(_GO, {"name": self._named(article) if article else _NOWHERE})
            except UnavailableError:
                self._let_go()

    def others(self, articles: Iterable[str]) -> dict[str, list[str]]:
        """Article id → who else has it open, of those of these articles where somebody is."""
        found: dict[str, list[str]] = {}
        if self._is_told:
            with translated():
                for person, name in self._connected().execute(_OTHERS, {"start": f"{_SOMEWHERE}%"}):
                    found.setdefault(name, []).append(person)
        if not found:
            return {}
        named = ((article, self._named(article)) for article in articles)
        return {article: found[name] for article, name in named if name in found}

    def close(self) -> None:
        """Be in no article and let go; the server is told, as it notices a closed connection only later."""
        if self._connection is not None:
            self.go("")
        self._let_go()

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()  # back among the others it would go on telling
            self._connection.close()
            self._connection = None

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self._secret = str(self._connection.execute(_SECRET).scalar()).encode()
        return self._connection

    def _named(self, article: str) -> str:
        """What an article is called to who may read the journal: to others it says nothing."""
        key = hashlib.sha256(self._secret).digest()
        return _SOMEWHERE + hashlib.blake2b(article.encode(), key=key, digest_size=16).hexdigest()
