"""Propose an event for an act: which candidates could fill which fields, and why.

The frame of the act says which slots it has, rows say where their words stand. What a
sentence leaves out may be carried over from the sentence before or behind, as the frame
allows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from coder.codebook.pack_schema import NOTHING, Carry, Frame
from coder.codebook.pattern_language import ACT, parse_pattern
from coder.codebook.schema import Codebook
from coder.codebook.validate import value_problems
from coder.model import Article, Candidate, Json, Passage
from coder.suggest.act_counts import count_slots
from coder.suggest.article_sentences import ArticleSentences, Sentence
from coder.suggest.field_proposals import (
    TYPE,
    Proposal,
    field_of_slot,
    keep_asked_fields,
)
from coder.suggest.forms import verb_forms
from coder.suggest.frame_reading import (
    AGENT,
    PATIENT,
    Found,
    Reading,
    read_act,
)
from coder.suggest.packs_in_use import packs_of
from coder.suggest.pattern import Item, match_pattern
from coder.suggest.referents import Referents
from coder.suggest.sentence_items import ItemMaker
from coder.suggest.triggers import SURE
from coder.text.normalize import fold_key

OWN_REPORTING = "unattributed"
"""The origin of a source value without any words: the article credits nobody."""
Given: TypeAlias = Mapping[str, Sequence[tuple[Json, Passage | None]]]
"""Field id → the type or actors that stand in it, each with his words."""
TOLD = 0.5
"""The least score of a trigger that tells an event, by its frame."""
SOURCE, TRIGGER = "source", "trigger"
OWN = "own_reporting"
_NO_FRAME = Frame(id="none", acts=())


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
        self._text = ArticleSentences(candidates, article)
        self._who = Referents(self._text, codebook)
        self._maker = ItemMaker(
            codebook,
            self._packs.labels,
            self._packs.frame_labels,
            codebook.derived(_verb_forms),
            self._packs.parties,
        )
        self._items: dict[int, list[Item]] = {}

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
        sentence = self._text.at(act.start)
        items = self._items_with(sentence, act)
        at = _index_of(items, act)
        reading = self._read(items, at, act)
        slots = self._with_carried(reading, items, at, sentence)
        known = self._given_parties(act, given)
        for slot in (AGENT, PATIENT, SOURCE):
            words = known.get(field_of_slot(slot, self._codebook), ())
            if words:
                slots[slot] = [Found(span, "given") for span in words]
        if not slots.get(SOURCE):
            slots[OWN] = [Found(act, "own-reporting")]
        kind = self._exact_type(act, slots)
        by_field = self._in_fields(slots, reading, act, kind)
        for field, words in self._word_values(sentence).items():
            by_field.setdefault(field, words)
        by_field |= known
        return keep_asked_fields(by_field, self._codebook)

    def is_event(self, act: Candidate) -> bool:
        """Return whether words tell an event: no mark says that they tell none, and
        words with other senses have what their frame requires.
        """
        return self.why_no_event(act) is None

    def why_no_event(self, act: Candidate) -> NoEvent | None:
        """Return why an act of the article tells no event, None if it tells one."""
        sentence = self._text.at(act.start)
        items = self._items_of(sentence)
        at = _index_of(items, act)
        reading = self.reading(act)
        if NOTHING in reading.meanings:
            return NoEvent(reading.meanings[NOTHING])
        needed = reading.frame.requires if act.score < SURE else ()
        if not needed or any(reading.slots.get(slot) for slot in needed):
            return None
        slots = self._with_carried(reading, items, at, sentence)
        if any(slots.get(slot) for slot in needed):
            return None
        return NoEvent(missing=needed)

    def read(self, act: Candidate) -> Reading:
        """Return what the sentence of an act of the article tells by itself."""
        items = self._items_of(self._text.at(act.start))
        return self._read(items, _index_of(items, act), act)

    def reading(self, act: Candidate) -> Reading:
        """Return what the sentence of an act of the article tells of it, by rows."""
        items = self._items_of(self._text.at(act.start))
        return self._read(items, _index_of(items, act), act)

    def is_aside(self, start: int, end: int) -> bool:
        """Return whether a span in the code points [start, end) is told of aside."""
        items = self._items_of(self._text.at(start))
        return any(
            "aside" in item.labels and item.start < end and start < item.end
            for item in items
        )

    # ------------------------------------------------------------ sentences
    def _items_of(self, sentence: int) -> list[Item]:
        if sentence not in self._items:
            here = self._text.sentence(sentence)
            self._items[sentence] = self._make_items(here, here.candidates)
        return self._items[sentence]

    def _items_with(self, sentence: int, act: Candidate) -> list[Item]:
        """Return the items of a sentence in which an act is a span of its own."""
        items = self._items_of(sentence)
        if any(item.spans.get(ACT) == act for item in items):
            return items
        here = self._text.sentence(sentence)
        others = [
            each
            for each in here.candidates
            if each.kind != TRIGGER or each.end <= act.start or act.end <= each.start
        ]
        return self._make_items(here, [*others, act])

    def _make_items(self, here: Sentence, found: Sequence[Candidate]) -> list[Item]:
        """Make the items of a sentence; spans told of aside get a kind of their own."""
        items = self._maker.make(self._text.text, here.start, here.end, found)
        known = frozenset[str]().union(*(item.labels for item in items))
        rows = [row.pattern for row in self._packs.asides if row.needed <= known]
        hidden = [
            (index, pattern.act.tests[0].kind)
            for pattern in rows
            for index in range(len(items))
            if match_pattern(pattern, items, index) is not None
        ]
        for index, kind in hidden:
            item = items[index]
            if kind in item.spans:
                spans = {**item.spans, f"ASIDE-{kind}": item.spans[kind]}
                del spans[kind]
                labels = {*item.labels, "aside", f"ASIDE-{kind}"} - {kind}
                items[index] = item._replace(labels=labels, spans=spans)
        return items

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

    def _read(self, items: Sequence[Item], at: int, act: Candidate) -> Reading:
        frame = self._packs.frames.get(str(act.value))
        if at < 0 or frame is None:
            return Reading(_NO_FRAME)
        reading = read_act(items, at, frame)
        for slot, number in count_slots(items, at, self._packs):
            reading.slots.setdefault(slot, []).append(Found(number, "count"))
        return reading

    # ------------------------------------------------------------ other sentences
    def _with_carried(
        self, reading: Reading, items: Sequence[Item], at: int, sentence: int
    ) -> dict[str, list[Found]]:
        """Return the slots of a reading with those that its frame carries over."""
        slots = dict(reading.slots)
        for carry in reading.frame.carries:
            if not slots.get(carry.slot):
                slots[carry.slot] = self._carried(carry, items, at, sentence)
        return slots

    def _carried(
        self, carry: Carry, items: Sequence[Item], at: int, sentence: int
    ) -> list[Found]:
        """Return what fills a slot of the nearest other act of the same frame."""
        if at < 0 or match_pattern(parse_pattern(carry.pattern), items, at) is None:
            return []
        family = self._family(items[at].spans[ACT])
        before = range(sentence - 1, max(-1, sentence - 1 - carry.before), -1)
        last = len(self._text.extents)
        behind = range(sentence + 1, min(last, sentence + 1 + carry.behind))
        for number in (*before, *behind):
            way = "before" if number < sentence else "behind"
            others = self._items_of(number)
            found = self._filled_by_act(others, carry, family)
            if found:
                return [Found(each.span, f"{way}:{each.row}") for each in found]
        return []

    def _filled_by_act(
        self, items: Sequence[Item], carry: Carry, family: str
    ) -> Sequence[Found]:
        """Return what fills a slot of the last act of a sentence that may lend it."""
        for index in reversed(range(len(items))):
            act = items[index].spans.get(ACT)
            if act is None or (not carry.any_act and self._family(act) != family):
                continue
            if match_pattern(parse_pattern(carry.of), items, index) is None:
                continue
            found = self._read(items, index, act).slots.get(carry.slot)
            if found:
                return found
        return []

    def _family(self, act: Candidate) -> str:
        compiled = self._packs.frames.get(str(act.value))
        if compiled is None:
            return ""
        return compiled.frame.family or compiled.frame.id

    # ------------------------------------------------------------ fields
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
                    words = fold_key(found.span.quote).split()
                    lists = {
                        name for word in words for name in self._packs.labels.of(word)
                    }
                    values = [v for v, name in by_words.values.items() if name in lists]
                    for value in values or [by_words.other]:
                        yield found, by_words.field, value

    def _put_value(
        self, proposal: Proposal, field: str, value: str, told: Found
    ) -> None:
        """Propose a value for a field, if the codebook has it, with the words that tell
        it.
        """
        known = next((f for f in self._codebook.event_fields if f.id == field), None)
        if known is None or not value:
            return
        span = told.span
        place = f"{span.kind or TRIGGER}:{span.start}-{span.end}"
        told_value: Json = value if known.type == "enum" else [value]
        quote = self._article.text[span.start : span.end]
        words = replace(span, id=place, kind=span.kind or TRIGGER, quote=quote)
        candidate = replace(words, value=told_value, origin=told.row)
        if told_value not in [each.value for each in proposal.get(field, ())]:
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
            kind, _, place = each.origin.partition(":")
            field, _, _ = place.partition(":")
            if kind == "words" and field in self._codebook.lexicon.values:
                known = by_field.setdefault(field, [])
                if each.value not in [other.value for other in known]:
                    known.append(each)
        return by_field

    def _put(self, proposal: Proposal, slot: str, spans: Sequence[Candidate]) -> None:
        field = field_of_slot(slot, self._codebook)
        if field and spans:
            proposal.setdefault(field, []).extend(spans)

    def _own_reporting(self, act: Candidate) -> list[Candidate]:
        """Return a source candidate without words or id, for what the article reports
        without crediting anybody, if the codebook has such a source.
        """
        field = self._codebook.event_field(field_of_slot(SOURCE, self._codebook))
        value = [{"who": None, "kind": "own_reporting"}]
        own = Candidate("", SOURCE, act.start, act.start, "", value, OWN_REPORTING)
        return [] if any(value_problems(field, value, self._codebook)) else [own]

    def _given_parties(self, act: Candidate, given: Given) -> Proposal:
        """Return the actors that stand in fields, each with his words or the act's."""
        type_field = field_of_slot(TYPE, self._codebook)
        known: Proposal = {}
        for field, items in given.items():
            if field == type_field:
                continue
            for value, words in items:
                at = words or act
                span = Candidate("", "actor", at.start, at.end, at.quote, [value])
                for each in self._text.candidates:
                    if (each.start, each.end) == (at.start, at.end):
                        span = replace(each, value=[value])
                known.setdefault(field, []).append(span)
        return known


def _verb_forms(codebook: Codebook) -> frozenset[str]:
    """Return every form of the codebook's verbs for acts."""
    triggers = codebook.lexicon.triggers.values()
    verbs = (verb for listed in triggers for verb in listed.verbs if " " not in verb)
    return frozenset(form.text for verb in verbs for form in verb_forms(verb))


def _index_of(items: Sequence[Item], act: Candidate) -> int:
    """Return the index of the item of an act, -1 if it has none."""
    for index, item in enumerate(items):
        span = item.spans.get(ACT)
        if span is not None and (span.start, span.end) == (act.start, act.end):
            return index
    return -1
