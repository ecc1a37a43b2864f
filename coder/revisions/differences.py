"""What changed from one revision of a codebook to the next, in coders' words, Arabic and English.

Every piece with a name of its own (a field, a value, an event type, a rule, an actor …) is compared
aspect by aspect; `recode` in the new revision says which pieces are the same under another name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coder.codebook.aloud import say_condition
from coder.codebook.declarations import Recode, targets
from coder.codebook.expressions import Expression
from coder.codebook.label import Label, Model, joined
from coder.codebook.schema import Auto, Codebook, Distance, Field, Part
from coder.messages.catalogue import Message, has, say

SORTS = (
    "codebook", "article_field", "event_field", "part", "value", "event_type", "span_kind", "rule",
    "boundary", "blank", "reason", "actor_class", "actor", "place", "weapon", "trigger", "lexicon",
)  # fmt: skip
"""The sorts of pieces, in the order in which their changes are listed."""
_CONDITIONS = ("when", "evidence_when", "condition", "require")
_OWN = ("id", "children", "values", "parts", "seen", "version", "recode")
"""What is compared piece by piece, or is no matter of words."""
_OF_CODEBOOK = (
    "title", "description", "languages", "sources", "expressions", "int_range_parts", "place_kinds",
    "agreement",
)  # fmt: skip

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One change; id and label are those of the old revision, unless the piece is new.

    now: the new id or ids. before, after: what an aspect said and says, None for what has no short words.
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
        """The change as a line of text."""
        aspect, sort = Message(f"revisions.aspect_{self.aspect}"), Message(f"revisions.sort_{self.sort}")
        what = {"label": self.label, "id": self.id, "now": self.now}
        told = aspect if has(aspect.key) else self.aspect
        line = say(lang, f"revisions.{self.sign}", sort=sort, aspect=told, **what)
        if self.before is None or self.after is None:
            return line
        other = "en" if lang == "ar" else "ar"  # in which alone a label may have changed
        told = lang if self.before.of(lang) != self.after.of(lang) else other
        before, after = self.before.of(told), self.after.of(told)
        return say(lang, "revisions.from_to", line=line, before=before, after=after)


def difference_document(found: Difference) -> dict[str, Any]:
    """A change as JSON."""
    names = ("sign", "sort", "id", "now", "aspect")
    labels = {"label": found.label, "before": found.before, "after": found.after}
    both = {name: label and {"ar": label.ar, "en": label.en} for name, label in labels.items()}
    said = {lang: found.words(lang) for lang in ("ar", "en")}
    return {**{name: getattr(found, name) for name in names}, **both, "words": said}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a codebook with its aspects; parent: the key of the field that it is a value or part of."""

    label: Label | Message
    aspects: Mapping[str, Any]
    parent: Key = ()
    of_article: bool = False


def differences(old: Codebook, new: Codebook) -> list[Difference]:
    """Every change, sort by sort; what is in a piece that came or went is not listed apart."""
    renamed, before, after = new.recode_from(old), _pieces(old), _pieces(new)
    left, held, found = dict(after), set[Key](), list[Difference]()
    for key, piece in before.items():
        nows = _nows(key, renamed)
        held |= set(nows)
        match [now for now in nows if now in after]:
            case []:
                if not piece.parent or any(now in after for now in _nows(piece.parent, renamed)):
                    found.append(Difference("removed", key[0], key[-1], piece.label))
            case [now]:
                left.pop(now, None)
                if now[-1] != key[-1]:
                    found.append(Difference("renamed", key[0], key[-1], piece.label, now[-1]))
                found += _changed(key, piece, after[now], old, new)
            case several:
                names = ", ".join(now[-1] for now in several)
                found.append(Difference("split", key[0], key[-1], piece.label, names))
    for key, piece in left.items():
        if not piece.parent or piece.parent in held:
            found.append(Difference("added", key[0], key[-1], piece.label))
    return sorted(found, key=lambda d: SORTS.index(d.sort))


