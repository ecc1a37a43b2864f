"""Words, sentences and the places where the edge of a span may stand."""

from __future__ import annotations

from itertools import pairwise

import pytest
from arbitrary_text import MIXED
from hypothesis import given

from coder.text.clusters import clusters
from coder.text.segment import Reading, boundaries, sentences, words


def cut(text: str, extents: list[tuple[int, int]]) -> list[str]:
    return [text[start:end] for start, end in extents]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('قال "داعش"، (إن)', ["قال", "داعش", "إن"]),
        ("منذ17 أكتوبر و2017", ["منذ", "17", "أكتوبر", "و", "2017"]),
        ("مُحَمَّدٌ هـٰذا", ["مُحَمَّدٌ", "هـٰذا"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("في 17/10/2023 أو ٢٠٢٣-١٠-١٧", ["في", "17/10/2023", "أو", "٢٠٢٣-١٠-١٧"]),
        ("3.5 مليون و1,200 و٣٫٥٪", ["3.5", "مليون", "و", "1,200", "و", "٣٫٥"]),
        ("F-16 don’t 17th Covid19", ["F-16", "don’t", "17th", "Covid19"]),
        ("(https://example.org/a?b=1).", ["https://example.org/a?b=1"]),
        ("e\u0301tat", ["e\u0301tat"]),
        ("… - « »", []),
    ],
)
def test_words(text, expected):
    assert cut(text, words(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قتل خمسة. وأصيب عشرة!\nنعم؟ لا", ["قتل خمسة.", "وأصيب عشرة!", "نعم؟", "لا"]),
        ('قال: "لن نتراجع." ثم مضى…', ['قال: "لن نتراجع."', "ثم مضى…"]),
        ("زار د. أحمد مقر أ.ف.ب. أمس.", ["زار د. أحمد مقر أ.ف.ب. أمس."]),
        ("بلغت 3.5 مليون. انتهى", ["بلغت 3.5 مليون.", "انتهى"]),
        (
            "Dr. Smith of the U.N. left. He won.",
            ["Dr. Smith of the U.N. left.", "He won."],
        ),
        ("قتلوا جميعا.وقال آخر", ["قتلوا جميعا.", "وقال آخر"]),
        ("1. الأول\n2. الثاني عام 2014. تم", ["1. الأول", "2. الثاني عام 2014.", "تم"]),
        ("  \n\n ", []),
        ("عنوان\n\nنص", ["عنوان", "نص"]),
    ],
)
def test_sentences(text, expected):
    assert cut(text, sentences(text)) == expected


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("وبالمدرسة", ["و", "ب", "ال", "مدرسة"]),
        ("والجيش", ["و", "ال", "جيش"]),
        ("للحكومة", ["ل", "ل", "حكومة"]),
        ("فللجيش", ["ف", "ل", "ل", "جيش"]),
        ("سيقتلون", ["س", "يقتلون"]),
        ("مدرستهم", ["مدرست", "هم"]),
        ("وَبَيْتُهُ", ["وَ", "بَ", "يْتُ", "هُ"]),
        ("كتابنا", ["ك", "تاب", "نا"]),
        ("سلام", ["سلام"]),
        ("مدرسة", ["مدرسة"]),
        ("مستشفى", ["مستشفى"]),
        ("في", ["في"]),
        ("2023", ["2023"]),
    ],
)
def test_clitic_edges(word, parts):
    edges = boundaries(word, "clitic")
    assert [word[a:b] for a, b in pairwise(edges)] == parts


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("مدرستهم في", ["مدرستهم في", "في"]),  # هم alone is no span
        ("وبهجماتها.", ["وبهجماتها.", "بهجماتها.", "هجماتها."]),
        ("60 هجوماً", ["60 هجوماً", "هجوماً"]),  # nothing begins with a blank
    ],
)
def test_spans_start_with_words_or_behind_their_proclitics(text, starts):
    assert [text[edge:] for edge in boundaries(text, "start")] == starts


def test_word_edges():
    assert boundaries("قال الجيش.", "word") == [0, 3, 4, 9]


def test_letter_edges_never_part_a_letter_from_its_mark():
    assert boundaries("مُحَ لا", "letter") == [0, 2, 4, 5, 6, 7]


@given(MIXED)
def test_sentences_are_in_order_and_hold_all_that_is_not_blank(text):
    found = sentences(text)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in found)
    assert "".join("".join(cut(text, found)).split()) == "".join(text.split())
    assert list(found) == sorted(found)


@given(MIXED)
def test_finer_edges_include_coarser_ones_and_words_hold_whole_clusters(text):
    word, clitic, letter = (
        set(boundaries(text, unit)) for unit in ("word", "clitic", "letter")
    )
    assert word <= clitic
    assert letter == {0, len(text)} | {cluster.start for cluster in clusters(text)}


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("ضد فصائل الشعبي، وسورية", "عبي", "الشعبي"),
        ("ضد فصائل الشعبي، وسورية", "سورية", "سورية"),  # without «و»
        ("ضد فصائل الشعبي، وسورية", "وري", "وسورية"),
        ("ضد فصائل الشعبي، وسورية", "د فصائل الشع", "ضد فصائل الشعبي"),
        ("ضد فصائل الشعبي، وسورية", " فصائل الشعبي، ", "فصائل الشعبي"),
        ("ضد فصائل الشعبي، وسورية", "، ", None),
        ("قال: «لن نعود».\n", ": «لن نعود».\n", "لن نعود"),
        ("كتائب «القسام»، ", "كتائب «القسام»، ", "كتائب «القسام»"),
        ("كتائب «القسام» و", "كتائب «القسام", "كتائب «القسام"),
        ("«فيلق» القدس.", "«فيلق» القدس.", "«فيلق» القدس"),
        ("(الفيلق «الثالث»)", "(الفيلق «الثالث»)", "الفيلق «الثالث»"),
        ("بنسبة 3.5٪، أو $20.", " 3.5٪، ", "3.5٪"),
        ("بنسبة 3.5٪، أو $20.", " $20.", "$20"),
        ("هـٰذا،", "ـٰذا،", "هـٰذا"),
    ],
)
def test_marked_text_is_trimmed_to_words(text, marked, expected):
    start = text.index(marked)
    found = Reading(text).trimmed_to_words(start, start + len(marked))
    assert (found and text[slice(*found)]) == expected


@given(MIXED, MIXED, MIXED)
def test_trimmed_text_has_all_words_of_what_was_marked(before, marked, after):
    reading = Reading(before + marked + after)
    start, end = len(before), len(before) + len(marked)
    found = reading.trimmed_to_words(start, end)
    touched = [w for w in reading.words if w[0] < end and w[1] > start]
    if not touched or start == end:
        assert found is None or touched
        return
    assert found is not None
    assert found[0] <= max(start, touched[0][0])
    assert found[1] >= min(end, touched[-1][1])
    assert reading.trimmed_to_words(*found) == found
