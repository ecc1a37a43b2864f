"""What of a proposal a codebook asks for, and under which of its fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
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
    placed |= _implied(placed, codebook)
    told: dict[str, Json] = {name: placed[name][0].value for name in values if placed[name]}
    told |= {name: _together(placed[name]) for name in _by_words(codebook) if name in placed}
    key = codebook.digest, json.dumps(told)
    if key not in _asked:
        answers = {name: Answer(value=value) for name, value in told.items()}
        event, coding = Event("proposed", answers), Coding("", "", codebook.ref, "suggester")
        shown = visible(event, coding, codebook) if names.get("event_type") in answers else None
        ids = [f.id for f in codebook.event_fields]
        _asked[key] = [name for name in ids if shown is None or name in shown]
    return {name: placed[name] for name in _asked[key] if placed.get(name)}


def _by_words(codebook: Codebook) -> set[str]:
    """The fields whose values words of the lexicon tell, and those that they imply."""
    told = set(codebook.lexicon.values)
    return told.union(*(_conditions(name, codebook) for name in told))


def _implied(placed: Proposal, codebook: Codebook) -> Proposal:
    """Yes to questions on which told fields hang: what the police did says that they were there."""
    told = (name for name in codebook.lexicon.values if placed.get(name))
    return {
        question: [replace(c, value=True) for c in placed[name][:1]]
        for name in told
        for question in _conditions(name, codebook)
    }


def _conditions(name: str, codebook: Codebook) -> list[str]:
    """The questions to be answered yes or no on which a field hangs."""
    condition = codebook.event_field(name).when
    asked_of = names_in(condition) if condition is not None else ()
    return [f.id for f in codebook.event_fields if f.id in asked_of and f.type == "bool"]


def _together(candidates: Iterable[Candidate]) -> Json:
    """The values of a field as one answer."""
    values = [c.value for c in candidates]
    return (
        [item for value in values for item in value]
        if all(isinstance(v, list) for v in values)
        else values[0]
    )


def _taken_by(codebook: Codebook) -> Taken:
    """What is proposed → the field of the codebook that takes it; ruling field → its values."""
    if codebook.digest not in _taken:
        fields = codebook.event_fields
        names = {field.id: field.id for field in fields}
        types = codebook.type_field
        if types is not None:
            names["event_type"] = types.id
        for role, kind in _BY_TYPE.items():
            first = next((field.id for field in fields if field.type == kind), None)
            if first is not None:
                names.setdefault(role, first)
        ruling = [codebook.event_field(names[role]) for role in _RULING if role in names]
        values = {field.id: frozenset(value.id for value in field.values) for field in ruling}
        if types is not None:
            values[types.id] = frozenset(kind.id for kind in codebook.leaf_types())
        _taken[codebook.digest] = names, values
    return _taken[codebook.digest]
