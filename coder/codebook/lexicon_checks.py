"""What a lexicon must meet beyond its shape: ids once, parents and classes that exist, no circles."""

from __future__ import annotations

from collections.abc import Iterator

from coder.codebook.lexicon_schema import Lexicon
from coder.codebook.nearest import unknown
from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import FileProblem, YamlText

LISTS_WITH_IDS = ("actors", "places", "weapons", "anchor_events")


def lexicon_problems(lexicon: Lexicon, source: YamlText, codebook: Codebook) -> Iterator[FileProblem]:
    """Everything in a lexicon of the right shape that does not fit together or with its codebook."""
    for name in LISTS_WITH_IDS:
        yield from source.repeats([((name, i), item_id) for i, item_id in enumerate(source.ids(name))])
    yield from _actors(lexicon, source, [c.id for c in codebook.actor_classes])
    for path, place in source.placed("places", lexicon.places):
        if codebook.place_kinds and place.kind not in codebook.place_kinds:
            yield source.problem((*path, "kind"), unknown("place_kind", place.kind, codebook.place_kinds))
    used = [node.triggers for node in codebook.leaf_types()]  # none if they had problems
    for name in lexicon.triggers:
        if used and name not in used:
            yield source.problem(("triggers", name), unknown("event_type_list", name, used), at_key=True)
    yield from _values(lexicon, source, codebook)


def _actors(lexicon: Lexicon, source: YamlText, classes: list[str]) -> Iterator[FileProblem]:
    """Parents and classes that are not there, and actors that are their own parent through others."""
    known = source.ids("actors")
    in_circle: set[str] = set()
    for path, actor in source.placed("actors", lexicon.actors):
        if actor.parent and actor.parent not in known:
            yield source.problem((*path, "parent"), unknown("actor", actor.parent, known))
        if classes and actor.actor_class not in classes:
            yield source.problem((*path, "class"), unknown("actor_class", actor.actor_class, classes))
        way = [actor.id]
        while (above := lexicon.actor(way[-1])) and above.parent and above.parent not in way:
            way.append(above.parent)
        if above and above.parent == actor.id and not in_circle & set(way):
            in_circle |= set(way)
            yield source.problem((*path, "parent"), "parents_in_circle", way=" → ".join([*way, actor.id]))


def _values(lexicon: Lexicon, source: YamlText, codebook: Codebook) -> Iterator[FileProblem]:
    """Words for fields and values that the codebook does not have."""
    fields = {field.id: [value.id for value in field.values] for field in codebook.event_fields}
    for part, named in (("values", lexicon.values), ("counts", lexicon.counts)):
        for name in named:
            if fields and name not in fields:
                yield source.problem((part, name), unknown("event_field", name, fields), at_key=True)
    for name, listed in lexicon.values.items():
        for value in listed:
            if name in fields and value not in fields[name]:
                what = unknown("value", value, fields[name])
                yield source.problem(("values", name, value), what, at_key=True)
