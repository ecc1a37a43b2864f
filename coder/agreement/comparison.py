"""What follows from the codings of one article, worked out once: all that the figures of a study pool.

Nothing here looks at another article, so comparisons can be made side by side, kept as JSON, and pooled again
without the codings. Coders go by their places in `coders`, which are in order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple, TypeAlias

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
from coder.agreement.spans import Fragment, Mark, Mode, joined, span_hits
from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.identity import identity
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.model import Answer, Blank, Cluster, Coding, Decision, Event, Json, Span
from coder.values.dates import days_of

RANGE = (0.3, 0.5)
"""Thresholds at which the alignment is repeated, to show how much hangs on it."""
ALL_KINDS = ALL_TERMS = ""
_MODES: tuple[Mode, Mode] = ("exact", "relaxed")


class Hits(NamedTuple):
    """Of two coders, by their places: how much both marked alike, and how much they marked together."""

    one: int
    other: int
    hits: int
    marked: int


class Marked(NamedTuple):
    """The spans of one kind: hits, exact and relaxed, how many there are, and their part in unitizing alpha.

    lengths: the length table of gaps and marked stretches, row by row, and its correction; empty where the
    article's length is not known.
    """

    exact: Sequence[Hits]
    relaxed: Sequence[Hits]
    n: int
    lengths: Sequence[float]


_Viewed: TypeAlias = tuple[str, Sequence[Fragment], Fragment | None, str | None, Sequence[str]]


class Comparison(NamedTuple):
    """One article's codings compared.

    events: each coder's, as the attributes of its `EventView`s. aligned: (coder, event) that are one event,
    in the order of their first evidence, by the term that was left out, ALL_TERMS where none was. matches:
    hits by threshold. splits: (coder, event, other coder) of `split_parts`. fields: by level and id; units of
    an event field are the clusters aligned without its term. spans: by kind, ALL_KINDS among them.
    """

    article: str
    coders: Sequence[str]
    events: Sequence[Sequence[_Viewed]]
    aligned: Mapping[str, Sequence[Sequence[tuple[str, str]]]]
    matches: Mapping[str, Sequence[Hits]]
    splits: Sequence[tuple[str, str, str]]
    fields: Mapping[str, Cells]
    spans: Mapping[str, Marked]

    def to_json(self) -> str:
        """The comparison as one line."""
        return json.dumps(self, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Comparison:
        """The comparison that `to_json` wrote."""
        found = cls(*json.loads(text))
        return found._replace(
            fields={key: Cells(*each) for key, each in found.fields.items()},
            spans={kind: Marked(*each) for kind, each in found.spans.items()},
        )

    def under(self, names: Mapping[str, str]) -> Comparison:
        """The same with other names for its coders."""

        def of(who: str) -> str:
            return names.get(who, who)

        return self._replace(
            coders=[*map(of, self.coders)],
            aligned={
                term: [[(of(who), event) for who, event in members] for members in found]
                for term, found in self.aligned.items()
            },
            splits=[(of(one), event, of(other)) for one, event, other in self.splits],
        )

    def coded_article(self) -> CodedArticle:
        """The events of each coder."""
        return {
            coder: [
                EventView(
                    name, tuple((start, end) for start, end in evidence), date, place, frozenset(actors)
                )
                for name, evidence, date, place, actors in events
            ]
            for coder, events in zip(self.coders, self.events, strict=True)
        }

    def to_clusters(self) -> list[Cluster]:
        """The events that are the same event, c1, c2 …, in the order of their first evidence."""
        return _to_clusters(self.article, self.aligned[ALL_TERMS])

    def lacking(self, term: str) -> list[bool]:
        """Cell by cell of an event field, aligned without that term: whether the coder lacks the event."""
        having = ({coder for coder, _ in members} for members in self.aligned[term])
        return [coder not in those for those in having for coder in self.coders]


def compare(codings: Iterable[Coding], codebook: Codebook, length: int | None) -> Comparison:
    """Compare the codings of one article, each by another coder; length: of its text in code points.

    Raises CoderError where a coder has two codings, codings differ in their text, or a value does not fit its
    field's scale.
    """
    coded: dict[str, _Coded] = {}
    ordered = sorted(codings, key=lambda coding: coding.coder)
    for coding in ordered:
        if coding.coder in coded:
            raise CoderError("agreement.two_codings", coder=coding.coder, where=coding.id)
        if coding.text_sha256 != ordered[0].text_sha256:
            raise CoderError("agreement.other_text", where=coding.id)
        coded[coding.coder] = _Coded.of(coding, codebook)
    how = pairing_of(codebook)
    article = {coder: each.views for coder, each in coded.items()}
    alike = Likeness(article, how.cap_days)
    matches: dict[str, list[Hits]] = {}
    splits: list[tuple[str, str, str]] = []
    for threshold in sorted({*RANGE, how.threshold}):
        hits = matches[str(threshold)] = []
        for (i, (a, first)), (j, (b, second)) in combinations(enumerate(article.items()), 2):
            found = alike.alignment(a, b, how._replace(threshold=threshold))
            hits.append(Hits(i, j, len(found), len(first) + len(second)))
            if threshold == how.threshold:
                of_first, of_second = split_parts(first, second, found)
                splits += [(a, event.id, b) for event in of_first]
                splits += [(b, event.id, a) for event in of_second]
    terms = dict.fromkeys([None, *map(term_of, codebook.event_fields)])
    by_term = {
        term or ALL_TERMS: _in_reading_order(article, alike.clusters(how._replace(exclude=term)))
        for term in terms
    }
    return Comparison(
        ordered[0].article,
        list(coded),
        [
            [(e.id, e.evidence, e.date, e.place, sorted(e.actors)) for e in views]
            for views in article.values()
        ],
        by_term,
        matches,
        splits,
        _fields(coded, by_term, codebook),
        _spans([each.marks for each in coded.values()], length),
    )


def aligned(codings: Sequence[Coding], codebook: Codebook) -> list[Cluster]:
    """The events of one article that are the same event: the alignment behind all figures."""
    article = {
        coding.coder: _views(coding, effective_events(coding, codebook), codebook) for coding in codings
    }
    found = _in_reading_order(article, clusters(article, pairing_of(codebook)))
    return _to_clusters(codings[0].article, found)


def pairing_of(codebook: Codebook) -> Pairing:
    """How a codebook has events paired; if it does not say, events need evidence where fields take any."""
    defaults = codebook.agreement.defaults
    takes_evidence = any(field.evidence != "none" for field in codebook.event_fields)
    rule = defaults.events_without_evidence or ("apart" if takes_evidence else "by_values")
    return Pairing(defaults.alignment_threshold, None, defaults.event_date_cap_days, rule == "apart")


def _to_clusters(article: str, found: Iterable[Iterable[Sequence[str]]]) -> list[Cluster]:
    return [
        Cluster(f"c{n}", article, tuple((coder, event) for coder, event in members))
        for n, members in enumerate(found, start=1)
    ]


class _Coded(NamedTuple):
    """A coding as it counts; views: its events as the matcher sees them; marks: without rejected ones."""

    coding: Coding
    answers: Mapping[str, Answer]
    events: Mapping[str, Event]
    views: Sequence[EventView]
    marks: Sequence[Mark]

    @classmethod
    def of(cls, coding: Coding, codebook: Codebook) -> _Coded:
        """The coding as it counts by the codebook's conditions."""
        events = effective_events(coding, codebook)
        return cls(
            coding,
            effective_answers(coding, codebook),
            {event.id: event for event in events},
            _views(coding, events, codebook),
            [Mark.of([(span.start, span.end)], span.kind) for span in _standing(coding)],
        )


