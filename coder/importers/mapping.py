"""The mapping of another tool's labels to a codebook, from a YAML file or, without one,
by their names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from coder.codebook.declarations import SpanKind
from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook, EventType, Field, Value
from coder.codebook.search import search_key
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
        name = name.rpartition(".")[2]  # without the layer's name
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
    kinds = {kind.id for kind in book.span_kinds}
    fields = {each.id for each in book.fields}
    types = {each.id for each in book.every_type()} if book.type_field else set[str]()
    targets = [
        ("labels", name, to, kinds)
        for name, to in mapping.labels.items()
        if isinstance(to, str)
    ]
    targets += [
        ("labels", n, to.event, types)
        for n, to in mapping.labels.items()
        if isinstance(to, ToEvent)
    ]
    for table, answers in (
        ("roles", mapping.roles),
        ("attributes", mapping.attributes),
    ):
        for name, answer in answers.items():
            target = answer.field if isinstance(answer, ToField) else answer or ""
            targets.append((table, name, target, fields))
    for table, name, target, known in targets:
        if target and target not in known:
            like = nearest(target, known)
            what = Message("delivery.like", what=target, like=like) if like else target
            raise CoderError(
                "delivery.mapped_to_none",
                what=what,
                where=_position(yaml, (table, name)),
            )
    return mapping


def _position(yaml: YamlText, path: YamlPath) -> str:
    at = yaml.problem(path, Message("delivery.wrong_mapping"))
    return (
        f"{yaml.file}:{at.line}:{at.column}: {'.'.join(map(str, path))}".removesuffix(
            ": "
        )
    )


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
        sources = {mark.id: mark for mark in document.marks}
        for mark in document.marks:
            self.labels[mark.label] += 1
            self._add_values(mark.attributes.items())
            if mark.is_event:
                self.events.add(mark.label)
        for link in document.links:
            self.roles[link.role] += link.source in sources or not link.source
        self._add_values(
            (name, one) for name, several in document.choices.items() for one in several
        )

    def _add_values(self, attributes: Iterable[tuple[str, Json]]) -> None:
        for name, value in attributes:
            self.attributes[name] += 1
            if isinstance(value, str | bool):
                key = value if isinstance(value, str) else to_json(value)
                self.values.setdefault(name, Counter())[key] += 1


def suggested(found: Found, book: Codebook) -> str:
    """A draft of a mapping file, based on names; what no name explains is mapped to
    null.
    """
    types = book.leaf_types() if book.type_field else ()
    fields = (*book.event_fields, *book.article_fields)

    def label(name: str) -> Json:
        kind = _like(name, book.span_kinds) or _usual_kind(name, book)
        event = _like(name, types)
        if name in found.events:
            return {"event": event or ""} if book.event_fields else kind
        return kind or ({"event": event} if event else None)

    def answer(name: str) -> Json:
        field = book.field(_like(name, book.fields) or "")
        values = found.values.get(name)
        if field is None or not values or not book.values_of(field):
            return field.id if field else None
        return {
            "field": field.id,
            "values": {value: _like(value, book.values_of(field)) for value in values},
        }

    tables = {
        "labels": {name: label(name) for name in found.labels},
        "roles": {name: _like(name, fields) for name in found.roles},
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


def _like(
    name: str, known: Iterable[SpanKind | EventType | Field | Value]
) -> str | None:
    """The id of the entry with this id or label."""
    key = _key(name)
    return next(
        (e.id for e in known if key in map(search_key, (e.id, e.label.ar, e.label.en))),
        None,
    )


def _usual_kind(name: str, book: Codebook) -> str | None:
    """The span kind whose fields are of a type for which this name commonly stands."""
    types = {
        type_ for type_, names in USUAL_NAMES["labels"].items() if _key(name) in names
    }
    filled = {field.id for field in book.fields if field.type in types}
    return next(
        (kind.id for kind in book.span_kinds if not filled.isdisjoint(kind.fields)),
        None,
    )


def _key(name: str) -> str:
    return search_key(name.rpartition(".")[2])  # without the layer's name
