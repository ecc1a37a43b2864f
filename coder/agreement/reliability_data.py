"""What alpha of one field is made of, unit by unit, so that anybody can work it out again.

The word is Krippendorff's (2004, chapter 11): units by coders, with the distances between the values.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from coder.agreement.alpha import Coincidences, Ratings
from coder.agreement.cells import Level
from coder.agreement.distance import Ordinal, Value
from coder.agreement.field_agreement import Scale, ranks_of
from coder.codebook.schema import Codebook, Field
from coder.model import Json


class Unit(NamedTuple):
    """What coders put into one unit of a field: an article, or a cluster of aligned events.

    cluster: its name within the article, "" for the article itself. values: by coder, as JSON texts of
    what the distance reads; who is lacking put nothing there that is compared.
    """

    article: str
    cluster: str
    values: Mapping[str, str]


class Met(NamedTuple):
    """Two different values that coders gave to one unit, how many pairs of them, and in which articles."""

    value: str
    other: str
    times: int
    articles: tuple[str, ...]


class ReliabilityData(NamedTuple):
    """One field's units, and its values, of which `of` names those of one unit by coder.

    values: as JSON texts. coincidences, distances: value by value, in that order. left_out: the term that the
    alignment did not look at, "" for none.
    """

    field: Field
    level: Level
    left_out: str
    units: Sequence[Unit]
    values: Sequence[str]
    coincidences: Sequence[Sequence[float]]
    distances: Sequence[Sequence[float]]
    places: Mapping[str, int]

    @classmethod
    def of(
        cls, field: Field, level: Level, left_out: str, scale: Scale, units: Sequence[Unit], ratings: Ratings
    ) -> ReliabilityData:
        """What a study holds of the field."""
        texts: dict[Value, str] = {}
        places: dict[str, int] = {}
        rank = {value: place for place, value in enumerate(ratings.values)}
        for unit in units:
            for text in unit.values.values():
                if text not in places:
                    read = scale.distance.read(json.loads(text))
                    places[text] = rank[read]
                    texts.setdefault(read, text)
        table = Coincidences.of(ratings)
        counted = table.matrix()
        if isinstance(scale.distance, Ordinal):
            margins = counted.sum(axis=1)
            order = np.argsort(np.array(table.values, dtype=np.float64))
            ranks = np.empty_like(margins)
            ranks[order] = np.cumsum(margins[order]) - margins[order] / 2
            apart = (ranks[:, None] - ranks[None, :]) ** 2
        else:
            apart = scale.distance.table(table.values)
        names = [texts[value] for value in ratings.values]
        return cls(field, level, left_out, units, names, counted.tolist(), apart.tolist(), places)

    def differing(self) -> list[Unit]:
        """The units in which coders put values that are apart, those furthest apart first."""
        apart = []
        for number, unit in enumerate(self.units):
            held = {self.places[text] for text in unit.values.values()}
            if furthest := max((self.distances[i][j] for i in held for j in held if i < j), default=0.0):
                apart.append((-furthest, number, unit))
        return [unit for _, _, unit in sorted(apart, key=lambda each: each[:2])]

    def met(self, codebook: Codebook) -> list[Met]:
        """Which two values, of a list or a tree, coders gave to the same unit, most often first."""
        by_rank = {rank: name for name, rank in ranks_of(self.field, codebook).items()}
        codes = {text: code_of(json.loads(text), by_rank) for text in self.places}
        found: dict[tuple[str, str], list[str]] = {}
        for unit in self.units:
            names = [codes[text] for text in unit.values.values()]
            for one, other in combinations(sorted(names), 2):
                if one != other:
                    found.setdefault((one, other), []).append(unit.article)
        often = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
        return [Met(*two, len(where), tuple(dict.fromkeys(where))) for two, where in often]

    def by_coder(self, unit: Unit) -> Mapping[str, str]:
        """What each coder put there, by the names in `values`."""
        return {who: self.values[self.places[text]] for who, text in unit.values.items()}


def code_of(value: Json, by_rank: Mapping[float, str]) -> str:
    """The code that a single value stands for, as the distance reads it: a rank, a path or a code.

    A value that has no code, yes or no, a number or a range, is its JSON.
    """
    if isinstance(value, dict) and "blank" in value:
        return str(value["blank"])
    if isinstance(value, list):
        return str(value[-1])
    if isinstance(value, str):
        return value
    is_rank = isinstance(value, int | float) and not isinstance(value, bool) and value in by_rank
    return by_rank[value] if is_rank else json.dumps(value)
