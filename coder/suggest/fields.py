"""What of a proposal a codebook asks for, and under which of its fields."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from coder.codebook.expressions import names_in
from coder.codebook.schema import Codebook
from coder.codebook.validate import visible
from coder.model import Answer, Candidate, Coding, Event, Json

Proposal = dict[str, list[Candidate]]
"""Event field id → candidates proposed for it, in text order, each with the value it has there."""

_BY_TYPE = {"initiators": "actor", "place": "place", "date": "date"}
"""What is proposed → the type of the first field that takes it where no field has its name."""
_RULING = ("event_type", "report_scope", "event_status")
"""What tells which other fields are asked."""
Taken = tuple[Mapping[str, str], Mapping[str, frozenset[str]]]
_taken: dict[str, Taken] = {}
_asked: dict[tuple[str, str], list[str]] = {}
"""Codebook revision and ruling values as JSON → the fields that are asked then."""


def asked(found: Proposal, codebook: Codebook) -> Proposal:
    """The proposal by the codebook's fields, without those that what is proposed rules out.

    A type, scope or status that the codebook does not have is not proposed.
    """
    names, values = _taken_by(codebook)
    placed = {names[role]: proposed for role, proposed in found.items() if proposed and role in names}
    for name, allowed in values.items():
        placed[name] = [c for c in placed.get(name, ()) if c.value in allowed]
    by_words = set(codebook.lexicon.values)
    implied: Proposal = {}
    for name in codebook.lexicon.values:
        conditions = _conditions(name, codebook)
        by_words.update(conditions)
        if placed.get(name):  # what the police did says that they were there
            implied |= {question: [replace(placed[name][0], value=True)] for question in conditions}
    placed |= implied
    told: dict[str, Json] = {name: placed[name][0].value for name in values if placed[name]}
    told |= {name: _together(placed[name]) for name in by_words if name in placed}
    key = codebook.digest, json.dumps(told)
    if key not in _asked:
        answers = {name: Answer(value=value) for name, value in told.items()}
        event, coding = Event("proposed", answers), Coding("", "", codebook.ref, "suggester")
        shown = visible(event, coding, codebook) if names.get("event_type") in answers else None
        ids = [f.id for f in codebook.event_fields]
        _asked[key] = [name for name in ids if shown is None or name in shown]
    return {name: placed[name] for name in _asked[key] if placed.get(name)}


def _conditions(name: str, codebook: Codebook) -> list[str]:
    """The questions to be answered yes or no on which a field hangs."""
    condition = codebook.event_field(name).when
    asked_of = names_in(condition) if condition is not None else ()
    return [f.id for f in codebook.event_fields if f.id in asked_of and f.type == "bool"]


def _together(candidates: list[Candidate]) -> Json:
    """The values of a field as one answer."""
    values = [c.value for c in candidates]
    is_listed = all(isinstance(value, list) for value in values)
    return [item for value in values for item in value] if is_listed else values[0]


def _taken_by(codebook: Codebook) -> Taken:
    """What is proposed → the field of the codebook that takes it; ruling field → its values."""
    if codebook.digest not in _taken:
        fields, types = codebook.event_fields, codebook.type_field
        names = {field.id: field.id for field in fields}
        if types is not None:
            names["event_type"] = types.id
        for role, kind in _BY_TYPE.items():
            for field in [field for field in fields if field.type == kind][:1]:
                names.setdefault(role, field.id)
        ruling = [codebook.event_field(names[role]) for role in _RULING if role in names]
        values = {field.id: frozenset(value.id for value in field.values) for field in ruling}
        if types is not None:
            values[types.id] = frozenset(kind.id for kind in codebook.leaf_types())
        _taken[codebook.digest] = names, values
    return _taken[codebook.digest]
