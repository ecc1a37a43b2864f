"""How an actor stands in its sentence: as a subject, under a preposition, in a clause of its own."""

from __future__ import annotations

import re
from functools import cache

from coder.model import Candidate
from coder.suggest.clause import ADJOINING, Clause, Sentence
from coder.suggest.compiled_lexicon import OBJECT, TRIGGER, WEAPON
from coder.suggest.forms import noun_forms
from coder.suggest.number_spans import NUMBER
from coder.suggest.phrase import is_stop
from coder.suggest.source_spans import SOURCE
from coder.suggest.word_lists import bare, heads, nouns, word_set, words
from coder.text.normalize import fold_key

SUBJECT_REACH = 4
"""Words from a verb to its subject."""
_OPENERS = frozenset(map(fold_key, ["أن", "إن", "فإن", "بأن", "لكن", "لأن", "كان", "كانت"]))
_OWNED = frozenset({"تابعه", "تابع", "تابعين"})
_ASIDE = frozenset({"من", "عن", "حمايه"})
RELATIVE = frozenset(map(fold_key, ["الذي", "التي", "الذين"]))
_OBJECT_PRONOUNS = ("ها", "هم", "هما", "ه")
_PRONOUN = re.compile("(?<=...)(?:ها|هم|هما|ه)$")
_WORD = 30
"""Letters that the longest word has."""
_CASUALTIES = frozenset({"killed", "injured"})


def is_casualty(sentence: Sentence, actor: Candidate) -> bool:
    """Whether the actor is dead or hurt: behind مقتل, or counted (ثلاثة مدنيين، خمسة من مقاتلي الحركة)."""
    counts = (c for c in sentence.of_kind(NUMBER) if c.start <= actor.start)
    if sentence.front(actor)[-1:] and sentence.front(actor)[-1] in word_set("roles", "deaths"):
        return True
    near = (c for c in counts if actor.start - c.end < ADJOINING)
    theirs = (c for c in near if actor.start < c.end or sentence.words(c.end, actor.start) == "من")
    return any(c.origin.removeprefix("number:") in _CASUALTIES for c in theirs)


def is_patron(sentence: Sentence, actor: Candidate) -> bool:
    """Whether the actor but tells whose allies another one are (الحوثيون المتحالفون مع إيران)."""
    bond, particle = ["", "", *sentence.front(actor)][-2:]
    return particle in ("من", "مع") and bare(bond) in word_set("actors", "allegiance")


def is_background(sentence: Sentence, actor: Candidate) -> bool:
    """Whether a relative clause but tells who holds or leads something (التحالف الذي تقوده السعودية)."""
    ahead = ["", "", *sentence.front(actor)][-3:]
    word = sentence.text[max(sentence.start, actor.start - _WORD) : actor.start].split()[-1:]
    points_back = bool(word) and word[0].endswith(_OBJECT_PRONOUNS) and not RELATIVE.isdisjoint(ahead)
    is_held = ahead[1].endswith("سيطر") and ahead[2].startswith("علي")
    if not (points_back or is_held or ahead[1] in RELATIVE) or marked(sentence, actor, "agent"):
        return False
    ends = [*(c.end for c in sentence.of_kind(TRIGGER)), *(verb.end for verb in sentence.light_verbs)]
    told = (sentence.words(end, actor.start) for end in ends if end <= actor.start)
    return not {"", ahead[2]} & set(told)


def marked(sentence: Sentence, actor: Candidate, role: str) -> bool:
    """Whether words of the role stand in front of the actor, or before the site or number it is in."""
    said = word_set("roles", role)
    if not said.isdisjoint(sentence.governors(actor)):
        return True
    holders = (*sentence.of_kind(OBJECT), *sentence.of_kind(NUMBER)) if role == "patient" else ()
    around = (c for c in holders if c.start < actor.start <= c.end + 2)
    return any(not said.isdisjoint(sentence.governors(c)) for c in around)


def fires(clause: Clause, actor: Candidate) -> bool:
    """Whether the arms that did it are the actor's (برصاص مسلحين، بنيران الجيش)."""
    arms = any(c.start == actor.start for c in clause.of_kind(WEAPON))
    return arms and clause.sentence.text[actor.start - 1 : actor.start] == "ب"


