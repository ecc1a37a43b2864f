"""MUC templates as JSON Lines: of each document who did what to whom, as lists of mentions with their places.

Each mention is a mark labelled by its role. Offsets are told by the mentions' words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from coder.importers.annotated import Document, Mark, records, shaped
from coder.importers.records import first_keys


class _Line(BaseModel):
    docid: str
    doctext: str
    extracts: dict[str, list[list[tuple[str, int]]]]


def is_mine(path: Path) -> bool:
    """Whether the lines have a document and what was extracted from it."""
    return {"doctext", "extracts"} <= first_keys(path)


def documents(path: Path) -> Iterator[Document]:
    """The lines."""
    for where, given in records(path):
        line = shaped(_Line, given, where)
        marks = [
            Mark(f"{role}/{nth}/{i}", role, ((start, start + len(words)),), words)
            for role, entities in line.extracts.items()
            for nth, mentions in enumerate(entities)
            for i, (words, start) in enumerate(mentions)
        ]
        yield Document(path, where, {"id": line.docid, "text": line.doctext}, "", marks)
