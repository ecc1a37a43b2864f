"""Whose statement or measure a rejection answers: رفضت طهران العقوبات الأميركية; ونفت موسكو الاتهامات."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from coder.model import Candidate
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.nations import NATION
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import word_set
from coder.text.normalize import fold_key


def answered(
    clause: Clause, earlier: Iterable[Sentence], doers_of: Callable[[Clause], Sequence[Candidate]]
) -> Sequence[Candidate]:
    """Who made the accusations, threats or sanctions that the clause rejects, here or in an earlier sentence.

    earlier: the sentences before, the nearest first. doers_of: the initiators of a clause.
    """
    act = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    if act is None or not act.origin.startswith("noun:") or act.value not in word_set("events", "said"):
        return []
    if not is_definite(fold_key(act.quote)) or not clause.is_in_clause(act):
        return []
    own = [a for a in doers_of(Clause(act, clause.sentence)) if a.start >= act.end]
    if own:
        return own
    alike = (Clause(c, s) for s in earlier for c in s.of_kind(TRIGGER) if c.value == act.value)
    told = [found for found in map(doers_of, alike) if found]
    named = (found for found in told if found[0].origin != NATION)  # rather than by an adjective
    return next(named, told[0] if told else [])
