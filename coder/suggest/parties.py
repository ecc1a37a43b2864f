"""Who did it and whom it fell on: the actors of a sentence by how they stand to its trigger."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache, lru_cache

from coder.model import Candidate
from coder.suggest.clause import Clause, LightVerb, Sentence
from coder.suggest.compiled_lexicon import OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.number_spans import NUMBER
from coder.suggest.phrase import is_definite
from coder.suggest.standing import (
    RELATIVE,
    SUBJECT_REACH,
    distance,
    fires,
    forms,
    is_background,
    is_casualty,
    is_oblique,
    is_origin,
    is_patron,
    is_subject,
    leads,
    marked,
    owns_subject,
    stands_apart,
)
from coder.suggest.word_lists import light_verbs, nouns, suffering_verbs, word_set
from coder.text.normalize import fold_key

_DAMMA = "\u064f"
_LAM = re.compile("ل(?:\\w+ من)?")
"""What stands between a noun and whose it is: هجوم لتنظيم …، تسلل لمجموعة من …"""
_BARE = frozenset({"", "قد", "لن", "كان", "كانت"})
"""What may stand between a subject and the verb behind it."""
_HE = frozenset(
    map(fold_key, ["إنه", "إنها", "إنهم", "أنه", "أنها", "أنهم", "بأنه", "بأنها", "بأنهم", "لأنها", "لأنه"])
)
"""Who was named before is the subject: إنها استهدفت مقاتلي الحزب."""
_CLAUSE = frozenset(map(fold_key, ["أن", "بأن", "أنه", "أنها", "إن", "التي", "الذي"]))
"""Words that open a clause, over which no verb reaches its noun."""
_RESPONSIBLE = [["مسووليته"], ["مسووليتها"], ["مسووليتهم"], ["مسووليتهما"]]
_ANSWER = re.compile(r"(?:^| )(?:ال)?رد(?:ا|ها|ه|هم)? علي(?: \w+)?$")
"""Words in front of an act that somebody answers: ردا على أكبر هجوم."""
_THEIRS = ("ها", "هم")
_PERFORMED, _COUNT = frozenset({"بتنفيذ", "بشن"}), 4
"""Nouns that carry out the noun behind them; words of its count between them."""
_SAID = frozenset(map(fold_key, ["أن", "إن", "بأن"]))
"""Words behind which somebody tells what another did."""


def parties(clause: Clause) -> tuple[list[Candidate], list[Candidate]]:
    """Initiators and targets."""
    doers, targets = _parties(clause)
    return clause.sentence.plain(doers), clause.sentence.plain(targets)


def _parties(clause: Clause) -> tuple[list[Candidate], list[Candidate]]:
    """Initiators and targets, as phrases."""
    free, hit = _free_and_hit(clause.sentence)
    if clause.trigger.origin.startswith("verb:") or _is_like_a_verb(clause, free):
        doers, targets = _around_verb(clause, free)
    else:
        doers, targets = _around_noun(clause, free)
    targets = [a for a in targets if a not in doers]
    return _with_joined(clause, free, doers), [*_with_joined(clause, free, targets), *hit]


def _reach(clause: Clause) -> int:
    """Where the parties of a verb end: at the next act but one that is its own object (استهدفت تعزيزات)."""
    later = [c for c in clause.of_kind(TRIGGER) if c.start >= clause.next]
    ends = (clause.trigger.end, *(a.end for a in clause.sentence.actors if a.start >= clause.trigger.end))
    follows = any(end <= clause.next and not clause.words(end, clause.next) for end in ends)
    if later and later[0].origin.startswith("noun:") and follows:
        later = later[1:]
    return later[0].start if later else clause.sentence.end


@lru_cache(2)
def _free_and_hit(sentence: Sentence) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """Those who can take part in an act of the sentence, and the dead and hurt."""
    hit = [a for a in sentence.phrases if is_casualty(sentence, a)]
    aside = [a for a in sentence.phrases if is_patron(sentence, a) or is_background(sentence, a)]
    return [a for a in sentence.phrases if a not in hit and a not in aside], hit


def _around_verb(
    clause: Clause, actors: Sequence[Candidate]
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The parties of a verb: its subject before or behind it, then whom it falls on."""
    behind = [a for a in actors if a.start >= clause.trigger.end]
    near = [a for a in behind if a.start < _reach(clause)]
    agents = [a for a in near if marked(clause.sentence, a, "agent") or fires(clause, a)]
    behind = [a for a in behind if a not in agents]
    patients = [a for a in near if a not in agents and marked(clause.sentence, a, "patient")]
    subject = _subject(clause, actors, behind)
    if _is_passive(clause):
        hit = [a for a in near if a not in agents and not stands_apart(clause, a)]
        return agents, subject or hit[:1]
    subject = agents or subject or ([] if clause.partner else _shared_subject(clause, actors))
    subject = _with_joined(clause, actors, subject)
    others = [a for a in near if a not in (*agents, *subject) and not stands_apart(clause, a)]
    return subject, patients or [a for a in others if clause.goes_on_to(a)][:1]


