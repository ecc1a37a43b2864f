"""Translation of database errors to messages for the user.

Sources: PostgreSQL documentation, appendix A (SQLSTATE codes); the English messages of
SQLite's result codes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from coder.errors import CoderError, ConflictError, DamagedError, UnavailableError

_STATES: list[tuple[type[CoderError], str, tuple[str, ...]]] = [
    (
        CoderError,
        "store.unfit",
        ("22", "23502", "23514"),
    ),  # invalid or missing value, check constraint
    (
        ConflictError,
        "store.clash",
        ("23", "40001", "40P01"),
    ),  # constraint, serialization failure, deadlock
    (CoderError, "store.no_right", ("42501",)),
    (CoderError, "store.name_too_long", ("54",)),
    (UnavailableError, "store.held", ("55P03",)),
    (
        UnavailableError,
        "store.out_of_reach",
        ("57P01", "57P02", "57P03", "08"),
    ),  # shutting down
]
_NO_LOGIN = re.compile(
    r'role "(.+)" does not exist'
)  # libpq gives no code for what a server says on connecting
_SQLITE_MESSAGES = {
    "readonly": "store.file_refused",
    "unable to open": "store.file_refused",
    "disk I/O": "store.disk_refused",
    "full": "store.disk_full",
}


@contextmanager
def translated() -> Iterator[None]:
    """Translate database errors raised in the block to CoderError."""
    try:
        yield
    except DBAPIError as error:
        raise _translate(error) from error
    except UnicodeEncodeError as error:
        raise CoderError("store.no_text", text=error.object) from error


def stated_by(error: DBAPIError) -> str:
    """Return what the database says, without the rows, statements and functions that it
    adds.
    """
    diagnosis = getattr(error.orig, "diag", None)  # psycopg's, from the server
    primary = getattr(diagnosis, "message_primary", None)
    return str(primary or error.orig).strip()


def _translate(error: DBAPIError) -> CoderError:
    text = stated_by(error)
    state = getattr(error.orig, "sqlstate", None) or ""
    if "append-only" in text:
        return CoderError("store.append_only")
    if state == "CB001":  # our own; see server/record.sql
        return ConflictError("store.upgraded", codebook=error.orig.diag.message_primary)  # type: ignore[union-attr]
    for kind, key, states in _STATES:
        if state.startswith(states):
            return kind(key, text=text)
    if isinstance(error, IntegrityError):
        return ConflictError("store.clash")
    if getattr(error.orig, "sqlite_errorname", "").startswith(
        ("SQLITE_BUSY", "SQLITE_LOCKED")
    ):
        return UnavailableError("store.held", text=text)
    not_connected = (
        getattr(error.orig, "pgconn", None) is not None and not state
    )  # without a code from libpq
    if not_connected and (missing := _NO_LOGIN.search(text)):
        return CoderError("store.no_login", name=missing[1])
    if error.connection_invalidated or not_connected:
        return UnavailableError("store.out_of_reach", text=text)
    for part, key in _SQLITE_MESSAGES.items():
        if part in text:
            return CoderError(key, text=text)
    return DamagedError("store.unreadable", text=text)
