"""Plain text: one file is one article, kept unchanged; its id is the file's name without the ending."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from coder.importers.registry import Piece, Taken, decoded, whole
from coder.model import Article


def pieces(path: Path) -> Iterator[Piece]:
    """The whole file."""
    yield whole(path)


def taken(piece: Piece) -> Taken:
    """The article in a text file."""
    article = Article(id=piece.path.stem, text=decoded(piece), source=piece.path.name)
    return Taken(piece.where, article)
