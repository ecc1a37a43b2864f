"""Scales: how the values of a field, or of one part of it, are compared.

The codebook names the distance of each field and of each part. A value is first
reduced to its key, the JSON that the distance reads: of a date the days covered, of a
list of actors the set of their ids. Two values with the same key are the same to the
distance, however they were given.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeAlias

from coder.agreement import distance as d
from coder.codebook.identity import identity
from coder.codebook.label import Label
from coder.codebook.schema import FIT_PART_DISTANCES, Codebook, Field, Part
from coder.errors import CoderError
from coder.model import Blank, Json, items_of
from coder.values.dates import days_of, in_order
from coder.values.typed import actor_id

Level: TypeAlias = Literal["article", "event"]
Key: TypeAlias = Callable[[Json], Json]
ONLY_ITEM = "only_"
"""The prefix of the messages on lists of which only those with one item are compared.
"""
NOT_STATED: Mapping[str, str] = {"blank": Blank.NOT_STATED.value}

as_text = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
"""Write a value as JSON, the same text for equal values."""


class Compared(NamedTuple):
    """A description of the key: the name of its message, and the parts that it reads."""

    what: str
    parts: tuple[str, ...] = ()


class Scale(NamedTuple):
    """A distance, and the functions that take from a field's value what is compared.

    key: returns what the distance reads, None if the value leaves the comparison.
    given: returns the value itself, or the part that is compared, as the coder gave it.
    is_list: whether keys are lists.
    """

    distance: d.Distance
    compared: Compared
    key: Key
    given: Key = lambda value: value
    is_list: bool = False

    def key_of(self, value: Json) -> Json:
        """Return the key of a value or of the blank `not stated`, None for none."""
        if is_blank(value):
            return dict(NOT_STATED) if self.distance.bounded else None
        return self.key(value)

    def given_of(self, value: Json) -> Json:
        """Return the value, its part, or the blank `not stated`, as given."""
        return value if is_blank(value) else self.given(value)


class Measured(NamedTuple):
    """A field, or one part of it, that has a distance."""

    level: Level
    field: Field
    scale: Scale
    part: Part | None = None

    @property
    def name(self) -> str:
        """The id of the field, with that of the part behind a dot."""
        return self.field.id if self.part is None else f"{self.field.id}.{self.part.id}"

    @property
    def question(self) -> Field | Part:
        """The part, or else the field: what has values and labels."""
        return self.field if self.part is None else self.part

    @property
    def has_codes(self) -> bool:
        """True if the values are single ones of a list or tree, or yes and no.

        Only these have a confusion matrix.
        """
        if self.scale.is_list:
            return False
        distance = self.scale.distance.name
        if distance == "hierarchy":
            return True
        is_listed = self.question.type in ("enum", "hierarchy", "bool")
        return is_listed and distance in ("nominal", "ordinal")

    def with_code(self, code: Json) -> Json:
        """Return a value of the field that has this code, or has it in the part."""
        if self.part is None:
            return code
        item = {self.part.id: code}
        return [item] if self.field.is_list else item


def find_measured_fields(codebook: Codebook) -> Iterator[Measured]:
    """Yield all fields that have a distance, article fields first."""
    for level, field in _fields(codebook):
        if scale := scale_of(field, codebook):
            yield Measured(level, field, scale)


def find_measured_parts(codebook: Codebook, field_id: str = "") -> Iterator[Measured]:
    """Yield all parts that have a distance, of all fields or of one."""
    for level, field in _fields(codebook):
        if field_id not in ("", field.id):
            continue
        for part in codebook.parts_of(field):
            if scale := part_scale(field, part, codebook):
                yield Measured(level, field, scale, part)


def _fields(codebook: Codebook) -> Iterator[tuple[Level, Field]]:
    for field in codebook.article_fields:
        yield "article", field
    for field in codebook.event_fields:
        yield "event", field


def question_of(codebook: Codebook, name: str) -> Field | Part:
    """Return the field or part with a name as in `Measured`.

    Article fields come before event fields.
    """
    field_id, _, part_id = name.partition(".")
    field = next(field for field in codebook.fields if field.id == field_id)
    if not part_id:
        return field
    return next(part for part in codebook.parts_of(field) if part.id == part_id)


def label_of(codebook: Codebook, name: str) -> Label:
    """Return the label of a field, with that of the part behind a colon."""
    field_id, _, part_id = name.partition(".")
    field = question_of(codebook, field_id)
    label = field.label or Label.same(field_id)
    if not part_id:
        return label
    part = question_of(codebook, name).label or Label.same(part_id)
    return Label(ar=f"{label.ar}: {part.ar}", en=f"{label.en}: {part.en}")


# ---------------------------------------------------------------- fields
def scale_of(field: Field, codebook: Codebook) -> Scale | None:
    """Return the scale of a field's whole values, None if it has no distance."""
    match field.distance.kind:
        case "none":
            return None
        case "nominal":
            what = Compared("list" if field.is_list else "value")
            return Scale(d.Nominal(), what, in_one_form, is_list=field.is_list)
        case "ordinal":
            rank = _rank_key(field, field.id, codebook)
            return Scale(d.Ordinal(), Compared("rank"), rank)
        case "date":
            distance = d.Date(_cap_days(field, codebook))
            return Scale(distance, Compared("days"), days_covered)
        case "log_count" if field.type == "int_range":
            return Scale(d.CountRange(), Compared("range"), _both_ends)
        case "log_count":
            return Scale(d.LogCount(), Compared("count"), _count)
        case "hierarchy" if field.distance.path:
            return _place_scale(field, field.distance.path, codebook)
        case "hierarchy":
            return _tree_scale(field, codebook)
    return _set_scale(field, codebook)


