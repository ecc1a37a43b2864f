"""Distances between values that are made of others: ranges of counts, and lists compared item by item.

Both lie within [0, 1] and are built from the distances of their parts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from coder.agreement.distance import NOT_STATED, Distance, Floats, Hierarchy, LogCount, Value, incidence
from coder.errors import CoderError
from coder.model import Json


@dataclass(frozen=True)
class CountRange(Distance):
    """Ranges {"min", "max"} of counts: the mean of the log_count distances of the two ends.

    An open end (null) is at 0 from an open end and at 1 from a number.
    """

    name: ClassVar[str] = "log_count"
    count: LogCount = field(default_factory=LogCount)

    def value(self, raw: Json) -> Value:
        if not isinstance(raw, Mapping):
            raise CoderError(f"{raw!r} is not a range.", hint='A range is {"min": 3, "max": null}.')
        return tuple(None if raw.get(end) is None else self.count.value(raw[end]) for end in ("min", "max"))

    def matrix(self, values: Sequence[Any]) -> Floats:
        lower, upper = (self._end([v[i] for v in values]) for i in (0, 1))
        return np.asarray((lower + upper) / 2)

    def _end(self, values: Sequence[float | None]) -> Floats:
        # NOT_STATED stands for an open end: the same at 0, against any number at 1.
        return self.count.table([NOT_STATED if v is None else v for v in values])


@dataclass(frozen=True)
class BestMatch(Distance):
    """Lists compared by their items: each item's smallest distance to the other list, averaged.

    The mean is taken within each list, then over the two directions; empty lists as under Jaccard.
    """

    name: ClassVar[str] = "best_match"
    item: Distance = field(default_factory=Hierarchy)

    def value(self, raw: Json) -> Value:
        if not isinstance(raw, list | tuple):
            raise CoderError(f"{raw!r} is not a list.", hint="Set distances take lists.")
        return frozenset(self.item.value(entry) for entry in raw)

    def matrix(self, values: Sequence[Any]) -> Floats:
        items = list(dict.fromkeys(entry for v in values for entry in v))
        places = {entry: i for i, entry in enumerate(items)}
        apart = self.item.table(items)
        nearest = np.ones((len(values), len(items)))  # of each item to each list
        for row, v in enumerate(values):
            if v:
                nearest[row] = apart[:, [places[entry] for entry in v]].min(axis=1)
        members = incidence(values, places)
        sizes = members.sum(axis=1, keepdims=True)
        one_way = (members / np.maximum(sizes, 1.0)) @ nearest.T
        filled = sizes[:, 0] > 0
        both_filled = filled[:, None] & filled[None, :]
        one_filled = (filled[:, None] != filled[None, :]).astype(np.float64)
        return np.asarray(np.where(both_filled, (one_way + one_way.T) / 2, one_filled))
