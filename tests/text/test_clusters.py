"""Clusters: what occupies one place on the screen (UAX #29, UAX #11), and that nothing
is left over.
"""

from __future__ import annotations

import pytest
from arbitrary_text import MIXED
from hypothesis import given

from coder.text.clusters import clusters


def parts(text: str) -> list[tuple[str, int]]:
    return [(text[start:end], width) for start, end, width in clusters(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("مُحَ", [("مُ", 1), ("حَ", 1)]),
        ("رّاً", [("رّ", 1), ("اً", 1)]),
        ("a\u0301\u0323b", [("a\u0301\u0323", 1), ("b", 1)]),
        ("می\u200cخو", [("م", 1), ("ی\u200c", 1), ("خ", 1), ("و", 1)]),
        ("ه\u200d\u064e", [("ه\u200d\u064e", 1)]),
        ("\u200f\u202bنص", [("\u200f\u202bن", 1), ("ص", 1)]),
        ("\u200e", [("\u200e", 0)]),
        ("日本 カ", [("日", 2), ("本", 2), (" ", 1), ("カ", 2)]),
        ("ا\r\n\u200fب\n", [("ا", 1), ("\r\n", 0), ("\u200fب", 1), ("\n", 0)]),
        ("\x00\x1b", [("\x00", 1), ("\x1b", 1)]),
    ],
)
def test_clusters_and_their_widths(text, expected):
    assert parts(text) == expected


@pytest.mark.parametrize(
    "sequence",
    [
        "😀",
        "❤\ufe0f",
        "👍\U0001f3fd",
        "☝\U0001f3fd",
        "👨\u200d👩\u200d👧\u200d👦",
        "🏳\ufe0f\u200d🌈",
        "❤\ufe0f\u200d🔥",
        "🇸🇦",
        "1\ufe0f\u20e3",
        "#\u20e3",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    ],
)
def test_an_emoji_sequence_is_one_cluster_of_two_cells(sequence):
    assert parts(f"ب{sequence}ب") == [("ب", 1), (sequence, 2), ("ب", 1)]


def test_flags_pair_up_from_the_left():
    assert parts("🇸🇦🇪🇬🇸") == [("🇸🇦", 2), ("🇪🇬", 2), ("🇸", 1)]


def test_a_pictograph_without_a_variation_selector_is_as_wide_as_text():
    assert parts("☺©") == [("☺", 1), ("©", 1)]


@pytest.mark.parametrize("before", ["", " ", "\n", "\u00a0", "\x07", "\t"])
def test_a_mark_without_a_base_stands_alone(before):
    assert parts(before + "\u064b")[-1] == ("\u064b", 1)


@given(MIXED)
def test_every_code_point_is_in_exactly_one_cluster(text):
    assert "".join(text[start:end] for start, end, _ in clusters(text)) == text
    assert all(start < end for start, end, _ in clusters(text))
