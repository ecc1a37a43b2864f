"""Distances between values, one class per scale.

A distance converts a raw JSON value to a canonical value and rejects values that do not
fit its scale. Definitions: Krippendorff (2011) for nominal, ordinal and interval, which
are squared differences. All others lie within [0, 1] and are not squared: Jaccard; MASI
(Passonneau 2006); hierarchy; dates; counts on a logarithmic scale; and two that are
composed of these: ranges of counts, and lists compared item by item.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import chain
from typing import Any, ClassVar, TypeAlias

import numpy as np
from numpy.typing import NDArray

from coder.errors import CoderError
from coder.model import Json
from coder.values.dates import days_of

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Value: TypeAlias = (
    Hashable  # canonical: equal if and only if two raw values are the same on the scale
)


class _Marker(Enum):
    """A value at distance 1 from every other one, on any scale."""

    NOT_STATED = "of a coder who found that the text does not state a value"
    NO_EVENT = "of a coder who has not coded the event"


NOT_STATED, NO_EVENT = _Marker


def label(raw: Json) -> Value:
    """Convert a label to a canonical value: strings by code point, numbers by value.

    1 and "1" differ.
    """
    if isinstance(raw, bool):
        return (bool, raw)
    if (
        raw is None
        or isinstance(raw, str)
        or (isinstance(raw, int | float) and raw == raw)
    ):
        return raw
    if isinstance(raw, Mapping):
        if raw.get("blank") == "not_stated":
            return NOT_STATED
        return (dict, frozenset((str(k), label(v)) for k, v in raw.items()))
    if isinstance(raw, Sequence):
        return (list, tuple(label(item) for item in raw))
    raise CoderError("agreement.not_a_label", value=raw)


def number(raw: Json) -> float:
    """Read a finite number, or a string containing one."""
    if isinstance(raw, int | float | str) and not isinstance(raw, bool):
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
        if math.isfinite(value):
            return value
    raise CoderError("agreement.not_a_number", value=raw)


def non_negative(raw: Json) -> float:
    """Read a finite, non-negative number, or a string containing one."""
    value = number(raw)
    if value < 0:
        raise CoderError("agreement.below_zero", value=raw)
    return value


def levels(raw: Json) -> tuple[str, ...]:
    """Return the levels of a dotted path, root first; a list already is the levels."""
    if isinstance(raw, str):
        return tuple(raw.split(".")) if raw else ()
    if isinstance(raw, Sequence):
        return tuple(str(level) for level in raw)
    raise CoderError("agreement.not_a_path", value=raw)


class Distance(ABC):
    """A scale: reads raw values and measures the distances between them."""

    name: ClassVar[str]
    bounded: ClassVar[bool] = (
        True  # within [0, 1], so that `not stated` can be at distance 1 from all else
    )
    parse: ClassVar[Callable[[Json], Value]] = label

    def value(self, raw: Json) -> Value:
        """Return the canonical value of a raw value.

        Raises CoderError if it does not fit the scale.
        """
        return type(self).parse(raw)

    @abstractmethod
    def matrix(self, values: Sequence[Any]) -> Floats:
        """Return the distances between canonical values, without markers.

        Shape (value, value), symmetric.
        """

    def table(self, values: Sequence[Value]) -> Floats:
        """Return the distances between canonical values, including markers.

        Shape (value, value), symmetric.
        """
        kinds = np.array([(v is NOT_STATED) + 2 * (v is NO_EVENT) for v in values])
        if kinds.any():
            self.expect_bounded()
        distances = np.asarray(np.not_equal.outer(kinds, kinds), dtype=np.float64)
        unmarked = np.flatnonzero(kinds == 0).tolist()
        if unmarked:
            distances[np.ix_(unmarked, unmarked)] = self.matrix(
                [values[i] for i in unmarked]
            )
        return distances

    def expect_bounded(self) -> None:
        """Raise CoderError if `not stated` has no distance on this scale."""
        if not self.bounded:
            raise CoderError("agreement.not_bounded", scale=self.name)

    def read(self, raw: Json) -> Value:
        """Return the canonical value of a raw value, which may also be the blank `not
        stated`.
        """
        blank = isinstance(raw, Mapping) and raw.get("blank") == "not_stated"
        return NOT_STATED if blank else self.value(raw)


class Nominal(Distance):
    """0 if equal, else 1."""

    name = "nominal"

    def matrix(self, values: Sequence[Any]) -> Floats:
        places = {value: place for place, value in enumerate(values)}
        codes = np.array([places[value] for value in values])
        return np.asarray(np.not_equal.outer(codes, codes), dtype=np.float64)


@dataclass(frozen=True)
class Ordinal(Distance):
    """The squared number of values between two ranks.

    Depends on the frequency of each rank.
    """

    name = "ordinal"
    bounded = False
    categories: tuple[
        Value, ...
    ] = ()  # in order, used or not; if empty, values are numbers

    def value(self, raw: Json) -> Value:
        return (
            float(position(label(raw), self.categories))
            if self.categories
            else number(raw)
        )

    def matrix(self, values: Sequence[Any]) -> Floats:
        raise CoderError("agreement.no_ordinal_distance")


class IntervalScale(Distance):
    """(c - k) squared."""

    name = "interval"
    bounded = False
    parse = number

    def matrix(self, values: Sequence[Any]) -> Floats:
        return differences(values) ** 2


class Jaccard(Distance):
    """1 - |A & B| / |A | B|.

    Two empty sets are equal, an empty set is at 1 from any other.
    """

    name = "jaccard"

    def value(self, raw: Json) -> Value:
        if not isinstance(raw, list | tuple | set | frozenset):
            raise CoderError("agreement.not_a_set", value=raw)
        return frozenset(label(item) for item in raw)

    def matrix(self, values: Sequence[Any]) -> Floats:
        return 1.0 - self._overlap(values)[0]

    @staticmethod
    def _overlap(values: Sequence[frozenset[Value]]) -> tuple[Floats, Floats, Floats]:
        """Jaccard indices and intersection sizes, both (value, value), and set sizes
        (value,).
        """
        members = incidence(values)
        shared = members @ members.T
        sizes = members.sum(axis=1)
        union = np.add.outer(sizes, sizes) - shared
        return np.where(union > 0, shared / np.maximum(union, 1.0), 1.0), shared, sizes


class Masi(Jaccard):
    """1 - J * M with M = 1 for equal sets, 2/3 for a subset, 1/3 for an overlap, 0 for
    disjoint sets.
    """

    name = "masi"

    def matrix(self, values: Sequence[Any]) -> Floats:
        jaccard, shared, sizes = self._overlap(values)
        smaller = np.minimum.outer(sizes, sizes)
        larger = np.maximum.outer(sizes, sizes)
        monotony = np.where(
            shared == larger, 1.0, np.where(shared == smaller, 2 / 3, 1 / 3)
        )
        return 1.0 - jaccard * np.where((shared == 0) & (larger > 0), 0.0, monotony)


class Hierarchy(Distance):
    """1 - 2p / (len a + len b), p = common leading levels of two paths.

    Two empty paths are equal.
    """

    name = "hierarchy"
    parse = levels

    def matrix(self, values: Sequence[Any]) -> Floats:
        length = np.array([len(path) for path in values], dtype=np.float64)
        common = np.zeros((len(values), len(values)))
        for depth in range(1, int(length.max(initial=0)) + 1):
            heads: dict[Value, int] = {}
            code_of_each = []
            for path in values:
                code = -1  # the path is shorter
                if len(path) >= depth:
                    code = heads.setdefault(path[:depth], len(heads))
                code_of_each.append(code)
            codes = np.array(code_of_each)
            common += (codes[:, None] == codes[None, :]) & (codes[:, None] >= 0)
        total = np.add.outer(length, length)
        return np.asarray(
            1.0 - np.where(total > 0, 2 * common / np.maximum(total, 1.0), 1.0)
        )


@dataclass(frozen=True)
class Date(Distance):
    """The mean absolute difference of first and last days, divided by the cap and at
    most 1.
    """

    name = "date"
    parse = days_of
    cap_days: float = 30

    def matrix(self, values: Sequence[Any]) -> Floats:
        days = (
            differences([v[0] for v in values]) + differences([v[1] for v in values])
        ) / 2
        return np.minimum(days / self.cap_days, 1.0)


@dataclass(frozen=True)
class LogCount(Distance):
    """|ln(1+a) - ln(1+b)| / ln(cap_ratio), at most 1; defined for zero."""

    name = "log_count"
    parse = non_negative
    cap_ratio: float = 10

    def matrix(self, values: Sequence[Any]) -> Floats:
        logs = np.log1p(np.asarray(values, dtype=np.float64))
        return np.minimum(differences(logs) / math.log(self.cap_ratio), 1.0)


COUNT = LogCount()
PATHS = Hierarchy()


class CountRange(Distance):
    """Ranges {"min", "max"} of counts: the mean of the log_count distances of both
    ends.
    """

    name = "log_count"

    def value(self, raw: Json) -> Value:
        if not isinstance(raw, Mapping):
            raise CoderError("agreement.not_a_range", value=raw)
        ends = []
        for name in ("min", "max"):
            end = raw.get(name)
            ends.append(None if end is None else COUNT.value(end))
        return tuple(ends)

    def matrix(self, values: Sequence[Any]) -> Floats:
        # An open end (null) is at 0 from an open end and at 1 from a number, like
        # NOT_STATED.
        lowest = []
        highest = []
        for low, high in values:
            lowest.append(NOT_STATED if low is None else low)
            highest.append(NOT_STATED if high is None else high)
        return np.asarray((COUNT.table(lowest) + COUNT.table(highest)) / 2)


class BestMatch(Distance):
    """Lists of paths: each item's distance to the nearest in the other list, averaged
    per list, then both.
    """

    name = "best_match"

    def value(self, raw: Json) -> Value:
        if not isinstance(raw, list | tuple):
            raise CoderError("agreement.not_a_list", value=raw)
        return frozenset(PATHS.value(entry) for entry in raw)

    def matrix(self, values: Sequence[Any]) -> Floats:
        values = [
            sorted(v, key=repr) for v in values
        ]  # in a fixed order, so that sums are reproducible
        items = list(dict.fromkeys(entry for v in values for entry in v))
        index = {entry: i for i, entry in enumerate(items)}
        distances = PATHS.table(items)
        nearest = np.ones((len(values), len(items)))  # from each list to each item
        for row, v in enumerate(values):
            if v:
                nearest[row] = distances[:, [index[entry] for entry in v]].min(axis=1)
        members = incidence(values)
        sizes = members.sum(axis=1)
        one_way = (members / np.maximum(sizes, 1.0)[:, None]) @ nearest.T
        both_filled = np.logical_and.outer(sizes > 0, sizes > 0)
        one_filled = np.logical_xor.outer(sizes > 0, sizes > 0).astype(
            np.float64
        )  # as for Jaccard
        return np.asarray(np.where(both_filled, (one_way + one_way.T) / 2, one_filled))


def position(value: Value, categories: Sequence[Value]) -> int:
    """Return the index of a value among the declared categories.

    Raises CoderError if it is not declared.
    """
    try:
        return categories.index(value)
    except ValueError:
        raise CoderError("agreement.not_declared", value=value) from None


def incidence(sets: Sequence[Iterable[Value]]) -> Floats:
    """Return the membership matrix of sets: 1 or 0, shape (set, member).

    Members in order of first use.
    """
    different = dict.fromkeys(chain.from_iterable(sets))
    places = {member: place for place, member in enumerate(different)}
    table = np.zeros((len(sets), len(places)))
    for row, members in enumerate(sets):
        for member in members:
            table[row, places[member]] = 1.0
    return table


def differences(values: Sequence[float] | Floats) -> Floats:
    """Return the absolute differences between all pairs of values.

    Shape (value, value).
    """
    return np.asarray(
        np.abs(np.subtract.outer(np.asarray(values, dtype=np.float64), values))
    )
