"""The identity of list values."""

from __future__ import annotations

from collections.abc import Mapping

from coder.model import Json
from coder.text.normalize import fold_key


def identity(value: Json) -> str:
    """A key that is equal for two list values that are the same: the id, or the folded
    name without one.
    """
    if not isinstance(value, Mapping):
        return str(value)
    if value.get("place_id"):
        return str(value["place_id"])
    name = (
        value.get("name")
        or value.get("as_written")
        or value.get("who")
        or value.get("record")
    )
    return identity(name) if isinstance(name, Mapping) else f"={fold_key(str(name))}"
