"""The changes from one revision of a codebook to the next, described in Arabic and
English.

Every named item (a field, a value, an event type, a rule, an actor …) is compared
attribute by attribute;
`recode` in the new revision tells which items were renamed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct

from coder.codebook.declarations import Recode, targets
from coder.codebook.expressions import Expression
from coder.codebook.in_words import condition_in_words
from coder.codebook.label import Label, Model, join_texts
from coder.codebook.schema import Auto, Codebook, Distance, Field, Part
from coder.messages.catalogue import Message, has, say

SORTS = (
    "codebook",
    "article_field",
    "event_field",
    "part",
    "value",
    "event_type",
    "span_kind",
    "rule",
    "boundary",
    "blank",
    "reason",
    "actor_class",
    "actor",
    "place",
    "weapon",
    "trigger",
    "lexicon",
    "pack",
)
"""The sorts of items, in the order in which their changes are listed."""
_CONDITIONS = ("when", "evidence_when", "condition", "require")
_OWN = ("id", "children", "values", "parts", "seen", "version", "recode")
"""Attributes that are not compared: those that hold items, which are compared on their
own, and ids.
"""
_OF_CODEBOOK = (
    "title",
    "description",
    "languages",
    "sources",
    "expressions",
    "int_range_parts",
    "place_kinds",
    "agreement",
)

Key = tuple[str, ...]


class Difference(Struct, frozen=True):
    """One change; id and label are those of the old revision, unless the item is new.

    now: the new id or ids. before, after: the values of an aspect, None if they have no
    short description.
    """

    sign: Literal["added", "removed", "renamed", "split", "changed"]
    sort: str
    id: str
    label: Label | Message
    now: str = ""
    aspect: str = ""
    before: Label | None = None
    after: Label | None = None

    def words(self, lang: str) -> str:
        """Describe the change as a line of text."""
        aspect = Message(f"revisions.aspect_{self.aspect}")
        sort = Message(f"revisions.sort_{self.sort}")
        values = {"label": self.label, "id": self.id, "now": self.now}
        aspect_name = aspect if has(aspect.key) else self.aspect
        line = say(
            lang, f"revisions.{self.sign}", sort=sort, aspect=aspect_name, **values
        )
        if self.before is None or self.after is None:
            return line
        shown = lang
        if self.before.of(lang) == self.after.of(lang):
            # The label changed in the other language only.
            shown = "en" if lang == "ar" else "ar"
        before = self.before.of(shown)
        after = self.after.of(shown)
        return say(lang, "revisions.from_to", line=line, before=before, after=after)


def difference_document(difference: Difference) -> dict[str, Any]:
    """Return a change as JSON."""
    document: dict[str, Any] = {
        "sign": difference.sign,
        "sort": difference.sort,
        "id": difference.id,
        "now": difference.now,
        "aspect": difference.aspect,
    }
    for name in ("label", "before", "after"):
        label = getattr(difference, name)
        document[name] = label and {"ar": label.ar, "en": label.en}
    document["words"] = {lang: difference.words(lang) for lang in ("ar", "en")}
    return document


class _Item(Struct, frozen=True):
    """An item of a codebook; parent: the key of the field that it is a value or part
    of.
    """

    label: Label | Message
    aspects: Mapping[str, Any]
    parent: Key = ()
    of_article: bool = False


def differences(old: Codebook, new: Codebook) -> list[Difference]:
    """Return every change, ordered by sort; values and parts of an added or removed
    field are not listed.
    """
    renamed = new.recode_from(old)
    before = _items(old)
    after = _items(new)
    unmatched = dict(after)
    recoded = set[Key]()
    changes = list[Difference]()
    for key, item in before.items():
        new_keys = _new_keys(key, renamed)
        recoded.update(new_keys)
        found = [target for target in new_keys if target in after]
        if len(found) > 1:
            names = ", ".join(target[-1] for target in found)
            changes.append(Difference("split", key[0], key[-1], item.label, names))
        elif found:
            target = found[0]
            unmatched.pop(target, None)
            if target[-1] != key[-1]:
                changes.append(
                    Difference("renamed", key[0], key[-1], item.label, target[-1])
                )
            changes += _find_changed(key, item, after[target], old, new)
        elif not item.parent or _is_kept(item.parent, renamed, after):
            changes.append(Difference("removed", key[0], key[-1], item.label))
    for key, item in unmatched.items():
        if not item.parent or item.parent in recoded:
            changes.append(Difference("added", key[0], key[-1], item.label))
    return sorted(changes, key=lambda d: SORTS.index(d.sort))


def _is_kept(key: Key, renamed: Recode, after: Mapping[Key, _Item]) -> bool:
    """Return whether an old item exists in the new revision."""
    return any(target in after for target in _new_keys(key, renamed))


def _new_keys(key: Key, renamed: Recode) -> list[Key]:
    """Return the keys that an old item has in the new revision, whether or not they
    exist there; several if it was split.

    key: the kind of item, for parts and values their owner, and the name:
    `("value", "event_type", "protest")`.
    """
    kind = key[0]
    name = key[-1]
    if kind in ("article_field", "event_field"):
        return [(kind, renamed.fields.get(name, name))]
    if kind in ("part", "value"):
        field, dot, part = key[1].partition(".")
        owner = renamed.fields.get(field, field) + dot + part
        names = renamed.values.get(owner, {}) if kind == "value" else {}
        return [(kind, owner, each) for each in targets(name, names)]
    section = "actor_classes" if kind == "actor_class" else f"{kind}s"
    return [(kind, each) for each in targets(name, getattr(renamed, section, {}))]


def _find_changed(
    key: Key, was: _Item, now: _Item, old: Codebook, new: Codebook
) -> Iterator[Difference]:
    """Yield the aspects of an item that changed."""
    for aspect, before in was.aspects.items():
        after = now.aspects.get(aspect)
        if before == after:
            continue
        old_words = _in_words(aspect, before, old, was.of_article)
        new_words = _in_words(aspect, after, new, now.of_article)
        if old_words == new_words and old_words is not None:
            continue  # a condition may differ but read the same
        yield Difference(
            "changed",
            key[0],
            key[-1],
            was.label,
            "",
            aspect,
            old_words,
            new_words,
        )


def _in_words(
    aspect: str, value: Any, codebook: Codebook, of_article: bool
) -> Label | None:
    """Describe the value of an aspect; None if that would be too long for a line."""
    if aspect in _CONDITIONS and value is not None:
        return _condition(value, codebook, of_article)
    match value:
        case Label():
            return value
        case None | () | "":
            return Label.same("—")
        case bool():
            key = "revisions.yes" if value else "revisions.no"
            return Label(ar=say("ar", key), en=say("en", key))
        case str() | int() | float():
            return Label.same(str(value))
        case tuple() if all(isinstance(item, str | Label) for item in value):
            return join_texts(value, "؛ ", "; ")
        case Distance():
            settings = value.said().items()
            return Label.same(" ".join(f"{name} {each}" for name, each in settings))
        case Auto():
            condition = _condition(value.condition, codebook, of_article)
            return Label(
                ar=f"{value.value} ({condition.ar})",
                en=f"{value.value} ({condition.en})",
            )
    return None


def _condition(condition: Expression, codebook: Codebook, of_article: bool) -> Label:
    return Label(
        ar=condition_in_words(condition, codebook, "ar", of_article=of_article),
        en=condition_in_words(condition, codebook, "en", of_article=of_article),
    )


# ---------------------------------------------------------------- the items of a codebook
def _items(codebook: Codebook) -> dict[Key, _Item]:
    """Return every item by (sort, id), or (sort, field or field.part, id) for values
    and parts.
    """
    lexicon = codebook.lexicon
    aspects = {name: getattr(codebook, name) for name in _OF_CODEBOOK}
    items: dict[Key, _Item] = {
        ("codebook", codebook.id): _Item(codebook.title, aspects)
    }
    for sort, fields in (
        ("article_field", codebook.article_fields),
        ("event_field", codebook.event_fields),
    ):
        for field in fields:
            items[sort, field.id] = _Item(
                field.label, _aspects(field), of_article=sort == "article_field"
            )
            items |= _values_and_parts(field, (sort, field.id))
    for root in codebook.event_types:
        for node, path in root.walk():
            aspects = {**_aspects(node), "under": path[:-1][-1:]}
            items["event_type", node.id] = _Item(node.label, aspects)
    listed: tuple[tuple[str, Sequence[Any], str], ...] = (
        ("span_kind", codebook.span_kinds, "label"),
        ("boundary", codebook.span_boundaries, "label"),
        ("blank", codebook.blanks, "label"),
        ("reason", codebook.adjudication_reasons, "label"),
        ("actor_class", codebook.actor_classes, "label"),
        ("rule", codebook.rules, "message"),
        ("actor", lexicon.actors, "name"),
        ("place", lexicon.places, "name"),
        ("weapon", lexicon.weapons, "name"),
        ("pack", codebook.packs, "title"),
    )
    for sort, entries, label in listed:
        for entry in entries:
            items[sort, entry.id] = _Item(getattr(entry, label), _aspects(entry))
    for name, words in lexicon.triggers.items():
        items["trigger", name] = _Item(Label.same(name), _aspects(words))
    rest = _aspects(lexicon)
    for name in ("actors", "places", "weapons", "triggers", "codebook"):
        rest.pop(name, None)  # the items above
    items["lexicon", lexicon.id] = _Item(Message("revisions.sort_lexicon"), rest)
    return items


def _values_and_parts(field: Field, key: Key) -> dict[Key, _Item]:
    """Return the values and parts of a field; key: the field's."""
    items: dict[Key, _Item] = {}
    for part in field.parts:
        label = part.label or Label.same(part.id)
        items["part", field.id, part.id] = _Item(label, _aspects(part), key)
    owners: dict[str, Field | Part] = {field.id: field}
    owners |= {f"{field.id}.{part.id}": part for part in field.parts}
    for name, owner in owners.items():
        for value in owner.values:
            items["value", name, value.id] = _Item(value.label, _aspects(value), key)
    return items


def _aspects(item: Model) -> dict[str, Any]:
    return {
        name: getattr(item, name) for name in item.__struct_fields__ if name not in _OWN
    }
