"""Acts of violence that were told before: قصف الجيش بلدة سراقب. وأسفر القصف عن …

A definite noun takes up the act that its own sentence or one before told last. It does
not if something of its own tells it apart: another place or target (الهجوم على رفح), a
word (الهجوم السابق), more than one act.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from coder.codebook.lexicon_schema import Lexicon
from coder.model import Candidate
from coder.suggest.act_status import status_of
from coder.suggest.clause import LONGEST_WORD, Clause, Sentence
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, PLACE, TRIGGER
from coder.suggest.event_fields import is_plural, refined_type
from coder.suggest.phrase import is_definite
from coder.suggest.word_lists import (
    bare,
    noun_forms_of,
    readings,
    verbs,
    word_set,
    words,
)
from coder.text.normalize import fold_key

_LATE = 4  # words between a noun and the place behind it: على السفارة ليلا في
_SIGNS = "،.:؛"
_NEGATED = 3  # words between a negation and its act: لم يشن الجيش أي غارة


def told_before(
    clause: Clause, earlier: Iterable[Sentence], lexicon: Lexicon
) -> Sequence[Clause]:
    """The acts that a definite noun can take up, all from the nearest sentence that
    tells of any.

    earlier: the sentences before, the nearest first.
    """
    trigger = clause.trigger
    if not _takes_up(clause):
        return []
    for sentence in (clause.sentence, *earlier):
        found = [
            c
            for c in _acts(sentence)
            if c.start != trigger.start and _is_of_kind(clause, c, sentence)
        ]
        if sentence is clause.sentence:
            found = [c for c in found if "،" in clause.words(c.end, trigger.start)]
        if found:
            acts = [Clause(c, sentence) for c in found]
            has_happened = all(_has_happened(act, lexicon) for act in acts)
            return acts if has_happened and _is_at_same(clause, sentence) else []
    return []


def _takes_up(clause: Clause) -> bool:
    trigger = clause.trigger
    is_act = trigger.origin.startswith("noun:") and trigger.value in word_set(
        "events", "violent"
    )
    behind = clause.words(
        trigger.end, min(trigger.end + 2 * LONGEST_WORD, clause.sentence.end)
    ).split()
    adjectives = {*fold_key(trigger.quote).split()[1:], *behind[:1]}
    if (
        not is_act
        or not is_definite(_head(trigger))
        or adjectives & noun_forms_of("events", "other_acts")
    ):
        return False
    if behind[:1] and behind[0] in word_set("roles", "relative"):  # التي تُشن من قبلهما
        return not is_plural(_head(trigger)) and not verbs(
            "events", "happening"
        ).isdisjoint(behind[1:2])
    return True


@lru_cache(8)
def _acts(sentence: Sentence) -> Sequence[Candidate]:
    """The acts of violence that a sentence tells, each once; what they did to people
    only if it is all.
    """
    acts = [
        c for c in sentence.of_kind(TRIGGER) if c.value in word_set("events", "violent")
    ]
    acts = [c for c in acts if c.value not in word_set("events", "befalling")] or acts
    partners = [
        partner
        for c in acts
        if (partner := Clause(c, sentence).partner) and partner.start < c.start
    ]
    return [
        c
        for c in acts
        if not any(c is not p and Clause(c, sentence).partner is p for p in partners)
    ]


def _is_of_kind(clause: Clause, act: Candidate, sentence: Sentence) -> bool:
    """Whether an act can be called so by its kind, and is one or several as the noun
    says.
    """
    events: Mapping[str, Any] = words()["events"]
    kind, is_verb = clause.trigger.value, act.origin.startswith("verb:")
    if is_plural(_head(clause.trigger)) and (is_verb or not is_plural(_head(act))):
        return False
    if kind in events["mutual"] or act.value in events["mutual"]:
        return bool(act.value == kind)
    told = refined_type(Clause(act, sentence))
    is_open = events["open_type"] in (kind, told)  # الهجوم, or what was called so
    return (
        is_open
        or told in (kind, refined_type(clause))
        or (kind in events["refined"] and told in events["means"])
    )


def _has_happened(act: Clause, lexicon: Lexicon) -> bool:
    front = act.sentence.front(act.trigger)[-_NEGATED:]
    return not status_of(act, lexicon) and word_set("roles", "not").isdisjoint(front)


def _is_at_same(clause: Clause, sentence: Sentence) -> bool:
    """Whether what the noun itself falls on was named with the act: الهجوم على رفح,
    الذي وقع في لحج.
    """
    kinds, start, end = (ACTOR, OBJECT, PLACE), clause.trigger.end, clause.next
    behind = [
        c for kind in kinds for c in clause.of_kind(kind) if start <= c.start < end
    ]
    own = [c for c in behind if _is_governed(clause.words(start, c.start).split())]
    named = [c.value for kind in kinds for c in sentence.of_kind(kind)]
    return all(c.value in named for c in own) and _is_on_known(clause, sentence)


def _is_governed(between: Sequence[str]) -> bool:
    """Whether words lead from a noun to what it falls on: (الهجوم) الكبير الذي وقع ليلا
    في.
    """
    upon, happened = word_set("roles", "upon"), verbs("events", "happening")
    rest = _behind_adjectives(between)
    if rest[-1:] == [] or rest[-1] not in upon:
        return False
    return len(rest) == 1 or (
        len(rest) <= _LATE and (rest[0] in upon or not happened.isdisjoint(between))
    )


def _is_on_known(clause: Clause, sentence: Sentence) -> bool:
    """Whether a thing behind على was told of as well, even if it is no candidate:
    الهجوم على السفارة.
    """
    behind = _behind_adjectives(clause.words(clause.trigger.end, clause.next).split())
    thing = behind[1].strip(_SIGNS) if behind[:1] == ["علي"] and behind[1:] else ""
    if not is_definite(thing) or bare(thing) in word_set("roles", "upon_nothing"):
        return True
    told = (
        word.strip(_SIGNS)
        for word in sentence.words(sentence.start, sentence.end).split()
    )
    return any(
        bare(thing) in (bare(rest), bare(rest).removesuffix("ا"))
        for w in told
        for _, rest in readings(w)
    )


def _behind_adjectives(words: Sequence[str]) -> Sequence[str]:
    """The words behind a noun without its adjectives and a verb that only says that it
    happened.
    """
    relative = word_set("roles", "relative")
    at = next(
        (n for n, w in enumerate(words) if not is_definite(w) or w in relative),
        len(words),
    )
    if (
        words[at : at + 1]
        and words[at] in relative
        and {*words[at + 1 : at + 2]} & verbs("events", "happening")
    ):
        at += 2
    return words[at:]


def _head(act: Candidate) -> str:
    return fold_key(act.quote).split()[0]
