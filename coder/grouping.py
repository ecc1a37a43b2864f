"""Items one after the other: in parts of a size, by key, or as far as they differ from
others.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import islice
from operator import is_
from typing import TypeVar

_Item = TypeVar("_Item")
_Key = TypeVar("_Key", bound=Hashable)


def batched(items: Iterable[_Item], size: int) -> Iterator[list[_Item]]:
    """Yield the items in lists of this size, the last of which may be shorter."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def grouped(pairs: Iterable[tuple[_Key, _Item]]) -> dict[_Key, list[_Item]]:
    """Return key → its items, both in the order in which they come first."""
    groups: dict[_Key, list[_Item]] = {}
    for key, item in pairs:
        groups.setdefault(key, []).append(item)
    return groups


def differing(
    before: Sequence[_Item], after: Sequence[_Item]
) -> tuple[list[_Item], list[_Item]]:
    """Return the items that only `before` and that only `after` contains, compared by
    identity.

    Identity suffices, as an edit leaves the objects that it does not change.
    """
    if before is after:
        return [], []
    start = _common_prefix(before, after)
    before = before[start:]
    after = after[start:]
    end = _common_prefix(before[::-1], after[::-1])
    before = before[: len(before) - end]
    after = after[: len(after) - end]
    common = set(map(id, before)) & set(map(id, after))
    removed, added = (
        [each for each in part if id(each) not in common] for part in (before, after)
    )
    return removed, added


def _common_prefix(one: Sequence[_Item], other: Sequence[_Item]) -> int:
    """Return the number of leading items that are the same objects."""
    same = [*map(is_, one, other)]
    return same.index(False) if False in same else len(same)
