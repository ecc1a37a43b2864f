"""Human coders turn Arabic news into event data in a terminal.

For other programs there is `coder.open`, which reads a project: see docs/python.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coder.service.publication.reading import Reading

__version__ = "0.1.0"
__all__ = ["open"]


def open(folder: str | Path | None = None, *, person: str = "") -> Reading:
    """The project in `folder`, or the nearest one upward, to read; person: who logs in, if it has logins.

    Raises `coder.errors.CoderError` where there is none.
    """
    from coder.service.publication.reading import Reading  # what a light command does without

    return Reading(None if folder is None else Path(folder), person)
