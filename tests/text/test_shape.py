"""Joined forms: what ArabicShaping.txt says of every letter, lam-alef, and what must
never be drawn.
"""

from __future__ import annotations

import lzma
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from arbitrary_text import INVISIBLE, MIXED
from hypothesis import given

from coder.text.clusters import SEPARATORS, clusters, places
from coder.text.joining import cells_of, shape

ARABIC_SHAPING = (
    Path(__file__).parents[1] / "support" / "data" / "unicode" / "ArabicShaping.txt.xz"
)
BEH = "ب"  # dual-joining: joins whatever can be joined, on either side
HAMZA = "ء"  # non-joining
FORM_OF = {
    (False, False): "isolated",
    (True, False): "final",
    (False, True): "initial",
    (True, True): "medial",
}


class Glyph(NamedTuple):
    start: int
    end: int
    text: str
    width: int


def glyphs(text: str, *, tashkeel: bool = True) -> list[Glyph]:
    cells = cells_of(text)
    shared = places(cells)
    texts = shape(text, shared, tashkeel=tashkeel)
    return [
        Glyph(start, end, glyph, cells[at])
        for (start, at, end), glyph in zip(shared, texts, strict=True)
    ]


def drawn(text: str, *, tashkeel: bool = True) -> list[str]:
    return [glyph.text for glyph in glyphs(text, tashkeel=tashkeel)]


@cache
def presentation_forms() -> dict[tuple[str, str], str]:
    """(letter, form) → presentation form, from the Unicode Character Database."""
    forms = {}
    for character in map(chr, [*range(0xFB50, 0xFE00), *range(0xFE70, 0xFEFD)]):
        form, *letters = unicodedata.decomposition(character).split() or [""]
        if len(letters) == 1:
            forms[chr(int(letters[0], 16)), form.strip("<>")] = character
    return forms


@cache
def joining_types() -> dict[str, str]:
    with lzma.open(ARABIC_SHAPING, "rt", encoding="utf-8") as file:
        rows = [line.partition("#")[0].split(";") for line in file]
    return {chr(int(row[0], 16)): row[2].strip() for row in rows if len(row) > 2}


def letters_with_forms() -> list[str]:
    with_forms = {letter for letter, _ in presentation_forms()}
    return sorted(
        letter
        for letter in joining_types()
        if letter in with_forms and letter not in "آأإا"
    )


@pytest.mark.parametrize("letter", letters_with_forms())
def test_every_letter_takes_the_form_its_joining_type_asks_for(letter):
    joins_right, joins_left = {
        "D": (True, True),
        "R": (True, False),
        "U": (False, False),
    }[joining_types()[letter]]
    for before, after in ((HAMZA, HAMZA), (BEH, HAMZA), (HAMZA, BEH), (BEH, BEH)):
        form = FORM_OF[before == BEH and joins_right, after == BEH and joins_left]
        expected = presentation_forms().get((letter, form), letter)
        assert drawn(before + letter + after)[1] == expected


@pytest.mark.parametrize(
    ("alef", "isolated"), [("آ", "ﻵ"), ("أ", "ﻷ"), ("إ", "ﻹ"), ("ا", "ﻻ")]
)
def test_lam_alef_is_one_cell(alef, isolated):
    final = chr(ord(isolated) + 1)
    assert glyphs(f"ل{alef}ب") == [Glyph(0, 2, isolated, 1), Glyph(2, 3, "ﺏ", 1)]
    assert glyphs(f"بل{alef}") == [Glyph(0, 1, "ﺑ", 1), Glyph(1, 3, final, 1)]
    assert drawn(f"لل{alef}") == ["ﻟ", final]


def test_lam_alef_keeps_the_marks_of_both_letters():
    assert drawn("لَأُ") == ["ﻷ\u064e\u064f"]
    assert drawn("لَأُ", tashkeel=False) == ["ﻷ"]
    assert drawn("لا\u0654") == ["ﻷ"]


@pytest.mark.parametrize("between", ["\u200c", "\u200d", "\u200f"])
def test_lam_alef_is_parted_by_an_invisible_character(between):
    lam = "ﻝ" if between == "\u200c" else "ﻟ"
    alef = "ﺍ" if between == "\u200c" else "ﺎ"
    assert drawn(f"ل{between}ا") == [lam, alef]


