"""The data behind the alpha of one field, unit by unit, from which anybody can recompute it.

The term is Krippendorff's (2004, chapter 11): units by coders, with the distances between the values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from coder.agreement.alpha import Coincidences
from coder.agreement.distance import Ordinal, Value
from coder.agreement.field_agreement import FieldRatings
from coder.agreement.scales import Measured, ranks_of
from coder.codebook.schema import Codebook
from coder.model import Json


class Unit(NamedTuple):
    """One unit of a field: an article, or a cluster of aligned events.

    cluster: its name within the article, "" for the article itself. values: by coder the
    value as given, as a JSON text. keys: by coder the key of the value, as a JSON text;
    coders whose value is not compared are absent.
    """

    article: str
    cluster: str
    values: Mapping[str, str]
    keys: Mapping[str, str]


class ConfusedPair(NamedTuple):
    """Two values given to the same units: in how many pairs, and in which articles."""

    value: str
    other: str
    times: int
    articles: tuple[str, ...]


class Confusion(NamedTuple):
    """The confusion matrix of a field: values that coders gave to the same unit."""

    values: tuple[str, ...]
    counts: Sequence[
        Sequence[float]
    ]  # coincidences in both orders, shape (value, value), summing to n
    n: int


class ReliabilityData(NamedTuple):
    """The units of one field, the distinct keys of its values, and their coincidences and distances.

    keys: as JSON texts. coincidences, distances: shape (key, key), in the order of
    `keys`. left_out: the term excluded from the alignment, "" for none.
    """

    measured: Measured
    left_out: str
    units: Sequence[Unit]
    keys: Sequence[str]
    coincidences: Sequence[Sequence[float]]
    distances: Sequence[Sequence[float]]

    @classmethod
    def of(
        cls,
        answered: FieldRatings,
        left_out: str,
        units: Sequence[Unit],
        keys: Iterable[str],
    ) -> ReliabilityData:
        """Assemble the reliability data of a field; keys: those of all values as JSON texts."""
        measured = answered.measured
        ratings = answered.ratings
        distance = measured.scale.distance
        texts: dict[Value, str] = {}
        for text in keys:
            texts.setdefault(distance.read(json.loads(text)), text)
        table = Coincidences.of(ratings)
        coincidences = table.matrix()
        if isinstance(distance, Ordinal):
            ranks = table.ranks(coincidences.sum(axis=1)[None, :])[0]
            distances = (ranks[:, None] - ranks[None, :]) ** 2
        else:
            distances = distance.table(table.values)
        return cls(
            measured,
            left_out,
            units,
            [texts[value] for value in ratings.values],
            coincidences.tolist(),
            distances.tolist(),
        )

    def differing(self) -> list[Unit]:
        """The units in which coders gave different values, in descending order of the largest distance."""
        by_distance = []
        places = {text: place for place, text in enumerate(self.keys)}
        for unit in self.units:
            held = {places[text] for text in unit.keys.values()}
            if furthest := max(
                (self.distances[i][j] for i in held for j in held if i < j), default=0.0
            ):
                by_distance.append((furthest, unit))
        return [unit for _, unit in sorted(by_distance, key=lambda each: -each[0])]

    def codes(self, codebook: Codebook) -> dict[str, str]:
        """Key → the code of the values with that key; for fields with codes."""
        ranks = ranks_of(self.measured.question, codebook)
        by_rank = {rank: name for name, rank in ranks.items()}
        return {text: _code_of(json.loads(text), by_rank) for text in self.keys}

    def met(self, codebook: Codebook) -> list[ConfusedPair]:
        """The pairs of different values given to one unit, most frequent first; for fields with codes."""
        codes = self.codes(codebook)
        articles: dict[tuple[str, str], list[str]] = {}
        for unit in self.units:
            names = [codes[text] for text in unit.keys.values()]
            for one, other in combinations(sorted(names), 2):
                if one != other:
                    articles.setdefault((one, other), []).append(unit.article)
        by_frequency = sorted(
            articles.items(), key=lambda each: (-len(each[1]), each[0])
        )
        return [
            ConfusedPair(*pair, len(where), tuple(dict.fromkeys(where)))
            for pair, where in by_frequency
        ]

    def confusion(self, codebook: Codebook) -> Confusion:
        """The field's confusion matrix, in the codebook's order; for fields with codes."""
        codes = self.codes(codebook)
        counts = self.coincidences
        names = [codes[text] for text in self.keys]
        listed = codebook.values_of(self.measured.question)
        rank = {value.id: place for place, value in enumerate(listed)}
        paired = [i for i, row in enumerate(counts) if any(row)]
        order = sorted(paired, key=lambda i: (rank.get(names[i], len(rank)), names[i]))
        ordered = [[counts[i][j] for j in order] for i in order]
        return Confusion(
            tuple(names[i] for i in order), ordered, round(sum(map(sum, ordered)))
        )


def _code_of(value: Json, by_rank: Mapping[float, str]) -> str:
    """The code behind a key: a rank, a path or the code itself.

    Values without a code (booleans, numbers, ranges) are returned as JSON.
    """
    if isinstance(value, dict) and "blank" in value:
        return str(value["blank"])
    if isinstance(value, list):
        return str(value[-1])
    if isinstance(value, str):
        return value
    is_rank = (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and value in by_rank
    )
    return by_rank[value] if is_rank else json.dumps(value)
