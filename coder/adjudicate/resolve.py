"""A supervisor's decisions on one article: clusters and codings in, gold out, field by field.

Every function takes the adjudication as it is and gives it as it will be; nothing is stored here.
Each gold value keeps whose value it is, why it was taken and who decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from coder.adjudicate.diff import Row, article_rows, cluster_rows, gold_id, same
from coder.adjudicate.stretches import spans_of
from coder.codebook.schema import Codebook
from coder.codebook.stretch import is_stretch
from coder.codebook.validate import visible, visible_article
from coder.errors import CoderError
from coder.model import GOLD, Answer, Blank, Cluster, Coding, Decision, Event, Span, Status
from coder.text.counts import counted

ARTICLE = ""
"""Stands for the article itself where a cluster id is asked for."""
AGREED = "agreed"
"""The reason of a value on which all coders agree."""
SUPERVISOR = "supervisor"
Stored: TypeAlias = tuple[Coding | None, Sequence[Cluster]]
"""What of an adjudication is kept: the gold coding and the clusters."""


@dataclass(frozen=True, slots=True)
class Adjudication:
    """All that is known about one article's disagreements: submitted codings, clusters, gold so far."""

    codebook: Codebook
    codings: tuple[Coding, ...]
    clusters: tuple[Cluster, ...]
    gold: Coding

    @classmethod
    def begin(
        cls, codebook: Codebook, codings: Sequence[Coding], clusters: Sequence[Cluster]
    ) -> Adjudication:
        """Nothing decided yet; codings in the order of coders' names."""
        ordered = tuple(sorted(codings, key=lambda c: c.coder))
        first = ordered[0]
        gold = Coding(first.article, first.text_sha256, codebook.ref, GOLD)
        return cls(codebook, ordered, tuple(clusters), gold)

    def resumed(self, gold: Coding) -> Adjudication:
        """The same with the gold that was decided before."""
        return replace(self, gold=gold)

    @property
    def coders(self) -> tuple[str, ...]:
        """The coders in the order in which the digits take their values."""
        return tuple(c.coder for c in self.codings)

    def cluster(self, cluster_id: str) -> Cluster:
        """The cluster of that id."""
        return next(c for c in self.clusters if c.id == cluster_id)

    def rows(self, cluster_id: str) -> list[Row]:
        """Who said what about the article (`ARTICLE`) or about one cluster."""
        if cluster_id == ARTICLE:
            return article_rows(self.codings, self.codebook)
        return cluster_rows(self.cluster(cluster_id), self.codings, self.clusters, self.codebook)

    def decided(self, cluster_id: str, field: str) -> Answer | None:
        """The gold answer to a field, None while there is none."""
        if cluster_id == ARTICLE:
            return self.gold.answers.get(field)
        event = self.gold.event(gold_id(self.cluster(cluster_id)))
        return event.fields.get(field) if event else None

    def open_cells(self) -> Iterator[tuple[str, str]]:
        """(cluster id, field) still to be decided, in reading order.

        Fields that the codebook does not compare (distance none) never count as open.
        """
        for row in self.rows(ARTICLE):
            if self._open(ARTICLE, row):
                yield ARTICLE, row.field.id
        for cluster in self.clusters:
            if not cluster.rejected:
                for row in self.rows(cluster.id):
                    if self._open(cluster.id, row):
                        yield cluster.id, row.field.id

    def _open(self, cluster_id: str, row: Row) -> bool:
        """Whether a field must be decided: compared, answered by somebody, and asked for this gold event.

        What gold asks follows from what is decided: of a field that depends on the event type nothing is
        open before the type is.
        """
        if row.field.distance.kind == "none" or row.state == "silent":
            return False
        if self.decided(cluster_id, row.field.id) is not None:
            return False
        if cluster_id == ARTICLE:
            asked = visible_article(self.gold, self.codebook)
            return is_stretch(row.field.id, self.codebook) or row.field.id in asked
        event_id = gold_id(self.cluster(cluster_id))
        event = self.gold.event(event_id) or Event(event_id)
        return row.field.id in visible(event, self.gold, self.codebook)


def take(
    state: Adjudication, cluster_id: str, field: str, coder: str, *, by: str, reason: str = ""
) -> Adjudication:
    """One coder's answer, with its evidence, becomes gold; others who said the same are named as well."""
    row = _row(state, cluster_id, field)
    answer = row.answers.get(coder)
    if answer is None:
        raise CoderError(
            f"{coder} does not have this event.",
            hint="Take another coder's value, or reject it.",
            arabic=(f"ليس عند {coder} هذا الحدث.", "خذ قيمة مرمّز آخر أو ارفض الحدث."),
        )
    if answer.blank is Blank.NOT_APPLICABLE:
        raise CoderError(
            f"For {coder} the field does not apply.",
            hint="Decide the fields it depends on; it then goes by itself.",
            arabic=(f"الحقل لا ينطبق عند {coder}.", "قرّر الحقول التي يتعلق بها، فيزول وحده."),
        )
    givers = [c for c in state.coders if c in row.answers and _says_same(row, c, coder)]
    if not reason and row.state == "agreed":
        reason = AGREED
    return _put(state, cluster_id, row, givers, by=by, reason=reason)


