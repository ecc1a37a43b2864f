"""Read the acts of an article: what their sentences and those around them tell.

What the sentence of an act leaves out may be carried over from sentences before or
behind, as the act's frame allows.
"""

from __future__ import annotations

from collections.abc import Sequence

from coder.codebook.pack_schema import Carry, Frame
from coder.codebook.pattern_language import ACT, parse_pattern
from coder.codebook.schema import Codebook
from coder.model import Candidate
from coder.suggest.act_counts import count_slots
from coder.suggest.article_sentences import ArticleSentences, Sentence
from coder.suggest.forms import verb_forms
from coder.suggest.frame_reading import Found, Reading, read_act
from coder.suggest.packs_in_use import packs_of
from coder.suggest.pattern import Item, match_pattern
from coder.suggest.sentence_items import ItemMaker

_NO_FRAME = Frame(id="none", acts=())


class ActReader:
    """Reads the acts of one article, each in its sentence."""

    def __init__(self, text: ArticleSentences, codebook: Codebook) -> None:
        self._text = text
        self._packs = codebook.derived(packs_of)
        self._maker = ItemMaker(
            codebook,
            self._packs.labels,
            self._packs.frame_labels,
            codebook.derived(_verb_forms),
            self._packs.parties,
        )
        self._items: dict[int, list[Item]] = {}
        self._asides: dict[tuple[int, int], str] = {}

    def read(self, act: Candidate) -> Reading:
        """Return what the sentence of an act tells of it."""
        items = self._items_with(act)
        return self._read_at(items, _index_of(items, act), act)

    def slots_with_carried(
        self, act: Candidate, reading: Reading
    ) -> dict[str, list[Found]]:
        """Return the slots of an act's reading with those that its frame carries over
        from other sentences.
        """
        slots = dict(reading.slots)
        for carry in reading.frame.carries:
            if not slots.get(carry.slot):
                slots[carry.slot] = self._carried(carry, act)
        return slots

    def find_aside(self, start: int, end: int) -> str:
        """Return the row by which a span in the code points [start, end) is told of
        aside, empty if it is not.
        """
        self._items_of(self._text.at(start))
        for (first, last), row in self._asides.items():
            if first < end and start < last:
                return row
        return ""

    def _read_at(self, items: Sequence[Item], at: int, act: Candidate) -> Reading:
        frame = self._packs.frames.get(str(act.value))
        if at < 0 or frame is None:
            return Reading(_NO_FRAME)
        reading = read_act(items, at, frame)
        for slot, number in count_slots(items, at, frame.frame.slots, self._packs):
            reading.slots.setdefault(slot, []).append(Found(number, "count"))
        return reading

    # ------------------------------------------------------------ items
    def _items_of(self, sentence: int) -> list[Item]:
        if sentence not in self._items:
            here = self._text.sentence(sentence)
            self._items[sentence] = self._make_items(here, here.candidates)
        return self._items[sentence]

    def _items_with(self, act: Candidate) -> list[Item]:
        """Return the items of an act's sentence, in which it is a span of its own."""
        sentence = self._text.at(act.start)
        items = self._items_of(sentence)
        if any(item.spans.get(ACT) == act for item in items):
            return items
        here = self._text.sentence(sentence)
        others = [
            each
            for each in here.candidates
            if each.kind != act.kind or each.end <= act.start or act.end <= each.start
        ]
        return self._make_items(here, [*others, act])

    def _make_items(self, here: Sentence, found: Sequence[Candidate]) -> list[Item]:
        """Make the items of a sentence; spans told of aside get a kind of their own."""
        items = self._maker.make(self._text.text, here.start, here.end, found)
        known = frozenset[str]().union(*(item.labels for item in items))
        rows = [row for row in self._packs.asides if row.needed <= known]
        hidden = [
            (index, row)
            for row in rows
            for index in range(len(items))
            if match_pattern(row.pattern, items, index) is not None
        ]
        for index, row in hidden:
            item = items[index]
            kind = row.pattern.act.tests[0].kind
            if kind in item.spans:
                self._asides[item.start, item.end] = row.id
                spans = {**item.spans, f"ASIDE-{kind}": item.spans[kind]}
                del spans[kind]
                labels = {*item.labels, "aside", f"ASIDE-{kind}"} - {kind}
                items[index] = item._replace(labels=labels, spans=spans)
        return items

    # ------------------------------------------------------------ other sentences
    def _carried(self, carry: Carry, act: Candidate) -> list[Found]:
        """Return what fills a slot of the nearest other act of the same family."""
        items = self._items_with(act)
        at = _index_of(items, act)
        if at < 0 or match_pattern(parse_pattern(carry.pattern), items, at) is None:
            return []
        sentence = self._text.at(act.start)
        family = self._family(act)
        before = range(sentence - 1, max(-1, sentence - 1 - carry.before), -1)
        last = len(self._text.extents)
        behind = range(sentence + 1, min(last, sentence + 1 + carry.behind))
        for number in (*before, *behind):
            way = "before" if number < sentence else "behind"
            found = self._filled_by_act(self._items_of(number), carry, family)
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
            found = self._read_at(items, index, act).slots.get(carry.slot)
            if found:
                return found
        return []

    def _family(self, act: Candidate) -> str:
        compiled = self._packs.frames.get(str(act.value))
        if compiled is None:
            return ""
        return compiled.frame.family or compiled.frame.id


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
