"""How each field of a codebook is compared: its distance, and its answers in the form that distance takes.

The codebook names a distance per field; this table says what it is applied to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from coder.agreement.compound import BestMatch, CountRange
from coder.agreement.distance import (
    Date,
    Distance,
    Hierarchy,
    Jaccard,
    LogCount,
    Masi,
    Nominal,
    Ordinal,
)
from coder.codebook.schema import Codebook, Field, Part
from coder.codebook.schema import Distance as Named
from coder.codebook.scope import identity
from coder.errors import CoderError
from coder.model import Json


class Scale(NamedTuple):
    """A field's distance, and the function from an answer's value to what the distance reads."""

    distance: Distance
    comparable: Callable[[Json], Json]


def scale_of(field: Field, codebook: Codebook) -> Scale | None:
    """How a field is compared, None where the codebook measures it by no distance.

    Lists of records compare by their closed part (a source by its kind), lists of actors by id or name,
    lists of places item by item, ranges of counts by both ends.
    """
    kind = field.distance.kind
    if kind == "none":
        return None
    if kind == "nominal":
        return Scale(Nominal(), lambda value: value)
    if kind == "ordinal":
        return Scale(Ordinal(), _ranks(field, codebook))
    if kind == "date":
        return Scale(
            Date(field.distance.cap_days or codebook.agreement.defaults.date_cap_days), lambda value: value
        )
    if kind == "log_count":
        return Scale(CountRange() if field.type == "int_range" else LogCount(), lambda value: value)
    if kind == "hierarchy":
        return _tree(field, codebook)
    return _sets(field, codebook)


def _ranks(field: Field, codebook: Codebook) -> Callable[[Json], Json]:
    """From a value to its rank; without ranks the order of the codebook's list is the rank."""
    values = codebook.values_of(field)
    ranks = {value.id: place if value.rank is None else value.rank for place, value in enumerate(values)}

    def rank(value: Json) -> Json:
        if value not in ranks:
            raise CoderError(f"{value!r} is no value of {field.id}.", hint=f"It takes {', '.join(ranks)}.")
        return ranks[value]

    return rank


def _tree(field: Field, codebook: Codebook) -> Scale:
    """Codes of the event type tree by their path; places by the parts that the distance names."""

    def code(value: Json) -> Json:
        return list(codebook.path_of(value)) or [value]

    def place(value: Json) -> Json:
        return place_path(value, field.distance.path, codebook)

    one = place if field.distance.path else code
    if field.is_list:
        return Scale(BestMatch(Hierarchy()), lambda value: [one(item) for item in value])
    return Scale(Hierarchy(), one)


def place_path(value: Mapping[str, Json], path: tuple[str, ...], codebook: Codebook) -> list[str]:
    """A place as the levels of its path, the root first; levels that it lacks are left out.

    A place that is itself a country or governorate by the lexicon ends at that level. One without an id
    ends in its folded name.
    """
    entry = codebook.lexicon.place(str(value["place_id"])) if value.get("place_id") else None
    inner = path[: path.index(entry.kind) + 1] if entry is not None and entry.kind in path else path
    levels = [str(value.get(part) or getattr(entry, part, "")) for part in inner if part != "place_id"]
    if "place_id" in inner:
        levels.append(identity(value))
    return [level for level in levels if level] or [identity(value)]


def _sets(field: Field, codebook: Codebook) -> Scale:
    """Sets of ids, or of what a closed part holds where the items are records of several parts."""
    part = _closed_part(field, codebook)
    named: Named = part.distance if part is not None else field.distance
    distance = Masi() if named.kind == "masi" else Jaccard()

    def members(value: Json) -> Json:
        items = value if isinstance(value, list) else [value]
        if part is not None:
            return [item.get(part.id) for item in items]
        return [identity(item) for item in items]

    return Scale(distance, members)


def _closed_part(field: Field, codebook: Codebook) -> Part | None:
    """The part of a list field's items that is a fixed list of values with a set distance of its own."""
    parts = codebook.parts_of(field) if field.is_list else ()
    return next((p for p in parts if p.type == "enum" and p.distance.kind in ("jaccard", "masi")), None)
