"""The syntax around a trigger: how an actor stands in its sentence, and what form the trigger has."""

from __future__ import annotations

import re
from collections.abc import Sequence

from coder.model import Candidate
from coder.suggest.clause import ADJOINING, Clause, LightVerb, Sentence
from coder.suggest.compiled_lexicon import OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.number_spans import NUMBER
from coder.suggest.phrase import is_definite, is_stop
from coder.suggest.source_spans import SOURCE
from coder.suggest.word_lists import all_forms, bare, noun_forms_of, nouns, suffering_verbs, verbs, word_set
from coder.text.normalize import fold_key

SUBJECT_REACH = 4  # words from a verb to its subject
_OBJECT_PRONOUNS = ("ها", "هم", "هما", "ه")
_PRONOUN = re.compile("(?<=...)(?:ها|هم|هما|ه)$")
# between a noun and whose it is: هجوم لتنظيم …، تسلل لمجموعة من …
_OF_NOUN = re.compile("ل(?:\\w+ من)?")
# in front of an act that somebody answers: ردا على أكبر هجوم
_ANSWER = re.compile(r"(?:^| )(?:ال)?رد(?:ا|ها|ه|هم)? علي(?: \w+)?$")
_WORD = 30  # letters that the longest word has


def is_casualty(sentence: Sentence, actor: Candidate) -> bool:
    """Whether the actor is dead or hurt: behind مقتل, or counted (ثلاثة مدنيين، خمسة من مقاتلي الحركة)."""
    hurt = (c for c in sentence.of_kind(NUMBER) if c.origin in ("number:killed", "number:injured"))
    near = (c.end for c in hurt if c.start <= actor.start < c.end + ADJOINING)
    is_counted = any(actor.start < end or sentence.words(end, actor.start) == "من" for end in near)
    return is_counted or not word_set("roles", "deaths").isdisjoint(sentence.front(actor)[-1:])


def is_ally(sentence: Sentence, actor: Candidate) -> bool:
    """Whether the actor is only named as the ally or backer of another (الحوثيون المتحالفون مع إيران)."""
    bond, particle = ["", "", *sentence.front(actor)][-2:]
    return particle in ("من", "مع") and bare(bond) in word_set("actors", "allegiance")


def is_background(sentence: Sentence, actor: Candidate) -> bool:
    """Whether a relative clause only tells who holds or leads something (التحالف الذي تقوده السعودية)."""
    ahead = ["", "", *sentence.front(actor)][-3:]
    relative = word_set("roles", "relative")
    word = sentence.text[max(sentence.start, actor.start - _WORD) : actor.start].split()[-1:]
    points_back = bool(word) and word[0].endswith(_OBJECT_PRONOUNS) and not relative.isdisjoint(ahead)
    is_held = ahead[1].endswith("سيطر") and ahead[2].startswith("علي")
    if not (points_back or is_held or ahead[1] in relative) or is_marked(sentence, actor, "agent"):
        return False
    ends = [*(c.end for c in sentence.of_kind(TRIGGER)), *(verb.end for verb in sentence.light_verbs)]
    told = (sentence.words(end, actor.start) for end in ends if end <= actor.start)
    return not {"", ahead[2]} & set(told)


def is_marked(sentence: Sentence, actor: Candidate, role: str) -> bool:
    """Whether words of the role stand in front of the actor, or before the object or number it is in."""
    holders = (*sentence.of_kind(OBJECT), *sentence.of_kind(NUMBER)) if role == "patient" else ()
    around = (c for c in holders if c.start < actor.start <= c.end + 2)
    said = word_set("roles", role)
    return any(not said.isdisjoint(sentence.governors(c)) for c in (actor, *around))


