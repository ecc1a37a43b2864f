"""Propose an event for an act: which candidates could fill which fields, and why.

The frame of the act says which slots it has, rows say where their words stand; the
packs say which fields of the codebook the slots fill.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.pack_schema import NOTHING, OWN
from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.model import Article, Candidate, Json, Passage
from coder.suggest.act_reading import ActReader
from coder.suggest.article_sentences import ArticleSentences
from coder.suggest.field_proposals import (
    TYPE,
    Proposal,
    field_of_slot,
    keep_asked_fields,
)
from coder.suggest.frame_reading import (
    AGENT,
    PATIENT,
    Found,
    Reading,
)
from coder.suggest.packs_in_use import packs_of
from coder.suggest.referents import Referents
from coder.suggest.sorts import in_classes, in_sorts, with_sorts
from coder.suggest.triggers import SURE
from coder.suggest.word_lists import words
from coder.text.normalize import fold_key

OWN_REPORTING = "unattributed"
"""The origin of a source value without any words: the article credits nobody."""
Given: TypeAlias = Mapping[str, Sequence[tuple[Json, Passage | None]]]
"""Field id → the type or actors that stand in it, each with his words."""
TOLD = 0.5
"""The least score of a trigger that tells an event, by its frame."""
SOURCE = "source"
TRIGGER = "trigger"


class NoEvent(Struct, frozen=True):
    """Why an act tells no event: by a mark, or as it fills none of the slots that its
    frame requires.
    """

    mark: Found | None = None
    missing: tuple[str, ...] = ()


class EventProposer:
    """Proposes events for the acts of one article, from its candidates."""

    def __init__(
        self, candidates: Iterable[Candidate], article: Article, codebook: Codebook
    ) -> None:
        self._article = article
        self._codebook = codebook
        self._packs = codebook.derived(packs_of)
        candidates_by_sorts = [
            replace(each, value=in_sorts(each.value, codebook)) for each in candidates
        ]
        self._text = ArticleSentences(candidates_by_sorts, article)
        by_sorts = codebook.derived(with_sorts)
        self._who = Referents(self._text, by_sorts)
        self._acts = ActReader(self._text, by_sorts)

    def propose(
        self,
        trigger: Candidate | tuple[int, int],
        given: Given = MappingProxyType({}),
    ) -> Proposal:
        """Propose candidates for each field of the event that a trigger tells.

        trigger: a candidate, or the code points [start, end) of a trigger that a coder
        drew. Fields that the event type rules out are left empty. given: the type and
        actors that stand in fields, by their ids, with their words; others are proposed
        by these.
        """
        act = self._as_act(trigger, given)
        if not any(letter.isalnum() for letter in act.quote):
            return {}
        reading = self._acts.read(act)
        slots = self._acts.slots_with_carried(act, reading)
        known = self._given_parties(act, given)
        for slot in (AGENT, PATIENT, SOURCE):
            given_spans = known.get(field_of_slot(slot, self._codebook), ())
            if given_spans:
                slots[slot] = [Found(span, "given") for span in given_spans]
        if not slots.get(SOURCE):
            slots[OWN] = [Found(act, OWN)]
        kind = self._exact_type(act, slots)
        by_field = self._in_fields(slots, reading, act, kind)
        for field, spans in self._word_values(self._text.at(act.start)).items():
            by_field.setdefault(field, spans)
        by_field |= known
        asked = keep_asked_fields(by_field, self._codebook)
        return {
            field: [
                replace(each, value=in_classes(each.value, self._codebook))
                for each in found
            ]
            for field, found in asked.items()
        }

    def is_event(self, act: Candidate) -> bool:
        """Return whether words tell an event: no mark says that they tell none, and
        words with other senses have what their frame requires.
        """
        return self.why_no_event(act) is None

    def why_no_event(self, act: Candidate) -> NoEvent | None:
        """Return why an act of the article tells no event, None if it tells one."""
        reading = self._acts.read(act)
        if NOTHING in reading.meanings:
            return NoEvent(reading.meanings[NOTHING])
        needed = reading.frame.requires if act.score < SURE else ()
        if not needed:
            return None
        slots = self._acts.slots_with_carried(act, reading)
        is_told = any(slots.get(slot) for slot in needed)
        return None if is_told else NoEvent(missing=needed)

    def read(self, act: Candidate) -> Reading:
        """Return what the sentence of an act of the article tells of it."""
        return self._acts.read(act)

    def find_aside(self, start: int, end: int) -> str:
        """Return the row by which a span in the code points [start, end) is told of
        aside, empty if it is not.
        """
        return self._acts.find_aside(start, end)

    def _as_act(self, trigger: Candidate | tuple[int, int], given: Given) -> Candidate:
        """Return a trigger as a candidate of the type that is given, if any."""
        if isinstance(trigger, Candidate):
            act = trigger
        else:
            start, end = trigger
            quote = self._article.text[start:end]
            act = Candidate(f"{TRIGGER}:{start}-{end}", TRIGGER, start, end, quote)
            for known in self._text.candidates:
                if known.kind == TRIGGER and known.start < end and start < known.end:
                    act = known
                    break
        for kind, _ in given.get(field_of_slot(TYPE, self._codebook), ()):
            act = replace(act, value=kind)
        return act

    def _exact_type(
        self, act: Candidate, slots: Mapping[str, Sequence[Found]]
    ) -> Candidate:
        """Return the act with the type that its means or objects tell."""
        told = self._packs.frame_labels.get(str(act.value), frozenset())
        for retype in self._packs.pack.retypes:
            values = {
                item
                for found in slots.get(retype.slot, ())
                for item in found.span.value or ()
            }
            exact = self._packs.types.get(retype.to)
            is_told = bool(values) and values <= set(retype.values)
            if exact and is_told and not told.isdisjoint(retype.acts):
                return replace(act, value=exact)
        return act

    def _in_fields(
        self,
        slots: Mapping[str, Sequence[Found]],
        reading: Reading,
        act: Candidate,
        kind: Candidate,
    ) -> Proposal:
        """Return the candidates of the slots by the codebook's fields."""
        proposal: Proposal = {}
        for slot, found in slots.items():
            spans = [replace(each.span, origin=each.row) for each in found]
            if slot in (AGENT, PATIENT):
                spans = self._who.named(spans, as_body=slot == AGENT)
            self._put(proposal, slot, spans)
        agents = proposal.get(field_of_slot(AGENT, self._codebook), [])
        doers = [each.value for each in agents]
        patient_field = field_of_slot(PATIENT, self._codebook)
        if patient_field in proposal:
            proposal[patient_field] = [
                each for each in proposal[patient_field] if each.value not in doers
            ]
        for told, field, value in self._told_values(slots, reading):
            self._put_value(proposal, field, value, told)
        if kind.value:
            self._put(proposal, TYPE, [kind])
        source_field = field_of_slot(SOURCE, self._codebook)
        if source_field and not proposal.get(source_field):
            proposal[source_field] = self._own_reporting(act)
        return proposal

    def _told_values(
        self, slots: Mapping[str, Sequence[Found]], reading: Reading
    ) -> Iterator[tuple[Found, str, str]]:
        """Yield the values that marks, words in slots and filled slots tell: the words,
        the field and the value.
        """
        pack = self._packs.pack
        for meaning, told in reading.meanings.items():
            for field, value in pack.meanings.get(meaning, {}).items():
                yield told, field, value
        for implied in pack.implied:
            if all(slots.get(slot) for slot in implied.slots):
                yield slots[implied.slots[0]][0], implied.field, implied.value
        for by_words in pack.word_values:
            for slot in by_words.slots:
                for found in slots.get(slot, ()):
                    lists: set[str] = set()
                    for word in fold_key(found.span.quote).split():
                        lists.update(self._packs.labels.of(word))
                    values = [v for v, name in by_words.values.items() if name in lists]
                    for value in values or [by_words.other]:
                        yield found, by_words.field, value

    def _put_value(
        self, proposal: Proposal, field: str, value: str, told: Found
    ) -> None:
        """Propose a value for a field, if the codebook has it, with the words that tell
        it.

        Words of no span kind become a trigger: a proposed candidate must have a kind,
        and they belong to the act.
        """
        known = next((f for f in self._codebook.event_fields if f.id == field), None)
        if known is None or not value:
            return
        told_value: Json = value if known.type == "enum" else [value]
        if told_value in [each.value for each in proposal.get(field, ())]:
            return
        span = told.span
        kind = span.kind or TRIGGER
        candidate = replace(
            span,
            id=f"{kind}:{span.start}-{span.end}",
            kind=kind,
            quote=self._article.text[span.start : span.end],
            value=told_value,
            origin=told.row,
        )
        proposal.setdefault(field, []).append(candidate)

    def _word_values(self, sentence: int) -> Proposal:
        """Return the words that imply a field's value, from the act's sentence, and
        from the next one if it tells no act.
        """
        here = list(self._text.sentence(sentence).candidates)
        later = self._text.sentence(sentence + 1).candidates
        if not any(each.kind == TRIGGER for each in later):
            here += later
        by_field: Proposal = {}
        for each in here:
            kind, _, rest = each.origin.partition(":")
            field, _, _ = rest.partition(":")
            if kind == "words" and field in self._codebook.lexicon.values:
                known = by_field.setdefault(field, [])
                if each.value not in [other.value for other in known]:
                    known.append(each)
        return by_field

    def _put(self, proposal: Proposal, slot: str, spans: Sequence[Candidate]) -> None:
        """Add spans to the field that a slot fills, if the codebook has one."""
        field = field_of_slot(slot, self._codebook)
        if field and spans:
            proposal.setdefault(field, []).extend(spans)

    def _own_reporting(self, act: Candidate) -> list[Candidate]:
        """Return a source candidate without words or id, for what the article reports
        without crediting anybody, if the codebook has such a source.
        """
        field = self._codebook.event_field(field_of_slot(SOURCE, self._codebook))
        value = [{"who": None, "kind": words()["sources"]["own"]}]
        own = Candidate("", SOURCE, act.start, act.start, "", value, OWN_REPORTING)
        return [] if any(value_problems(field, value, self._codebook)) else [own]

    def _given_parties(self, act: Candidate, given: Given) -> Proposal:
        """Return the actors that stand in fields, each with his words or the act's."""
        type_field = field_of_slot(TYPE, self._codebook)
        known: Proposal = {}
        for field, items in given.items():
            if field == type_field:
                continue
            for given_value, told in items:
                value = in_sorts(given_value, self._codebook)
                at = told or act
                span = Candidate("", "actor", at.start, at.end, at.quote, [value])
                for each in self._text.candidates:
                    if (each.start, each.end) == (at.start, at.end):
                        span = replace(each, value=[value])
                known.setdefault(field, []).append(span)
        return known
