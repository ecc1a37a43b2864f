"""What an actor is in the clause of a trigger: its subject, the one it is about, one
who stands apart.
"""

from __future__ import annotations

import re
from functools import lru_cache

from coder.model import Candidate
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import TRIGGER, WEAPON
from coder.suggest.number_spans import NUMBER
from coder.suggest.phrase import is_definite, is_stop
from coder.suggest.possible_parties import (
    OBJECT_PRONOUNS,
    Actors,
    differs_in_gender,
    fits_pronoun,
    has_object_pronoun,
    is_accusative,
    is_marked,
    is_member,
    is_part,
)
from coder.suggest.source_spans import SOURCE
from coder.suggest.word_lists import PRONOUN, bare, verbs, word_set
from coder.text.normalize import fold_key

SUBJECT_REACH = 4
"""Words from a verb to its subject."""
_ASIDE = re.compile("^،[^،]+،$")  # وقصفت، للمرة الثانية، القوات
# behind a verbal noun an actor depends on it: هدّد بإعادة لبنان
_OF_MASDAR = re.compile(r"(?:^| )(?:ب ?)?(?:ا(?!ل)\w{1,4}ا\w?ه?|ت\w\wي\w)$")


def leads(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor is the subject of an earlier verb, one that other verbs can
    share.
    """
    known, words = _known_leads(clause.sentence), (actor.start, actor.end)
    if words not in known:
        known[words] = _leads(clause, actor)
    return known[words]


@lru_cache(4)
def _known_leads(_: Sentence) -> dict[tuple[int, int], bool]:
    """Which actors of a sentence lead, as far as asked: it does not depend on the act."""
    return {}


def _leads(clause: Clause, actor: Candidate) -> bool:
    sentence, front = clause.sentence, clause.before(actor, 1)
    ends = [c.end for c in sentence.of_kind(TRIGGER) if c.origin.startswith("verb:")]
    ends += (verb.end for verb in sentence.light_verbs)
    after_verb = sentence.adjoins(actor.start, ends) and not is_accusative(
        sentence, actor
    )
    after_verb = after_verb or is_marked(
        sentence, actor, "agent"
    )  # مجزرة ارتكبتها القوات
    is_source = any(c.start == actor.start for c in sentence.of_kind(SOURCE))
    opens = not front or front.removeprefix("و").removeprefix("ف") in word_set(
        "roles", "openers"
    )
    opens = opens or (len(sentence.front(actor)) == 1 and not is_stop(front))
    return (after_verb or is_source or opens) and not is_oblique(clause, actor)


def topic_of(clause: Clause, actors: Actors, verb: int) -> list[Candidate]:
    """The subject in front of a verb, or the head of its relative clause (قوة من الجيش
    تحاول التسلل).
    """
    topic: list[Candidate] = []
    has_object = has_object_pronoun(clause, verb)
    for actor in (a for a in actors if a.end <= verb):
        between = clause.words(actor.end, verb)
        link = between.removeprefix("،").strip()
        is_about = link in word_set("roles", "relative") and not has_object
        is_about = is_about or (not between and not is_definite(fold_key(actor.quote)))
        is_next = not link or link in word_set("roles", "before_verb")
        if is_about or (is_next and not is_oblique(clause, actor)):
            topic = [actor]
    return topic


def shared_subject(clause: Clause, actors: Actors) -> Actors:
    """The subject of an earlier verb of the sentence, but not the speaker of reported
    speech (أنّ).
    """
    here = clause.trigger.start
    in_front = [
        a
        for a in actors
        if a.end <= here and leads(clause, a) and fits_pronoun(clause, a)
    ][-1:]
    last = "".join(clause.front.split()[-1:])
    if len(last) > 4 and last.endswith(("ها", "هم", "ه")):
        return in_front  # قالت الحركة إن مقاتليها هاجموا
    return [a for a in in_front if not is_quoted(clause, a, here)]


def is_quoted(clause: Clause, actor: Candidate, verb: int) -> bool:
    """Whether أنّ stands between an actor and a verb, which then tells what the actor
    says of others.
    """
    return not word_set("roles", "that").isdisjoint(
        clause.words(actor.end, verb).split()
    )


def is_subject(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor behind a verb is its subject: near it, in its clause, in
    agreement with it.
    """
    verb = fold_key(clause.trigger.quote)
    between = _ASIDE.sub("", clause.words(clause.trigger.end, actor.start))
    is_near = len(between.split()) <= SUBJECT_REACH and not set(between) & set("،؛,:-")
    is_counted = any(c.start <= actor.start <= c.end for c in clause.of_kind(NUMBER))
    if is_counted or not is_near or verb.endswith("وا") or actor.start >= clause.next:
        return False
    is_object = is_accusative(clause.sentence, actor) and not is_part(
        clause.sentence, actor
    )
    if (
        is_object
        or {"منها", "منهم"} & set(between.split())
        or _OF_MASDAR.search(between)
    ):
        return False
    stem = PRONOUN.sub("", verb)
    return not differs_in_gender(stem, clause.sentence, actor) and not is_oblique(
        clause, actor
    )


def is_accused(clause: Clause, actor: Candidate) -> bool:
    """Whether the first actor behind a verb such as accuse is its object: وطالبت
    إسرائيل بوقف القصف.
    """
    # verbs that do not blame can do without an object
    needs_object = clause.trigger.value in word_set("events", "blaming")
    has_subject = clause.front.endswith("و") and shared_subject(
        clause, clause.sentence.phrases
    )
    if fold_key(clause.trigger.quote) not in verbs("roles", "accusing") or not (
        needs_object or has_subject
    ):
        return False
    starts = [a.start for a in clause.sentence.actors if a.start >= actor.end]
    following = clause.after(actor)
    is_named = clause.sentence.adjoins(
        min(starts, default=actor.start), [actor.end]
    )  # إسرائيل بيروت
    return (following.startswith("ب") and not is_named) or "مسووليه" in following


def owns_subject(clause: Clause, actor: Candidate) -> bool:
    """Whether the subject behind the verb are arms that are an actor's: الدفاعات الجوية
    التابعة للتحالف.
    """
    arms = (c for c in clause.of_kind(WEAPON) if c.end <= actor.start)
    first = (c for c in arms if not clause.words(clause.trigger.end, c.start))
    if clause.trigger.value in word_set(
        "events", "guarding"
    ):  # a drone behind أسقط was shot down
        guards = word_set("events", "guards")
        first = (
            c
            for c in first
            if isinstance(c.value, list) and guards & set(map(str, c.value))
        )
    owned = word_set("roles", "owned")
    return any(
        bare(clause.words(c.end, actor.start).removesuffix(" ل")) in owned
        for c in first
    )


def is_oblique(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor stands behind a preposition, which can be a proclitic."""
    if is_member(clause.sentence, actor):
        return False
    sentence = clause.sentence
    front = sentence.text[max(sentence.start, actor.start - 1) : actor.start]
    return (front.isalpha() and front not in "وف") or clause.before(
        actor, 1
    ) in word_set("roles", "oblique")


def stands_apart(clause: Clause, actor: Candidate) -> bool:
    """Whether an actor neither acts nor suffers: a source, behind من, or the subject of
    ضربها.
    """
    if any(c.start == actor.start for c in clause.of_kind(SOURCE)):
        return True
    if clause.before(actor, 1) in word_set("roles", "aside") and not is_member(
        clause.sentence, actor
    ):
        return True
    later = (
        c
        for c in clause.of_kind(TRIGGER)
        if clause.trigger.start < c.start and c.end <= actor.start
    )
    governing = (
        c
        for c in later
        if c.origin.startswith("verb:") and not clause.words(c.end, actor.start)
    )
    return any(fold_key(verb.quote).endswith(OBJECT_PRONOUNS) for verb in governing)
