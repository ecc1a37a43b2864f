"""Agreement on one field: answers of coders to units, made into ratings, alpha, intervals and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Literal, NamedTuple, TypeAlias

from coder.agreement.alpha import Coincidences, Ratings, alpha, percent
from coder.agreement.bootstrap import Plan, Reliability, interval_of, intervals, preferred, status
from coder.agreement.distance import NOT_STATED, Floats, Value
from coder.agreement.result import Interval, Score
from coder.agreement.scales import Scale, ranks_of
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Json

Level: TypeAlias = Literal["article", "event"]
FieldUnit: TypeAlias = tuple[str, Mapping[str, Answer]]
"""The article of a unit, which is that article or a cluster of events in it, and the answer of each coder."""
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


class Answered(NamedTuple):
    """A field's answers as ratings; blanks counts those of each state among the answers at hand."""

    field: Field
    level: Level
    ratings: Ratings
    blanks: Mapping[str, int]

    @classmethod
    def of(
        cls, field: Field, level: Level, scale: Scale, units: Sequence[FieldUnit], coders: Sequence[str]
    ) -> Answered:
        """Read the answers on the field's scale; raises CoderError that names a value that does not fit."""
        numbers: dict[str, int] = {}
        articles = [numbers.setdefault(article, len(numbers)) for article, _ in units]
        rows: list[list[Json]] = [[] for _ in coders]
        blanks = Counter({blank.value: 0 for blank in Blank})
        for article, answers in units:
            for row, coder in zip(rows, coders, strict=True):
                answer = answers.get(coder)
                if answer is not None and not answer.coded:
                    blanks[answer.state] += 1
                row.append(_cell(answer, scale, f"{article}/{coder}, {field.id}"))
        return cls(field, level, Ratings.of(rows, scale.distance, articles), dict(blanks))

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


def _cell(answer: Answer | None, scale: Scale, where: str) -> Json:
    """What an answer puts into the matrix; raises CoderError where its value does not fit."""
    if answer is None or not answer.coded:
        stated = answer is None or answer.blank is not Blank.NOT_STATED or not scale.distance.bounded
        return None if stated else {"blank": Blank.NOT_STATED.value}
    try:
        cell = scale.comparable(answer.value)
        scale.distance.value(cell)
    except CoderError as error:
        error.where = where
        raise
    return cell
