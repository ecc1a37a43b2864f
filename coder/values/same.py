"""When two values of a field are the same: in all that counts, or in what they name."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping

from coder.codebook.scope import identity
from coder.model import Json


def same_value(one: Json, other: Json) -> bool:
    """Whether two values say the same: lists as sets, places by what they name and how exactly."""
    return _said(one) == _said(other)


def same_thing(one: Json, other: Json) -> bool:
    """Whether two items name the same days, the same bounds, the same place or actor, however stated."""
    for ends in (("start", "end"), ("min", "max")):
        if isinstance(other, Mapping) and ends[0] in other:
            return isinstance(one, Mapping) and all(one.get(end) == other.get(end) for end in ends)
    return isinstance(one, Mapping) == isinstance(other, Mapping) and identity(one) == identity(other)


def _said(value: Json) -> Hashable:
    """What of a value counts; a part that is empty or false counts as one that is not there."""
    if isinstance(value, list):
        return frozenset(map(_said, value))
    if isinstance(value, Mapping) and "as_written" in value:
        return value.get("place_id") or value["as_written"], value.get("precision")
    if isinstance(value, Mapping):
        value = {part: said for part, said in value.items() if said is not None and said is not False}
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
