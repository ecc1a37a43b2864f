"""Whether `recode` in a codebook speaks of names that the old and the new revision have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coder.codebook.declarations import Target, targets
from coder.codebook.nearest import unknown
from coder.codebook.schema import Codebook, Field, Part
from coder.codebook.search import Identified
from coder.codebook.yaml_text import FileProblem, YamlPath, YamlText


def new_name_problems(codebook: Codebook, source: YamlText) -> Iterator[FileProblem]:
    """New names in `recode` that this codebook does not have."""
    recode = codebook.recode
    if recode is None:
        return
    for section, known in _names(codebook).items():
        for old, target in getattr(recode, section).items():
            yield from _unknown_targets(source, ("recode", section, old), target, known)
    lists = _value_lists(codebook)
    for name, renamed in recode.values.items():
        path: YamlPath = ("recode", "values", name)
        if name not in lists:
            yield source.problem(path, unknown("field_with_values", name, lists), at_key=True)
            continue
        for old, target in renamed.items():
            yield from _unknown_targets(source, (*path, old), target, lists[name])


def old_name_problems(old: Codebook, new: Codebook, source: YamlText) -> Iterator[FileProblem]:
    """Old names in `recode` that the old revision does not have, and fields that cannot come over so."""
    recode = new.recode_from(old)
    for section, known in _names(old).items():
        for name in getattr(recode, section):
            if name not in known:
                what = unknown("name_in", name, known, of=old.ref)
                yield source.problem(("recode", section, name), what, at_key=True)
    back = {target: name for name, target in recode.fields.items()}
    lists = _value_lists(old)
    for name, renamed in recode.values.items():
        field, dot, part = name.partition(".")
        known = lists.get(back.get(field, field) + dot + part, [])
        for value in renamed:
            if value not in known:
                what = unknown("value_in", value, known, of=old.ref)
                yield source.problem(("recode", "values", name, value), what, at_key=True)
    taken = {field.id: field.id for field in old.fields if field.id not in recode.fields}
    at_article = [{field.id for field in book.article_fields} for book in (old, new)]
    for name, target in recode.fields.items():
        path = ("recode", "fields", name)
        if target in taken:
            yield source.problem(path, "both_become", first=taken[target], second=name, target=target)
        elif (name in at_article[0]) is not (target in at_article[1]):
            yield source.problem(path, "other_level")
        taken[target] = name


def _unknown_targets(
    source: YamlText, path: YamlPath, target: Target, known: list[str]
) -> Iterator[FileProblem]:
    for i, name in enumerate(targets("", {"": target})):
        if name not in known:
            yield source.problem(
                path if isinstance(target, str) else (*path, i), unknown("name", name, known)
            )


def _names(codebook: Codebook) -> dict[str, list[str]]:
    """Key of `recode` → the names that it may map."""
    lexicon = codebook.lexicon
    found: dict[str, Sequence[Identified]] = {
        "fields": codebook.fields,
        "span_kinds": codebook.span_kinds,
        "event_types": codebook.every_type(),
        "actors": lexicon.actors,
        "places": lexicon.places,
        "weapons": lexicon.weapons,
        "actor_classes": codebook.actor_classes,
    }
    return {key: [item.id for item in items] for key, items in found.items()}


def _value_lists(codebook: Codebook) -> dict[str, list[str]]:
    """Field, or field.part → the values it lists itself."""
    found: dict[str, list[str]] = {}
    for field in codebook.fields:
        asked: list[tuple[str, Field | Part]] = [(field.id, field)]
        asked += [(f"{field.id}.{part.id}", part) for part in codebook.parts_of(field)]
        found |= {name: [v.id for v in each.values] for name, each in asked if each.values}
    return found
