"""What another tool's labels mean in a codebook: by a mapping file in YAML, else by their names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, ValidationError

from coder.codebook.label import Label
from coder.codebook.nearest import nearest
from coder.codebook.schema import Codebook
from coder.codebook.search import search_key
from coder.codebook.yaml_text import YamlPath, YamlText, read_yaml
from coder.errors import CoderError
from coder.foreign import to_json
from coder.importers.annotated import Document
from coder.messages.catalogue import Message
from coder.model import Json

_COMMON: Mapping[str, Sequence[str]] = {
    "actor": ("per", "pers", "person", "people", "org", "organization", "organisation", "norp", "group",
              "actor"),
    "place": ("loc", "location", "gpe", "fac", "facility", "place", "city", "country"),
    "date": ("date", "time", "datetime", "when"),
    "int_range": ("cardinal", "quantity", "num", "number", "count"),
}  # fmt: skip
"""What recognisers of names mostly call what a field of a type is filled with."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ToEvent(_Strict):
    """A label that opens an event of a type, "" for one that has none yet."""

    event: str = ""


class ToField(_Strict):
    """A role or an attribute that answers a field; values: theirs → ours, as in the native format."""

    field: str
    relation: str = ""
    values: dict[str, Json] = {}


class Mapped(_Strict):
    """A mapping: label → a span kind or an event, roles and attributes → fields; None leaves out.

    What it does not name is taken by its own name, where the codebook has the same.
    coders: annotator → coder, where a file has the work of several. status: of the codings made.
    """

    labels: dict[str, str | ToEvent | None] = {}
    roles: dict[str, str | ToField | None] = {}
    attributes: dict[str, str | ToField | None] = {}
    coders: dict[str, str] = {}
    status: Literal["open", "submitted"] = "open"

    def label(self, name: str, is_event: bool, book: Codebook) -> str | ToEvent | None:
        """A span kind or an event; None where it is left out or not known."""
        if name in self.labels:
            return self.labels[name]
        types = {each.id for each in book.every_type()}
        name = name.rpartition(".")[2]  # behind a layer's
        if is_event and (not name or name in types):
            return ToEvent(event=name)
        if any(kind.id == name for kind in book.span_kinds):
            return name
        return ToEvent(event=name) if name in types else None

    def answers(self, table: Literal["roles", "attributes"], name: str, book: Codebook) -> ToField | None:
        """The field that a role or an attribute answers; None where it is left out or not known."""
        of: Mapping[str, str | ToField | None] = getattr(self, table)
        found = of.get(name, name if book.field(name) else None)
        return ToField(field=found) if isinstance(found, str) else found


def mapping_in(path: Path, book: Codebook) -> Mapped:
    """A mapping file; raises CoderError for what it or the codebook does not know, with the place."""
    found = read_yaml(path)
    if found.problems:
        raise CoderError("delivery.wrong_mapping", problem=found.problems[0].what, where=_place(found, ()))
    try:
        read = Mapped.model_validate(found.data or {})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = _place(found, tuple(first["loc"]))
        raise CoderError("delivery.wrong_mapping", problem=first["msg"], where=where) from None
    kinds, fields = {kind.id for kind in book.span_kinds}, {each.id for each in book.fields}
    types = {each.id for each in book.every_type()} if book.type_field else set[str]()
    named = [("labels", name, of, kinds) for name, of in read.labels.items() if isinstance(of, str)]
    named += [("labels", n, of.event, types) for n, of in read.labels.items() if isinstance(of, ToEvent)]
    for table, answers in (("roles", read.roles), ("attributes", read.attributes)):
        for name, answer in answers.items():
            to = answer.field if isinstance(answer, ToField) else answer or ""
            named.append((table, name, to, fields))
    for table, name, to, known in named:
        if to and to not in known:
            like = nearest(to, known)
            what = Message("delivery.like", what=to, like=like) if like else to
            raise CoderError("delivery.mapped_to_none", what=what, where=_place(found, (table, name)))
    return read


