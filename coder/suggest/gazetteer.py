"""Countries, regions and cities of the world, for names missing from a codebook's own
gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Lexicon, Place
from coder.codebook.yaml_text import load_own_yaml
from coder.text.normalize import fold_key

_PREFIX = "world."
# minimum populations of cities:
_KNOWN = 500_000  # recognised by the name alone
_LARGE = 100_000  # recognised behind a preposition of direction
_SMALL = 5_000  # recognised by the name alone if it does not look like an Arabic word
_ANY = 10**10  # of listed places, which count as known whatever their population
_TABLES = {"country": "countries", "region": "regions", "city": "towns"}
_ROOT = "[^اويه]"
WORD_SHAPE = re.compile(
    f"(?:[متاي].*|.*(?:يه|ات|ين|ون|ان|ي|اء)|{_ROOT}(?:ا{_ROOT}|{_ROOT}[اوي]?){_ROOT}ه?)"
)
"""Approximate patterns of Arabic nouns and verbs: a small town with such a name needs a
sign beside it.
"""


class _Entry(NamedTuple):
    """A place of the world: its kind, country, population and names."""

    kind: str
    country: str
    people: int
    names: list[str]


@cache
def _listed() -> Mapping[str, Any]:
    data: Mapping[str, Any] = load_own_yaml(Path(__file__).with_name("gazetteer.yaml"))
    return data


@cache
def common_words() -> frozenset[str]:
    """Return the folded names of places that are mostly used as ordinary words."""
    return frozenset(map(fold_key, _listed()["common"]))


@cache
def world() -> Mapping[str, Place]:
    """Return place id → place; these ids are internal to the gazetteer and are never
    stored in a value.
    """
    doubtful = common_words() | set(map(fold_key, _listed()["doubtful"]))
    places: dict[str, Place] = {}
    for number, entry in enumerate(_entries()):
        unclear = [
            name
            for name in entry.names
            if fold_key(name) in doubtful or not _is_clear(name, entry)
        ]
        place_id = f"{_PREFIX}{number}"
        places[place_id] = Place(
            id=place_id,
            name=Label.same(entry.names[0]),
            kind=entry.kind,
            country=entry.country,
            aliases=tuple(entry.names[1:]),
            ambiguous=tuple(unclear),
        )
    return places


def _entries() -> Iterator[_Entry]:
    """Yield the listed places, then the cities with names that are not listed; of
    several cities with the same name the largest has it.
    """
    taken: set[str] = set()
    for kind, table in _TABLES.items():
        for country, names in _listed()[table].items():
            for name in names:
                taken.add(fold_key(name))
                yield _Entry(kind, country, _ANY, [name])
    for city in _cities():
        names = [name for name in city.names if fold_key(name) not in taken]
        taken.update(map(fold_key, names))
        if names:
            yield city._replace(names=names)


@cache
def large_cities() -> frozenset[str]:
    """Return the folded names of the region's large cities, including those that are
    also words (تعز، المنامة).
    """
    near = {*_listed()["near"], *_listed()["neighbours"]}
    found: set[str] = set()
    for city in _cities():
        if city.country in near and city.people >= _LARGE:
            found.update(map(fold_key, city.names))
    return frozenset(found - common_words())


@cache
def capitals() -> frozenset[str]:
    """Return the folded names of capitals that can stand for their government."""
    return frozenset(map(fold_key, _listed()["capitals"]))


def _cities() -> Iterator[_Entry]:
    """Yield the cities of the table, the largest first."""
    table = Path(__file__).with_name("cities.tsv").read_text("utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, people, _latitude, _longitude, names = line.split("\t")
            yield _Entry("city", country, int(people), names.split("|"))


def _is_clear(name: str, entry: _Entry) -> bool:
    """Return whether a name by itself is a place's and no ordinary word."""
    key = fold_key(name)
    is_word = len(key) <= 4 or WORD_SHAPE.fullmatch(key) is not None
    known = _KNOWN if entry.country in _listed()["near"] else 2 * _KNOWN
    return " " in key or entry.people >= (known if is_word else _SMALL)


def is_world(place_id: str) -> bool:
    """Return whether a place id belongs to this gazetteer rather than to a codebook."""
    return place_id.startswith(_PREFIX)


def place_of(place_id: str, lexicon: Lexicon) -> Place | None:
    """Return the place with an id in a codebook's lexicon or in the gazetteer, None if
    there is none.
    """
    return lexicon.place(place_id) or world().get(place_id)
