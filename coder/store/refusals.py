"""What a database refuses, in words for the person at the keyboard.

Sources: PostgreSQL documentation, appendix A (SQLSTATE codes); SQLite result codes, in their English words.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError

from coder.errors import CHANGED, CoderError, ConflictError, DamagedError, UnavailableError

_CLASHES = ("23", "40001", "40P01")  # a constraint, two at once, each waiting for the other
_UNFIT = ("22", "23502", "23514")  # no such value, nothing where something must be, a rule of a table
_OTHER_CODEBOOK = "CB001"  # our own; see server/record.sql
_NO_RIGHT = "42501"
_TOO_LONG = "54"
_SHUTTING_DOWN = ("57P01", "57P02", "57P03", "08")
_HELD = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")


@contextmanager
def translated() -> Iterator[None]:
    """Turns the database's errors into what the person at the keyboard can do about them."""
    try:
        yield
    except DBAPIError as error:
        raise _in_words(error) from error
    except UnicodeEncodeError as error:
        raise CoderError(
            f"{error.object!r} is no text: it has half a character.", hint="Write it in UTF-8."
        ) from error


def upgraded_to(codebook: str) -> ConflictError:
    """The error for work with another revision of the codebook than the one in force."""
    return ConflictError(
        f"The codebook was upgraded to {codebook} meanwhile.",
        hint="Nothing was written; open the article again.",
        arabic=(f"صار الدليل {codebook} في هذه الأثناء.", "لم يُكتب شيء؛ افتح المقال من جديد."),
    )


def _in_words(error: DBAPIError) -> CoderError:
    text = str(error.orig).strip()
    state = getattr(error.orig, "sqlstate", None) or ""
    if "append-only" in text:
        return CoderError("The journal is append-only.", hint="A correction is a new entry.")
    if state == _OTHER_CODEBOOK:
        return upgraded_to(error.orig.diag.message_primary)  # type: ignore[union-attr]
    if state.startswith(_UNFIT):
        return CoderError(
            f"The database takes no such thing: {text}.", hint="Nothing was written; look at what was given."
        )
    if state.startswith(_CLASHES) or isinstance(error, IntegrityError):
        return ConflictError(
            "Somebody else wrote the same thing meanwhile.",
            hint="Nothing was written; open it again to see the present state.",
            arabic=CHANGED,
        )
    if state == _NO_RIGHT:
        return CoderError(
            f"The database does not let you do this: {text}.",
            hint="It is for a supervisor, or for the owner of the database, or you have left the team; see "
            "docs/teams.md.",
        )
    if state.startswith(_TOO_LONG):
        return CoderError(
            f"A name is too long for the database: {text}.", hint="Nothing was written. Use a shorter one."
        )
    if (getattr(error.orig, "sqlite_errorname", "") or state).startswith(_HELD):
        return UnavailableError(
            f"The database refused: {text}.",
            hint="Another program holds the database; close it or try again in a moment.",
        )
    if _out_of_reach(error, state):
        return UnavailableError(
            f"The database cannot be reached: {text}.",
            hint="Check that the server runs and that your name and password are right, then try again.",
        )
    for sign, hint in _HINTS.items():
        if sign in text:
            return CoderError(f"The database refused: {text}.", hint=hint)
    return DamagedError(
        f"The database cannot be read: {text}.",
        hint="Restore the last good copy into a new folder: coder backup --restore FILE --project DIR. "
        "One put over coder.db by hand is spoilt by a coder.db-wal that a crash has left there.",
    )


def _out_of_reach(error: DBAPIError, state: str) -> bool:
    """Whether the line is down: it broke, or a connection could not be made (libpq gives no code then)."""
    made = getattr(error.orig, "pgconn", None)
    return (
        error.connection_invalidated or state.startswith(_SHUTTING_DOWN) or (made is not None and not state)
    )


_HINTS = {
    "readonly": "Check that the file and its folder exist and may be written.",
    "unable to open": "Check that the file and its folder exist and may be written.",
    "disk I/O": "The disk may be full or failing; see to it, then open the project again.",
    "full": "Free some space on the disk, then try again.",
}
