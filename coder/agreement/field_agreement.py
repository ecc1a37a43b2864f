"""Agreement on one field: answers of coders to units, made into ratings, alpha, intervals and tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from coder.agreement.alpha import Coincidences, alpha, percent
from coder.agreement.bootstrap import Plan, interval_of, intervals, preferred
from coder.agreement.distance import NOT_STATED, Distance, Value
from coder.agreement.figures import Confusion, FieldAgreement, Level, PairAgreement, status
from coder.agreement.ratings import Ratings
from coder.agreement.scales import Scale, ranks_of
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Json

NOT_STATED_LEFT_OUT = "not stated leaves the comparison: it has no distance to a rank"


class FieldUnit(NamedTuple):
    """A unit of analysis: an article, or a cluster of events in it, with the answer of each coder."""

    article: str
    answers: Mapping[str, Answer]


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
        rows: list[list[Json]] = [[] for _ in coders]
        blanks = Counter({blank.value: 0 for blank in Blank})
        for unit in units:
            numbers.setdefault(unit.article, len(numbers))
            for row, coder in zip(rows, coders, strict=True):
                answer = unit.answers.get(coder)
                if answer is not None and not answer.coded:
                    blanks[answer.state] += 1
                row.append(_cell(answer, scale, f"{unit.article}/{coder}, {field.id}"))
        articles = [numbers[unit.article] for unit in units]
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
            two = self.ratings.of_coders((i, j))
            found.append(PairAgreement((a, b), two.pairable, percent(two), alpha(two)))
        return found

    def confusion(self, codebook: Codebook) -> Confusion:
        """The coincidences of the field's single values, in the codebook's order."""
        if self.field.is_list or self.ratings.distance.name not in ("nominal", "ordinal", "hierarchy"):
            raise CoderError("agreement.no_table", field=self.field.id)
        listed = [value.id for value in codebook.values_of(self.field)]
        table = Coincidences.of(self.ratings)
        names = [_name(value, self.field, codebook, self.ratings.distance) for value in table.values]
        rank = {name: place for place, name in enumerate(listed)}
        counts = table.matrix()
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


def _name(value: Value, field: Field, codebook: Codebook, distance: Distance) -> str:
    """The code that a canonical value stands for."""
    if value is NOT_STATED:
        return Blank.NOT_STATED.value
    if distance.name == "hierarchy" and isinstance(value, tuple):
        return str(value[-1])
    if distance.name == "ordinal":
        names: dict[Value, str] = {rank: name for name, rank in ranks_of(field, codebook).items()}
        return names[value]
    return str(value[1] if isinstance(value, tuple) else value)
