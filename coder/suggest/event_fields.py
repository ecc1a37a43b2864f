"""What a clause states about its event: type, means, objects, places, counts, scope.

Shooting down weapons in flight is an interception; whoever sent them is the attacker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain, pairwise
from typing import Any, TypeAlias

from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.model import Candidate, Json
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.nations import nations_behind
from coder.suggest.number_spans import NUMBER
from coder.suggest.parties import parties
from coder.suggest.where_and_when import is_near, is_said
from coder.suggest.word_lists import (
    all_forms,
    bare,
    heads,
    noun_forms_of,
    suffering_verbs,
    word_set,
    words,
)
from coder.text.normalize import fold_key

# event field id → candidates proposed for it, in text order, with the values for that
# field
Proposal: TypeAlias = dict[str, list[Candidate]]

_AIR, _DRONE, _SHELLS, _ASSAULT = (
    "air_strike",
    "drone_attack",
    "missile_artillery",
    "armed_assault",
)
_ACTS = (
    "incident_count",
    "strike_count",
    "site_count",
)  # any of these makes the report an aggregate


def refined_type(clause: Clause) -> Json:
    """The event type, refined by the means or objects named with the trigger; several
    means leave it open.
    """
    events: Mapping[str, Any] = words()["events"]
    value, end = clause.trigger.value, clause.trigger.end
    own_weapons = (c for c in weapons(clause) if clause.is_own(c))
    means = events["means"].items()
    kinds = {
        next((k for k, arms in means if item in arms), None)
        for c in own_weapons
        for item in _values(c)
    }
    if value in events["refined"] and _shoots_down(clause):
        return events["guarding"][0]
    if _AIR in kinds and None not in kinds:
        kinds = {_AIR}  # weapons fired from an aircraft make an air strike
    if _DRONE in kinds and _is_fired_from_drone(clause):
        kinds = {_DRONE}
    if value in events["ordering"] and _is_or_else(clause):
        return events["threatening"]
    if value in (events["taken"], events["taken_from"]):
        if any(
            _values(c) & word_set("events", "goods") for c in objects(clause)
        ):  # استولوا على منازل
            return events["taken_from"]
        if value == events["taken_from"] and clause.falls_on(PLACE):
            return events["taken"]  # استولت على المدينة
    if value in (_AIR, _ASSAULT) and kinds in ({_AIR}, {_DRONE}):
        return kinds.pop()  # غارة بطائرة مسيّرة، أغار الطيران على القرية
    if value == events["taken"] and kinds & {_SHELLS, _DRONE}:
        numbers = {n.end: n.start for n in clause.of_kind(NUMBER)}
        starts = (
            numbers.get(c.end, c.start) for c in weapons(clause) if c.start >= end
        )
        if any(len(clause.words(end, start).split()) <= 1 for start in starts):
            return (
                _SHELLS if _SHELLS in kinds else _DRONE
            )  # سقوط صاروخين، سقوط مسيّرة: not of a town
    if value in events["befalling"] and _hits_armed_men(clause):
        value = events["open_type"]
    if value not in events["refined"] or None in kinds:
        return value
    if kinds:
        return kinds.pop() if len(kinds) == 1 else events["open_type"]
    is_open = value == events["open_type"]
    return (
        clause.partner.value
        if is_open and clause.partner and clause.partner.value
        else value
    )


def _is_or_else(clause: Clause) -> bool:  # طالبهم بالانسحاب وإلا فسيقصف مواقعهم
    behind = f" {clause.words(clause.trigger.end, clause.sentence.end)} "
    return any(f" {words} " in behind for words in word_set("roles", "or_else"))


def of_crowds(act: Sequence[Candidate], doers: Sequence[Candidate]) -> list[Candidate]:
    """The act with its type if crowds do it (أحرق متظاهرون): riot, or protest if they
    only block roads.
    """
    crowds = noun_forms_of("events", "crowds")
    are_crowds = bool(doers) and all(
        fold_key(c.quote).split()[0] in crowds for c in doers
    )
    kinds: Mapping[Json, Json] = words()["events"]["crowd_acts"] if are_crowds else {}
    return [replace(c, value=kinds.get(c.value, c.value)) for c in act]


def _hits_armed_men(clause: Clause) -> bool:  # قُتل 3 عناصر, مقتل جنديين
    end, men = clause.trigger.end, noun_forms_of("events", "armed_men")
    dead = (
        c
        for c in clause.of_kind(NUMBER)
        if c.origin == "number:killed" and end <= c.start
    )
    return any(
        not men.isdisjoint(fold_key(c.quote).split()) for c in dead if clause.is_own(c)
    )


def _is_fired_from_drone(clause: Clause) -> bool:  # استهدفت مسيّرة سيارة بصاروخين
    drone, *others = (c for c in weapons(clause) if clause.is_own(c))
    low, high = sorted((clause.trigger, drone), key=lambda c: c.start)
    fired = all(clause.sentence.text[c.start - 1] == "ب" for c in others)
    is_drone = not word_set("events", "means", _DRONE).isdisjoint(_values(drone))
    return is_drone and fired and not clause.words(low.end, high.start)


def _values(candidate: Candidate) -> set[str]:
    return set(map(str, candidate.value or ()))


def weapons(clause: Clause) -> list[Candidate]:
    """The means; defensive weapons (الدفاعات الجوية) count for interceptions only."""
    is_guard = clause.trigger.value in word_set("events", "guarding")
    return [
        c
        for c in clause.of_kind(WEAPON)
        if is_guard or not word_set("events", "guards") & _values(c)
    ]


def objects(clause: Clause) -> list[Candidate]:
    """The named site that suffers the act; else the objects behind the trigger, else
    all, its own if any.

    Without any, the named site on which the act falls, or the arms in flight that it
    brings down.
    """
    here = (
        c for c in clause.of_kind(OBJECT) if not _belongs_to_what_they_did(clause, c)
    )
    objects_here = [c for c in here if not is_near(clause, c)]
    behind = [c for c in objects_here if c.start >= clause.trigger.end] or objects_here
    chosen = _each_kind_once(clause, [c for c in behind if clause.is_own(c)] or behind)
    sites = _sites_hit(clause)
    is_listed = (
        bool(sites and chosen) and clause.words(sites[-1].end, chosen[0].start) == "و"
    )
    if is_listed:
        return [*sites, *chosen]  # غارات على مطار حلب ومستودعات
    return _sites_that_suffer(clause) or chosen or sites or _brought_down(clause)


def _each_kind_once(clause: Clause, things: Sequence[Candidate]) -> list[Candidate]:
    """The first words for each kind of thing and those joined to them; سوق الماشية is
    one thing.
    """
    kept, ends = list[Candidate](), [c.end for c in things]
    for thing in (c for c in things if not clause.sentence.adjoins(c.start, ends)):
        is_joined = bool(kept) and clause.words(kept[-1].end, thing.start) in (
            "و",
            "،",
            "، و",
        )
        same = [c for c in kept if c.value == thing.value]
        if not same or (
            is_joined and all(fold_key(c.quote) != fold_key(thing.quote) for c in same)
        ):
            kept.append(thing)
    return kept


def _belongs_to_what_they_did(
    clause: Clause, thing: Candidate
) -> bool:  # أثناء خروجه من منزله
    between = clause.sentence.text[clause.trigger.end : thing.start].split()
    times = word_set("events", "while_doing")
    return any(
        fold_key(time) in times and noun.endswith(("ه", "ها", "هم"))
        for time, noun in pairwise(between)
    )


def _sites_that_suffer(clause: Clause) -> list[Candidate]:  # تعرضت قاعدة التنف لهجوم
    start, earlier = clause.trigger.start, clause.earlier
    verbs = (
        v
        for v in clause.sentence.light_verbs
        if v.form in suffering_verbs() and v.end <= start
    )
    verb = next((v for v in verbs if earlier is None or earlier.start <= v.start), None)
    if verb is None:
        return []
    in_front = (
        p for p in clause.of_kind(PLACE) if p.end <= verb.start and _leads(clause, p)
    )
    between = (p for p in clause.of_kind(PLACE) if p.end <= start)
    subjects = chain(
        in_front, (p for p in between if clause.sentence.adjoins(p.start, [verb.end]))
    )
    return next(filter(None, map(_as_object, subjects)), [])


def _sites_hit(clause: Clause) -> list[Candidate]:  # أغلقت السلطات معبر الكرامة
    end = clause.trigger.end
    ends = {end, *(a.end for a in clause.of_kind(ACTOR) if a.start >= end)}
    behind = (p for p in clause.of_kind(PLACE) if end <= p.start < clause.next)
    hit = (
        p
        for p in behind
        if clause.before(p, 1) == "علي" or clause.sentence.adjoins(p.start, ends)
    )
    return next(filter(None, map(_as_object, hit)), [])


def _as_object(place: Candidate) -> list[Candidate]:  # by the first word of its name
    value = heads("objects").get(fold_key(place.quote).split()[0])
    return [replace(place, value=[value])] if value else []


def _leads(
    clause: Clause, place: Candidate
) -> bool:  # first in its sentence, or behind أنّ
    front, proclitic = (
        clause.sentence.front(place),
        clause.sentence.text[: place.start][-1:],
    )
    return (not front or front[-1] in word_set("roles", "that")) and proclitic not in (
        "ب",
        "ل",
        "ك",
    )


def _brought_down(clause: Clause) -> list[Candidate]:  # أسقطت الدفاعات مسيّرة
    events: Mapping[str, Any] = words()["events"]
    is_guard = clause.trigger.value in events["guarding"] or _shoots_down(clause)
    arms = [c for c in _flying_arms(clause) if clause.is_own(c)] if is_guard else []
    return [
        replace(c, id=f"{OBJECT}:{c.id}", kind=OBJECT, value=[events["downed"]])
        for c in arms[:1]
    ]


def about(clause: Clause, codebook: Codebook) -> list[Candidate]:
    """The act that a statement is about: the next one in the sentence, else the
    previous one.

    What kind of act a response that is threatened or operations that are ordered will
    be is open: of these the value is the root of their type (coding guide, section 4).
    """
    acts = [
        c
        for c in clause.of_kind(TRIGGER)
        if c.value and c.value not in word_set("events", "statements")
    ]
    behind = [c for c in acts if c.start >= clause.trigger.end]
    nearest = [*behind, *(c for c in reversed(acts) if c.end <= clause.trigger.start)][
        :1
    ]
    return [replace(c, value=_kind_told(clause, c, codebook)) for c in nearest]


def _kind_told(clause: Clause, act: Candidate, codebook: Codebook) -> Json:
    kind = refined_type(Clause(act, clause.sentence))
    is_ahead = clause.trigger.value in word_set("events", "prospective")
    unnamed = noun_forms_of("events", "unnamed_acts")
    if not is_ahead or fold_key(act.origin.removeprefix("noun:")) not in unnamed:
        return kind
    takes_roots = any(
        f.id == "about_type" and f.roots_selectable for f in codebook.event_fields
    )
    return next(iter(codebook.path_of(str(kind))), kind) if takes_roots else kind


# ---------------------------------------------------------------- weapons in flight
def _shoots_down(
    clause: Clause,
) -> bool:  # دمّرت المدمرة ثلاث مسيّرات; launchers are not in flight
    trigger = fold_key(clause.trigger.quote).removeprefix("ال")
    if trigger not in all_forms("events", "downing") or clause.front.endswith("ب"):
        return False
    hit = [
        c for c in clause.of_kind(OBJECT) if clause.trigger.end <= c.start < clause.next
    ]
    arms = next((c for c in _flying_arms(clause) if clause.is_own(c)), None)
    if arms is None or any(
        c.start <= arms.start < c.end or c.end <= arms.start for c in hit
    ):
        return False
    return (
        bool(clause.words(clause.trigger.end, arms.start)) or not hit
    )  # دمّرت مسيّرة منزلاً


def senders(clause: Clause, codebook: Codebook) -> Sequence[Candidate]:
    """Who sent the intercepted weapons: who fired them, their owner, or the army of
    their nation.
    """
    for arms in _flying_arms(clause):
        launch = next((c for c in clause.of_kind(TRIGGER) if c.start >= arms.end), None)
        if launch and launch.quote.endswith(("ه", "ها", "هم", "هما")):
            return parties(Clause(launch, clause.sentence))[0]
        behind = (a for a in clause.of_kind(ACTOR) if a.start >= arms.end)
        owners = [a for a in behind if _is_owner(clause, arms, a)][:1]
        if found := owners or nations_behind(clause, arms, codebook, armed=True):
            return found
    return []


def _flying_arms(clause: Clause) -> list[Candidate]:  # behind ب they would be the means
    flying, text = word_set("events", "in_flight"), clause.sentence.text
    behind = (c for c in clause.of_kind(WEAPON) if c.start >= clause.trigger.end)
    return [c for c in behind if flying & _values(c) and text[c.start - 1] != "ب"]


def _is_owner(
    clause: Clause, arms: Candidate, actor: Candidate
) -> bool:  # joined by ل to the weapons
    *between, last = clause.words(arms.end, actor.start).split() or [""]
    is_owned = not between or bare(between[-1]) in (
        *word_set("roles", "owned"),
        "تابعتين",
    )
    return last == "ل" and len(between) <= 2 and is_owned


# ---------------------------------------------------------------- scope
def scope(clause: Clause, found: Proposal) -> list[Candidate]:
    """The scope according to the words: counted or repeated acts."""
    trigger = clause.trigger
    acts = [number for name in _ACTS for number in found.get(name, ())]
    arms = clause.of_kind(WEAPON)  # a number of weapons is no number of acts (صاروخين)
    counted = [
        n for n in acts if not any(c.start < n.end and n.start < c.end for c in arms)
    ]
    if is_said(clause):
        counted = []  # اتهمت الحركة بتنفيذ 60 هجوماً
    if counted:
        return [replace(c, value="aggregate") for c in counted]
    return [replace(trigger, value="campaign")] if _is_repeated(clause) else []


def _is_repeated(clause: Clause) -> bool:
    """Whether the trigger is a plural, goes on (قصف مكثّف), or falls on a bare plural
    (أخلى مقرات).
    """
    trigger = clause.trigger
    head, *adjectives = fold_key(trigger.quote).split()
    following = [*adjectives, bare(clause.after(trigger))]
    if is_plural(head) or not word_set("events", "repeated").isdisjoint(following):
        return True
    if trigger.value in word_set("events", "claims"):  # تبنّت معظم تلك الهجمات
        return any(
            c.start == clause.next and is_plural(fold_key(c.quote).split()[0])
            for c in clause.of_kind(TRIGGER)
        )
    ends = {
        trigger.end,
        *(a.end for a in clause.of_kind(ACTOR) if a.start >= trigger.end),
    }
    things = (
        c for c in clause.of_kind(OBJECT) if c.start >= trigger.end and clause.is_own(c)
    )
    hit = next((c for c in things if clause.sentence.adjoins(c.start, ends)), None)
    return hit is not None and fold_key(hit.quote).split()[0].endswith("ات")


def is_plural(word: str) -> bool:  # اشتباكات denotes a single clash
    noun = word.removeprefix("ال")
    stem = re.sub("(?:ها|هم|ه)$", "", noun)
    is_sound = (
        stem.endswith("ات")
        and len(stem) > 3
        and stem not in word_set("events", "one_happening")
    )
    return is_sound or noun in word_set("events", "plurals")
