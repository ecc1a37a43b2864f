"""Proposes an event around a trigger: which candidates near it could fill which fields, by rules of syntax.

Arabic news puts the verb first, then the agent, then the patient; a verbal noun takes its agent or its
patient in construct and the other behind a preposition; a passive names its agent only behind من قبل and the
like. What belongs to another trigger of the sentence is left to that.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain

from coder.codebook.schema import Codebook
from coder.model import Article, Candidate, Json
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import ACTOR, TRIGGER, WEAPON
from coder.suggest.date_spans import DATE, outside_datelines
from coder.suggest.event_places import first, places
from coder.suggest.event_types import objects, senders, typed, weapons
from coder.suggest.fields import Proposal, asked
from coder.suggest.nations import acting_nations, government_of, struck_nations
from coder.suggest.number_spans import FIELDS, NUMBER
from coder.suggest.parties import companions, parties
from coder.suggest.source_spans import SOURCE
from coder.suggest.told_values import told_of
from coder.suggest.word_lists import heads, word_set
from coder.text.normalize import fold_key
from coder.text.segment import sentences, unwrapped

_LATER = frozenset({"killed", "injured"})
"""Counts that the sentence behind the trigger's may still tell."""
_ACTS = ("incident_count", "strike_count", "site_count")
"""Counts of acts: with one of them the report is a counted aggregate."""
_SPOKEN_TO = re.compile(r"(?<!\w)[وف]?لـ?[\"«“]*\Z")
_ARMED = frozenset({"armed_group", "state_military", "state_security", "government", "coalition"})
"""Classes of those who have forces."""


