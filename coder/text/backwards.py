"""Recognise Arabic that is stored backwards, last letter first, as some PDF files give
it.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path
from typing import NamedTuple

_WORD = re.compile(r"[^\W\d_]+")
_MARKS = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]")
_LEAST = 2  # signs that words are backwards


class _Sign(NamedTuple):
    """A pattern for whole words that are stored forwards; is_sure: no word has it
    backwards.
    """

    pattern: re.Pattern[str]
    is_sure: bool


def is_backwards(text: str) -> bool:
    """Return whether a text looks like Arabic whose letters are stored in reverse
    order.

    More words must have a sign backwards than forwards, and one of them must be sure.
    Letters may be presentation forms: what counts is their order.
    """
    letters = _MARKS.sub("", unicodedata.normalize("NFKC", text))
    forwards = 0
    backwards = 0
    is_sure = False
    for word in _WORD.findall(letters):
        for sign in _signs():
            forwards += bool(sign.pattern.fullmatch(word))
            is_reversed = bool(sign.pattern.fullmatch(word[::-1]))
            backwards += is_reversed
            is_sure |= is_reversed and sign.is_sure
    return is_sure and backwards >= _LEAST and backwards > forwards


@cache
def _signs() -> tuple[_Sign, ...]:
    data = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return tuple(
        _Sign(re.compile(sign["forwards"]), sign["is_sure"]) for sign in data["sign"]
    )
