"""The sorts of people and bodies by which the rules reason, and the classes that a
codebook has for them.

Sorts are the program's own: they are keys of its word lists. The packs say which class
of actor is which sort (`sorts`). A class without a sort stands for itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from coder.codebook.pack_files import shipped_packs
from coder.codebook.pack_schema import merge_packs
from coder.codebook.schema import Codebook
from coder.model import Json


def with_sorts(codebook: Codebook) -> Codebook:
    """Return a codebook whose lexicon gives each actor a sort instead of a class."""
    sorts = codebook.derived(sorts_of_classes)
    actors = tuple(
        replace(actor, actor_class=sorts.get(actor.actor_class, actor.actor_class))
        for actor in codebook.lexicon.actors
    )
    return replace(codebook, lexicon=replace(codebook.lexicon, actors=actors))


def in_sorts(value: Json, codebook: Codebook) -> Json:
    """Return a value in which names have sorts for classes."""
    return _renamed(value, codebook.derived(sorts_of_classes))


def in_classes(value: Json, codebook: Codebook) -> Json:
    """Return a value in which names have the codebook's classes for sorts."""
    return _renamed(value, codebook.derived(classes_of_sorts))


def classes_of_sorts(codebook: Codebook) -> Mapping[str, str]:
    """Return each sort that a class of the codebook is → the class."""
    pack = merge_packs(codebook.packs or shipped_packs().values())
    known = {each.id for each in codebook.actor_classes}
    return {
        sort: name
        for listed in pack.sorts
        for sort, name in listed.items()
        if name in known
    }


def sorts_of_classes(codebook: Codebook) -> Mapping[str, str]:
    """Return each class of the codebook that has a sort → the sort."""
    classes = codebook.derived(classes_of_sorts)
    return {name: sort for sort, name in classes.items()}


def _renamed(value: Json, names: Mapping[str, str]) -> Json:
    if isinstance(value, list):
        return [_renamed(item, names) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {part: _renamed(item, names) for part, item in value.items()}
    name = value.get("class")
    if isinstance(name, str) and name in names:
        changed["class"] = names[name]
    return changed
