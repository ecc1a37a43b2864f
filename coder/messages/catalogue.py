"""Looks up sentences by key, in the reader's language and the plural form that a number
requires.

Catalogues are gettext's (GNU gettext manual, 10.3 and 11.2.6). A key is `file.name`,
where `file` is the `.po` file. A value named `n` selects the plural form, of which
Arabic has six.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Protocol, runtime_checkable

LANGUAGES = ("ar", "en")


@runtime_checkable
class Bilingual(Protocol):
    """Text available in Arabic and English: a message, or a label of a codebook."""

    def of(self, lang: str) -> str:
        """Return the text in `ar` or `en`; any other language code gives English."""


class Message:
    """A sentence that is formatted once its reader's language is known; its values may
    be bilingual too.
    """

    __slots__ = ("key", "values")

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values: Mapping[str, object] = values

    def of(self, lang: str) -> str:
        """Return the sentence in `ar` or `en`; any other language code gives English."""
        return say(lang, self.key, **self.values)

    @property
    def ar(self) -> str:
        return self.of("ar")

    @property
    def en(self) -> str:
        return self.of("en")

    def __str__(self) -> str:
        return self.en

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Message):
            return False
        return self.key == other.key and self.values == other.values

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Message({self.key!r}, {self.values!r})"


def say(lang: str, key: str, /, **values: object) -> str:
    """Return the sentence of a key with its values filled in; n: the number that
    selects the plural form.

    Raises KeyError for a key that is not in the catalogue: a programming error.
    """
    text = pattern(lang, key, values.get("n"))
    return text.format_map(in_language(lang, values)) if values else text


def in_language(lang: str, values: Mapping[str, object]) -> dict[str, object]:
    """Return the values with the bilingual ones in the given language."""
    worded = dict(values)
    for name, value in values.items():
        # Most values are strings or numbers: these skip the protocol check, too slow for
        # every keystroke.
        if isinstance(value, (str, int)):
            continue
        if isinstance(value, Bilingual):
            worded[name] = value.of(lang)
    return worded


def pattern(lang: str, key: str, number: object = None) -> str:
    """Return the sentence with its placeholders, in the plural form of `number` if that
    is an integer.
    """
    known = "ar" if lang == "ar" else "en"
    return _pattern(known, key, number if isinstance(number, int) else None)


def first_few(names: Sequence[str]) -> str:
    """Return the first five names, with an ellipsis for the others."""
    return ", ".join(names[:5]) + "…" * (len(names) > 5)


def has(key: str) -> bool:
    """Return whether the key has a sentence; for names that come from outside the
    program.
    """
    catalogue = _catalogue("en")
    return catalogue.gettext(key) != key or catalogue.ngettext(key, key, 1) != key


@lru_cache(maxsize=4096)
def _pattern(lang: str, key: str, number: int | None) -> str:
    catalogue = _catalogue(lang)
    if number is not None:
        text = catalogue.ngettext(key, key, number)
        if text != key:
            return text
    text = catalogue.gettext(key)
    if text == key:
        raise KeyError(key)
    return text


@cache
def _catalogue(lang: str) -> GNUTranslations:
    with (Path(__file__).parent / f"{lang}.mo").open("rb") as file:
        return GNUTranslations(file)
