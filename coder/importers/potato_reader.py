"""Potato's annotations: a user's `user_state.json`, or the JSON Lines of an export.

They do not contain the texts; articles are found by their ids. Offsets are UTF-16, as
the browser counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, NotRequired

from typing_extensions import TypedDict

from coder.importers.annotated import Document, Mark, beginning, records, validate
from coder.importers.records import first_keys
from coder.importers.registry import json_in, whole
from coder.model import Json

_STATE = ("instance_id_to_label_to_value", "instance_id_to_span_to_value")


def is_mine(path: Path) -> bool:
    """Return whether a file is a user's state or an export."""
    if path.suffix.lower() == ".json":
        return any(name in beginning(path) for name in _STATE)
    return {"instance_id", "user_id"} <= first_keys(path)


def documents(path: Path) -> Iterator[Document]:
    """Yield one document per user and item."""
    if path.suffix.lower() == ".json":
        yield from _documents_of_state(path)
    else:
        yield from _documents_of_export(path)


def _documents_of_state(path: Path) -> Iterator[Document]:
    piece = whole(path)
    state = validate(_State, json_in(piece), piece.where)
    labels_of = state.get("instance_id_to_label_to_value", {})
    spans_of = state.get("instance_id_to_span_to_value", {})
    for item in dict.fromkeys((*labels_of, *spans_of)):
        labels = []
        for label, value in labels_of.get(item, []):
            labels.append((label["schema"], label["name"], value))
        spans = [span for span, _ in spans_of.get(item, [])]
        yield _document(path, f"{path}: {item}", item, state["user_id"], spans, labels)


def _documents_of_export(path: Path) -> Iterator[Document]:
    for where, record in records(path):
        line = validate(_Line, record, where)
        spans = line.get("spans", [])
        if isinstance(spans, dict):
            spans = [*chain.from_iterable(spans.values())]
        labels = []
        for schema, values in line.get("labels", {}).items():
            for name, value in values.items():
                labels.append((schema, name, value))
        user = line["user_id"]
        yield _document(path, where, line["instance_id"], user, spans, labels)


def _document(
    path: Path,
    where: str,
    item: str,
    user: str,
    spans: Iterable[_Span],
    labels: Iterable[tuple[str, str, Json]],
) -> Document:
    """Return the document of one user and item; labels: schema, name and value."""
    choices: dict[str, list[Json]] = {}
    for schema, name, value in labels:
        if _is_chosen(value):
            is_box = value is True or value in ("true", name)  # a box that is ticked
            choices.setdefault(schema, []).append(name if is_box else value)
    marks = []
    for number, span in enumerate(spans):
        id_ = span.get("id") or f"s{number}"
        extents = ((span["start"], span["end"]),)
        marks.append(Mark(id_, span["name"], extents, span.get("text") or ""))
    return Document(path, where, {"id": item}, user, marks, (), choices, unit="utf-16")


def _is_chosen(value: Json) -> bool:
    """Return whether a label's value says that it was chosen; 0 is a number on a scale."""
    return value is not False and value not in (None, "", "false")


class _Label(TypedDict):
    schema: str
    name: str


class _Span(_Label):
    start: int
    end: int
    id: NotRequired[str]
    text: NotRequired[str | None]


class _Line(TypedDict):
    instance_id: str
    user_id: str
    labels: NotRequired[dict[str, dict[str, Any]]]
    spans: NotRequired[dict[str, list[_Span]] | list[_Span]]


class _State(TypedDict):
    user_id: str
    instance_id_to_label_to_value: NotRequired[Mapping[str, list[tuple[_Label, Any]]]]
    instance_id_to_span_to_value: NotRequired[Mapping[str, list[tuple[_Span, Any]]]]
