"""The front door: one text, read once."""

from __future__ import annotations

from coder.text.normalize import fold
from coder.text.segment import Reading, boundaries, words

TEXT = "قُتل خمسة. وأُصيب عشرة\nفي بغداد"


def test_a_reading_says_what_the_rest_of_the_package_says():
    reading = Reading(TEXT)
    assert reading.words == words(TEXT)
    assert reading.folded == fold(TEXT)
    assert reading.boundaries("clitic") == boundaries(TEXT, "clitic")


def test_what_was_found_is_kept():
    reading = Reading(TEXT)
    assert reading.folded is reading.folded
    assert reading.words is reading.words
    assert reading.boundaries("word") is reading.boundaries("word")
