"""The adjudication of one article: coders' answers by field, what is decided and what
is open.

The edits of a supervisor are in `gold_edits`. A gold answer is to be decided again if
coders have changed answers that it is based on. If a codebook has no events, or the
project is configured for it, spans are decided too: one row per stretch of overlapping
marked spans, of any kind. The decision is stored among the gold's answers under the
row's id, with the gold's spans as its evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from msgspec import Struct
from msgspec.structs import astuple, replace

from coder.adjudicate.links import redirect_links
from coder.adjudicate.notes import join_notes
from coder.adjudicate.stretches import find_stretches, make_stretch_field
from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.label import join_texts
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import (
    STRETCH,
    Problem,
    ProblemCache,
    find_unasked_gold,
    is_stretch,
    problems,
    visible,
    visible_article,
)
from coder.codebook.visibility_cache import deciding_fields
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import (
    AGREED,
    GOLD,
    MAJORITY,
    MISSING,
    NOTES,
    SINGLE,
    Answer,
    Article,
    Blank,
    Cluster,
    Coding,
    Event,
    Span,
)
from coder.model import (
    SUPERVISOR as SUPERVISOR,
)
from coder.values.typed import common, same_value, union

State = Literal["agreed", "some", "differs", "one", "silent"]
"""How coders answer: all alike; alike, but not all have the event; in different ways;
one alone; nobody.
"""
DISAGREEMENTS = ("some", "differs", "one")
SPANS = ("all", "some", "one", "edges", "kind")
"""How a stretch is marked: alike by all, by some, by one coder; with different edges;
as different kinds.
"""
STALE = (
    "stale"  # the rule of a problem: a coder's answer has changed since the decision
)
ARTICLE = ""  # in place of a cluster id: the article itself
T = TypeVar("T")
Stored: TypeAlias = tuple[
    Coding | None, Sequence[Cluster]
]  # gold and clusters, as stored


class Row(Struct, frozen=True):
    """One field of an event (or of the article) with the coders' answers."""

    field: Field
    answers: Mapping[str, Answer]  # by coder, of those who have the event
    state: State  # silent: nobody answered, or it does not apply

    @property
    def coded(self) -> dict[str, Answer]:
        """The answers that are values, by coder."""
        return {coder: answer for coder, answer in self.answers.items() if answer.coded}

    def coders_of(self, answer: Answer) -> list[str]:
        """Return the coders who gave the same answer."""
        return [c for c, given in self.answers.items() if is_same_answer(given, answer)]

    def can_take(self, coder: str) -> bool:
        """Return whether a coder's answer can become gold; that they left empty what
        others answered is one.
        """
        answer = self.answers.get(coder)
        return (
            answer is not None
            and answer.blank is not Blank.NOT_APPLICABLE
            and self.state != "silent"
        )