def _tree_scale(field: Field, codebook: Codebook) -> Scale:
    def levels(value: Json) -> list[str]:
        return list(codebook.path_of(value)) or [value]

    if field.is_list:
        return Scale(d.BestMatch(), Compared("paths"), _of_each(levels), is_list=True)
    return Scale(d.Hierarchy(), Compared("path"), levels)


def _place_scale(field: Field, path: tuple[str, ...], codebook: Codebook) -> Scale:
    def levels(value: Json) -> list[str]:
        return place_path(value, path, codebook)

    what = Compared("places", path)
    if field.is_list:
        return Scale(d.BestMatch(), what, _of_each(levels), is_list=True)
    return Scale(d.Hierarchy(), what, levels)


def _set_scale(field: Field, codebook: Codebook) -> Scale:
    """Return a scale that compares lists as sets.

    Their items are records of the parts that have a distance, or else single values.
    """
    parts: list[Part] = []
    if field.is_list:
        for part in codebook.parts_of(field):
            if part.distance.kind != "none" and not part.filled_from:
                parts.append(part)
    distance = d.Masi() if field.distance.kind == "masi" else d.Jaccard()
    if not parts:
        return Scale(distance, Compared("items"), _of_each(actor_id), is_list=True)

    def record(item: Json) -> Json:
        return {part.id: _part_item(part, item) for part in parts}

    what = Compared("records", tuple(part.id for part in parts))
    return Scale(distance, what, _of_each(record), is_list=True)


# ---------------------------------------------------------------- parts
def part_scale(field: Field, part: Part, codebook: Codebook) -> Scale | None:
    """Return the scale of one part of a field, None if it has no distance that fits.

    In lists, the values of the part in all items are compared as a list. Ranks, days
    and counts have no distance between lists: only lists with one item are compared.
    """
    kind = part.distance.kind
    if part.type is None or kind == "none" or kind not in FIT_PART_DISTANCES[part.type]:
        return None
    if kind == "hierarchy":
        scale = _place_scale(field, part.distance.path, codebook)
        return scale._replace(given=_take_given_part(field, part))
    if kind in ("jaccard", "masi"):
        sets = d.Masi() if kind == "masi" else d.Jaccard()
        return _scale_of_all(field, part, sets, Compared("part_items"))
    if kind == "nominal" and field.is_list:
        return _scale_of_all(field, part, d.Nominal(), Compared("part_list"))
    if kind == "nominal":
        return _scale_of_one(field, part, d.Nominal(), "value", lambda value: value)
    if kind == "ordinal":
        rank = _rank_key(part, f"{field.id}.{part.id}", codebook)
        return _scale_of_one(field, part, d.Ordinal(), "rank", rank)
    if kind == "date":
        dates = d.Date(_cap_days(part, codebook))
        return _scale_of_one(field, part, dates, "days", days_covered)
    return _scale_of_one(field, part, d.LogCount(), "count", _count)


def _scale_of_all(
    field: Field, part: Part, distance: d.Distance, what: Compared
) -> Scale:
    """Return the scale that compares the part of all items of a list."""

    def key(value: Json) -> Json:
        return _as_set([_part_item(part, item) for item in items_of(value)])

    return Scale(distance, what, key, _take_given_part(field, part), is_list=True)


