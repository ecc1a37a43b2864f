"""What follows from the codings of one article, worked out once: all that the figures of a study pool.

Nothing here looks at another article, so comparisons can be made side by side, kept as JSON, and pooled again
without the codings. Coders go by their places in `coders`, which are in order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any, NamedTuple, TypeAlias

from coder.agreement.align import CodedArticle, EventView, Pairing, Term, alignment, clusters, split_parts
from coder.agreement.distance import label
from coder.agreement.scales import Scale, scale_of
from coder.agreement.spans import Mark, Mode, joined, span_hits
from coder.agreement.unitizing import Continuum, Unit, length_table
from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import effective, effective_answers, identity
from coder.errors import CoderError
from coder.model import Answer, Blank, Coding, Decision, Event, Json
from coder.values.dates import days_of

VERSION = 1
"""To be raised with whatever makes the comparison of the same codings another one."""
RANGE = (0.3, 0.5)
"""Thresholds at which the alignment is repeated, to show how much hangs on it."""
ALL_KINDS = ""
MODES: tuple[Mode, Mode] = ("exact", "relaxed")


class Hits(NamedTuple):
    """Of two coders, by their places: how much both marked alike, and how much they marked together."""

    one: int
    other: int
    hits: int
    marked: int


class Cells(NamedTuple):
    """The answers to one field: for each unit, per coder, the place of the cell in `cells`, or -1.

    cells: what the answers put into the reliability matrix, in the order in which they occur. blanks: how many
    answers hold each blank.
    """

    cells: Sequence[Json]
    units: Sequence[Sequence[int]]
    blanks: Mapping[str, int]


class Marked(NamedTuple):
    """The spans of one kind: hits, exact and relaxed, how many there are, and their part in unitizing alpha.

    observed, own: the length table of gaps and marked stretches; empty where the length is not known.
    """

    exact: Sequence[Hits]
    relaxed: Sequence[Hits]
    n: int
    observed: Sequence[Sequence[float]]
    own: Sequence[float]


class Comparison(NamedTuple):
    """One article's codings compared.

    events: how many each coder has. clusters: the (coder, event) that are one event, in the order of their first
    evidence. matches: hits by threshold. splits: (coder, event, other coder) of `split_parts`.
    """

    article: str
    coders: Sequence[str]
    events: Sequence[int]
    clusters: Sequence[Sequence[tuple[str, str]]]
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
            matches={t: [Hits(*each) for each in hits] for t, hits in found.matches.items()},
            fields={field: Cells(*each) for field, each in found.fields.items()},
            spans={kind: Marked(*each) for kind, each in found.spans.items()},
        )


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
    defaults = codebook.agreement.defaults
    how = Pairing(defaults.alignment_threshold, cap_days=defaults.event_date_cap_days)
    article = {coder: each.views for coder, each in coded.items()}
    pairs = list(combinations(enumerate(article.values()), 2))
    found = {
        t: [(i, j, alignment(a, b, how._replace(threshold=t))) for (i, a), (j, b) in pairs]
        for t in sorted({*RANGE, how.threshold})
    }
    names = list(coded)
    splits = []
    for i, j, matches in found[how.threshold]:
        one, other = names[i], names[j]
        of_one, of_other = split_parts(article[one], article[other], matches)
        splits += [(one, event.id, other) for event in of_one]
        splits += [(other, event.id, one) for event in of_other]
    return Comparison(
        ordered[0].article,
        names,
        [len(views) for views in article.values()],
        _in_reading_order(article, clusters(article, how)),
        {
            str(t): [Hits(i, j, len(m), len(article[names[i]]) + len(article[names[j]])) for i, j, m in each]
            for t, each in found.items()
        },
        splits,
        _cells(coded, article, codebook, how),
        _spans([each.marks for each in coded.values()], length),
    )


class _Coded(NamedTuple):
    """A coding as it counts: its answers, its events and what the matcher sees of them, marks but rejected ones."""

    coding: Coding
    answers: Mapping[str, Answer]
    events: Mapping[str, Event]
    views: Sequence[EventView]
    marks: Sequence[Mark]

    @classmethod
    def of(cls, coding: Coding, codebook: Codebook) -> _Coded:
        """The coding as it counts by the codebook's conditions."""
        kept = [span for span in coding.spans if span.decision is not Decision.REJECTED]
        places = {span.id: (span.start, span.end) for span in kept}
        events = {event.id: effective(event, coding, codebook) for event in coding.events}
        return cls(
            coding,
            effective_answers(coding, codebook),
            events,
            [_view(event, coding.id, places, codebook) for event in events.values()],
            [Mark.of([(span.start, span.end)], span.kind) for span in kept],
        )