def stands_apart(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is what another word governs, behind من or as subject of ضربها, or is credited."""
    if any(c.start == actor.start for c in clause.of_kind(SOURCE)):
        return True
    if clause.before(actor, 1) in word_set("roles", "aside") and not _is_member(clause, actor):
        return True
    later = (c for c in clause.of_kind(TRIGGER) if clause.trigger.start < c.start and c.end <= actor.start)
    ahead = (c for c in later if c.origin.startswith("verb:") and not clause.words(c.end, actor.start))
    return any(fold_key(verb.quote).endswith(_OBJECT_PRONOUNS) for verb in ahead)


def is_oblique(clause: Clause, actor: Candidate) -> bool:
    """Whether a preposition, a proclitic or a word of its own, stands in front of the actor."""
    if _is_member(clause, actor):
        return False
    sentence = clause.sentence
    front = sentence.text[max(sentence.start, actor.start - 1) : actor.start]
    return (front.isalpha() and front not in "وف") or clause.before(actor, 1) in word_set("roles", "oblique")


def _is_member(clause: Clause, actor: Candidate) -> bool:  # عنصر من الشرطة، جندي في الجيش
    ahead = clause.sentence.front(actor)[-2:]
    is_some = len(ahead) == 2 and ahead[1] in ("من", "في")
    return is_some and (ahead[0] in nouns("persons") or ahead[0] in noun_forms_of("roles", "members"))


def is_subject(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor stands as subject behind the verb: near it, in its clause, under no preposition."""
    verb, between = fold_key(clause.trigger.quote), clause.words(clause.trigger.end, actor.start)
    is_near = len(between.split()) <= SUBJECT_REACH and not set(between) & set("،؛,:-")
    is_counted = any(c.start <= actor.start <= c.end for c in clause.of_kind(NUMBER))
    if is_counted or not is_near or verb.endswith("وا") or actor.start >= clause.next:
        return False
    head = bare(fold_key(actor.quote).partition(" ")[0])
    # the ending of a plural can show an object: اتهمت الوكالة الحوثيين
    is_accusative = head.endswith("يين") or (head.endswith("ين") and head in nouns("actors", "group_heads"))
    if is_accusative or {"منها", "منهم"} & set(between.split()):
        return False
    # in هاجم القوات the verb's gender shows that the feminine is the object
    stem = _PRONOUN.sub("", verb)
    is_masculine = stem[0] == "ي" or not (stem[0] == "ت" or stem.endswith("ت"))
    written = clause.sentence.text[actor.start : actor.end].partition(" ")[0]
    return not (is_masculine and written.endswith(("ة", "ات"))) and not is_oblique(clause, actor)


def owns_subject(clause: Clause, actor: Candidate) -> bool:
    """Whether the arms right behind the verb are said to be the actor's (الدفاعات الجوية التابعة للتحالف)."""
    arms = (c for c in clause.of_kind(WEAPON) if c.end <= actor.start)
    first = (c for c in arms if not clause.words(clause.trigger.end, c.start))
    if clause.trigger.value in word_set("events", "guarding"):  # a drone behind أسقط is what was shot down
        guards = word_set("events", "guards")
        first = (c for c in first if isinstance(c.value, list) and guards & set(map(str, c.value)))
    owned = word_set("roles", "owned")
    return any(bare(clause.words(c.end, actor.start).removesuffix(" ل")) in owned for c in first)


def leads(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is the subject of an earlier verb of the sentence, which a later verb may share."""
    sentence, front = clause.sentence, clause.before(actor, 1)
    ends = [c.end for c in sentence.of_kind(TRIGGER) if c.origin.startswith("verb:")]
    ends += (verb.end for verb in sentence.light_verbs)
    after_verb = any(end <= actor.start and not clause.words(end, actor.start) for end in ends)
    is_source = any(c.start == actor.start for c in sentence.of_kind(SOURCE))
    opens = not front or front.removeprefix("و").removeprefix("ف") in word_set("roles", "openers")
    opens = opens or (len(sentence.front(actor)) == 1 and not is_stop(front))
    return (after_verb or is_source or opens) and not is_oblique(clause, actor)


def topic(clause: Clause, actors: Sequence[Candidate], verb: int) -> list[Candidate]:
    """Who stands right in front of a verb: its subject, or whom it is about (قوة من الجيش تحاول التسلل)."""
    found: list[Candidate] = []
    has_object = has_object_pronoun(clause, verb)
    for actor in (a for a in actors if a.end <= verb):
        between = clause.words(actor.end, verb)
        said = between.removeprefix("،").strip()
        is_about = said in word_set("roles", "relative") and not has_object
        is_about = is_about or (not between and not is_definite(fold_key(actor.quote)))
        is_next = not said or said in word_set("roles", "before_verb")
        if is_about or (is_next and not is_oblique(clause, actor)):
            found = [actor]
    return found


def owns_noun(clause: Clause, actor: Candidate) -> bool:
    """Whether ل behind a noun, or behind its adjective, tells whose it is: انتشار واسع للقوات."""
    between = clause.words(clause.trigger.end, actor.start)
    if _OF_NOUN.fullmatch(between):
        return True
    things = (*clause.of_kind(OBJECT), *clause.of_kind(WEAPON), *clause.of_kind(TRIGGER))
    is_ours = re.fullmatch("[^ ]{4,} ل", between) is not None
    return is_ours and not any(clause.trigger.end <= c.start < actor.start for c in things)


def has_object_pronoun(clause: Clause, verb: int) -> bool:
    """Whether a verb has a pronoun for its object: المواقع التي استهدفتها."""
    return clause.sentence.text[verb : verb + _WORD].split()[0].endswith(("ه", "ها", "هم"))


def head_of_noun(clause: Clause) -> str:
    """The noun of a trigger without article and pronoun."""
    noun = fold_key(clause.trigger.quote).split()[0].removeprefix("ال")
    return re.sub("(?<=...)(?:نا|ها|هم)$", "", noun)


def shares_subject(clause: Clause) -> bool:
    """Whether the subject of an earlier verb does what a noun tells: هجماتها, or it is carried out by it."""
    trigger = fold_key(clause.trigger.quote)
    is_besides = clause.front.rstrip().endswith("،") and trigger.startswith("م")  # …، مهدداً بالرد
    return trigger.endswith(("ها", "هم", "نا")) or is_carried_out(clause) or is_besides


def is_carried_out(clause: Clause) -> bool:
    """Whether the noun says how or what the subject does (بقصف، بشن غارات، مواصلتها استهداف، وراء الهجوم)."""
    front = clause.sentence.front(clause.trigger)
    is_performed = not word_set("roles", "performing").isdisjoint(front[-4:])  # a count may stand between
    is_theirs = bool(front) and len(front[-1]) > 5 and front[-1].endswith(("ها", "هم"))
    is_behind = not word_set("roles", "behind").isdisjoint(front[-2:])
    is_responsible = not word_set("roles", "responsibility").isdisjoint(front[-2:-1])
    return clause.front.endswith("ب") or is_performed or is_theirs or is_behind or is_responsible


def is_passive(clause: Clause) -> bool:
    """Whether the verb is passive, by its vowels, or one whose subject is the one it falls on."""
    trigger = clause.trigger
    suffers = fold_key(trigger.quote).split()[0] in suffering_verbs()
    is_hit = suffers and not has_counted_object(clause, trigger.start, trigger.end)
    return is_hit or "\u064f" in trigger.quote[:4]  # damma


def has_counted_object(clause: Clause, start: int, end: int) -> bool:
    """Whether somebody stands at a verb and a count behind both: قتل مسلحون ثلاثة، مسلحون قتلوا ثلاثة."""
    actors = clause.sentence.actors
    ends = [a.end for a in actors if a.start >= end and not clause.words(end, a.start)]
    last = clause.words(clause.sentence.start, start).rpartition(" ")[2]
    if last in word_set("roles", "pronoun_subjects") or topic(clause, actors, start):
        ends.append(end)
    counts = [c.start for c in clause.of_kind(NUMBER)]
    return any(not clause.words(place, count) for place in ends for count in counts if count >= place)


def light_verb(clause: Clause) -> LightVerb:
    """The last verb in front of a noun trigger that leaves the meaning to it; an empty one if none does."""
    none = LightVerb("", clause.sentence.start, clause.sentence.start)
    verb = next((v for v in reversed(clause.sentence.light_verbs) if v.end <= clause.trigger.start), none)
    between = clause.words(verb.end, clause.trigger.start).split()
    is_parted = not word_set("roles", "clause_openers").isdisjoint(between)
    if is_parted or _ANSWER.search(clause.before(clause.trigger, 4)):
        return none
    ahead = clause.before(clause.trigger, 1)
    is_apart = ahead in word_set("roles", "apart") or (ahead == "في" and verb.form in verbs("light_verbs"))
    return none if is_apart and verb.form not in suffering_verbs() else verb


def is_verb(clause: Clause, agent: Candidate) -> bool:
    """Whether a noun's act is of the agent behind it, by its ending or what is next (قصف الجيش مواقع)."""
    if " " in clause.trigger.quote or fold_key(clause.trigger.quote).startswith("ال"):
        return False
    if agent.origin.startswith("arms:") or fold_key(agent.quote).partition(" ")[0].endswith(("ون", "و")):
        return True
    # but in استهداف القوات شرقي سوريا the place is where it happens
    sides = all_forms("places", "whereabouts")
    places = (c for c in clause.of_kind(PLACE) if fold_key(c.quote).partition(" ")[0] not in sides)
    behind = (c for c in (*clause.of_kind(OBJECT), *places) if c.start > agent.end)
    return any(clause.words(agent.end, c.start) in ("", "ل") for c in behind)


def falls_on(clause: Clause, *kinds: str) -> bool:
    """Whether على stands in front of a candidate of the kinds behind the trigger (قصف للقوات على أحياء)."""
    found = (c for kind in kinds for c in clause.of_kind(kind))
    return any(clause.trigger.end <= c.start < clause.next and clause.before(c, 1) == "علي" for c in found)
