"""The generated Unicode data against its sources and against what Python knows."""

from __future__ import annotations

import lzma
import unicodedata
from pathlib import Path

from coder.text import unicode_data

ARABIC_SHAPING = (
    Path(__file__).parents[1] / "support" / "data" / "unicode" / "ArabicShaping.txt.xz"
)


def test_joining_types_are_those_of_the_file():
    with lzma.open(ARABIC_SHAPING, "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()
    assert lines[0] == f"# ArabicShaping-{unicode_data.blocks()['VERSION'][1][0]}.txt"
    rows = [line.partition("#")[0].split(";") for line in lines]
    listed = {int(row[0], 16): row[2].strip() for row in rows if len(row) > 2}
    assert listed
    for code_point in range(0x110000):
        assert unicode_data.value("JOINING_TYPE", chr(code_point)) == listed.get(
            code_point, "-"
        )


def test_brackets_pair_up_and_are_mirrored():
    mirrors = unicode_data.pairs("MIRRORS")
    for opening, closing in unicode_data.pairs("BRACKETS").items():
        assert [
            unicode_data.value("BIDI_CLASS", bracket) for bracket in (opening, closing)
        ] == ["(", ")"]
        assert mirrors[opening] == closing and mirrors[closing] == opening
        assert (unicodedata.category(opening), unicodedata.category(closing)) == (
            "Ps",
            "Pe",
        )
    codes = [
        unicode_data.value("BIDI_CLASS", chr(code_point))
        for code_point in range(0x110000)
    ]
    assert codes.count("(") == codes.count(")") == len(unicode_data.pairs("BRACKETS"))


def test_mirrored_characters_are_mirrored_for_python_too():
    mirrors = unicode_data.pairs("MIRRORS")
    assert all(unicodedata.mirrored(character) for character in mirrors)
    assert all(mirrors[mirror] == character for character, mirror in mirrors.items())
    assert not any(character.isalpha() for character in mirrors)  # lines skip letters


def test_widths_and_classes_of_letters_are_those_python_knows():
    # These blocks have not changed since Unicode 13, so every Python agrees.
    classes = {
        "AL": "A",
        "AN": "N",
        "NSM": "M",
        "R": "R",
        "L": "L",
        "EN": "E",
        "BN": "Z",
        "WS": "W",
    }
    for code_point in (*range(0x20, 0x250), *range(0x5D0, 0x5EB), *range(0x620, 0x700)):
        name = unicodedata.bidirectional(chr(code_point))
        if name in classes:
            assert unicode_data.value("BIDI_CLASS", chr(code_point)) == classes[name]
    for code_point in (
        *range(0x20, 0x7F),
        *range(0x620, 0x700),
        *range(0x3041, 0x3097),
        *range(0x4E00, 0x9FFD),
    ):
        is_wide = unicodedata.east_asian_width(chr(code_point)) in "WF"
        assert (unicode_data.value("WIDE", chr(code_point)) == "W") == is_wide
