"""How the article knows who did an act: who claims it, is blamed for it, denies it; or
that nobody claims it.

That is said in the sentence of the act or in one behind it: وتبنى التنظيم الهجوم,
واتهمت واشنطن إيران بتنفيذ الهجوم, ونفت طهران مسؤوليتها عنه, ولم تعلن أي جهة مسؤوليتها.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Candidate, Json
from coder.suggest import credit
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import ACTOR, CLAIM, TRIGGER
from coder.suggest.event_fields import Proposal
from coder.suggest.nations import class_of, country_of
from coder.suggest.parties import parties
from coder.suggest.phrase import is_known
from coder.suggest.word_lists import noun_forms_of, verbs, word_set
from coder.text.normalize import fold_key

_CLAIMED, _BLAMED, _DENIED, _UNCLAIMED = "claimed", "blamed", "denied", "unclaimed"
_OF_STATES = frozenset(
    {"government", "state_military", "state_security"}
)  # classes of actors


class Stance(NamedTuple):
    """What somebody says about who did an act, and the words that say so; accused: whom
    they blame.
    """

    way: str
    by: Sequence[Candidate]
    words: Candidate
    accused: Sequence[Candidate] = ()


def how_known(
    clause: Clause,
    later: Iterable[Sentence],
    found: Proposal,
    hit: Sequence[Candidate],
    named: Callable[[Iterable[Candidate]], list[Candidate]],
    codebook: Codebook,
) -> Proposal:
    """How the article knows the doers and who claims the act; of an act by nobody
    named, who did it.

    Who claims what somebody else did is no claimant of it. later: the sentences behind
    the act. found: its doers, sources and places. hit: on whom it falls. named: the
    candidates with their values as parties.
    """
    doers = found["initiators"]
    known = credit.responsibility(doers, found["source"])
    credited = [item.get("who") for c in found["source"] for item in c.value or ()]
    is_claimed = any(c.value == [_CLAIMED] for c in known)
    claimants = [
        c for c in doers if is_claimed and any(item in credited for item in c.value)
    ]
    for way, by, words, accused in _stances(clause, later):
        speakers, blamed = named(by), named(accused)
        if way == _CLAIMED and speakers and _can_be(doers, speakers, codebook):
            known += [] if is_claimed else [replace(words, value=[_CLAIMED])]
            claimants, doers, is_claimed = (
                claimants or speakers,
                doers or speakers,
                True,
            )
        elif way == _BLAMED and blamed and _can_be(doers, blamed, codebook):
            if (
                doers and words.end <= clause.trigger.start
            ):  # اتهامات للجيش بقصف: the article does not say so
                known = [c for c in known if c.value != ["article"]]
            doers = doers or blamed
            is_hit = _is_hit(speakers, [*hit, *found["place"]], codebook)
            known.append(
                replace(words, value=["blamed_by_target" if is_hit else "third_party"])
            )
        elif way == _DENIED and _is_on_side(speakers, doers, codebook):
            known.append(replace(words, value=[_DENIED]))
        elif way == _UNCLAIMED and not is_claimed:
            known.append(replace(words, value=[_UNCLAIMED]))
    return {"initiators": doers, "responsibility": known, "claimant": claimants}


def _can_be(
    doers: Sequence[Candidate], named: Sequence[Candidate], codebook: Codebook
) -> bool:
    """Whether the doers are those named, or nobody known."""
    values = [item for c in doers for item in c.value]
    return all(
        class_of(v, codebook) == "unknown" or [v] in [c.value for c in named]
        for v in values
    )


def _is_on_side(
    speakers: Sequence[Candidate], doers: Sequence[Candidate], codebook: Codebook
) -> bool:
    """Whether somebody speaks for those who did it, or for their state."""
    theirs = [item for c in doers for item in c.value]
    states = {
        country_of(item, codebook)
        for item in theirs
        if class_of(item, codebook) in _OF_STATES
    }
    own = [item for c in speakers for item in c.value]
    return any(
        item in theirs
        or (
            class_of(item, codebook) in _OF_STATES
            and _in(country_of(item, codebook), states)
        )
        for item in own
    )


def _is_hit(
    speakers: Sequence[Candidate], things: Sequence[Candidate], codebook: Codebook
) -> bool:
    """Whether somebody speaks for those who were hit, or for the state in which it
    happened.
    """
    places = {
        item.get("country")
        for c in things
        for item in c.value or ()
        if isinstance(item, dict)
    }
    states = [
        item
        for c in speakers
        for item in c.value
        if class_of(item, codebook) in _OF_STATES
    ]
    is_there = any(_in(country_of(item, codebook), places) for item in states)
    return is_there or _is_on_side(
        speakers, [c for c in things if c.kind == ACTOR and c.value], codebook
    )


def _in(country: str, countries: Iterable[Json]) -> bool:
    return bool(country) and country in countries


# ---------------------------------------------------------------- what is said of an act
def _stances(clause: Clause, later: Iterable[Sentence]) -> Iterator[Stance]:
    """What is said of an act of violence here and in the next sentences, up to one that
    tells of another.
    """
    if clause.trigger.value not in word_set("events", "violent"):
        return
    accusation, start = (
        clause.earlier,
        clause.trigger.start,
    )  # اتهمت الحكومة إسرائيل بقصف المطار
    if (
        accusation
        and is_attribution(accusation)
        and "،" not in clause.words(accusation.end, start)
    ):
        by, accused = parties(Clause(accusation, clause.sentence))
        yield Stance(_BLAMED, by, accusation, accused)
    told, acts = _told_by(clause.sentence)
    same = (start, clause.partner.start if clause.partner else -1)
    new = [at for at in acts if at not in same and at > start]
    for stance in told:
        at = stance.words.start
        is_of_act = clause.trigger.end <= at and all(at < act for act in new)
        if (
            is_of_act and stance.way != _CLAIMED
        ):  # who claims it in its own sentence does it
            yield stance
    for sentence in later if not new else ():
        told, acts = _told_by(sentence)
        yield from told
        if acts or any(stance.way == _CLAIMED for stance in told):
            return


@lru_cache(8)
def _told_by(sentence: Sentence) -> tuple[Sequence[Stance], Sequence[int]]:
    """A sentence's stances on an act told before, and where it tells of new acts of
    violence.
    """
    triggers, violent = sentence.of_kind(TRIGGER), word_set("events", "violent")
    acts = (c for c in triggers if c.value in violent)
    new = [c.start for c in acts if c.origin.startswith("verb:") or not is_known(c)]
    found = [
        *[*_claims(sentence)][:1],
        *_blames(sentence),
        *_denials(sentence),
        *_unclaimed(sentence),
    ]
    return sorted(found, key=lambda stance: stance.words.start), new


def _claims(sentence: Sentence) -> Iterator[Stance]:
    triggers = sentence.of_kind(TRIGGER)
    for trigger in (c for c in triggers if c.value in word_set("events", "claims")):
        clause = Clause(trigger, sentence)
        doers = parties(clause)[0] if _is_of_known_act(clause) else []
        if doers:
            yield Stance(_CLAIMED, doers, trigger)
    said = (
        [v for v in sentence.light_verbs if v.form in verbs("events", "announced")]
        if triggers
        else ()
    )
    ends = [
        v.end for v in said if v.form.startswith("ا")
    ]  # in the past: not لم تعلن, قد تعلن
    for actor in sentence.actors if ends else ():
        clause = Clause(actor, sentence)
        is_theirs = clause.after(actor) in word_set("roles", "responsibility")
        if (
            is_theirs
            and sentence.adjoins(actor.start, ends)
            and _is_of_known_act(clause)
        ):
            yield Stance(_CLAIMED, [actor], actor)


def _blames(sentence: Sentence) -> Iterator[Stance]:
    for trigger in filter(is_attribution, sentence.of_kind(TRIGGER)):
        clause = Clause(trigger, sentence)
        by, accused = parties(clause)
        # حملت حماس المسؤولية
        is_of_all = clause.next == sentence.end and "مسوولي" in fold_key(trigger.origin)
        if accused and (is_of_all or _is_of_known_act(clause)):
            yield Stance(_BLAMED, by, trigger, accused)


def is_attribution(trigger: Candidate) -> bool:
    """Whether a word says of somebody that he did an act, and does not only condemn it
    (نددت بغارة).
    """
    form = fold_key(trigger.quote).split()[0]
    is_verb = trigger.origin.startswith("verb:") and form in verbs(
        "roles", "attributing"
    )
    is_noun = form.startswith("متهم") or form in noun_forms_of("roles", "accusations")
    return trigger.value in word_set("events", "blaming") and (is_verb or is_noun)


def _denials(sentence: Sentence) -> Iterator[Stance]:  # نفت طهران مسؤوليتها عن الهجوم
    for trigger in (
        c for c in sentence.of_kind(TRIGGER) if c.value in word_set("events", "denials")
    ):
        clause = Clause(trigger, sentence)
        between = clause.words(trigger.end, clause.next).split()
        is_of_part = not word_set("roles", "part_in_act").isdisjoint(between)
        if is_of_part and (clause.next == sentence.end or _is_of_known_act(clause)):
            yield Stance(_DENIED, parties(clause)[0], trigger)


def _unclaimed(sentence: Sentence) -> Iterator[Stance]:  # لم تعلن أي جهة مسؤوليتها
    for claim in (
        c for c in sentence.of_kind(CLAIM) if c.origin == f"words:{_UNCLAIMED}"
    ):
        words = sentence.words(sentence.start, sentence.end).split()
        is_told = "تبن" in claim.quote or not word_set(
            "roles", "responsibility"
        ).isdisjoint(words)
        if is_told and not word_set("roles", "anybody").isdisjoint(words):
            yield Stance(_UNCLAIMED, (), claim)


def _is_of_known_act(clause: Clause) -> bool:
    """Whether the next act is one that was told before: الهجوم, تلك الهجمات."""
    act = next((c for c in clause.of_kind(TRIGGER) if c.start == clause.next), None)
    return act is not None and act.origin.startswith("noun:") and is_known(act)