def _place(found: YamlText, path: YamlPath) -> str:
    at = found.problem(path, Message("delivery.wrong_mapping"))
    return f"{found.file}:{at.line}:{at.column}: {'.'.join(map(str, path))}".removesuffix(": ")


# ------------------------------------------------------------ a first one
@dataclass
class Found:
    """What a file has, by name and count; is_event: labels that the tool itself calls events."""

    labels: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    attributes: Counter[str] = field(default_factory=Counter)
    values: dict[str, Counter[str]] = field(default_factory=dict)
    coders: Counter[str] = field(default_factory=Counter)
    events: set[str] = field(default_factory=set)

    def add(self, document: Document) -> None:
        """One more document."""
        self.coders[document.annotator] += bool(document.annotator)
        sources = {mark.id: mark for mark in document.marks}
        for mark in document.marks:
            self.labels[mark.label] += 1
            self._told(mark.attributes.items())
            if mark.is_event:
                self.events.add(mark.label)
        for link in document.links:
            self.roles[link.role] += link.source in sources
        self._told((name, one) for name, several in document.choices.items() for one in several)

    def _told(self, items: Iterable[tuple[str, Json]]) -> None:
        for name, value in items:
            self.attributes[name] += 1
            if isinstance(value, str | bool):
                key = value if isinstance(value, str) else to_json(value)
                self.values.setdefault(name, Counter())[key] += 1


def suggested(found: Found, book: Codebook) -> str:
    """A first mapping file: what the names tell; the rest is left out until somebody decides."""
    kinds = [(kind.id, kind.label, _types_of(kind.fields, book)) for kind in book.span_kinds]
    types = [(each.id, each.label, ()) for each in book.leaf_types()] if book.type_field else []
    events = [(each.id, each.label, ()) for each in book.event_fields]
    every = [(each.id, each.label, ()) for each in book.fields]

    def label(name: str) -> Json:
        kind, event = _like(name, kinds), _like(name, types)
        if name in found.events:
            return {"event": event or ""} if book.event_fields else kind
        return kind or ({"event": event} if event else None)

    def answer(name: str) -> Json:
        of = book.field(_like(name, every) or "")
        said = found.values.get(name)
        if of is None or not said or not book.values_of(of):
            return of.id if of else None
        allowed = [(value.id, value.label, ()) for value in book.values_of(of)]
        return {"field": of.id, "values": {value: _like(value, allowed) for value in said}}

    tables = {
        "labels": {name: label(name) for name in found.labels},
        "roles": {name: _like(name, events) for name in found.roles},
        "attributes": {name: answer(name) for name in found.attributes},
        "coders": {name: name for name in found.coders} if len(found.coders) > 1 else {},
    }
    lines = [f"# {line}" for line in _HEAD]
    lines.append(f"# {', '.join(id_ for id_, *_ in kinds)}")
    for table, entries in tables.items():
        lines += [f"{table}:" if entries else f"{table}: {{}}"]
        counts: Counter[str] = getattr(found, table)
        lines += [f"  {to_json(name)}: {to_json(to)}  # {counts[name]}" for name, to in entries.items()]
    return "\n".join([*lines, "status: open", ""])


_HEAD = (
    "Their labels, roles (of relations and arguments) and attributes, with how often each is there, and what",
    "each is here: a span kind, or {event: TYPE}; a field, or {field: ID, values: {THEIRS: OURS}}, and for a",
    "link to another event {field: ID, relation: ID}. What is null is left out. The span kinds:",
)
_Known: TypeAlias = Sequence[tuple[str, Label, Sequence[str]]]


def _like(name: str, known: _Known) -> str | None:
    """The one that has this id or label, or that holds what is commonly called so."""
    key = search_key(name.rpartition(".")[2])
    for id_, label, _ in known:
        if key in map(search_key, (id_, label.ar, label.en)):
            return id_
    return next((i for i, _, types in known if any(key in _COMMON.get(each, ()) for each in types)), None)


def _types_of(fields: Iterable[str], book: Codebook) -> list[str]:
    return [of.type for name in fields if (of := book.field(name)) is not None]