def _scale_of_one(
    field: Field, part: Part, distance: d.Distance, what: str, one: Key
) -> Scale:
    """Return the scale that compares the part of single values, and of lists with one
    item.
    """

    def key(value: Json) -> Json:
        items = items_of(value)
        if len(items) != 1:
            return None
        found = _part_item(part, items[0])
        # An open end says that the text states no highest number.
        is_open = found is None and isinstance(distance, d.LogCount)
        if is_open:
            return dict(NOT_STATED)
        return None if found is None else one(found)

    compared = Compared(f"{ONLY_ITEM}{what}" if field.is_list else what)
    return Scale(distance, compared, key, _take_given_part(field, part))


def _take_given_part(field: Field, part: Part) -> Key:
    """Return a function that takes the part out of a value.

    The words of a place without an id stand for the id.
    """

    def given_item(item: Json) -> Json:
        found = item.get(part.id)
        is_unnamed = part.type == "place" and found is None
        return item.get("as_written") if is_unnamed else found

    def given(value: Json) -> Json:
        found = [given_item(item) for item in items_of(value)]
        return found if field.is_list else found[0]

    return given


def _part_item(part: Part, item: Json) -> Json:
    """Return the part of one item; of actors and places their identity."""
    found = item.get(part.id)
    if part.type == "place":
        return identity(item)
    if part.type == "actor" and found is not None:
        return actor_id(found)
    return part.default if found is None else found


# ---------------------------------------------------------------- keys
def is_blank(value: Json) -> bool:
    """Return whether a value is the blank `not stated`."""
    return isinstance(value, Mapping) and value.get("blank") == NOT_STATED["blank"]


def in_one_form(value: Json) -> Json:
    """Return a value in the form that all equal values have.

    The order and repetition of items do not count. A part that is None or False counts
    as absent.
    """
    if isinstance(value, list):
        return _as_set([in_one_form(item) for item in value])
    if not isinstance(value, Mapping):
        return value
    return {
        part: in_one_form(item)
        for part, item in value.items()
        if item is not None and item is not False
    }


def days_covered(value: Json) -> Json:
    """Return the first and last day of a date, in order.

    Only a rule of the codebook says that coders must give them in order.
    """
    first, last = map(date.fromordinal, days_of(in_order(value)))
    return {"start": first.isoformat(), "end": last.isoformat()}


def place_path(
    value: Mapping[str, Json], path: tuple[str, ...], codebook: Codebook
) -> list[str]:
    """Return the levels of a place along a path, root first, without missing ones.

    A place that the lexicon lists as a country or governorate ends at that level. A
    place without an id ends in its folded name.
    """
    entry = None
    if value.get("place_id"):
        entry = codebook.lexicon.place(str(value["place_id"]))
    if entry is not None and entry.kind in path:
        path = path[: path.index(entry.kind) + 1]
    levels = []
    for part in path:
        if part != "place_id":
            levels.append(str(value.get(part) or getattr(entry, part, "")))
    if "place_id" in path:
        levels.append(identity(value))
    return [level for level in levels if level] or [identity(value)]


def ranks_of(question: Field | Part, codebook: Codebook) -> dict[str, float]:
    """Return the rank of each value, by default its position in the codebook's list."""
    values = codebook.values_of(question)
    return {
        value.id: place if value.rank is None else value.rank
        for place, value in enumerate(values)
    }


def _rank_key(question: Field | Part, name: str, codebook: Codebook) -> Key:
    ranks = ranks_of(question, codebook)

    def rank(value: Json) -> Json:
        if value not in ranks:
            known = ", ".join(ranks)
            raise CoderError(
                "agreement.no_such_value", value=value, field=name, known=known
            )
        return ranks[value]

    return rank


def _both_ends(value: Json) -> Json:
    if not isinstance(value, Mapping):
        raise CoderError("agreement.not_a_range", value=value)
    return {end: value.get(end) for end in ("min", "max")}


def _count(value: Json) -> Json:
    return value


def _of_each(item_key: Key) -> Key:
    """Return the key of a list whose items have this key."""
    return lambda value: _as_set([item_key(item) for item in items_of(value)])


def _as_set(items: Sequence[Json]) -> list[Json]:
    """Return the distinct items in a fixed order."""
    by_text = {as_text(item): item for item in items}
    return [by_text[text] for text in sorted(by_text)]


def _cap_days(question: Field | Part, codebook: Codebook) -> int:
    return question.distance.cap_days or codebook.agreement.defaults.date_cap_days
