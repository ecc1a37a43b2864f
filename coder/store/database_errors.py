"""What a database refuses, in words for the person at the keyboard.

Sources: PostgreSQL documentation, appendix A (SQLSTATE codes); SQLite result codes, in their English words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from coder.errors import CoderError, ConflictError, DamagedError, UnavailableError

_STATES: list[tuple[type[CoderError], str, tuple[str, ...]]] = [
    (CoderError, "store.unfit", ("22", "23502", "23514")),  # no such value, no value, a table's rule
    (ConflictError, "store.clash", ("23", "40001", "40P01")),  # a constraint, two at once, a deadlock
    (CoderError, "store.no_right", ("42501",)),
    (CoderError, "store.name_too_long", ("54",)),
    (UnavailableError, "store.held", ("55P03",)),
    (UnavailableError, "store.out_of_reach", ("57P01", "57P02", "57P03", "08")),  # shutting down
]
_SIGNS = {
    "readonly": "store.file_refused",
    "unable to open": "store.file_refused",
    "disk I/O": "store.disk_refused",
    "full": "store.disk_full",
}


@contextmanager
def translated() -> Iterator[None]:
    """Turns the database's errors into what the person at the keyboard can do about them."""
    try:
        yield
    except DBAPIError as error:
        raise _in_words(error) from error
    except UnicodeEncodeError as error:
        raise CoderError("store.no_text", text=error.object) from error


def _in_words(error: DBAPIError) -> CoderError:
    text = str(error.orig).strip()
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
    if getattr(error.orig, "sqlite_errorname", "").startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return UnavailableError("store.held", text=text)
    never_made = getattr(error.orig, "pgconn", None) is not None and not state  # libpq gives no code then
    if error.connection_invalidated or never_made:
        return UnavailableError("store.out_of_reach", text=text)
    for sign, key in _SIGNS.items():
        if sign in text:
            return CoderError(key, text=text)
    return DamagedError("store.unreadable", text=text)
