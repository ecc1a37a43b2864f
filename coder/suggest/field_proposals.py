"""Which proposals are asked for: those for fields that the codebook has and that the
event's other values do not rule out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence, Set
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.expressions import names_in
from coder.codebook.schema import Codebook
from coder.codebook.validate import visible
from coder.model import Answer, Candidate, Coding, Event, Json
from coder.suggest.packs_in_use import packs_of

Proposal: TypeAlias = dict[str, list[Candidate]]
"""Event field id → the candidates proposed for it, with the values for that field."""
TYPE = "type"
"""The slot of the event's type."""


def field_of_slot(slot: str, codebook: Codebook) -> str:
    """Return the id of the codebook's field for a slot, empty for none."""
    return codebook.derived(_fields_of_slots).get(slot, "")


def _fields_of_slots(codebook: Codebook) -> Mapping[str, str]:
    """Return slot → field: the first one that the packs name, or of a type they name."""
    known = {field.id for field in codebook.event_fields}
    first_of_type: dict[str, str] = {}
    for field in codebook.event_fields:
        first_of_type.setdefault(field.type, field.id)
    found: dict[str, str] = {name: name for name in known}
    for slot, wanted in codebook.derived(packs_of).pack.fields.items():
        for name in wanted:
            by_type = first_of_type.get(name.removeprefix("type "), "")
            chosen = name if name in known else by_type
            if chosen:
                found[slot] = chosen
                break
    if codebook.type_field is not None:
        found[TYPE] = codebook.type_field.id
    return found


def keep_asked_fields(proposal: Proposal, codebook: Codebook) -> Proposal:
    """Return the proposals for fields of the codebook that are asked of this event.

    A value that a field does not have is left out. An answer implies «yes» to the
    yes-or-no questions that its field depends on.
    """
    conditions = codebook.derived(_conditions)
    proposed = {
        name: _allowed(name, candidates, codebook)
        for name, candidates in proposal.items()
    }
    proposed = {name: candidates for name, candidates in proposed.items() if candidates}
    for name in list(proposed):
        for other in conditions.get(name, ()):
            if codebook.event_field(other).type == "bool":
                proposed[other] = [replace(proposed[name][0], value=True)]
    deciding = frozenset[str]().union(*conditions.values())
    values = {
        field.id: field.default
        for field in codebook.event_fields
        if field.default is not None
    }
    values |= {
        name: _joint_value(candidates)
        for name, candidates in proposed.items()
        if name in deciding
    }
    asked = _asked(values, codebook)
    return {name: proposed[name] for name in asked if name in proposed}


def _conditions(codebook: Codebook) -> Mapping[str, Set[str]]:
    """Return field → the event fields that decide whether it is asked."""
    known = {field.id for field in codebook.event_fields}
    return {
        field.id: known & {name.split(".")[0] for name in names_in(field.when)}
        for field in codebook.event_fields
        if field.when is not None
    }


def _allowed(
    name: str, candidates: Sequence[Candidate], codebook: Codebook
) -> list[Candidate]:
    """Return the candidates whose value a field has, if it has listed values."""
    field = codebook.event_field(name)
    if codebook.type_field is not None and name == codebook.type_field.id:
        listed = {kind.id for kind in codebook.leaf_types()}
    else:
        listed = {value.id for value in field.values}
    if field.type != "enum" and name != getattr(codebook.type_field, "id", ""):
        return list(candidates)
    return [each for each in candidates if each.value in listed]


def _joint_value(candidates: Sequence[Candidate]) -> Json:
    """Return the answer that a field's candidates make together.

    Of a count only whether it is above zero decides whether other fields are asked.
    """
    values = [each.value for each in candidates]
    if all(isinstance(value, list) for value in values):
        return [item for value in values for item in value]
    first = values[0]
    if isinstance(first, dict) and "min" in first:
        return {**first, "min": min(1, first["min"] or 0), "max": None}
    return first


def _asked(values: Mapping[str, Json], codebook: Codebook) -> Sequence[str]:
    """Return the ids of the fields that are asked of an event with these values."""
    known: dict[str, list[str]] = codebook.kept.setdefault(_asked, {})
    key = json.dumps(values)
    if key not in known:
        answers = {name: Answer(value=value) for name, value in values.items()}
        event = Event("proposed", answers)
        coding = Coding("", "", codebook.ref, "suggester")
        shown: Set[str] = {field.id for field in codebook.event_fields}
        if codebook.type_field is None or codebook.type_field.id in answers:
            shown = visible(event, coding, codebook)
        known[key] = [field.id for field in codebook.event_fields if field.id in shown]
    return known[key]
