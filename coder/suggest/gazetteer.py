"""Countries, regions and cities of the world, for names that a codebook's own gazetteer does not have."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Lexicon, Place
from coder.codebook.yaml_text import own_data
from coder.text.normalize import fold_key

_PREFIX = "world."
_KNOWN = 500_000  # people of a city known by its name alone
_LARGE = 100_000  # of one known by a journey to it
_SMALL = 5_000  # of one whose name is no Arabic word
_ROOT = "[^اويه]"
WORD_SHAPE = re.compile(f"(?:[متاي].*|.*(?:يه|ات|ين|ون|ان|ي|اء)|{_ROOT}(?:ا{_ROOT}|{_ROOT}[اوي]?){_ROOT}ه?)")
"""The measures of Arabic nouns and verbs, roughly: a small town of such a name needs a sign beside it."""


@cache
def _listed() -> Mapping[str, Any]:
    data: Mapping[str, Any] = own_data(Path(__file__).with_name("gazetteer.yaml"))
    return data


@cache
def common_words() -> frozenset[str]:
    """Folded names of places that are mostly ordinary words."""
    return frozenset(map(fold_key, _listed()["common"]))


@cache
def world() -> Mapping[str, Place]:
    """Id → place; the ids are the gazetteer's own and stand in no value."""
    data = _listed()
    tables = (("country", data["countries"]), ("region", data["regions"]), ("city", data["towns"]))
    # those listed are known however many people live there
    rows = [(kind, code, 10**10, [name]) for kind, table in tables for code in table for name in table[code]]
    taken = {fold_key(name) for *_, (name,) in rows}
    for code, count, _, _, listed in _cities():
        names = [name for name in listed.split("|") if fold_key(name) not in taken]
        taken.update(map(fold_key, names))  # of several places of a name the largest is meant
        if names:
            rows.append(("city", code, int(count), names))
    doubtful = {*map(fold_key, data["doubtful"]), *common_words()}
    found: dict[str, Place] = {}
    for number, (kind, code, people, (name, *others)) in enumerate(rows):
        unsure = [n for n in (name, *others) if fold_key(n) in doubtful or not _is_telling(n, people, code)]
        place_id, label, aliases = f"{_PREFIX}{number}", Label.same(name), tuple(others)
        found[place_id] = Place(
            id=place_id, name=label, kind=kind, country=code, aliases=aliases, ambiguous=tuple(unsure)
        )
    return found


@cache
def large_cities() -> frozenset[str]:
    """Folded names of the large cities of the region, also those that are words besides (تعز، المنامة)."""
    near = {*_listed()["near"], *_listed()["neighbours"]}
    rows = (listed for code, people, _, _, listed in _cities() if code in near and int(people) >= _LARGE)
    return frozenset(fold_key(name) for listed in rows for name in listed.split("|")) - common_words()


def _cities() -> Iterator[list[str]]:  # country, people, latitude, longitude, names
    for line in Path(__file__).with_name("cities.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def _is_telling(name: str, people: int, country: str) -> bool:
    # by itself it is taken for the city, and not for a word of the same letters
    key = fold_key(name)
    is_word = len(key) <= 4 or WORD_SHAPE.fullmatch(key) is not None
    known = _KNOWN if country in _listed()["near"] else 2 * _KNOWN
    return " " in key or people >= (known if is_word else _SMALL)


def is_world(place_id: str) -> bool:
    """Whether an id is the gazetteer's own."""
    return place_id.startswith(_PREFIX)


def place_of(place_id: str, lexicon: Lexicon) -> Place | None:
    """The place of an id in a codebook's lexicon or in the gazetteer."""
    return lexicon.place(place_id) or world().get(place_id)
