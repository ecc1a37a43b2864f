"""What a database refuses, in words for the person at the keyboard.

Sources: PostgreSQL documentation, appendix A (SQLSTATE codes); SQLite result codes, in their English words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from coder.errors import CoderError, ConflictError, DamagedError, UnavailableError

_CLASHES = ("23", "40001", "40P01")  # a constraint, two at once, each waiting for the other
_UNFIT = ("22", "23502", "23514")  # no such value, nothing where something must be, a rule of a table
_OTHER_CODEBOOK = "CB001"  # our own; see server/record.sql
_NO_RIGHT = "42501"
_TOO_LONG = "54"
_SHUTTING_DOWN = ("57P01", "57P02", "57P03", "08")
_HELD = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")
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
    if state == _OTHER_CODEBOOK:
        return ConflictError("store.upgraded", codebook=error.orig.diag.message_primary)  # type: ignore[union-attr]
    if state.startswith(_UNFIT):
        return CoderError("store.unfit", text=text)
    if state.startswith(_CLASHES) or isinstance(error, IntegrityError):
        return ConflictError("store.clash")
    if state == _NO_RIGHT:
        return CoderError("store.no_right", text=text)
    if state.startswith(_TOO_LONG):
        return CoderError("store.name_too_long", text=text)
    if (getattr(error.orig, "sqlite_errorname", "") or state).startswith(_HELD):
        return UnavailableError("store.held", text=text)
    never_made = getattr(error.orig, "pgconn", None) is not None and not state  # libpq gives no code then
    if error.connection_invalidated or never_made or state.startswith(_SHUTTING_DOWN):
        return UnavailableError("store.out_of_reach", text=text)
    for sign, key in _SIGNS.items():
        if sign in text:
            return CoderError(key, text=text)
    return DamagedError("store.unreadable", text=text)
