"""Reliability data: the values that coders gave to the units of one field.

`Cells` holds the values of one article, `CellPool` those of many articles, from which
ratings are read. `ReliabilityData` adds the distinct keys of the values, with their
coincidences and distances, so that other programs can recompute alpha.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations, islice
from operator import itemgetter
from typing import NamedTuple

import numpy as np

from coder.agreement.alpha import Coincidences, Ratings
from coder.agreement.distance import NO_EVENT, Distance, Nominal, Ordinal, Value
from coder.agreement.field_agreement import FieldRatings
from coder.agreement.scales import Measured, Scale, as_text, in_one_form, ranks_of
from coder.codebook.schema import Codebook
from coder.model import Blank, Json


class Cells(NamedTuple):
    """The cells of one field in one article.

    values: distinct values as the coders gave them, as JSON texts in order of first
    use; the blank `not stated` is one of them. codes: unit by unit, the index in
    `values` of each coder's value, or -1 for none. blanks: the number of answers of
    each blank.
    """

    values: Sequence[str]
    codes: Sequence[int]
    blanks: Mapping[str, int]


class CellPool:
    """The cells of one field over many articles."""

    def __init__(self) -> None:
        self.blanks: dict[str, int] = {blank.value: 0 for blank in Blank}
        self._places: dict[str, int] = {}
        """Distinct values as JSON texts, and the index of each."""
        self._local: list[int] = []
        """The indices in `_places` of each article's values, concatenated."""
        self._codes: dict[tuple[str, ...], array[int]] = {}
        """Codes by the coders of the article, offset by where the article's values
        begin in `_local`.

        -1 where there is no value, -2 where the coder does not have the event.
        """
        self._sizes: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        """The number of each article, and how many codes it has, by its coders."""

    def add(
        self,
        article: int,
        coders: tuple[str, ...],
        cells: Cells,
        lacking: Sequence[bool] = (),
    ) -> None:
        """Add an article's cells.

        article: its number, which must be higher than all before.

        lacking: for each cell, whether the coder lacks the event; empty if no coder
        lacks one.
        """
        start = len(self._local)
        for value in cells.values:
            self._local.append(self._places.setdefault(value, len(self._places)))
        codes = self._codes.setdefault(coders, array("q"))
        is_lacking = lacking or [False] * len(cells.codes)
        for code, lacks in zip(cells.codes, is_lacking, strict=True):
            if code >= 0:
                codes.append(code + start)
            else:
                codes.append(-2 if lacks else -1)
        self._sizes.setdefault(coders, []).append((article, len(cells.codes)))
        for blank, count in cells.blanks.items():
            self.blanks[blank] += count

    @property
    def values(self) -> Sequence[str]:
        """The distinct values as JSON texts."""
        return [*self._places]

    @property
    def held(self) -> int:
        """The number of cells with a value."""
        counts = (sum(code >= 0 for code in codes) for codes in self._codes.values())
        return sum(counts)

    def units(self, *, all_alike: bool = True) -> list[tuple[int, int, dict[str, str]]]:
        """Return all units as (article number, index within the article, JSON text by
        coder), sorted by article.

        all_alike: whether to include the units whose values are all the same text,
        which are most.
        """
        values = self.values
        units = []
        for names, codes in self._codes.items():
            rows = zip(*[iter(codes)] * len(names), strict=True)
            for article, size in self._sizes[names]:
                for index, row in enumerate(islice(rows, size // len(names))):
                    if not all_alike and len({code for code in row if code >= 0}) < 2:
                        continue
                    cells = {
                        who: values[self._local[c]]
                        for who, c in zip(names, row, strict=True)
                        if c >= 0
                    }
                    units.append((article, index, cells))
        return sorted(units, key=itemgetter(0))

    def ratings(
        self, scale: Scale, coders: Sequence[str], *, strict: bool = False
    ) -> Ratings:
        """Return all cells read on a scale, units by coders, in the order of the
        articles.

        strict: a coder who lacks an event has the value NO_EVENT there, instead of
        none.
        """

        def read(text: str) -> Value | None:
            key = scale.key_of(json.loads(text))
            return None if key is None else scale.distance.read(key)

        return self._ratings(scale.distance, read, coders, strict=strict)

    def given(self, scale: Scale, coders: Sequence[str]) -> Ratings:
        """Return the cells as the coders gave them, on a nominal scale.

        Those that leave the comparison by `scale` have no value here either.
        """

        def read(text: str) -> Value | None:
            value = json.loads(text)
            if scale.key_of(value) is None:
                return None
            return as_text(in_one_form(scale.given_of(value)))

        return self._ratings(Nominal(), read, coders)

    def _ratings(
        self,
        distance: Distance,
        read: Callable[[str], Value | None],
        coders: Sequence[str],
        *,
        strict: bool = False,
    ) -> Ratings:
        values: dict[Value, int] = {}
        codes_of_texts: list[int] = []
        for text in self._places:
            code_of_text = -1
            if (value := read(text)) is not None:
                code_of_text = values.setdefault(value, len(values))
            codes_of_texts.append(code_of_text)
        no_event = values.setdefault(NO_EVENT, len(values)) if strict else -1
        code = np.array(
            [*(codes_of_texts[place] for place in self._local), no_event, -1],
            dtype=np.int64,
        )
        column = {coder: place for place, coder in enumerate(coders)}
        tables = [np.empty((0, len(coders)), np.int64)]
        articles = [np.empty(0, np.int64)]
        for group, codes in self._codes.items():
            numbers, sizes = np.array(self._sizes[group]).T
            table = np.full((len(codes) // len(group), len(coders)), -1)
            found = code[np.array(codes).reshape(-1, len(group))]
            # Who lacks an event agrees in nothing that nobody answered.
            found[((found < 0) | (found == no_event)).all(axis=1)] = -1
            table[:, [column[coder] for coder in group]] = found
            tables.append(table)
            articles.append(np.repeat(numbers, sizes // len(group)))
        article = np.concatenate(articles)
        order = np.argsort(article, kind="stable")
        return Ratings(
            distance, tuple(values), np.concatenate(tables)[order], article[order]
        )


# ------------------------------------------------------------ one field's units, keys and coincidences
class Unit(NamedTuple):
    """One unit of a field: an article, or a cluster of aligned events.

    cluster: its name within the article, "" for the article itself. values: by coder
    the value as given, as a JSON text. keys: by coder the key of the value, as a JSON
    text; coders whose value is not compared are absent.
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
    """The units of one field, the distinct keys of its values, and their coincidences
    and distances.

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
        """Assemble the reliability data of a field.

        keys: those of all values as JSON texts.
        """
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
        """Return the units in which coders gave different values, in descending order
        of the largest distance.
        """
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
        """Return the pairs of different values given to one unit, most frequent first.

        For fields with codes.
        """
        codes = self.codes(codebook)
        articles: dict[tuple[str, str], list[str]] = {}
        for unit in self.units:
            names = [codes[text] for text in unit.keys.values()]
            for one, other in combinations(sorted(names), 2):
                if one != other:
                    articles.setdefault((one, other), []).append(unit.article)
        pairs = []
        for (one, other), where in articles.items():
            pairs.append(
                ConfusedPair(one, other, len(where), tuple(dict.fromkeys(where)))
            )
        pairs.sort(key=lambda pair: (-pair.times, pair.value, pair.other))
        return pairs

    def confusion(self, codebook: Codebook) -> Confusion:
        """Return the field's confusion matrix, in the codebook's order.

        For fields with codes.
        """
        codes = self.codes(codebook)
        counts = self.coincidences
        names = [codes[text] for text in self.keys]
        known = codebook.values_of(self.measured.question)
        rank = {value.id: place for place, value in enumerate(known)}
        paired = [i for i, row in enumerate(counts) if any(row)]
        order = sorted(paired, key=lambda i: (rank.get(names[i], len(rank)), names[i]))
        ordered = [[counts[i][j] for j in order] for i in order]
        total = round(sum(map(sum, ordered)))
        return Confusion(tuple(names[i] for i in order), ordered, total)


def _code_of(value: Json, by_rank: Mapping[float, str]) -> str:
    """Return the code behind a key: a rank, a path or the code itself.

    Values without a code (booleans, numbers, ranges) are returned as JSON.
    """
    if isinstance(value, dict) and "blank" in value:
        return str(value["blank"])
    if isinstance(value, list):
        return str(value[-1])
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and value in by_rank:
        return by_rank[value]
    return json.dumps(value)