class Adjudication(Struct, frozen=True, eq=False):
    """The state of one article's adjudication: submitted codings, clusters, and gold so
    far.
    """

    codebook: Codebook
    codings: tuple[Coding, ...]
    clusters: tuple[Cluster, ...]
    gold: Coding
    article: Article
    spans: bool = False  # whether stretches of the text are decided too
    # Derived values with the objects they were computed from; most stay valid after a
    # decision.
    _cache: dict[object, tuple[tuple[object, ...], Any]] = {}
    _known_problems: ProblemCache = {}

    def __eq__(self, other: object) -> bool:
        """Compare everything but the derived values."""
        return (
            isinstance(other, Adjudication)
            and astuple(self)[:-2] == astuple(other)[:-2]
        )

    def __ne__(self, other: object) -> bool:  # a struct's own does not ask `__eq__`
        return not self == other

    __hash__ = None  # type: ignore[assignment]

    @classmethod
    def begin(
        cls,
        codebook: Codebook,
        codings: Sequence[Coding],
        clusters: Sequence[Cluster],
        article: Article,
        *,
        spans: bool = False,
    ) -> Adjudication:
        """Start undecided; spans: decide stretches too; always so if the codebook has
        no event fields.
        """
        gold = Coding(codings[0].article, codings[0].text_sha256, codebook.ref, GOLD)
        ordered = tuple(sorted(codings, key=lambda c: c.coder))
        spans = spans or not codebook.event_fields
        return cls(codebook, ordered, tuple(clusters), gold, article, spans)

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders, in the order of the digit keys that take their values."""
        return tuple(c.coder for c in self.codings)

    @property
    def spans_by_coder(self) -> Mapping[str, Mapping[str, Span]]:
        """Each coder's spans, by their ids."""
        codings = self.codings
        return self._memo(
            "spans",
            (codings,),
            lambda: {c.coder: {span.id: span for span in c.spans} for c in codings},
        )

    def cluster(self, cluster_id: str) -> Cluster:
        """Return the cluster with that id; raises CoderError if it no longer exists."""
        return _get_first(
            cluster for cluster in self.clusters if cluster.id == cluster_id
        )

    def rows(self, cluster_id: str) -> list[Row]:
        """Return the rows of the article (`ARTICLE`) or one cluster; links name the
        clusters of their targets.
        """
        shape = (
            cluster_id,
            *((c.id, c.members, bool(c.rejected)) for c in self.clusters),
        )
        rows = self._memo(
            shape, (self.codings,), lambda: self._compute_rows(cluster_id)
        )
        if cluster_id == ARTICLE and self.spans:
            return [*rows, *self._list_stretches()]
        return rows

    def row(self, cluster_id: str, field: str) -> Row:
        """Return the row of one field; raises CoderError if it no longer exists."""
        return _get_first(row for row in self.rows(cluster_id) if row.field.id == field)

    def _compute_rows(self, cluster_id: str) -> list[Row]:
        if cluster_id == ARTICLE:
            return self._compute_article_rows()
        events = self._list_events_by_coder(cluster_id)
        rows = []
        for field in self.codebook.event_fields:
            answers = {coder: event.answer(field.id) for coder, event in events.items()}
            rows.append(self._make_row(field, answers))
        return rows

    def _compute_article_rows(self) -> list[Row]:
        answers_by_coder = {
            coding.coder: effective_answers(coding, self.codebook)
            for coding in self.codings
        }
        rows = []
        for field in self.codebook.article_fields:
            answers = {}
            for coder, given in answers_by_coder.items():
                answers[coder] = given.get(field.id, MISSING)
            rows.append(self._make_row(field, answers))
        return rows

    def _list_events_by_coder(self, cluster_id: str) -> dict[str, Event]:
        """Return each coder's event in a cluster, with its links leading to gold
        events.
        """
        event_ids = dict(self.cluster(cluster_id).members)
        found = {}
        for coding in self.codings:
            event_id = event_ids.get(coding.coder, "")
            event = self._get_effective_events(coding).get(event_id)
            if event is not None:
                targets = self._map_events_to_gold(coding.coder)
                found[coding.coder] = redirect_links(event, self.codebook, targets)
        return found

    def _map_events_to_gold(self, coder: str) -> dict[str, str]:
        """Return the gold event of each of a coder's events; "" if it is rejected."""
        targets = {}
        for cluster in self.clusters:
            for member, event_id in cluster.members:
                if member == coder:
                    targets[event_id] = "" if cluster.rejected else gold_id(cluster.id)
        return targets

    def _make_row(self, field: Field, answers: Mapping[str, Answer]) -> Row:
        given = list(answers.values())
        state: State = "differs"
        if not any(map(is_answered, given)):
            state = "silent"
        elif len(given) == 1:
            state = "one"
        elif all(is_same_answer(given[0], other) for other in given[1:]):
            state = "agreed" if len(given) == len(self.codings) else "some"
        return Row(field, answers, state)

    def _get_effective_events(self, coding: Coding) -> Mapping[str, Event]:
        """Return a coding's effective events, by id."""
        key = ("events", coding.coder)
        return self._memo(
            key,
            (coding,),
            lambda: {e.id: e for e in effective_events(coding, self.codebook)},
        )

    def list_coders(self, cluster_id: str) -> set[str]:
        """Return the coders who have the event, or who coded the article."""
        if cluster_id == ARTICLE:
            return set(self.coders)
        return set(self._list_events_by_coder(cluster_id))

    def find_decision(self, cluster_id: str, field: str) -> Answer | None:
        """Return the gold answer to a field, None if there is none."""
        return self.list_decisions(cluster_id).get(field)

    def list_decisions(self, cluster_id: str) -> Mapping[str, Answer]:
        """Return all gold answers about the article or one cluster, by field."""
        if cluster_id == ARTICLE:
            return self.gold.answers
        event = self._gold_event(cluster_id)
        return event.fields if event else {}

    def _gold_event(self, cluster_id: str) -> Event | None:
        return self.gold.event(gold_id(cluster_id)) if cluster_id else None

    def is_linked(self, cluster_id: str) -> bool:
        """Return whether gold links another event to the event of that cluster."""
        event_id = gold_id(cluster_id)
        for event in self.gold.events:
            for field in self.codebook.link_fields:
                links = event.answer(field.id).value or ()
                if any(link["record"] == event_id for link in links):
                    return True
        return False

    def open_cells(self) -> Iterator[tuple[str, str]]:
        """Yield (cluster id, field) for everything to decide, or to decide again, in
        reading order.
        """
        for each in self.standing:
            for field in self._list_open_fields(each):
                yield each, field

    def _list_open_fields(self, cluster_id: str) -> list[str]:
        rows = self.rows(cluster_id)
        sources = (*self._basis_of(cluster_id), rows)
        return self._memo(
            ("left", cluster_id), sources, partial(self._find_open, cluster_id, rows)
        )

    def _find_open(self, cluster_id: str, rows: Sequence[Row]) -> list[str]:
        asked = self.list_asked_fields(cluster_id)
        given = self.list_decisions(cluster_id)
        found = []
        for row in rows:
            name = row.field.id
            if name not in asked or row.field.is_note:
                continue
            if name in given:
                is_open = bool(self.find_changed_coders(cluster_id, row))
            else:
                is_open = row.state != "silent"
            if is_open:
                found.append(name)
        return found

    def _basis_of(self, cluster_id: str) -> tuple[object, ...]:
        """Return the parts of gold that determine what is asked and decided about the
        article or one cluster.
        """
        return self.gold.answers, self._gold_event(cluster_id)

    def find_excluded_fields(self, cluster_id: str) -> set[str]:
        """Return the ids of the fields that are not asked for, whatever is decided
        about what is still open.
        """
        asked = self.list_asked_fields(cluster_id)
        deciding = self.codebook.derived(deciding_fields)
        undecided = {
            *self._list_open_fields(ARTICLE),
            *self._list_open_fields(cluster_id),
        }
        excluded = set()
        for name, decided_by in deciding.items():
            if name not in asked and undecided.isdisjoint(decided_by):
                excluded.add(name)
        return excluded

    def _memo(
        self, key: object, sources: tuple[object, ...], compute: Callable[[], T]
    ) -> T:
        """Return the value cached under the key if it was computed from the same
        objects, else a new one.
        """
        cached = self._cache.get(key)
        if cached is None or list(map(id, cached[0])) != list(map(id, sources)):
            cached = sources, compute()
            self._cache[key] = cached
        value: T = cached[1]
        return value

    def is_settled(self, cluster_id: str, row: Row) -> bool:
        """Return whether a field is decided and coders have not changed the answers the
        decision is based on.
        """
        if self.find_decision(cluster_id, row.field.id) is None:
            return False
        return not self.find_changed_coders(cluster_id, row)

    def is_waiting(self, cluster_id: str, row: Row) -> bool:
        """Return whether a field is not settled, and its question arises or may still
        do so.
        """
        if self.is_settled(cluster_id, row):
            return False
        return row.field.id not in self.find_excluded_fields(cluster_id)

    def find_changed_coders(self, cluster_id: str, row: Row) -> list[str]:
        """Return the coders who changed an answer that the decision is based on; [] for
        a valid or missing decision.

        An agreement, or a value taken from a single coding, is based on all coders who
        have the event; other decisions on the coders whose value was taken, and a
        majority also on being one. A set that the supervisor composed from several
        coders is based on being their union or their intersection. Notes need no
        decision; those of closed gold stay.
        """
        decided = self.find_decision(cluster_id, row.field.id)
        if decided is None or row.field.is_note:
            return []
        key = ("changed", cluster_id, row.field.id)
        return self._memo(
            key, (row, decided), partial(self._compare_basis, row, decided)
        )

    def _compare_basis(self, row: Row, decided: Answer) -> list[str]:
        is_of_all = decided.reason in (AGREED, SINGLE)
        basis = []
        for coder in self.coders:
            if coder in decided.taken_from or (is_of_all and coder in row.answers):
                basis.append(coder)
        if basis and SUPERVISOR in decided.taken_from:
            return [] if _is_composed_of(decided, basis, row) else basis
        same = row.coders_of(decided)
        changed = [coder for coder in basis if coder not in same]
        if changed or decided.reason != MAJORITY:
            return changed
        is_majority = 2 * len(same) > len(row.answers)
        return [] if is_majority else [c for c in row.answers if c not in same]

    def notes(self, cluster_id: str) -> Mapping[str, Answer]:
        """Return the coders' notes, by field, as gold keeps them where nobody has
        decided on them.

        Empty for an event of which nothing is in gold yet.
        """
        if cluster_id != ARTICLE and self._gold_event(cluster_id) is None:
            return {}
        rows = self.rows(cluster_id)
        sources = (*self._basis_of(cluster_id), rows)
        return self._memo(
            ("notes", cluster_id),
            sources,
            partial(self._join_free_notes, cluster_id, rows),
        )

    def _join_free_notes(
        self, cluster_id: str, rows: Sequence[Row]
    ) -> dict[str, Answer]:
        asked = self.list_asked_fields(cluster_id)
        given = self.list_decisions(cluster_id)
        found = {}
        for row in rows:
            name = row.field.id
            if not row.field.is_note or name not in asked:
                continue
            decided = given.get(name)
            if decided is not None and decided.reason != NOTES:
                continue
            notes = join_notes(row.answers)
            if notes is None:
                continue
            if decided is None or not is_same_answer(decided, notes):
                found[name] = notes
        return found

    def _gold_with_notes(self) -> Coding:
        gold = self.gold
        if notes := self.notes(ARTICLE):
            gold = replace(gold, answers={**gold.answers, **notes})
        events = list[Event]()
        for event in gold.events:
            notes = self.notes(cluster_id(event.id))
            make = partial(_add_notes, event, notes)
            key = ("with notes", event.id)
            events.append(self._memo(key, (event, notes), make) if notes else event)
        return replace(gold, events=tuple(events))

    def problems(self) -> list[Problem]:
        """Return the codebook's problems with the gold so far, and decisions that later
        changes overtook.
        """
        result = problems(
            self._gold_with_notes(),
            self.codebook,
            self.article,
            cache=self._known_problems,
        )
        unasked = find_unasked_gold(self.gold, self.codebook)
        for problem in unasked:
            excluded = self.find_excluded_fields(cluster_id(problem.event_id))
            if problem.field in excluded:
                result.append(problem)
        for each in self.standing:
            rows = self.rows(each)
            result += self._memo(
                ("stale", each),
                (*self._basis_of(each), rows),
                partial(self._find_stale, each, rows),
            )
        return result

    def _find_stale(self, cluster_id: str, rows: Sequence[Row]) -> list[Problem]:
        asked = self.list_asked_fields(cluster_id)
        event_id = gold_id(cluster_id) if cluster_id else None
        stale = []
        for row in rows:
            field = row.field
            if field.id not in asked:
                continue
            if changed := self.find_changed_coders(cluster_id, row):
                coders = join_texts(changed)
                message = Message(
                    "review.changed_since", field=field.label, coders=coders
                )
                stale.append(Problem(STALE, "error", event_id, field.id, message))
        return stale

    @property
    def standing(self) -> tuple[str, ...]:
        """The article, and the clusters that are not rejected."""
        return (ARTICLE, *(c.id for c in self.clusters if not c.rejected))

    def list_asked_fields(self, cluster_id: str) -> set[str]:
        """Return the ids of the fields that are asked for, given what is decided.

        A field that depends on the event type is not asked for until the type is
        decided.
        """
        if cluster_id != ARTICLE:
            event = self._gold_event(cluster_id) or Event(gold_id(cluster_id))
            make = partial(visible, event, self.gold, self.codebook)
            return self._memo(("asked", cluster_id), self._basis_of(cluster_id), make)
        asked = visible_article(self.gold, self.codebook)
        if not self.spans:
            return asked
        return asked | {row.field.id for row in self._list_stretches()}

    def _list_stretches(self) -> list[Row]:
        """Return the stretches that coders marked, and decided ones that nobody marks
        in the same way any more.
        """
        rows = [
            self._make_row(field, answers)
            for field, answers in find_stretches(self.codings, self.codebook)
        ]
        known = {row.field.id for row in rows}
        for name, answer in self.gold.answers.items():
            if name in known or not is_stretch(name, self.codebook):
                continue
            if spans := self.gold.spans_of(answer):
                field = make_stretch_field(spans, self.codebook)
                rows.append(Row(replace(field, id=name), {}, "silent"))
        return rows


