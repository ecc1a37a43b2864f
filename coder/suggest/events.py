"""Proposes an event around a trigger: which candidates near it could fill which fields, by rules of syntax.

Arabic news puts the verb first, then who did it, then whom it fell on; a verbal noun takes its doer or its
object in construct and the other behind a preposition; a passive names its doer only behind من قبل and the
like. What belongs to another trigger of the sentence is left to that.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate, Json
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import ACTOR, OBJECT, PLACE, TRIGGER, WEAPON
from coder.suggest.date_spans import DATE
from coder.suggest.datelines import outside
from coder.suggest.event_places import first, places
from coder.suggest.fields import Proposal, asked
from coder.suggest.interception import senders, shoots_down
from coder.suggest.nations import acting_nations, government_of, struck_nations
from coder.suggest.number_spans import FIELDS, NUMBER
from coder.suggest.parties import companions, parties
from coder.suggest.source_spans import SOURCE
from coder.suggest.told_values import told_of
from coder.suggest.word_lists import heads, word_set, words
from coder.text.normalize import fold_key
from coder.text.segment import sentences, unwrapped

_AIR, _DRONE, _SHELLS, _ASSAULT = "air_strike", "drone_attack", "missile_artillery", "armed_assault"
_LATER = frozenset({"killed", "injured"})
"""Counts that the sentence behind the trigger's may still tell."""
_ACTS = ("incident_count", "strike_count", "site_count")
"""Counts of acts: with one of them the report is a counted aggregate."""


