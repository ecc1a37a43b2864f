"""The front door: one text, read once."""

from __future__ import annotations

from coder.text.layout import Layout
from coder.text.normalize import fold
from coder.text.reading import Reading
from coder.text.segment import boundaries, sentences, words

TEXT = "قُتل خمسة. وأُصيب عشرة\nفي بغداد"


def test_a_reading_says_what_the_rest_of_the_package_says():
    reading = Reading(TEXT)
    assert reading.words == words(TEXT)
    assert reading.sentences == sentences(TEXT)
    assert reading.folded == fold(TEXT)
    assert reading.boundaries("clitic") == boundaries(TEXT, "clitic")
    ours, plain = reading.lines(12, tashkeel=False), Layout(TEXT, 12, tashkeel=False)
    assert [ours.line(i) for i in range(ours.count)] == [plain.line(i) for i in range(plain.count)]


def test_what_was_found_is_kept():
    reading = Reading(TEXT)
    assert reading.folded is reading.folded
    assert reading.sentences is reading.sentences
    assert reading.boundaries("word") is reading.boundaries("word")
