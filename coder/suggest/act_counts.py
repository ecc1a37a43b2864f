"""What the numbers of a sentence count, and for which act.

The noun of a number decides (ثلاثة جرحى), else the nearest word for an act in front of
it (مقتل ثلاثة أشخاص), else one behind it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from coder.codebook.pattern_language import ACT, PARTY, STOP
from coder.model import Candidate
from coder.suggest.packs_in_use import CountWords, PacksInUse
from coder.suggest.pattern import Item
from coder.values.numbers import as_range

NUMBER = "NUMBER"
PERSON = "class-person"
_IN_FRONT = 8  # items between the word for an act and the number it governs
_BEHIND = 3


def count_slots(
    items: Sequence[Item], at: int, asked: Sequence[str], packs: PacksInUse
) -> Iterator[tuple[str, Candidate]]:
    """Yield the slots, of those asked for, and numbers of the act at an index."""
    counts = sorted(packs.counts, key=lambda count: count.slot not in asked)
    for index, item in enumerate(items):
        number = item.spans.get(NUMBER)
        if number is None or number.value is None:
            continue
        if index != at and ACT in item.spans:
            continue  # it counts the other act: «عشر هجمات»
        slot = slot_of_number(items, index, counts)
        if slot in asked and _is_of_act(items, at, index, slot, packs):
            yield slot, number
    for slot, index in _single_persons(items, counts):
        if slot in asked and _is_of_act(items, at, index, slot, packs):
            person = items[index].spans[PARTY]
            yield slot, replace(person, value=as_range(1, 1, approx=False))


def _single_persons(
    items: Sequence[Item], counts: Sequence[CountWords]
) -> Iterator[tuple[str, int]]:
    """Yield the persons right behind a word for an act that is counted, each as one:
    اغتيال القيادي فلان.
    """
    for index in range(1, len(items)):
        if PERSON not in items[index].labels or NUMBER in items[index].spans:
            continue
        for count in counts:
            if not count.acts.isdisjoint(_forms(items[index - 1].text)):
                yield count.slot, index
                break


def slot_of_number(items: Sequence[Item], at: int, counts: Sequence[CountWords]) -> str:
    """Return the slot that the number at an index belongs to, empty for none."""
    words = items[at].text.split()
    for count in counts:
        if not count.heads.isdisjoint(words):
            return count.slot
    fitting = [
        count
        for count in counts
        if not count.units or not count.units.isdisjoint(words) or len(words) == 1
    ]
    for index in _reach(items, at, -1, _IN_FRONT):
        for count in fitting:
            if not count.acts.isdisjoint(_forms(items[index].text)):
                return count.slot
    for index in _reach(items, at, 1, _BEHIND):
        for count in fitting:
            if not count.acts.isdisjoint(_forms(items[index].text)):
                return count.slot
    return ""


def _reach(items: Sequence[Item], at: int, step: int, most: int) -> Iterator[int]:
    """Yield the indices beside an item, nearest first, up to a stop."""
    for distance in range(1, most + 1):
        index = at + step * distance
        if not 0 <= index < len(items) or STOP in items[index].labels:
            return
        yield index


def _forms(text: str) -> tuple[str, ...]:
    """Return a text, without «و» or «ف», and its first word."""
    first = text.split()[0]
    return (text, text[1:], first) if text[:1] in "وف" else (text, first)


def _is_of_act(
    items: Sequence[Item], at: int, number: int, slot: str, packs: PacksInUse
) -> bool:
    """Return whether no other act of its own clause stands between act and number."""
    low, high = sorted((at, number))
    for index in range(low + 1, high):
        act = items[index].spans.get(ACT)
        if act is None or "verb" not in items[index].labels:
            continue
        frame = packs.frames.get(str(act.value))
        is_counted = frame is not None and slot in frame.frame.slots
        if is_counted and items[index - 1].text == "و":
            return False
    return True