def stands_apart(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is what another word governs, behind من or as subject of ضربها, or is credited."""
    if any(c.start == actor.start for c in clause.of_kind(SOURCE)):
        return True
    if clause.before(actor, 1) in _ASIDE and not _is_member(clause, actor):
        return True
    verbs = (c for c in clause.of_kind(TRIGGER) if c.origin.startswith("verb:") and c.end <= actor.start)
    behind = (c for c in verbs if c.start > clause.trigger.start and not clause.words(c.end, actor.start))
    return any(fold_key(c.quote).endswith(_OBJECT_PRONOUNS) for c in behind)


def is_origin(clause: Clause, actor: Candidate) -> bool:
    """Whether a noun says where it comes from: هجوم من القوات, هجوم من طائرات تابعة للقوات."""
    between = clause.words(clause.trigger.end, actor.start).split()
    armed = any(clause.trigger.end <= c.start < actor.start for c in clause.sentence.of_kind(WEAPON))
    owned = bool({bare(word) for word in between[-2:]} & _OWNED)
    return between == ["من"] or (owned and (armed or len(between) <= 2))


def is_oblique(clause: Clause, actor: Candidate) -> bool:
    """Whether a preposition, attached or not, stands in front of the actor."""
    sentence = clause.sentence
    front = sentence.text[max(sentence.start, actor.start - 1) : actor.start]
    if _is_member(clause, actor):
        return False
    return (front.isalpha() and front not in "وف") or clause.before(actor, 1) in word_set("roles", "oblique")


def _is_member(clause: Clause, actor: Candidate) -> bool:
    """Whether it is one or some of the actor's people (عنصر من الشرطة، جندي في الجيش)."""
    ahead = clause.sentence.front(actor)[-2:]
    is_some = len(ahead) == 2 and ahead[1] in ("من", "في")
    return is_some and (ahead[0] in nouns("persons") or ahead[0] in forms("members"))


def is_subject(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor stands as subject behind the verb: near it, in its clause, under no preposition."""
    between = clause.words(clause.trigger.end, actor.start)
    plural = fold_key(clause.trigger.quote).endswith("وا")
    if any(c.start <= actor.start <= c.end for c in clause.of_kind(NUMBER)):
        return False
    near = len(between.split()) <= SUBJECT_REACH and not set(between) & set("،؛,:-")
    if plural or not near or actor.start >= clause.next:
        return False
    if {"منها", "منهم"} & set(between.split()) or _is_accusative(actor):
        return False
    return _agrees(clause, actor) and not is_oblique(clause, actor)


def _is_accusative(actor: Candidate) -> bool:
    """Whether the ending of a plural shows that the actor is no subject (اتهمت الوكالة الحوثيين)."""
    head = bare(fold_key(actor.quote).partition(" ")[0])
    return head.endswith("يين") or (head.endswith("ين") and head in heads("actors", "group_heads"))


def _agrees(clause: Clause, actor: Candidate) -> bool:
    """Whether the verb has the gender of what stands behind it: in هاجم القوات that is the object."""
    verb = _PRONOUN.sub("", fold_key(clause.trigger.quote))
    is_masculine = verb[0] == "ي" or not (verb[0] == "ت" or verb.endswith("ت"))
    head = clause.sentence.text[actor.start : actor.end].partition(" ")[0]
    return not (is_masculine and head.endswith(("ة", "ات")))


def owns_subject(clause: Clause, actor: Candidate) -> bool:
    """Whether the arms right behind the verb are said to be the actor's (الدفاعات الجوية التابعة للتحالف)."""
    arms = (c for c in clause.of_kind(WEAPON) if c.end <= actor.start)
    first = (c for c in arms if not clause.words(clause.trigger.end, c.start))
    if clause.trigger.value in word_set("events", "guarding"):  # a drone behind أسقط is what was shot down
        guards = word_set("events", "guards")
        first = (c for c in first if isinstance(c.value, list) and guards & set(map(str, c.value)))
    return any(bare(clause.words(c.end, actor.start).removesuffix(" ل")) in _OWNED for c in first)


def leads(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is the subject of an earlier verb of the sentence, which a later verb may share."""
    front = clause.before(actor, 1)
    sentence = clause.sentence
    verbs = [c.end for c in sentence.of_kind(TRIGGER) if c.origin.startswith("verb:")]
    ends = (*verbs, *(verb.end for verb in sentence.light_verbs))
    after_verb = any(end <= actor.start and not clause.words(end, actor.start) for end in ends)
    source = any(c.start == actor.start for c in sentence.of_kind(SOURCE))
    opens = not front or front.removeprefix("و").removeprefix("ف") in _OPENERS
    ahead = sentence.front(actor)
    opens = opens or (len(ahead) == 1 and not is_stop(front))
    return (after_verb or source or opens) and not is_oblique(clause, actor)


def distance(clause: Clause, offset: int, actor: Candidate) -> int:
    """Words between an offset and an actor."""
    return len(clause.words(offset, actor.start).split())


@cache
def forms(role: str) -> frozenset[str]:
    """Every form of the nouns of a role."""
    return frozenset(form.text for noun in words()["roles"][role] for form in noun_forms(noun))
