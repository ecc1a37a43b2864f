"""Checks of a codebook and its lexicon beyond their shape: names, keys, values that fit
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coder.codebook.condition_checks import condition_problems
from coder.codebook.declarations import SpanKind, Target
from coder.codebook.lexicon_schema import Actor, Lexicon, Trigger
from coder.codebook.schema import (
    COMMAND_LETTERS,
    FIT_DISTANCES,
    FIT_PART_DISTANCES,
    Codebook,
    Field,
    Part,
    Value,
)
from coder.codebook.shipped import packs
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText, placed_ids
from coder.messages.catalogue import Message
from coder.model import POLICIES

LISTS_WITH_IDS = (
    ("sources",),
    ("blanks",),
    ("article_fields", "event_fields"),
    ("span_boundaries",),
    ("span_kinds",),
    ("actor_classes",),
    ("rules",),
    ("adjudication_reasons",),
)
"""The lists whose items have ids of their own; those of fields are together."""
NEEDED_PARTS: Mapping[str, Mapping[str, str | None]] = {
    "date": {"start": "date", "end": "date", "precision": "enum", "basis": "enum"},
    "place": {"as_written": "text", "place_id": "place"},
    "int_range": {"min": None, "max": None, "approx": None},
    "actor": {"who": "actor", "kind": "enum"},
    "record_reference": {"record": "text", "relation": "enum"},
}
"""The parts that the program itself reads and writes, with their required types (None:
any).
"""
NEEDED_VALUES = {("date", "precision"): "day", ("date", "basis"): "absolute"}
"""The values of parts that the program needs for the simplest answer."""
RESERVED = ("article", "link")  # prefixes of names in rules
PUBLISHED = "pub_date"
UNNAMED = "unknown"  # the class of an actor with a free name
WORDS = "arabic_words_lexicon.yaml"
"""The lexicon with the words for reading dates and counts; shipped with the program."""
PROBLEMS_WITHOUT: Mapping[str, Sequence[str]] = {
    "article_fields": ("noun_article_field",),
    "event_types": ("noun_event_type",),
    "event_fields": ("noun_event_field", "untyped_part", "no_links"),
    "int_range_parts": ("needs_range_parts", "has_no_parts"),
    "lexicon": ("noun_trigger_list", "no_weapons"),
}
"""The problems reported wherever a missing section is needed."""


def codebook_problems(
    codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool = True
) -> list[FileProblem]:
    """Everything that does not fit together in a codebook of the right shape.

    The codebook may lack parts of the file that have problems already; names are
    therefore looked up in the file. The same holds for its lexicon, if it is not whole.
    A missing section is reported once.
    """
    problems = [*_every_problem(codebook, source, lexicon_is_whole=lexicon_is_whole)]
    for section, keys in PROBLEMS_WITHOUT.items():
        words = [f"codebook.{key}" for key in keys]
        needing = [p for p in problems if _noun_or_key(p.what) in words]
        if section not in source.data and len(needing) > 1:
            problems = [p for p in problems if p not in needing]
            what = Message(
                "codebook.missing_section",
                name=section,
                n=len(needing),
                line=needing[0].line,
            )
            problems.append(source.problem((), what))
    return problems


def _noun_or_key(what: Message) -> str:
    noun = what.values.get("what")
    return noun.key if isinstance(noun, Message) else what.key


def _every_problem(
    codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool
) -> Iterator[FileProblem]:
    for names in LISTS_WITH_IDS:
        ids: list[tuple[YamlPath, str]] = []
        for name in names:
            ids += placed_ids(source.data.get(name), (name,))
        yield from source.repeats(ids)
    yield from source.repeats(source.event_types())
    yield from _clashing_keys(codebook, source)
    for path, kind in source.placed("span_kinds", codebook.span_kinds):
        for i, name in enumerate(kind.fields):
            yield from source.unknown(
                (*path, "fields", i), "event_field", name, source.ids("event_fields")
            )
    yield from _event_types(codebook, source, lexicon_is_whole=lexicon_is_whole)
    for name in ("article_fields", "event_fields"):
        for i, written in enumerate(source.data.get(name) or ()):
            yield from _repeats_in_field(source, (name, i), written)
        for path, field in source.placed(name, getattr(codebook, name)):
            yield from _field_problems(field, codebook, source, path)
            yield from _part_problems(field, codebook, source, path)
    for path, part in source.placed("int_range_parts", codebook.int_range_parts):
        if part.type is not None:
            fit = FIT_PART_DISTANCES[part.type]
            yield from _distance_problems(part, fit, source, path)
    reasons = codebook.adjudication_reasons
    for path, reason in source.placed("adjudication_reasons", reasons):
        if reason.id in POLICIES:
            policies = ", ".join(POLICIES)
            yield source.problem(
                (*path, "id"), "reason_of_policy", id=reason.id, ids=policies
            )
    classes = source.ids("actor_classes")
    asks_for_actors = any(field.type == "actor" for field in codebook.fields)
    if classes and UNNAMED not in classes and asks_for_actors:
        yield source.problem(("actor_classes",), "no_free_class", id=UNNAMED)
    yield from condition_problems(codebook, source)
    yield from _new_name_problems(codebook, source)


# ---------------------------------------------------------------- ids and keys
def _repeats_in_field(
    source: YamlText, path: YamlPath, field: Any
) -> Iterator[FileProblem]:
    for part in ("values", "parts"):
        items = field.get(part) if isinstance(field, dict) else None
        yield from source.repeats(placed_ids(items, (*path, part)))
        for i, item in enumerate(items if isinstance(items, list) else ()):
            yield from _repeats_in_field(source, (*path, part, i), item)


def _clashing_keys(codebook: Codebook, source: YamlText) -> Iterator[FileProblem]:
    """Report letters used twice: among event fields, and among span kinds per keyboard
    layout.
    """
    letters = " ".join(sorted(COMMAND_LETTERS))
    for path, field in source.placed("event_fields", codebook.event_fields):
        if field.key in COMMAND_LETTERS:
            yield source.problem(
                (*path, "key"), "key_of_command", letter=field.key, letters=letters
            )
    for path, field in source.placed("article_fields", codebook.article_fields):
        if field.key is not None:
            yield source.problem((*path, "key"), "key_of_article_field")
    lists = (
        ("event_fields", "key"),
        ("span_kinds", "key"),
        ("span_kinds", "key_ar"),
        ("span_kinds", "mark"),
    )
    for list_name, name in lists:
        items: Sequence[Field | SpanKind] = getattr(codebook, list_name)
        owner: dict[str, str] = {}
        for path, item in source.placed(list_name, items):
            key = getattr(item, name)
            if key is not None and owner.setdefault(key, item.id) != item.id:
                yield source.problem(
                    (*path, name), "key_taken", name=name, letter=key, owner=owner[key]
                )


# ---------------------------------------------------------------- types and fields
def _event_types(
    codebook: Codebook, source: YamlText, *, lexicon_is_whole: bool
) -> Iterator[FileProblem]:
    paths = {item_id: path for path, item_id in source.event_types()}
    triggers = codebook.lexicon.triggers
    schemes = source.ids("sources")
    for node in codebook.every_type():
        path = paths[node.id]
        if node.triggers and (triggers or lexicon_is_whole):
            yield from source.unknown(
                (*path, "triggers"), "trigger_list", node.triggers, triggers
            )
        for name in node.map if schemes else ():
            scheme = name.removesuffix("_mode").removesuffix("_hint")
            if name != "note" and scheme not in schemes:
                yield from source.unknown(
                    (*path, "map", name), "scheme", name, schemes, at_key=True
                )
        if not node.selectable and not node.children:
            yield source.problem(path, "group_without_children")


def _field_problems(
    field: Field, codebook: Codebook, source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    values = [value.id for value in codebook.values_of(field)]
    drawn = field.values_from
    is_listed = field.type in ("enum", "multi", "hierarchy")
    is_article_field = field in codebook.article_fields
    is_link = field.value_is == "record_reference"
    is_list_of_texts = field.type == "text" and bool(field.many)
    of_weapons = drawn == "lexicon.weapons"
    has_weapons = bool(codebook.lexicon.weapons)
    checks: tuple[tuple[bool, YamlPath, str], ...] = (
        ("." in field.id or field.id in RESERVED, ("id",), "reserved_name"),
        (
            field.id == PUBLISHED and field.type != "date" and is_article_field,
            ("type",),
            "published_no_date",
        ),
        (is_link and not is_list_of_texts, ("value_is",), "links_no_list"),
        (is_listed and not field.values and drawn is None, (), "needs_values"),
        (drawn is not None and not is_listed, ("values_from",), "takes_no_values"),
        (
            of_weapons and field.type == "hierarchy",
            ("values_from",),
            "weapons_no_hierarchy",
        ),
        (of_weapons and not has_weapons, ("values_from",), "no_weapons"),
    )
    for is_wrong, key, why in checks:
        if is_wrong:
            yield source.problem((*path, *key), why, name=field.id, type=field.type)
    if field.default is not None and values:
        yield from source.unknown((*path, "default"), "value", field.default, values)
    if field.auto is not None and values:
        yield from source.unknown(
            (*path, "auto", "set"), "value", field.auto.value, values
        )
    fit = FIT_DISTANCES[field.type]
    yield from _distance_problems(field, fit, source, path)


def _distance_problems(
    question: Field | Part, fit: Sequence[str], source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    """Yield what is wrong with the distance of a field or part; fit: those that its
    type allows.
    """
    distance = question.distance.kind
    if distance not in fit:
        what = Message(
            "codebook.unfit_distance",
            distance=distance,
            type=question.type,
            fit=", ".join(fit),
        )
        yield source.problem((*path, "distance"), what)
    is_place_tree = distance == "hierarchy" and question.type == "place"
    if is_place_tree and not question.distance.path:
        yield source.problem((*path, "distance"), "needs_path")
    if distance == "ordinal":
        yield from _rank_problems(question.values, source, (*path, "values"))


def _part_problems(
    field: Field, codebook: Codebook, source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    parts = codebook.parts_of(field)
    known = [part.id for part in parts]
    needed = NEEDED_PARTS.get(field.value_is or field.type, {})
    if field.type == "actor" and not parts:
        needed = {}
    lacking = ", ".join(part_id for part_id in needed if part_id not in known)
    if lacking:
        key = "needs_range_parts" if field.type == "int_range" else "needs_parts"
        yield source.problem(path, key, type=field.type, parts=lacking)
    for i, part in enumerate(field.parts):
        at = (*path, "parts", i)
        # The parts of counts have their types from `int_range_parts`.
        type_ = part.type if field.type == "int_range" else parts[i].type
        if type_ is None:
            yield source.problem(at, "untyped_part", type=field.type, part=part.id)
        if part.type == "enum" and not part.values:
            yield source.problem(at, "part_needs_values")
        fit = needed.get(part.id)
        if fit and type_ is not None and type_ != fit:
            yield source.problem(
                (*at, "type"), "part_of_type", type=field.type, part=part.id, fit=fit
            )
        value = NEEDED_VALUES.get((field.type, part.id))
        if value and part.values and value not in [each.id for each in part.values]:
            yield source.problem(
                (*at, "values"),
                "part_needs_value",
                type=field.type,
                part=part.id,
                id=value,
            )
        if part.filled_from:
            yield from source.unknown(
                (*at, "filled_from"), "part", part.filled_from, known
            )
        if type_ is not None:
            distances = FIT_PART_DISTANCES[type_]
            yield from _distance_problems(part, distances, source, at)
        for j, step in enumerate(part.distance.path):
            where = (*at, "distance", "path", j)
            yield from source.unknown(where, "part", step, known)
    for i, step in enumerate(field.distance.path):
        yield from source.unknown((*path, "distance", "path", i), "part", step, known)


def _rank_problems(
    values: Sequence[Value], source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    ranks = set[int]()
    for i, value in enumerate(values):
        if value.rank is None:
            yield source.problem((*path, i), "needs_rank")
        elif value.rank in ranks:
            yield source.problem((*path, i, "rank"), "rank_taken", rank=value.rank)
        else:
            ranks.add(value.rank)


# ---------------------------------------------------------------- renamings
def _new_name_problems(codebook: Codebook, source: YamlText) -> Iterator[FileProblem]:
    recode = codebook.recode
    if recode is None:
        return
    for section, known in _names(codebook).items():
        for old, target in getattr(recode, section).items():
            yield from _find_unknown_targets(
                source, ("recode", section, old), target, known
            )
    lists = _value_lists(codebook)
    for name, renamed in recode.values.items():
        path: YamlPath = ("recode", "values", name)
        if name not in lists:
            yield from source.unknown(
                path, "field_with_values", name, lists, at_key=True
            )
            continue
        for old, target in renamed.items():
            yield from _find_unknown_targets(source, (*path, old), target, lists[name])


def old_name_problems(
    old: Codebook, new: Codebook, source: YamlText
) -> Iterator[FileProblem]:
    """Old names in `recode` that the old revision lacks, and fields that cannot be
    converted.
    """
    recode = new.recode_from(old)
    for section, known in _names(old).items():
        for name in getattr(recode, section):
            at: YamlPath = ("recode", section, name)
            yield from source.unknown(
                at, "name_in", name, known, at_key=True, of=old.ref
            )
    old_name_of = {target: name for name, target in recode.fields.items()}
    lists = _value_lists(old)
    for name, renamed in recode.values.items():
        field_id, dot, part = name.partition(".")
        known = lists.get(old_name_of.get(field_id, field_id) + dot + part, [])
        for value in renamed:
            at = ("recode", "values", name, value)
            yield from source.unknown(
                at, "value_in", value, known, at_key=True, of=old.ref
            )
    taken = {}  # new name → the field that gets it
    for field in old.fields:
        if field.id not in recode.fields:
            taken[field.id] = field.id
    old_article_fields = {field.id for field in old.article_fields}
    new_article_fields = {field.id for field in new.article_fields}
    for name, target in recode.fields.items():
        path = ("recode", "fields", name)
        was_of_article = name in old_article_fields
        is_of_article = target in new_article_fields
        if target in taken:
            yield source.problem(
                path, "both_become", first=taken[target], second=name, target=target
            )
        elif was_of_article != is_of_article:
            yield source.problem(path, "other_level")
        taken[target] = name


def _find_unknown_targets(
    source: YamlText, path: YamlPath, target: Target, known: list[str]
) -> Iterator[FileProblem]:
    if isinstance(target, str):
        yield from source.unknown(path, "name", target, known)
        return
    for i, name in enumerate(target):
        yield from source.unknown((*path, i), "name", name, known)


def _names(codebook: Codebook) -> dict[str, list[str]]:
    names = {"event_types": [node.id for node in codebook.every_type()]}
    for key in ("fields", "span_kinds", "actor_classes"):
        names[key] = [item.id for item in getattr(codebook, key)]
    for key in ("actors", "places", "weapons"):
        names[key] = [item.id for item in getattr(codebook.lexicon, key)]
    return names


def _value_lists(codebook: Codebook) -> dict[str, list[str]]:
    """Return the ids of values of each field or part (`field.part`) that lists some."""
    lists: dict[str, list[str]] = {}
    for field in codebook.fields:
        if field.values:
            lists[field.id] = [value.id for value in field.values]
        for part in codebook.parts_of(field):
            if part.values:
                name = f"{field.id}.{part.id}"
                lists[name] = [value.id for value in part.values]
    return lists


# ---------------------------------------------------------------- the lexicon
def lexicon_problems(
    lexicon: Lexicon,
    source: YamlText,
    codebook: Codebook,
    *,
    codebook_is_whole: bool = True,
) -> Iterator[FileProblem]:
    """Everything that does not fit together in a lexicon of the right shape, or with
    its codebook.

    Names unknown to a codebook that is not whole are not reported, as its broken parts
    may declare them.
    """
    for name in ("actors", "places", "weapons", "anchor_events"):
        yield from source.repeats(placed_ids(source.data.get(name), (name,)))
    kinds = codebook.place_kinds
    if kinds:
        for path, place in source.placed("places", lexicon.places):
            yield from source.unknown((*path, "kind"), "place_kind", place.kind, kinds)
    if codebook_is_whole:
        yield from _find_unused_parts(lexicon, source, codebook)
    known = source.ids("actors")
    classes = [each.id for each in codebook.actor_classes]
    reported = set[str]()
    for path, actor in source.placed("actors", lexicon.actors):
        if actor.parent:
            yield from source.unknown((*path, "parent"), "actor", actor.parent, known)
        if classes:
            yield from source.unknown(
                (*path, "class"), "actor_class", actor.actor_class, classes
            )
        way = _way_back_to(actor, lexicon)
        if way and reported.isdisjoint(way):
            reported.update(way)
            circle = " → ".join([*way, actor.id])
            yield source.problem((*path, "parent"), "parents_in_circle", way=circle)


def _find_unused_parts(
    lexicon: Lexicon, source: YamlText, codebook: Codebook
) -> Iterator[FileProblem]:
    """Yield the names in a lexicon that its codebook does not have."""
    used = [node.triggers for node in codebook.leaf_types()]
    if used:
        for name in lexicon.triggers:
            yield from source.unknown(
                ("triggers", name), "event_type_list", name, used, at_key=True
            )
    values_of = {}
    for field in codebook.event_fields:
        values_of[field.id] = [value.id for value in field.values]
    if not values_of:
        return
    for part, names in (("values", lexicon.values), ("counts", lexicon.counts)):
        for name in names:
            yield from source.unknown(
                (part, name), "event_field", name, values_of, at_key=True
            )
    for name, listed in lexicon.values.items():
        if name not in values_of:
            continue
        for value in listed:
            yield from source.unknown(
                ("values", name, value), "value", value, values_of[name], at_key=True
            )


def _way_back_to(actor: Actor, lexicon: Lexicon) -> list[str]:
    """Return the ids from an actor to the one whose parent it is itself, none if its
    ancestors form no circle with it.
    """
    way = [actor.id]
    while True:
        ancestor = lexicon.actor(way[-1])
        if ancestor is None or not ancestor.parent:
            return []
        if ancestor.parent == actor.id:
            return way
        if ancestor.parent in way:  # a circle without the actor
            return []
        way.append(ancestor.parent)


# ---------------------------------------------------------------- advice on valid codebooks
def advice(codebook: Codebook) -> Iterator[tuple[Message, Message]]:
    """Return what a valid codebook lacks for the program to make suggestions, each with
    a hint how to add it.
    """

    def lack(key: str, **values: object) -> tuple[Message, Message]:
        what = Message(f"codebook.{key}", **values)
        return what, Message(f"codebook.{key}.hint", **values)

    lexicon = codebook.lexicon
    names = dict.fromkeys(node.triggers for node in codebook.leaf_types())
    empty = []
    for name in names:
        words = lexicon.triggers.get(name, Trigger())
        if not (words.verbs or words.nouns or words.ambiguous or words.seen):
            empty.append(name)
    if names and len(empty) == len(names):
        yield lack("no_triggers")
    else:
        for name in empty:
            if name:
                yield lack("empty_triggers", name=name)
    known = {node.triggers or node.id for node in codebook.leaf_types()}
    for pack in codebook.packs:
        acts = [act for frame in pack.frames for act in frame.acts if act not in known]
        if acts and pack.id not in packs():
            yield lack("unused_acts", pack=pack.id, acts=", ".join(acts))
    kinds = codebook.kinds_for
    needs_words = kinds["date"] or kinds["number"]
    has_words = lexicon.months.gregorian or lexicon.numbers.units
    if needs_words and not has_words:
        yield lack("no_number_words", file=WORDS)
