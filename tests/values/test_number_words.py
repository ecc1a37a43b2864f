"""Counts read back in Arabic words; expectations from any Arabic grammar."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.values.numbers import in_words, read_number


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"min": 60, "max": 60}, "ستون"),
        ({"min": 600, "max": 600}, "ستمئة"),
        ({"min": 61, "max": None}, "واحد و ستون فأكثر"),
        ({"min": 3, "max": 9}, "ثلاث إلى تسع"),
        ({"min": 2, "max": 2}, "اثنان"),
        ({"min": 0, "max": 0, "approx": False}, "صفر"),
    ],
)
def test_a_count_is_read_back(value: dict[str, Any], words: str) -> None:
    assert in_words(value) == words


@given(st.integers(0, 1200) | st.integers(0, 10**9 - 1))
def test_what_is_read_back_reads_as_the_same_number(
    codebook: Codebook, number: int
) -> None:
    assert (
        read_number(in_words({"min": number, "max": number}), codebook.lexicon.numbers)
        == number
    )
