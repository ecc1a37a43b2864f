"""All edits that a supervisor can make to one article's adjudication.

An edit maps an adjudication to the next one; nothing is stored here. Every gold value
records whose value it is, why it was taken, how it came about and who decided; coders'
remarks stay with their codings. A cluster id of "" stands for the article.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, NamedTuple, Protocol

from msgspec import Struct
from msgspec.structs import replace

from coder.adjudicate.event_clusters import next_cluster_id
from coder.adjudicate.evidence import choose_edges, find_evidence_of_decision
from coder.adjudicate.links import redirect_links
from coder.adjudicate.resolve import (
    ARTICLE,
    SUPERVISOR,
    Adjudication,
    Row,
    gold_id,
    is_same_answer,
)
from coder.adjudicate.stretches import find_spans_of_values
from coder.codebook.label import join_texts
from coder.codebook.validate import is_stretch, value_problems
from coder.errors import CoderError
from coder.messages.catalogue import Message
from coder.model import (
    AGREED,
    DECIDED,
    POLICY,
    Answer,
    Blank,
    Cluster,
    Coding,
    Decision,
    Event,
    Span,
    Status,
)
from coder.values.named import with_known_country


class GoldEdit(Protocol):
    """An edit by a supervisor; the classes below and in `composed_edits` and `policies`
    are all there are.
    """

    @property
    def what(self) -> str:
        """The edit's word in the journal; its text for people is `edits.WORD` in the
        catalogue.
        """

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        """Return the adjudication after the edit, decided by `by`; raises CoderError if
        it is refused.
        """


class FieldEdit(Struct, frozen=True):
    """An edit of the gold answer to one field of a cluster, or of the article."""

    cluster_id: str
    field: str

    def row(self, state: Adjudication) -> Row:
        """Return the coders' answers to the field."""
        return state.row(self.cluster_id, self.field)

    def get_decision(self, state: Adjudication) -> Answer:
        """Return the gold answer; raises CoderError if there is none."""
        decided = state.find_decision(self.cluster_id, self.field)
        if decided is None:
            raise CoderError("review.not_decided")
        return decided

    def with_answer(self, state: Adjudication, answer: Answer | None) -> Adjudication:
        """Set the gold answer; None removes it."""
        return _set_answers(state, {self.cluster_id: {self.field: answer}})


class Take(FieldEdit, frozen=True):
    """One coder's answer, with its evidence, becomes gold; coders who gave the same are
    recorded too.

    The reason for what all coders answer alike is always that they agree.
    """

    what: ClassVar[str] = "gold.taken"
    coder: str
    reason: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        row = self.row(state)
        answer = row.answers.get(self.coder)
        if answer is None:
            raise CoderError("review.not_their_event", coder=self.coder)
        if answer.blank is Blank.NOT_APPLICABLE:
            raise CoderError("review.not_applicable", coder=self.coder)
        givers = row.coders_of(answer)
        taking = Taking(self.cluster_id, row, givers, self.reason, self.coder)
        if row.state == "agreed":
            taking = taking._replace(reason=AGREED, how=AGREED)
        return _take(state, [taking], by)


class Decide(FieldEdit, frozen=True):
    """The supervisor decides a value; it has the evidence of what it replaces, as
    `find_evidence_of_decision` says.
    """

    what: ClassVar[str] = "gold.set"
    answer: Answer
    reason: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        before = state.find_decision(self.cluster_id, self.field)
        answer = self.answer
        gold = state.gold
        evidence: tuple[str, ...] = ()
        if is_stretch(self.field, state.codebook):
            spans = find_spans_of_values(answer.value or (), state.codings)
            gold, [evidence] = _add_gold_spans(gold, [spans])
        elif answer.coded:
            row = self.row(state)
            for problem in value_problems(row.field, answer.value, state.codebook):
                raise CoderError(
                    "coding.not_allowed", field=row.field.label, problem=problem
                )
            marked = (span for coding in state.codings for span in coding.spans)
            value = with_known_country(row.field, answer.value, marked)
            answer = replace(answer, value=value)
            spans = find_evidence_of_decision(state, row, before, value)
            gold, [evidence] = _add_gold_spans(gold, [spans])
        elif before is not None and is_same_answer(before, answer):
            evidence = before.evidence
        after = replace(
            answer,
            evidence=evidence,
            taken_from=(SUPERVISOR,),
            reason=self.reason,
            how=DECIDED,
            by=by,
        )
        return self.with_answer(replace(state, gold=gold), after)


