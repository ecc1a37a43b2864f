"""The comparison of one article's codings: everything that the figures of a study are pooled from.

Each article is compared on its own, so comparisons can run in parallel, be cached as JSON, and be pooled
again without the codings. Coders are referred to by their indices in `coders`, which is sorted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

from msgspec.json import Decoder

from coder.agreement import unitizing
from coder.agreement.align import (
    CodedArticle,
    EventView,
    Likeness,
    Member,
    Pairing,
    Term,
    clusters,
    split_parts,
)
from coder.agreement.cells import Cells, Level
from coder.agreement.field_agreement import Scale, scale_of
from coder.agreement.spans import Mark, Mode, joined, span_hits
from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Cluster, Coding, Event, Json, items_of
from coder.values.dates import days_of, in_order

RANGE = (0.3, 0.5)
"""Additional thresholds for the alignment, to show how much depends on the threshold."""
ALL_KINDS = ALL_TERMS = ""
_MODES: tuple[Mode, Mode] = ("exact", "relaxed")
Counted: TypeAlias = tuple[int, str, str, int, int]
"""The number of an article, coder, other coder, hits, and how much both marked in total."""


class Hits(NamedTuple):
    """Of two coders, by their indices: the hits, and how much both marked in total."""

    one: int
    other: int
    hits: int
    marked: int


class Marked(NamedTuple):
    """The spans of one kind: exact and relaxed hits, their number, and their part in unitizing alpha.

    lengths: the length table of gaps and marked stretches, row by row, then its correction; empty if the
    article's length is unknown.
    """

    exact: Sequence[Hits]
    relaxed: Sequence[Hits]
    n: int
    lengths: Sequence[float]


class Comparison(NamedTuple):
    """The comparison of one article's codings.

    events: by coder. aligned: clusters of (coder, event) in the order of their first evidence, by the term
    excluded from the alignment or ALL_TERMS. matches: hits by threshold. splits: (coder, event, other coder)
    from `split_parts`. fields: by level and id; the units of an event field are the clusters aligned without
    its term. spans: by kind and for ALL_KINDS.
    """

    article: str
    coders: Sequence[str]
    events: Sequence[Sequence[EventView]]
    aligned: Mapping[str, Sequence[Sequence[tuple[str, str]]]]
    matches: Mapping[str, Sequence[Hits]]
    splits: Sequence[tuple[str, str, str]]
    fields: Mapping[str, Cells]
    spans: Mapping[str, Marked]

    def to_json(self) -> str:
        """Serialise to one line of JSON."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Comparison:
        """Deserialise what `to_json` returned."""
        return _DECODER.decode(text)

    def under(self, names: Mapping[str, str]) -> Comparison:
        """The comparison with its coders renamed."""
        if not names:
            return self

        def renamed(who: str) -> str:
            return names.get(who, who)

        return self._replace(
            coders=[*map(renamed, self.coders)],
            aligned={
                term: [
                    [(renamed(who), event) for who, event in members]
                    for members in clusters
                ]
                for term, clusters in self.aligned.items()
            },
            splits=[
                (renamed(one), event, renamed(other))
                for one, event, other in self.splits
            ],
        )

    def coded_article(self) -> CodedArticle:
        """The events of each coder."""
        return dict(zip(self.coders, self.events, strict=True))

    def counted(self, number: int, hits: Iterable[Hits]) -> list[Counted]:
        """Hits of this article, given its number, with the coders' names."""
        return [
            (number, self.coders[i], self.coders[j], both, marked)
            for i, j, both, marked in hits
        ]

    def lacking(self, term: str) -> list[bool]:
        """For each cell of an event field aligned without that term, whether the coder lacks the event."""
        coders_with = (
            {coder for coder, _ in members} for members in self.aligned[term]
        )
        return [coder not in having for having in coders_with for coder in self.coders]


_DECODER = Decoder(Comparison)


