"""Who did it and whom it fell on: the actors of a sentence by how they stand to its trigger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from typing import TypeAlias

from coder.model import Candidate
from coder.suggest import syntax
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.word_lists import bare, noun_forms_of, suffering_verbs, word_set
from coder.text.normalize import fold_key

Actors: TypeAlias = Sequence[Candidate]


def parties(clause: Clause) -> tuple[list[Candidate], list[Candidate]]:
    """Initiators and targets."""
    initiators, targets = _parties(clause)
    return clause.sentence.plain(initiators), clause.sentence.plain(targets)


def companions(clause: Clause) -> list[Candidate]:
    """Those a meeting brings together: its subject and whom مع, بين or ضم names, with all that و joins."""
    actors = clause.sentence.phrases
    initiators, _ = _parties(clause)
    behind = [a for a in actors if clause.trigger.end <= a.start < clause.next and _takes_part(clause, a)]
    if not initiators and any("مع" in clause.sentence.governors(a) for a in behind):
        initiators = _shared_subject(clause, actors)  # سيطر الجيش بعد معارك مع المسلحين
    met = [a for a in actors if a in initiators or a in behind]
    return clause.sentence.plain(_with_joined(clause, actors, met))


def _takes_part(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is met: behind مع or بين, right behind the noun with ب, or as the other's peer."""
    is_called = clause.words(clause.trigger.end, actor.start) == "ب"
    is_peer = fold_key(actor.quote).startswith("نظير")
    return is_called or is_peer or syntax.is_marked(clause.sentence, actor, "companion")


def _parties(clause: Clause) -> tuple[Actors, Actors]:
    free, casualties = _free_and_casualties(clause.sentence)
    # what is spelt like a noun is a verb behind a pronoun (أنه قصف), unless ل tells whose it is
    is_pronoun_ahead = clause.before(clause.trigger, 1) in word_set("roles", "pronoun_subjects")
    behind = (a for a in free if a.start >= clause.trigger.end)
    is_like_verb = is_pronoun_ahead and not any(syntax.owns_noun(clause, a) for a in behind)
    if clause.trigger.origin.startswith("verb:") or is_like_verb:
        initiators, targets = _around_verb(clause, free)
    else:
        initiators, targets = _around_noun(clause, free)
    targets = [a for a in targets if a not in initiators]
    return _with_joined(clause, free, initiators), [*_with_joined(clause, free, targets), *casualties]


@lru_cache(2)
def _free_and_casualties(sentence: Sentence) -> tuple[Actors, Actors]:
    """Those who can take part in an act of the sentence, and the dead and hurt."""
    hit = [a for a in sentence.phrases if syntax.is_casualty(sentence, a)]
    aside = [a for a in sentence.phrases if syntax.is_ally(sentence, a) or syntax.is_background(sentence, a)]
    return [a for a in sentence.phrases if a not in hit and a not in aside], hit


# ---------------------------------------------------------------- verbs
def _around_verb(clause: Clause, actors: Actors) -> tuple[Actors, Actors]:
    """The parties of a verb: its subject before or behind it, then whom it falls on."""
    behind = [a for a in actors if a.start >= clause.trigger.end]
    reach = _reach(clause)
    near = [a for a in behind if a.start < reach]
    text = clause.sentence.text
    fired = {c.start for c in clause.of_kind(WEAPON) if text[c.start - 1 : c.start] == "ب"}  # برصاص مسلحين
    agents = [a for a in near if a.start in fired or syntax.is_marked(clause.sentence, a, "agent")]
    behind = [a for a in behind if a not in agents]
    patients = [a for a in near if a not in agents and syntax.is_marked(clause.sentence, a, "patient")]
    subject = _subject(clause, actors, behind)
    if syntax.is_passive(clause):
        hit = [a for a in near if a not in agents and not syntax.stands_apart(clause, a)]
        return agents, subject or hit[:1]
    subject = agents or subject or ([] if clause.partner else _shared_subject(clause, actors))
    subject = _with_joined(clause, actors, subject)
    others = [a for a in near if a not in (*agents, *subject) and not syntax.stands_apart(clause, a)]
    return subject, patients or [a for a in others if clause.goes_on_to(a)][:1]