def term_of(field: Field) -> Term | None:
    """The term of event similarity that a field goes into: by its type, if it has a weight in pairing."""
    terms: dict[str, Term] = {"date": "date", "place": "place", "actor": "actors"}
    return terms.get(field.type) if field.weight else None


def _views(coding: Coding, events: Iterable[Event], codebook: Codebook) -> list[EventView]:
    places = {span.id: (span.start, span.end) for span in _standing(coding)}
    return [_view(event, coding.id, places, codebook) for event in events]


def _standing(coding: Coding) -> list[Span]:
    return [span for span in coding.spans if span.decision is not Decision.REJECTED]


def _view(event: Event, coding: str, places: Mapping[str, tuple[int, int]], codebook: Codebook) -> EventView:
    """Evidence of all fields; the first date and place and all actors of the fields that pairing weighs."""
    cited = {
        span
        for answer in event.fields.values()
        if answer.coded or answer.blank is Blank.NOT_STATED
        for span in answer.evidence
    }
    coded: dict[Term, list[Json]] = {"date": [], "place": [], "actors": []}
    for field in codebook.event_fields:
        term, answer = term_of(field), event.answer(field.id)
        if term is not None and answer.coded and answer.value:
            coded[term] += answer.value if isinstance(answer.value, list) else [answer.value]
    try:
        date = days_of(coded["date"][0]) if coded["date"] else None
    except CoderError as error:
        error.where = f"{coding}/{event.id}"
        raise
    return EventView(
        event.id,
        joined(places[span] for span in cited if span in places),
        date,
        identity(coded["place"][0]) if coded["place"] else None,
        frozenset(identity(actor) for actor in coded["actors"]),
    )


