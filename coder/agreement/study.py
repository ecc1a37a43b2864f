"""A study: all figures over the comparisons of many articles.

Deterministic: the same codings, codebook and plan give the same figures. Reporting
follows Krippendorff (2004): every figure with its n and interval, undefined figures
with their reason.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import NamedTuple, TypeAlias

from coder.agreement.alpha import Coincidences, category_agreement
from coder.agreement.bootstrap import Plan
from coder.agreement.coefficients import Coefficient, coefficient
from coder.agreement.comparison import (
    ALL_TERMS,
    Comparison,
    compare,
    pairing_of,
    term_of,
)
from coder.agreement.event_agreement import EventAgreement, EventPool, chance_event_f1
from coder.agreement.field_agreement import (
    FieldAgreement,
    FieldRatings,
    PairAgreement,
    StrictAgreement,
    strict_agreement,
)
from coder.agreement.link_agreement import LinkAgreement, LinkPool
from coder.agreement.planning import Need, need
from coder.agreement.reliability import Reliability, minimum, status
from coder.agreement.reliability_data import CellPool, ReliabilityData, Unit
from coder.agreement.result import Interval, Score
from coder.agreement.scales import (
    Measured,
    as_text,
    find_measured_fields,
    find_measured_parts,
)
from coder.agreement.span_agreement import SpanAgreement, SpanPool
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.grouping import grouped
from coder.messages.catalogue import Bilingual
from coder.model import Blank, Coding

ScoreCache: TypeAlias = Callable[[str, Sequence[int], Callable[[], Score]], Score]


class Overall(NamedTuple):
    """The smallest guarded lower bound of all fields, and the field it belongs to.

    undefined: the fields without a bound, with the reason. few: the fields with too few
    disagreements to tell, whose bounds do not count.
    """

    guarded_lower_bound: Score
    field: str
    status: Reliability
    undefined: tuple[tuple[str, str], ...]
    few: tuple[str, ...]


class Basis(NamedTuple):
    """The codings of a study, as stated by the caller that selected them.

    stage: "" for all but training. left_out: the number of excluded codings of the same
    coders, by reason. The others are of articles with two or more codings. stages: the
    number of codings by stage, "" for unassigned ones. revised: of these, those
    reopened and changed after submission, None if unknown. submitted: article → the day
    on which its last coding was submitted. wrong: of the excluded codings, those with
    wrong values: their ids, and what is wrong.
    """

    stage: str = ""
    codings: int = 0
    left_out: Mapping[str, int] = {}
    stages: Mapping[str, int] = {}
    revised: int | None = None
    submitted: Mapping[str, str] = {}
    wrong: Sequence[tuple[str, Bilingual]] = ()

    @property
    def wrong_documents(self) -> list[dict[str, str]]:
        """The codings with wrong values, and what is wrong, as JSON."""
        return [{"coding": id_, "problem": what.of("en")} for id_, what in self.wrong]


class Month(NamedTuple):
    """The figures of the articles whose last coding was submitted in a month, such as
    `2024-02`.
    """

    month: str
    articles: int
    f1: Score
    interval: Interval
    fields: Sequence[FieldAgreement]


class Study:
    """All figures over compared articles, by one codebook.

    An article's coders are those whose coding of it was compared, even if it is only
    one.
    """

    def __init__(
        self,
        comparisons: Sequence[Comparison],
        codebook: Codebook,
        plan: Plan | None = None,
        cached_score: ScoreCache = lambda name, numbers, work: work(),
        basis: Basis | None = None,
    ) -> None:
        """comparisons: in the order of the articles.

        Iterated once, later accessed by index.

        cached_score: returns the cached result of a computation on the articles of
        these numbers, or runs it.
        """
        self._remembered = cached_score
        self.comparisons = comparisons
        self._events = EventPool()
        self._spans = SpanPool()
        self._links = LinkPool()
        self._cells = defaultdict[str, CellPool](CellPool)
        terms = {
            f"event.{field.id}": term_of(field) or ALL_TERMS
            for field in codebook.event_fields
        }
        articles: list[str] = []
        codings = 0
        for number, compared in enumerate(comparisons):
            lacking = {term: compared.lacking(term) for term in compared.aligned}
            articles.append(compared.article)
            codings += len(compared.coders)
            self._events.add(compared)
            self._spans.add(compared)
            self._links.add(compared)
            for key, cells in compared.fields.items():
                lacks = lacking[terms[key]] if key in terms else ()
                self._cells[key].add(number, tuple(compared.coders), cells, lacks)
        self.codebook = codebook
        self.plan = plan or Plan()
        self.basis = basis or Basis(codings=codings)
        self.articles = tuple(articles)
        self.coders = tuple(sorted(self._events.coders))

    @classmethod
    def of(
        cls,
        codings: Iterable[Coding],
        codebook: Codebook,
        *,
        lengths: Mapping[str, int] | None = None,
        plan: Plan | None = None,
    ) -> Study:
        """Compare codings and build their study.

        lengths: of each article's text in code points, for u_alpha.

        Raises CoderError if a coder has two codings of an article, or its codings
        differ in the text.
        """
        ordered = sorted(codings, key=lambda c: (c.article, c.coder))
        by_article = grouped((coding.article, coding) for coding in ordered)
        known = lengths or {}
        compared = [
            compare(group, codebook, known.get(article))
            for article, group in by_article.items()
        ]
        return cls(compared, codebook, plan)

    # ------------------------------------------------------------ reports
    @cached_property
    def events(self) -> EventAgreement:
        """Agreement on the events themselves."""
        how = pairing_of(self.codebook)

        def crossed(numbers: Sequence[int]) -> Score:
            def work() -> Score:
                return chance_event_f1(
                    [self.comparisons[number].coded_article() for number in numbers],
                    how,
                )

            return self._remembered(f"chance {how}", numbers, work)

        return self._events.agreement(how, self.plan, crossed)

    @property
    def shared_articles(self) -> int:
        """The number of articles that at least two coders have coded."""
        return len(self._events.shared)

    def event_f1(self) -> tuple[Score, Interval]:
        """F1 of the events with its interval: the quick part of `events`."""
        return self._events.counts(pairing_of(self.codebook).threshold).figures(
            self.plan
        )

    @cached_property
    def fields(self) -> tuple[FieldAgreement, ...]:
        """Agreement on each field that has a distance, article fields first, in
        codebook order.

        Event fields are scored on clusters that were aligned without them.
        """
        return tuple(each.agreement(self.plan) for each in self._find_ratings())

    def rows(self, only: str = "") -> tuple[FieldAgreement, ...]:
        """Agreement on all fields, or only on one field or part."""
        if not only:
            return self.fields
        return (self._of(only).agreement(self.plan),)

    @cached_property
    def parts(self) -> tuple[FieldAgreement, ...]:
        """Agreement on each part of a field that has a distance of its own, in codebook
        order.
        """
        measured = find_measured_parts(self.codebook)
        return tuple(self._ratings(each).agreement(self.plan) for each in measured)

    @cached_property
    def strict(self) -> tuple[StrictAgreement, ...]:
        """Agreement on each event field, counting the absence of an event as a value."""
        rows = []
        for each in find_measured_fields(self.codebook):
            if each.level == "event":
                pool = self._pool(each)
                ratings = pool.ratings(each.scale, self.coders, strict=True)
                rows.append(strict_agreement(each.name, ratings, self.plan))
        return tuple(rows)

    @cached_property
    def not_measured(self) -> tuple[str, ...]:
        """The ids of the fields without a distance, but for links, which have an F1."""
        links = self.codebook.link_fields
        return tuple(
            field.id
            for field in self.codebook.fields
            if field.distance.kind == "none" and field not in links
        )

    @cached_property
    def spans(self) -> list[SpanAgreement]:
        """Agreement on spans: all kinds together, then each kind that anybody marked."""
        return self._spans.agreement(
            [kind.id for kind in self.codebook.span_kinds], self.plan
        )

    @cached_property
    def links(self) -> list[LinkAgreement]:
        """Agreement on the links between events, field by field."""
        fields = [field.id for field in self.codebook.link_fields]
        return self._links.agreement(fields, self.plan)

    @cached_property
    def overall(self) -> Overall:
        """The weakest field by the lower bound, and the fields that do not count."""
        judged = self._judged
        lowest = minimum(row.guarded_lower_bound.value for row in judged)
        weakest = None if lowest.value is None else self.weakest
        articles = 0 if weakest is None else weakest.articles
        undefined = []
        for row in self.fields:
            bound = row.guarded_lower_bound
            if bound.value is None:
                undefined.append((row.field, bound.reason))
        return Overall(
            lowest,
            "" if weakest is None else weakest.field,
            status(lowest.value, lowest.value, articles),
            tuple(undefined),
            tuple(row.field for row in self.fields if row not in judged),
        )

    @property
    def _judged(self) -> list[FieldAgreement]:
        """The fields but for those with too few disagreements to tell."""
        return [row for row in self.fields if row.status is not Reliability.FEW_TO_TELL]

    @property
    def weakest(self) -> FieldAgreement | None:
        """The field with the lowest bound, or if none has a bound, the lowest alpha.

        None without any.
        """
        bounds = []
        for row in self._judged:
            if row.guarded_lower_bound.value is not None:
                bounds.append((row.guarded_lower_bound.value, row))
        alphas = []
        for row in self.fields:
            if row.alpha.value is not None:
                alphas.append((row.alpha.value, row))
        figures = bounds or alphas
        if not figures:
            return None
        _, weakest = min(figures, key=lambda each: each[0])
        return weakest

    def pairs(self, field_id: str) -> list[PairAgreement]:
        """Agreement of every pair of coders on one field."""
        return self._of(field_id).by_pair(self.coders)

    def needs(self, width: float, only: str = "") -> tuple[Need, ...]:
        """Return how many articles each field needs for an interval of alpha of that
        width.

        only: the name of one field or part, "" for all fields.
        """
        rows = []
        for each in self._find_ratings(only):
            table = Coincidences.of(each.ratings)
            name = each.measured.name
            at_hand = (table.articles, table.articles / max(self.shared_articles, 1))
            rows.append(
                need(name, table.alphas, *at_hand, width, self.plan, table.worst)
            )
        return tuple(rows)

    def coefficients(self, name: str, only: str = "") -> tuple[Coefficient, ...]:
        """Another coefficient than alpha for every field, named as in `coefficient`.

        only: the name of one field or part, "" for all fields.
        """
        return tuple(
            coefficient(name, each, self.codebook, self.coders, self.plan)
            for each in self._find_ratings(only)
        )

    def instead(
        self, field_id: str, coder: str, other: str
    ) -> tuple[list[tuple[tuple[str, str], int]], tuple[str, ...]]:
        """Return one coder's values where another's differ: ((value, other), count) by
        frequency, and the articles.

        Pairs are counted only for enumerations and trees, whose values have names.
        """
        data = self.reliability_data(field_id, all_alike=False)
        codes = data.codes(self.codebook) if data.measured.has_codes else {}
        counts = Counter[tuple[str, str]]()
        articles: list[str] = []
        for unit in data.differing():
            if coder in unit.keys and other in unit.keys:
                articles.append(unit.article)
                if codes:
                    counts[codes[unit.keys[coder]], codes[unit.keys[other]]] += 1
        return counts.most_common(), tuple(dict.fromkeys(articles))

    def cases(self, field_id: str, two: tuple[str, str] | None = None) -> list[Unit]:
        """Return the units in which coders gave the two given values, or any different
        values if none are given.
        """
        data = self.reliability_data(field_id, all_alike=two is not None)
        if two is None:
            return data.differing()
        codes = data.codes(self.codebook)
        wanted = sorted(two)
        units = []
        for unit in data.units:
            names = [codes[text] for text in unit.keys.values()]
            if any(sorted(pair) == wanted for pair in combinations(names, 2)):
                units.append(unit)
        return units

    def categories(self, field_id: str) -> dict[str, Score]:
        """Specific agreement on each value of a field on a nominal scale, in the
        codebook's order.
        """
        answered = self._of(field_id)
        values = self.codebook.values_of(answered.measured.question)
        return {
            value.id: category_agreement(answered.ratings, value.id) for value in values
        }

    def by_month(self, fields: Sequence[str]) -> list[Month]:
        """Group the articles of two coders or more by the month of their last
        submission.

        Articles whose day of submission is unknown are left out. fields: those whose
        alpha is reported beside the F1 of events.
        """
        numbers_by_month: dict[str, list[int]] = {}
        for number in self._events.shared:
            day = self.basis.submitted.get(self.articles[number])
            if day is not None:
                numbers_by_month.setdefault(day[:7], []).append(number)
        months = []
        for month, numbers in sorted(numbers_by_month.items()):
            compared = [self.comparisons[number] for number in numbers]
            part = Study(compared, self.codebook, self.plan)
            f1, interval = part.event_f1()
            rows = [part._of(field).agreement(self.plan) for field in fields]
            months.append(Month(month, len(numbers), f1, interval, rows))
        return months

    def reliability_data(
        self, field_id: str, *, all_alike: bool = True
    ) -> ReliabilityData:
        """Return the units behind the field's alpha, with the distances and
        coincidences of their values.

        all_alike: whether to include the units whose values are all the same, which are
        most.
        """
        answered = self._of(field_id)
        measured = answered.measured
        pool = self._pool(measured)
        keys: dict[str, str] = {}
        given: dict[str, str] = {}
        for text in pool.values:
            value = json.loads(text)
            given[text] = as_text(measured.scale.given_of(value))
            key = measured.scale.key_of(value)
            if key is not None:
                keys[text] = as_text(key)
        is_event = measured.level == "event"
        units = []
        for number, place, texts in pool.units(all_alike=all_alike):
            cluster = f"c{place + 1}" if is_event else ""
            values = {who: given[text] for who, text in texts.items()}
            compared = {who: keys[text] for who, text in texts.items() if text in keys}
            units.append(Unit(self.articles[number], cluster, values, compared))
        left_out = (term_of(measured.field) or "") if is_event else ""
        return ReliabilityData.of(answered, left_out, units, keys.values())

    def members(self, field_id: str, unit: Unit) -> Mapping[str, str]:
        """Return each coder's event in a unit of that field.

        Empty if the unit is an article.
        """
        measured = self._find_measured(field_id)
        if measured.level == "article":
            return {}
        comparison = self.comparisons[self.articles.index(unit.article)]
        clusters = comparison.aligned[term_of(measured.field) or ALL_TERMS]
        return dict(clusters[int(unit.cluster[1:]) - 1])

    def _find_measured(self, name: str) -> Measured:
        """Return the field or part of that name, an article field before an event
        field.
        """
        field_id, _, part_id = name.partition(".")
        every = find_measured_fields(self.codebook)
        if part_id:
            every = find_measured_parts(self.codebook, field_id)
        for each in every:
            if each.name == name:
                return each
        raise CoderError("agreement.not_measured", field=name, where=name)

    def _of(self, name: str) -> FieldRatings:
        return self._ratings(self._find_measured(name))

    def _find_ratings(self, only: str = "") -> Iterator[FieldRatings]:
        """Return the ratings of all fields, or only of one field or part."""
        if only:
            yield self._of(only)
            return
        for each in find_measured_fields(self.codebook):
            yield self._ratings(each)

    def _ratings(self, measured: Measured) -> FieldRatings:
        pool = self._pool(measured)
        ratings = pool.ratings(measured.scale, self.coders)
        given = pool.given(measured.scale, self.coders)
        compared = int((ratings.codes >= 0).sum())
        left_out = pool.held - compared
        if not ratings.distance.bounded:
            left_out -= pool.blanks[Blank.NOT_STATED.value]
        return FieldRatings(measured, ratings, given, pool.blanks, left_out)

    def _pool(self, measured: Measured) -> CellPool:
        return self._cells[f"{measured.level}.{measured.field.id}"]
