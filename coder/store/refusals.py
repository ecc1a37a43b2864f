"""What a database refuses, in words for the person at the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from coder.errors import CoderError, ConflictError


@contextmanager
def translated() -> Iterator[None]:
    """Turns the database's errors into what the person at the keyboard can do about them."""
    try:
        yield
    except IntegrityError as error:
        raise ConflictError(
            f"Somebody else wrote the same thing meanwhile ({error.orig}).",
            hint="Nothing was written; open it again to see the present state.",
        ) from error
    except OperationalError as error:
        text = str(error.orig)
        hint = "Check that the database can be reached, then try again."
        if "locked" in text or "busy" in text:
            hint = "Another program holds the database; close it or try again in a moment."
        elif "readonly" in text or "unable to open" in text:
            hint = "Check that the file and its folder exist and may be written."
        elif "full" in text:
            hint = "Free some space on the disk, then try again."
        raise CoderError(f"The database refused: {text}.", hint=hint) from error
    except DatabaseError as error:
        raise CoderError(
            f"The database cannot be read: {error.orig}.",
            hint="Restore the last good copy made with `coder backup`, or check the file.",
        ) from error