def test_the_word_allah_has_no_ligature():
    assert drawn("الله") == ["ﺍ", "ﻟ", "ﻠ", "ﻪ"]


def test_joiners_and_non_joiners_change_the_form_and_are_not_drawn():
    assert drawn("ه\u200d") == ["ﻫ"]
    assert drawn("\u200dه") == ["ﻪ"]
    assert drawn("می\u200cخواهم") == ["ﻣ", "ﯽ", "ﺧ", "ﻮ", "ﺍ", "ﻫ", "ﻢ"]


def test_marks_do_not_part_letters_and_can_be_hidden():
    assert drawn("بِبٌ") == ["ﺑ\u0650", "ﺐ\u064c"]
    assert drawn("بِبٌ", tashkeel=False) == ["ﺑ", "ﺐ"]


def test_a_hamza_written_as_a_mark_is_part_of_its_letter():
    assert drawn("ا\u0654ي\u0654و\u0654", tashkeel=False) == ["ﺃ", "ﺋ", "ﺆ"]


def test_kurdish_letters_stand_on_the_forms_of_their_like():
    assert drawn("ێ") == ["ﯼ\u065a"]
    assert drawn("بێب") == ["ﺑ", "ﯿ\u065a", "ﺐ"]
    assert drawn("گوڵ") == ["ﮔ", "ﻮ", "ﻝ\u065a"]
    assert drawn("ڵا") == ["ﻻ\u065a"]
    assert drawn("بە ە") == ["ﺑ", "ﻪ", " ", "ﻩ"]


def test_a_letter_without_presentation_forms_is_drawn_as_itself_and_its_neighbours_join_it():
    assert drawn("بݐب") == ["ﺑ", "ݐ", "ﺐ"]


@pytest.mark.parametrize("sign", "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd")
def test_signs_that_terminals_take_for_invisible_have_a_stand_in(sign):
    [glyph] = glyphs(sign)
    assert unicodedata.category(glyph.text) not in ("Cf", "Mn")
    assert glyph.width == 1


def test_controls_are_drawn_as_pictures_and_odd_spaces_as_spaces():
    assert drawn("\x00\x1b\x7f\x9b\u00a0\u2003") == ["␀", "␛", "␡", "\ufffd", " ", " "]


def test_a_mark_without_a_base_rides_on_a_dotted_circle():
    assert drawn("\u064b") == ["\u25cc\u064b"]
    assert drawn(" \u064b\u0651") == [" ", "\u25cc\u064b\u0651"]


def test_emoji_sequences_are_drawn_as_every_terminal_counts_them():
    # Seen in xterm and VTE: a joined family takes six cells, a heart with a variation
    # selector one.
    assert drawn("👨\u200d👩\u200d👧\u202e❤\ufe0f1\ufe0f\u20e3") == ["👨", "❤ ", "1 "]
    assert drawn("\U0001f1f8\U0001f1fe👍\U0001f3fd") == ["SY", "👍"]


def test_a_joiner_that_joins_no_pictographs_is_not_drawn():
    assert drawn("❤\u200d\u064b😀\u200d") == ["❤\u064b", "😀"]


@given(MIXED)
def test_no_invisible_character_is_drawn_outside_emoji(text):
    for line in SEPARATORS.split(text):
        for glyph in glyphs(line):
            if glyph.width == 1:
                assert not set(glyph.text) & set(INVISIBLE)
            assert not any(
                unicodedata.bidirectional(c) in ("RLO", "LRO", "RLI", "PDF", "PDI")
                for c in glyph.text
            )


@given(MIXED)
def test_glyphs_stand_for_whole_clusters_in_order(text):
    for line in SEPARATORS.split(text):
        edges = {cluster.start for cluster in clusters(line)} | {len(line)}
        drawn_here = glyphs(line)
        assert all({glyph.start, glyph.end} <= edges for glyph in drawn_here)
        assert all(a.end == b.start for a, b in pairwise(drawn_here))


@given(MIXED)
def test_a_part_of_a_paragraph_is_joined_like_the_whole(text):
    for line in SEPARATORS.split(text):
        whole = drawn(line)
        for glyph, place in zip(whole, places(cells_of(line)), strict=True):
            assert shape(line, [place]) == [glyph]
