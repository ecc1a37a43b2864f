"""Counts read back in Arabic words; expectations from any Arabic grammar."""

from __future__ import annotations

from typing import Any

import pytest

from coder.codebook.number_words import in_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"min": 60, "max": 60}, "ستون"),
        ({"min": 600, "max": 600}, "ستمئة"),
        ({"min": 61, "max": None}, "واحد و ستون"),
        ({"min": 3, "max": 9}, "ثلاث إلى تسع"),
        ({"min": 0, "max": 0, "approx": False}, "صفر"),
    ],
)
def test_a_count_is_read_back(value: dict[str, Any], words: str) -> None:
    assert in_words(value) == words