def _nows(key: Key, renamed: Recode) -> list[Key]:
    sort, name = key[0], key[-1]
    if sort in ("article_field", "event_field"):
        return [(sort, renamed.fields.get(name, name))]
    if sort in ("part", "value"):
        field, dot, part = key[1].partition(".")
        owner = renamed.fields.get(field, field) + dot + part
        table = renamed.values.get(owner, {}) if sort == "value" else {}
        return [(sort, owner, each) for each in targets(name, table)]
    section = "actor_classes" if sort == "actor_class" else f"{sort}s"
    return [(sort, each) for each in targets(name, getattr(renamed, section, {}))]


def _changed(key: Key, was: _Piece, now: _Piece, old: Codebook, new: Codebook) -> Iterator[Difference]:
    for aspect, before in was.aspects.items():
        if before != (after := now.aspects.get(aspect)):
            said = _said(aspect, before, old, was.of_article), _said(aspect, after, new, now.of_article)
            if said[0] != said[1] or said[0] is None:  # labels may have changed under the same condition
                yield Difference("changed", key[0], key[-1], was.label, "", aspect, *said)


def _said(aspect: str, value: Any, codebook: Codebook, of_article: bool) -> Label | None:
    """A value of an aspect in words; None for what is too long to be said in a line."""
    if aspect in _CONDITIONS and value is not None:
        return _aloud(value, codebook, of_article)
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
            stated = value.model_dump(exclude_defaults=True)
            return Label.same(" ".join(f"{name} {said}" for name, said in stated.items()))
        case Auto():
            condition = _aloud(value.condition, codebook, of_article)
            return Label(ar=f"{value.value} ({condition.ar})", en=f"{value.value} ({condition.en})")
    return None


def _aloud(condition: Expression, codebook: Codebook, of_article: bool) -> Label:
    ar, en = (say_condition(condition, codebook, lang, of_article=of_article) for lang in ("ar", "en"))
    return Label(ar=ar, en=en)


# ---------------------------------------------------------------- the pieces of a codebook
def _pieces(codebook: Codebook) -> dict[Key, _Piece]:
    """Every piece by (sort, id), or (sort, field or field.part, id) for values and parts."""
    lexicon = codebook.lexicon
    whole = {name: getattr(codebook, name) for name in _OF_CODEBOOK}
    found: dict[Key, _Piece] = {("codebook", codebook.id): _Piece(codebook.title, whole)}
    for sort, fields in (("article_field", codebook.article_fields), ("event_field", codebook.event_fields)):
        for field in fields:
            found[sort, field.id] = _Piece(field.label, _aspects(field), of_article=sort == "article_field")
            found |= _within(field, (sort, field.id))
    for root in codebook.event_types:
        for node, path in root.walk():
            aspects = {**_aspects(node), "under": path[:-1][-1:]}
            found["event_type", node.id] = _Piece(node.label, aspects)
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
    for sort, items, label in listed:
        found |= {(sort, item.id): _Piece(getattr(item, label), _aspects(item)) for item in items}
    for name, words in lexicon.triggers.items():
        found["trigger", name] = _Piece(Label.same(name), _aspects(words))
    apart = {"actors", "places", "weapons", "triggers", "codebook"}
    rest = {name: value for name, value in _aspects(lexicon).items() if name not in apart}
    found["lexicon", lexicon.id] = _Piece(Message("revisions.sort_lexicon"), rest)
    return found


def _within(field: Field, key: Key) -> dict[Key, _Piece]:
    owners: dict[str, Field | Part] = {field.id: field, **{f"{field.id}.{p.id}": p for p in field.parts}}
    labels = {part.id: part.label or Label.same(part.id) for part in field.parts}
    found: dict[Key, _Piece] = {}
    found |= {("part", field.id, p.id): _Piece(labels[p.id], _aspects(p), key) for p in field.parts}
    for name, owner in owners.items():
        found |= {("value", name, v.id): _Piece(v.label, _aspects(v), key) for v in owner.values}
    return found


def _aspects(item: Model) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).model_fields if name not in _OWN}
