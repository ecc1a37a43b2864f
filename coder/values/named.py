"""Values with names: actors, sources and places, parsed, formatted, or made from an
article's wording.

Our own notation: `name [class]` for an actor that is not in the lexicon; `who: kind`
for a source; for a place `as written = name` if the article's wording differs from its
name, and `: precision` at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from coder.codebook.label import join_texts
from coder.codebook.lexicon_schema import Actor, Place
from coder.codebook.schema import Codebook, Field, Part, Value
from coder.codebook.search import best, find_id, search_key
from coder.errors import CoderError
from coder.model import Json, Passage, items_of
from coder.text.normalize import without_lone_marks

Entry = TypeVar("Entry", Actor, Place)

NO_PLACE = "?"  # the name of a place that is not in the lexicon
AROUND = "around"  # the kind of a place named as the surroundings of a town (ريف حلب)
_AROUND = ("ريف", "محيط", "أطراف", "قرب", "ضواحي", "بادية", "around", "near")
_PRECISION = {
    "country": "country",
    "admin1": "admin1",
    "city": "town",
    "town": "town",
    "neighbourhood": "town",
    AROUND: "around_town",
    "site": "exact_site",
    "base": "exact_site",
    "airport": "exact_site",
    "border_crossing": "exact_site",
}
_SOURCE_KINDS = {
    "armed_group": "party_statement",
    "ngo_monitor": "monitor",
    "media": "media",
    "person": "named_person",
    "civilians": "unnamed",
    "unknown": "unnamed",
    "": "unnamed",
}


def source_kind(actor_class: str) -> str:
    """Return the usual kind of a source whose speaker has that class; "" for no
    speaker.
    """
    return _SOURCE_KINDS.get(actor_class, "official")


def ending(typed: str, values: Iterable[Value]) -> tuple[str, str | None]:
    """Split off the value named after the last colon: return the text before it and the
    value's id, or None.

    The text before it is "" if the value was typed alone, and all of `typed` if no
    value is named.
    """
    before, _, after = typed.rpartition(":")
    value_id = find_id(after, values)
    return (typed if value_id is None else before.strip()), value_id


def _only_match(found: Sequence[Entry], typed: str, doubt: str) -> Entry | None:
    """Return the only match, or None without one; raises CoderError with the key
    `doubt` for several.
    """
    if len(found) > 1:
        names = join_texts(entry.name for entry in found[:6])
        raise CoderError(doubt, typed=typed, names=names)
    return found[0] if found else None


def values_of(parts: Iterable[Part], part_id: str) -> Sequence[Value]:
    """Return the values of the part with that id; none if there is no such part."""
    for part in parts:
        if part.id == part_id:
            return part.values
    return ()


def label_of(values: Iterable[Value], value_id: object, lang: str) -> str:
    """Return the label of the value with that id, or the id itself if it is not among
    the values.
    """
    for value in values:
        if value.id == value_id:
            return value.label.of(lang)
    return str(value_id or "")


def parse_actor(typed: str, codebook: Codebook) -> Json:
    """Return the id of a typed actor, or `{"name", "class"}` for `name [class]`."""
    name, bracket, class_name = typed.rstrip("] ").rpartition("[")
    if bracket and typed.rstrip().endswith("]"):
        class_id = find_id(class_name, codebook.actor_classes)
        if class_id is None:
            names = join_texts(each.label for each in codebook.actor_classes)
            raise CoderError("values.no_actor_class", typed=class_name, names=names)
        return {"name": name.strip(), "class": class_id}
    found = best(codebook.lexicon.actor_index, typed)
    actor = _only_match(found, typed, "values.several_actors")
    if actor is None:
        classes = join_texts(each.label for each in codebook.actor_classes[:3])
        raise CoderError("values.no_actor", typed=typed, classes=classes)
    return actor.id


def show_actor(value: Json, codebook: Codebook, lang: str) -> str:
    """Return an actor's name, followed by its class in square brackets if it is not in
    the lexicon.
    """
    if isinstance(value, Mapping):
        class_id = value.get("class")
        labels = {each.id: each.label.of(lang) for each in codebook.actor_classes}
        return f"{value.get('name', '')} [{labels.get(str(class_id), class_id)}]"
    actor = codebook.lexicon.actor(str(value))
    return actor.name.of(lang) if actor else str(value)


def parse_source(typed: str, parts: Sequence[Part], codebook: Codebook) -> Json:
    """Parse `who: kind`, or a kind alone if nobody is named."""
    kinds = values_of(parts, "kind")
    who, kind = ending(typed, kinds)
    if kind is None:
        raise CoderError(
            "values.no_source_kind",
            typed=typed,
            kinds=join_texts(k.label for k in kinds),
        )
    return {"who": parse_actor(who, codebook) if who else None, "kind": kind}


def show_source(
    value: Json, parts: Sequence[Part], codebook: Codebook, lang: str
) -> str:
    """Format a source as `who: kind`, or the kind alone if nobody is named or the name
    says no more.
    """
    who = value.get("who")
    kinds = values_of(parts, "kind")
    kind = label_of(kinds, value.get("kind"), lang)
    name = who.get("name") if isinstance(who, Mapping) else who
    if not name:
        return kind
    for language in ("ar", "en"):
        label = label_of(kinds, value.get("kind"), language)
        if name == label.partition(" (")[0]:
            return kind
    return f"{show_actor(who, codebook, lang)}: {kind}"


def precision_of(kind: str) -> str:
    """Return the precision of an event's location that is known only by the name of a
    place of this kind.

    A quarter, a camp or a suburb is a settlement like a town, not a single site (coding
    guide, section 2).
    """
    return _PRECISION.get(kind, "region")


def parse_place(typed: str, parts: Sequence[Part], codebook: Codebook) -> Json:
    """Parse a place as written, with the lexicon's data about it and a precision, typed
    or by its kind.
    """
    precisions = values_of(parts, "precision")
    name, precision = ending(typed, precisions)
    before, _, after = name.partition("=")
    written = before.strip()
    meant = after.strip()
    if not written:
        raise CoderError("values.place_without_name")
    place = None if meant == NO_PLACE else _find_place(meant or written, codebook)
    if place is not None:
        if not meant and not _is_form(written, place):
            written = place.name.ar
        precision = precision or _usual_precision(written, place, parts)
    if precision is None and precisions:
        exact = join_texts(value.label for value in precisions)
        raise CoderError("values.no_place", written=written, exact=exact)
    return _with_parts(parts, written, place, precision)


def _is_form(written: str, place: Place) -> bool:
    """Return whether a text is a form of a place's name, also with ريف or أطراف in
    front.
    """
    forms = {search_key(form) for form in place.forms}
    first, _, rest = written.partition(" ")
    if first in _AROUND and search_key(rest) in forms:
        return True
    return search_key(written) in forms


def place_as_written(written: str, place: Place | None, parts: Sequence[Part]) -> Json:
    """Return a place as the article words it, with the precision by that wording and
    the place's kind.

    A place that is not in the lexicon counts as a town, or has the codebook's first
    precision.
    """
    precisions = [value.id for value in values_of(parts, "precision")]
    precision = "town" if "town" in precisions or not precisions else precisions[0]
    if place is not None:
        precision = _usual_precision(written, place, parts) or precision
    return _with_parts(parts, written, place, precision)


def place_value(
    written: str, place: Place | None, precision: str | None, *, with_id: bool = True
) -> Json:
    """Return a place in the native format with all known data.

    with_id: False where the words do not name the place itself.
    """
    value: dict[str, Json] = {"as_written": written}
    if place is not None:
        known = {
            "place_id": place.id if with_id else "",
            "admin1": place.admin1,
            "country": place.country,
        }
        value |= {part: data for part, data in known.items() if data}
    value["precision"] = precision
    return value


def with_marks_in_pairs(value: Json) -> Json:
    """Return a value whose names have no quotation mark or bracket without its partner."""
    if isinstance(value, list):
        return [with_marks_in_pairs(item) for item in value]
    if not isinstance(value, dict):
        return value
    paired = {}
    for part, data in value.items():
        if part in ("name", "as_written"):
            paired[part] = without_lone_marks(data)
        else:
            paired[part] = with_marks_in_pairs(data)
    return paired


def with_known_country(field: Field, value: Json, passages: Iterable[Passage]) -> Json:
    """Return a field's value with the country that passages with the same words give
    places without an id.

    The suggester knows countries of places that are not in the lexicon. Nobody sees
    them, so that coders who type such a place and coders who take it from the text
    would otherwise differ without a word that differs.
    """
    if field.type != "place" or not value:
        return value
    known: dict[str, Mapping[str, Json]] = {}  # by the place as written
    for passage in passages:
        for place in items_of(passage.value):
            if not isinstance(place, Mapping) or place.get("place_id"):
                continue
            if place.get("country"):
                known.setdefault(str(place.get("as_written")), place)
    part_ids = {part.id for part in field.parts}

    def complete(item: Mapping[str, Json]) -> Json:
        if item.get("place_id") or item.get("country"):
            return item
        found = known.get(str(item.get("as_written")), {})
        completed = dict(item)
        for part in ("admin1", "country"):
            if found.get(part) and part in part_ids:
                completed[part] = found[part]
        return completed

    return [complete(item) for item in value] if field.is_list else complete(value)


def show_place(
    value: Json, parts: Sequence[Part], codebook: Codebook, lang: str
) -> str:
    """Format a place as its name, after the article's wording if that differs, and the
    precision.
    """
    written = str(value.get("as_written", ""))
    place = codebook.lexicon.place(str(value.get("place_id")))
    name = place.name.of(lang) if place else NO_PLACE
    precision = label_of(values_of(parts, "precision"), value.get("precision"), lang)
    named = written if name == written else f"{written} = {name}"
    return f"{named}: {precision}" if precision else named


def _with_parts(
    parts: Sequence[Part], written: str, place: Place | None, precision: str | None
) -> Json:
    """Return a place with those of its data that the field has parts for."""
    part_ids = {part.id for part in parts}
    whole = place_value(written, place, precision)
    return {part: data for part, data in whole.items() if part in part_ids}


def _find_place(typed: str, codebook: Codebook) -> Place | None:
    """Return the place with that name, also with ريف or أطراف in front; None if it is
    not in the lexicon.
    """
    found = best(codebook.lexicon.place_index, typed)
    first, _, rest = typed.partition(" ")
    if not found and first in _AROUND and rest:
        return _find_place(rest, codebook)
    return _only_match(found, typed, "values.several_places")


def _usual_precision(written: str, place: Place, parts: Sequence[Part]) -> str | None:
    """Return the precision by a place's kind, or as its surroundings; None if the
    codebook does not have it.
    """
    kind = place.kind
    if kind in ("city", "town") and written.partition(" ")[0] in _AROUND:
        kind = AROUND
    usual = precision_of(kind)
    allowed = [value.id for value in values_of(parts, "precision")]
    return usual if usual in allowed else None
