"""Corrected texts: which stretches stay, and where they are afterwards."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.text.text_change import TextChange

WORDS = st.text(alphabet="ابجد قصف 12.\n", max_size=40)
EDITS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), WORDS), max_size=4)


def edited(text: str, edits: list[tuple[int, int, str]]) -> str:
    for start, length, new in edits:
        text = text[:start] + new + text[start + length :]
    return text


@pytest.mark.parametrize(
    ("old", "new", "words", "moved"),
    [
        # Words added before push the others on, by ten letters.
        ("قتل جندي", "في بغداد، قتل جندي", "جندي", "جندي"),
        # Only the damaged word changes.
        ("قتل جنذي في حلب", "قتل جندي في حلب", "حلب", "حلب"),
        ("قتل جنذي في حلب", "قتل جندي في حلب", "جنذي", None),
        # A letter put before a word leaves the word as it is.
        ("مصر قالت", "ومصر قالت", "مصر", "مصر"),
        # A letter inside does not.
        ("المسؤلون", "المسؤولون", "المسؤلون", None),
        # Letters stored backwards are others, whatever they look like.
        ("بلح يف", "في حلب", "بلح", None),
    ],
)
def test_a_stretch_moves_with_its_letters(
    old: str, new: str, words: str, moved: str | None
) -> None:
    start = old.index(words)
    place = TextChange(old, new).move(start, start + len(words))
    assert (place and new[slice(*place)]) == moved


def test_what_differs_is_told_in_whole_words() -> None:
    change = TextChange("قتل جنذي في حلب", "قتل جندي في مدينة حلب")
    assert [(each.old, each.new) for each in change.replaced] == [
        ("جنذي", "جندي"),
        ("", " مدينة"),
    ]


@given(text=WORDS, edits=EDITS, data=st.data())
def test_no_stretch_moves_to_other_letters(
    text: str, edits: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    new = edited(text, edits)
    change = TextChange(text, new)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    place = change.move(start, end)
    if place is not None:
        assert new[slice(*place)] == text[start:end]


@given(text=WORDS, edits=EDITS)
def test_what_stays_and_what_differs_is_the_whole(
    text: str, edits: list[tuple[int, int, str]]
) -> None:
    new = edited(text, edits)
    replaced = TextChange(text, new).replaced
    assert (
        edited(text, [(e.old_start, len(e.old), e.new) for e in reversed(replaced)])
        == new
    )


@given(text=WORDS)
def test_a_text_that_did_not_change_keeps_all(text: str) -> None:
    change = TextChange(text, text)
    assert change.replaced == []
    assert change.move(0, len(text)) == (0, len(text))


@given(before=WORDS, inserted=WORDS, after=WORDS)
def test_an_insertion_moves_what_comes_later(
    before: str, inserted: str, after: str
) -> None:
    change = TextChange(before + "XYZ" + after, before + inserted + "XYZ" + after)
    start = len(before)
    moved = start + len(inserted)
    assert change.move(start, start + 3) == (moved, moved + 3)
