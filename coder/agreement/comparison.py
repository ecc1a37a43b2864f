"""The comparison of one article's codings, from which the figures are pooled.

Each article is compared on its own, so comparisons can run in parallel, be cached as
JSON, and be pooled again without the codings. Coders are referred to by their indices
in `coders`, which is sorted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from math import inf
from typing import NamedTuple, TypeAlias

from msgspec.json import Decoder

from coder.agreement import unitizing
from coder.agreement.align import (
    CodedArticle,
    EventView,
    Likeness,
    Match,
    Member,
    Pairing,
    Term,
    clusters,
    split_parts,
)
from coder.agreement.reliability_data import Cells
from coder.agreement.scales import (
    NOT_STATED,
    Level,
    Measured,
    as_text,
    find_measured_fields,
    find_measured_parts,
)
from coder.agreement.spans import Mark, Mode, join_fragments, span_hits
from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Cluster, Coding, Event, Json, items_of
from coder.values.dates import days_of, in_order

RANGE = (0.3, 0.5)
"""Additional thresholds for the alignment, to show how much depends on the threshold.
"""
ALL_KINDS = ""
ALL_TERMS = ""
Counted: TypeAlias = tuple[int, str, str, int, int]
"""The number of an article, coder, other coder, hits, and how much both marked in
total.
"""


class Hits(NamedTuple):
    """Of two coders, by their indices: the hits, and how much both marked in total."""

    one: int
    other: int
    hits: int
    marked: int


class Marked(NamedTuple):
    """The spans of one kind: exact and relaxed hits, their number, and their part in
    unitizing alpha.

    lengths: the length table of gaps and marked stretches, row by row, then its
    correction; empty if the article's length is unknown.
    """

    exact: Sequence[Hits]
    relaxed: Sequence[Hits]
    n: int
    lengths: Sequence[float]


class Link(NamedTuple):
    """A link from an event to another of the same coder, by the coder's index."""

    coder: int
    event: str
    relation: str
    other: str


class Comparison(NamedTuple):
    """The comparison of one article's codings.

    events: by coder. aligned: clusters of (coder, event) in the order of their first
    evidence, by the term excluded from the alignment or ALL_TERMS. matches: hits by
    threshold. splits: (coder, event, other coder) from `split_parts`. fields: by level
    and id; the units of an event field are the clusters aligned without its term.
    spans: by kind and for ALL_KINDS. links: by the id of the field that holds them.
    """

    article: str
    coders: Sequence[str]
    events: Sequence[Sequence[EventView]]
    aligned: Mapping[str, Sequence[Sequence[tuple[str, str]]]]
    matches: Mapping[str, Sequence[Hits]]
    splits: Sequence[tuple[str, str, str]]
    fields: Mapping[str, Cells]
    spans: Mapping[str, Marked]
    links: Mapping[str, Sequence[Link]]

    def to_json(self) -> str:
        """Serialise to one line of JSON."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @staticmethod
    def from_json(text: str) -> Comparison:
        """Deserialise what `to_json` returned."""
        return _DECODER.decode(text)

    def under(self, names: Mapping[str, str]) -> Comparison:
        """Return the comparison with its coders renamed."""
        if not names:
            return self

        def renamed(who: str) -> str:
            return names.get(who, who)

        def with_new_names(
            members: Sequence[tuple[str, str]],
        ) -> Sequence[tuple[str, str]]:
            return [(renamed(coder), event) for coder, event in members]

        aligned = {}
        for term, groups in self.aligned.items():
            aligned[term] = [with_new_names(members) for members in groups]
        splits = []
        for one, event, other in self.splits:
            splits.append((renamed(one), event, renamed(other)))
        coders = [renamed(coder) for coder in self.coders]
        return self._replace(coders=coders, aligned=aligned, splits=splits)

    def coded_article(self) -> CodedArticle:
        """Return the events of each coder."""
        return dict(zip(self.coders, self.events, strict=True))

    def counted(self, number: int, hits: Iterable[Hits]) -> list[Counted]:
        """Hits of this article, given its number, with the coders' names."""
        return [
            (number, self.coders[i], self.coders[j], both, marked)
            for i, j, both, marked in hits
        ]

    def lacking(self, term: str) -> list[bool]:
        """For each cell of an event field aligned without that term, whether the coder
        lacks the event.
        """
        lacking = []
        for members in self.aligned[term]:
            having = {coder for coder, _ in members}
            lacking += [coder not in having for coder in self.coders]
        return lacking


