"""Finds named things by typing part of a name in Arabic or English, under the folding used for matching."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain
from typing import Generic, Protocol, TypeVar

from coder.codebook.label import Label
from coder.text.normalize import fold_key


class Identified(Protocol):
    @property
    def id(self) -> str: ...


class Named(Identified, Protocol):  # in both languages, with other written forms
    @property
    def name(self) -> Label: ...
    @property
    def forms(self) -> tuple[str, ...]: ...


Entry = TypeVar("Entry", bound=Named)
Found = TypeVar("Found", bound=Identified)


class Index(Generic[Found]):
    """What stands for entries under every folded form of them, in their order and by the length of the form.

    shown: entry → what is found in its place; made once, as a list of thousands is searched at every letter.
    """

    def __init__(self, entries: Iterable[Entry], shown: Callable[[Entry], Found]) -> None:
        self.listed: list[tuple[str, Found]] = []
        for entry in entries:
            forms, found = (entry.name.ar, entry.name.en, entry.id, *entry.forms), shown(entry)
            self.listed += [(key, found) for key in dict.fromkeys(map(search_key, forms))]
        self.by_length = sorted(self.listed, key=lambda hit: len(hit[0]))
        self._by_form: dict[str, list[Found]] = {}

    def only(self, words: str) -> Found | None:
        """The one that has just these words as a form, in any spelling; None for none or several."""
        if not self._by_form:
            for key, found in self.listed:
                self._by_form.setdefault(key, []).append(found)
        meant = self._by_form.get(search_key(words), [])
        return meant[0] if len(meant) == 1 else None


def search(index: Index[Found], query: str, limit: int | None = None) -> list[Found]:
    """The entries with the query in one of their forms, each once.

    Order: whole form, its first words, its start, start of a word, inside a word; then the shorter form,
    then the order of the index. An empty query finds all.
    """
    wanted = search_key(query)
    ranked: list[list[Found]] = [[], [], [], [], []]
    for key, entry in index.by_length if wanted else index.listed:
        if wanted in key:
            ranked[_rank(key, wanted) if wanted else 0].append(entry)
    found: dict[str, Found] = {}
    for entry in chain(*ranked):
        found.setdefault(entry.id, entry)
    return list(found.values())[:limit]


def best(entries: Iterable[Entry], typed: str) -> list[Entry]:
    """The entries meant by a typed name: those of that id, else of that name, else of that form.

    Where there is none, those with the text in one of their forms. More than one entry means doubt.
    """
    entries = list(entries)
    wanted = search_key(typed)
    return (
        [entry for entry in entries if wanted == search_key(entry.id)]
        or [entry for entry in entries if wanted in map(search_key, (entry.name.ar, entry.name.en))]
        or [entry for entry in entries if wanted in map(search_key, entry.forms)]
        or search(Index(entries, lambda entry: entry), typed)
    )


@lru_cache(1 << 15)
def search_key(text: str) -> str:
    """The text folded, with hyphens and underscores as blanks, so that `deir ez` finds Deir ez-Zor."""
    return " ".join(fold_key(text).replace("-", " ").replace("_", " ").split())


def _rank(key: str, wanted: str) -> int:
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1 if key[len(wanted)] == " " else 2
    return 3 if f" {wanted}" in key or f" ال{wanted}" in f" {key}" else 4  # at a word's start, also after ال
