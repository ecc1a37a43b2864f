"""Countries, regions and cities of the world, for names missing from a codebook's own
gazetteer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Lexicon, Place
from coder.codebook.yaml_text import load_own_yaml
from coder.text.normalize import fold_key

_PREFIX = "world."
# minimum populations of cities:
_KNOWN = 500_000  # recognised by the name alone
_LARGE = 100_000  # recognised behind a preposition of direction
_SMALL = 5_000  # recognised by the name alone if it does not look like an Arabic word
_ROOT = "[^اويه]"
WORD_SHAPE = re.compile(
    f"(?:[متاي].*|.*(?:يه|ات|ين|ون|ان|ي|اء)|{_ROOT}(?:ا{_ROOT}|{_ROOT}[اوي]?){_ROOT}ه?)"
)
"""Approximate patterns of Arabic nouns and verbs: a small town with such a name needs a
sign beside it.
"""


@cache
def _listed() -> Mapping[str, Any]:
    data: Mapping[str, Any] = load_own_yaml(Path(__file__).with_name("gazetteer.yaml"))
    return data


@cache
def common_words() -> frozenset[str]:
    """Folded names of places that are mostly used as ordinary words."""
    return frozenset(map(fold_key, _listed()["common"]))


@cache
def world() -> Mapping[str, Place]:
    """Place id → place; these ids are internal to the gazetteer and are never stored in
    a value.
    """
    data = _listed()
    tables = (
        ("country", data["countries"]),
        ("region", data["regions"]),
        ("city", data["towns"]),
    )
    # listed places count as known whatever their population
    rows = [
        (kind, code, 10**10, [name])
        for kind, table in tables
        for code in table
        for name in table[code]
    ]
    keys = {fold_key(name) for *_, (name,) in rows}
    for code, count, _, _, listed in _cities():
        names = [name for name in listed.split("|") if fold_key(name) not in keys]
        keys.update(
            map(fold_key, names)
        )  # of several places with the same name the largest comes first
        if names:
            rows.append(("city", code, int(count), names))
    doubtful = {*map(fold_key, data["doubtful"]), *common_words()}
    places: dict[str, Place] = {}
    for number, (kind, code, people, (name, *others)) in enumerate(rows):
        unclear = [
            n
            for n in (name, *others)
            if fold_key(n) in doubtful or not _is_clear(n, people, code)
        ]
        place_id, label, aliases = f"{_PREFIX}{number}", Label.same(name), tuple(others)
        places[place_id] = Place(
            id=place_id,
            name=label,
            kind=kind,
            country=code,
            aliases=aliases,
            ambiguous=tuple(unclear),
        )
    return places


@cache
def large_cities() -> frozenset[str]:
    """Folded names of the region's large cities, including those that are also words
    (تعز، المنامة).
    """
    near = {*_listed()["near"], *_listed()["neighbours"]}
    large = (
        names
        for code, people, _, _, names in _cities()
        if code in near and int(people) >= _LARGE
    )
    return (
        frozenset(fold_key(name) for names in large for name in names.split("|"))
        - common_words()
    )


@cache
def capitals() -> frozenset[str]:
    """Folded names of capitals that can stand for their government."""
    return frozenset(map(fold_key, _listed()["capitals"]))


def _cities() -> Iterator[list[str]]:  # country, population, latitude, longitude, names
    for line in Path(__file__).with_name("cities.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def _is_clear(
    name: str, population: int, country: str
) -> bool:  # by itself, as no ordinary word
    key = fold_key(name)
    is_word = len(key) <= 4 or WORD_SHAPE.fullmatch(key) is not None
    known = _KNOWN if country in _listed()["near"] else 2 * _KNOWN
    return " " in key or population >= (known if is_word else _SMALL)


def is_world(place_id: str) -> bool:
    """Whether a place id belongs to this gazetteer rather than to a codebook."""
    return place_id.startswith(_PREFIX)


def place_of(place_id: str, lexicon: Lexicon) -> Place | None:
    """The place with an id in a codebook's lexicon or in the gazetteer, None if there
    is none.
    """
    return lexicon.place(place_id) or world().get(place_id)
