"""Folding: what counts as equal, and that every match maps back to exact stored text."""

from __future__ import annotations

import re
import tracemalloc
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from coder.text.normalize import fold, fold_key, spellings, without_lone_marks

ARABIC = st.text(
    st.one_of(
        st.sampled_from(
            "ابتةىيؤئأإآٱكگکیلو ـًٌَُّْٰ«»\"'\u200c\u200f\ufeff٠٣۴9Aé\u0301ﷺﻻﺓ\u0653  \n\t\u00a0\u2009"
        ),
        st.characters(min_codepoint=0x0600, max_codepoint=0x06FF),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("stored", "folded"),
    [
        ("أحمد وإبراهيم وآمال ٱلله", "احمد وابراهيم وامال الله"),
        ("على مدرسة مؤتمر هيئة", "علي مدرسه موتمر هييه"),
        ("گرگان کتاب ایران", "كركان كتاب ايران"),
        ("مُحَمَّدٌ هـٰذا كتـــاب", "محمد هذا كتاب"),
        ("٢٠٢٣ و۱۴۰۲ و2023", "2023 و1402 و2023"),
        ("«داعش» “داعش” \"داعش\" 'داعش'", "داعش داعش داعش داعش"),
        ("می\u200cخواهم \u202bنص\u202c \ufeff\u2067x\u2069", "ميخواهم نص x"),
        ("ﻣﺤﻤﺪ ﷺ ﻻ ﺓ", "محمد صلي الله عليه وسلم لا ه"),
        ("ا\u0653 ا\u0654 ي\u0654", "ا ا ي"),
        ("قُرْآنٌ ۖ ۗ", "قران "),
        ("أ\u00a0ب\u2009\u202fج  د \u200f ه\tو", "ا ب ج د ه و"),
        ("أ \n ب\r\n\u2028ج", "ا \n ب \n\nج"),
        ("NATO Reuters", "nato reuters"),
        ("ﹰﹱ", ""),
    ],
)
def test_equal_letters_fold_to_one(stored, folded):
    assert fold(stored).text == folded


def test_a_key_has_single_spaces():
    assert fold_key("  جماعةُ\n\t الحوثي ") == "جماعه الحوثي"


def test_a_span_takes_the_marks_of_its_last_letter_but_not_the_quotation_mark():
    stored = '"الموقّعةُ" باسمها'
    folded = fold(stored)
    i = folded.text.index("الموقعه")
    start, end = folded.span(i, i + len("الموقعه"))
    assert stored[start:end] == "الموقّعةُ"


def test_a_span_inside_a_ligature_takes_all_of_it():
    folded = fold("x ﻻ")
    assert folded.text == "x لا"
    assert folded.span(2, 3) == folded.span(3, 4) == (2, 3)


def test_empty_spans_and_the_end():
    folded = fold("\ufeffكتاب")
    assert folded.span(0, 0) == (1, 1)
    assert folded.span(4, 4) == (5, 5)
    assert fold("").span(0, 0) == (0, 0)
    assert [folded.index(offset) for offset in range(6)] == [0, 0, 1, 2, 3, 4]


@given(ARABIC)
def test_every_match_maps_back_to_the_stored_text_it_came_from(stored):
    folded = fold(stored)
    for i in range(len(folded.text)):
        for j in range(i + 1, min(i + 4, len(folded.text)) + 1):
            start, end = folded.span(i, j)
            assert folded.text[i:j] in fold(stored[start:end]).text
            assert end == len(stored) or unicodedata.category(stored[end])[0] != "M"


@given(ARABIC)
@example(" \r")
@example("\r\r\r")
@example("a   ")
def test_the_whole_folded_text_spans_all_that_is_not_dropped(stored):
    folded = fold(stored)
    if folded.text:
        start, end = folded.span(0, len(folded.text))
        assert fold(stored[:start]).text == fold(stored[end:]).text == ""


@given(ARABIC)
def test_folding_twice_is_folding_once(stored):
    once = fold(stored).text
    assert fold(once).text == once


@given(st.text() | ARABIC)
def test_a_text_folds_as_its_characters_do_and_runs_of_blanks_to_one(stored):
    characters = "".join(fold(character).text for character in stored)
    assert fold(stored).text == re.sub(" +", " ", characters)


LETTERS = st.text(
    st.sampled_from("ابتةىيؤئأإآٱكگکیلوءـًٌَُّْٰ«»\"'\u200c\u200f\ufeff\u0653abzABZﺓﻣ"),
    min_size=1,
)


@given(LETTERS)
@example("نُشِــر")
@example("P\u200fosted")
def test_the_spellings_of_a_folded_word_find_what_it_was_folded_from(stored):
    word = fold(stored).text
    assert re.search(spellings(word), stored) or not word
    assert (
        re.fullmatch(
            f"(?:{spellings('')})*", re.sub(spellings(word), "", stored, count=1)
        )
        or not word
    )


def test_every_character_that_folds_to_none_or_several_maps_back():
    characters = [chr(c) for c in range(0x20000) if not 0xD800 <= c < 0xE000]
    for character in characters:
        folded = fold(f"{character}x")
        assert folded.span(len(folded.text) - 1, len(folded.text)) == (1, 2), hex(
            ord(character)
        )


@given(ARABIC)
def test_index_finds_the_character_a_span_starts_with(stored):
    folded = fold(stored)
    for i in range(len(folded.text)):
        start, _ = folded.span(i, i + 1)
        assert folded.span(folded.index(start), folded.index(start) + 1)[0] == start


def test_the_keys_of_long_texts_are_not_kept() -> None:
    """A note of a thousand words, folded after each letter, must not stay in memory a
    thousand times.
    """
    note = "قُصفت المدينة. " * 400
    tracemalloc.start()
    for length in range(len(note) - 300, len(note)):
        fold_key(note[:length])
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20 * len(note)  # far less than 300 copies of two bytes a letter


@pytest.mark.parametrize(
    ("words", "in_pairs"),
    [
        ("قواعد “العمر", "قواعد العمر"),
        ("تنظيم «داعش", "تنظيم داعش"),
        ('شبكة "عين الفرات', "شبكة عين الفرات"),
        ("المقاومة الإسلامية” في العراق", "المقاومة الإسلامية في العراق"),
        ('التحالف الدولي" ضد "داعش', "التحالف الدولي ضد داعش"),
        ("العمر» و«كونيكو» بريف", "العمر و«كونيكو» بريف"),
        ("كتائب ‘النور", "كتائب النور"),
        ("الجيش الوطني (الفيلق الثالث", "الجيش الوطني الفيلق الثالث"),
        ("حركة “ النجباء", "حركة النجباء"),
        ('حقل "العمر" النفطي', 'حقل "العمر" النفطي'),
        ("قوات «التحالف» (الدولي)", "قوات «التحالف» (الدولي)"),
        ("O’Brien", "O’Brien"),
        ("دير الزور", "دير الزور"),
    ],
)
def test_marks_without_their_partners_are_left_out_and_pairs_stay(words, in_pairs):
    assert without_lone_marks(words) == in_pairs
