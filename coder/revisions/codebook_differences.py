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
from coder.codebook.label import Label, Model, joined
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
        other = (
            "en" if lang == "ar" else "ar"
        )  # the label may have changed in the other language only
        shown = lang if self.before.of(lang) != self.after.of(lang) else other
        before = self.before.of(shown)
        after = self.after.of(shown)
        return say(lang, "revisions.from_to", line=line, before=before, after=after)


def difference_document(difference: Difference) -> dict[str, Any]:
    """Return a change as JSON."""
    names = ("sign", "sort", "id", "now", "aspect")
    labels = {
        "label": difference.label,
        "before": difference.before,
        "after": difference.after,
    }
    bilingual = {
        name: label and {"ar": label.ar, "en": label.en}
        for name, label in labels.items()
    }
    words = {lang: difference.words(lang) for lang in ("ar", "en")}
    return {
        **{name: getattr(difference, name) for name in names},
        **bilingual,
        "words": words,
    }


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
        recoded |= set(new_keys)
        match [target for target in new_keys if target in after]:
            case []:
                if not item.parent or any(
                    target in after for target in _new_keys(item.parent, renamed)
                ):
                    changes.append(Difference("removed", key[0], key[-1], item.label))
            case [target]:
                unmatched.pop(target, None)
                if target[-1] != key[-1]:
                    changes.append(
                        Difference("renamed", key[0], key[-1], item.label, target[-1])
                    )
                changes += _changed(key, item, after[target], old, new)
            case several:
                names = ", ".join(target[-1] for target in several)
                changes.append(Difference("split", key[0], key[-1], item.label, names))
    for key, item in unmatched.items():
        if not item.parent or item.parent in recoded:
            changes.append(Difference("added", key[0], key[-1], item.label))
    return sorted(changes, key=lambda d: SORTS.index(d.sort))


def _new_keys(key: Key, renamed: Recode) -> list[Key]:
    """Return the keys that an old item has in the new revision, whether or not they
    exist there.
    """
    sort = key[0]
    name = key[-1]
    if sort in ("article_field", "event_field"):
        return [(sort, renamed.fields.get(name, name))]
    if sort in ("part", "value"):
        field, dot, part = key[1].partition(".")
        owner = renamed.fields.get(field, field) + dot + part
        table = renamed.values.get(owner, {}) if sort == "value" else {}
        return [(sort, owner, each) for each in targets(name, table)]
    section = "actor_classes" if sort == "actor_class" else f"{sort}s"
    return [(sort, each) for each in targets(name, getattr(renamed, section, {}))]


def _changed(
    key: Key, was: _Item, now: _Item, old: Codebook, new: Codebook
) -> Iterator[Difference]:
    for aspect, before in was.aspects.items():
        if before != (after := now.aspects.get(aspect)):
            old_words = _in_words(aspect, before, old, was.of_article)
            new_words = _in_words(aspect, after, new, now.of_article)
            if (
                old_words != new_words or old_words is None
            ):  # a condition may differ but read the same
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
            return joined(value, "؛ ", "; ")
        case Distance():
            return Label.same(
                " ".join(f"{name} {setting}" for name, setting in value.said().items())
            )
        case Auto():
            condition = _condition(value.condition, codebook, of_article)
            return Label(
                ar=f"{value.value} ({condition.ar})",
                en=f"{value.value} ({condition.en})",
            )
    return None


def _condition(condition: Expression, codebook: Codebook, of_article: bool) -> Label:
    ar, en = (
        condition_in_words(condition, codebook, lang, of_article=of_article)
        for lang in ("ar", "en")
    )
    return Label(ar=ar, en=en)


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
    )
    for sort, entries, label in listed:
        items |= {
            (sort, entry.id): _Item(getattr(entry, label), _aspects(entry))
            for entry in entries
        }
    for name, words in lexicon.triggers.items():
        items["trigger", name] = _Item(Label.same(name), _aspects(words))
    listed_above = {"actors", "places", "weapons", "triggers", "codebook"}
    rest = {
        name: value
        for name, value in _aspects(lexicon).items()
        if name not in listed_above
    }
    items["lexicon", lexicon.id] = _Item(Message("revisions.sort_lexicon"), rest)
    return items


def _values_and_parts(field: Field, key: Key) -> dict[Key, _Item]:
    owners: dict[str, Field | Part] = {
        field.id: field,
        **{f"{field.id}.{p.id}": p for p in field.parts},
    }
    items: dict[Key, _Item] = {
        ("part", field.id, p.id): _Item(p.label or Label.same(p.id), _aspects(p), key)
        for p in field.parts
    }
    for name, owner in owners.items():
        items |= {
            ("value", name, v.id): _Item(v.label, _aspects(v), key)
            for v in owner.values
        }
    return items


def _aspects(item: Model) -> dict[str, Any]:
    return {
        name: getattr(item, name) for name in item.__struct_fields__ if name not in _OWN
    }
