"""Countries and well-known cities, for names that a codebook's own gazetteer does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from coder.codebook.label import Label
from coder.codebook.lexicon import Lexicon, Place
from coder.suggest.forms import Form, name_forms
from coder.suggest.matcher import Term

_FILE = Path(__file__).with_name("gazetteer.yaml")


@cache
def world() -> Mapping[str, Place]:
    """Id → place; the ids are the gazetteer's own and stand in no value."""
    data: Mapping[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    doubtful = set(data["doubtful"])
    found: dict[str, Place] = {}
    for code, listed in data["places"].items():
        for kind, names in (("country", listed["country"]), ("city", listed.get("cities", ()))):
            for name in names:
                place_id = f"world.{code}.{len(found)}"
                ambiguous = (name,) if name in doubtful else ()
                label = Label(ar=name, en=name)
                found[place_id] = Place(id=place_id, name=label, kind=kind, country=code, ambiguous=ambiguous)
    return found


def place_of(place_id: str, lexicon: Lexicon) -> Place | None:
    """The place of an id in a codebook's lexicon or in the gazetteer."""
    return lexicon.place(place_id) or world().get(place_id)


def world_terms(
    kind: str, listed: frozenset[str], *, countries_only: bool = False
) -> Iterator[tuple[Form, Term]]:
    """The forms of the gazetteer's names under a span kind, without those a lexicon lists (folded)."""
    for place in world().values():
        forms = list(name_forms(place.name.ar))
        if forms[0].text in listed or (countries_only and place.kind != "country"):
            continue
        doubtful = bool(place.ambiguous) or countries_only
        yield from ((form, Term(kind, place.id, place.name.ar, doubtful)) for form in forms)
