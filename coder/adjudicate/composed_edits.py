"""Edits of gold that are more than one decision: sets joined, what does not stand, several fields at once.

They are made of the edits in `gold_edits`; each is one entry of the journal and taken back as one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from coder.adjudicate.gold_edits import Attach, Decide, RejectCluster, Take, with_added, with_answer
from coder.adjudicate.resolve import (
    ARTICLE,
    SUPERVISOR,
    Adjudication,
    Row,
    common,
    holds,
    is_said,
    same,
    union,
)
from coder.codebook.validate import is_stretch
from coder.errors import CoderError
from coder.model import MISSING, Answer, Blank, Cluster, Json


@dataclass(frozen=True, slots=True)
class Combine:
    """The union of what all coders gave in a list, or with `shared` what they have in common, becomes gold.

    It is from these coders and the supervisor, as none of them may have given just that.
    """

    what: ClassVar[str] = "gold.combined"
    cluster_id: str
    field: str
    shared: bool
    reason: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        row = state.row(self.cluster_id, self.field)
        if not row.field.is_list or is_stretch(self.field, state.codebook):
            raise CoderError("review.no_set", field=row.field.label)
        said = {coder: answer for coder, answer in row.answers.items() if answer.coded}
        if len(said) < 2:
            raise CoderError("review.one_set", field=row.field.label)
        items = (common if self.shared else union)([answer.value for answer in said.values()])
        if not items:
            raise CoderError("review.nothing_shared", field=row.field.label)
        return _composed(state, self.cluster_id, row, items, [*said], by=by, reason=self.reason)


@dataclass(frozen=True, slots=True)
class RejectValue:
    """A value, or in a list an item, does not stand: what else coders gave becomes gold.

    Nothing else is not stated; refused where the others differ among themselves.
    """

    what: ClassVar[str] = "gold.value_rejected"
    cluster_id: str
    field: str
    value: Json
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        row, at = state.row(self.cluster_id, self.field), (self.cluster_id, self.field)
        nothing = Decide(*at, Answer(blank=Blank.NOT_STATED), self.reason)
        said = {coder: answer for coder, answer in row.answers.items() if answer.coded}
        if row.field.is_list:
            given = union([answer.value for answer in said.values()])
            items = [item for item in given if not holds([self.value], item)]
            if not items:
                return nothing.apply(state, by)
            state = _composed(state, self.cluster_id, row, items, [*said], by=by, reason=self.reason)
            return _from(state, *at, (SUPERVISOR,))
        left = [coder for coder, answer in said.items() if not same(answer, Answer(self.value))]
        if any(not same(said[left[0]], said[coder]) for coder in left):
            raise CoderError("review.others_differ", field=row.field.label)
        return (Take(*at, left[0], self.reason) if left else nothing).apply(state, by)


@dataclass(frozen=True, slots=True)
class RejectCoding:
    """A coder's whole coding does not stand: what only they have goes, and what the others agree on is taken.

    Where the others differ it stays open. What is decided stays, also of an event that only they have.
    """

    what: ClassVar[str] = "gold.coding_rejected"
    coder: str
    reason: str

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        for each in (ARTICLE, *(c.id for c in state.clusters if not c.rejected)):
            rows = state.rows(each)
            coders = {coder for row in rows for coder in row.answers}
            if each != ARTICLE and coders == {self.coder} and not state.given(each):
                state = RejectCluster(each, self.reason).apply(state, by)
                continue
            others = [c for c in state.coders if c in coders - {self.coder}]
            for row in rows:
                said = [row.answers[c] for c in others if c in row.answers]
                alike = all(same(said[0], answer) for answer in said)
                if any(map(is_said, said)) and alike and not state.settled(each, row):
                    state = Take(each, row.field.id, others[0], self.reason).apply(state, by)
        return state


@dataclass(frozen=True, slots=True)
class AddEvent:
    """An event that no coder has; its fields are the supervisor's to decide."""

    what: ClassVar[str] = "clusters.added"

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        number = 1 + max((int(c.id.removeprefix("c")) for c in state.clusters), default=0)
        new = Cluster(f"c{number}", state.gold.article, ())
        return with_added(replace(state, clusters=(*state.clusters, new)), new)


@dataclass(frozen=True, slots=True)
class TakeFields:
    """Of some fields one coder's answers, or with coder "" what is agreed, where nothing is decided yet."""

    what: ClassVar[str] = "gold.fields"
    cluster_id: str
    fields: tuple[str, ...]
    coder: str
    reason: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        for row in state.rows(self.cluster_id):
            coder = self.coder or next(iter(row.answers), "")
            wanted = row.field.id in self.fields and (self.coder or row.state == "agreed")
            said = is_said(row.answers.get(coder, MISSING))
            if wanted and said and not state.settled(self.cluster_id, row):
                reason = "" if row.state == "agreed" else self.reason
                state = Take(self.cluster_id, row.field.id, coder, reason).apply(state, by)
        return state


def _composed(
    state: Adjudication,
    cluster_id: str,
    row: Row,
    items: list[Json],
    givers: list[str],
    *,
    by: str,
    reason: str,
) -> Adjudication:
    """Some items of what coders gave become gold, with the words behind them but for items left out."""
    at = (cluster_id, row.field.id)
    state = Decide(*at, Answer(items), reason).apply(state, by)
    out = [item for item in union([row.answers[coder].value for coder in givers]) if not holds(items, item)]
    if row.field.evidence != "none":
        for coding in state.codings:
            for span_id in row.answers[coding.coder].evidence if coding.coder in givers else ():
                span = coding.span(span_id)
                if span is not None and not (span.value is not None and holds(out, span.value)):
                    state = Attach(*at, span).apply(state, by)
    return _from(state, *at, (*givers, SUPERVISOR))


def _from(state: Adjudication, cluster_id: str, field: str, who: tuple[str, ...]) -> Adjudication:
    """The decision is from these."""
    answer = state.decided(cluster_id, field)
    assert answer is not None
    return with_answer(state, cluster_id, field, replace(answer, taken_from=who))