class Attach(FieldEdit, frozen=True):
    """A span of the article becomes evidence of a gold value, which stays; the id of
    `span` is irrelevant.
    """

    what: ClassVar[str] = "gold.attached"
    span: Span

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        field = self.row(state).field
        before = self.get_decision(state)
        if field.evidence == "none" or is_stretch(self.field, state.codebook):
            raise CoderError("coding.takes_no_evidence", field=field.label)
        if not before.coded:
            raise CoderError("coding.nothing_to_support", field=field.label)
        gold, [ids] = _add_gold_spans(state.gold, [[self.span]])
        after = replace(before, evidence=tuple(dict.fromkeys((*before.evidence, *ids))))
        return self.with_answer(replace(state, gold=gold), after)


class Detach(FieldEdit, frozen=True):
    """A span is no longer evidence of a gold value, which stays."""

    what: ClassVar[str] = "gold.detached"
    span: Span

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        before = self.get_decision(state)
        stretch = self.span.stretch
        detached = {span.id for span in state.gold.spans if span.stretch == stretch}
        evidence = tuple(i for i in before.evidence if i not in detached)
        return self.with_answer(state, replace(before, evidence=evidence))


class Reason(FieldEdit, frozen=True):
    """Change the reason of a decision, which stays; a value that a policy made is
    decided by this.
    """

    what: ClassVar[str] = "gold.reason"
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        before = self.get_decision(state)
        after = replace(before, reason=self.reason, how=DECIDED, by=by, applied_by="")
        return self.with_answer(state, after)


class Clear(FieldEdit, frozen=True):
    """Make the field undecided again."""

    what: ClassVar[str] = "gold.cleared"

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        if state.find_decision(self.cluster_id, self.field) is None:
            return state
        return self.with_answer(state, None)


class TakeAgreed(Struct, frozen=True):
    """Everything on which all coders of the article agree becomes gold."""

    what: ClassVar[str] = "gold.agreed"

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        takings = []
        for each in state.standing:
            for row in state.rows(each):
                if row.state == "agreed" and not state.is_settled(each, row):
                    givers = list(row.answers)
                    takings.append(Taking(each, row, givers, AGREED, how=AGREED))
        return take_arising(state, takings, by)


class TakeEvent(Struct, frozen=True):
    """Every answer of one coder's event becomes gold, where nothing is decided yet;
    notes are kept anyway.
    """

    what: ClassVar[str] = "gold.event"
    cluster_id: str
    coder: str
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        for row in state.rows(self.cluster_id):
            if row.field.is_note:
                continue
            take = Take(self.cluster_id, row.field.id, self.coder, self.reason)
            state = apply_if_waiting(take, state, row, by)
        return state


class RejectCluster(Struct, frozen=True):
    """The cluster is not an event: decisions about it are dropped, and the reason is
    recorded.
    """

    what: ClassVar[str] = "gold.rejected"
    cluster_id: str
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        cluster = replace(state.cluster(self.cluster_id), gold="", rejected=self.reason)
        state = _remove_gold(state, self.cluster_id)
        state = _redirect_gold_links(state, {gold_id(self.cluster_id): ""})
        return _replace_cluster(state, cluster)


class RestoreCluster(Struct, frozen=True):
    """Reopen a rejected cluster."""

    what: ClassVar[str] = "gold.restored"
    cluster_id: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        cluster = replace(state.cluster(self.cluster_id), rejected="")
        if not cluster.members:
            return add_to_gold(state, cluster)
        return _replace_cluster(state, cluster)


class Link(Struct, frozen=True):
    """Merge two clusters into one event; refused if a coder would have two events in
    it.
    """

    what: ClassVar[str] = "clusters.linked"
    cluster_id: str
    other_id: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        one = state.cluster(self.cluster_id)
        other = state.cluster(self.other_id)
        shared = dict(one.members).keys() & dict(other.members)
        if shared:
            raise CoderError("review.events_in_both", coders=join_texts(sorted(shared)))
        members = tuple(sorted((*one.members, *other.members)))
        linked = replace(one, members=members, rejected="", gold="")
        left = tuple(c for c in state.clusters if c.id != other.id)
        state = _remove_gold(state, one.id, other.id)
        state = _redirect_gold_links(state, {gold_id(other.id): gold_id(one.id)})
        return _replace_cluster(replace(state, clusters=left), linked)


