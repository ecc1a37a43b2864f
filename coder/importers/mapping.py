"""The mapping of another tool's labels to a codebook, from a YAML file or, without one,
by their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.codebook.search import Labelled, find_id, search_key
from coder.codebook.yaml_text import YamlPath, YamlText, read_yaml
from coder.errors import CoderError
from coder.foreign import to_json
from coder.importers.annotated import Document
from coder.importers.columns import USUAL_NAMES
from coder.messages.catalogue import Message
from coder.model import Json


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToEvent(_Strict):
    """A label becomes an event of this type, "" for an event whose type is not known
    yet.
    """

    event: str = ""


class ToField(_Strict):
    """A role or an attribute answers a field; values: the tool's value → ours, as in
    the native format.
    """

    field: str
    relation: str = ""
    values: dict[str, Json] = {}


class LabelMapping(_Strict):
    """A mapping: label → span kind or event, roles and attributes → fields; what maps
    to None is ignored.

    Names that are not in the mapping stand for the span kind, event type or field of
    the same name, if any. coders: annotator → coder, for files with several annotators.
    status: of the imported codings.
    """

    labels: dict[str, str | ToEvent | None] = {}
    roles: dict[str, str | ToField | None] = {}
    attributes: dict[str, str | ToField | None] = {}
    coders: dict[str, str] = {}
    status: Literal["open", "submitted"] = "open"

    def label(self, name: str, is_event: bool, book: Codebook) -> str | ToEvent | None:
        """The span kind or event for a label; None if the label is ignored or unknown."""
        if name in self.labels:
            return self.labels[name]
        types = {each.id for each in book.every_type()}
        name = _without_layer(name)
        if is_event and (not name or name in types):
            return ToEvent(event=name)
        if any(kind.id == name for kind in book.span_kinds):
            return name
        return ToEvent(event=name) if name in types else None

    def answers(
        self, table: Literal["roles", "attributes"], name: str, book: Codebook
    ) -> ToField | None:
        """The field that a role or an attribute answers; None if it is ignored or
        unknown.
        """
        entries: Mapping[str, str | ToField | None] = getattr(self, table)
        target = entries.get(name, name if book.field(name) else None)
        return ToField(field=target) if isinstance(target, str) else target


def read_mapping(path: Path, book: Codebook) -> LabelMapping:
    """Read a mapping file; raises a CoderError with the position of an unknown key or
    an unknown target.
    """
    yaml = read_yaml(path)
    if yaml.problems:
        raise CoderError(
            "delivery.wrong_mapping",
            problem=yaml.problems[0].what,
            where=_position(yaml, ()),
        )
    try:
        mapping = LabelMapping.model_validate(yaml.data or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = _position(yaml, tuple(first["loc"]))
        raise CoderError(
            "delivery.wrong_mapping", problem=first["msg"], where=where
        ) from None
    kinds = [kind.id for kind in book.span_kinds]
    fields = [each.id for each in book.fields]
    types = [each.id for each in book.every_type()] if book.type_field else []

    def expect(table: str, name: str, target: str, known: Sequence[str]) -> None:
        if not target or target in known:
            return
        like = nearest(target, known)
        what = Message("delivery.like", what=target, like=like) if like else target
        where = _position(yaml, (table, name))
        raise CoderError("delivery.mapped_to_none", what=what, where=where)

    for name, label in mapping.labels.items():
        if isinstance(label, str):
            expect("labels", name, label, kinds)
    for name, label in mapping.labels.items():
        if isinstance(label, ToEvent):
            expect("labels", name, label.event, types)
    for table, entries in (
        ("roles", mapping.roles),
        ("attributes", mapping.attributes),
    ):
        for name, entry in entries.items():
            target = entry.field if isinstance(entry, ToField) else entry
            expect(table, name, target or "", fields)
    return mapping


def _position(yaml: YamlText, path: YamlPath) -> str:
    """Return where in the file a path is: line and column, and the path itself."""
    at = yaml.problem(path, Message("delivery.wrong_mapping"))
    where = f"{yaml.file}:{at.line}:{at.column}"
    keys = ".".join(map(str, path))
    return f"{where}: {keys}" if keys else where


# ------------------------------------------------------------ suggesting a mapping
@dataclass
class Found:
    """The names in files of annotations, each with its count; events: labels that the
    tool calls events.
    """

    labels: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=dict)
    coders: Counter[str] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)

    def add(self, document: Document) -> None:
        """Count the names in a document."""
        self.coders[document.annotator] += bool(document.annotator)
        mark_ids = {mark.id for mark in document.marks}
        for mark in document.marks:
            self.labels[mark.label] += 1
            for name, value in mark.attributes.items():
                self._add_value(name, value)
            if mark.is_event:
                self.events.add(mark.label)
        for link in document.links:
            is_known = link.source in mark_ids or not link.source
            self.roles[link.role] += is_known
        for name, values in document.choices.items():
            for value in values:
                self._add_value(name, value)

    def _add_value(self, name: str, value: Json) -> None:
        self.attributes[name] += 1
        if isinstance(value, str | bool):
            key = value if isinstance(value, str) else to_json(value)
            self.values.setdefault(name, Counter())[key] += 1


def draft_mapping(found: Found, book: Codebook) -> str:
    """A draft of a mapping file, based on names; what no name explains is mapped to
    null.
    """
    types = book.leaf_types() if book.type_field else ()
    fields = (*book.event_fields, *book.article_fields)

    def label(name: str) -> Json:
        kind = _find(name, book.span_kinds) or _usual_kind(name, book)
        event = _find(name, types)
        if name in found.events:
            return {"event": event or ""} if book.event_fields else kind
        return kind or ({"event": event} if event else None)

    def answer(name: str) -> Json:
        field = book.field(_find(name, book.fields) or "")
        values = found.values.get(name)
        if field is None or not values or not book.values_of(field):
            return field.id if field else None
        return {
            "field": field.id,
            "values": {value: _find(value, book.values_of(field)) for value in values},
        }

    tables = {
        "labels": {name: label(name) for name in found.labels},
        "roles": {name: _find(name, fields) for name in found.roles},
        "attributes": {name: answer(name) for name in found.attributes},
        "coders": {name: name for name in found.coders}
        if len(found.coders) > 1
        else {},
    }
    lines = [f"# {line}" for line in _HEAD]
    lines.append(f"# {', '.join(kind.id for kind in book.span_kinds)}")
    for table, entries in tables.items():
        lines.append(f"{table}:" if entries else f"{table}: {{}}")
        counts: Counter[str] = getattr(found, table)
        lines += [
            f"  {to_json(name)}: {to_json(to)}  # {counts[name]}"
            for name, to in entries.items()
        ]
    return "\n".join([*lines, "status: open", ""])


_HEAD = (
    "Their labels, roles (of relations and arguments) and attributes, with how often each is there, and what",
    "each is here: a span kind, or {event: TYPE}; a field, or {field: ID, values: {THEIRS: OURS}}, and for a",
    "link to another event {field: ID, relation: ID}. What is null is left out. The span kinds:",
)


def _find(name: str, entries: Iterable[Labelled]) -> str | None:
    """Return the id of the entry with this id or label."""
    return find_id(_without_layer(name), entries)


def _usual_kind(name: str, book: Codebook) -> str | None:
    """Return the span kind whose fields are of a type for which this name commonly
    stands.
    """
    key = search_key(_without_layer(name))
    usual = USUAL_NAMES["labels"]
    types = [type_ for type_, names in usual.items() if key in names]
    fields = {field.id for field in book.fields if field.type in types}
    for kind in book.span_kinds:
        if not fields.isdisjoint(kind.fields):
            return kind.id
    return None


def _without_layer(name: str) -> str:
    """Return the name of a label without the name of its layer in front."""
    return name.rpartition(".")[2]
