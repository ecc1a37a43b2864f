"""Exit codes."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FOUND = 1
    """A check found something."""
    BAD = 2
    """Bad use or bad input; nothing was changed."""
