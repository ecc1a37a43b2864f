"""MUC templates as JSON Lines: for each document and role, the entities with their mentions.

Each mention is a mark with the role as its label. Offsets are code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel

from coder.importers.annotated import Document, Mark, records, validated
from coder.importers.records import first_keys


class _Line(BaseModel):
    docid: str
    doctext: str
    extracts: dict[str, list[list[tuple[str, int]]]]


def is_mine(path: Path) -> bool:
    """Whether the lines have documents with extracted templates."""
    return {"doctext", "extracts"} <= first_keys(path)


def documents(path: Path) -> Iterator[Document]:
    """Yield one document per line."""
    for where, record in records(path):
        line = validated(_Line, record, where)
        marks = [
            Mark(f"{role}/{nth}/{i}", role, ((start, start + len(words)),), words)
            for role, entities in line.extracts.items()
            for nth, mentions in enumerate(entities)
            for i, (words, start) in enumerate(mentions)
        ]
        yield Document(path, where, {"id": line.docid, "text": line.doctext}, "", marks)
