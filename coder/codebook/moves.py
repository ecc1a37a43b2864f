"""What became of the names of the revision before: the part `recode` of a codebook, and what must fit in it.

Each mapping in it goes from an old name to the new one; what it does not mention keeps its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import Field as Key

from coder.codebook.declared_ids import HasId, unknown
from coder.codebook.label import Id, Model
from coder.codebook.yaml_text import Complaint, YamlPath, YamlText

if TYPE_CHECKING:
    from coder.codebook.schema import Codebook, EventType, Field, Part

Several: TypeAlias = Annotated[tuple[Id, ...], Key(min_length=2)]
Target: TypeAlias = Id | Several
"""A new name, or several of which a coder has to choose one."""

ONE_TO_ONE = ("fields", "span_kinds")
NAMED = (*ONE_TO_ONE, "event_types", "actors", "places", "weapons", "actor_classes")


class Recode(Model):
    """How codings made with the revision `from` come over to this one.

    values: by field, under its new name; `field.part` for the values of a part.
    """

    since: Annotated[str, Key(pattern=r"^\d+\.\d+\.\d+$")] = Key(alias="from")
    fields: dict[str, Id] = Key(default_factory=dict)
    span_kinds: dict[str, Id] = Key(default_factory=dict)
    event_types: dict[str, Target] = Key(default_factory=dict)
    values: dict[str, dict[str, Target]] = Key(default_factory=dict)
    actors: dict[str, Target] = Key(default_factory=dict)
    places: dict[str, Target] = Key(default_factory=dict)
    weapons: dict[str, Target] = Key(default_factory=dict)
    actor_classes: dict[str, Target] = Key(default_factory=dict)

    def names(self, section: str) -> Mapping[str, Target]:
        """One of the mappings that hold for the whole codebook, by its name in `NAMED`."""
        found: Mapping[str, Target] = getattr(self, section)
        return found


NOTHING_MOVED = Recode.model_validate({"from": "0.0.0"})


def moves(old: Codebook, new: Codebook) -> Recode:
    """What the new revision says about the old one's names; nothing, if it speaks of another revision."""
    return new.recode if new.recode is not None and new.recode.since == old.version else NOTHING_MOVED


def ids_of(codebook: Codebook, section: str) -> list[str]:
    """The names that a codebook has of one sort, a key of `NAMED`."""
    lexicon = codebook.lexicon
    found: dict[str, Sequence[HasId]] = {
        "fields": (*codebook.article_fields, *codebook.event_fields),
        "span_kinds": codebook.span_kinds,
        "event_types": tuple(_types(codebook.event_types)),
        "actors": lexicon.actors,
        "places": lexicon.places,
        "weapons": lexicon.weapons,
        "actor_classes": codebook.actor_classes,
    }
    return [item.id for item in found[section]]


def _types(nodes: Sequence[EventType]) -> Iterator[EventType]:
    for node in nodes:
        yield node
        yield from _types(node.children)


def targets(target: Target) -> tuple[str, ...]:
    """The new names, one or several."""
    return (target,) if isinstance(target, str) else target


def field_of(codebook: Codebook, name: str) -> Field | None:
    """The article or event field of that id."""
    fields = (*codebook.article_fields, *codebook.event_fields)
    return next((field for field in fields if field.id == name), None)


def new_name_complaints(codebook: Codebook, source: YamlText) -> Iterator[Complaint]:
    """New names in `recode` that this codebook does not have."""
    recode = codebook.recode
    if recode is None:
        return
    for section in NAMED:
        known = ids_of(codebook, section)
        for old, target in recode.names(section).items():
            yield from _unknown_targets(source, ("recode", section, old), target, known)
    for name, renamed in recode.values.items():
        path: YamlPath = ("recode", "values", name)
        lists = _value_lists(codebook)
        if name not in lists:
            yield source.complain(path, unknown("field with values", name, lists), at_key=True)
            continue
        for old, target in renamed.items():
            yield from _unknown_targets(source, (*path, old), target, lists[name])


def old_name_complaints(old: Codebook, new: Codebook, source: YamlText) -> Iterator[Complaint]:
    """Old names in `recode` that the old revision does not have, and fields that cannot come over so."""
    recode = moves(old, new)
    for section in NAMED:
        known = ids_of(old, section)
        for name in recode.names(section):
            if name not in known:
                what = unknown(f"name in {old.ref}", name, known)
                yield source.complain(("recode", section, name), what, at_key=True)
    back = {target: name for name, target in recode.fields.items()}
    lists = _value_lists(old)
    for name, renamed in recode.values.items():
        field, dot, part = name.partition(".")
        known = lists.get(back.get(field, field) + dot + part, [])
        for value in renamed:
            if value not in known:
                what = unknown(f"value in {old.ref}", value, known)
                yield source.complain(("recode", "values", name, value), what, at_key=True)
    yield from _clashing_fields(old, new, source)


def _clashing_fields(old: Codebook, new: Codebook, source: YamlText) -> Iterator[Complaint]:
    recode = moves(old, new)
    taken = {name: name for name in ids_of(old, "fields") if name not in recode.fields}
    at_article = [{field.id for field in book.article_fields} for book in (old, new)]
    for name, target in recode.fields.items():
        path = ("recode", "fields", name)
        if target in taken:
            yield source.complain(path, f"{taken[target]} and {name} cannot both become {target}")
        elif (name in at_article[0]) is not (target in at_article[1]):
            yield source.complain(path, "a field of the article and one of events cannot become each other")
        taken[target] = name


def _unknown_targets(
    source: YamlText, path: YamlPath, target: Target, known: list[str]
) -> Iterator[Complaint]:
    for i, name in enumerate(targets(target)):
        if name not in known:
            at = path if isinstance(target, str) else (*path, i)
            yield source.complain(at, unknown("name", name, known))


def _value_lists(codebook: Codebook) -> dict[str, list[str]]:
    """Field, or field.part → the values it lists itself."""
    found: dict[str, list[str]] = {}
    for field in (*codebook.article_fields, *codebook.event_fields):
        asked: list[tuple[str, Field | Part]] = [(field.id, field)]
        asked += [(f"{field.id}.{part.id}", part) for part in codebook.parts_of(field)]
        found |= {name: [v.id for v in each.values] for name, each in asked if each.values}
    return found