def compare(
    codings: Iterable[Coding], codebook: Codebook, length: int | None
) -> Comparison:
    """Compare the codings of one article by different coders; length: of its text in code points.

    Raises CoderError if a coder has two codings, texts differ, or a value does not fit its field's scale.
    """
    coded: dict[str, _Coded] = {}
    ordered = sorted(codings, key=lambda coding: coding.coder)
    for coding in ordered:
        if coding.coder in coded:
            raise CoderError(
                "agreement.two_codings", coder=coding.coder, where=coding.id
            )
        if coding.text_sha256 != ordered[0].text_sha256:
            raise CoderError("agreement.other_text", where=coding.id)
        coded[coding.coder] = _Coded.of(coding, codebook)
    how = pairing_of(codebook)
    article = {coder: each.views for coder, each in coded.items()}
    likeness = Likeness(article, how.cap_days)
    matches: dict[str, list[Hits]] = {}
    splits: list[tuple[str, str, str]] = []
    for threshold in sorted({*RANGE, how.threshold}):
        hits = matches[str(threshold)] = []
        for (i, (a, first)), (j, (b, second)) in combinations(
            enumerate(article.items()), 2
        ):
            matched = likeness.alignment(a, b, how._replace(threshold=threshold))
            hits.append(Hits(i, j, len(matched), len(first) + len(second)))
            if threshold == how.threshold:
                of_first, of_second = split_parts(first, second, matched)
                splits += [(a, event.id, b) for event in of_first]
                splits += [(b, event.id, a) for event in of_second]
    terms = dict.fromkeys([None, *map(term_of, codebook.event_fields)])
    by_term = {
        term or ALL_TERMS: _in_reading_order(
            article, likeness.clusters(how._replace(exclude=term))
        )
        for term in terms
    }
    return Comparison(
        ordered[0].article,
        list(coded),
        list(article.values()),
        by_term,
        matches,
        splits,
        _fields(coded, by_term, codebook),
        _spans([each.marks for each in coded.values()], length),
    )


def aligned(codings: Sequence[Coding], codebook: Codebook) -> list[Cluster]:
    """Align the events of one article, exactly as for the agreement figures: as clusters c1, c2 …"""
    article = {
        coding.coder: _views(coding, effective_events(coding, codebook), codebook)
        for coding in codings
    }
    ordered = _in_reading_order(article, clusters(article, pairing_of(codebook)))
    return [
        Cluster(f"c{n}", codings[0].article, tuple(each))
        for n, each in enumerate(ordered, start=1)
    ]


def pairing_of(codebook: Codebook) -> Pairing:
    """The codebook's pairing rules; by default events need evidence if any event field takes evidence."""
    defaults = codebook.agreement.defaults
    takes_evidence = any(field.evidence != "none" for field in codebook.event_fields)
    rule = defaults.events_without_evidence or (
        "apart" if takes_evidence else "by_values"
    )
    return Pairing(
        defaults.alignment_threshold,
        None,
        defaults.event_date_cap_days,
        rule == "apart",
    )


class _Coded(NamedTuple):
    """The effective part of a coding; views: its events for the matcher; marks: spans not rejected."""

    coding: Coding
    answers: Mapping[str, Answer]
    events: Mapping[str, Event]
    views: Sequence[EventView]
    marks: Sequence[Mark]

    @classmethod
    def of(cls, coding: Coding, codebook: Codebook) -> _Coded:
        """Apply the codebook's conditions to a coding."""
        events = effective_events(coding, codebook)
        return cls(
            coding,
            effective_answers(coding, codebook),
            {event.id: event for event in events},
            _views(coding, events, codebook),
            [Mark.of([(span.start, span.end)], span.kind) for span in coding.standing],
        )


def term_of(field: Field) -> Term | None:
    """The similarity term that a field contributes to, by its type; None if pairing gives it no weight."""
    terms: dict[str, Term] = {"date": "date", "place": "place", "actor": "actors"}
    return terms.get(field.type) if field.weight else None


def _views(
    coding: Coding, events: Iterable[Event], codebook: Codebook
) -> list[EventView]:
    places = {span.id: (span.start, span.end) for span in coding.standing}
    return [_view(event, coding.id, places, codebook) for event in events]


def _view(
    event: Event, coding: str, places: Mapping[str, tuple[int, int]], codebook: Codebook
) -> EventView:
    """View an event: evidence of all fields; first date and place, and all actors, that pairing weighs."""
    cited = {
        span
        for answer in event.fields.values()
        if answer.coded or answer.blank is Blank.NOT_STATED
        for span in answer.evidence
    }
    values: dict[Term, list[Json]] = {"date": [], "place": [], "actors": []}
    for field in codebook.event_fields:
        term, answer = term_of(field), event.answer(field.id)
        if term is not None and answer.coded and answer.value:
            values[term] += items_of(answer.value)
    try:
        date = days_of(in_order(values["date"][0])) if values["date"] else None
    except CoderError as error:
        error.where = f"{coding}/{event.id}"
        raise
    return EventView(
        event.id,
        joined(places[span] for span in cited if span in places),
        date,
        identity(values["place"][0]) if values["place"] else None,
        sorted({identity(actor) for actor in values["actors"]}),
    )


