"""What a codebook must meet beyond its shape: names, letters and values that fit together.

Conditions and rules are checked in `condition_checks`, the lexicon in `lexicon_checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from coder.codebook.condition_checks import condition_problems
from coder.codebook.declarations import SpanKind
from coder.codebook.nearest import unknown
from coder.codebook.recode_checks import new_name_problems
from coder.codebook.schema import COMMAND_LETTERS, Codebook, Field, Value
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText, ids_of

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


def codebook_problems(
    codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool = True
) -> Iterator[FileProblem]:
    """Everything in a codebook of the right shape that does not fit together.

    The codebook may lack pieces of the file that have problems already; names are therefore looked up
    in the file. So may its lexicon, if it is not whole.
    """
    yield from _repeated_ids(source)
    yield from _clashing_keys(codebook, source)
    known = source.ids("event_fields")
    for path, kind in source.placed("span_kinds", codebook.span_kinds):
        for i, name in enumerate(kind.fields):
            if name not in known:
                yield source.problem((*path, "fields", i), unknown("event_field", name, known))
    yield from _event_types(codebook, source, lexicon_is_whole=lexicon_is_whole)
    for list_name in ("article_fields", "event_fields"):
        for path, field in source.placed(list_name, getattr(codebook, list_name)):
            yield from _field_problems(field, codebook, source, path)
            yield from _part_problems(field, codebook, source, path)
    classes = source.ids("actor_classes")
    if classes and UNNAMED not in classes and any(f.type == "actor" for f in codebook.fields):
        yield source.problem(("actor_classes",), "no_free_class", id=UNNAMED)
    yield from condition_problems(codebook, source)
    yield from new_name_problems(codebook, source)


# ---------------------------------------------------------------- ids and keys
def _repeated_ids(source: YamlText) -> Iterator[FileProblem]:
    for name in LISTS_WITH_IDS:
        yield from source.repeats([((name, i), item_id) for i, item_id in enumerate(source.ids(name))])
    yield from source.repeats(source.tree_ids("event_types"))
    for name in ("article_fields", "event_fields"):
        for i, field in enumerate(source.data.get(name) or ()):
            yield from _repeats_in_field(source, (name, i), field)


def _repeats_in_field(source: YamlText, path: YamlPath, field: Any) -> Iterator[FileProblem]:
    for part in ("values", "parts"):
        items = field.get(part) if isinstance(field, dict) else None
        yield from source.repeats([((*path, part, i), item_id) for i, item_id in enumerate(ids_of(items))])
        for i, item in enumerate(items if isinstance(items, list) else ()):
            yield from _repeats_in_field(source, (*path, part, i), item)


def _clashing_keys(codebook: Codebook, source: YamlText) -> Iterator[FileProblem]:
    """Letters that act together: those of event fields, those of span kinds in each keyboard layout."""
    event_fields = list(source.placed("event_fields", codebook.event_fields))
    for path, field in event_fields:
        if field.key in COMMAND_LETTERS:
            letters = " ".join(sorted(COMMAND_LETTERS))
            yield source.problem((*path, "key"), "key_of_command", letter=field.key, letters=letters)
    for path, field in source.placed("article_fields", codebook.article_fields):
        if field.key is not None:
            yield source.problem((*path, "key"), "key_of_article_field")
    yield from _same_key(source, "key", event_fields)
    for name in ("key", "key_ar", "mark"):
        yield from _same_key(source, name, source.placed("span_kinds", codebook.span_kinds))


def _same_key(
    source: YamlText, name: str, items: Iterable[tuple[YamlPath, Field | SpanKind]]
) -> Iterator[FileProblem]:
    owner: dict[str, str] = {}
    for path, item in items:
        key = getattr(item, name)
        if key is not None and owner.setdefault(key, item.id) != item.id:
            yield source.problem((*path, name), "key_taken", name=name, letter=key, owner=owner[key])


# ---------------------------------------------------------------- types and fields
def _event_types(codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool) -> Iterator[FileProblem]:
    paths = {item_id: path for path, item_id in source.tree_ids("event_types")}
    triggers = codebook.lexicon.triggers
    schemes = source.ids("sources")
    for node in codebook.every_type():
        path = paths[node.id]
        if node.triggers and node.triggers not in triggers and (triggers or lexicon_is_whole):
            what = unknown("trigger_list", node.triggers, triggers)
            yield source.problem((*path, "triggers"), what)
        for scheme in node.map if schemes else ():
            if scheme != "note" and scheme.removesuffix("_mode").removesuffix("_hint") not in schemes:
                what = unknown("scheme", scheme, schemes)
                yield source.problem((*path, "map", scheme), what, at_key=True)
        if not node.selectable and not node.children:
            yield source.problem(path, "group_without_children")


def _field_problems(
    field: Field, codebook: Codebook, source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    values = [v.id for v in codebook.values_of(field)]
    if "." in field.id or field.id in RESERVED:
        yield source.problem((*path, "id"), "reserved_name", name=field.id)
    if field.id == PUBLISHED and field.type != "date" and field in codebook.article_fields:
        yield source.problem((*path, "type"), "published_no_date", name=PUBLISHED)
    if field.value_is == "record_reference" and (field.type != "text" or not field.many):
        yield source.problem((*path, "value_is"), "links_no_list")
    if field.type in VALUE_LIST_TYPES and not field.values and field.values_from is None:
        yield source.problem(path, "needs_values", type=field.type)
    if field.values_from is not None and field.type not in VALUE_LIST_TYPES:
        yield source.problem((*path, "values_from"), "takes_no_values", type=field.type)
    if field.type == "hierarchy" and field.values_from == "lexicon.weapons":
        yield source.problem((*path, "values_from"), "weapons_no_hierarchy")
    if field.values_from == "lexicon.weapons" and not codebook.lexicon.weapons:
        yield source.problem((*path, "values_from"), "no_weapons")
    if field.default is not None and values and field.default not in values:
        yield source.problem((*path, "default"), unknown("value", field.default, values))
    if field.auto is not None and values and field.auto.value not in values:
        yield source.problem((*path, "auto", "set"), unknown("value", field.auto.value, values))
    if field.distance.kind not in FIT_DISTANCES[field.type]:
        fit = ", ".join(FIT_DISTANCES[field.type])
        yield source.problem(
            (*path, "distance"), "unfit_distance", distance=field.distance.kind, type=field.type, fit=fit
        )
    if field.distance.kind == "ordinal":
        yield from _rank_problems(field.values, source, (*path, "values"))


def _part_problems(
    field: Field, codebook: Codebook, source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    parts = codebook.parts_of(field)
    known = [p.id for p in parts]
    needed = NEEDED_PARTS.get(field.type, ())
    if field.type == "actor" and known:
        needed = SOURCE_PARTS
    elif field.value_is == "record_reference":
        needed = LINK_PARTS
    if lacking := ", ".join(part for part in needed if part not in known):
        key = "needs_range_parts" if field.type == "int_range" else "needs_parts"
        yield source.problem(path, key, type=field.type, parts=lacking)
    for i, part in enumerate(field.parts):
        at = (*path, "parts", i)
        spelt = parts[i] if field.type != "int_range" else part
        if spelt.type is None:
            yield source.problem(at, "untyped_part", type=field.type, part=part.id)
        if part.type == "enum" and not part.values:
            yield source.problem(at, "part_needs_values")
        if part.filled_from and part.filled_from not in known:
            yield source.problem((*at, "filled_from"), unknown("part", part.filled_from, known))
        if part.distance.kind == "ordinal":
            yield from _rank_problems(part.values, source, (*at, "values"))
    for i, step in enumerate(field.distance.path):
        if step not in known:
            yield source.problem((*path, "distance", "path", i), unknown("part", step, known))


def _rank_problems(values: Sequence[Value], source: YamlText, path: YamlPath) -> Iterator[FileProblem]:
    """Values compared by rank need one each, all different."""
    seen: set[int] = set()
    for i, value in enumerate(values):
        if value.rank is None:
            yield source.problem((*path, i), "needs_rank")
        elif value.rank in seen:
            yield source.problem((*path, i, "rank"), "rank_taken", rank=value.rank)
        else:
            seen.add(value.rank)
