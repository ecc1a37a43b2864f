"""Whose statement or measure a rejection answers: رفضت طهران العقوبات الأميركية; ونفت
موسكو الاتهامات.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from coder.model import Candidate, Json
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.nations import NATION
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import word_set
from coder.text.normalize import fold_key

PartiesOf: TypeAlias = Callable[
    [Clause], tuple[Sequence[Candidate], Sequence[Candidate]]
]


def answered(
    clause: Clause,
    earlier: Iterable[Sentence],
    parties_of: PartiesOf,
    rejecting: Sequence[Json],
) -> Sequence[Candidate]:
    """Who made the accusations, threats or sanctions that the clause rejects, here or
    in an earlier sentence.

    earlier: the sentences before, the nearest first. parties_of: who acts in a clause,
    and on whom the act falls. rejecting: the values of those who reject; of several
    statements the one that is aimed at them.
    """
    act = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    if (
        act is None
        or not act.origin.startswith("noun:")
        or act.value not in _answerable()
    ):
        return []
    own = [a for a in parties_of(Clause(act, clause.sentence))[0] if a.start >= act.end]
    if not clause.is_in_clause(act) or own or not is_definite(fold_key(act.quote)):
        return own if clause.is_in_clause(act) else []
    alike = (
        Clause(c, s)
        for s in earlier
        for c in s.of_kind(TRIGGER)
        if c.value == act.value
    )
    told = [(doers, targets) for doers, targets in map(parties_of, alike) if doers]
    fitting = [doers for doers, targets in told if _is_aimed(targets, rejecting)]
    named = (
        doers for doers in fitting if doers[0].origin != NATION
    )  # rather than by an adjective
    return next(named, fitting[0] if fitting else [])


def _answerable() -> frozenset[str]:  # no rejection of a rejection
    return word_set("events", "said") - word_set("events", "denials")


def _is_aimed(targets: Sequence[Candidate], rejecting: Sequence[Json]) -> bool:
    """Whether a statement is aimed at those who reject it, or at nobody whom the
    lexicon lists.
    """
    listed = [item for c in targets for item in c.value or () if isinstance(item, str)]
    return not listed or any(
        item in listed for value in rejecting for item in value or ()
    )
