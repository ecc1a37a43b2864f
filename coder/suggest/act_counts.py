"""Which numbers of a sentence belong to an act."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from coder.codebook.pattern_language import ACT, PARTY
from coder.model import Candidate
from coder.suggest.number_spans import COUNTED
from coder.suggest.packs_in_use import CountWords, PacksInUse
from coder.suggest.pattern import Item
from coder.values.numbers import as_range

NUMBER = "NUMBER"
PERSON = "class-person"


def count_slots(
    items: Sequence[Item], at: int, asked: Sequence[str], packs: PacksInUse
) -> Iterator[tuple[str, Candidate]]:
    """Yield the slots, of those asked for, and numbers of the act at an index."""
    for index, item in enumerate(items):
        number = item.spans.get(NUMBER)
        if number is None or number.value is None:
            continue
        if index != at and ACT in item.spans:
            continue  # it counts the other act: «عشر هجمات»
        slot = number.origin.removeprefix(COUNTED)
        if slot in asked and _is_of_act(items, at, index, slot, packs):
            yield slot, number
    for slot, index in _single_persons(items, packs.counts):
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
