"""The columns of a table that hold a field's values, and the text of their cells."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from coder.codebook.schema import Field
from coder.exporters.writer import SEPARATOR
from coder.model import Json

Columns = dict[str, Callable[[Json], Json]]
"""Column name → function that takes its cell from a field's value."""
_PARTS = {
    "int_range": ("min", "max", "approx"),
    "date": ("start", "end", "precision", "basis", "open_end"),
    "place": ("place_id", "as_written", "admin1", "country", "precision"),
}
"""Field type → the parts of its values, for types whose fields do not declare them."""


def columns_of(field: Field) -> Columns:
    """Return a field's columns: one, or one for each part of its values."""
    columns: Columns = {}
    for part_id in _PARTS.get(field.type, ()):
        columns[f"{field.id}.{part_id}"] = partial(_take_part, part_id)
    if columns:
        return columns
    for part in field.parts:
        take = partial(_take_part, part.id)
        columns |= _with_class(f"{field.id}.{part.id}", part.type, take)
    return columns or _with_class(field.id, field.type, lambda value: value)


def _with_class(name: str, type_: str | None, take: Callable[[Json], Json]) -> Columns:
    """Return a column, and for actors a second one with the classes of those that are
    not in the lexicon.
    """
    columns: Columns = {name: take}
    if type_ == "actor":
        columns[f"{name}.class"] = lambda value: _take_class(take(value))
    return columns


def _take_class(value: Json) -> Json:
    """Return an actor's class, None for one in the lexicon; of a list its actors'."""
    if isinstance(value, list):
        classes = [_take_class(item) for item in value]
        return classes if any(classes) else None
    if isinstance(value, dict):
        return value.get("class")
    return None


def _take_part(part_id: str, value: Json) -> Json:
    """Return a part of a value, or of each item of a list."""
    if isinstance(value, list):
        return [item.get(part_id) for item in value]
    return value.get(part_id)


def as_cell(value: Json) -> str:
    """Return a value as the text of a cell."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return SEPARATOR.join(map(as_cell, value))
        case dict():
            return str(value.get("name", value))
    return str(value)
