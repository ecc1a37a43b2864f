"""Which proposals are asked for: for fields that the codebook has and the event's
values do not rule out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from msgspec.structs import replace

from coder.codebook.expressions import names_in
from coder.codebook.schema import Codebook
from coder.codebook.validate import visible
from coder.model import Answer, Coding, Event, Json
from coder.suggest.event_fields import Proposal

# role → the type whose first field takes the role's candidates if no field has the
# role's name
_BY_TYPE = {"initiators": "actor", "place": "place", "date": "date"}
_RULING = (
    "event_type",
    "report_scope",
    "event_status",
)  # roles whose values decide which fields are shown
_DECIDING = (
    "responsibility",
    "killed",
    "injured",
)  # roles whose proposals decide whether others are asked

_Roles: TypeAlias = tuple[Mapping[str, str], Mapping[str, frozenset[str]]]


def for_codebook(proposal: Proposal, codebook: Codebook) -> Proposal:
    """The proposal by the codebook's fields, without the fields that the proposed
    values rule out.
    """
    names, values = codebook.derived(_roles)
    by_field = {
        names[role]: proposed
        for role, proposed in proposal.items()
        if proposed and role in names
    }
    for (
        name,
        allowed,
    ) in (
        values.items()
    ):  # drop types, scopes and statuses that the codebook does not have
        by_field[name] = [c for c in by_field.get(name, ()) if c.value in allowed]
    by_words = set(codebook.lexicon.values)
    implied: Proposal = {}
    for name in codebook.lexicon.values:
        condition = codebook.event_field(name).when
        on = names_in(condition) if condition is not None else ()
        questions = [
            f.id for f in codebook.event_fields if f.id in on and f.type == "bool"
        ]
        by_words.update(questions)
        if by_field.get(
            name
        ):  # an answer implies "yes" to the questions that its field depends on
            implied |= {
                question: [replace(by_field[name][0], value=True)]
                for question in questions
            }
    by_field |= implied
    by_words.update(name for name in _DECIDING if name in names)
    unsaid = {f.id: f.default for f in codebook.event_fields if f.default is not None}
    ruling: dict[str, Json] = {
        **unsaid,
        **{n: by_field[n][0].value for n in values if by_field[n]},
    }
    for name in by_words.intersection(
        by_field
    ):  # the values of a field together are one answer
        values_given = [c.value for c in by_field[name]]
        is_listed = all(isinstance(value, list) for value in values_given)
        ruling[name] = (
            [item for value in values_given for item in value]
            if is_listed
            else values_given[0]
        )
        if isinstance(
            ruling[name], dict
        ):  # a count: only whether it is above zero matters
            ruling[name] = {
                **ruling[name],
                "min": min(1, ruling[name].get("min") or 0),
                "max": None,
            }
    shown_for: dict[str, list[str]] = codebook.kept.setdefault(
        for_codebook, {}
    )  # by ruling values
    if (key := json.dumps(ruling)) not in shown_for:
        answers = {name: Answer(value=value) for name, value in ruling.items()}
        event, coding = (
            Event("proposed", answers),
            Coding("", "", codebook.ref, "suggester"),
        )
        shown = (
            visible(event, coding, codebook)
            if names.get("event_type") in answers
            else None
        )
        shown_for[key] = [
            f.id for f in codebook.event_fields if shown is None or f.id in shown
        ]
    return {name: by_field[name] for name in shown_for[key] if by_field.get(name)}


def field_of(role: str, codebook: Codebook) -> str:
    """The id of the codebook's field that takes a role's candidates, "" for none."""
    return codebook.derived(_roles)[0].get(role, "")


def _roles(codebook: Codebook) -> _Roles:
    """Role → id of the codebook's field that takes it; ruling field → its values."""
    fields, types = codebook.event_fields, codebook.type_field
    first = {field.type: field.id for field in reversed(fields)}
    names = {role: first[kind] for role, kind in _BY_TYPE.items() if kind in first}
    names |= {field.id: field.id for field in fields}
    if types is not None:
        names["event_type"] = types.id
    ruling = [codebook.event_field(names[role]) for role in _RULING if role in names]
    values = {
        field.id: frozenset(value.id for value in field.values) for field in ruling
    }
    if types is not None:
        values[types.id] = frozenset(kind.id for kind in codebook.leaf_types())
    return names, values
