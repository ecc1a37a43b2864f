"""What a codebook must meet beyond its shape: names, letters and values that fit together.

Conditions and rules are checked in `condition_checks`, the lexicon in `lexicon_checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from coder.codebook.condition_checks import condition_complaints
from coder.codebook.declarations import SpanKind
from coder.codebook.declared_ids import Names, ids_of, placed, type_ids, unknown
from coder.codebook.moves import new_name_complaints
from coder.codebook.schema import COMMAND_LETTERS, Codebook, EventType, Field, Value
from coder.codebook.yaml_text import Complaint, YamlPath, YamlText

LISTS_WITH_IDS = (
    "sources",
    "blanks",
    "article_fields",
    "span_boundaries",
    "span_kinds",
    "event_fields",
    "actor_classes",
    "rules",
    "adjudication_reasons",
)
NEEDED_PARTS = {
    "date": ("start", "end", "precision", "basis"),
    "place": ("as_written", "place_id"),
    "int_range": ("min", "max", "approx"),
}
SOURCE_PARTS = ("who", "kind")
LINK_PARTS = ("record", "relation")
RESERVED = ("article", "link")
"""What stands in front of a name in a rule, and so can be no field."""
PUBLISHED = "pub_date"
UNNAMED = "unknown"
"""The class of an actor whose name is typed freely."""
VALUE_LIST_TYPES = ("enum", "multi", "hierarchy")
FIT_DISTANCES = {
    "enum": ("nominal", "ordinal", "none"),
    "multi": ("jaccard", "masi", "nominal", "none"),
    "hierarchy": ("hierarchy", "nominal", "none"),
    "int_range": ("log_count", "nominal", "none"),
    "date": ("date", "nominal", "none"),
    "place": ("hierarchy", "jaccard", "masi", "nominal", "none"),
    "actor": ("masi", "jaccard", "nominal", "none"),
    "text": ("nominal", "none"),
    "bool": ("nominal", "none"),
}


def codebook_complaints(
    codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool = True
) -> list[Complaint]:
    """Everything in a codebook of the right shape that does not fit together.

    The codebook may lack pieces of the file that were complained about already; names are therefore
    looked up in the file. So may its lexicon, if it is not whole.
    """
    names = Names(source.data)
    return [
        *_repeated_ids(source),
        *_clashing_keys(codebook, source),
        *_span_kinds(codebook, source, names),
        *_event_types(codebook, source, lexicon_is_whole=lexicon_is_whole),
        *_fields(codebook, source),
        *_actor_classes(codebook, source),
        *condition_complaints(codebook, source, names),
        *new_name_complaints(codebook, source),
    ]


# ---------------------------------------------------------------- ids and keys
def _repeated_ids(source: YamlText) -> Iterator[Complaint]:
    data = source.data
    for name in LISTS_WITH_IDS:
        yield from _repeats(
            source, [((name, i), item_id) for i, item_id in enumerate(ids_of(data.get(name)))]
        )
    yield from _repeats(source, list(type_ids(data)))
    for name in ("article_fields", "event_fields"):
        for i, field in enumerate(data.get(name) or ()):
            yield from _repeats_in_field(source, (name, i), field)


def _repeats_in_field(source: YamlText, path: YamlPath, field: Any) -> Iterator[Complaint]:
    for part in ("values", "parts"):
        items = field.get(part) if isinstance(field, dict) else None
        yield from _repeats(source, [((*path, part, i), item_id) for i, item_id in enumerate(ids_of(items))])
        for i, item in enumerate(items if isinstance(items, list) else ()):
            yield from _repeats_in_field(source, (*path, part, i), item)


def _repeats(source: YamlText, ids: Sequence[tuple[YamlPath, str]]) -> Iterator[Complaint]:
    first: dict[str, YamlPath] = {}
    for path, item_id in ids:
        if item_id and first.setdefault(item_id, path) != path:
            line = source.values[first[item_id]][0]
            yield source.complain((*path, "id"), f"the id “{item_id}” is already taken in line {line}")


def _clashing_keys(codebook: Codebook, source: YamlText) -> Iterator[Complaint]:
    """Letters that act together: those of event fields, those of span kinds in each keyboard layout."""
    for path, field in placed(source, "event_fields", codebook.event_fields):
        if field.key in COMMAND_LETTERS:
            letters = " ".join(sorted(COMMAND_LETTERS))
            yield source.complain(
                (*path, "key"), f"the key “{field.key}” is kept for commands, as are {letters}"
            )
    for path, field in placed(source, "article_fields", codebook.article_fields):
        if field.key is not None:
            yield source.complain((*path, "key"), "an article field is filled in the form and takes no key")
    yield from _same_key(source, "key", placed(source, "event_fields", codebook.event_fields))
    for name in ("key", "key_ar", "mark"):
        yield from _same_key(source, name, placed(source, "span_kinds", codebook.span_kinds))


def _same_key(
    source: YamlText, name: str, items: Iterable[tuple[YamlPath, Field | SpanKind]]
) -> Iterator[Complaint]:
    owner: dict[str, str] = {}
    for path, item in items:
        key = getattr(item, name)
        if key is not None and owner.setdefault(key, item.id) != item.id:
            yield source.complain((*path, name), f"the {name} “{key}” already belongs to {owner[key]}")


# ---------------------------------------------------------------- references
def _span_kinds(codebook: Codebook, source: YamlText, names: Names) -> Iterator[Complaint]:
    for path, kind in placed(source, "span_kinds", codebook.span_kinds):
        for i, field in enumerate(kind.fields):
            if field not in names.event_fields:
                yield source.complain((*path, "fields", i), unknown("event field", field, names.event_fields))


def _event_types(codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool) -> Iterator[Complaint]:
    paths = {item_id: path for path, item_id in type_ids(source.data)}
    triggers = codebook.lexicon.triggers
    schemes = ids_of(source.data.get("sources"))
    for node in _nodes(codebook.event_types):
        if node.triggers and node.triggers not in triggers and (triggers or lexicon_is_whole):
            what = unknown("trigger list", node.triggers, triggers)
            yield source.complain((*paths[node.id], "triggers"), what)
        for scheme in node.map:
            if (
                schemes
                and scheme != "note"
                and scheme.removesuffix("_mode").removesuffix("_hint") not in schemes
            ):
                path = (*paths[node.id], "map", scheme)
                yield source.complain(path, unknown("scheme", scheme, schemes), at_key=True)
        if not node.selectable and not node.children:
            yield source.complain(paths[node.id], "a type that is not selectable must have children")


def _nodes(roots: Iterable[EventType]) -> Iterator[EventType]:
    for node in roots:
        yield node
        yield from _nodes(node.children)


# ---------------------------------------------------------------- fields
def _fields(codebook: Codebook, source: YamlText) -> Iterator[Complaint]:
    for list_name, fields in (
        ("article_fields", codebook.article_fields),
        ("event_fields", codebook.event_fields),
    ):
        for base, field in placed(source, list_name, fields):
            for path, what in _field_complaints(field, codebook):
                yield source.complain((*base, *path), what)


def _actor_classes(codebook: Codebook, source: YamlText) -> Iterator[Complaint]:
    """Names that are typed freely need a class."""
    fields = (*codebook.article_fields, *codebook.event_fields)
    known = ids_of(source.data.get("actor_classes"))
    if known and UNNAMED not in known and any(f.type == "actor" for f in fields):
        what = f"names that are typed freely need a class with the id “{UNNAMED}”"
        yield source.complain(("actor_classes",), what)


def _field_complaints(field: Field, codebook: Codebook) -> Iterator[tuple[YamlPath, str]]:
    values = codebook.values_of(field)
    if "." in field.id or field.id in RESERVED:
        yield ("id",), f"a field cannot be called {field.id}: rules could not name it"
    if field.id == PUBLISHED and field.type != "date" and field in codebook.article_fields:
        yield ("type",), f"the article field {PUBLISHED} is what dates are reckoned from; expected date"
    if field.value_is == "record_reference" and (field.type != "text" or not field.many):
        yield ("value_is",), "links are a field of type text with `many: true`"
    if field.type in VALUE_LIST_TYPES and not field.values and field.values_from is None:
        yield (), f"a field of type {field.type} needs `values` or `values_from`"
    if field.values_from is not None and field.type not in VALUE_LIST_TYPES:
        yield ("values_from",), f"a field of type {field.type} takes no list of values"
    if field.type == "hierarchy" and field.values_from == "lexicon.weapons":
        yield ("values_from",), "weapons are no hierarchy; expected event_types"
    if field.values_from == "lexicon.weapons" and not codebook.lexicon.weapons:
        yield ("values_from",), "the lexicon lists no weapons"
    for name, value in (("default", field.default), ("auto", field.auto.value if field.auto else None)):
        if value is not None and values and value not in {v.id for v in values}:
            path: YamlPath = (name,) if name == "default" else ("auto", "set")
            yield path, unknown("value", value, (v.id for v in values))
    if field.distance.kind not in FIT_DISTANCES[field.type]:
        fit = ", ".join(FIT_DISTANCES[field.type])
        yield ("distance",), f"{field.distance.kind} does not measure {field.type} values; expected {fit}"
    yield from _part_complaints(field, codebook)
    if field.distance.kind == "ordinal":
        yield from _rank_complaints(field.values, ("values",))


def _part_complaints(field: Field, codebook: Codebook) -> Iterator[tuple[YamlPath, str]]:
    parts = codebook.parts_of(field)
    known = [p.id for p in parts]
    needed = NEEDED_PARTS.get(field.type, ())
    if field.type == "actor" and known:
        needed = SOURCE_PARTS
    elif field.value_is == "record_reference":
        needed = LINK_PARTS
    lacking = [part for part in needed if part not in known]
    if lacking:
        where = "int_range_parts" if field.type == "int_range" else "its parts"
        yield (), f"a field of type {field.type} needs {', '.join(lacking)} among {where}"
    for i, part in enumerate(field.parts):
        spelt = parts[i] if field.type != "int_range" else part
        if spelt.type is None:
            yield ("parts", i), f"no field of type {field.type} says what the part “{part.id}” is"
        if part.type == "enum" and not part.values:
            yield ("parts", i), "a part of type enum needs `values`"
        if part.filled_from and part.filled_from not in known:
            yield ("parts", i, "filled_from"), unknown("part", part.filled_from, known)
        if part.distance.kind == "ordinal":
            yield from _rank_complaints(part.values, ("parts", i, "values"))
    for i, step in enumerate(field.distance.path):
        if step not in known:
            yield ("distance", "path", i), unknown("part", step, known)


def _rank_complaints(values: Sequence[Value], path: YamlPath) -> Iterator[tuple[YamlPath, str]]:
    """Values compared by rank need one each, all different."""
    seen: set[int] = set()
    for i, value in enumerate(values):
        if value.rank is None:
            yield (*path, i), "a value of an ordinal field needs a `rank`"
        elif value.rank in seen:
            yield (*path, i, "rank"), f"the rank {value.rank} is already taken"
        else:
            seen.add(value.rank)
