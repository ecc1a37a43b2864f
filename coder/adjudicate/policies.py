"""Policies: named rules that make gold of coders' answers without a decision on each
value.

Each value they set records the policy as its reason. A supervisor's decisions stand,
and values set by one policy are not changed by later ones unless a coder changes the
answers they are based on. A supervisor who trusts their own coding decides by that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from coder.adjudicate.gold_edits import (
    Close,
    RejectCluster,
    Taking,
    is_agreed,
    take_arising,
)
from coder.adjudicate.resolve import ARTICLE, Adjudication, Row, is_same_answer
from coder.errors import CoderError
from coder.model import (
    AGREED,
    DECIDED,
    MAJORITY,
    NOTES,
    POLICIES,
    POLICY,
    SINGLE,
    TRUSTED,
    Answer,
    Blank,
    Cluster,
    Status,
)


class Apply(Struct, frozen=True):
    """Apply policies in order, and close the gold if nothing is left to decide.

    trusted: the coder whose answers the policy "trusted" takes, "" for nobody. is_own:
    whether that is the supervisor who applies it: these values are decided by them, not
    made by a policy.
    """

    what: ClassVar[str] = "gold.applied"
    policies: Sequence[str]
    trusted: str = ""
    is_own: bool = False

    def apply(self, state: Adjudication, by: str) -> Adjudication:
        if not state.gold.is_submitted:
            return _closed(self._filled(state, by), by)
        # Closed gold stands, unless only policies made it and coders have changed
        # answers since.
        if not self._may_reopen(state) or not any(state.open_cells()):
            return state
        reopened = replace(state, gold=replace(state.gold, status=Status.OPEN))
        done = _closed(self._filled(reopened, by), by)
        return done if done.gold.is_submitted else state

    def _filled(self, state: Adjudication, by: str) -> Adjudication:
        before = state
        for policy in self.policies:
            how = DECIDED if self.is_own else f"{POLICY}{policy}"
            for each in [each for each in state.standing if each != ARTICLE]:
                if self._rejects(policy, state, state.cluster(each)):
                    state = RejectCluster(each, policy).apply(state, by)
            takings = [
                Taking(
                    each,
                    row,
                    givers,
                    policy,
                    self.trusted if policy == TRUSTED else "",
                    how,
                )
                for each in state.standing
                for given, earlier in [
                    (state.list_decisions(each), before.list_decisions(each))
                ]
                for row in state.rows(each)
                if row.state != "silent"
                and given.get(row.field.id)
                is earlier.get(row.field.id)  # no policy before this one took it
                and (row.field.id not in given or self._may_change(before, each, row))
                and (givers := self._givers(policy, state, each, row))
            ]
            state = take_arising(state, takings, by)
        return state

    def _may_reopen(self, state: Adjudication) -> bool:
        """Return whether closed gold holds nothing that a supervisor decided, except by
        their own coding.
        """
        rejected = {cluster.rejected for cluster in state.clusters if cluster.rejected}
        return rejected <= {*POLICIES} and all(
            answer.reason == NOTES or self._is_by_policy(answer)
            for answer in state.gold.every_answer
        )

    def _is_by_policy(self, decided: Answer) -> bool:
        """Return whether a value was made by a policy, or by the own coding that is
        applied again.
        """
        return decided.reason in POLICIES and (self.is_own or decided.how != DECIDED)

    def _may_change(self, state: Adjudication, cluster_id: str, row: Row) -> bool:
        """Return whether a policy decided a field, and coders have changed answers it
        is based on.
        """
        decided = state.find_decision(cluster_id, row.field.id)
        return (
            decided is not None
            and self._is_by_policy(decided)
            and bool(state.find_changed_coders(cluster_id, row))
        )

    def _rejects(self, policy: str, state: Adjudication, cluster: Cluster) -> bool:
        """Return whether a policy rejects a cluster; never one with decisions or one
        that gold links to.
        """
        coders = dict(cluster.members).keys() & set(state.coders)
        if cluster.gold:
            return False
        if policy == MAJORITY:
            rejects = 2 * len(coders) < len(state.coders)
        else:
            rejects = (
                policy == TRUSTED
                and self.trusted in state.coders
                and self.trusted not in coders
            )
        return rejects and not state.is_linked(cluster.id)

    def _givers(
        self, policy: str, state: Adjudication, cluster_id: str, row: Row
    ) -> Sequence[str]:
        """Return the coders whose answer a policy takes; [] if the policy does not
        apply.
        """
        if row.field.is_note:  # each coder's is kept when gold is closed
            return []
        answers = row.answers
        givers = list[str]()
        if policy == AGREED and is_agreed(row):
            givers = [*answers]
        elif policy == MAJORITY and (
            cluster_id == ARTICLE or 2 * len(answers) > len(state.coders)
        ):
            givers = majority(answers)
        elif policy == TRUSTED and self.trusted in answers:
            givers = [
                c
                for c, answer in answers.items()
                if is_same_answer(answer, answers[self.trusted])
            ]
        elif policy == SINGLE and len(state.coders) == 1:
            givers = [*answers]
        applies = givers and answers[givers[0]].blank is not Blank.NOT_APPLICABLE
        return givers if applies else []


def majority(answers: Mapping[str, Answer]) -> list[str]:
    """Return the coders, more than half of two or more, who gave the same answer; [] if
    there is no majority.
    """
    for answer in answers.values() if len(answers) > 1 else ():
        agreeing = [
            coder for coder, other in answers.items() if is_same_answer(other, answer)
        ]
        if 2 * len(agreeing) > len(answers):
            return agreeing
    return []


def _closed(state: Adjudication, by: str) -> Adjudication:
    try:
        return Close().apply(state, by)
    except CoderError:  # something is open or wrong, for a supervisor to decide
        return state
