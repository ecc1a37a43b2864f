"""Policies: named rules that make gold of what coders said, without a decision for each value.

Each value that they make says in its reason which of them made it. What a supervisor decided stands, and what
one policy made stands against those after it, until a coder changes what it rests on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from coder.adjudicate.gold_edits import Close, RejectCluster, Taking, is_agreed, take
from coder.adjudicate.resolve import ARTICLE, Adjudication, Row, same
from coder.errors import CoderError
from coder.model import AGREED, MAJORITY, POLICIES, SINGLE, TRUSTED, Answer, Blank, Cluster, Status


@dataclass(frozen=True, slots=True)
class Apply:
    """Policies in their order, and the gold is closed where nothing is left to decide.

    trusted: the coder whose coding is taken for want of another decision, "" for nobody.
    """

    what: ClassVar[str] = "gold.applied"
    policies: Sequence[str]
    trusted: str = ""

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        if state.gold.status is not Status.SUBMITTED:
            return _closed(self._filled(state, by), by)
        # What is closed stands; but where policies alone made it, they may say what they say by now.
        if not _is_by_policies(state) or not any(state.open_cells()):
            return state
        anew = replace(state, gold=replace(state.gold, status=Status.OPEN))
        done = _closed(self._filled(anew, by), by)
        return done if done.gold.status is Status.SUBMITTED else state

    def _filled(self, state: Adjudication, by: str) -> Adjudication:
        rows = {each: state.rows(each) for each in state.standing}
        begun = state
        for policy in self.policies:
            for each in [each for each in rows if each != ARTICLE]:
                if self._throws_out(policy, state, state.cluster(each)):
                    state = RejectCluster(each, policy).apply(state, by)
                    del rows[each]
            taken = [
                Taking(each, row, givers, policy, self.trusted if policy == TRUSTED else "")
                for each, of in rows.items()
                for given, before in [(state.given(each), begun.given(each))]
                for row in of
                if row.state != "silent"
                and given.get(row.field.id) is before.get(row.field.id)  # no policy before this one took it
                and (row.field.id not in given or _may_change(begun, each, row))
                and (givers := self._givers(policy, state, each, row))
            ]
            state = take(state, taken, by)
        return state

    def _throws_out(self, policy: str, state: Adjudication, cluster: Cluster) -> bool:
        """Whether a policy says that there is no such event; not where something is decided about it."""
        coders = dict(cluster.members).keys() & set(state.coders)
        if cluster.gold:
            return False
        if policy == MAJORITY:
            return 2 * len(coders) < len(state.coders)
        return policy == TRUSTED and self.trusted in state.coders and self.trusted not in coders

    def _givers(self, policy: str, state: Adjudication, cluster_id: str, row: Row) -> Sequence[str]:
        """The coders whose answer a policy takes, none where it has nothing to say."""
        said, givers = row.answers, list[str]()
        if policy == AGREED and is_agreed(row):
            givers = [*said]
        elif policy == MAJORITY and (cluster_id == ARTICLE or 2 * len(said) > len(state.coders)):
            givers = majority(said)
        elif policy == TRUSTED and self.trusted in said:
            givers = [c for c, answer in said.items() if same(answer, said[self.trusted])]
        elif policy == SINGLE and len(state.coders) == 1:
            givers = [*said]
        applies = givers and said[givers[0]].blank is not Blank.NOT_APPLICABLE
        return givers if applies else []


def majority(said: Mapping[str, Answer]) -> list[str]:
    """Those of two or more coders who are more than half of them and say the same."""
    for answer in said.values() if len(said) > 1 else ():
        alike = [coder for coder, other in said.items() if same(other, answer)]
        if 2 * len(alike) > len(said):
            return alike
    return []


def _closed(state: Adjudication, by: str) -> Adjudication:
    try:
        return Close().apply(state, by)
    except CoderError:  # something is open, or wrong: that is a supervisor's to decide
        return state


def _may_change(state: Adjudication, cluster_id: str, row: Row) -> bool:
    """Whether a policy decided a field, and coders have changed what that rests on."""
    decided = state.decided(cluster_id, row.field.id)
    return decided is not None and decided.reason in POLICIES and bool(state.changed(cluster_id, row))


def _is_by_policies(state: Adjudication) -> bool:
    """Whether nothing of the gold was decided by hand."""
    rejected = (cluster.rejected for cluster in state.clusters if cluster.rejected)
    return {*(answer.reason for answer in state.gold.every_answer), *rejected} <= {*POLICIES}
