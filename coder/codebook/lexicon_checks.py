"""What a lexicon must meet beyond its shape: ids once, parents and classes that exist, no circles."""

from __future__ import annotations

from collections.abc import Iterator

from coder.codebook.declared_ids import ids_of, placed, unknown
from coder.codebook.lexicon import Lexicon
from coder.codebook.schema import Codebook
from coder.codebook.yaml_text import Complaint, YamlText

LISTS_WITH_IDS = ("actors", "places", "weapons", "anchor_events")


def lexicon_complaints(lexicon: Lexicon, source: YamlText, codebook: Codebook) -> list[Complaint]:
    """Everything in a lexicon of the right shape that does not fit together or with its codebook."""
    return [
        *_repeated_ids(source),
        *_parents(lexicon, source),
        *_circles(lexicon, source),
        *_classes_and_kinds(lexicon, source, codebook),
        *_triggers(lexicon, source, codebook),
        *_values(lexicon, source, codebook),
    ]


def _repeated_ids(source: YamlText) -> Iterator[Complaint]:
    for name in LISTS_WITH_IDS:
        first: dict[str, int] = {}
        for i, item_id in enumerate(ids_of(source.data.get(name))):
            if item_id and first.setdefault(item_id, i) != i:
                line = source.values[name, first[item_id]][0]
                yield source.complain((name, i, "id"), f"the id “{item_id}” is already taken in line {line}")


def _parents(lexicon: Lexicon, source: YamlText) -> Iterator[Complaint]:
    known = ids_of(source.data.get("actors"))
    for path, actor in placed(source, "actors", lexicon.actors):
        if actor.parent and actor.parent not in known:
            yield source.complain((*path, "parent"), unknown("actor", actor.parent, known))


def _circles(lexicon: Lexicon, source: YamlText) -> Iterator[Complaint]:
    """Actors that are, through their parents, their own parent; each circle once."""
    reported: set[str] = set()
    for path, actor in placed(source, "actors", lexicon.actors):
        way = [actor.id]
        while (above := lexicon.actor(way[-1])) and above.parent and above.parent not in way:
            way.append(above.parent)
        if above and above.parent == actor.id and not reported & set(way):
            reported |= set(way)
            yield source.complain(
                (*path, "parent"), f"parents go round in a circle: {' → '.join([*way, actor.id])}"
            )


def _classes_and_kinds(lexicon: Lexicon, source: YamlText, codebook: Codebook) -> Iterator[Complaint]:
    classes = [c.id for c in codebook.actor_classes]
    for path, actor in placed(source, "actors", lexicon.actors):
        if classes and actor.actor_class not in classes:
            yield source.complain((*path, "class"), unknown("actor class", actor.actor_class, classes))
    for path, place in placed(source, "places", lexicon.places):
        if codebook.place_kinds and place.kind not in codebook.place_kinds:
            yield source.complain((*path, "kind"), unknown("place kind", place.kind, codebook.place_kinds))


def _triggers(lexicon: Lexicon, source: YamlText, codebook: Codebook) -> Iterator[Complaint]:
    """Trigger lists that no event type uses, unless event types were complained about already."""
    used = {node.triggers for node in codebook.leaf_types()}
    for name in lexicon.triggers:
        if used and name not in used:
            yield source.complain(("triggers", name), unknown("event type list", name, used), at_key=True)


def _values(lexicon: Lexicon, source: YamlText, codebook: Codebook) -> Iterator[Complaint]:
    """Words for fields and values that the codebook does not have."""
    fields = {field.id: {value.id for value in field.values} for field in codebook.event_fields}
    for part, named in (("values", lexicon.values), ("counts", lexicon.counts)):
        for name in named:
            if fields and name not in fields:
                yield source.complain((part, name), unknown("event field", name, fields), at_key=True)
    for name, listed in lexicon.values.items():
        for value in listed:
            if name in fields and value not in fields[name]:
                path = ("values", name, value)
                yield source.complain(path, unknown("value", value, fields[name]), at_key=True)
