"""Words for a database that does not hold what was put into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from coder import foreign
from coder.errors import DamagedError


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands in a JSON column and is no JSON; no other value equals it."""

    text: str


def damaged(what: str) -> DamagedError:
    """The error for something in the database that coder never wrote; what: a whole sentence's beginning."""
    return DamagedError(
        f"{what}: the database is damaged.",
        hint="Restore the last good backup into a new folder: coder backup --restore FILE --project DIR",
    )


def from_json(text: str) -> Any:
    """The value in a JSON column."""
    try:
        return foreign.from_json(text)
    except ValueError:
        raise damaged(f"A value cannot be read ({text[:20]!r}…)") from None


def column_from_json(text: str) -> Any:
    """The value in a JSON column; what is none is left to whoever knows which row it is of."""
    try:
        return foreign.from_json(text)
    except ValueError:
        return Unreadable(str(text))
