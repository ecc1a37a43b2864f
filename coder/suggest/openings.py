"""Where rules begin: the few words of a text that some table lists, found with one look at each word.

A rule names its tables (words as they stand behind proclitics) and is then shown only the words of a page
that one of them lists. What a written word is to all tables is worked out when it is first met.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from coder.suggest.word_lists import readings

DIGITS = "digits"
"""The table of all words that are numbers in digits."""
_MOST_KNOWN = 1 << 17

Reading = tuple[int, str]
"""One way to read a written word: the letters of its proclitics, and the listed word behind them."""
Tables = Mapping[str, Iterable[str]]
Opened = list[tuple[int, tuple[Reading, ...]]]
"""The words of a page that a table lists: index and readings, in order."""
Listed = tuple[tuple[str, tuple[Reading, ...]], ...]
"""The tables that list a written word, each with the readings under which it does, the longest first."""


class Openings:
    """The tables of all rules, by name, turned round."""

    def __init__(self, tables: Tables) -> None:
        self._tables: dict[str, list[str]] = {}
        self._known: dict[str, Listed] = {}
        for name, listed in tables.items():
            for word in listed:
                self._tables.setdefault(word, []).append(name)

    def of(self, texts: Sequence[str]) -> dict[str, Opened]:
        """Table → the indices of the written words that it lists, in order, with their readings."""
        for text in set(texts).difference(self._known):
            self._known[text] = self._met(text)
        found: dict[str, Opened] = {}
        for index, listed in enumerate(map(self._known.__getitem__, texts)):
            for table, read in listed:
                found.setdefault(table, []).append((index, read))
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        return found

    def _met(self, text: str) -> Listed:
        """The tables of a word that is met for the first time."""
        found: dict[str, tuple[Reading, ...]] = {}
        if text[0].isdigit():
            found[DIGITS] = ((0, text),)
        elif text[0].isalpha():
            for skipped, word in readings(text):
                for table in self._tables.get(word, ()):
                    found[table] = (*found.get(table, ()), (skipped, word))
        return tuple(found.items())