def _reach(clause: Clause) -> int:
    """Where the parties of a verb end: at the next act but one that is its own object (استهدفت تعزيزات)."""
    later = [c for c in clause.of_kind(TRIGGER) if c.start >= clause.next]
    ends = (clause.trigger.end, *(a.end for a in clause.sentence.actors if a.start >= clause.trigger.end))
    is_object = any(end <= clause.next and not clause.words(end, clause.next) for end in ends)
    if later and later[0].origin.startswith("noun:") and is_object:
        later = later[1:]
    return later[0].start if later else clause.sentence.end


def _subject(clause: Clause, actors: Actors, behind: Actors) -> Actors:
    """The actor in front of a verb, else behind it; of a verb that tells a noun's act, who did that."""
    verb = clause.trigger.start
    if clause.partner:
        agents, _ = _around_noun(replace(clause, trigger=clause.partner), actors)
        return [a for a in agents if a.end <= verb]
    if clause.before(clause.trigger, 1) in word_set("roles", "pronoun_subjects"):
        in_front = (a for a in actors if a.end <= verb)
        shared = _shared_subject(clause, actors)
        return shared or [a for a in in_front if not syntax.is_oblique(clause, a)][-1:]
    subject = syntax.topic(clause, actors, verb)
    arms = [c for c in clause.of_kind(WEAPON) if c.end <= verb and not clause.words(c.end, verb)]
    # arms right in front are the subject (خمسة صواريخ استهدفت), but not of صاروخ أطلقته الحركة
    if not subject and (not arms or syntax.has_object_pronoun(clause, verb)):
        subject = [a for a in behind if syntax.is_subject(clause, a) or syntax.owns_subject(clause, a)][:1]
    if subject or clause.trigger.value not in word_set("events", "claims"):
        return subject
    return [a for a in behind[:1] if not syntax.is_oblique(clause, a)]  # تبنّت الهجوم جماعة …


def _shared_subject(clause: Clause, actors: Actors) -> Actors:
    """The subject of an earlier verb of the sentence; who says what is told behind أنّ did not do it."""
    here = clause.trigger.start
    in_front = [a for a in actors if a.end <= here and syntax.leads(clause, a)][-1:]
    last = "".join(clause.front.split()[-1:])
    if len(last) > 4 and last.endswith(("ها", "هم", "ه")):
        return in_front  # قالت الحركة إن مقاتليها هاجموا
    return [a for a in in_front if not _is_quoted(clause, a, here)]


def _is_quoted(clause: Clause, actor: Candidate, verb: int) -> bool:
    """Whether a word of saying (أنّ) stands between an actor and a verb: others did what is told."""
    return not word_set("roles", "that").isdisjoint(clause.words(actor.end, verb).split())