def _in_reading_order(
    article: CodedArticle, groups: Iterable[Iterable[Member]]
) -> list[list[tuple[str, str]]]:
    """Clusters of (coder, event), in the order of their first evidence."""
    starts = {
        (coder, view.id): view.evidence[0][0] if view.evidence else float("inf")
        for coder, views in article.items()
        for view in views
    }
    members = [
        sorted((member.coder, member.event) for member in each) for each in groups
    ]
    return sorted(
        members, key=lambda each: (min(starts[member] for member in each), each)
    )


def measured_fields(codebook: Codebook) -> Iterator[tuple[Level, Field, Scale]]:
    """Yield all fields that have a distance, with their scales, article fields first."""
    levels: tuple[tuple[Level, Sequence[Field]], ...]
    levels = (("article", codebook.article_fields), ("event", codebook.event_fields))
    for level, fields in levels:
        yield from (
            (level, f, scale) for f in fields if (scale := scale_of(f, codebook))
        )


def _fields(
    coded: Mapping[str, _Coded],
    aligned: Mapping[str, Sequence[Sequence[tuple[str, str]]]],
    codebook: Codebook,
) -> dict[str, Cells]:
    """The cells of each field; event fields use the alignment that excludes their term."""
    cells = {}
    for level, field, scale in measured_fields(codebook):
        if level == "article":
            units = [{who: each.answers[field.id] for who, each in coded.items()}]
        else:
            units = [
                {
                    who: coded[who].events[event].answer(field.id)
                    for who, event in members
                }
                for members in aligned[term_of(field) or ALL_TERMS]
            ]
        values: dict[str, int] = {}
        codes: list[int] = []
        blanks: Counter[str] = Counter()
        for unit in units:
            for who, each in coded.items():
                answer = unit.get(who)
                if answer is not None and not answer.coded:
                    blanks[answer.state] += 1
                cell = _cell(answer, scale, f"{each.coding.id}, {field.id}")
                codes.append(
                    -1
                    if cell is None
                    else values.setdefault(_to_json(cell), len(values))
                )
        cells[f"{level}.{field.id}"] = Cells(list(values), codes, blanks)
    return cells


_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def _cell(answer: Answer | None, scale: Scale, where: str) -> Json:
    """The matrix cell of an answer; raises CoderError if its value does not fit the scale."""
    if answer is None or not answer.coded:
        is_value = (
            answer is not None
            and answer.blank is Blank.NOT_STATED
            and scale.distance.bounded
        )
        return {"blank": Blank.NOT_STATED.value} if is_value else None
    try:
        cell = scale.comparable(answer.value)
        scale.distance.value(cell)
    except CoderError as error:
        error.where = where
        raise
    return cell


def _spans(marks: Sequence[Sequence[Mark]], length: int | None) -> dict[str, Marked]:
    """The marks of all kinds together, and of each kind that anybody marked."""
    marked = {ALL_KINDS: Marked([], [], sum(map(len, marks)), _lengths(marks, length))}
    for kind in sorted({mark.label for each in marks for mark in each}):
        of_kind = [[mark for mark in each if mark.label == kind] for each in marks]
        hits: list[list[Hits]] = []
        for mode in _MODES:
            counted = [
                (i, j, span_hits(a, b, mode))
                for (i, a), (j, b) in combinations(enumerate(of_kind), 2)
            ]
            hits.append(
                [
                    Hits(i, j, both, first + second)
                    for i, j, (both, first, second) in counted
                ]
            )
        marked[kind] = Marked(
            hits[0], hits[1], sum(map(len, of_kind)), _lengths(of_kind, length)
        )
    return marked


def _lengths(marks: Sequence[Sequence[Mark]], length: int | None) -> list[float]:
    """The flattened length table of merged marks, as one value, against gaps; [] if it is undefined."""
    if length is None or len(marks) < 2:
        return []
    merged = (joined(f for mark in each for f in mark.fragments) for each in marks)
    units = tuple(
        tuple(unitizing.Unit(start, end, "marked") for start, end in each)
        for each in merged
    )
    table = unitizing.length_table(unitizing.Continuum(length, units), ["marked"])
    return [*table.observed.ravel().tolist(), *table.own.tolist()]
