"""Agreement on one field: answers of coders to units, made into ratings, alpha, intervals and tables."""

from __future__ import annotations

import json
from array import array
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from coder.agreement.alpha import Coincidences, Ratings, alpha, percent
from coder.agreement.bootstrap import Plan, Reliability, interval_of, intervals, preferred, status
from coder.agreement.comparison import Cells, Level
from coder.agreement.distance import NOT_STATED, Floats, Value
from coder.agreement.result import Interval, Score
from coder.agreement.scales import Scale, ranks_of
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Blank

NOT_STATED_LEFT_OUT = "not stated leaves the comparison: it has no distance to a rank"


class FieldAgreement(NamedTuple):
    """How far coders agree on one field.

    units: articles, or clusters of aligned events. pairable: units with at least two values. blanks: how
    many of the answers at hand hold each blank. interval: the preferred one for alpha; percentile:
    always the percentile one. note: what the reader must know about the figures.
    """

    field: str
    level: Level
    distance: str
    units: int
    pairable: int
    articles: int
    blanks: Mapping[str, int]
    percent: Score
    percent_interval: Interval
    alpha: Score
    interval: Interval
    percentile: Interval
    status: Reliability
    note: str = ""


class PairAgreement(NamedTuple):
    """How far two coders agree on one field; pairable counts the units with a value of both."""

    coders: tuple[str, str]
    pairable: int
    percent: Score
    alpha: Score


class Confusion(NamedTuple):
    """Which values coders gave to the same unit: coincidences, symmetric, summing to n.

    counts: shape (value, value), in the order of values; the diagonal is agreement.
    """

    field: str
    values: tuple[str, ...]
    counts: Floats
    n: int


class CellPool:
    """The cells of one field, article by article, as they were compared."""

    def __init__(self) -> None:
        self.blanks: dict[str, int] = {blank.value: 0 for blank in Blank}
        self._places: dict[str, int] = {}
        """The distinct values as JSON texts, and where their reading will be."""
        self._local: list[int] = []
        """The place of each article's own values, one article after the other."""
        self._codes: dict[tuple[str, ...], array[int]] = {}
        """By coders of the article: their codes, moved to where the article's values begin in `_local`."""
        self._sizes: dict[tuple[str, ...], list[tuple[int, int]]] = {}
        """By coders: the number of each article and of its codes."""

    def add(self, article: int, coders: tuple[str, ...], cells: Cells) -> None:
        """Add an article's cells; article: its number, higher than those before."""
        start = len(self._local)
        self._local += [self._places.setdefault(value, len(self._places)) for value in cells.values]
        codes = self._codes.setdefault(coders, array("q"))
        codes.extend([-1 if code < 0 else code + start for code in cells.codes])
        self._sizes.setdefault(coders, []).append((article, len(cells.codes)))
        for blank, count in cells.blanks.items():
            self.blanks[blank] += count

    def ratings(self, scale: Scale, coders: Sequence[str]) -> Ratings:
        """All cells on a scale, units by coders, in the order of the articles."""
        values: dict[Value, int] = {}
        read = [
            values.setdefault(scale.distance.read(json.loads(text)), len(values)) for text in self._places
        ]
        code = np.array([*(read[place] for place in self._local), -1], dtype=np.int64)
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
        return Ratings(scale.distance, tuple(values), np.concatenate(tables)[order], found[order])


class Answered(NamedTuple):
    """A field's answers as ratings; blanks counts those of each state among the answers at hand."""

    field: Field
    level: Level
    ratings: Ratings
    blanks: Mapping[str, int]

    @classmethod
    def of(cls, field: Field, level: Level, scale: Scale, cells: CellPool, coders: Sequence[str]) -> Answered:
        """Read the pooled cells on the field's scale; coders: the names of the columns."""
        return cls(field, level, cells.ratings(scale, coders), cells.blanks)

    def agreement(self, plan: Plan) -> FieldAgreement:
        """Every figure of the field, with its interval."""
        table = Coincidences.of(self.ratings)
        score, share = alpha(self.ratings, table), percent(self.ratings)
        found = intervals(table.alphas, table.articles, plan, score.reason)
        best = found[preferred(table.articles)]
        left_out = not self.ratings.distance.bounded and self.blanks[Blank.NOT_STATED] > 0
        return FieldAgreement(
            field=self.field.id,
            level=self.level,
            distance=self.ratings.distance.name,
            units=len(self.ratings.codes),
            pairable=self.ratings.pairable,
            articles=table.articles,
            blanks=self.blanks,
            percent=share,
            percent_interval=interval_of(share, table.percents, table.articles, plan),
            alpha=score,
            interval=best,
            percentile=found["percentile"],
            status=status(score.value, best.lower, table.articles),
            note=NOT_STATED_LEFT_OUT if left_out else "",
        )

    def by_pair(self, coders: Sequence[str]) -> list[PairAgreement]:
        """Percent and alpha of every two coders; coders: their names, in the order of the ratings."""
        found = []
        for (i, a), (j, b) in combinations(enumerate(coders), 2):
            two = self.ratings._replace(codes=self.ratings.codes[:, [i, j]])
            found.append(PairAgreement((a, b), two.pairable, percent(two), alpha(two)))
        return found

    def confusion(self, codebook: Codebook) -> Confusion:
        """The coincidences of the field's single values, in the codebook's order."""
        scale = self.ratings.distance.name
        if self.field.is_list or scale not in ("nominal", "ordinal", "hierarchy"):
            raise CoderError("agreement.no_table", field=self.field.id)
        by_rank: dict[Value, str] = {rank: name for name, rank in ranks_of(self.field, codebook).items()}

        def name(value: Value) -> str:
            """The code that a canonical value stands for."""
            if value is NOT_STATED:
                return Blank.NOT_STATED.value
            if scale == "ordinal":
                return by_rank[value]
            return str(value[-1] if isinstance(value, tuple) else value)

        table = Coincidences.of(self.ratings)
        names, counts = [name(value) for value in table.values], table.matrix()
        rank = {value.id: place for place, value in enumerate(codebook.values_of(self.field))}
        paired = [i for i in range(len(names)) if counts[i].any()]
        order = sorted(paired, key=lambda i: (rank.get(names[i], len(rank)), names[i]))
        return Confusion(self.field.id, tuple(names[i] for i in order), counts[order][:, order], table.n)
