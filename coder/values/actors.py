"""Actors and sources as typed and shown: names from the lexicon, and names it does not know.

Our own marks: `name [class]` for an actor that the lexicon does not know, and `who: kind` for a source.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from coder.codebook.schema import Codebook, Part
from coder.codebook.search import best, search_key
from coder.errors import CoderError
from coder.model import Json
from coder.values.named import ending, joined, label_of, the_one, values_of


def parse_actor(typed: str, codebook: Codebook) -> Json:
    """An actor's id, or `{"name", "class"}` for one typed as `name [class]`."""
    name, bracket, kind = typed.rstrip("] ").rpartition("[")
    if bracket and typed.rstrip().endswith("]"):
        return {"name": name.strip(), "class": _class_of(kind, codebook)}
    found = best(codebook.lexicon.search_actors(typed, None), typed)
    actor = the_one(found, typed, "values.several_actors")
    if actor is None:
        classes = joined(c.label for c in codebook.actor_classes[:3])
        raise CoderError("values.no_actor", typed=typed, classes=classes)
    return actor.id


def show_actor(value: Json, codebook: Codebook, lang: str) -> str:
    """An actor's name; one that the lexicon does not know with its class in square brackets."""
    if isinstance(value, Mapping):
        kinds = {c.id: c.label.of(lang) for c in codebook.actor_classes}
        return f"{value.get('name', '')} [{kinds.get(str(value.get('class')), value.get('class'))}]"
    actor = codebook.lexicon.actor(str(value))
    return actor.name.of(lang) if actor else str(value)


def _class_of(typed: str, codebook: Codebook) -> str:
    wanted = search_key(typed)
    for kind in codebook.actor_classes:
        if wanted in map(search_key, (kind.id, kind.label.ar, kind.label.en)):
            return kind.id
    names = joined(kind.label for kind in codebook.actor_classes)
    raise CoderError("values.no_actor_class", typed=typed, names=names)


# ---------------------------------------------------------------- sources
def parse_source(typed: str, parts: Sequence[Part], codebook: Codebook) -> Json:
    """`who: kind`, or a kind alone where nobody is named."""
    kinds = values_of(parts, "kind")
    who, kind = ending(typed, kinds)
    if kind is None:
        raise CoderError("values.no_source_kind", typed=typed, kinds=joined(k.label for k in kinds))
    return {"who": parse_actor(who, codebook) if who else None, "kind": kind}


def show_source(value: Json, parts: Sequence[Part], codebook: Codebook, lang: str) -> str:
    """`who: kind`, or the kind alone."""
    kind = label_of(values_of(parts, "kind"), value.get("kind"), lang)
    who = value.get("who")
    return kind if who is None else f"{show_actor(who, codebook, lang)}: {kind}"
