"""Countries, regions and cities of the world, for names that a codebook's own gazetteer does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from coder.codebook.label import Label
from coder.codebook.lexicon_schema import Lexicon, Place
from coder.suggest.forms import Form, name_forms
from coder.suggest.matcher import Term
from coder.text.normalize import fold_key

_FOLDER = Path(__file__).parent
_PREFIX = "world."
_KINDS = {"countries": "country", "regions": "region", "towns": "city"}
_KNOWN, _LARGE, _SMALL, _SHORT = 500_000, 100_000, 5_000, 4
"""People of a city known by its name alone, of one known by a journey to it, of one whose name is no Arabic
word; letters of a short name."""
_ROOT = "[^اويه]"
WORD_SHAPE = re.compile(
    f"(?:ال.*|م.*|ت.*|است.*|ا.*|ي.*|.*(?:يه|ات|ين|ون|ان|ي|اء)|{_ROOT}ا{_ROOT}{_ROOT}ه?|{_ROOT}{_ROOT}[اوي]{_ROOT}ه?|{_ROOT}{_ROOT}{_ROOT}ه?)"
)
"""The measures of Arabic nouns and verbs, roughly: a small town of such a name needs a sign beside it."""


@cache
def _listed() -> Mapping[str, Any]:
    data: Mapping[str, Any] = yaml.safe_load((_FOLDER / "gazetteer.yaml").read_text("utf-8"))
    return data


@cache
def common_words() -> frozenset[str]:
    """Folded names of places that are mostly ordinary words."""
    return frozenset(map(fold_key, _listed()["common"]))


@cache
def world() -> Mapping[str, Place]:
    """Id → place; the ids are the gazetteer's own and stand in no value."""
    data = _listed()
    doubtful = {*map(fold_key, data["doubtful"]), *common_words()}
    found: dict[str, Place] = {}

    def add(kind: str, country: str, names: Sequence[str], unsure: Iterable[str]) -> None:
        name, others = Label(ar=names[0], en=names[0]), tuple(names[1:])
        place_id = f"{_PREFIX}{len(found)}"
        found[place_id] = Place(
            id=place_id, name=name, kind=kind, country=country, aliases=others, ambiguous=tuple(unsure)
        )

    for table, kind in _KINDS.items():
        for code, names in data[table].items():
            for name in names:
                add(kind, code, [name], [name] if fold_key(name) in doubtful else [])
    taken = {fold_key(place.name.ar) for place in found.values()}
    for code, people, _, _, listed in _cities():
        names = [name for name in listed.split("|") if fold_key(name) not in taken]
        taken |= {fold_key(name) for name in names}  # of several places of a name the largest is meant
        if names:
            unsure = (n for n in names if fold_key(n) in doubtful or not _is_telling(n, int(people), code))
            add("city", code, names, unsure)
    return found


@cache
def large_cities() -> frozenset[str]:
    """Folded names of the large cities of the region, also those that are words besides (تعز، المنامة)."""
    near = {*_listed()["near"], *_listed()["neighbours"]}
    rows = (listed for code, people, _, _, listed in _cities() if code in near and int(people) >= _LARGE)
    return frozenset(fold_key(name) for listed in rows for name in listed.split("|")) - common_words()


def _cities() -> Iterator[list[str]]:
    """The rows of cities.tsv: country, people, latitude, longitude, names."""
    for line in (_FOLDER / "cities.tsv").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            yield line.split("\t")


def _is_telling(name: str, people: int, country: str) -> bool:
    """Whether a city's name by itself is taken for the city, and not for a word of the same letters."""
    key = fold_key(name)
    if " " in key:
        return True
    is_word = len(key) <= _SHORT or WORD_SHAPE.fullmatch(key) is not None
    known = _KNOWN if country in _listed()["near"] else 2 * _KNOWN
    return people >= (known if is_word else _SMALL)


def is_world(place_id: str) -> bool:
    """Whether an id is the gazetteer's own."""
    return place_id.startswith(_PREFIX)


def place_of(place_id: str, lexicon: Lexicon) -> Place | None:
    """The place of an id in a codebook's lexicon or in the gazetteer."""
    return lexicon.place(place_id) or world().get(place_id)


def world_terms(
    kind: str, listed: frozenset[str], *, countries_only: bool = False
) -> Iterator[tuple[Form, Term]]:
    """The forms of the gazetteer's names under a span kind, without those a lexicon lists (folded)."""
    for place in world().values():
        if countries_only and place.kind != "country":
            continue
        for name in place.forms:
            if fold_key(name) in listed:
                continue
            term = Term(kind, place.id, name, countries_only or name in place.ambiguous)
            yield from ((form, term) for form in name_forms(name))
