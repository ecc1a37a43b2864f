"""Patterns over the items of a sentence: what they match, what fills their slots."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from coder.codebook.pattern_language import needed_labels, parse_pattern
from coder.model import Candidate
from coder.suggest.pattern import Item, match_pattern


def item(text: str, labels: str = "word") -> Item:
    """An item; labels in capitals are kinds of spans as well."""
    spans = {
        label: Candidate(label, label.lower(), 0, 1, text)
        for label in labels.split()
        if label.isupper()
    }
    return Item(text, 0, 1, frozenset(labels.split()), spans)


ACT = item("قصف", "TRIGGER verb")
ARMY = item("الجيش", "ACTOR")
GROUP = item("التنظيم", "ACTOR joined")
TOWN = item("سراقب", "PLACE")
AND = item("و", "joined")
WORD = item("أمس")
THAT = item("أن", "clause-opener")
STOP = item(".", "stop")


def slots(pattern: str, items: Sequence[Item], at: int) -> dict[str, str] | None:
    found = match_pattern(parse_pattern(pattern), items, at)
    return None if found is None else {each.slot: each.item.text for each in found}


def test_elements_match_one_item_each_on_both_sides() -> None:
    items = [ARMY, ACT, TOWN]
    assert slots("ACTOR=agent @:verb PLACE=place", items, 1) == {
        "agent": "الجيش",
        "place": "سراقب",
    }
    assert slots("PLACE=agent @:verb", items, 1) is None
    assert slots("ACTOR=agent @:noun", items, 1) is None


def test_a_word_in_arabic_letters_is_that_word_folded() -> None:
    items = [ACT, item("الي"), TOWN]
    assert slots("@ إلى PLACE=place", items, 0) == {"place": "سراقب"}
    assert slots("@ على|إلى PLACE=place", items, 0) == {"place": "سراقب"}
    assert slots("@ على PLACE=place", items, 0) is None


@pytest.mark.parametrize(
    ("gap", "between", "is_match"),
    [
        ("..", [WORD, WORD], True),
        ("..", [ARMY], False),
        ("..", [THAT], False),
        ("...", [ARMY, WORD], True),
        ("...", [THAT], False),
        ("...", [ACT], False),
        ("....", [THAT, item("غارة", "TRIGGER noun")], True),
        ("....", [ACT], False),
        ("....", [STOP], False),
    ],
)
def test_gaps_differ_in_what_they_skip(
    gap: str, between: list[Item], is_match: bool
) -> None:
    items = [ACT, *between, TOWN]
    assert (slots(f"@ {gap} PLACE=place", items, 0) is not None) is is_match


def test_gaps_take_as_few_items_as_they_can() -> None:
    nearer = item("حلب", "PLACE")
    assert slots("@ ... PLACE=place", [ACT, WORD, nearer, TOWN], 0) == {"place": "حلب"}


def test_repeated_elements_give_back_what_the_rest_needs() -> None:
    items = [ACT, WORD, WORD, WORD]
    assert slots("@ word* word=last", items, 0) == {"last": "أمس"}
    assert slots("@ word+ ACTOR", items, 0) is None


def test_what_is_joined_counts_as_one() -> None:
    items = [ACT, ARMY, AND, GROUP, TOWN]
    assert slots("@ ACTOR=agent PLACE=place", items, 0) == {
        "agent": "الجيش",
        "place": "سراقب",
    }


def test_a_clause_starts_at_the_sentence_or_behind_its_opener() -> None:
    assert slots("^ ACTOR=agent @", [ARMY, ACT], 1) == {"agent": "الجيش"}
    assert slots("^ ACTOR=agent @", [WORD, THAT, ARMY, ACT], 3) == {"agent": "الجيش"}
    assert slots("^ ACTOR=agent @", [WORD, ARMY, ACT], 2) is None


@pytest.mark.parametrize("written", ["ACTOR", "@ @", "@ ?x", "@ ACTOR=a=b"])
def test_a_pattern_that_cannot_be_read_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"@|no element"):
        parse_pattern(written)


def test_labels_without_which_nothing_matches_are_known() -> None:
    pattern = parse_pattern("ACTOR:!accusative=agent word* @:verb على|إلى PLACE")
    assert needed_labels(pattern) == {"ACTOR", "verb", "PLACE"}
