"""Typed words continued as in a text."""

from __future__ import annotations

import pytest

from coder.text.completion import continuation
from coder.text.segment import Reading

TEXT = "قصف الطيران مزرعة على أطراف البلدة، وقال مركز «جسور» إن المزارع أُخليت. ثم قصف مزارعَ أخرى."


@pytest.mark.parametrize(
    ("typed", "near", "expected"),
    [
        ("مز", 0, "رعة"),  # to the end of the word
        ("مزرعة", 0, " على"),  # then word after word
        ("مزرعة ", 0, "على"),
        ("مزرعة على اطراف", 0, " البلدة"),  # in any spelling
        ("مز", len(TEXT), "ارعَ"),  # of several places the nearest
        ("البلدة = مركز", 0, " جسور"),  # what was typed before is not in the text
        ("مركز جسور", 0, " إن"),  # without the marks between words
        ("البلدة وقال", 0, " مركز"),
        ("طيرا", 0, "ن"),  # after a proclitic
        ("يران", 0, ""),  # not inside a word
        ("غ", 0, ""),
        ("أخرى", 0, ""),  # the last word
        ("", 0, ""),
    ],
)
def test_words_go_on_as_in_the_text_to_the_end_of_one_word(
    typed: str, near: int, expected: str
) -> None:
    assert continuation(Reading(TEXT), typed, near) == expected
