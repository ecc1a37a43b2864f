"""Plain text: one file is one article, kept unchanged; its id is the file's name without the ending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coder.importers.registry import Taken, decoded
from coder.model import Article


def read(path: Path) -> Iterator[Taken]:
    """The article in a text file."""
    yield Taken(where=str(path), article=Article(id=path.stem, text=decoded(path), source=path.name))
