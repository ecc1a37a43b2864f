"""Which actors of a sentence can be parties, without allies and background; the dead
and injured apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TypeAlias

from coder.model import Candidate
from coder.suggest.clause import ADJOINING, LONGEST_WORD, Clause, Sentence
from coder.suggest.compiled_lexicon import OBJECT, TRIGGER
from coder.suggest.forms import past_passive
from coder.suggest.number_spans import NUMBER
from coder.suggest.phrase import is_nisba
from coder.suggest.word_lists import agent_marks, bare, noun_forms_of, nouns, word_set
from coder.text.normalize import fold_key

Actors: TypeAlias = Sequence[Candidate]
OBJECT_PRONOUNS = ("ها", "هم", "هما", "ه")
_OWNED = 3 * LONGEST_WORD  # code points from a thing to whose it is
_ASIDE = re.compile("،\\s*و(?:هو|هي|هما|هم)\\s[^،]*$")


@lru_cache(2)
def free_and_casualties(sentence: Sentence) -> tuple[Actors, Actors]:
    """The actors of a sentence that can be parties of its acts, and those who were
    killed or injured.
    """
    casualties = [a for a in sentence.phrases if _is_casualty(sentence, a)]
    outsiders = [
        a
        for a in sentence.phrases
        if _is_ally(sentence, a) or _is_background(sentence, a)
    ]
    outsiders += [a for a in sentence.phrases if _is_in_aside(sentence, a)]
    outsiders += [
        a for a, group in pairwise(sentence.phrases) if _is_some_of(sentence, a, group)
    ]
    return [
        a for a in sentence.phrases if a not in casualties and a not in outsiders
    ], casualties


def _is_in_aside(sentence: Sentence, actor: Candidate) -> bool:
    """Whether an actor only tells who another is: فلان، وهو مسؤول في الحركة، اتهم؛
    الجماعة (ذراع إيران).
    """
    opened = sentence.text.rfind("(", sentence.start, actor.start)
    if opened > sentence.text.rfind(")", sentence.start, actor.start):
        return any(
            not sentence.words(other.end, opened)
            for other in sentence.phrases
            if other.end <= opened
        )
    aside = _ASIDE.search(sentence.text, sentence.start, actor.start)
    acts = (
        ()
        if aside is None
        else (c for c in sentence.of_kind(TRIGGER) if aside.start() <= c.start)
    )
    return aside is not None and not any(act.start < actor.start for act in acts)


def is_marked(sentence: Sentence, actor: Candidate, role: str) -> bool:
    """Whether words in front of an actor, or of what holds it, mark it as agent,
    patient or companion.
    """
    holders = (
        (*sentence.of_kind(OBJECT), *sentence.of_kind(NUMBER))
        if role == "patient"
        else ()
    )
    in_front = (c for c in holders if c.start < actor.start < c.end + _OWNED)
    around = (c for c in in_front if _holds(sentence, c, actor))
    marks = agent_marks() if role == "agent" else word_set("roles", role)
    return any(not marks.isdisjoint(sentence.governors(c)) for c in (actor, *around))


def _holds(
    sentence: Sentence, thing: Candidate, actor: Candidate
) -> bool:  # مواقع عسكرية تابعة للجماعة
    if actor.start <= thing.end + 2:
        return True
    *rest, last = sentence.words(thing.end, actor.start).split() or [""]
    is_owned = (
        bool(rest) and last == "ل" and bare(rest[-1]) in word_set("roles", "owned")
    )
    return is_owned and (len(rest) == 1 or (len(rest) == 2 and is_nisba(rest[0])))


def is_accusative(sentence: Sentence, actor: Candidate) -> bool:
    """Whether the first noun has the ending of an object: اتهمت الوكالة الحوثيين، هاجم
    مقاتلي الحركة.
    """
    noun = bare(fold_key(_head(sentence, actor)))
    is_sound_plural = noun.endswith("ين") and noun in nouns("actors", "group_heads")
    return (
        is_sound_plural
        or noun.endswith("يين")
        or noun in word_set("roles", "as_object")
    )


def differs_in_gender(verb: str, sentence: Sentence, actor: Candidate) -> bool:
    """Whether a folded verb and an actor behind it differ in gender, so that the actor
    is its object.
    """
    if is_part(sentence, actor):
        return False  # قتلت مجموعة من تنظيم داعش: the verb goes with the group
    noun = _head(sentence, actor)
    if verb[0] == "ي" or not (verb[0] == "ت" or verb.endswith("ت")):
        is_of_men = bare(fold_key(noun)) in word_set("roles", "men_in_ta")
        return noun.endswith(("ة", "ات")) and not is_of_men  # هاجم القوات
    return verb.endswith("ت") and bare(fold_key(noun)) in word_set(
        "roles", "masculine"
    )  # اتهمت الجيش


def fits_pronoun(clause: Clause, actor: Candidate) -> bool:
    """Whether a pronoun in front of the trigger can stand for an actor: هم not for whom
    its speakers tell of.

    قال مسؤولون إن إيران أمرت بها ولكنهم اتهموها
    """
    pronoun = clause.before(clause.trigger, 1)
    is_told_of = clause.before(actor, 1) in word_set("roles", "that")
    return not (
        is_told_of
        and pronoun.endswith("هم")
        and pronoun in word_set("roles", "pronoun_subjects")
    )


def has_object_pronoun(clause: Clause, verb: int) -> bool:
    """Whether the verb at a code point ends with the pronoun of its object: المواقع
    التي استهدفتها.
    """
    return (
        clause.sentence.text[verb : verb + LONGEST_WORD]
        .split()[0]
        .endswith(("ه", "ها", "هم"))
    )


def is_member(sentence: Sentence, actor: Candidate) -> bool:
    """Whether an actor is only the group of somebody in front (عنصر من الشرطة، جندي في
    الجيش).
    """
    ahead = sentence.front(actor)[-2:]
    is_some = len(ahead) == 2 and ahead[1] in ("من", "في")
    return is_some and (
        ahead[0] in nouns("persons") or ahead[0] in noun_forms_of("roles", "members")
    )


def is_part(sentence: Sentence, actor: Candidate) -> bool:
    """Whether an actor stands behind a word for some of it (مجموعة من المستوطنين، عشرات
    المحتجين).
    """
    many = word_set("roles", "many")
    return is_member(sentence, actor) or not many.isdisjoint(sentence.front(actor)[-1:])


def told() -> frozenset[str]:
    """The types of what is said about the acts of others: denials and accusations."""
    return word_set("events", "denials") | word_set("events", "blaming")


def is_passive(verb: Candidate) -> bool:
    """Whether a trigger is a passive by its damma or its spelling (صودرت)."""
    listed = verb.origin.removeprefix("verb:")
    passive = past_passive(fold_key(listed))
    is_spelt_so = (
        bool(passive)
        and not listed.endswith("ى")
        and fold_key(verb.quote).startswith(passive)
    )
    return is_spelt_so or "\u064f" in verb.quote[:4]


def _head(sentence: Sentence, actor: Candidate) -> str:
    return sentence.text[actor.start : actor.end].split()[0]


def _is_casualty(
    sentence: Sentence, actor: Candidate
) -> bool:  # behind مقتل, or counted (ثلاثة مدنيين)
    hurt = (
        c
        for c in sentence.of_kind(NUMBER)
        if c.origin in ("number:killed", "number:injured")
    )
    near = (c.end for c in hurt if c.start <= actor.start < c.end + ADJOINING)
    is_counted = any(
        actor.start < end or sentence.words(end, actor.start) == "من" for end in near
    )
    return is_counted or not word_set("roles", "deaths").isdisjoint(
        sentence.front(actor)[-1:]
    )


def _is_some_of(
    sentence: Sentence, actor: Candidate, group: Candidate
) -> bool:  # مسلحون من حركة الشباب
    is_men = fold_key(actor.quote) in noun_forms_of("roles", "members")
    return is_men and sentence.words(actor.end, group.start) == "من"


def _is_ally(
    sentence: Sentence, actor: Candidate
) -> bool:  # merely an ally (الحوثيون المتحالفون مع إيران)
    adjective, particle = ["", "", *sentence.front(actor)][-2:]
    if particle in word_set("roles", "supporting"):
        return True  # شركات صينية تدعم روسيا
    if sentence.text[actor.start - 1 : actor.start] == "ب":
        return bare(particle) in word_set(
            "actors", "allegiance"
        )  # مدعومة بمسلحي العشائر
    return particle in ("من", "مع") and bare(adjective) in word_set(
        "actors", "allegiance"
    )


def _is_background(
    sentence: Sentence, actor: Candidate
) -> bool:  # التحالف الذي تقوده السعودية
    before = ["", "", *sentence.front(actor)][-3:]
    relative = word_set("roles", "relative")
    word = sentence.text[
        max(sentence.start, actor.start - LONGEST_WORD) : actor.start
    ].split()[-1:]
    points_back = (
        bool(word)
        and word[0].endswith(OBJECT_PRONOUNS)
        and not relative.isdisjoint(before)
    )
    is_held = before[1].endswith("سيطر") and before[2].startswith("علي")
    if not (points_back or is_held or before[1] in relative) or is_marked(
        sentence, actor, "agent"
    ):
        return False
    ends = [
        *(c.end for c in sentence.of_kind(TRIGGER)),
        *(verb.end for verb in sentence.light_verbs),
    ]
    clauses = (sentence.words(end, actor.start) for end in ends if end <= actor.start)
    return not {"", before[2]} & set(clauses)
