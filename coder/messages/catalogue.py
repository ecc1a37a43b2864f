"""Sentences by key, in the reader's language, with the plural form that a number asks for.

Catalogues are gettext's (GNU gettext manual, 10.3 and 11.2.6). A key is `file.name`, after the `.po` file it
stands in. A value named `n` chooses the plural form, of which Arabic has six.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from gettext import GNUTranslations
from pathlib import Path
from typing import Protocol, runtime_checkable

LANGUAGES = ("ar", "en")


@runtime_checkable
class Bilingual(Protocol):
    """Words that there are in Arabic and in English: a message, or a label of a codebook."""

    def of(self, lang: str) -> str:
        """The words in `ar` or `en`; any other language code gives English."""


class Message:
    """A sentence that is put into words when it is known who reads it; its values may be bilingual too."""

    __slots__ = ("key", "values")

    def __init__(self, key: str, **values: object) -> None:
        self.key = key
        self.values: Mapping[str, object] = values

    def of(self, lang: str) -> str:
        """The sentence in `ar` or `en`; any other language code gives English."""
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
        return isinstance(other, Message) and (self.key, self.values) == (other.key, other.values)

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"Message({self.key!r}, {self.values!r})"


def say(lang: str, key: str, /, **values: object) -> str:
    """The sentence of a key with its values in it; n: the number that chooses the plural form.

    Raises KeyError for a key that the catalogue does not have, which is a mistake in the program.
    """
    text = pattern(lang, key, values.get("n"))
    return text.format_map(in_language(lang, values)) if values else text


def in_language(lang: str, values: Mapping[str, object]) -> dict[str, object]:
    """Values as they stand in a sentence: bilingual ones in its language."""
    # Most are words or numbers already, and to ask a protocol takes long for what happens with each key.
    return {
        name: value if isinstance(value, (str, int)) or not isinstance(value, Bilingual) else value.of(lang)
        for name, value in values.items()
    }


def pattern(lang: str, key: str, number: object = None) -> str:
    """The sentence with its gaps open, in the plural form of `number` if that is a number."""
    return _pattern("ar" if lang == "ar" else "en", key, number if isinstance(number, int) else None)


def has(key: str) -> bool:
    """Whether there is a sentence of this key; for names that come from outside the program."""
    catalogue = _catalogue("en")
    return catalogue.gettext(key) != key or catalogue.ngettext(key, key, 1) != key


@lru_cache(maxsize=4096)
def _pattern(lang: str, key: str, number: int | None) -> str:
    catalogue = _catalogue(lang)
    text = key if number is None else catalogue.ngettext(key, key, number)
    text = catalogue.gettext(key) if text == key else text
    if text == key:
        raise KeyError(key)
    return text


@cache
def _catalogue(lang: str) -> GNUTranslations:
    with (Path(__file__).parent / f"{lang}.mo").open("rb") as file:
        return GNUTranslations(file)
