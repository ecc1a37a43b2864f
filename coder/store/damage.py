"""Words for a database that does not hold what was put into it."""

from __future__ import annotations

import json
from typing import Any

from coder.errors import DamagedError


def damaged(what: str) -> DamagedError:
    """The error for something in the database that coder never wrote; what: a whole sentence's beginning."""
    return DamagedError(
        f"{what}: the database is damaged.",
        hint="Restore the last good backup into a new folder: coder backup --restore FILE --project DIR",
    )


def from_json(text: str) -> Any:
    """The value in a JSON column."""
    try:
        return json.loads(text)
    except ValueError:
        raise damaged(f"A value cannot be read ({text[:20]!r}…)") from None
