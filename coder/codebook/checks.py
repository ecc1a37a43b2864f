"""Checks of a codebook and its lexicon beyond their shape: names, keys, values that fit
together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from coder.codebook.condition_checks import condition_problems
from coder.codebook.declarations import SpanKind, Target
from coder.codebook.lexicon_schema import Lexicon, Trigger
from coder.codebook.schema import (
    COMMAND_LETTERS,
    FIT_DISTANCES,
    FIT_PART_DISTANCES,
    Codebook,
    Field,
    Part,
    Value,
)
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
        ids = (placed_ids(source.data.get(name), (name,)) for name in names)
        yield from source.repeats(chain.from_iterable(ids))
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
    for path, reason in source.placed(
        "adjudication_reasons", codebook.adjudication_reasons
    ):
        if reason.id in POLICIES:
            yield source.problem(
                (*path, "id"), "reason_of_policy", id=reason.id, ids=", ".join(POLICIES)
            )
    classes = source.ids("actor_classes")
    if (
        classes
        and UNNAMED not in classes
        and any(f.type == "actor" for f in codebook.fields)
    ):
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
        for scheme in node.map if schemes else ():
            if (
                scheme != "note"
                and scheme.removesuffix("_mode").removesuffix("_hint") not in schemes
            ):
                yield from source.unknown(
                    (*path, "map", scheme), "scheme", scheme, schemes, at_key=True
                )
        if not node.selectable and not node.children:
            yield source.problem(path, "group_without_children")


def _field_problems(
    field: Field, codebook: Codebook, source: YamlText, path: YamlPath
) -> Iterator[FileProblem]:
    values = [v.id for v in codebook.values_of(field)]
    drawn = field.values_from
    is_listed = field.type in ("enum", "multi", "hierarchy")
    of_weapons = drawn == "lexicon.weapons"
    no_date = (
        field.id == PUBLISHED
        and field.type != "date"
        and field in codebook.article_fields
    )
    no_list = field.value_is == "record_reference" and (
        field.type != "text" or not field.many
    )
    checks: tuple[tuple[bool, YamlPath, str], ...] = (
        ("." in field.id or field.id in RESERVED, ("id",), "reserved_name"),
        (no_date, ("type",), "published_no_date"),
        (no_list, ("value_is",), "links_no_list"),
        (is_listed and not field.values and drawn is None, (), "needs_values"),
        (drawn is not None and not is_listed, ("values_from",), "takes_no_values"),
        (
            of_weapons and field.type == "hierarchy",
            ("values_from",),
            "weapons_no_hierarchy",
        ),
        (of_weapons and not codebook.lexicon.weapons, ("values_from",), "no_weapons"),
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
    known = [p.id for p in parts]
    needed = (
        {}
        if field.type == "actor" and not known
        else NEEDED_PARTS.get(field.value_is or field.type, {})
    )
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
        if (fit := needed.get(part.id)) and spelt.type not in (None, fit):
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
        if spelt.type is not None:
            fit_distances = FIT_PART_DISTANCES[spelt.type]
            yield from _distance_problems(part, fit_distances, source, at)
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
    if (recode := codebook.recode) is None:
        return
    for section, known in _names(codebook).items():
        for old, target in getattr(recode, section).items():
            yield from _unknown_targets(source, ("recode", section, old), target, known)
    lists = _value_lists(codebook)
    for name, renamed in recode.values.items():
        yield from source.unknown(
            ("recode", "values", name), "field_with_values", name, lists, at_key=True
        )
        for old, target in renamed.items() if name in lists else ():
            yield from _unknown_targets(
                source, ("recode", "values", name, old), target, lists[name]
            )


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
        field, dot, part = name.partition(".")
        known = lists.get(old_name_of.get(field, field) + dot + part, [])
        for value in renamed:
            at = ("recode", "values", name, value)
            yield from source.unknown(
                at, "value_in", value, known, at_key=True, of=old.ref
            )
    taken = {
        field.id: field.id for field in old.fields if field.id not in recode.fields
    }
    article_fields = [
        {field.id for field in book.article_fields} for book in (old, new)
    ]
    for name, target in recode.fields.items():
        path = ("recode", "fields", name)
        if target in taken:
            yield source.problem(
                path, "both_become", first=taken[target], second=name, target=target
            )
        elif (name in article_fields[0]) is not (target in article_fields[1]):
            yield source.problem(path, "other_level")
        taken[target] = name


def _unknown_targets(
    source: YamlText, path: YamlPath, target: Target, known: list[str]
) -> Iterator[FileProblem]:
    for i, name in enumerate((target,) if isinstance(target, str) else target):
        yield from source.unknown(
            path if isinstance(target, str) else (*path, i), "name", name, known
        )


def _names(codebook: Codebook) -> dict[str, list[str]]:
    names = {"event_types": [node.id for node in codebook.every_type()]}
    for key in ("fields", "span_kinds", "actor_classes"):
        names[key] = [item.id for item in getattr(codebook, key)]
    for key in ("actors", "places", "weapons"):
        names[key] = [item.id for item in getattr(codebook.lexicon, key)]
    return names


def _value_lists(codebook: Codebook) -> dict[str, list[str]]:
    lists: dict[str, list[str]] = {}
    for field in codebook.fields:
        items: list[tuple[str, Field | Part]] = [(field.id, field)]
        items += [(f"{field.id}.{part.id}", part) for part in codebook.parts_of(field)]
        lists |= {
            name: [v.id for v in item.values] for name, item in items if item.values
        }
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
    for path, place in source.placed(
        "places", lexicon.places if codebook.place_kinds else ()
    ):
        yield from source.unknown(
            (*path, "kind"), "place_kind", place.kind, codebook.place_kinds
        )
    used = (
        [node.triggers for node in codebook.leaf_types()] if codebook_is_whole else []
    )
    for name in lexicon.triggers if used else ():
        yield from source.unknown(
            ("triggers", name), "event_type_list", name, used, at_key=True
        )
    event_fields = codebook.event_fields if codebook_is_whole else ()
    fields = {field.id: [value.id for value in field.values] for field in event_fields}
    for part, named in (("values", lexicon.values), ("counts", lexicon.counts)):
        for name in named if fields else ():
            yield from source.unknown(
                (part, name), "event_field", name, fields, at_key=True
            )
    for name, listed in lexicon.values.items():
        for value in listed if name in fields else ():
            yield from source.unknown(
                ("values", name, value), "value", value, fields[name], at_key=True
            )
    known = source.ids("actors")
    classes = [c.id for c in codebook.actor_classes]
    reported = set[str]()
    for path, actor in source.placed("actors", lexicon.actors):
        if actor.parent:
            yield from source.unknown((*path, "parent"), "actor", actor.parent, known)
        if classes:
            yield from source.unknown(
                (*path, "class"), "actor_class", actor.actor_class, classes
            )
        way = [actor.id]
        while (
            (ancestor := lexicon.actor(way[-1]))
            and ancestor.parent
            and ancestor.parent not in way
        ):
            way.append(ancestor.parent)
        if ancestor and ancestor.parent == actor.id and not reported & set(way):
            reported |= set(way)
            yield source.problem(
                (*path, "parent"), "parents_in_circle", way=" → ".join([*way, actor.id])
            )


# ---------------------------------------------------------------- advice on valid codebooks
def advice(codebook: Codebook) -> Iterator[tuple[Message, Message]]:
    """Return what a valid codebook lacks for the program to make suggestions, each with
    a hint how to add it.
    """

    def lack(key: str, **values: object) -> tuple[Message, Message]:
        return Message(f"codebook.{key}", **values), Message(
            f"codebook.{key}.hint", **values
        )

    lexicon = codebook.lexicon
    lists = {
        node.triggers: lexicon.triggers.get(node.triggers, Trigger())
        for node in codebook.leaf_types()
    }
    empty = [
        name
        for name, t in lists.items()
        if not (t.verbs or t.nouns or t.ambiguous or t.seen)
    ]
    if lists and len(empty) == len(lists):
        yield lack("no_triggers")
    else:
        yield from (lack("empty_triggers", name=name) for name in empty if name)
    kinds = codebook.kinds_for
    if (kinds["date"] or kinds["number"]) and not (
        lexicon.months.gregorian or lexicon.numbers.units
    ):
        yield lack("no_number_words", file=WORDS)
