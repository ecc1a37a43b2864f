"""Proposes an event around a trigger: which candidates near it could fill which fields, by rules of syntax.

Arabic news puts the verb first, then the agent, then the patient; a verbal noun takes its agent or its
patient in construct and the other behind a preposition; a passive names its agent only behind من قبل and the
like. What belongs to another trigger of the sentence is left to that.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import chain
from typing import TypeAlias

from coder.codebook.expressions import names_in
from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems, visible
from coder.model import Answer, Article, Candidate, Coding, Event, Json
from coder.suggest import event_fields as told
from coder.suggest.clause import Clause, Sentence
from coder.suggest.compiled_lexicon import ACTOR, TRIGGER
from coder.suggest.date_spans import DATE, outside_datelines
from coder.suggest.event_fields import Proposal
from coder.suggest.nations import acting_nations, government_of, struck_nations
from coder.suggest.parties import companions, parties
from coder.suggest.source_spans import SOURCE
from coder.suggest.told_values import told_of
from coder.suggest.word_lists import heads, word_set
from coder.text.normalize import fold_key
from coder.text.segment import sentences, unwrapped

# classes of those who have forces
_ARMED = frozenset({"armed_group", "state_military", "state_security", "government", "coalition"})
# what is proposed → the type of the first field that takes it where no field has its name
_BY_TYPE = {"initiators": "actor", "place": "place", "date": "date"}
_RULING = ("event_type", "report_scope", "event_status")  # what tells which other fields are asked


UNSAID = "unattributed"
"""The origin of a value that rests on no words: nobody is credited."""


class EventProposer:
    """Proposes events for the triggers of one article, from its candidates."""

    def __init__(self, candidates: Iterable[Candidate], article: Article, codebook: Codebook) -> None:
        self._article, self._codebook, self._text = article, codebook, unwrapped(article.text)
        self._known = sorted(outside_datelines(candidates, self._text), key=lambda c: (c.start, c.end))
        self._starts = [c.start for c in self._known]
        self._extents = sentences(article.text)
        self._sentences: dict[int, Sentence] = {}
        self._types = {kind.id for kind in codebook.leaf_types()}

    def propose(self, trigger: Candidate | tuple[int, int]) -> Proposal:
        """The candidates that a trigger's sentence, and for casualties the next one, propose for each field.

        trigger: a candidate, or the code points [start, end) of a trigger that a coder drew. Fields that
        the event type rules out are left empty. A stretch without letters proposes nothing.
        """
        if not isinstance(trigger, Candidate):
            start, end = trigger
            over = (c for c in self._known if c.kind == TRIGGER and c.start < end and start < c.end)
            drawn = Candidate(f"{TRIGGER}:{start}-{end}", TRIGGER, start, end, self._article.text[start:end])
            trigger = next(over, drawn)
        if not fold_key(trigger.quote):
            return {}
        at = self._sentence_at(trigger.start)
        clause, later = Clause(trigger, self._sentence(at)), self._sentence(at + 1)
        found: Proposal = {}
        if trigger.value:
            kind = told.told_type(clause)
            found["event_type"] = [replace(trigger, value=kind) if kind in self._types else trigger]
        found["weapons"], found["source"] = told.weapons(clause), told.sources(clause) or self._unsaid(clause)
        found["target_object"] = told.objects(clause)
        found |= told.counts(clause, later.here if clause.next == clause.sentence.end else ())
        found |= told.scope_and_status(clause, found)
        found["about_type"] = told.about(clause)
        if self._codebook.lexicon.values or self._codebook.lexicon.counts:
            found |= told_of(clause, () if later.of_kind(TRIGGER) else later.here, self._codebook)
        initiators, targets = self._parties(clause, found)
        found["place"] = told.places(clause, initiators)
        found["initiators"] = self._named(initiators, as_body=True)
        found["targets"] = self._named(targets, as_body=trigger.value not in word_set("events", "personal"))
        dates = [c for c in clause.of_kind(DATE) if c.origin not in ("bare_year", "year")]
        dates = [c for c in dates if clause.is_own(c)] or dates
        if dates:
            found["date"] = [min(dates, key=lambda c: abs(c.start - trigger.start))]
        return _asked_for(found, self._codebook)

    def _unsaid(self, clause: Clause) -> list[Candidate]:
        """What nobody is credited with the article says itself: a candidate without words or id."""
        start = clause.trigger.start
        own = Candidate("", SOURCE, start, start, "", [{"who": None, "kind": "own_reporting"}], UNSAID)
        field = next((f for f in self._codebook.event_fields if f.id == "source"), None)
        return [own] if field and not any(value_problems(field, own.value, self._codebook)) else []

    def _sentence_at(self, offset: int) -> int:
        return max(0, bisect_right(self._extents, offset, key=lambda extent: extent[0]) - 1)

    def _sentence(self, at: int) -> Sentence:
        if at not in self._sentences:  # behind the last stands an empty one
            start, end = self._extents[at] if at < len(self._extents) else (0, 0)
            self._sentences[at] = Sentence(self._text, start, end, self._between(start, end))
        return self._sentences[at]

    def _between(self, start: int, end: int) -> list[Candidate]:
        return self._known[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    # ------------------------------------------------------------ who
    def _parties(self, clause: Clause, found: Proposal) -> tuple[list[Candidate], list[Candidate]]:
        trigger, (initiators, targets) = clause.trigger, parties(clause)
        if trigger.value:
            # of a type that has no targets (meetings), or where both sides do it, all parties are initiators
            asks = _asked_for({**found, "targets": found["event_type"]}, self._codebook)
            if trigger.value in word_set("events", "mutual") or "targets" not in asks:
                initiators, targets = companions(clause), []
        nations = acting_nations(clause, self._codebook)
        if nations and not any(a.start > trigger.start for a in initiators):
            initiators = nations
        if trigger.value and found["event_type"][0].value in word_set("events", "guarding"):
            targets = list(told.senders(clause, self._codebook)) or targets
        elif not targets and trigger.value in word_set("events", "violent"):
            targets = struck_nations(clause, self._codebook)
        return initiators, targets

    def _named(self, actors: Iterable[Candidate], *, as_body: bool) -> list[Candidate]:
        """The actors with the value they have as parties, each value once; as_body: whom one acts for."""
        found: dict[str, Candidate] = {}
        for actor in actors:
            value = actor.value or self._pointed_at(actor)
            if value and as_body:
                value = [self._body(actor, item) for item in value]
            if value:
                found.setdefault(str(value), replace(actor, value=value))
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
        """The value of the last group of the same kind in front; of an army else its noun, of others None."""
        if actor.quote.endswith(("ه", "ها", "هم")) and (speaker := self._speaker(actor)):
            return speaker
        words = [w.removeprefix("ال") for w in fold_key(actor.quote).split()]
        groups: Mapping[str, str] = heads("actors", "group_heads")
        kind = next((groups[word] for word in reversed(words) if word in groups), None)
        fits = _ARMED if kind is None else {kind}  # a noun with a pronoun (قواته) is that of any armed side
        at, is_headline = bisect_left(self._starts, actor.start), actor.start < self._extents[0][1]
        # a headline (the first sentence) points at what is named behind it
        for other in chain(reversed(self._known[:at]), self._known[at:] if is_headline else ()):
            is_apart = other.end <= actor.start or other.start >= actor.end
            if is_apart and other.kind == ACTOR and other.value and self._class(other.value[0]) in fits:
                return other.value
        return [{"name": actor.quote, "class": kind}] if kind == "state_military" else None

    def _speaker(self, actor: Candidate) -> Json:
        sentence = self._sentence(self._sentence_at(actor.start))
        if word_set("roles", "that").isdisjoint(sentence.front(actor)[-1:]):
            return None  # else he is the speaker's: قال الناطق إن قواته
        spoken = (c for c in sentence.of_kind(SOURCE) if c.end <= actor.start)
        bodies = [item.get("who") for c in spoken for item in c.value or ()]
        return [body for body in bodies if self._class(body) in _ARMED][-1:] or None

    def _class(self, item: Json) -> Json:
        entry = self._codebook.lexicon.actor(item) if isinstance(item, str) else None
        return entry.actor_class if entry else item.get("class") if isinstance(item, dict) else ""


# ---------------------------------------------------------------- what the codebook asks for
_Taken: TypeAlias = tuple[Mapping[str, str], Mapping[str, frozenset[str]]]
_taken: dict[str, _Taken] = {}
_asked: dict[tuple[str, str], list[str]] = {}  # revision and ruling values as JSON → fields asked for then


def _asked_for(found: Proposal, codebook: Codebook) -> Proposal:
    """The proposal by the codebook's fields, without those that what is proposed rules out."""
    names, values = _taken_by(codebook)
    placed = {names[role]: proposed for role, proposed in found.items() if proposed and role in names}
    for name, allowed in values.items():  # of a type, scope or status those that the codebook has
        placed[name] = [c for c in placed.get(name, ()) if c.value in allowed]
    by_words = set(codebook.lexicon.values)
    implied: Proposal = {}
    for name in codebook.lexicon.values:
        condition = codebook.event_field(name).when
        on = names_in(condition) if condition is not None else ()
        questions = [f.id for f in codebook.event_fields if f.id in on and f.type == "bool"]
        by_words.update(questions)
        if placed.get(name):  # what the police did says that they were there
            implied |= {question: [replace(placed[name][0], value=True)] for question in questions}
    placed |= implied
    ruling: dict[str, Json] = {name: placed[name][0].value for name in values if placed[name]}
    for name in by_words.intersection(placed):  # all the values of a field are one answer
        each = [c.value for c in placed[name]]
        is_listed = all(isinstance(value, list) for value in each)
        ruling[name] = [item for value in each for item in value] if is_listed else each[0]
    key = codebook.digest, json.dumps(ruling)
    if key not in _asked:
        answers = {name: Answer(value=value) for name, value in ruling.items()}
        event, coding = Event("proposed", answers), Coding("", "", codebook.ref, "suggester")
        shown = visible(event, coding, codebook) if names.get("event_type") in answers else None
        _asked[key] = [f.id for f in codebook.event_fields if shown is None or f.id in shown]
    return {name: placed[name] for name in _asked[key] if placed.get(name)}


def _taken_by(codebook: Codebook) -> _Taken:
    """What is proposed → the field of the codebook that takes it; ruling field → its values."""
    if codebook.digest not in _taken:
        fields, types = codebook.event_fields, codebook.type_field
        first = {field.type: field.id for field in reversed(fields)}
        names = {role: first[kind] for role, kind in _BY_TYPE.items() if kind in first}
        names |= {field.id: field.id for field in fields}
        if types is not None:
            names["event_type"] = types.id
        ruling = [codebook.event_field(names[role]) for role in _RULING if role in names]
        values = {field.id: frozenset(value.id for value in field.values) for field in ruling}
        if types is not None:
            values[types.id] = frozenset(kind.id for kind in codebook.leaf_types())
        _taken[codebook.digest] = names, values
    return _taken[codebook.digest]
