"""The event type that a trigger has by its means and objects, and arms in flight that are shot down.

Who shoots arms in flight down intercepts, and whoever sent them is the attacker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from typing import Any

from coder.codebook.schema import Codebook
from coder.model import Candidate, Json
from coder.suggest.clause import Clause
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.nations import nations_behind
from coder.suggest.parties import parties
from coder.suggest.syntax import falls_on
from coder.suggest.word_lists import all_forms, bare, word_set, words
from coder.text.normalize import fold_key

_AIR, _DRONE, _SHELLS, _ASSAULT = "air_strike", "drone_attack", "missile_artillery", "armed_assault"


def typed(clause: Clause, types: Set[str]) -> Candidate:
    """The trigger with the event type that what stands with it tells, if it is one of the codebook's."""
    told = _told_type(clause)
    return replace(clause.trigger, value=told) if told in types else clause.trigger


def _told_type(clause: Clause) -> Json:
    """The event type that the means or objects named with a trigger tell; several means leave it open."""
    events: Mapping[str, Any] = words()["events"]
    value = clause.trigger.value
    named = (c for c in weapons(clause) if clause.is_own(c))
    told = {_types_by_means().get(str(item)) for c in named for item in c.value or ()}
    if value in events["refined"] and _shoots_down(clause):
        return events["guarding"][0]
    if _AIR in told and None not in told:
        told = {_AIR}  # what an aircraft fires is an air strike
    if value in (events["taken"], events["taken_from"]):
        goods = {str(item) for c in objects(clause) for item in c.value or ()} & word_set("events", "goods")
        if goods:  # استولوا على منازل
            return events["taken_from"]
        if value == events["taken_from"] and falls_on(clause, PLACE):
            return events["taken"]  # استولت على المدينة
    if value in (_AIR, _ASSAULT) and told in ({_AIR}, {_DRONE}):
        return told.pop()  # غارة بطائرة مسيّرة، أغار الطيران على القرية
    if value == events["taken"] and _SHELLS in told and _fell(clause):
        return _SHELLS
    if value not in events["refined"] or None in told:
        return value
    if told:
        return told.pop() if len(told) == 1 else events["open_type"]
    is_open = value == events["open_type"]
    return clause.partner.value if is_open and clause.partner and clause.partner.value else value


def _fell(clause: Clause) -> bool:
    """Whether arms stand right behind a trigger of falling (سقوط صاروخين): they fell, and no town did."""
    behind = (c for c in weapons(clause) if c.start >= clause.trigger.end)
    return any(len(clause.words(clause.trigger.end, c.start).split()) <= 1 for c in behind)


@cache
def _types_by_means() -> Mapping[str, str]:
    """Weapon → the event type that it tells."""
    means: Mapping[str, Sequence[str]] = words()["events"]["means"]
    return {weapon: kind for kind, listed in means.items() for weapon in listed}


def weapons(clause: Clause) -> list[Candidate]:
    """The means; what wards off (الدفاعات الجوية) is that of an interception only."""
    guards = word_set("events", "guards")
    is_guard = clause.trigger.value in word_set("events", "guarding")
    return [c for c in clause.of_kind(WEAPON) if is_guard or not guards & set(map(str, c.value or ()))]


def objects(clause: Clause) -> list[Candidate]:
    """Objects from the trigger on if there are any."""
    found = clause.of_kind(OBJECT)
    behind = [c for c in found if c.start >= clause.trigger.end] or found
    return [c for c in behind if clause.is_own(c)] or behind


# ---------------------------------------------------------------- arms in flight
def _shoots_down(clause: Clause) -> bool:
    """Whether arms in flight are what the act destroys (دمّرت المدمرة ثلاث مسيّرات); a launcher is not."""
    trigger = fold_key(clause.trigger.quote).removeprefix("ال")
    if trigger not in all_forms("events", "downing") or clause.front.endswith("ب"):
        return False
    hit = [c for c in clause.of_kind(OBJECT) if clause.trigger.end <= c.start < clause.next]
    arms = next((c for c in _flying_arms(clause) if clause.is_own(c)), None)
    if arms is None or any(c.start <= arms.start < c.end or c.end <= arms.start for c in hit):
        return False
    return bool(clause.words(clause.trigger.end, arms.start)) or not hit  # دمّرت مسيّرة منزلاً


def senders(clause: Clause, codebook: Codebook) -> Sequence[Candidate]:
    """Who sent the arms that are intercepted: who fired them, whose they are, or their nation's army."""
    for arms in _flying_arms(clause):
        launch = next((c for c in clause.of_kind(TRIGGER) if c.start >= arms.end), None)
        if launch and launch.quote.endswith(("ه", "ها", "هم", "هما")):
            return parties(Clause(launch, clause.sentence))[0]
        behind = (a for a in clause.of_kind(ACTOR) if a.start >= arms.end)
        owners = [a for a in behind if _is_owner(clause, arms, a)][:1]
        if found := owners or nations_behind(clause, arms, codebook, armed=True):
            return found
    return []


def _flying_arms(clause: Clause) -> list[Candidate]:
    """The arms in flight behind the trigger, those with which it is done left out."""
    flying = word_set("events", "in_flight")
    text = clause.sentence.text
    behind = (c for c in clause.of_kind(WEAPON) if c.start >= clause.trigger.end)
    return [c for c in behind if flying & set(map(str, c.value or ())) and text[c.start - 1] != "ب"]


def _is_owner(clause: Clause, arms: Candidate, actor: Candidate) -> bool:
    """Whether ل behind arms, or behind their adjectives, tells whose they are."""
    *between, last = clause.words(arms.end, actor.start).split() or [""]
    is_owned = not between or bare(between[-1]) in (*word_set("roles", "owned"), "تابعتين")
    return last == "ل" and len(between) <= 2 and is_owned
