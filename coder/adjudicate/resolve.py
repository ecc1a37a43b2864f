"""One article's adjudication: who said what, field by field, what is decided and what is open.

What a supervisor does to it is in `gold_edits`. What coders answer may change after it was decided on: a
gold answer that names them and says something else is to be decided again. Where a codebook has no events, or
the project asks for it, spans are to be decided: one row for each stretch that anybody marked, all spans that
overlap, of whatever kind. What was decided about it is kept among the gold's answers under the row's id, and
the gold's spans are its evidence.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Literal, TypeAlias, TypeVar

from coder.adjudicate.stretches import field_of, stretches
from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.label import joined
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import (
    STRETCH,
    Kept,
    Problem,
    is_stretch,
    problems,
    visible,
    visible_article,
)
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import (
    AGREED,
    GOLD,
    MAJORITY,
    MISSING,
    POLICIES,
    SINGLE,
    Answer,
    Article,
    Cluster,
    Coding,
    Event,
    Json,
)
from coder.values.typed import same_value

State = Literal["agreed", "differs", "one", "silent"]
SPANS = ("all", "some", "one", "edges", "kind")
"""How a stretch is marked: alike by all, by some, by one coder; with other edges; as other kinds."""
STALE = "stale"  # what a problem has for its rule where a coder's answer changed under gold
SUPERVISOR = "supervisor"  # stands among those whose value it is where the supervisor made it
ARTICLE = ""  # stands for the article itself where a cluster id is asked for
Made = TypeVar("Made")
Stored: TypeAlias = tuple[Coding | None, Sequence[Cluster]]  # what is kept of an adjudication: gold, clusters


@dataclass(frozen=True, slots=True)
class Row:
    """One field of an event (or of the article) with who said what."""

    field: Field
    answers: Mapping[str, Answer]  # by coder, only those who have the event
    state: State  # one: a single coder has this event; silent: nobody answered, or it does not apply


@dataclass(frozen=True, slots=True)
class Adjudication:
    """All that is known about one article's disagreements: submitted codings, clusters, gold so far."""

    codebook: Codebook
    codings: tuple[Coding, ...]
    clusters: tuple[Cluster, ...]
    gold: Coding
    article: Article
    spans: bool = False  # whether stretches of the text are decided
    # What was made before, with what it was made of: a decision leaves most of it as it is.
    _made: dict[object, tuple[tuple[object, ...], Any]] = dataclasses.field(
        default_factory=dict, compare=False, repr=False
    )
    _found: Kept = dataclasses.field(default_factory=dict, compare=False, repr=False)

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
        """Nothing decided yet; codings in the order of coders' names; spans: decided beside events too."""
        gold = Coding(codings[0].article, codings[0].text_sha256, codebook.ref, GOLD)
        ordered, spans = tuple(sorted(codings, key=lambda c: c.coder)), spans or not codebook.event_fields
        return cls(codebook, ordered, tuple(clusters), gold, article, spans)

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders in the order in which the digits take their values."""
        return tuple(c.coder for c in self.codings)

    def cluster(self, cluster_id: str) -> Cluster:
        """The cluster of that id; raises CoderError where it is gone."""
        return _the_one(cluster for cluster in self.clusters if cluster.id == cluster_id)

    def rows(self, cluster_id: str) -> list[Row]:
        """Who said what about the article (`ARTICLE`) or one cluster; links name the cluster they lead to."""
        shape = (cluster_id, *((c.id, c.members) for c in self.clusters))
        rows = self._once(shape, (self.codings,), lambda: self._fresh_rows(cluster_id))
        return rows if cluster_id or not self.spans else [*rows, *self._stretches()]

    def row(self, cluster_id: str, field: str) -> Row:
        """Who said what in one field; raises CoderError where that is gone."""
        return _the_one(row for row in self.rows(cluster_id) if row.field.id == field)

    def _fresh_rows(self, cluster_id: str) -> list[Row]:
        book = self.codebook
        if cluster_id == ARTICLE:
            said = {c.coder: effective_answers(c, book) for c in self.codings}
            return [
                _row(field, {coder: answers.get(field.id, MISSING) for coder, answers in said.items()})
                for field in book.article_fields
            ]
        event_ids, members = dict(self.cluster(cluster_id).members), dict[str, Event]()
        for coding in self.codings:
            if event := self._effective(coding).get(event_ids.get(coding.coder, "")):
                members[coding.coder] = _relinked(event, coding, self.clusters, book)
        return [
            _row(field, {coder: event.answer(field.id) for coder, event in members.items()})
            for field in book.event_fields
        ]

    def _effective(self, coding: Coding) -> Mapping[str, Event]:
        """A coding's events as they count, by id."""
        key = ("events", coding.coder)
        return self._once(key, (coding,), lambda: {e.id: e for e in effective_events(coding, self.codebook)})

    def decided(self, cluster_id: str, field: str) -> Answer | None:
        """The gold answer to a field, None while there is none."""
        return self.given(cluster_id).get(field)

    def given(self, cluster_id: str) -> Mapping[str, Answer]:
        """All gold answers about the article or one cluster, by field."""
        if cluster_id == ARTICLE:
            return self.gold.answers
        event = self._gold_event(cluster_id)
        return event.fields if event else {}

    def _gold_event(self, cluster_id: str) -> Event | None:
        return self.gold.event(_event_id(cluster_id)) if cluster_id else None

    def open_cells(self) -> Iterator[tuple[str, str]]:
        """(cluster id, field) still to be decided, or to be decided again, in reading order."""
        for each in self.standing:
            rows = self.rows(each)
            left = self._once(("left", each), (*self._rests_on(each), rows), partial(self._left, each, rows))
            yield from ((each, field) for field in left)

    def _left(self, cluster_id: str, rows: Sequence[Row]) -> list[str]:
        asked, given = self.asked(cluster_id), self.given(cluster_id)
        return [
            row.field.id
            for row in rows
            if row.field.id in asked
            and (self.changed(cluster_id, row) if row.field.id in given else row.state != "silent")
        ]

    def _rests_on(self, cluster_id: str) -> tuple[object, ...]:
        """All of the gold on which rests what is asked, and decided, about the article or one cluster."""
        return self.gold.answers, self._gold_event(cluster_id)

    def _once(self, key: object, made_of: tuple[object, ...], make: Callable[[], Made]) -> Made:
        """What was made before of the very same objects, else what is made of them now."""
        if key not in self._made or [*map(id, self._made[key][0])] != [*map(id, made_of)]:
            self._made[key] = made_of, make()
        made: Made = self._made[key][1]
        return made

    def settled(self, cluster_id: str, row: Row) -> bool:
        """Whether a field is decided, by what coders still say."""
        return self.decided(cluster_id, row.field.id) is not None and not self.changed(cluster_id, row)

    def changed(self, cluster_id: str, row: Row) -> list[str]:
        """The coders on whose answers a decision rests and who say something else now; [] for a sound one.

        An agreement, and what was taken for want of a second coding, rests on all who have the event; any
        other decision on those whose value was taken, and a majority on being one. A set that the supervisor
        made of several coders' rests on being their union or what they have in common.
        """
        decided = self.decided(cluster_id, row.field.id)
        if decided is None:
            return []
        key = ("changed", cluster_id, row.field.id)
        return self._once(key, (row, decided), partial(self._unlike, row, decided))

    def _unlike(self, row: Row, decided: Answer) -> list[str]:
        of_all, said = decided.reason in (AGREED, SINGLE), row.answers
        rests_on = [c for c in self.coders if c in decided.taken_from or (of_all and c in said)]
        if rests_on and SUPERVISOR in decided.taken_from:
            sets = [said[c].value for c in rests_on if c in said and said[c].coded]
            made = len(sets) == len(rests_on) and [union(sets), common(sets)]
            return [] if made and any(same_value(decided.value, each) for each in made) else rests_on
        changed = [c for c in rests_on if c not in said or not same(said[c], decided)]
        if not changed and decided.reason == MAJORITY:
            others = [c for c in said if not same(said[c], decided)]
            changed = others if 2 * len(others) >= len(said) else []
        return changed

    def problems(self) -> list[Problem]:
        """What the codebook finds wrong with the gold so far, and what coders changed under it."""
        found = problems(self.gold, self.codebook, self.article, kept=self._found)
        for each in self.standing:
            rows = self.rows(each)
            found += self._once(
                ("stale", each), (*self._rests_on(each), rows), partial(self._stale, each, rows)
            )
        return found

    def _stale(self, cluster_id: str, rows: Sequence[Row]) -> list[Problem]:
        asked, event_id = self.asked(cluster_id), _event_id(cluster_id) if cluster_id else None
        found = []
        for row in rows:
            if row.field.id in asked and (who := self.changed(cluster_id, row)):
                message = Message("review.changed_since", field=row.field.label, coders=joined(who))
                found.append(Problem(STALE, "error", event_id, row.field.id, message))
        return found

    @property
    def standing(self) -> tuple[str, ...]:
        """The article, and the clusters that were not thrown out."""
        return (ARTICLE, *(c.id for c in self.clusters if not c.rejected))

    def asked(self, cluster_id: str) -> set[str]:
        """The fields that are asked for: what gold asks follows from what is decided.

        Of a field that depends on the event type nothing is open before the type is.
        """
        if cluster_id != ARTICLE:
            event = self._gold_event(cluster_id) or Event(_event_id(cluster_id))
            make = partial(visible, event, self.gold, self.codebook)
            return self._once(("asked", cluster_id), self._rests_on(cluster_id), make)
        asked = visible_article(self.gold, self.codebook)
        return asked | {row.field.id for row in self._stretches()} if self.spans else asked

    def _stretches(self) -> list[Row]:
        """The stretches that coders marked, and those of gold that nobody marks like that any more."""
        rows = [_row(field, answers) for field, answers in stretches(self.codings, self.codebook)]
        known = {row.field.id for row in rows}
        for name, answer in self.gold.answers.items():
            spans = [span for i in answer.evidence if (span := self.gold.span(i)) is not None]
            if is_stretch(name, self.codebook) and name not in known and spans:
                rows.append(Row(replace(field_of(spans, self.codebook), id=name), {}, "silent"))
        return rows


