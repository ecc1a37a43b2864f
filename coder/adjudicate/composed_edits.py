"""Gold edits of more than one decision: merging sets, rejecting values or codings,
several fields at once.

They are composed of the edits in `gold_edits`; each is a single journal entry and is
undone as one.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from coder.adjudicate.clusters import next_cluster_id
from coder.adjudicate.evidence import find_cited_spans, find_spans_behind
from coder.adjudicate.gold_edits import (
    Attach,
    Decide,
    FieldEdit,
    RejectCluster,
    Take,
    add_to_gold,
    apply_if_waiting,
)
from coder.adjudicate.resolve import (
    ARTICLE,
    SUPERVISOR,
    Adjudication,
    Row,
    is_answered,
)
from coder.codebook.validate import is_stretch
from coder.errors import CoderError
from coder.model import Answer, Blank, Cluster, Json
from coder.values.typed import common, holds, union


class Combine(FieldEdit, frozen=True):
    """The union of all coders' lists, or with `shared` their intersection, becomes
    gold.

    It is attributed to these coders and the supervisor, as none of them may have given
    exactly this value.
    """

    what: ClassVar[str] = "gold.combined"
    shared: bool
    reason: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        row = self.row(state)
        if not row.field.is_list or is_stretch(self.field, state.codebook):
            raise CoderError("review.no_set", field=row.field.label)
        answers = row.coded
        if len(answers) < 2:
            raise CoderError("review.one_set", field=row.field.label)
        values = [answer.value for answer in answers.values()]
        items = common(values) if self.shared else union(values)
        if not items:
            raise CoderError("review.nothing_shared", field=row.field.label)
        return _compose(state, self, row, items, (*answers, SUPERVISOR), by)


class RejectValue(FieldEdit, frozen=True):
    """Reject a value, or an item of a list: what else coders gave becomes gold.

    If nothing else is left, gold is `not stated`. Refused if the remaining coders
    disagree.
    """

    what: ClassVar[str] = "gold.value_rejected"
    value: Json
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        row = self.row(state)
        at = (self.cluster_id, self.field)
        not_stated = Decide(*at, Answer(blank=Blank.NOT_STATED), self.reason)
        answers = row.coded
        if row.field.is_list:
            items = union([answer.value for answer in answers.values()])
            rest = [item for item in items if not holds([self.value], item)]
            if not rest:
                return not_stated.apply(state, by)
            return _compose(state, self, row, rest, (SUPERVISOR,), by)
        rejected = row.coders_of(Answer(self.value))
        others = [coder for coder in answers if coder not in rejected]
        if not others:
            return not_stated.apply(state, by)
        first = others[0]
        agreeing = row.coders_of(answers[first])
        if any(coder not in agreeing for coder in others):
            raise CoderError("review.others_differ", field=row.field.label)
        return Take(*at, first, self.reason).apply(state, by)


class RejectCoding(Struct, frozen=True):
    """Reject a coder's coding: events that only they have are rejected, what the others
    agree on is taken.

    Fields on which the others differ stay open. Existing decisions stay, also on events
    that only they have.
    """

    what: ClassVar[str] = "gold.coding_rejected"
    coder: str
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        for each in state.standing:
            if self._is_only_theirs(state, each):
                state = RejectCluster(each, self.reason).apply(state, by)
            else:
                state = self._take_from_others(state, each, by)
        return state

    def _is_only_theirs(self, state: Adjudication, cluster_id: str) -> bool:
        """Return whether only this coder has the event, and nothing of it is decided."""
        if cluster_id == ARTICLE or state.list_decisions(cluster_id):
            return False
        return state.list_coders(cluster_id) == {self.coder}

    def _take_from_others(
        self, state: Adjudication, cluster_id: str, by: str
    ) -> Adjudication:
        for row in state.rows(cluster_id):
            others = [coder for coder in row.answers if coder != self.coder]
            if not others:
                continue
            first = others[0]
            answer = row.answers[first]
            agreeing = row.coders_of(answer)
            agree = all(coder in agreeing for coder in others)
            if agree and is_answered(answer) and state.is_waiting(cluster_id, row):
                take = Take(cluster_id, row.field.id, first, self.reason)
                state = take.apply(state, by)
        return state


class AddEvent(Struct, frozen=True):
    """Add an event that no coder has; the supervisor decides its fields."""

    what: ClassVar[str] = "clusters.added"

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        new = Cluster(next_cluster_id(state.clusters), state.gold.article, ())
        return add_to_gold(replace(state, clusters=(*state.clusters, new)), new)


class TakeFields(Struct, frozen=True):
    """Take one coder's answers in some fields, or with coder "" the agreed ones, where
    nothing is decided.
    """

    what: ClassVar[str] = "gold.fields"
    cluster_id: str
    fields: tuple[str, ...]
    coder: str
    reason: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        for row in state.rows(self.cluster_id):
            if row.field.id not in self.fields:
                continue
            if not self.coder and row.state != "agreed":
                continue
            coder = self.coder or next(iter(row.answers))
            take = Take(self.cluster_id, row.field.id, coder, self.reason)
            state = apply_if_waiting(take, state, row, by)
        return state


def _compose(
    state: Adjudication,
    edit: Combine | RejectValue,
    row: Row,
    items: list[Json],
    who: tuple[str, ...],
    by: str,
) -> Adjudication:
    """Set gold to some of the coders' items, with each coder's evidence of these.

    who: whom the decision is attributed to.
    """
    at = (edit.cluster_id, edit.field)
    answers = row.coded
    state = Decide(*at, Answer(items), edit.reason).apply(state, by)
    if row.field.evidence != "none":
        for coder, cited in find_cited_spans(state, row).items():
            given = answers[coder].value
            for span in find_spans_behind(state, row, given, cited, items):
                state = Attach(*at, span).apply(state, by)
    decided = replace(edit.get_decision(state), taken_from=who)
    return edit.with_answer(state, decided)