def classify_stretch(row: Row) -> str:
    """Return how a stretch is marked, one of SPANS; "" for fields and for stretches
    that nobody marks any more.
    """
    if not row.field.id.startswith(STRETCH):
        return ""
    marked = [frozenset(answer.value) for answer in row.coded.values()]
    if not marked:
        return ""
    if len(marked) == 1 < len(row.answers):
        return "one"
    if len(set(marked)) == 1:
        return "all" if len(marked) == len(row.answers) else "some"
    kinds_by_coder = set()
    for span_ids in marked:
        kinds = sorted(span_id.rpartition(".")[0] for span_id in span_ids)
        kinds_by_coder.add(tuple(kinds))
    return "edges" if len(kinds_by_coder) == 1 else "kind"


def _is_composed_of(decided: Answer, coders: Sequence[str], row: Row) -> bool:
    """Return whether a set is the union or the intersection of these coders' sets."""
    sets = [row.coded[coder].value for coder in coders if coder in row.coded]
    if len(sets) < len(coders):
        return False
    value = decided.value
    return same_value(value, union(sets)) or same_value(value, common(sets))


def _add_notes(event: Event, notes: Mapping[str, Answer]) -> Event:
    return replace(event, fields={**event.fields, **notes})


def is_answered(answer: Answer) -> bool:
    """Return whether an answer is a value or `not stated`."""
    return answer.state not in ("missing", "not_applicable")


def is_same_answer(a: Answer, b: Answer) -> bool:
    """Return whether two answers are equal: blanks by name, lists as sets, places by
    identity.
    """
    return a.state == b.state and (not a.coded or same_value(a.value, b.value))


def gold_id(cluster_id: str) -> str:
    """Return the id of a cluster's gold event; fixed in advance, so that links can
    refer to it.
    """
    return f"g{cluster_id.removeprefix('c')}"


def cluster_id(event_id: str | None) -> str:
    """Return the cluster of a gold event, `ARTICLE` for None or ""."""
    return f"c{event_id.removeprefix('g')}" if event_id else ARTICLE


def _get_first(items: Iterator[T]) -> T:
    """Return the first item; raises CoderError if there is none, as coders changed
    events or spans since.
    """
    for item in items:
        return item
    raise CoderError("review.gone")