def _subject(clause: Clause, actors: Sequence[Candidate], behind: Sequence[Candidate]) -> Sequence[Candidate]:
    """The actor in front of a verb, else behind it; of a verb that tells a noun's act, who did that."""
    if clause.partner:
        doers, _ = _around_noun(replace(clause, trigger=clause.partner), actors)
        return [a for a in doers if a.end <= clause.trigger.start]
    in_front = [a for a in actors if a.end <= clause.trigger.start]
    if clause.before(clause.trigger, 1) in _HE:
        return _shared_subject(clause, actors) or [a for a in in_front if not is_oblique(clause, a)][-1:]
    subject = _topic(clause, actors, clause.trigger.start)
    if not subject and not _arms_do_it(clause):
        subject = [a for a in behind if is_subject(clause, a) or owns_subject(clause, a)][:1]
    if subject or clause.trigger.value not in word_set("events", "claims"):
        return subject
    return [a for a in behind[:1] if not is_oblique(clause, a)]  # تبنّت الهجوم جماعة …


def _topic(clause: Clause, actors: Sequence[Candidate], verb: int) -> list[Candidate]:
    """Who stands right in front of a verb: its subject, or the one whom its clause is about.

    The one whom a clause is about may stand under a preposition (قوة من الجيش تحاول التسلل).
    """
    found: list[Candidate] = []
    takes_up = _takes_up(clause, verb)
    for actor in (a for a in actors if a.end <= verb):
        between = clause.words(actor.end, verb)
        said = between.removeprefix("،").strip()
        about = said in RELATIVE and not takes_up
        about = about or (not between and not is_definite(fold_key(actor.quote)))
        if about or (said in _BARE and not is_oblique(clause, actor)):
            found = [actor]
    return found


def _takes_up(clause: Clause, verb: int) -> bool:
    """Whether a verb has a pronoun for its object: المواقع التي استهدفتها."""
    return clause.sentence.text[verb : verb + 30].split()[0].endswith(("ه", *_THEIRS))


def _arms_do_it(clause: Clause) -> bool:
    """Whether arms stand right in front of a verb as its subject: خمسة صواريخ استهدفت."""
    if _takes_up(clause, clause.trigger.start):
        return False  # صاروخ أطلقته الحركة
    arms = (c for c in clause.of_kind(WEAPON) if c.end <= clause.trigger.start)
    return any(not clause.words(c.end, clause.trigger.start) for c in arms)


def _named_before(clause: Clause, actors: Sequence[Candidate], verb: int) -> list[Candidate]:
    """Who was named last in front of a verb in its own clause."""
    in_front = (a for a in actors if a.end <= verb)
    return [a for a in in_front if _SAID.isdisjoint(clause.words(a.end, verb).split())][-1:]


def _shared_subject(clause: Clause, actors: Sequence[Candidate]) -> list[Candidate]:
    """The subject of an earlier verb of the sentence; who says what is told behind أنّ did not do it."""
    here = clause.trigger.start
    in_front = [a for a in actors if a.end <= here and leads(clause, a)][-1:]
    subject = clause.front.split()[-1:]
    if subject and len(subject[0]) > 4 and subject[0].endswith((*_THEIRS, "ه")):
        return in_front  # قالت الحركة إن مقاتليها هاجموا
    return [a for a in in_front if _SAID.isdisjoint(clause.words(a.end, here).split())]


