"""Who claims an act in a later sentence: وتبنى التنظيم الهجوم, وأعلنت الحركة مسؤوليتها عن العملية."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from coder.model import Candidate
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import TRIGGER
from coder.suggest.parties import parties
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import verbs, word_set
from coder.text.normalize import fold_key


class Claim(NamedTuple):
    """Who claims an act that was told before, and the words that say so."""

    by: Sequence[Candidate]
    words: Candidate


def claim_of(clause: Clause, later: Iterable[Sentence]) -> Claim | None:
    """The claim of an act of violence in the next sentences, up to one that tells of another such act."""
    if clause.trigger.value not in word_set("events", "violent"):
        return None
    for sentence in later:
        claim, is_last = _told_by(sentence)
        if claim or is_last:
            return claim
    return None


@lru_cache(8)
def _told_by(sentence: Sentence) -> tuple[Claim | None, bool]:
    """A sentence's claim of an act told before, and whether the sentence tells of a new act of violence."""
    triggers, violent = sentence.of_kind(TRIGGER), word_set("events", "violent")
    acts = (c for c in triggers if c.value in violent)
    is_new = any(c.origin.startswith("verb:") or not is_definite(fold_key(c.quote)) for c in acts)
    return next(_claims(sentence), None), is_new


def _claims(sentence: Sentence) -> Iterator[Claim]:
    triggers = sentence.of_kind(TRIGGER)
    for trigger in (c for c in triggers if c.value in word_set("events", "claims")):
        clause = Clause(trigger, sentence)
        doers = parties(clause)[0] if _is_of_known_act(clause) else []
        if doers:
            yield Claim(doers, trigger)
    said = [v for v in sentence.light_verbs if v.form in verbs("events", "announced")] if triggers else ()
    ends = [v.end for v in said if v.form.startswith("ا")]  # in the past: not لم تعلن, قد تعلن
    for actor in sentence.actors if ends else ():
        clause = Clause(actor, sentence)
        is_theirs = clause.after(actor) in word_set("roles", "responsibility")
        if is_theirs and sentence.adjoins(actor.start, ends) and _is_of_known_act(clause):
            yield Claim([actor], actor)


def _is_of_known_act(clause: Clause) -> bool:
    """Whether the next act is one that was told before: الهجوم, تلك الهجمات."""
    act = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    return act is not None and act.origin.startswith("noun:") and is_definite(fold_key(act.quote))