def up_to_date(
    stored: Sequence[Cluster], codings: Sequence[Coding], align: Callable[[], Sequence[Cluster]]
) -> list[Cluster]:
    """The clusters as they were kept, with the events that there are now.

    An event that came since goes where `align` puts it: to others of a cluster that its coder is not in and
    that nobody threw out (a policy may have, for want of it), else into a cluster of its own. Events that
    went leave; those of coders who are not compared at present stay, and so does what a supervisor added.
    """
    present = {coding.coder: {event.id for event in coding.events} for coding in codings}
    found = [
        replace(c, members=tuple(m for m in c.members if m[0] not in present or m[1] in present[m[0]]))
        for c in stored
    ]
    known = {member for cluster in found for member in cluster.members}
    if any((coder, event) not in known for coder, events in present.items() for event in events):
        number = max((int(c.id.removeprefix("c")) for c in found), default=0)
        for together in align():
            new = [member for member in together.members if member not in known]
            old = set(together.members) - set(new)
            for at, cluster in enumerate(found):
                free = [m for m in new if m[0] not in dict(cluster.members)]
                if old & set(cluster.members) and cluster.rejected in ("", *POLICIES) and free:
                    members = tuple(sorted((*cluster.members, *free)))
                    found[at] = replace(cluster, members=members, rejected="")
                    new = [member for member in new if member not in free]
            if new:
                number += 1
                found.append(Cluster(f"c{number}", together.article, tuple(new)))
    return [c for c in found if c.members or c.gold or c in stored]


