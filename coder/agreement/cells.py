"""The answers to one field as cells of its reliability matrix: of one article, and of many pooled."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from itertools import islice
from operator import itemgetter
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from coder.agreement.alpha import Ratings
from coder.agreement.distance import NO_EVENT, Distance, Value
from coder.model import Blank

Level: TypeAlias = Literal["article", "event"]


class Cells(NamedTuple):
    """What the answers to one field put into its reliability matrix.

    values: as JSON texts, in the order in which they occur. codes: unit by unit, the place in `values` of
    what each coder put there, or -1. blanks: how many answers hold each blank.
    """

    values: Sequence[str]
    codes: Sequence[int]
    blanks: Mapping[str, int]


class CellPool:
    """The cells of one field, article by article, as they were compared."""

    def __init__(self) -> None:
        self.blanks: dict[str, int] = {blank.value: 0 for blank in Blank}
        self._places: dict[str, int] = {}
        """The distinct values as JSON texts, and where their reading will be."""
        self._local: list[int] = []
        """The place of each article's own values, one article after the other."""
        self._codes: dict[tuple[str, ...], array[int]] = {}
        """By coders of the article: their codes, moved to where the article's values begin in `_local`.

        -1 where nothing is compared, -2 where the coder does not have the event.
        """
        self._sizes: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        """By coders: the number of each article and of its codes."""

    def add(self, article: int, coders: tuple[str, ...], cells: Cells, lacking: Sequence[bool] = ()) -> None:
        """Add an article's cells; article: its number, higher than those before.

        lacking: cell by cell, whether the coder does not have the event; empty where nobody lacks one.
        """
        start = len(self._local)
        self._local += [self._places.setdefault(value, len(self._places)) for value in cells.values]
        codes = self._codes.setdefault(coders, array("q"))
        if lacking:
            held = zip(cells.codes, lacking, strict=True)
            codes.extend([code + start if code >= 0 else -2 if lacks else -1 for code, lacks in held])
        else:
            codes.extend([-1 if code < 0 else code + start for code in cells.codes])
        self._sizes.setdefault(coders, []).append((article, len(cells.codes)))
        for blank, count in cells.blanks.items():
            self.blanks[blank] += count

    def units(self) -> list[tuple[int, int, dict[str, str]]]:
        """Each unit: its article's number, its place there, and what coders put into it, as JSON texts."""
        values, found = [*self._places], []
        for some, codes in self._codes.items():
            rows = zip(*[iter(codes)] * len(some), strict=True)
            for article, size in self._sizes[some]:
                for place, row in enumerate(islice(rows, size // len(some))):
                    given = {who: values[self._local[c]] for who, c in zip(some, row, strict=True) if c >= 0}
                    found.append((article, place, given))
        return sorted(found, key=itemgetter(0))

    def ratings(self, distance: Distance, coders: Sequence[str], *, strict: bool = False) -> Ratings:
        """All cells on a scale, units by coders, in the order of the articles.

        strict: who lacks an event holds the value NO_EVENT in it, instead of none.
        """
        values: dict[Value, int] = {}
        read = [values.setdefault(distance.read(json.loads(text)), len(values)) for text in self._places]
        no_event = values.setdefault(NO_EVENT, len(values)) if strict else -1
        code = np.array([*(read[place] for place in self._local), no_event, -1], dtype=np.int64)
        column = {coder: place for place, coder in enumerate(coders)}
        tables, articles = [np.empty((0, len(coders)), np.int64)], [np.empty(0, np.int64)]
        for some, codes in self._codes.items():
            numbers, sizes = np.array(self._sizes[some]).T
            table = np.full((len(codes) // len(some), len(coders)), -1)
            table[:, [column[coder] for coder in some]] = code[np.array(codes).reshape(-1, len(some))]
            tables.append(table)
            articles.append(np.repeat(numbers, sizes // len(some)))
        found = np.concatenate(articles)
        order = np.argsort(found, kind="stable")
        return Ratings(distance, tuple(values), np.concatenate(tables)[order], found[order])