def set_value(
    state: Adjudication, cluster_id: str, field: str, answer: Answer, *, by: str, reason: str = ""
) -> Adjudication:
    """A value that no coder gave, decided by the supervisor; evidence stays that of the gold before."""
    before = state.decided(cluster_id, field)
    gold, evidence = state.gold, before.evidence if before else ()
    if is_stretch(field, state.codebook):
        gold, evidence = _with_gold_spans(gold, spans_of(answer.value or (), state.codings))
    kept = replace(answer, evidence=evidence, taken_from=(SUPERVISOR,), reason=reason, by=by)
    return _with_answer(replace(state, gold=gold), cluster_id, field, kept)


def clear(state: Adjudication, cluster_id: str, field: str) -> Adjudication:
    """The field is undecided again."""
    return _with_answer(state, cluster_id, field, None)


def accept_agreed(state: Adjudication, cluster_id: str | None = None, *, by: str) -> Adjudication:
    """Everything on which two or more coders agree becomes gold, in one cluster or in all."""
    ids = [cluster_id] if cluster_id is not None else [ARTICLE, *(c.id for c in state.clusters)]
    for each in ids:
        if each != ARTICLE and state.cluster(each).rejected:
            continue
        for row in state.rows(each):
            applies = any(a.blank is not Blank.NOT_APPLICABLE for a in row.answers.values())
            if row.state == "agreed" and applies and state.decided(each, row.field.id) is None:
                givers = [c for c in state.coders if c in row.answers]
                state = _put(state, each, row, givers, by=by, reason=AGREED)
    return state


def take_event(state: Adjudication, cluster_id: str, coder: str, *, by: str, reason: str) -> Adjudication:
    """Every answer of one coder's event becomes gold where nothing is decided yet."""
    for row in state.rows(cluster_id):
        answer = row.answers.get(coder)
        if answer is None or answer.state in ("missing", "not_applicable"):
            continue
        if state.decided(cluster_id, row.field.id) is None:
            state = take(state, cluster_id, row.field.id, coder, by=by, reason=reason)
    return state


def reject(state: Adjudication, cluster_id: str, *, reason: str) -> Adjudication:
    """The cluster is no event; what was decided about it goes, the reason stays."""
    cluster = state.cluster(cluster_id)
    gold = replace(state.gold, events=tuple(e for e in state.gold.events if e.id != gold_id(cluster)))
    changed = replace(cluster, gold="", rejected=reason)
    return _with_cluster(replace(state, gold=_without_loose_spans(gold)), changed)


def restore(state: Adjudication, cluster_id: str) -> Adjudication:
    """A rejected cluster is open again."""
    return _with_cluster(state, replace(state.cluster(cluster_id), rejected=""))


def link(state: Adjudication, first: str, second: str) -> Adjudication:
    """Two clusters are one event; refused where a coder would have two events in it."""
    one, other = state.cluster(first), state.cluster(second)
    shared = {coder for coder, _ in one.members} & {coder for coder, _ in other.members}
    if shared:
        raise CoderError(
            f"{', '.join(sorted(shared))} has an event in both.",
            hint="Split the event off first, or reject one of the two.",
            arabic=(f"عند {'، '.join(sorted(shared))} حدث في كليهما.", "افصل الحدث أولاً، أو ارفض أحدهما."),
        )
    merged = replace(one, members=tuple(sorted((*one.members, *other.members))), rejected="")
    state = _without_gold(state, first, second)
    kept = tuple(merged if c.id == first else c for c in state.clusters if c.id != second)
    return replace(state, clusters=tuple(replace(c, gold="") if c.id == first else c for c in kept))


def split(state: Adjudication, cluster_id: str, coder: str) -> Adjudication:
    """One coder's event leaves its cluster and becomes a cluster of its own, after it."""
    cluster = state.cluster(cluster_id)
    leaving = tuple(m for m in cluster.members if m[0] == coder)
    if not leaving or len(cluster.members) == 1:
        raise CoderError(
            "There is nothing to split off.",
            hint="Choose a coder who shares this event.",
            arabic=("لا شيء يُفصل.", "اختر مرمّزاً يشارك في هذا الحدث."),
        )
    state = _without_gold(state, cluster_id)
    number = 1 + max(int(c.id.removeprefix("c")) for c in state.clusters)
    rest = replace(cluster, members=tuple(m for m in cluster.members if m[0] != coder), gold="")
    own = Cluster(f"c{number}", cluster.article, leaving)
    spread = [(rest, own) if c.id == cluster_id else (c,) for c in state.clusters]
    return replace(state, clusters=tuple(c for group in spread for c in group))