def _around_noun(
    clause: Clause, actors: Sequence[Candidate]
) -> tuple[Sequence[Candidate], Sequence[Candidate]]:
    """The parties of a verbal noun: by construct, by the subject of its light verb, by prepositions."""
    behind = [a for a in actors if a.start >= clause.trigger.end]
    in_front = [a for a in actors if a.end <= clause.trigger.start]
    own = [a for a in behind if clause.is_own(a)]
    agents = [a for a in own if marked(clause.sentence, a, "agent") or is_origin(clause, a)]
    agents = agents or [a for a in behind if _claims_it(clause, a)]
    patients = [a for a in behind if marked(clause.sentence, a, "patient") and a not in agents]
    patients = [a for a in patients if a.start < clause.next] or patients[:1]
    construct = [a for a in behind if not clause.words(clause.trigger.end, a.start)]
    owner = [a for a in behind if _is_owner(clause, a)]
    is_one_word = " " not in fold_key(clause.trigger.quote)  # but قصف مدفعي لقوات النظام is theirs
    if _head(clause) in forms("transitive") and is_one_word and not _falls_on_place(clause):
        patients = owner or patients
    else:
        agents = agents or owner  # هجوم لتنظيم داعش
    verb, start, at = _light_verb(clause)
    acts = (c for c in clause.of_kind(TRIGGER) if at <= c.start < clause.trigger.start)
    if construct and any(c.origin.startswith("noun:") for c in acts):
        verb = ""  # its noun is another: نفّذ الجيش انتشاراً بعد انسحاب القوات
    subject = [a for a in in_front if verb and a.start >= at and distance(clause, at, a) <= SUBJECT_REACH][:1]
    if verb in suffering_verbs() and not _has_counted_object(clause, start, at):
        subject = subject or _topic(clause, actors, start) or _named_before(clause, actors, start)
        return agents or construct, subject or patients
    subject = subject or (_topic(clause, actors, start) if verb else [])
    subject = subject or _claimants(clause) or _accused(clause)
    if not subject and not _is_denied(clause):
        shares = verb or _is_owned(clause) or _is_carried_out(clause) or _is_circumstance(clause)
        subject = _shared_subject(clause, actors) if shares else []
    if construct and not agents and _is_verb(clause, construct[0]):
        subject = _with_joined(clause, actors, construct[:1])
    elif construct and _head(clause) in forms("transitive"):
        return agents or subject, construct
    doers = _with_joined(clause, actors, agents or subject or construct)
    others = [a for a in behind if a not in doers and a.start < clause.next and clause.goes_on_to(a)]
    return doers, patients or [a for a in others if not stands_apart(clause, a)][:1]


def _is_owner(clause: Clause, actor: Candidate) -> bool:
    """Whether ل behind a noun, or behind its adjective, tells whose it is: انتشار واسع للقوات."""
    between = clause.words(clause.trigger.end, actor.start)
    if _LAM.fullmatch(between):
        return True
    adjective, _, rest = between.partition(" ")
    things = (*clause.of_kind(OBJECT), *clause.of_kind(WEAPON), *clause.of_kind(TRIGGER))
    is_ours = rest == "ل" and len(adjective) > 3
    return is_ours and not any(clause.trigger.end <= c.start < actor.start for c in things)


def _is_like_a_verb(clause: Clause, actors: Sequence[Candidate]) -> bool:
    """Whether what is spelt like a noun is a verb behind a pronoun (أنه قصف) and no ل tells whose it is."""
    if clause.before(clause.trigger, 1) not in _HE:
        return False
    return not any(_is_owner(clause, a) for a in actors if a.start >= clause.trigger.end)


def _is_verb(clause: Clause, doer: Candidate) -> bool:
    """Whether a noun's act is that of the doer right behind it (خطف مسلحون، قصف الجيش مواقع).

    The doer's ending shows it, or that what the act falls on stands right behind the doer.
    """
    if " " in clause.trigger.quote or fold_key(clause.trigger.quote).startswith("ال"):
        return False
    if doer.origin.startswith("arms:"):
        return True
    if fold_key(doer.quote).partition(" ")[0].endswith(("ون", "و")):
        return True
    places = (c for c in clause.of_kind(PLACE) if fold_key(c.quote).partition(" ")[0] not in _whereabouts())
    behind = (c for c in (*clause.of_kind(OBJECT), *places) if c.start > doer.end)
    return any(clause.words(doer.end, c.start) in ("", "ل") for c in behind)


@cache
def _whereabouts() -> frozenset[str]:
    """Words that say where without a preposition: استهداف القوات شرقي سوريا."""
    return nouns("places", "compass") | {"قرب"}


def _falls_on_place(clause: Clause) -> bool:
    """Whether على tells what the act falls on, so that ل tells whose it is (قصف للقوات على أحياء)."""
    things = (*clause.of_kind(OBJECT), *clause.of_kind(PLACE))
    behind = (c for c in things if clause.trigger.end <= c.start < clause.next)
    return any(clause.before(c, 1) == "علي" for c in behind)


def _is_denied(clause: Clause) -> bool:
    """Whether a denial of the act stands in front of it: who denies it did not do it."""
    earlier = clause.earlier
    return earlier is not None and earlier.value in word_set("events", "denials")


def _claimants(clause: Clause) -> list[Candidate]:
    """Who claims the act in front of it (تبنّت الحركة الهجوم، الحركة تتبنى الهجوم)."""
    earlier = clause.earlier
    if earlier is None or earlier.value not in word_set("events", "claims"):
        return []
    claimants, _ = _parties(Clause(earlier, clause.sentence))
    return claimants


def _accused(clause: Clause) -> list[Candidate]:
    """Whom an accusation in front of the act blames for it (اتهم الجيش الحركة بقصف القرية)."""
    earlier = clause.earlier
    if earlier is None or earlier.value not in word_set("events", "blaming") or not _is_carried_out(clause):
        return []
    _, blamed = _parties(Clause(earlier, clause.sentence))
    return blamed


