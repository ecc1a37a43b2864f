"""Read an act by its frame: which words of its sentence fill which slot, and by which
row.

The first row that fills a slot decides it. A slot takes the words joined to its own by
«و» as well. Nobody is both agent and patient of an act.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from coder.codebook.pack_schema import WORDS, Frame
from coder.model import Candidate
from coder.suggest.packs_in_use import CompiledFrame
from coder.suggest.pattern import JOINED, Filled, Item, match_pattern

AGENT = "agent"
PATIENT = "patient"
_PARTIES = (AGENT, PATIENT)


class Found(Struct, frozen=True):
    """A candidate in a slot and the row that put it there."""

    span: Candidate
    row: str


class NearMiss(Struct, frozen=True):
    """Words that a row matched for a slot but did not put there.

    contradicts: whether the row puts a party elsewhere than a row before it; else the
    row came too late, as another one had filled the slot.
    """

    slot: str
    span: Candidate
    row: str
    contradicts: bool


class Reading(Struct, frozen=True):
    """What a sentence tells of an act.

    slots: slot → what fills it, in the order of the text. meanings: meaning → the words
    that told it, or the act, and the mark. nearly: what rows matched in vain.
    """

    frame: Frame
    slots: dict[str, list[Found]] = field(default_factory=dict)
    meanings: dict[str, Found] = field(default_factory=dict)
    nearly: list[NearMiss] = field(default_factory=list)


def read_act(items: Sequence[Item], at: int, compiled: CompiledFrame) -> Reading:
    """Read the act at an index of the items of its sentence."""
    frame = compiled.frame
    reading = Reading(frame)
    labels = frozenset[str]().union(*(item.labels for item in items))
    for mark in compiled.marks:
        if not mark.needed <= labels:
            continue
        filled = match_pattern(mark.pattern, items, at)
        if filled is not None and mark.means not in reading.meanings:
            told = [each.item for each in filled if each.slot == WORDS]
            words = _words_as_span(told[0] if told else items[at])
            reading.meanings[mark.means] = Found(words, mark.id)
            _fill_slots(reading, filled, items, mark.id)
    for row in compiled.rows:
        if not row.needed <= labels:
            continue
        filled = match_pattern(row.pattern, items, at)
        if filled:
            _fill_slots(reading, filled, items, row.id)
    if frame.shares:
        everybody = reading.slots.get(AGENT, []) + reading.slots.pop(PATIENT, [])
        reading.slots[AGENT] = sorted(everybody, key=lambda found: found.span.start)
    return reading


def _fill_slots(
    reading: Reading, filled: Sequence[Filled], items: Sequence[Item], row: str
) -> None:
    """Put the spans that a row or mark matched into the slots of a reading.

    Only slots that the frame has and no earlier row filled are filled. A row that
    contradicts the parties of earlier rows fills no slot at all. What it matched in
    vain is kept as near misses.
    """
    wanted = [each for each in filled if each.slot in reading.frame.slots]
    if _contradicts(reading, wanted):
        _keep_near_misses(reading, wanted, row, contradicts=True)
        return
    late = [each for each in wanted if each.slot in reading.slots]
    _keep_near_misses(reading, late, row, contradicts=False)
    new = [each for each in wanted if each.slot not in reading.slots]
    for slot, item, kind in new:
        if kind:
            spans = _with_joined(items, _index_of(item, items), kind)
        else:
            spans = [_words_as_span(item)]
        used = _spans_of_parties(reading) if slot in _PARTIES else ()
        found = [Found(span, row) for span in spans if span not in used]
        if found:
            reading.slots[slot] = found


def _keep_near_misses(
    reading: Reading, missed: Sequence[Filled], row: str, *, contradicts: bool
) -> None:
    """Keep the words that a row matched in vain, unless they fill the slot anyway."""
    for slot, item, kind in missed:
        span = _span_of(item, kind)
        if all(each.span != span for each in reading.slots.get(slot, ())):
            reading.nearly.append(NearMiss(slot, span, row, contradicts))


def _contradicts(reading: Reading, wanted: Sequence[Filled]) -> bool:
    """Return whether a row puts a party elsewhere than the rows before it did."""
    for slot, item, kind in wanted:
        if slot not in _PARTIES or not kind:
            continue
        taken = {each: reading.slots.get(each, ()) for each in _PARTIES}
        for other, found in taken.items():
            is_here = any(each.span == item.spans[kind] for each in found)
            if is_here and other != slot:
                return True
            if found and other == slot and not is_here:
                return True
    return False


def _spans_of_parties(reading: Reading) -> list[Candidate]:
    return [found.span for slot in _PARTIES for found in reading.slots.get(slot, ())]


def _span_of(item: Item, kind: str) -> Candidate:
    """Return the span of a kind in an item, or its words without a kind."""
    return item.spans[kind] if kind else _words_as_span(item)


def _index_of(item: Item, items: Sequence[Item]) -> int:
    """Return the index of an item itself, as items are equal only by what they hold."""
    return next(index for index, each in enumerate(items) if each is item)


def _words_as_span(item: Item) -> Candidate:
    """Return a span without a kind for the words of an item."""
    return Candidate("", "", item.start, item.end, item.text)


def _with_joined(items: Sequence[Item], at: int, kind: str) -> list[Candidate]:
    """Return the spans of one kind that are joined to the one at an index, in order."""
    first = at
    while first > 0 and JOINED in items[first].labels:
        first -= 1
    last = at
    while last + 1 < len(items) and JOINED in items[last + 1].labels:
        last += 1
    group = items[first : last + 1]
    return [item.spans[kind] for item in group if kind in item.spans]