class EventProposer:
    """Proposes events for the triggers of one article, from its candidates."""

    def __init__(self, candidates: Iterable[Candidate], article: Article, codebook: Codebook) -> None:
        self._known = sorted(
            outside_datelines(candidates, unwrapped(article.text)), key=lambda c: (c.start, c.end)
        )
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
            trigger = self._drawn(*trigger)
        if not fold_key(trigger.quote):
            return {}
        at = self._sentence_at(trigger.start)
        clause, later = Clause(trigger, self._sentence(at)), self._sentence(at + 1)
        found: Proposal = {"event_type": [typed(clause, self._types)]} if trigger.value else {}
        found |= {"weapons": weapons(clause), "source": _sources(clause), "target_object": objects(clause)}
        is_last = clause.next == clause.sentence.end
        found |= _counts(clause, later.of_kind(NUMBER) if is_last else ())
        found |= _scope_and_status(clause, found)
        if self._codebook.lexicon.values or self._codebook.lexicon.counts:
            found |= told_of(clause, () if later.of_kind(TRIGGER) else later.here, self._codebook)
        initiators, targets = self._parties(clause, found)
        found["place"] = places(clause, initiators)
        found["initiators"] = self._named(initiators, as_body=True)
        falls_on_persons = trigger.value in word_set("events", "personal")
        found["targets"] = self._named(targets, as_body=not falls_on_persons)
        dates = [c for c in clause.of_kind(DATE) if c.origin not in ("bare_year", "year")]
        dates = [c for c in dates if clause.is_own(c)] or dates
        if dates:
            found["date"] = [min(dates, key=lambda c: abs(c.start - trigger.start))]
        return asked(found, self._codebook)

    def _drawn(self, start: int, end: int) -> Candidate:
        """The trigger candidate that a drawn span overlaps, or one without a type."""
        triggers = (c for c in self._known if c.kind == TRIGGER)
        blank = Candidate("", TRIGGER, start, end, self._article.text[start:end])
        return next((c for c in triggers if c.start < end and start < c.end), blank)

    def _sentence_at(self, offset: int) -> int:
        """The number of the sentence in which an offset stands."""
        return max(0, bisect_right(self._extents, offset, key=lambda extent: extent[0]) - 1)

    def _sentence(self, at: int) -> Sentence:
        """The sentence of that number; behind the last an empty one."""
        if at not in self._sentences:
            start, end = self._extents[at] if at < len(self._extents) else (0, 0)
            here = self._between(start, end)
            self._sentences[at] = Sentence(unwrapped(self._article.text), start, end, here)
        return self._sentences[at]

    def _between(self, start: int, end: int) -> list[Candidate]:
        """The candidates that begin in a stretch."""
        return self._known[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    # ------------------------------------------------------------ who
    def _parties(self, clause: Clause, found: Proposal) -> tuple[list[Candidate], list[Candidate]]:
        """Initiators and targets, also by the adjectives of nations and by who sent what is shot down."""
        trigger = clause.trigger
        initiators, targets = parties(clause)
        if trigger.value:
            # of a type that has no targets (meetings), or where both sides do it, all parties are initiators
            asks = asked({**found, "targets": found["event_type"]}, self._codebook)
            if trigger.value in word_set("events", "mutual") or "targets" not in asks:
                initiators, targets = companions(clause), []
        nations = acting_nations(clause, self._codebook)
        if nations and not any(a.start > trigger.start for a in initiators):
            initiators = nations
        if trigger.value and found["event_type"][0].value in word_set("events", "guarding"):
            targets = list(senders(clause, self._codebook)) or targets
        elif not targets and trigger.value in word_set("events", "violent"):
            targets = struck_nations(clause, self._codebook)
        return initiators, targets

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
        inner = self._between(actor.start + 1, actor.end)
        groups = (c.value[0] for c in inner if c.kind == ACTOR and c.value)
        named = next((group for group in groups if isinstance(group, str)), None)
        return named or government_of(actor.quote, self._codebook) or item

    def _pointed_at(self, actor: Candidate) -> Json:
        """The value of the last group of the same kind in front; of an army else its noun, of others None.

        A headline (the first sentence) points at what is named behind it.
        """
        if actor.quote.endswith(("ه", "ها", "هم")) and (speaker := self._speaker(actor)):
            return speaker
        words = [w.removeprefix("ال") for w in fold_key(actor.quote).split()]
        groups: Mapping[str, str] = heads("actors", "group_heads")
        kind = next((groups[word] for word in reversed(words) if word in groups), None)
        fits = _ARMED if kind is None else {kind}  # a noun with a pronoun (قواته) is that of any armed side
        at, is_headline = bisect_left(self._starts, actor.start), actor.start < self._extents[0][1]
        for other in chain(reversed(self._known[:at]), self._known[at:] if is_headline else ()):
            is_apart = other.end <= actor.start or other.start >= actor.end
            if is_apart and other.kind == ACTOR and other.value and self._class(other.value[0]) in fits:
                return other.value
        return [{"name": actor.quote, "class": kind}] if kind == "state_military" else None

    def _speaker(self, actor: Candidate) -> Json:
        """Whom the last speaker speaks for, of an actor with which his speech begins: قال الناطق إن قواته."""
        sentence = self._sentence(self._sentence_at(actor.start))
        if word_set("roles", "that").isdisjoint(sentence.front(actor)[-1:]):
            return None
        spoken = (c for c in sentence.of_kind(SOURCE) if c.end <= actor.start)
        bodies = [item.get("who") for c in spoken for item in c.value or ()]
        return [body for body in bodies if self._class(body) in _ARMED][-1:] or None

    def _class(self, item: Json) -> Json:
        """The class of an actor by its entry or as it was written down."""
        entry = self._codebook.lexicon.actor(item) if isinstance(item, str) else None
        return entry.actor_class if entry else item.get("class") if isinstance(item, dict) else ""


def _sources(clause: Clause) -> list[Candidate]:
    """Who is credited; a medium only where nobody else is, and not one that is spoken to (قال لـ)."""
    sources = clause.of_kind(SOURCE)
    found = [c for c in sources if not _SPOKEN_TO.search(clause.sentence.text, max(0, c.start - 12), c.start)]
    return [c for c in found if first(c).get("kind") != "media"] or found


# ---------------------------------------------------------------- counts, scope, status
def _counts(clause: Clause, later: Iterable[Candidate]) -> Proposal:
    """The counts by what they count; casualties also from the next sentence if this one has none.

    Acts are counted for the trigger that they are counted with, or the one they stand next to.
    """
    found: Proposal = {}
    for number in clause.of_kind(NUMBER):
        name = FIELDS.get(number.origin.removeprefix("number:"), "")
        if number.value and (name in _LATER or _is_counted_here(clause, number)):
            found.setdefault(name, []).append(number)
    missing = _LATER.difference(found) if clause.trigger.value in word_set("events", "violent") else ()
    for number in later:
        name = FIELDS.get(number.origin.removeprefix("number:"), "")
        if number.value and name in missing:
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


def _scope_and_status(clause: Clause, found: Proposal) -> Proposal:
    """Scope and status as the words tell them: counted, repeated, denied, failed, still to come."""
    trigger, earlier = clause.trigger, clause.earlier
    head = fold_key(trigger.quote).split()[0]
    counts = [number for name in _ACTS for number in found.get(name, ())]
    arms = clause.of_kind(WEAPON)  # a number of these counts what was fired and not how often (صاروخين)
    scope, status = "", ""
    if any(not any(c.start < n.end and n.start < c.end for c in arms) for n in counts):
        scope = "aggregate"
    elif _is_plural(head.removeprefix("ال")):
        scope = "campaign"
    front = {*clause.sentence.front(trigger)[-3:], fold_key(earlier.quote) if earlier else ""}
    for name in ("denied", "attempted_failed", "planned"):
        if front & word_set("events", name):
            status = name
    part, _, listed = trigger.origin.partition(":")
    if not status and part == "verb" and re.match("(?:و|ف)?س[يتن]", head) and not listed.startswith("س"):
        status = "planned"
    told = {"report_scope": scope, "event_status": status}
    return {name: [replace(trigger, value=value)] for name, value in told.items() if value}


def _is_plural(noun: str) -> bool:
    """Whether a noun without its article tells repeated acts; اشتباكات are one clash."""
    stem = re.sub("(?:ها|هم|ه)$", "", noun)
    is_one = stem in word_set("events", "one_happening")
    return (stem.endswith("ات") and len(stem) > 3 and not is_one) or noun in word_set("events", "plurals")
