"""How each field of a codebook is compared: its distance, and its answers in the form that distance takes.

The codebook names a distance per field; this table says what it is applied to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from coder.agreement import distance as d
from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import identity
from coder.errors import CoderError
from coder.model import Json


class Scale(NamedTuple):
    """A field's distance, and the function from an answer's value to what the distance reads."""

    distance: d.Distance
    comparable: Callable[[Json], Json]


def scale_of(field: Field, codebook: Codebook) -> Scale | None:
    """How a field is compared, None where the codebook measures it by no distance.

    Lists of records compare by their closed part (a source by its kind), lists of actors by id or name,
    lists of places item by item, ranges of counts by both ends.
    """

    def rank(value: Json) -> Json:
        if value not in ranks:
            raise CoderError("agreement.no_such_value", value=value, field=field.id, known=", ".join(ranks))
        return ranks[value]

    ranks = ranks_of(field, codebook)
    match field.distance.kind:
        case "none":
            return None
        case "nominal":
            return Scale(d.Nominal(), lambda value: value)
        case "ordinal":
            return Scale(d.Ordinal(), rank)
        case "date":
            cap_days = field.distance.cap_days or codebook.agreement.defaults.date_cap_days
            return Scale(d.Date(cap_days), lambda value: value)
        case "log_count":
            count = d.CountRange() if field.type == "int_range" else d.LogCount()
            return Scale(count, lambda value: value)
        case "hierarchy":
            return _tree(field, codebook)
    return _sets(field, codebook)


def ranks_of(field: Field, codebook: Codebook) -> dict[str, float]:
    """The rank of each value; without ranks the order of the codebook's list is the rank."""
    values = codebook.values_of(field)
    return {value.id: place if value.rank is None else value.rank for place, value in enumerate(values)}


def _tree(field: Field, codebook: Codebook) -> Scale:
    """Codes of the event type tree by their path; places by the parts that the distance names."""

    def one(value: Json) -> Json:
        if field.distance.path:
            return place_path(value, field.distance.path, codebook)
        return list(codebook.path_of(value)) or [value]

    if field.is_list:
        return Scale(d.BestMatch(), lambda value: [one(item) for item in value])
    return Scale(d.Hierarchy(), one)


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

    def members(value: Json) -> Json:
        items = value if isinstance(value, list) else [value]
        return [identity(item) if part is None else item.get(part.id) for item in items]

    return Scale(d.Masi() if (part or field).distance.kind == "masi" else d.Jaccard(), members)
