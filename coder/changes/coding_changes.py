"""Changes between two states of a coding, or of an article's gold, as a list of values.

A change is one span, event, answer, cluster or status that differs. The answers of an
event that was added or removed are part of that change. `coder.revisions` compares
codebooks; this module compares codings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.model import (
    MISSING,
    Answer,
    Blank,
    Cluster,
    Coding,
    Event,
    Span,
    Status,
    event_number,
)


class SpanChange(Struct, frozen=True):
    """A span that was added (before is None), removed (after is None) or changed."""

    before: Span | None
    after: Span | None

    @property
    def span(self) -> Span:
        """The span as it is now, or as it was when it was removed."""
        span = self.after or self.before
        assert span is not None
        return span


class EventChange(Struct, frozen=True):
    """An event that was added (before is None) or removed (after is None), with its
    answers.
    """

    before: Event | None
    after: Event | None

    @property
    def event(self) -> Event:
        """The added or removed event."""
        event = self.after or self.before
        assert event is not None
        return event


class AnswerChange(Struct, frozen=True):
    """An answer that differs; event_id is "" for a field of the article.

    gained, lost: the spans that became evidence, and those that are no longer evidence.
    """

    event_id: str
    field_id: str
    before: Answer
    after: Answer
    gained: tuple[Span, ...] = ()
    lost: tuple[Span, ...] = ()

    @property
    def is_value_changed(self) -> bool:
        """True if the value, its blank or its confirmation differs."""
        return _state(self.before) != _state(self.after)


class ClusterChange(Struct, frozen=True):
    """A group of aligned events that was added, removed, rejected, restored or composed
    anew.
    """

    before: Cluster | None
    after: Cluster | None

    @property
    def cluster(self) -> Cluster:
        """The cluster as it is now, or as it was when it was removed."""
        cluster = self.after or self.before
        assert cluster is not None
        return cluster


class StatusChange(Struct, frozen=True):
    """A coding that was submitted or reopened, or gold that was closed or reopened."""

    before: Status
    after: Status


Change: TypeAlias = (
    SpanChange | EventChange | AnswerChange | ClusterChange | StatusChange
)


class Place(Struct, frozen=True):
    """Where a change was made: event ("" for the article), field and span, as far as it
    has them.
    """

    event_id: str = ""
    field: Field | None = None
    span: Span | None = None


class MadeEdit(Struct, frozen=True):
    """An edit that was made, undone, redone or refused: its name in the journal, and
    its changes.
    """

    what: str
    changes: tuple[Change, ...]


def compare_codings(before: Coding | None, after: Coding | None) -> list[Change]:
    """Return what differs between two states of one coding: status, events, answers,
    then spans.
    """
    changes = _compare_status(before, after)
    old_ids = {event.id for event in before.events} if before else set()
    new_ids = {event.id for event in after.events} if after else set()
    for event in before.events if before else ():
        if event.id not in new_ids:
            changes.append(EventChange(event, None))
    for event in after.events if after else ():
        if event.id not in old_ids:
            changes.append(EventChange(None, event))
    changes += _compare_answers(before, after, left_out=old_ids ^ new_ids)
    return changes + _compare_spans(before, after)


def compare_gold(
    before: tuple[Coding | None, Sequence[Cluster]],
    after: tuple[Coding | None, Sequence[Cluster]],
) -> list[Change]:
    """Return what differs between two states of an article's gold: status, clusters,
    answers, then spans.

    An event of gold exists as soon as one of its fields is decided, so only its answers
    are changes.
    """
    old_gold, old_clusters = before
    new_gold, new_clusters = after
    changes = _compare_status(old_gold, new_gold)
    old = {cluster.id: cluster for cluster in old_clusters}
    new = {cluster.id: cluster for cluster in new_clusters}
    for cluster_id in {**old, **new}:
        was = old.get(cluster_id)
        now = new.get(cluster_id)
        if was is None or now is None or _membership(was) != _membership(now):
            changes.append(ClusterChange(was, now))
    changes += _compare_answers(old_gold, new_gold)
    return changes + _compare_spans(old_gold, new_gold)


def drop_consequences(changes: Iterable[Change], codebook: Codebook) -> list[Change]:
    """Return the changes that somebody made, without those that the program made as a
    consequence.

    Consequences are proposals, defaults and automatic values, spans that became
    evidence, evidence lost with its span, and decisions lost with their event. If
    nothing else changed, they are all returned.
    """
    changes = list(changes)
    cited = set[str]()
    changed_spans = set[str]()
    regrouped = set[str]()
    is_gold = False
    for change in changes:
        if isinstance(change, AnswerChange):
            cited.update(span.id for span in change.gained)
            is_gold = is_gold or is_decision(change)
        elif isinstance(change, EventChange):
            answers = change.event.fields.values()
            cited.update(span_id for answer in answers for span_id in answer.evidence)
        elif isinstance(change, SpanChange):
            changed_spans.add(change.span.id)
        elif isinstance(change, ClusterChange) and change.before is not None:
            regrouped.add(event_number(change.cluster.id))
    meant = []
    for change in changes:
        match change:
            case SpanChange():
                # In gold, spans are only evidence.
                is_new_evidence = change.before is None and change.span.id in cited
                is_meant = not is_gold and not is_new_evidence
            case ClusterChange():
                # Clusters are stored with the first decision about an article.
                is_meant = change.before is not None or not change.cluster.members
            case AnswerChange():
                is_lost = event_number(change.event_id) in regrouped
                is_automatic = _is_automatic(change, codebook, changed_spans)
                is_meant = not is_lost and not is_automatic
            case _:
                is_meant = True
        if is_meant:
            meant.append(change)
    return meant or changes


def is_decision(change: AnswerChange) -> bool:
    """Return whether an answer is one of gold, which somebody or a policy decided."""
    return bool(change.after.how or change.before.how)


def first_place(changes: Sequence[Change], codebook: Codebook) -> Place:
    """Return where a list of changes begins, to move the cursor there."""
    meant = drop_consequences(changes, codebook)
    spans = [change.span for change in changes if isinstance(change, SpanChange)]
    span = spans[0] if spans else None
    for change in meant:
        if isinstance(change, ClusterChange):
            return Place(change.cluster.id)
    answers = [change for change in meant if isinstance(change, AnswerChange)]
    if answers:
        first = min(answers, key=lambda change: codebook_position(change, codebook))
        return Place(first.event_id, find_field(codebook, first), span)
    for change in meant:
        if isinstance(change, EventChange):
            return Place(change.event.id, span=span)
    return Place(span=span)


def find_field(codebook: Codebook, change: AnswerChange) -> Field | None:
    """Return the field of a changed answer, None if the codebook has none of that id."""
    fields = codebook.event_fields if change.event_id else codebook.article_fields
    for field in fields:
        if field.id == change.field_id:
            return field
    return None


def codebook_position(change: AnswerChange, codebook: Codebook) -> int:
    """Return where an answer's field stands in the codebook, fields of the article
    first; -1 for an unknown field.
    """
    order = [field.id for field in codebook.fields]
    return order.index(change.field_id) if change.field_id in order else -1


def _is_automatic(
    change: AnswerChange, codebook: Codebook, changed_spans: set[str]
) -> bool:
    """Return whether the program made the change.

    changed_spans: the ids of the spans that changed at the same time.
    """
    if is_decision(change) or change.after.comment != change.before.comment:
        return False
    if not change.is_value_changed:
        lost = {span.id for span in change.lost}
        return not change.gained and bool(lost) and lost <= changed_spans
    if change.after.proposed:
        return True
    if change.before.proposed and change.after.blank is Blank.MISSING:
        return True
    field = find_field(codebook, change)
    if field is None:
        return False
    # A field that is asked for from now on gets its default.
    is_default = field.when is not None and change.after == Answer(field.default)
    if is_default and change.before == MISSING:
        return True
    return field.auto is not None and change.after.value == field.auto.value


def _compare_status(before: Coding | None, after: Coding | None) -> list[Change]:
    if before is None or after is None or before.status == after.status:
        return []
    return [StatusChange(before.status, after.status)]


def _compare_answers(
    before: Coding | None, after: Coding | None, left_out: Set[str] = frozenset()
) -> list[Change]:
    """Return the answers that differ, in the order of the coding; left_out: the ids of
    events whose answers are no changes of their own.
    """
    old_records = dict(before.records) if before else {}
    new_records = dict(after.records) if after else {}
    old_spans = _spans_by_id(before)
    new_spans = _spans_by_id(after)
    changes: list[Change] = []
    for event_id in {**old_records, **new_records}:
        old_answers = old_records.get(event_id, {})
        new_answers = new_records.get(event_id, {})
        if event_id in left_out or old_answers is new_answers:
            continue
        for field_id in {**old_answers, **new_answers}:
            was = old_answers.get(field_id, MISSING)
            now = new_answers.get(field_id, MISSING)
            if was is now:
                continue
            old = _find_cited(was, old_spans)
            new = _find_cited(now, new_spans)
            gained = tuple(new[key] for key in new if key not in old)
            lost = tuple(old[key] for key in old if key not in new)
            is_same = replace(was, evidence=()) == replace(now, evidence=())
            if not is_same or gained or lost:
                change = AnswerChange(event_id, field_id, was, now, gained, lost)
                changes.append(change)
    return changes


def _compare_spans(before: Coding | None, after: Coding | None) -> list[Change]:
    old = _spans_by_id(before)
    new = _spans_by_id(after)
    changes: list[Change] = []
    for span_id in {**old, **new}:
        was = old.get(span_id)
        now = new.get(span_id)
        if was is not now and was != now:
            changes.append(SpanChange(was, now))
    return changes


def _find_cited(
    answer: Answer, spans: Mapping[str, Span]
) -> dict[tuple[str, int, int], Span]:
    """Return the spans that an answer cites, by kind and offsets; a proposal cites
    candidates instead.
    """
    found = [spans[span_id] for span_id in answer.evidence if span_id in spans]
    return {span.stretch: span for span in found}


def _spans_by_id(coding: Coding | None) -> dict[str, Span]:
    return {span.id: span for span in coding.spans} if coding else {}


def _state(answer: Answer) -> tuple[object, ...]:
    return answer.value, answer.blank, answer.proposed


def _membership(cluster: Cluster) -> tuple[object, ...]:
    return cluster.members, cluster.rejected