class Split(Struct, frozen=True):
    """Move one coder's event out of its cluster into a new cluster after it."""

    what: ClassVar[str] = "clusters.split"
    cluster_id: str
    coder: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        cluster = state.cluster(self.cluster_id)
        leaving = tuple(m for m in cluster.members if m[0] == self.coder)
        staying = tuple(m for m in cluster.members if m[0] != self.coder)
        if not leaving or not staying:
            raise CoderError("review.nothing_to_split")
        rest = replace(cluster, members=staying, gold="")
        new = Cluster(next_cluster_id(state.clusters), cluster.article, leaving)
        at = state.clusters.index(cluster)
        clusters = (*state.clusters[:at], rest, new, *state.clusters[at + 1 :])
        return replace(_remove_gold(state, cluster.id), clusters=clusters)


class Close(Struct, frozen=True):
    """Finish the gold, and keep the coders' notes in it; refused while it is open or
    has errors.
    """

    what: ClassVar[str] = "gold.closed"

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        open_cells = list(state.open_cells())
        if open_cells:
            count = Message("counts.cells", n=len(open_cells))
            raise CoderError("review.cells_open", count=count)
        errors = [p for p in state.problems() if p.severity == "error"]
        if errors:
            count = Message("counts.errors", n=len(errors))
            raise CoderError("review.errors_left", count=count, first=errors[0].message)
        state = _set_answers(state, self._list_notes(state, by))
        return replace(state, gold=replace(state.gold, status=Status.SUBMITTED))

    def _list_notes(self, state: Adjudication, by: str) -> dict[str, dict[str, Answer]]:
        """Return the notes that gold keeps, by cluster and field."""
        found = {}
        for each in state.standing:
            notes = {}
            for name, answer in state.notes(each).items():
                notes[name] = replace(answer, applied_by=by)
            if notes:
                found[each] = notes
        return found


class Taking(NamedTuple):
    """A value to take: where, from whom, why and how; chosen: the coder whose wording
    and edges are used.
    """

    cluster_id: str
    row: Row
    givers: Sequence[str]
    reason: str
    chosen: str = ""
    how: str = DECIDED

    def choose_evidence(self, state: Adjudication) -> list[Span]:
        """Return the spans that the givers cite, one where they drew different edges."""
        cited = []
        for coder in self.givers:
            spans = state.spans_by_coder[coder]
            for span_id in self.row.answers[coder].evidence:
                if span_id in spans:
                    cited.append((coder, spans[span_id]))
        return choose_edges(cited, self.chosen)

    def make_answer(self, evidence: tuple[str, ...], by: str) -> Answer:
        """Return the gold answer with the ids of its evidence; by: who takes it, or
        applies the policy that does.
        """
        given = self.row.answers[self.chosen or self.givers[0]]
        answer = Answer(
            given.value,
            given.blank,
            evidence,
            taken_from=tuple(self.givers),
            reason=self.reason,
            how=self.how,
        )
        if self.how.startswith(POLICY):
            return replace(answer, applied_by=by)
        return replace(answer, by=by)


def _take(state: Adjudication, takings: Sequence[Taking], by: str) -> Adjudication:
    """Make coders' answers gold: the chosen giver's, or the first's, with the evidence
    of all givers.
    """
    evidence = [taking.choose_evidence(state) for taking in takings]
    gold, ids_by_taking = _add_gold_spans(state.gold, evidence)
    taken: dict[str, dict[str, Answer]] = {}
    for taking, ids in zip(takings, ids_by_taking, strict=True):
        answers = taken.setdefault(taking.cluster_id, {})
        answers[taking.row.field.id] = taking.make_answer(ids, by)
    return _set_answers(replace(state, gold=gold), taken)


def take_arising(
    state: Adjudication, takings: Sequence[Taking], by: str
) -> Adjudication:
    """Make coders' answers gold, except those that gold does not ask for once the others
    are in.
    """
    taken = _take(state, takings, by)
    arising = []
    for taking in takings:
        excluded = taken.find_excluded_fields(taking.cluster_id)
        if taking.row.field.id not in excluded:
            arising.append(taking)
    if len(arising) == len(takings):
        return taken
    return _take(state, arising, by)


