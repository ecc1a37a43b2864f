"""Whether a stored value is one that the codebook allows, by the type of its field.

Source: the shapes of values in the native format `coder/1`, one for each field type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from coder.codebook.nearest import did_you_mean
from coder.codebook.schema import Codebook, Field, Part, Value
from coder.messages.catalogue import Message
from coder.model import Json

LARGEST = 10**15 - 1
"""The largest count: spreadsheets keep 15 digits, JSON of other programs hardly more (RFC 8259, 6)."""


def value_problems(field: Field, value: Json, codebook: Codebook) -> Iterator[Message]:
    """Every reason why the codebook does not allow this value of the field."""
    if not field.is_list:
        yield from _item_problems(field, value, codebook)
    elif not isinstance(value, list) or not value:
        yield _shape("list")
    else:
        if field.most is not None and len(value) > field.most:
            yield Message("codebook.value_too_many", most=Message("counts.values", n=field.most))
        for i, item in enumerate(value):
            if item in value[:i]:
                name = item
                if isinstance(item, Mapping):
                    name = next((v for v in item.values() if isinstance(v, str)), "…")
                yield Message("codebook.value_twice", name=name)
            yield from _item_problems(field, item, codebook)


def kind_problem(kind: str, value: Json, codebook: Codebook) -> Message | None:
    """Why no field that the span kind fills can hold this value; None where one can, or there is no value."""
    fields = codebook.fields_for_kind(kind)
    if value is None or not fields:
        return None
    reasons = [next(value_problems(field, value, codebook), None) for field in fields]
    return None if None in reasons else reasons[0]


def is_day(text: str) -> bool:
    """Whether the text is a day of the proleptic Gregorian calendar as `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _item_problems(field: Field, value: Json, codebook: Codebook) -> Iterator[Message]:
    parts = codebook.parts_of(field)
    if parts:
        yield from _parts_problems(parts, value, codebook)
    else:
        yield from _single_problems(field.type, codebook.values_of(field), value, codebook)


def _parts_problems(parts: Sequence[Part], value: Json, codebook: Codebook) -> Iterator[Message]:
    """What is wrong with a value that is a mapping from parts."""
    if not isinstance(value, Mapping):
        yield _shape("parts", parts=", ".join(p.id for p in parts))
        return
    for name in value.keys() - {p.id for p in parts}:
        yield Message("codebook.value_unknown_part", name=name)
    for part in parts:
        stated = value.get(part.id)
        if stated is not None:
            yield from _single_problems(part.type or "text", part.values, stated, codebook)
        elif not _may_be_absent(part):
            yield Message("codebook.value_lacks_part", part=part.label or part.id)


def _may_be_absent(part: Part) -> bool:
    """A name that the lexicon may not know, what follows from it, and what has a default or may be blank."""
    optional = part.type in ("place", "actor") or bool(part.filled_from)
    return optional or part.may_be_blank or part.default is not None


def _single_problems(
    type_: str, values: Sequence[Value], value: Json, codebook: Codebook
) -> Iterator[Message]:
    """What is wrong with one value of a field or part of this type, or with one item of a list."""
    match type_:
        case "enum" | "multi" | "hierarchy":
            yield from _not_among([v.id for v in values], value)
        case "text":
            if not isinstance(value, str) or not value.strip():
                yield _shape("text")
        case "bool":
            if not isinstance(value, bool):
                yield _shape("bool")
        case "int":
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
                yield _shape("int")
        case "date":
            if not isinstance(value, str) or not is_day(value):
                yield _shape("date")
        case "place":
            known = codebook.lexicon.places
            if not isinstance(value, str) or (known and codebook.lexicon.place(value) is None):
                yield Message("codebook.value_no_place", value=value)
        case "actor":
            yield from _actor_problems(value, codebook)


def _actor_problems(value: Json, codebook: Codebook) -> Iterator[Message]:
    """An actor is one of the lexicon by id, or a free name with its class."""
    if isinstance(value, Mapping):
        classes = [c.id for c in codebook.actor_classes]
        named = isinstance(value.get("name"), str) and bool(value["name"].strip())
        if not named or value.keys() - {"name", "class"}:
            yield _shape("actor")
        elif classes:
            yield from _not_among(classes, value.get("class"))
    elif not isinstance(value, str) or (codebook.lexicon.actors and codebook.lexicon.actor(value) is None):
        yield Message("codebook.value_no_actor", value=value)


def _not_among(allowed: list[str], value: Json) -> Iterator[Message]:
    if value not in allowed:
        guess = did_you_mean(str(value), allowed)
        key = "codebook.value_not_among_but" if guess else "codebook.value_not_among"
        yield Message(key, value=value, guess=guess)


def _shape(type_: str, **values: object) -> Message:
    return Message("codebook.value_shape", expected=Message(f"codebook.shape_{type_}", **values))
