"""Search for named entries by part of an Arabic or English name, under the folding used
for matching.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Generic, Protocol, TypeVar

from coder.codebook.label import Label
from coder.grouping import grouped
from coder.text.normalize import fold_key


class Identified(Protocol):
    @property
    def id(self) -> str: ...


class Labelled(Identified, Protocol):
    @property
    def label(self) -> Label: ...


class Named(Identified, Protocol):
    """A name in both languages, and other written forms."""

    @property
    def name(self) -> Label: ...
    @property
    def forms(self) -> tuple[str, ...]: ...


Entry = TypeVar("Entry", bound=Named)
Result = TypeVar("Result", bound=Identified)


class Index(Generic[Result]):
    """An index of entries under all their folded forms, in their order and by the
    length of the form.

    shown: maps an entry to the result returned for it; called once, as long lists are
    searched on every key.
    """

    def __init__(
        self, entries: Iterable[Entry], shown: Callable[[Entry], Result]
    ) -> None:
        self.listed: list[tuple[str, Result]] = []
        self.names: dict[str, str] = {}
        """The folded names of an entry, by its id."""
        for entry in entries:
            forms = (entry.name.ar, entry.name.en, entry.id, *entry.forms)
            result = shown(entry)
            self.names[entry.id] = " ".join(map(search_key, forms[:2]))
            for key in dict.fromkeys(map(search_key, forms)):
                self.listed.append((key, result))
        by_length = sorted(self.listed, key=lambda hit: len(hit[0]))
        self._by_length = [
            (key, self.names[entry.id], entry) for key, entry in by_length
        ]
        self._last = ("", self._by_length)
        self._by_form: dict[str, list[Result]] = {}

    def having(self, wanted: str) -> Sequence[tuple[str, str, Result]]:
        """The folded forms that have a folded text in them, shorter ones first, with
        name and entry of each.

        A text that goes on from the last one, as while one types, is sought only among
        what had that one.
        """
        last, found = self._last
        among = found if last in wanted else self._by_length
        hits = [hit for hit in among if wanted in hit[0]]
        self._last = (wanted, hits)
        return hits

    def only(self, words: str) -> Result | None:
        """The only entry with exactly these words as a form, in any spelling; None for
        none or several.
        """
        if not self._by_form:
            self._by_form = grouped(self.listed)
        matches = self._by_form.get(search_key(words), [])
        return matches[0] if len(matches) == 1 else None


def search(index: Index[Result], query: str, limit: int | None = None) -> list[Result]:
    """Return the entries with the query in one of their forms, without duplicates.

    Order: whole form, its first words, its start, start of a word, inside a word; then
    those whose name has the query, then shorter forms first, then the order of the
    index. An empty query matches all entries.
    """
    wanted = search_key(query)
    if not wanted:
        hits = [entry for _, entry in index.listed]
    else:
        ranked: list[list[Result]] = [[] for _ in range(2 * _RANKS)]
        for key, name, entry in index.having(wanted):
            rank = 2 * _rank(key, wanted)
            if wanted not in name:
                rank += 1
            ranked[rank].append(entry)
        hits = list(chain.from_iterable(ranked))
    entries: dict[str, Result] = {}
    for entry in hits:
        entries.setdefault(entry.id, entry)
    return list(entries.values())[:limit]


def best(index: Index[Entry], typed: str) -> list[Entry]:
    """Return the entries that a typed name refers to: those with that id, else that
    name, else that form.

    If there are none, those with the text in one of their forms. Several entries mean
    it is ambiguous.
    """
    found = search(index, typed)
    wanted = search_key(typed)
    by_id = []
    by_name = []
    by_form = []
    for entry in found:
        if wanted == search_key(entry.id):
            by_id.append(entry)
        if wanted in (search_key(entry.name.ar), search_key(entry.name.en)):
            by_name.append(entry)
        if wanted in map(search_key, entry.forms):
            by_form.append(entry)
    return by_id or by_name or by_form or found


def find_id(typed: str, entries: Iterable[Labelled]) -> str | None:
    """Return the id of the entry with this id or label, in any spelling."""
    key = search_key(typed)
    for entry in entries:
        names = (entry.id, entry.label.ar, entry.label.en)
        if key in map(search_key, names):
            return entry.id
    return None


def search_key(text: str) -> str:
    """Fold a text and replace hyphens and underscores by spaces, so that `deir ez`
    finds Deir ez-Zor.
    """
    key = fold_key(text)
    if "-" not in key and "_" not in key:
        return key
    return " ".join(key.replace("-", " ").replace("_", " ").split())


_RANKS = 5


def _rank(key: str, wanted: str) -> int:
    """Return how well a form that has the wanted text fits it, 0 for best."""
    if key == wanted:
        return 0
    if key.startswith(wanted):
        return 1 if key[len(wanted)] == " " else 2
    starts_word = f" {wanted}" in key or f" ال{wanted}" in f" {key}"
    return 3 if starts_word else 4
