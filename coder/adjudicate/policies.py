"""Policies: named rules that make gold of coders' answers without a decision on each
value.

Each value they set records the policy as its reason. A supervisor's decisions stand,
and values set by one policy are not changed by later ones unless a coder changes the
answers they are based on. A supervisor who trusts their own coding decides by that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from coder.adjudicate.gold_edits import (
    Close,
    RejectCluster,
    Taking,
    take_arising,
)
from coder.adjudicate.resolve import ARTICLE, Adjudication, Row
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
            return _close_if_complete(self._apply_policies(state, by), by)
        # Closed gold stands, unless only policies made it and coders have changed
        # answers since.
        if not self._may_reopen(state) or not any(state.open_cells()):
            return state
        reopened = replace(state, gold=replace(state.gold, status=Status.OPEN))
        done = _close_if_complete(self._apply_policies(reopened, by), by)
        return done if done.gold.is_submitted else state

    def _apply_policies(self, state: Adjudication, by: str) -> Adjudication:
        before = state
        for policy in self.policies:
            for cluster_id in state.standing:
                if cluster_id != ARTICLE and self._rejects(policy, state, cluster_id):
                    state = RejectCluster(cluster_id, policy).apply(state, by)
            takings = self._list_takings(policy, before, state)
            state = take_arising(state, takings, by)
        return state

    def _list_takings(
        self, policy: str, before: Adjudication, state: Adjudication
    ) -> list[Taking]:
        """Return what a policy takes.

        before: the adjudication before the first policy, as a value that an earlier
        policy took stays.
        """
        chosen = self.trusted if policy == TRUSTED else ""
        how = DECIDED if self.is_own else f"{POLICY}{policy}"
        takings = []
        for cluster_id in state.standing:
            decided = state.list_decisions(cluster_id)
            decided_before = before.list_decisions(cluster_id)
            for row in state.rows(cluster_id):
                name = row.field.id
                was_taken = decided.get(name) is not decided_before.get(name)
                if was_taken or row.state == "silent":
                    continue
                if name in decided and not self._may_change(before, cluster_id, row):
                    continue
                givers = self._find_givers(policy, state, cluster_id, row)
                if givers:
                    taking = Taking(cluster_id, row, givers, policy, chosen, how)
                    takings.append(taking)
        return takings

    def _may_reopen(self, state: Adjudication) -> bool:
        """Return whether closed gold holds nothing that a supervisor decided, except by
        their own coding.
        """
        for cluster in state.clusters:
            if cluster.rejected not in ("", *POLICIES):
                return False
        for answer in state.gold.every_answer:
            if answer.reason != NOTES and not self._is_by_policy(answer):
                return False
        return True

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
        if decided is None or not self._is_by_policy(decided):
            return False
        return bool(state.find_changed_coders(cluster_id, row))

    def _rejects(self, policy: str, state: Adjudication, cluster_id: str) -> bool:
        """Return whether a policy rejects a cluster; never one with decisions or one
        that gold links to.
        """
        cluster = state.cluster(cluster_id)
        if cluster.gold or state.is_linked(cluster_id):
            return False
        coders = dict(cluster.members).keys() & set(state.coders)
        if policy == MAJORITY:
            return 2 * len(coders) < len(state.coders)
        if policy == TRUSTED:
            return self.trusted in state.coders and self.trusted not in coders
        return False

    def _find_givers(
        self, policy: str, state: Adjudication, cluster_id: str, row: Row
    ) -> Sequence[str]:
        """Return the coders whose answer a policy takes; [] if the policy does not
        apply.
        """
        if row.field.is_note:  # each coder's is kept when gold is closed
            return []
        answers = row.answers
        givers = list[str]()
        if policy == AGREED and row.state == "agreed":
            givers = list(answers)
        elif policy == MAJORITY:
            is_of_most = 2 * len(answers) > len(state.coders)
            if cluster_id == ARTICLE or is_of_most:
                givers = _find_majority(row)
        elif policy == TRUSTED and self.trusted in answers:
            givers = row.coders_of(answers[self.trusted])
        elif policy == SINGLE and len(state.coders) == 1:
            givers = list(answers)
        if givers and answers[givers[0]].blank is Blank.NOT_APPLICABLE:
            return []
        return givers


def _find_majority(row: Row) -> list[str]:
    """Return the coders, more than half of two or more, who gave the same answer; [] if
    there is no majority.
    """
    if len(row.answers) < 2:
        return []
    for answer in row.answers.values():
        agreeing = row.coders_of(answer)
        if 2 * len(agreeing) > len(row.answers):
            return agreeing
    return []


def _close_if_complete(state: Adjudication, by: str) -> Adjudication:
    try:
        return Close().apply(state, by)
    except CoderError:  # something is open or wrong, for a supervisor to decide
        return state
