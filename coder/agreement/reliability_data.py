"""What alpha of one field is made of, unit by unit, so that anybody can work it out again.

The word is Krippendorff's (2004, chapter 11): units by coders, with the distances between the values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from coder.agreement.alpha import Coincidences, Ratings
from coder.agreement.cells import Level
from coder.agreement.comparison import Unit
from coder.agreement.distance import Ordinal, Value
from coder.agreement.field_agreement import Scale
from coder.codebook.schema import Field


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
        cls, field: Field, level: Level, left_out: str, scale: Scale, units: Iterable[Unit], ratings: Ratings
    ) -> ReliabilityData:
        """What a study holds of the field."""
        held = list(units)
        texts: dict[Value, str] = {}
        places: dict[str, int] = {}
        rank = {value: place for place, value in enumerate(ratings.values)}
        for unit in held:
            for value in unit.values.values():
                if (text := _told(value)) not in places:
                    read = scale.distance.read(value)
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
        return cls(field, level, left_out, held, names, counted.tolist(), apart.tolist(), places)

    def by_coder(self, unit: Unit) -> Mapping[str, str]:
        """What each coder put there, by the names in `values`."""
        return {who: self.values[self.places[_told(value)]] for who, value in unit.values.items()}


_told = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
