"""What changed from one revision of a codebook to the next, in coders' words, Arabic and English.

Every piece with a name of its own (a field, a value, an event type, a rule, an actor …) is compared
aspect by aspect; `recode` in the new revision says which pieces are the same under another name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coder.codebook.aloud import say
from coder.codebook.expressions import Expression
from coder.codebook.label import Label, Model
from coder.codebook.moves import Recode, moves, targets
from coder.codebook.schema import Auto, Codebook, Distance, EventType, Field, Part

Sign = Literal["added", "removed", "renamed", "split", "changed"]

SORTS: Mapping[str, Label] = {
    name: Label(ar=ar, en=en)
    for name, (ar, en) in {
        "codebook": ("الدليل", "codebook"),
        "article_field": ("حقل المقال", "article field"),
        "event_field": ("حقل الحدث", "event field"),
        "part": ("جزء القيمة", "part"),
        "value": ("القيمة", "value"),
        "event_type": ("نوع الحدث", "event type"),
        "span_kind": ("نوع المقطع", "span kind"),
        "rule": ("القاعدة", "rule"),
        "boundary": ("حدود المقاطع", "span boundary"),
        "blank": ("الفراغ", "blank"),
        "reason": ("سبب القرار", "reason"),
        "actor_class": ("صنف الفاعل", "actor class"),
        "actor": ("الفاعل", "actor"),
        "place": ("المكان", "place"),
        "weapon": ("السلاح", "weapon"),
        "trigger": ("كلمات النوع", "trigger words"),
        "lexicon": ("المعجم", "lexicon"),
    }.items()
}
ASPECTS: Mapping[str, tuple[str, str]] = {
    "label": ("التسمية", "label"),
    "name": ("الاسم", "name"),
    "title": ("العنوان", "title"),
    "description": ("الوصف", "description"),
    "type": ("نوع القيمة", "type"),
    "key": ("المفتاح", "key"),
    "key_ar": ("المفتاح العربي", "Arabic key"),
    "required": ("لزوم القيمة", "required"),
    "many": ("تعدد القيم", "several values"),
    "max": ("أكثر عدد للقيم", "most values"),
    "default": ("القيمة المبدئية", "default"),
    "auto": ("القيمة الآلية", "automatic value"),
    "when": ("شرط السؤال", "asked when"),
    "evidence": ("الدليل النصي", "evidence"),
    "evidence_when": ("شرط الدليل النصي", "evidence needed when"),
    "values_from": ("مصدر القيم", "values from"),
    "distance": ("مسافة الاتفاق", "agreement distance"),
    "weight": ("الوزن في المطابقة", "weight in alignment"),
    "help": ("الشرح", "help"),
    "definition": ("التعريف", "definition"),
    "include": ("ما يشمله", "includes"),
    "exclude": ("ما لا يشمله", "excludes"),
    "examples": ("أمثلة", "examples"),
    "positive": ("أمثلة", "examples"),
    "negative": ("أمثلة مضادة", "counter-examples"),
    "under": ("موضعه في الشجرة", "place in the tree"),
    "selectable": ("يُختار", "selectable"),
    "fields": ("الحقول", "fields"),
    "suggest": ("ما يُقترح له", "what is suggested for it"),
    "severity": ("الشدة", "severity"),
    "condition": ("الشرط", "condition"),
    "require": ("ما يجب", "requirement"),
    "message": ("الرسالة", "message"),
    "rank": ("الرتبة", "rank"),
    "actor_class": ("الصنف", "class"),
    "aliases": ("أسماء أخرى", "other names"),
    "country": ("البلد", "country"),
}
_SIGNS: Mapping[Sign, tuple[str, str]] = {
    "added": ("+ {sort} «{label}» ({id}): جديد", "+ {sort} “{label}” ({id}) is new"),
    "removed": ("- {sort} «{label}» ({id}): لم يبقَ", "- {sort} “{label}” ({id}) is no more"),
    "renamed": ("> {sort} «{label}»: {id} صار {now}", "> {sort} “{label}”: {id} is now {now}"),
    "split": ("> {sort} «{label}»: {id} صار واحداً من {now}", "> {sort} “{label}”: {id} is now one of {now}"),
    "changed": ("~ {sort} «{label}» ({id}): تغيّر {aspect}", "~ {sort} “{label}” ({id}): {aspect} changed"),
}
_YES_NO = {True: Label(ar="نعم", en="yes"), False: Label(ar="لا", en="no")}
_CONDITIONS = ("when", "evidence_when", "condition", "require")
_OWN = ("id", "children", "values", "parts", "seen", "version", "recode")
"""What is compared piece by piece, or is no matter of words."""

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One change; id and label are those of the old revision, unless the piece is new.

    now: the new id or ids. before, after: what an aspect said and says, None for what has no short words.
    """

    sign: Sign
    sort: str
    id: str
    label: Label
    now: str = ""
    aspect: str = ""
    before: Label | None = None
    after: Label | None = None

    def words(self, lang: str) -> str:
        """The change as a line of text."""
        ar, en = _SIGNS[self.sign]
        aspect_ar, aspect_en = ASPECTS.get(self.aspect, (self.aspect, self.aspect))
        line = (ar if lang == "ar" else en).format(
            sort=SORTS[self.sort].of(lang),
            label=self.label.of(lang),
            id=self.id,
            now=self.now,
            aspect=aspect_ar if lang == "ar" else aspect_en,
        )
        if self.before is None or self.after is None:
            return line
        return f"{line}: {self.before.of(lang)} ← {self.after.of(lang)}" if lang == "ar" else (
            f"{line}: {self.before.of(lang)} → {self.after.of(lang)}"
        )  # fmt: skip