def span_class(row: Row) -> str:
    """How a stretch is marked, one of SPANS; "" where nobody marks it any more, and for a field."""
    said = row.answers.values() if row.field.id.startswith(STRETCH) else ()
    marked = [frozenset(each.value) for each in said if each.coded]
    if not marked:
        return ""
    if len(marked) == 1 < len(row.answers):
        return "one"
    if len(set(marked)) == 1:
        return "all" if len(marked) == len(row.answers) else "some"
    kinds = {tuple(sorted(value.rpartition(".")[0] for value in each)) for each in marked}
    return "edges" if len(kinds) == 1 else "kind"


def is_said(answer: Answer) -> bool:
    """Whether it says anything: a value, or that the article does not state it."""
    return answer.state not in ("missing", "not_applicable")


def same(a: Answer, b: Answer) -> bool:
    """Whether two answers say the same: blanks by name, lists as sets, places by what they name."""
    return a.state == b.state and (not a.coded or same_value(a.value, b.value))


def holds(items: Sequence[Json], item: Json) -> bool:
    """Whether a list has an item, by what it says."""
    return any(same_value([each], [item]) for each in items)


def union(lists: Sequence[Sequence[Json]]) -> list[Json]:
    """The items that any of some lists has, each once, in order."""
    found: list[Json] = []
    for item in (item for each in lists for item in each):
        if not holds(found, item):
            found.append(item)
    return found


def common(lists: Sequence[Sequence[Json]]) -> list[Json]:
    """The items that all of some lists have."""
    return [item for item in union(lists) if all(holds(each, item) for each in lists)]


def gold_id(cluster: Cluster) -> str:
    """The id of the gold event that a cluster becomes; known before it exists, so that links can use it."""
    return _event_id(cluster.id)


def _event_id(cluster_id: str) -> str:
    return f"g{cluster_id.removeprefix('c')}"


def cluster_id(event_id: str | None) -> str:
    """The cluster of a gold event, `ARTICLE` for None or ""."""
    return f"c{event_id.removeprefix('g')}" if event_id else ARTICLE


def _the_one(found: Iterator[Made]) -> Made:
    """The only one there is; raises CoderError where others joined events, or marked other words, since."""
    for each in found:
        return each
    raise CoderError("review.gone")


def _row(field: Field, answers: dict[str, Answer]) -> Row:
    said = list(answers.values())
    if not any(map(is_said, said)):
        return Row(field, answers, "silent")
    if len(said) == 1:
        return Row(field, answers, "one")
    return Row(field, answers, "agreed" if all(same(said[0], other) for other in said[1:]) else "differs")


def _relinked(event: Event, coding: Coding, clusters: Sequence[Cluster], codebook: Codebook) -> Event:
    """The event with its links to other events of the coding led to those events' gold ids instead."""
    targets = {dict(c.members).get(coding.coder): gold_id(c) for c in clusters}
    for of in codebook.event_fields:
        answer = event.answer(of.id)
        if of.value_is == "record_reference" and answer.coded:
            links = [{**link, "record": targets.get(link["record"], link["record"])} for link in answer.value]
            event = event.with_answer(of.id, replace(answer, value=links))
    return event
