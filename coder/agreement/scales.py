"""How each field of a codebook is compared: its distance, and its answers in the form that distance takes.

The codebook names a distance per field; this table says what it is applied to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from coder.agreement.distance import (
    BestMatch,
    CountRange,
    Date,
    Distance,
    Hierarchy,
    Jaccard,
    LogCount,
    Masi,
    Nominal,
    Ordinal,
)
from coder.codebook.schema import Codebook, Field
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
        return Scale(Nominal(), _as_it_is)
    if kind == "ordinal":
        return Scale(Ordinal(), partial(_rank, field, ranks_of(field, codebook)))
    if kind == "date":
        cap_days = field.distance.cap_days or codebook.agreement.defaults.date_cap_days
        return Scale(Date(cap_days), _as_it_is)
    if kind == "log_count":
        return Scale(CountRange() if field.type == "int_range" else LogCount(), _as_it_is)
    return _tree(field, codebook) if kind == "hierarchy" else _sets(field, codebook)


def _as_it_is(value: Json) -> Json:
    return value


def ranks_of(field: Field, codebook: Codebook) -> dict[str, float]:
    """The rank of each value; without ranks the order of the codebook's list is the rank."""
    values = codebook.values_of(field)
    return {value.id: place if value.rank is None else value.rank for place, value in enumerate(values)}


def _rank(field: Field, ranks: Mapping[str, float], value: Json) -> Json:
    if value not in ranks:
        raise CoderError("agreement.no_such_value", value=value, field=field.id, known=", ".join(ranks))
    return ranks[value]


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
    """Sets of ids, or of what a closed part holds where the items are records of several parts.

    A closed part is a fixed list of values with a set distance of its own.
    """
    parts = codebook.parts_of(field) if field.is_list else ()
    part = next((p for p in parts if p.type == "enum" and p.distance.kind in ("jaccard", "masi")), None)
    named: Named = part.distance if part is not None else field.distance
    distance = Masi() if named.kind == "masi" else Jaccard()

    def members(value: Json) -> Json:
        items = value if isinstance(value, list) else [value]
        if part is not None:
            return [item.get(part.id) for item in items]
        return [identity(item) for item in items]

    return Scale(distance, members)