def difference_document(found: Difference) -> dict[str, Any]:
    """A change as JSON."""
    both = {
        name: label and {"ar": label.ar, "en": label.en}
        for name, label in (("label", found.label), ("before", found.before), ("after", found.after))
    }
    said = {lang: found.words(lang) for lang in ("ar", "en")}
    named = {"sign": found.sign, "sort": found.sort, "id": found.id, "now": found.now, "aspect": found.aspect}
    return {**named, **both, "words": said}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a codebook with its aspects; `shown` gives their words in the codebook they stand in."""

    label: Label
    aspects: Mapping[str, Any]
    of_article: bool = False


def differences(old: Codebook, new: Codebook) -> list[Difference]:
    """Every change, sort by sort; what is in a piece that came or went is not listed apart."""
    moved = moves(old, new)
    before, after = _pieces(old), _pieces(new)
    left = dict(after)
    found: list[Difference] = []
    for key, piece in before.items():
        nows = [now for now in _nows(key, moved) if now in after]
        if not nows:
            if not _gone_with(key, before, after, moved):
                found.append(Difference("removed", key[0], key[-1], piece.label))
        elif len(nows) > 1:
            names = ", ".join(now[-1] for now in nows)
            found.append(Difference("split", key[0], key[-1], piece.label, names))
        else:
            [now] = nows
            left.pop(now, None)
            if now[-1] != key[-1]:
                found.append(Difference("renamed", key[0], key[-1], piece.label, now[-1]))
            found += _changed(key, piece, after[now], old, new)
    held = {now for key in before for now in _nows(key, moved)}
    for key, piece in left.items():
        if len(key) < 3 or (_parent(key, after) in held):
            found.append(Difference("added", key[0], key[-1], piece.label))
    order = list(SORTS)
    return sorted(found, key=lambda d: order.index(d.sort))


def _parent(key: Key, pieces: Mapping[Key, _Piece]) -> Key:
    """The field that a value or a part belongs to."""
    name = key[1].partition(".")[0]
    return next((k for k in (("article_field", name), ("event_field", name)) if k in pieces), ())


def _gone_with(key: Key, before: Mapping[Key, _Piece], after: Mapping[Key, _Piece], moved: Recode) -> bool:
    if len(key) < 3:
        return False
    return not any(now in after for now in _nows(_parent(key, before), moved))


def _nows(key: Key, moved: Recode) -> list[Key]:
    """Under which keys a piece of the old revision is to be found in the new one."""
    if not key:
        return []
    sort, name = key[0], key[-1]
    if sort in ("article_field", "event_field"):
        return [(sort, moved.fields.get(name, name))]
    if sort in ("part", "value"):
        field, dot, part = key[1].partition(".")
        owner = moved.fields.get(field, field) + dot + part
        table = moved.values.get(owner, {}) if sort == "value" else {}
        return [(sort, owner, each) for each in targets(table.get(name, name))]
    section = {"actor_class": "actor_classes"}.get(sort, f"{sort}s")
    renamed = moved.names(section) if hasattr(moved, section) else {}
    return [(sort, each) for each in targets(renamed.get(name, name))]


def _changed(key: Key, was: _Piece, now: _Piece, old: Codebook, new: Codebook) -> Iterator[Difference]:
    for aspect, before in was.aspects.items():
        after = now.aspects.get(aspect)
        if before == after:
            continue
        said = _said(aspect, before, old, was.of_article), _said(aspect, after, new, now.of_article)
        if said[0] != said[1] or said[0] is None:  # labels may have changed under the same condition
            yield Difference("changed", key[0], key[-1], was.label, "", aspect, *said)


def _said(aspect: str, value: Any, codebook: Codebook, of_article: bool) -> Label | None:
    """A value of an aspect in words; None for what is too long to be said in a line."""
    if aspect in _CONDITIONS and value is not None:
        return _aloud(value, codebook, of_article)
    if isinstance(value, Label):
        return value
    if value is None or value == () or value == "":
        return Label(ar="—", en="—")
    if isinstance(value, bool):
        return _YES_NO[value]
    if isinstance(value, str | int | float):
        return Label(ar=str(value), en=str(value))
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return Label(ar="؛ ".join(value), en="; ".join(value))
    if isinstance(value, tuple) and all(isinstance(item, Label) for item in value):
        return Label(ar="؛ ".join(item.ar for item in value), en="; ".join(item.en for item in value))
    if isinstance(value, Distance):
        words = " ".join(f"{name} {said}" for name, said in value.model_dump(exclude_defaults=True).items())
        return Label(ar=words, en=words)
    if isinstance(value, Auto):
        condition = _aloud(value.condition, codebook, of_article)
        return Label(ar=f"{value.value} ({condition.ar})", en=f"{value.value} ({condition.en})")
    return None


def _aloud(condition: Expression, codebook: Codebook, of_article: bool) -> Label:
    ar, en = (say(condition, codebook, lang, of_article=of_article) for lang in ("ar", "en"))
    return Label(ar=ar, en=en)


# ---------------------------------------------------------------- the pieces of a codebook
def _pieces(codebook: Codebook) -> dict[Key, _Piece]:
    """Every piece by (sort, id), or (sort, field or field.part, id) for values and parts."""
    found: dict[Key, _Piece] = {}
    names = ("title", "description", "languages", "sources", "expressions", "int_range_parts")
    whole = {name: getattr(codebook, name) for name in (*names, "place_kinds", "agreement")}
    found["codebook", codebook.id] = _Piece(codebook.title, whole)
    for sort, fields in (("article_field", codebook.article_fields), ("event_field", codebook.event_fields)):
        for field in fields:
            found[sort, field.id] = _Piece(field.label, _aspects(field), sort == "article_field")
            found |= _within(field)
    for root in codebook.event_types:
        found |= _types(root, ())
    lists: dict[str, Sequence[Any]] = {
        "span_kind": codebook.span_kinds,
        "boundary": codebook.span_boundaries,
        "blank": codebook.blanks,
        "reason": codebook.adjudication_reasons,
        "actor_class": codebook.actor_classes,
        "actor": codebook.lexicon.actors,
        "place": codebook.lexicon.places,
        "weapon": codebook.lexicon.weapons,
    }
    for sort, items in lists.items():
        for item in items:
            label = item.name if isinstance(getattr(item, "name", None), Label) else item.label
            found[sort, item.id] = _Piece(label, _aspects(item))
    for rule in codebook.rules:
        found["rule", rule.id] = _Piece(rule.message, _aspects(rule))
    return found | _words_of(codebook)


def _words_of(codebook: Codebook) -> dict[Key, _Piece]:
    """What of the lexicon has no ids: the words for each type, and the rest part by part."""
    lexicon = codebook.lexicon
    found: dict[Key, _Piece] = {
        ("trigger", name): _Piece(Label(ar=name, en=name), _aspects(words))
        for name, words in lexicon.triggers.items()
    }
    listed = {"actors", "places", "weapons", "triggers", "codebook"}
    rest = {name: value for name, value in _aspects(lexicon).items() if name not in listed}
    found["lexicon", lexicon.id] = _Piece(SORTS["lexicon"], rest)
    return found


def _within(field: Field) -> dict[Key, _Piece]:
    owners: list[tuple[str, Field | Part]] = [(field.id, field)]
    found: dict[Key, _Piece] = {}
    for part in field.parts:
        label = part.label or Label(ar=part.id, en=part.id)
        found["part", field.id, part.id] = _Piece(label, _aspects(part))
        owners.append((f"{field.id}.{part.id}", part))
    for name, owner in owners:
        for value in owner.values:
            found["value", name, value.id] = _Piece(value.label, _aspects(value))
    return found


def _types(node: EventType, above: tuple[str, ...]) -> dict[Key, _Piece]:
    found: dict[Key, _Piece] = {
        ("event_type", node.id): _Piece(node.label, {**_aspects(node), "under": above[-1:]})
    }
    for child in node.children:
        found |= _types(child, (*above, node.id))
    return found


def _aspects(item: Model) -> dict[str, Any]:
    return {name: getattr(item, name) for name in type(item).model_fields if name not in _OWN}
