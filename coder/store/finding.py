"""What a check of the database found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold, where, and the way to mend it."""

    check: str
    where: str
    what: str
    hint: str


ANEW = (
    "Somebody changed the database outside coder. A restored backup has it as it was made: "
    "coder backup --portable FILE, then coder backup --restore FILE --project DIR."
)
"""The way to mend what guards a database and is made with it."""