_DECODER = Decoder(Comparison)


def compare(
    codings: Iterable[Coding], codebook: Codebook, length: int | None
) -> Comparison:
    """Compare the codings of one article by different coders.

    length: of its text in code points.

    Raises CoderError if a coder has two codings, texts differ, or a value does not fit
    its field's scale.
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
    matches = {}
    splits: list[tuple[str, str, str]] = []
    for threshold in sorted({*RANGE, how.threshold}):
        matched = _match_events(
            likeness, how._replace(threshold=threshold), list(coded)
        )
        matches[str(threshold)] = _count_matches(article, matched)
        if threshold == how.threshold:
            splits = _list_splits(article, matched)
    aligned_without = {}
    for term in dict.fromkeys([None, *map(term_of, codebook.event_fields)]):
        members = likeness.clusters(how._replace(exclude=term))
        aligned_without[term or ALL_TERMS] = _in_reading_order(article, members)
    return Comparison(
        ordered[0].article,
        list(coded),
        list(article.values()),
        aligned_without,
        matches,
        splits,
        _fields(coded, aligned_without, codebook),
        _spans([each.marks for each in coded.values()], length),
        {field.id: _links(coded, field) for field in codebook.link_fields},
    )


def _match_events(
    likeness: Likeness, how: Pairing, coders: Sequence[str]
) -> dict[tuple[str, str], list[Match]]:
    """Return the matched events of every two coders."""
    matched = {}
    for one, other in combinations(coders, 2):
        matched[one, other] = likeness.alignment(one, other, how)
    return matched


def _count_matches(
    article: CodedArticle, matched: Mapping[tuple[str, str], Sequence[Match]]
) -> list[Hits]:
    place = {coder: index for index, coder in enumerate(article)}
    hits = []
    for (one, other), matches in matched.items():
        events = len(article[one]) + len(article[other])
        hits.append(Hits(place[one], place[other], len(matches), events))
    return hits


def _list_splits(
    article: CodedArticle, matched: Mapping[tuple[str, str], Sequence[Match]]
) -> list[tuple[str, str, str]]:
    """Return the events that are parts of another coder's: coder, event, other coder."""
    splits = []
    for (one, other), matches in matched.items():
        of_one, of_other = split_parts(article[one], article[other], matches)
        splits += [(one, event.id, other) for event in of_one]
        splits += [(other, event.id, one) for event in of_other]
    return splits


def aligned(codings: Sequence[Coding], codebook: Codebook) -> list[Cluster]:
    """Align the events of one article, exactly as for the agreement figures: as
    clusters c1, c2 …
    """
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
    """Return the codebook's pairing rules.

    By default events need evidence if any event field takes evidence.
    """
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
    """The effective part of a coding.

    views: its events for the matcher; marks: spans not rejected.
    """

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
    """Return the similarity term that a field contributes to, by its type.

    None if pairing gives it no weight.
    """
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
    """View an event: evidence of all fields.

    First date and place, and all actors, that pairing weighs.
    """
    cited = set[str]()
    for answer in event.fields.values():
        if answer.coded or answer.blank is Blank.NOT_STATED:
            cited.update(answer.evidence)
    values: dict[Term, list[Json]] = {"date": [], "place": [], "actors": []}
    for field in codebook.event_fields:
        term = term_of(field)
        answer = event.answer(field.id)
        if term is not None and answer.coded and answer.value:
            values[term] += items_of(answer.value)
    evidence = join_fragments(places[span] for span in cited if span in places)
    date = None
    if values["date"]:
        try:
            date = days_of(in_order(values["date"][0]))
        except CoderError as error:
            error.where = f"{coding}/{event.id}"
            raise
    place = identity(values["place"][0]) if values["place"] else None
    actors = sorted({identity(actor) for actor in values["actors"]})
    return EventView(event.id, evidence, date, place, actors)


def _in_reading_order(
    article: CodedArticle, groups: Iterable[Iterable[Member]]
) -> list[list[tuple[str, str]]]:
    """Clusters of (coder, event), in the order of their first evidence."""
    starts = {}
    for coder, views in article.items():
        for view in views:
            start = view.evidence[0][0] if view.evidence else inf
            starts[coder, view.id] = start
    ordered = []
    for group in groups:
        members = sorted((member.coder, member.event) for member in group)
        first = min(starts[member] for member in members)
        ordered.append((first, members))
    ordered.sort()
    return [members for _, members in ordered]