def close(state: Adjudication) -> Adjudication:
    """The gold is finished; raises CoderError while something is open."""
    open_cells = list(state.open_cells())
    if open_cells:
        raise CoderError(
            f"{counted(len(open_cells), 'cell')} still open.",
            hint="Go to the next one and decide it.",
            arabic=(f"خانات بلا قرار: {len(open_cells)}.", "انتقل إلى التالية وقرّرها."),
        )
    return replace(state, gold=replace(state.gold, status=Status.SUBMITTED))


def _row(state: Adjudication, cluster_id: str, field: str) -> Row:
    return next(row for row in state.rows(cluster_id) if row.field.id == field)


def _says_same(row: Row, one: str, other: str) -> bool:
    return same(row.answers[one], row.answers[other])


def _put(
    state: Adjudication,
    cluster_id: str,
    row: Row,
    givers: Sequence[str],
    *,
    by: str,
    reason: str,
) -> Adjudication:
    """The first giver's answer becomes gold, with everybody's evidence, and comments under their names."""
    said = {coder: row.answers[coder] for coder in givers}
    answer = said[givers[0]]
    spans = (c.span(i) for c in state.codings if c.coder in said for i in said[c.coder].evidence)
    comment = " · ".join(f"{coder}: {each.comment}" for coder, each in said.items() if each.comment)
    gold, ids = _with_gold_spans(state.gold, [span for span in spans if span is not None])
    taken = Answer(
        value=answer.value,
        blank=answer.blank,
        evidence=ids,
        comment=comment,
        taken_from=tuple(givers),
        reason=reason,
        by=by,
    )
    return _with_answer(replace(state, gold=gold), cluster_id, row.field.id, taken)


def _with_gold_spans(gold: Coding, spans: Sequence[Span]) -> tuple[Coding, tuple[str, ...]]:
    ids = []
    for span in spans:
        gold, span_id = _with_gold_span(gold, span)
        ids.append(span_id)
    return gold, tuple(dict.fromkeys(ids))


def _with_gold_span(gold: Coding, span: Span) -> tuple[Coding, str]:
    for known in gold.spans:
        if (known.kind, known.start, known.end) == (span.kind, span.start, span.end):
            return gold, known.id
    number = 1 + max((int(s.id.removeprefix("s")) for s in gold.spans), default=0)
    copy = Span(f"s{number}", span.kind, span.start, span.end, span.quote, span.value)
    return gold.with_span(copy), copy.id


def _with_answer(state: Adjudication, cluster_id: str, field: str, answer: Answer | None) -> Adjudication:
    if cluster_id == ARTICLE:
        gold = state.gold.with_answer(field, answer)
        return replace(state, gold=_without_loose_spans(gold))
    cluster = state.cluster(cluster_id)
    event_id = gold_id(cluster)
    event = state.gold.event(event_id) or Event(event_id)
    gold = _in_cluster_order(state.gold.with_event(event.with_answer(field, answer)))
    changed = replace(cluster, gold=event_id, rejected="")
    return _with_cluster(replace(state, gold=_without_loose_spans(gold)), changed)


def _in_cluster_order(gold: Coding) -> Coding:
    return replace(gold, events=tuple(sorted(gold.events, key=lambda e: int(e.id.removeprefix("g")))))


def _with_cluster(state: Adjudication, cluster: Cluster) -> Adjudication:
    clusters = tuple(cluster if c.id == cluster.id else c for c in state.clusters)
    return replace(state, clusters=clusters)


def _without_gold(state: Adjudication, *cluster_ids: str) -> Adjudication:
    gone = {gold_id(state.cluster(c)) for c in cluster_ids}
    gold = replace(state.gold, events=tuple(e for e in state.gold.events if e.id not in gone))
    return replace(state, gold=_without_loose_spans(gold))


def _without_loose_spans(gold: Coding) -> Coding:
    """Gold keeps only spans that support a gold value."""
    answers = [*gold.answers.values(), *(a for e in gold.events for a in e.fields.values())]
    used = {span_id for answer in answers for span_id in answer.evidence}
    kept = tuple(s for s in gold.spans if s.id in used and s.decision is not Decision.REJECTED)
    return gold if len(kept) == len(gold.spans) else replace(gold, spans=kept)