class EventProposer:
    """Proposes events for the triggers of one article, from its candidates."""

    def __init__(self, candidates: Iterable[Candidate], article: Article, codebook: Codebook) -> None:
        self._known = sorted(outside(candidates, unwrapped(article.text)), key=lambda c: (c.start, c.end))
        self._starts = [c.start for c in self._known]
        self._article, self._codebook = article, codebook
        self._extents = sentences(article.text)
        self._sentences: dict[int, Sentence] = {}
        self._types = {kind.id for kind in codebook.leaf_types()}

    def propose(self, trigger: Candidate | tuple[int, int]) -> Proposal:
        """The candidates that a trigger's sentence, and for casualties the next one, propose for each field.

        trigger: a candidate, or the code points [start, end) of a trigger that a coder drew. Fields that
        the event type rules out are left empty. A stretch without letters proposes nothing.
        """
        if not isinstance(trigger, Candidate):
            trigger = _drawn(trigger, self._known, self._article)
        if not fold_key(trigger.quote):
            return {}
        at = max(0, bisect_right(self._extents, trigger.start, key=lambda e: e[0]) - 1)
        clause = Clause(trigger, self._sentence(at))
        found: Proposal = {"event_type": [_typed(clause, self._types)]} if trigger.value else {}
        found |= {"weapons": _weapons(clause), "source": _sources(clause)}
        found |= {"target_object": _objects(clause)}
        found |= _counts(clause, self._sentence(at + 1).of_kind(NUMBER) if clause.is_last else ())
        found |= _told(clause, found)
        found |= self._told_by_words(clause, at)
        initiators, targets = parties(clause)
        if trigger.value and (_is_mutual(clause) or not _has_targets(found, self._codebook)):
            initiators, targets = companions(clause), []
        nations = acting_nations(clause, self._codebook)
        if nations and not any(a.start > trigger.start for a in initiators):
            initiators = nations
        kind = found["event_type"][0].value if trigger.value else None
        if kind in word_set("events", "guarding"):
            targets = list(senders(clause, self._codebook)) or targets
        elif not targets and clause.trigger.value in word_set("events", "violent"):
            targets = struck_nations(clause, self._codebook)
        found["place"] = places(clause, initiators)
        found["initiators"] = self._named(initiators, as_body=True)
        falls_on_persons = trigger.value in word_set("events", "personal")
        found["targets"] = self._named(targets, as_body=not falls_on_persons)
        if nearest := _date(clause):
            found["date"] = [nearest]
        return asked(found, self._codebook)

    def _told_by_words(self, clause: Clause, at: int) -> Proposal:
        """What the lexicon's words for values and counts tell, here or in a next sentence without an act."""
        lexicon = self._codebook.lexicon
        if not lexicon.values and not lexicon.counts:
            return {}
        later = self._sentence(at + 1)
        return told_of(clause, () if later.of_kind(TRIGGER) else later.here, self._codebook)

    def _sentence(self, at: int) -> Sentence:
        """The sentence of that number; behind the last an empty one."""
        if at not in self._sentences:
            start, end = self._extents[at] if at < len(self._extents) else (0, 0)
            here = self._known[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
            self._sentences[at] = Sentence(unwrapped(self._article.text), start, end, here)
        return self._sentences[at]

    def _named(self, actors: Iterable[Candidate], *, as_body: bool) -> list[Candidate]:
        """The actors with the value they have as parties, each value once.

        A person who acts stands for the body he speaks or fights for; a group that is pointed at (الجماعة)
        is the one of its kind that was named last.
        """
        found: dict[str, Candidate] = {}
        for actor in actors:
            value = actor.value or self._pointed_at(actor)
            if value and as_body:
                value = [self._body(actor, item) for item in value]
            if value:
                found.setdefault(str(value), actor if value == actor.value else replace(actor, value=value))
        return list(found.values())

    def _body(self, actor: Candidate, item: Json) -> Json:
        """Whom a person acts for: by his entry, by the group in his title, or by the nation in it."""
        if isinstance(item, str):
            entry = self._codebook.lexicon.actor(item)
            return entry.parent if entry and entry.actor_class == "person" and entry.parent else item
        if not isinstance(item, dict) or item.get("class") != "person":
            return item
        inner = self._known[bisect_left(self._starts, actor.start) : bisect_left(self._starts, actor.end)]
        groups = (c for c in inner if c.kind == ACTOR and c.start > actor.start and c.value)
        named = next((c.value[0] for c in groups if isinstance(c.value[0], str)), None)
        return named or government_of(actor.quote, self._codebook) or item

    def _pointed_at(self, actor: Candidate) -> Json:
        """The value of the last group of the same kind in front; of an army else its noun, of others None.

        A headline (the first sentence) points at what is named behind it.
        """
        words = [w.removeprefix("ال") for w in fold_key(actor.quote).split()]
        groups: Mapping[str, str] = heads("actors", "group_heads")
        kind = next((groups[word] for word in reversed(words) if word in groups), None)
        at, is_headline = bisect_left(self._starts, actor.start), actor.start < self._extents[0][1]
        others = chain(reversed(self._known[:at]), self._known[at:] if is_headline else ())
        apart = (c for c in others if c.end <= actor.start or c.start >= actor.end)
        named = (c for c in apart if c.kind == ACTOR and c.value)
        lexicon = self._codebook.lexicon
        if speaker := self._speaker(actor) if actor.quote.endswith(_HIS) else None:
            return speaker
        fits = _ARMED if kind is None else {kind}  # a noun with a pronoun (قواته) is that of any armed side
        unnamed = [{"name": actor.quote, "class": kind}] if kind == "state_military" else None
        return next((c.value for c in named if _class(c.value[0], lexicon) in fits), unnamed)

    def _speaker(self, actor: Candidate) -> Json:
        """Whom the last speaker speaks for, of an actor with which his speech begins: قال الناطق إن قواته."""
        sentence = self._sentence(bisect_right(self._extents, actor.start, key=lambda e: e[0]) - 1)
        if sentence.front(actor)[-1:] not in _THAT:
            return None
        spoken = (c for c in sentence.of_kind(SOURCE) if c.end <= actor.start)
        bodies = [item.get("who") for c in spoken for item in c.value or ()]
        armed = [body for body in bodies if _class(body, self._codebook.lexicon) in _ARMED]
        return armed[-1:] or None


_THAT = (["ان"], ["بان"])
"""What opens a speech."""
_HIS = ("ه", "ها", "هم")
"""Pronouns of a group that is somebody's: قواته."""
_ARMED = frozenset({"armed_group", "state_military", "state_security", "government", "coalition"})
"""Classes of those who have forces."""


def _class(item: Json, lexicon: Lexicon) -> Json:
    """The class of an actor by its entry or as it was written down."""
    entry = lexicon.actor(item) if isinstance(item, str) else None
    return entry.actor_class if entry else item.get("class") if isinstance(item, dict) else ""


def _drawn(span: tuple[int, int], known: Sequence[Candidate], article: Article) -> Candidate:
    """The trigger candidate that a drawn span overlaps, or one without a type."""
    start, end = span
    overlapping = (c for c in known if c.kind == TRIGGER and c.start < end and start < c.end)
    blank = Candidate("", TRIGGER, start, end, article.text[start:end])
    return next(overlapping, blank)


def _typed(clause: Clause, types: Set[str]) -> Candidate:
    """The trigger with the event type that what stands with it tells, if it is one of the codebook's."""
    typed = _told_type(clause)
    return typed if typed.value in types else clause.trigger


def _told_type(clause: Clause) -> Candidate:
    """The trigger with the event type that the means named with it tell; several means leave it open."""
    events: Mapping[str, Any] = words()["events"]
    named = (c for c in _weapons(clause) if clause.is_own(c))
    told = {_kinds_by_means().get(str(item)) for c in named for item in c.value or ()}
    if clause.trigger.value in events["refined"] and shoots_down(clause):
        return replace(clause.trigger, value=events["guarding"][0])
    if _AIR in told and None not in told:
        told = {_AIR}  # what an aircraft fires is an air strike
    if clause.trigger.value == events["taken"] and _goods(clause):
        return replace(clause.trigger, value=events["taken_from"])
    if clause.trigger.value == events["taken_from"] and not _goods(clause) and _is_ground(clause):
        return replace(clause.trigger, value=events["taken"])
    partner = clause.partner.value if clause.partner else None
    if clause.trigger.value in (_AIR, _ASSAULT) and told in ({_AIR}, {_DRONE}):
        return replace(clause.trigger, value=told.pop())  # غارة بطائرة مسيّرة، أغار الطيران على القرية
    if clause.trigger.value == events["taken"] and _SHELLS in told and _fell(clause):
        return replace(clause.trigger, value=_SHELLS)
    if clause.trigger.value not in events["refined"] or None in told or not (told or partner):
        return clause.trigger
    if not told:
        is_open = clause.trigger.value == events["open_type"]
        return replace(clause.trigger, value=partner) if is_open else clause.trigger
    return replace(clause.trigger, value=told.pop() if len(told) == 1 else events["open_type"])


def _fell(clause: Clause) -> bool:
    """Whether arms stand right behind a trigger of falling (سقوط صاروخين): they fell, and no town did."""
    behind = (c for c in _weapons(clause) if c.start >= clause.trigger.end)
    return any(len(clause.words(clause.trigger.end, c.start).split()) <= 1 for c in behind)


@cache
def _kinds_by_means() -> Mapping[str, str]:
    """Weapon → the event type that it tells."""
    means: Mapping[str, Sequence[str]] = words()["events"]["means"]
    return {weapon: kind for kind, weapons in means.items() for weapon in weapons}


def _goods(clause: Clause) -> bool:
    """Whether what was taken is somebody's and no ground (استولوا على منازل)."""
    taken = {str(item) for c in _objects(clause) for item in c.value or ()}
    return bool(taken & word_set("events", "goods"))


def _is_ground(clause: Clause) -> bool:
    """Whether a place is what was taken (استولت على المدينة)."""
    behind = (c for c in clause.of_kind(PLACE) if clause.trigger.end <= c.start < clause.next)
    return any(clause.before(c, 1) == "علي" for c in behind)


def _weapons(clause: Clause) -> list[Candidate]:
    """The means; what wards off (الدفاعات الجوية) is that of an interception only."""
    guards = word_set("events", "guards")
    is_guard = clause.trigger.value in word_set("events", "guarding")
    found = clause.of_kind(WEAPON)
    return [c for c in found if is_guard or not guards & set(map(str, c.value or ()))]


def _is_mutual(clause: Clause) -> bool:
    """Whether both sides do what the trigger says (اشتباكات بين الجيش والمسلحين)."""
    return clause.trigger.value in word_set("events", "mutual")


def _has_targets(found: Proposal, codebook: Codebook) -> bool:
    """Whether the event type asks for targets; where it does not, all parties are initiators (meetings)."""
    return "targets" in asked({**found, "targets": found["event_type"]}, codebook)


# ---------------------------------------------------------------- things
def _objects(clause: Clause) -> list[Candidate]:
    """Objects from the trigger on if there are any."""
    found = clause.of_kind(OBJECT)
    behind = [c for c in found if c.start >= clause.trigger.end] or found
    return [c for c in behind if clause.is_own(c)] or behind


def _sources(clause: Clause) -> list[Candidate]:
    """Who is credited; a medium only where nobody else is, and not one that is spoken to (قال لـ)."""
    sources = clause.of_kind(SOURCE)
    found = [c for c in sources if not _SPOKEN_TO.search(clause.sentence.text, max(0, c.start - 12), c.start)]
    return [c for c in found if first(c).get("kind") != "media"] or found


_SPOKEN_TO = re.compile(r"(?<!\w)[وف]?لـ?[\"«“]*\Z")


def _date(clause: Clause) -> Candidate | None:
    """The date nearest to the trigger; one of its own clause first."""
    found = [c for c in clause.of_kind(DATE) if c.origin not in ("bare_year", "year")]
    own = [c for c in found if clause.is_own(c)] or found
    return min(own, key=lambda c: abs(c.start - clause.trigger.start), default=None)


# ---------------------------------------------------------------- counts, scope, status
def _counts(clause: Clause, later: Iterable[Candidate]) -> Proposal:
    """The counts by what they count; casualties also from the next sentence if this one has none.

    Acts are counted for the trigger that they are counted with, or the one they stand next to.
    """
    found: Proposal = {}
    numbers = [c for c in clause.of_kind(NUMBER) if c.value]
    for number in numbers:
        name = FIELDS.get(number.origin.removeprefix("number:"), "")
        if name in _LATER or _is_counted_here(clause, number):
            found.setdefault(name, []).append(number)
    if clause.trigger.value in word_set("events", "violent"):
        told = set(found)
        for number in later:
            name = FIELDS.get(number.origin.removeprefix("number:"), "")
            if number.value and name in _LATER - told:
                found.setdefault(name, []).append(number)
    return found


def _is_counted_here(clause: Clause, number: Candidate) -> bool:
    """Whether a number counts the trigger's acts: it holds the trigger, or no other act parts the two."""
    if number.start <= clause.trigger.start < number.end:
        return True
    low, high = sorted((clause.trigger.end, number.start))
    numbers = clause.of_kind(NUMBER)
    acts = [c for c in clause.of_kind(TRIGGER) if low <= c.start < high]
    return all(any(n.start <= c.start < n.end for n in numbers) for c in acts)


def _counts_arms(clause: Clause, number: Candidate) -> bool:
    """Whether a number counts what was fired and not how often (صاروخين)."""
    return any(c.start < number.end and number.start < c.end for c in clause.of_kind(WEAPON))


def _is_plural(noun: str) -> bool:
    """Whether a noun without its article tells repeated acts; اشتباكات are one clash."""
    stem = re.sub("(?:ها|هم|ه)$", "", noun)
    is_one = stem in word_set("events", "one_happening")
    return (stem.endswith("ات") and len(stem) > 3 and not is_one) or noun in word_set("events", "plurals")


def _told(clause: Clause, found: Proposal) -> Proposal:
    """Scope and status as the words tell them: counted, repeated, denied, failed, still to come."""
    head = fold_key(clause.trigger.quote).split()[0]
    scope, status = "", ""
    if any(not _counts_arms(clause, number) for name in _ACTS for number in found.get(name, ())):
        scope = "aggregate"
    elif _is_plural(head.removeprefix("ال")):
        scope = "campaign"
    earlier = clause.earlier
    front = {*clause.sentence.front(clause.trigger)[-3:], fold_key(earlier.quote) if earlier else ""}
    for name in ("denied", "attempted_failed", "planned"):
        if front & word_set("events", name):
            status = name
    part, _, listed = clause.trigger.origin.partition(":")
    if not status and part == "verb" and re.match("(?:و|ف)?س[يتن]", head) and not listed.startswith("س"):
        status = "planned"
    told = {"report_scope": scope, "event_status": status}
    return {name: [replace(clause.trigger, value=value)] for name, value in told.items() if value}