# ---------------------------------------------------------------- nouns
def _around_noun(clause: Clause, actors: Actors) -> tuple[Actors, Actors]:
    """The parties of a verbal noun: by construct, by the subject of its light verb, by prepositions."""
    behind = [a for a in actors if a.start >= clause.trigger.end]
    construct = [a for a in behind if not clause.words(clause.trigger.end, a.start)]
    agents, patients = _by_prepositions(clause, behind)
    is_transitive = syntax.head_of_noun(clause) in noun_forms_of("roles", "transitive")
    verb, start, end = syntax.light_verb(clause)
    acts = (c for c in clause.of_kind(TRIGGER) if end <= c.start < clause.trigger.start)
    if construct and any(c.origin.startswith("noun:") for c in acts):
        verb = ""  # its noun is another: نفّذ الجيش انتشاراً بعد انسحاب القوات
    between = [a for a in actors if end <= a.start and a.end <= clause.trigger.start] if verb else []
    near = (a for a in between if len(clause.words(end, a.start).split()) <= syntax.SUBJECT_REACH)
    subject: Actors = [*islice(near, 1)]
    if verb in suffering_verbs() and not syntax.has_counted_object(clause, start, end):
        in_front = (a for a in actors if a.end <= start)
        subject = subject or syntax.topic(clause, actors, start)
        subject = subject or [a for a in in_front if not _is_quoted(clause, a, start)][-1:]
        return agents or construct, subject or patients
    subject = subject or (syntax.topic(clause, actors, start) if verb else [])
    subject = subject or _told_of_earlier(clause)
    is_denied = clause.earlier is not None and clause.earlier.value in word_set("events", "denials")
    if not subject and not is_denied and (verb or syntax.shares_subject(clause)):
        subject = _shared_subject(clause, actors)
    if construct and not agents and syntax.is_verb(clause, construct[0]):
        subject = _with_joined(clause, actors, construct[:1])
    elif construct and is_transitive:
        return agents or subject, construct
    initiators = _with_joined(clause, actors, agents or subject or construct)
    others = [a for a in behind if a not in initiators and a.start < clause.next and clause.goes_on_to(a)]
    return initiators, patients or [a for a in others if not syntax.stands_apart(clause, a)][:1]


def _by_prepositions(clause: Clause, behind: Actors) -> tuple[Actors, Actors]:
    """The agents and patients that prepositions, or a claim of the act, tell behind a verbal noun."""
    own = [a for a in behind if clause.is_own(a)]
    agents = [a for a in own if syntax.is_marked(clause.sentence, a, "agent") or _is_origin(clause, a)]
    claim = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    if claim and claim.value in word_set("events", "claims") and claim.quote.endswith("ه"):
        # told right behind the act to have claimed it (الهجوم الذي تبناه التنظيم)
        agents = agents or [a for a in behind if not clause.words(claim.end, a.start)]
    patients = [a for a in behind if syntax.is_marked(clause.sentence, a, "patient") and a not in agents]
    patients = [a for a in patients if a.start < clause.next] or patients[:1]
    owner = [a for a in behind if syntax.owns_noun(clause, a)]
    is_one_word = " " not in fold_key(clause.trigger.quote)  # but قصف مدفعي لقوات النظام is theirs
    is_transitive = syntax.head_of_noun(clause) in noun_forms_of("roles", "transitive")
    if is_transitive and is_one_word and not syntax.falls_on(clause, OBJECT, PLACE):
        return agents, owner or patients
    return agents or owner, patients  # هجوم لتنظيم داعش


def _is_origin(clause: Clause, actor: Candidate) -> bool:
    """Whether a noun says where it comes from: هجوم من القوات, هجوم من طائرات تابعة للقوات."""
    between = clause.words(clause.trigger.end, actor.start).split()
    is_armed = any(clause.trigger.end <= c.start < actor.start for c in clause.of_kind(WEAPON))
    is_owned = not word_set("roles", "owned").isdisjoint(map(bare, between[-2:]))
    return between == ["من"] or (is_owned and (is_armed or len(between) <= 2))


def _told_of_earlier(clause: Clause) -> Actors:
    """Who claims the act in front of it (تبنّت الحركة الهجوم), or is accused of it (اتهم الحركة بقصف)."""
    earlier = clause.earlier
    claims = earlier is not None and earlier.value in word_set("events", "claims")
    blames = earlier is not None and earlier.value in word_set("events", "blaming")
    if earlier is None or not (claims or (blames and syntax.is_carried_out(clause))):
        return []
    claimants, accused = _parties(Clause(earlier, clause.sentence))
    return claimants if claims else accused


def _with_joined(clause: Clause, actors: Actors, chosen: Actors) -> list[Candidate]:
    found = list(chosen)
    for actor in actors:
        is_other = bool(found) and actor not in found
        if is_other and clause.words(found[-1].end, actor.start) in ("و", "، و", "وعن", "ومن"):
            found.append(actor)
    return found
