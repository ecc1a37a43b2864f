"""doccano's JSON Lines: spans as lists or as entities with relations, and classes of
whole texts.

Offsets are code points. The server's ids of examples are ignored: they do not identify
articles.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from coder.importers.annotated import Document, Link, Mark, records, validate
from coder.importers.records import LABELS, first_keys, with_text
from coder.model import Json

_OTHER_TOOLS = {
    "spans",
    "answer",
    "format",
    "record",
    "pattern",
}  # keys that only other tools use
_NOT_METADATA = {
    "id",
    "label",
    "labels",
    "entities",
    "relations",
    "cats",
    "coder",
    "Comments",
}


def is_mine(path: Path) -> bool:
    """Return whether the lines hold spans in doccano's form."""
    keys = first_keys(path)
    return bool(keys & LABELS) and not keys & _OTHER_TOOLS


def documents(path: Path) -> Iterator[Document]:
    """Yield one document per line."""
    for where, record in records(path):
        line = validate(_Line, record, where)
        numbers = count(1)
        marks = []
        for entity in line.get("entities", []):
            id_ = str(entity.get("id", f"e{next(numbers)}"))
            extent = (entity["start_offset"], entity["end_offset"])
            marks.append(Mark(id_, entity["label"], (extent,)))
        choices: dict[str, list[Json]] = {"label": [*line.get("cats", [])]}
        for each in (*line.get("label", []), *line.get("labels", [])):
            if isinstance(each, str):
                choices["label"].append(each)
            else:
                marks.append(Mark(f"s{next(numbers)}", each[2], (each[:2],)))
        links = []
        for relation in line.get("relations", []):
            source = str(relation["from_id"])
            target = str(relation["to_id"])
            links.append(Link(source, relation["type"], target))
        known = {**with_text(record)}
        for key in _NOT_METADATA:
            known.pop(key, None)
        if "coder" in line:
            known |= {"id": known.pop("article", "")}
        yield Document(path, where, known, line.get("coder", ""), marks, links, choices)


class _Entity(TypedDict):
    id: NotRequired[int | str]
    label: str
    start_offset: int
    end_offset: int


class _Relation(TypedDict):
    from_id: int | str
    to_id: int | str
    type: str


class _Line(TypedDict):
    text: NotRequired[Any]
    label: NotRequired[list[tuple[int, int, str] | str]]
    labels: NotRequired[list[tuple[int, int, str] | str]]
    entities: NotRequired[list[_Entity]]
    relations: NotRequired[list[_Relation]]
    cats: NotRequired[list[str]]
    coder: NotRequired[str]
