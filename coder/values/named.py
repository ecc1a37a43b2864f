"""What typing any named thing has in common: a name meant, a value behind a colon, and lists of names."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Actor, Place
from coder.codebook.schema import Part, Value
from coder.codebook.search import search_key
from coder.errors import CoderError

Entry = TypeVar("Entry", Actor, Place)


def ending(typed: str, values: Iterable[Value]) -> tuple[str, str | None]:
    """What stands before the last colon, and the value named after it; a value alone has nothing before."""
    before, _, after = typed.rpartition(":")
    wanted = search_key(after)
    for value in values:
        if wanted in map(search_key, (value.id, value.label.ar, value.label.en)):
            return before.strip(), value.id
    return typed, None


def the_one(found: Sequence[Entry], typed: str, doubt: str) -> Entry | None:
    """The only entry found, None if there is none; raises CoderError, with the key `doubt`, for several."""
    if len(found) > 1:
        raise CoderError(doubt, typed=typed, names=joined(entry.name for entry in found[:6]))
    return found[0] if found else None


def values_of(parts: Iterable[Part], part_id: str) -> Sequence[Value]:
    """The values of a part; none where there is no such part."""
    return next((part.values for part in parts if part.id == part_id), ())


def label_of(values: Iterable[Value], value_id: object, lang: str) -> str:
    """The label of a value, or the id itself where it is none of them."""
    return next((v.label.of(lang) for v in values if v.id == value_id), str(value_id or ""))


def joined(labels: Iterable[Label]) -> Label:
    """Several labels as one list in each language."""
    known = list(labels)
    return Label(
        ar="، ".join(label.ar for label in known) or "…", en=", ".join(label.en for label in known) or "…"
    )
