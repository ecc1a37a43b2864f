"""What a coder is about to read, before the project is open: for the first paint only."""

from __future__ import annotations

from pathlib import Path

from coder.errors import CoderError
from coder.service.project import config
from coder.store.glance import glance


def first_look(folder: Path | None, coder: str, article: str | None) -> tuple[str, int] | None:
    """The text of the article that is about to open and the code point where the coder left it.

    None wherever that is not plain at once; opening the project then says what is wrong.
    """
    try:
        found = config.read(config.find(folder))
    except CoderError:
        return None  # `open_project` meets the same error and reports it
    return glance(found.database_url, coder, article)