def apply_if_waiting(
    take: Take, state: Adjudication, row: Row, by: str
) -> Adjudication:
    """Take the coder's answer if it can become gold and the field is not settled."""
    if row.can_take(take.coder) and state.is_waiting(take.cluster_id, row):
        return take.apply(state, by)
    return state


def _add_gold_spans(
    gold: Coding, groups: Iterable[Sequence[Span]]
) -> tuple[Coding, list[tuple[str, ...]]]:
    """Add the evidence spans of several answers to gold; return it and each answer's
    span ids.
    """
    ids = {span.stretch: span.id for span in reversed(gold.spans)}
    numbers = (int(span.id.removeprefix("s")) for span in gold.spans)
    number = max(numbers, default=0)
    new = list[Span]()
    ids_by_answer = list[tuple[str, ...]]()
    for spans in groups:
        for span in spans:
            stretch = span.stretch
            if stretch not in ids:
                number += 1
                ids[stretch] = f"s{number}"
                new.append(Span(ids[stretch], *stretch, span.quote, span.value))
        ids_by_answer.append(tuple(dict.fromkeys(ids[span.stretch] for span in spans)))
    return replace(gold, spans=(*gold.spans, *new)), ids_by_answer


def _set_answers(
    state: Adjudication, changes: Mapping[str, Mapping[str, Answer | None]]
) -> Adjudication:
    """Set gold answers by cluster and field; None removes one."""
    gold = state.gold
    clusters = {cluster.id: cluster for cluster in state.clusters}
    for cluster_id, answers in changes.items():
        if cluster_id == ARTICLE:
            gold = replace(gold, answers=_merge_changes(gold.answers, answers))
        else:
            cluster = state.cluster(cluster_id)
            if cluster.rejected:
                raise CoderError("review.is_rejected")
            event_id = gold_id(cluster_id)
            event = gold.event(event_id) or Event(event_id)
            fields = _merge_changes(event.fields, answers)
            gold = gold.with_event(replace(event, fields=fields))
            clusters[cluster_id] = replace(cluster, gold=event_id)
    events = tuple(sorted(gold.events, key=lambda e: int(e.id.removeprefix("g"))))
    state = replace(state, clusters=tuple(clusters.values()))
    return _set_gold(state, replace(gold, events=events))


def _merge_changes(
    before: Mapping[str, Answer], changes: Mapping[str, Answer | None]
) -> dict[str, Answer]:
    merged = {name: answer for name, answer in before.items() if name not in changes}
    for name, answer in changes.items():
        if answer is not None:
            merged[name] = answer
    return merged


def add_to_gold(state: Adjudication, cluster: Cluster) -> Adjudication:
    """Add a cluster that no coder has to gold as an event, so that its fields are asked
    for.
    """
    state = replace(state, gold=state.gold.with_event(Event(gold_id(cluster.id))))
    return _replace_cluster(state, replace(cluster, gold=gold_id(cluster.id)))


def _replace_cluster(state: Adjudication, cluster: Cluster) -> Adjudication:
    clusters = tuple(cluster if c.id == cluster.id else c for c in state.clusters)
    return replace(state, clusters=clusters)


def _remove_gold(state: Adjudication, *cluster_ids: str) -> Adjudication:
    removed = {*map(gold_id, cluster_ids)}
    left = tuple(event for event in state.gold.events if event.id not in removed)
    return _set_gold(state, replace(state.gold, events=left))


def _redirect_gold_links(
    state: Adjudication, targets: Mapping[str, str]
) -> Adjudication:
    """Redirect the links between gold events, as `redirect_links` does."""
    events = tuple(
        redirect_links(event, state.codebook, targets) for event in state.gold.events
    )
    return _set_gold(state, replace(state.gold, events=events))


def _set_gold(state: Adjudication, gold: Coding) -> Adjudication:
    """Replace the gold, dropping spans that support no gold value."""
    used = {span_id for answer in gold.every_answer for span_id in answer.evidence}
    spans = tuple(
        s for s in gold.spans if s.id in used and s.decision is not Decision.REJECTED
    )
    return replace(state, gold=replace(gold, spans=spans))
