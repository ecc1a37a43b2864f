"""Finds named things by typing part of a name in Arabic or English, under the folding used for matching."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeAlias, TypeVar

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
Index: TypeAlias = tuple[tuple[str, Found], ...]


def index_of(entries: Iterable[Entry]) -> Index[Entry]:
    """Every folded form of every entry, in the order of the entries."""
    return tuple(
        (key, entry)
        for entry in entries
        for key in dict.fromkeys(map(search_key, (entry.name.ar, entry.name.en, entry.id, *entry.forms)))
    )


def search(index: Index[Found], query: str, limit: int | None = None) -> list[Found]:
    """The entries with the query in one of their forms, each once.

    Order: whole form, its first words, its start, start of a word, inside a word; then the shorter form,
    then the order of the index. An empty query finds all.
    """
    wanted = search_key(query)
    hits = [hit for hit in index if wanted in hit[0]]
    if wanted:
        hits.sort(key=lambda hit: (_rank(hit[0], wanted), len(hit[0])))
    found: dict[str, Found] = {}
    for _, entry in hits:
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
        or search(index_of(entries), typed)
    )


def search_key(text: str) -> str:
    """The text folded, with hyphens and underscores as blanks, so that `deir ez` finds Deir ez-Zor."""
    return " ".join(fold_key(text).replace("-", " ").replace("_", " ").split())


def _rank(key: str, wanted: str) -> int:
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1 if key[len(wanted)] == " " else 2
    return 3 if f" {wanted}" in key or f" ال{wanted}" in f" {key}" else 4  # at a word's start, also after ال
