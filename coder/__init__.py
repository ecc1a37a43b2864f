"""A terminal program in which people code Arabic news into event data.

Other programs use `coder.open` to read a project: see docs/python.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from coder.service.publication.reading import Reading

__version__ = "0.1.0"
__all__ = ["open"]


def open(folder: str | Path | None = None, *, person: str = "") -> Reading:
    """Open the project in `folder`, or else the nearest one from the working directory
    upward, for reading.

    person: the login to use, if the project has logins. Raises
    `coder.errors.CoderError` without a project.
    """
    from coder.service.publication.reading import (
        Reading,
    )  # imported here to keep `import coder` fast

    return Reading(None if folder is None else Path(folder), person)
