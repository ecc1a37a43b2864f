"""The ids that a codebook file declares, and where, even in pieces that are wrong otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol, TypeVar

from coder.codebook.nearest import did_you_mean
from coder.codebook.yaml_text import YamlPath, YamlText

SHOWN = 40
"""How many names a complaint lists at most."""


class HasId(Protocol):
    """Something with an id."""

    @property
    def id(self) -> str: ...


Item = TypeVar("Item", bound=HasId)


class Names:
    """The names that conditions and span kinds may refer to."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.article_fields = ids_of(data.get("article_fields"))
        self.event_fields = ids_of(data.get("event_fields"))
        self.event_types = [item_id for _, item_id in type_ids(data)]


def ids_of(items: Any) -> list[str]:
    """The id of each list item, an empty text where it has none, so that positions stay."""
    if not isinstance(items, list):
        return []
    found = (item.get("id") if isinstance(item, dict) else None for item in items)
    return [item_id if isinstance(item_id, str) else "" for item_id in found]


def type_ids(data: dict[str, Any]) -> Iterator[tuple[YamlPath, str]]:
    """The path and id of every node of the event type tree, top down."""
    yield from _tree_ids(data.get("event_types"), ("event_types",))


def _tree_ids(items: Any, path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    for i, item_id in enumerate(ids_of(items)):
        yield (*path, i), item_id
        if isinstance(items[i], dict):
            yield from _tree_ids(items[i].get("children"), (*path, i, "children"))


def placed(source: YamlText, list_name: str, items: Iterable[Item]) -> Iterator[tuple[YamlPath, Item]]:
    """The items of a list with their paths in the file; the file may hold more of them."""
    ids = ids_of(source.data.get(list_name))
    position = -1
    for item in items:
        position = ids.index(item.id, position + 1)
        yield (list_name, position), item


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """`unknown field “x”; did you mean “y”?`, with the known names if none is like it."""
    known = list(known)
    guess = did_you_mean(name, known)
    hint = guess[0].lower() + guess[1:] if guess else f"expected {a_few(known) or 'none, as there are none'}"
    return f"unknown {what} “{name}”; {hint}"


def a_few(names: list[str]) -> str:
    """The names, or the first of them where there are many."""
    return ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