def _in_reading_order(
    article: CodedArticle, found: Iterable[Iterable[Member]]
) -> list[list[tuple[str, str]]]:
    """Clusters as (coder, event), in the order of their first evidence."""
    starts = {
        (coder, view.id): view.evidence[0][0] if view.evidence else float("inf")
        for coder, views in article.items()
        for view in views
    }
    members = [sorted((member.coder, member.event) for member in each) for each in found]
    return sorted(members, key=lambda each: (min(starts[member] for member in each), each))


def measured_fields(codebook: Codebook) -> Iterator[tuple[Level, Field, Scale | None]]:
    """All fields with their scales, None for those without a distance; those of articles first."""
    yield from (("article", field, scale_of(field, codebook)) for field in codebook.article_fields)
    yield from (("event", field, scale_of(field, codebook)) for field in codebook.event_fields)


def _fields(
    coded: Mapping[str, _Coded],
    aligned: Mapping[str, Sequence[Sequence[tuple[str, str]]]],
    codebook: Codebook,
) -> dict[str, Cells]:
    """The cells of each field; those of an event field by an alignment that does not look at it."""
    found = {}
    for level, field, scale in measured_fields(codebook):
        if scale is None:
            continue
        if level == "article":
            units = [{who: each.answers[field.id] for who, each in coded.items()}]
        else:
            units = [
                {who: coded[who].events[event].answer(field.id) for who, event in members}
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
                told = "" if cell is None else _told(cell)
                codes.append(values.setdefault(told, len(values)) if told else -1)
        found[f"{level}.{field.id}"] = Cells(list(values), codes, blanks)
    return found


_told = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


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


def _spans(marks: Sequence[Sequence[Mark]], length: int | None) -> dict[str, Marked]:
    """The marks of all kinds together and of each kind that anybody marked."""
    found = {ALL_KINDS: Marked([], [], sum(map(len, marks)), _lengths(marks, length))}
    for kind in sorted({mark.label for each in marks for mark in each}):
        of_kind = [[mark for mark in each if mark.label == kind] for each in marks]
        hits: list[list[Hits]] = []
        for mode in _MODES:
            counted = [
                (i, j, span_hits(a, b, mode)) for (i, a), (j, b) in combinations(enumerate(of_kind), 2)
            ]
            hits.append([Hits(i, j, both, first + second) for i, j, (both, first, second) in counted])
        found[kind] = Marked(hits[0], hits[1], sum(map(len, of_kind)), _lengths(of_kind, length))
    return found


def _lengths(marks: Sequence[Sequence[Mark]], length: int | None) -> list[float]:
    """Coincident lengths of joined marks, of one value, against gaps."""
    if length is None or len(marks) < 2:
        return []
    parts = (joined(f for mark in each for f in mark.fragments) for each in marks)
    units = tuple(tuple(unitizing.Unit(start, end, "marked") for start, end in each) for each in parts)
    table = unitizing.length_table(unitizing.Continuum(length, units), ["marked"])
    return [*table.observed.ravel().tolist(), *table.own.tolist()]