def _fields(
    coded: Mapping[str, _Coded],
    aligned: Mapping[str, Sequence[Sequence[tuple[str, str]]]],
    codebook: Codebook,
) -> dict[str, Cells]:
    """Return the cells of each field.

    Event fields use the alignment that excludes their term.
    """
    measured = [*find_measured_fields(codebook), *find_measured_parts(codebook)]
    scales: dict[tuple[Level, str], list[Measured]] = {}
    for each in measured:
        scales.setdefault((each.level, each.field.id), []).append(each)
    cells = {}
    for (level, field_id), ways in scales.items():
        if level == "article":
            units = [{who: each.answers[field_id] for who, each in coded.items()}]
        else:
            term = term_of(ways[0].field) or ALL_TERMS
            units = [
                {who: coded[who].events[event].answer(field_id) for who, event in each}
                for each in aligned[term]
            ]
        cells[f"{level}.{field_id}"] = _cells(coded, units, ways)
    return cells


def _cells(
    coded: Mapping[str, _Coded],
    units: Sequence[Mapping[str, Answer]],
    ways: Sequence[Measured],
) -> Cells:
    """Return the cells of one field.

    Raises CoderError if a value does not fit its scales.
    """
    values: dict[str, int] = {}
    codes: list[int] = []
    blanks: Counter[str] = Counter()
    for unit in units:
        for who, each in coded.items():
            answer = unit.get(who)
            if answer is not None and not answer.coded:
                blanks[answer.state] += 1
            if answer is None or answer.state not in ("coded", Blank.NOT_STATED.value):
                codes.append(-1)
                continue
            value = answer.value if answer.coded else NOT_STATED
            text = as_text(value)
            if text not in values:
                _expect_readable(value, ways, each.coding.id)
            codes.append(values.setdefault(text, len(values)))
    return Cells(list(values), codes, blanks)


def _expect_readable(value: Json, ways: Sequence[Measured], coding: str) -> None:
    """Raise CoderError if a value does not fit a scale of its field or of a part."""
    for each in ways:
        try:
            key = each.scale.key_of(value)
            if key is not None:
                each.scale.distance.read(key)
        except CoderError as error:
            error.where = f"{coding}, {each.name}"
            raise


def _links(coded: Mapping[str, _Coded], field: Field) -> list[Link]:
    """Return the links of all coders that a field holds."""
    links = []
    for index, each in enumerate(coded.values()):
        for event in each.events.values():
            answer = event.answer(field.id)
            if not answer.coded:
                continue
            for item in items_of(answer.value):
                relation = str(item.get("relation"))
                other = str(item.get("record"))
                links.append(Link(index, event.id, relation, other))
    return links


def _spans(marks: Sequence[Sequence[Mark]], length: int | None) -> dict[str, Marked]:
    """Return the marks of all kinds together, and of each kind that anybody marked."""
    marked = {ALL_KINDS: Marked([], [], sum(map(len, marks)), _lengths(marks, length))}
    for kind in sorted({mark.label for each in marks for mark in each}):
        of_kind = [[mark for mark in each if mark.label == kind] for each in marks]
        marked[kind] = Marked(
            _count_hits(of_kind, "exact"),
            _count_hits(of_kind, "relaxed"),
            sum(map(len, of_kind)),
            _lengths(of_kind, length),
        )
    return marked


def _count_hits(marks: Sequence[Sequence[Mark]], mode: Mode) -> list[Hits]:
    """Return the hits of every two coders."""
    hits = []
    for (i, one), (j, other) in combinations(enumerate(marks), 2):
        counts = span_hits(one, other, mode)
        hits.append(Hits(i, j, counts.hits, counts.first + counts.second))
    return hits


def _lengths(marks: Sequence[Sequence[Mark]], length: int | None) -> list[float]:
    """Return the flattened length table of merged marks, as one value, against gaps.

    [] if it is undefined.
    """
    if length is None or len(marks) < 2:
        return []
    units = []
    for of_coder in marks:
        merged = join_fragments(part for mark in of_coder for part in mark.fragments)
        units.append(
            tuple(unitizing.Unit(start, end, "marked") for start, end in merged)
        )
    continuum = unitizing.Continuum(length, tuple(units))
    table = unitizing.length_table(continuum, ["marked"])
    return [*table.observed.ravel().tolist(), *table.own.tolist()]
