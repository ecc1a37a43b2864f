"""The sentences on the screens, from `screens.po`, `edits.po` and `origins.po`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pyarabic import araby

from coder.codebook.schema import Field
from coder.errors import CoderError
from coder.messages import catalogue
from coder.model import event_number, moment
from coder.text.display import (
    fit,
    isolate,
    isolate_value,
    isolate_within,
    takes_line_direction,
)
from coder.text.normalize import fold_key
from coder.values.days import show_day

_QUOTED = re.compile("(?<=[“«])[^”»]+(?=[”»])")
_FEW, _BEGINNING = 3, 24  # texts that are quoted, and cells of each


def say(lang: str, key: str, **values: object) -> str:
    """Return a sentence of `screens.po` in the screen's language; its values keep their
    own direction.
    """
    words = catalogue.in_language(lang, values).items()
    isolated = {name: isolate_within(str(value), lang == "ar") for name, value in words}
    return catalogue.pattern(lang, f"screens.{key}", values.get("n")).format_map(
        isolated
    )


@cache
def state_in_words(lang: str, state: str) -> str:
    """Return the state of a field in words, or "" if its sign is enough."""
    return (
        say(lang, f"state_{state}") if catalogue.has(f"screens.state_{state}") else ""
    )


def origin_in_words(lang: str, origin: str, quote: str) -> str:
    """Return why the words of `quote` are proposed, or "" if their kind makes that
    clear.

    Arabic words that the rule matched elsewhere are added, folded. An origin given by a
    plug-in is returned unchanged.
    """
    what, _, rest = origin.partition(":")
    if not catalogue.has(f"origins.{what}"):
        return origin if rest else ""
    is_arabic = not set(araby.LETTERS).isdisjoint(rest)
    is_elsewhere = is_arabic and rest not in fold_key(quote)
    matched = f" «{rest}»" if is_elsewhere else ""
    return catalogue.say(lang, f"origins.{what}") + matched


def error_words(lang: str, error: CoderError) -> list[str]:
    """Return an error and its hint; what they quote keeps its own direction."""
    return [
        _QUOTED.sub(lambda quoted: isolate_within(quoted[0], lang == "ar"), words)
        for words in error.words(lang)
        if words
    ]


def complaint(lang: str, error: CoderError) -> str:
    """Return an error and its hint, in the screen's direction whatever word the
    sentence begins with.
    """
    said = error_words(lang, error)
    sentences = [*(words.removesuffix(".") for words in said[:-1]), *said[-1:]]
    return " · ".join(isolate(words, lang == "ar") for words in sentences)


def when(lang: str, at: str) -> str:
    """Return the local day, written as the language writes days, and time of an ISO
    time.
    """
    if (time := moment(at)) is None:
        return ""
    local = time.astimezone()
    words = f"{show_day(local.date()).of(lang)} {local:%H:%M}"
    return isolate(words, 1) if lang == "ar" else words  # the day comes first in each


def event_named(lang: str, event_id: str, name: str = "") -> str:
    """Return an event's number and, if given, its name."""
    return listed(say(lang, "event_named", n=event_number(event_id)), name)


def column_head(lang: str, key: str) -> str:
    """Return the word over a column, which has a capital as titles have."""
    word = say(lang, key)
    return word[:1].upper() + word[1:]


def in_line(field: Field, value: str, lang: str) -> str:
    """Isolate a field's value from its line: lists and our notation item by item, prose
    as it is written.
    """
    return (
        isolate(value) if field.type == "text" else isolate_value(value, lang == "ar")
    )


def quoted(texts: Sequence[str]) -> str:
    """Return how texts begin, three at most, so that their writer recognizes them."""
    begun = [
        isolate(f"«{fit(' '.join(text.split()), _BEGINNING)}»") for text in texts[:_FEW]
    ]
    return " ".join([*begun, *["…"] * (len(texts) > _FEW)])


def listed(*words: str) -> str:
    """Join words with dots between them, each in its own direction."""
    return " · ".join(
        word if takes_line_direction(word) else isolate_value(word)
        for word in words
        if word
    )
