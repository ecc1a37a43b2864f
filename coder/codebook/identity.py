"""When two values of a list are the same one."""

from __future__ import annotations

from collections.abc import Mapping

from coder.model import Json
from coder.text.normalize import fold_key


def identity(value: Json) -> str:
    """What makes two list values the same one: an id, or the folded name where there is no id."""
    if not isinstance(value, Mapping):
        return str(value)
    if value.get("place_id"):
        return str(value["place_id"])
    name = value.get("name") or value.get("as_written") or value.get("who") or value.get("record")
    return identity(name) if isinstance(name, Mapping) else f"={fold_key(str(name))}"
