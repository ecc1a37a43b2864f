"""The general word lists of `words.yaml` and `names.yaml`, folded and indexed; keys
identify a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial, reduce
from operator import getitem
from pathlib import Path
from typing import Any

from coder.codebook.yaml_text import load_own_yaml
from coder.suggest.forms import (
    ARTICLE,
    Back,
    Front,
    masdar_forms,
    noun_forms,
    verb_forms,
)
from coder.text.normalize import fold_key

PRONOUN = re.compile(
    "(?<=...)(?:ها|هم|هما|ه)$"
)  # of the third person, attached to a word
_FRONTS = (*"وفبكل", *(c + p for c in "وف" for p in "بكل"))


@cache
def words() -> Mapping[str, Any]:
    """The content of both files, merged; they have no key in common."""
    files = (Path(__file__).with_name(name) for name in ("words.yaml", "names.yaml"))
    return {
        key: listed for file in files for key, listed in load_own_yaml(file).items()
    }


def _table(path: tuple[str, ...]) -> Any:
    return reduce(getitem, path, words())


@cache
def word_set(*path: str) -> frozenset[str]:
    """The words of a list, folded."""
    return frozenset(map(fold_key, _table(path)))


@cache
def heads(*path: str) -> Mapping[str, str]:
    """Written form → the key under which it is listed, for a table of nouns such as
    places/naming.
    """
    return {
        text: key
        for key, listed in _table(path).items()
        for noun in listed
        for text in _written(noun)
    }


@cache
def nouns(*path: str) -> frozenset[str]:
    """Every written form of the nouns in a list, or in all lists of a table."""
    listed = _table(path)
    rows = listed.values() if isinstance(listed, dict) else [listed]
    return frozenset(text for row in rows for noun in row for text in _written(noun))


def _written(noun: str) -> Iterator[str]:
    """Yield the forms of a noun, including the dual in construct state (حقلي).

    A broken plural has no other plural and no dual: مدني is no form of مدن.
    """
    text = fold_key(noun)
    if noun in words()["broken_plurals"]:
        yield from (text, ARTICLE + text)
        if not text.endswith(("ه", "ا", "ي")):
            yield text + "ا"
        return
    for form in noun_forms(noun):
        if form.back is not Back.ONLY_PRONOUN and form.front is not Front.LAM:
            yield form.text  # فرقت is a verb
    if not noun.endswith(("ة", "ا", "ي", "ون", "ين", "ات")):
        yield text + "ي"


@cache
def noun_forms_of(*path: str) -> frozenset[str]:
    """Every form of the nouns in a list, including those behind the proclitic ل."""
    return frozenset(form.text for noun in _table(path) for form in noun_forms(noun))


@cache
def verbs(*path: str) -> frozenset[str]:
    """Every form of the verbs in a list."""
    return verb_set(tuple(_table(path)))


@cache
def verb_set(listed: Iterable[str]) -> frozenset[str]:
    """Every form of the verbs, including those that need an enclitic pronoun."""
    return frozenset(form.text for verb in listed for form in verb_forms(verb))


@cache
def masdar_set(listed: Iterable[str]) -> frozenset[str]:
    """Every form of the regular verbal nouns of the verbs."""
    return frozenset(form.text for verb in listed for form in masdar_forms(verb))


@cache
def all_forms(*path: str) -> frozenset[str]:
    """Every form of a table's `verbs`, `masdars` (given as verbs), `nouns` and `words`."""
    table: Mapping[str, Sequence[str]] = _table(path)
    masdars = (
        form.text for verb in table.get("masdars", ()) for form in masdar_forms(verb)
    )
    named = (text for noun in table.get("nouns", ()) for text in _written(noun))
    plain = map(fold_key, table.get("words", ()))
    return verb_set(tuple(table.get("verbs", ()))).union(masdars, named, plain)


light_verbs = partial(
    verbs, "light_verbs"
)  # every form of verbs whose meaning lies in their noun
suffering_verbs = partial(
    verbs, "roles", "suffering"
)  # of verbs whose subject is the patient (تعرّضت لهجوم)


@cache
def verbs_before_nouns() -> frozenset[str]:
    """Every form of the verbs whose meaning lies in the noun behind them."""
    return light_verbs() | suffering_verbs() | verbs("roles", "controlling")


def bare(word: str) -> str:
    """The word without its article."""
    return word[2:] if word.startswith(ARTICLE) and len(word) > 3 else word


@lru_cache(1 << 16)
def readings(word: str) -> Sequence[tuple[int, str]]:
    """The ways to split proclitics (not the article) off a word: their length, and the
    rest of the word.
    """
    found = [(0, word)] if len(word) > 1 else []
    for front in _FRONTS if word[0] in "وفبكل" else ():
        if word.startswith(front) and len(word) - len(front) > 1:
            rest = word[len(front) :]
            found.append((len(front), rest))
            if front.endswith("ل") and rest.startswith("ل") and len(rest) > 3:
                found.append(
                    (len(front), "ا" + rest)
                )  # the article's lost alif (للقوات: 1, القوات)
    return found


def read_forms(text: str) -> Iterator[str]:
    """Yield a word without its proclitics, with and without its article."""
    for _, word in readings(text):
        yield word
        yield bare(word)


def read_stems(text: str) -> set[str]:
    """Return the forms of a word, also without the pronoun that it may have."""
    forms = set(read_forms(text))
    return forms | {PRONOUN.sub("", form) for form in forms}