def _claims_it(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is told right behind the act to have claimed it (الهجوم الذي تبناه التنظيم)."""
    claim = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    if claim is None or claim.value not in word_set("events", "claims") or not claim.quote.endswith("ه"):
        return False
    return not clause.words(claim.end, actor.start)


def companions(clause: Clause) -> list[Candidate]:
    """Those a meeting brings together: its subject and whom مع, بين or ضم names, with all that و joins."""
    actors = clause.sentence.phrases
    doers, _ = _parties(clause)
    near = (a for a in actors if clause.trigger.end <= a.start < clause.next)
    behind = [a for a in near if _takes_part(clause, a)]
    if not doers and any("مع" in clause.sentence.governors(a) for a in behind):
        doers = _shared_subject(clause, actors)  # سيطر الجيش بعد معارك مع المسلحين
    met = [a for a in actors if a in doers or a in behind]
    return clause.sentence.plain(_with_joined(clause, actors, met))


def _takes_part(clause: Clause, actor: Candidate) -> bool:
    """Whether the actor is met: behind مع or بين, right behind the noun with ب, or as the other's peer."""
    is_called = clause.words(clause.trigger.end, actor.start) == "ب"
    is_peer = fold_key(actor.quote).startswith("نظير")
    return is_called or is_peer or marked(clause.sentence, actor, "companion")


def _with_joined(clause: Clause, actors: Sequence[Candidate], chosen: Sequence[Candidate]) -> list[Candidate]:
    """The chosen actors with those that و joins to them."""
    found = list(chosen)
    for actor in actors:
        if (
            found
            and actor not in found
            and clause.words(found[-1].end, actor.start) in ("و", "، و", "وعن", "ومن")
        ):
            found.append(actor)
    return found


# ---------------------------------------------------------------- the shape of the trigger
def _head(clause: Clause) -> str:
    return re.sub("(?<=...)(?:نا|ها|هم)$", "", fold_key(clause.trigger.quote).split()[0].removeprefix("ال"))


def _is_owned(clause: Clause) -> bool:
    """Whether the noun has a pronoun that points back at its doer (هجماتها)."""
    return fold_key(clause.trigger.quote).endswith(("ها", "هم", "نا"))


def _is_carried_out(clause: Clause) -> bool:
    """Whether the noun says how or what the subject does (بقصف، بشن غارات، مواصلتها استهداف، وراء الهجوم)."""
    front = clause.sentence.front(clause.trigger)
    performed = not _PERFORMED.isdisjoint(front[-_COUNT:])
    theirs = bool(front) and len(front[-1]) > 5 and front[-1].endswith(_THEIRS)
    behind_it = bool({"وراء", "خلف"} & set(front[-2:])) or front[-2:-1] in _RESPONSIBLE
    return clause.front.endswith("ب") or performed or theirs or behind_it


def _is_circumstance(clause: Clause) -> bool:
    """Whether a participle tells what the subject does besides (…، مهدداً بالرد)."""
    return clause.front.rstrip().endswith("،") and fold_key(clause.trigger.quote).startswith("م")


def _is_passive(clause: Clause) -> bool:
    """Whether the verb is passive, by its vowels, or one whose subject is the one it falls on."""
    quote = clause.trigger.quote
    if _DAMMA in quote[:4]:
        return True
    return fold_key(quote).split()[0] in suffering_verbs() and not _has_counted_object(
        clause, clause.trigger.start, clause.trigger.end
    )


def _has_counted_object(clause: Clause, start: int, end: int) -> bool:
    """Whether somebody stands at a verb and a count behind both: قتل مسلحون ثلاثة، مسلحون قتلوا ثلاثة."""
    actors = clause.sentence.actors
    ends = [a.end for a in actors if a.start >= end and not clause.words(end, a.start)]
    said_of = clause.words(clause.sentence.start, start).rpartition(" ")[2] in _HE
    ends += [end] if said_of or _topic(clause, actors, start) else []
    counts = [c.start for c in clause.of_kind(NUMBER)]
    return any(not clause.words(place, count) for place in ends for count in counts if count >= place)


def _light_verb(clause: Clause) -> LightVerb:
    """The last verb in front of a noun trigger that leaves the meaning to it."""
    none = LightVerb("", clause.sentence.start, clause.sentence.start)
    verb = next((v for v in reversed(clause.sentence.light_verbs) if v.end <= clause.trigger.start), none)
    is_told = not _CLAUSE.isdisjoint(clause.words(verb.end, clause.trigger.start).split())
    ahead = clause.before(clause.trigger, 1)
    is_told = is_told or _ANSWER.search(clause.before(clause.trigger, 4)) is not None
    is_apart = ahead in word_set("roles", "apart") or (ahead == "في" and verb.form in light_verbs())
    return none if is_told or (is_apart and verb.form not in suffering_verbs()) else verb