def term_of(field: Field) -> Term | None:
    """The term of event similarity that a field goes into: by its type, if it has a weight in pairing."""
    terms: dict[str, Term] = {"date": "date", "place": "place", "actor": "actors"}
    return terms.get(field.type) if field.weight else None


def _view(
    event: Event, coding: str, places: Mapping[str, tuple[int, int]], codebook: Codebook
) -> EventView:
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


def _in_reading_order(article: CodedArticle, found: Iterable[Iterable[Member]]) -> list[list[tuple[str, str]]]:
    """Clusters as (coder, event), in the order of their first evidence."""
    starts = {
        (coder, view.id): view.evidence[0][0] if view.evidence else float("inf")
        for coder, views in article.items()
        for view in views
    }
    members = [sorted((member.coder, member.event) for member in each) for each in found]
    return sorted(members, key=lambda each: (min(starts[member] for member in each), each))


def measured_fields(codebook: Codebook) -> list[tuple[str, Level, Field, Scale]]:
    """The fields that have a distance, article fields first: the key of their cells, level, field and scale."""
    fields: list[tuple[Level, Field]] = [("article", field) for field in codebook.article_fields]
    fields += [("event", field) for field in codebook.event_fields]
    scales = [(level, field, scale_of(field, codebook)) for level, field in fields]
    return [(f"{level}.{field.id}", level, field, scale) for level, field, scale in scales if scale]


def _cells(
    coded: Mapping[str, _Coded], article: CodedArticle, codebook: Codebook, how: Pairing
) -> dict[str, Cells]:
    """The cells of each field; those of an event field by an alignment that does not look at it."""
    aligned: dict[Term | None, Sequence[Sequence[Member]]] = {}
    found = {}
    for key, level, field, scale in measured_fields(codebook):
        if level == "article":
            units = [{who: each.answers[field.id] for who, each in coded.items()}]
        else:
            term = term_of(field)
            if term not in aligned:
                aligned[term] = clusters(article, how._replace(exclude=term))
            units = [
                {who: coded[who].events[event].answer(field.id) for event, who in members}
                for members in aligned[term]
            ]
        found[key] = _cells_of(units, list(coded.values()), field, scale)
    return found


def _cells_of(
    units: Sequence[Mapping[str, Answer]], coded: Sequence[_Coded], field: Field, scale: Scale
) -> Cells:
    places: dict[Value, int] = {}
    cells: list[Json] = []
    blanks: Counter[str] = Counter()
    rows: list[list[int]] = []
    for unit in units:
        row = []
        for each in coded:
            answer = unit.get(each.coding.coder)
            if answer is not None and not answer.coded:
                blanks[answer.state] += 1
            cell = _cell(answer, scale, f"{each.coding.id}, {field.id}")
            if cell is None:
                row.append(-1)
                continue
            place = places.setdefault(label(cell), len(cells))
            if place == len(cells):
                cells.append(cell)
            row.append(place)
        rows.append(row)
    return Cells(cells, rows, blanks)


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
    """The marks of all kinds together, under "", and of each kind that anybody marked."""
    if not any(marks):
        return {}
    found = {}
    for kind in sorted({mark.label for each in marks for mark in each}):
        of_kind = [[mark for mark in each if mark.label == kind] for each in marks]
        hits = [
            [
                Hits(i, j, counted.hits, counted.first + counted.second)
                for (i, a), (j, b) in combinations(enumerate(of_kind), 2)
                for counted in [span_hits(a, b, mode)]
            ]
            for mode in MODES
        ]
        found[kind] = Marked(*hits, sum(map(len, of_kind)), *_lengths(of_kind, length))
    return {ALL_KINDS: Marked([], [], sum(map(len, marks)), *_lengths(marks, length)), **found}


def _lengths(marks: Sequence[Sequence[Mark]], length: int | None) -> tuple[list[list[float]], list[float]]:
    """Coincident lengths of joined marks, of one value, against gaps; empty where the length is not known."""
    if length is None or len(marks) < 2:
        return [], []
    units = (
        tuple(Unit(start, end, "marked") for start, end in joined(f for m in each for f in m.fragments))
        for each in marks
    )
    table = length_table(Continuum(length, tuple(units)), ["marked"])
    return table.observed.tolist(), table.own.tolist()
