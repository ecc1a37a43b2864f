"""Whether what guards a database stands as it was made: on SQLite its triggers; see `server.guards` too."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from coder.store.engine import SQLITE_TRIGGERS
from coder.store.finding import ANEW, Finding
from coder.store.queries import Queries

_TRIGGERS = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def findings(queries: Queries) -> Iterator[Finding]:
    """What is missing, changed, put beside or, where there are logins, allowed to whom it should not be."""
    if queries.connection.dialect.name == "sqlite":
        yield from _triggers(queries.connection)
    else:
        from coder.store.server import server_guards

        yield from server_guards.findings(queries.connection)


def _triggers(connection: Connection) -> Iterator[Finding]:
    found = {name: (table, sql) for name, table, sql in connection.exec_driver_sql(_TRIGGERS)}
    for name, statement in SQLITE_TRIGGERS.items():
        table, sql = found.pop(name, ("", ""))
        if not sql:
            yield Finding("trigger", name, "The trigger that guards the journal is not there.", ANEW)
        elif sql.split() != statement.split():
            yield Finding("trigger", name, "The trigger is not the one that guards the journal.", ANEW)
    for name, (table, _) in found.items():
        yield Finding(
            "trigger",
            name,
            f"A trigger that coder did not make acts on the table {table}.",
            f"Find out who made it and what it did; sqlite3 takes it away: DROP TRIGGER {_quoted(name)}",
        )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
