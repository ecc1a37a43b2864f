"""What a clause tells of its event: the type, means, objects, places, counts, scope and status.

Who shoots arms in flight down intercepts, and whoever sent them is the attacker.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from coder.codebook.schema import Codebook
from coder.model import Candidate, Json
from coder.suggest.clause import ADJOINING, Clause
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.date_spans import DATE
from coder.suggest.nations import nations_behind
from coder.suggest.number_spans import FIELDS, NUMBER
from coder.suggest.parties import falls_on, parties
from coder.suggest.source_spans import SOURCE
from coder.suggest.word_lists import all_forms, bare, nouns, word_set, words
from coder.text.normalize import fold_key

# event field id → candidates proposed for it, in text order, each with the value it has there
Proposal: TypeAlias = dict[str, list[Candidate]]

_AIR, _DRONE, _SHELLS, _ASSAULT = "air_strike", "drone_attack", "missile_artillery", "armed_assault"
_LATER = frozenset({"killed", "injured"})  # counts that the sentence behind the trigger's may still tell
_ACTS = ("incident_count", "strike_count", "site_count")  # with one of them the report is an aggregate
_SPOKEN_TO = re.compile(r"(?<!\w)[وف]?لـ?[\"«“]*\Z")
_WIDTHS = ("exact_site", "town", "around_town", "admin1", "region", "country")  # how much land a place is
_TOWN, _COUNTRY = _WIDTHS.index("town"), _WIDTHS.index("country")


def told_type(clause: Clause) -> Json:
    """The event type that the means or objects named with a trigger tell; several means leave it open."""
    events: Mapping[str, Any] = words()["events"]
    value, end = clause.trigger.value, clause.trigger.end
    named = (c for c in weapons(clause) if clause.is_own(c))
    means = events["means"].items()
    told = {next((kind for kind, arms in means if item in arms), None) for c in named for item in _values(c)}
    if value in events["refined"] and _shoots_down(clause):
        return events["guarding"][0]
    if _AIR in told and None not in told:
        told = {_AIR}  # what an aircraft fires is an air strike
    if value in (events["taken"], events["taken_from"]):
        if any(_values(c) & word_set("events", "goods") for c in objects(clause)):  # استولوا على منازل
            return events["taken_from"]
        if value == events["taken_from"] and falls_on(clause, PLACE):
            return events["taken"]  # استولت على المدينة
    if value in (_AIR, _ASSAULT) and told in ({_AIR}, {_DRONE}):
        return told.pop()  # غارة بطائرة مسيّرة، أغار الطيران على القرية
    if value == events["taken"] and _SHELLS in told:
        between = (clause.words(end, c.start) for c in weapons(clause) if c.start >= end)
        if any(len(said.split()) <= 1 for said in between):
            return _SHELLS  # سقوط صاروخين: they fell, and no town did
    if value not in events["refined"] or None in told:
        return value
    if told:
        return told.pop() if len(told) == 1 else events["open_type"]
    is_open = value == events["open_type"]
    return clause.partner.value if is_open and clause.partner and clause.partner.value else value


def _values(candidate: Candidate) -> set[str]:
    return set(map(str, candidate.value or ()))


def weapons(clause: Clause) -> list[Candidate]:
    """The means; what wards off (الدفاعات الجوية) is that of an interception only."""
    is_guard = clause.trigger.value in word_set("events", "guarding")
    return [c for c in clause.of_kind(WEAPON) if is_guard or not word_set("events", "guards") & _values(c)]


def objects(clause: Clause) -> list[Candidate]:
    """Objects from the trigger on if there are any."""
    found = clause.of_kind(OBJECT)
    behind = [c for c in found if c.start >= clause.trigger.end] or found
    return [c for c in behind if clause.is_own(c)] or behind


def about(clause: Clause) -> list[Candidate]:
    """The act that a statement is about: the next one behind it, else the last before it."""
    acts = [c for c in clause.of_kind(TRIGGER) if c.value and c.value not in word_set("events", "statements")]
    behind = [c for c in acts if c.start >= clause.trigger.end]
    nearest = [*behind, *(c for c in reversed(acts) if c.end <= clause.trigger.start)][:1]
    return [replace(c, value=told_type(Clause(c, clause.sentence))) for c in nearest]


def sources(clause: Clause) -> list[Candidate]:
    """Who is credited; a medium only where nobody else is, and not one that is spoken to (قال لـ)."""
    text, known = clause.sentence.text, clause.of_kind(SOURCE)
    found = [c for c in known if not _SPOKEN_TO.search(text, max(0, c.start - 12), c.start)]
    return [c for c in found if first(c).get("kind") != "media"] or found


def first(candidate: Candidate) -> Mapping[str, Json]:
    """What was worked out for the first thing named; empty where nothing was, as by another suggester."""
    found = candidate.value[0] if isinstance(candidate.value, list) and candidate.value else None
    return found if isinstance(found, Mapping) else {}


# ---------------------------------------------------------------- arms in flight
def _shoots_down(clause: Clause) -> bool:  # دمّرت المدمرة ثلاث مسيّرات; a launcher is not in flight
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


def _flying_arms(clause: Clause) -> list[Candidate]:  # behind ب it is done with them
    flying, text = word_set("events", "in_flight"), clause.sentence.text
    behind = (c for c in clause.of_kind(WEAPON) if c.start >= clause.trigger.end)
    return [c for c in behind if flying & _values(c) and text[c.start - 1] != "ب"]


def _is_owner(clause: Clause, arms: Candidate, actor: Candidate) -> bool:  # ل behind arms or their adjectives
    *between, last = clause.words(arms.end, actor.start).split() or [""]
    is_owned = not between or bare(between[-1]) in (*word_set("roles", "owned"), "تابعتين")
    return last == "ل" and len(between) <= 2 and is_owned


# ---------------------------------------------------------------- where
def places(clause: Clause, doers: Sequence[Candidate]) -> list[Candidate]:
    """Where it happened: no background wars, no origins, no region around a place that is named itself.

    What is said happens nowhere (threats, claims, sanctions). doers: who did it; a place right behind them,
    in front of the act, is theirs (قوات التحالف في اليمن شنت).
    """
    value, start = clause.trigger.value, clause.trigger.start
    if value in word_set("events", "said"):
        return []
    found = [c for c in clause.of_kind(PLACE) if not _is_aside(clause, doers, c)]
    own = [c for c in found if clause.is_own(c)]
    behind = [c for c in own if c.start >= start]
    told = own = [c for c in behind if clause.goes_on_to(c)] or behind or own or found
    is_led_on = any(clause.before(c, 1) in ("الي", "نحو", "باتجاه") for c in own)
    if is_led_on or value not in word_set("events", "leaving"):
        told = [c for c in own if clause.before(c, 1) != "من" and clause.before(c, 2) != "من داخل"] or own
    told = [c for c in told if not any(_surrounds(c, other) or _holds(clause, c, other) for other in told)]
    return [c for c in told if clause.before(c, 1) not in ("قرب", "مع")] or told


def _is_aside(clause: Clause, doers: Sequence[Candidate], place: Candidate) -> bool:
    in_front = (a for a in doers if a.end <= place.start < clause.trigger.start)
    if any(clause.words(a.end, place.start) in ("في", "ب") for a in in_front):
        return True
    for dated in clause.of_kind(DATE):  # a place inside it, or behind في: أحداث 7 تشرين الأول في فلسطين
        is_near = dated.start <= place.start < dated.end + ADJOINING
        if is_near and (place.start < dated.end or clause.words(dated.end, place.start) in ("في", "ب")):
            return True
    *before, last = clause.sentence.front(place)[-3:] or [""]
    acts = {word.removeprefix("ال").removesuffix("ها") for word in before}
    is_war = last in ("في", "علي") and not acts.isdisjoint(word_set("events", "wars"))  # حربها على غزة
    return is_war or clause.before(place, 1) in word_set("events", "for_the_sake")


def _holds(clause: Clause, wide: Candidate, narrow: Candidate) -> bool:  # بلدة تسيل بريف درعا
    is_next = 0 <= wide.start - narrow.end < ADJOINING
    between = clause.words(narrow.end, wide.start) if is_next else None
    if between == "،":
        return fold_key(wide.quote).partition(" ")[0] in nouns("places", "compass")
    least = _TOWN if between == "" and _width(wide) < _COUNTRY else max(_width(narrow), _TOWN)
    return between in ("", "في", "ب", "(") and _width(wide) > least


def _width(place: Candidate) -> int:
    said = first(place).get("precision")
    return _WIDTHS.index(said) if said in _WIDTHS else 0


def _surrounds(wide: Candidate, narrow: Candidate) -> bool:  # is but the region that the other lies in
    outer, inner = first(wide), first(narrow)
    precision, country = outer.get("precision"), outer.get("country")
    if wide is narrow or precision == inner.get("precision") or country != inner.get("country"):
        return False
    exact = inner.get("precision") in ("exact_site", "town")
    same = not outer.get("admin1") or outer["admin1"] == inner.get("admin1")
    is_region = precision in ("admin1", "region", "around_town")
    return precision == "country" or bool(is_region and exact and same and country)


# ---------------------------------------------------------------- counts, scope, status
def counts(clause: Clause, later: Sequence[Candidate]) -> Proposal:
    """The counts by what they count; casualties also from the next sentence if this one has none.

    later: the candidates of the next sentence; numbers behind a verb of violence there are of that act.
    """
    found: Proposal = {}
    violent = word_set("events", "violent")
    verbs = (c for c in later if c.kind == TRIGGER and c.origin.startswith("verb:") and c.value in violent)
    next_act = next((c.start for c in verbs if c.value not in word_set("events", "befalling")), None)
    told_later = [c for c in later if c.kind == NUMBER and (next_act is None or c.start < next_act)]
    is_violent = clause.trigger.value in violent
    for is_here, numbers in ((True, clause.of_kind(NUMBER)), (False, told_later if is_violent else ())):
        missing = _LATER.difference(found)
        for number in numbers:
            name = FIELDS.get(number.origin.removeprefix("number:"), "")
            if number.value and (name in missing or (is_here and _is_counted_here(clause, number))):
                found.setdefault(name, []).append(number)
    return found


def _is_counted_here(clause: Clause, number: Candidate) -> bool:
    # it holds the trigger of the acts that it counts, or no other act parts the two
    if number.start <= clause.trigger.start < number.end:
        return True
    low, high = sorted((clause.trigger.end, number.start))
    numbers, acts = clause.of_kind(NUMBER), (c for c in clause.of_kind(TRIGGER) if low <= c.start < high)
    return all(any(n.start <= c.start < n.end for n in numbers) for c in acts)


def scope_and_status(clause: Clause, found: Proposal) -> Proposal:
    """Scope and status as the words tell them: counted, repeated, denied, failed, still to come."""
    trigger, earlier = clause.trigger, clause.earlier
    head = fold_key(trigger.quote).split()[0]
    acts = [number for name in _ACTS for number in found.get(name, ())]
    arms = clause.of_kind(WEAPON)  # a number of these counts what was fired and not how often (صاروخين)
    scope, status = "", ""
    noun = head.removeprefix("ال")
    stem = re.sub("(?:ها|هم|ه)$", "", noun)  # اشتباكات are one clash
    is_plural = stem.endswith("ات") and len(stem) > 3 and stem not in word_set("events", "one_happening")
    counted = [n for n in acts if not any(c.start < n.end and n.start < c.end for c in arms)]
    if counted:
        scope = "aggregate"
    elif is_plural or noun in word_set("events", "plurals"):
        scope = "campaign"
    front = {*clause.sentence.front(trigger)[-3:], fold_key(earlier.quote) if earlier else ""}
    for name in ("denied", "attempted_failed", "planned"):
        if front & word_set("events", name):
            status = name
    part, _, listed = trigger.origin.partition(":")
    if not status and part == "verb" and re.match("(?:و|ف)?س[يتن]", head) and not listed.startswith("س"):
        status = "planned"
    told = {"report_scope": (scope, counted or [trigger]), "event_status": (status, [trigger])}
    return {name: [replace(c, value=value) for c in words] for name, (value, words) in told.items() if value}
