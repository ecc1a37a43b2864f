"""Whether a stored value is one that the codebook allows, by the type of its field.

Source: the shapes of values in the native format `coder/1`, one for each field type.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from coder.codebook.label import Label
from coder.codebook.nearest import did_you_mean
from coder.codebook.schema import Codebook, Field, Part
from coder.model import Json
from coder.text.counts import counted

LARGEST = 10**15 - 1
"""The largest count: spreadsheets keep 15 digits, JSON of other programs hardly more (RFC 8259, 6)."""


def misfits(field: Field, value: Json, codebook: Codebook) -> Iterator[Label]:
    """Every reason why the codebook does not allow this value of the field."""
    if not field.is_list:
        yield from _item_misfits(field, value, codebook)
        return
    if not isinstance(value, list) or not value:
        yield _shape("قائمة فيها قيمة واحدة على الأقل", "a list with at least one value")
        return
    if field.most is not None and len(value) > field.most:
        yield Label(ar=f"عدد القيم أكثر من {field.most}", en=f"more than {counted(field.most, 'value')}")
    for i, item in enumerate(value):
        if item in value[:i]:
            yield Label(ar=f"«{_named(item)}» مكررة", en=f"“{_named(item)}” is listed twice")
        yield from _item_misfits(field, item, codebook)


def kind_misfit(kind: str, value: Json, codebook: Codebook) -> Label | None:
    """Why no field that the span kind fills can hold this value; None where one can, or there is no value."""
    fields = codebook.fields_for_kind(kind)
    if value is None or not fields:
        return None
    reasons = [next(misfits(field, value, codebook), None) for field in fields]
    return None if None in reasons else reasons[0]


def _item_misfits(field: Field, value: Json, codebook: Codebook) -> Iterator[Label]:
    parts = codebook.parts_of(field)
    if parts:
        yield from _part_misfits(field, parts, value, codebook)
    elif field.type in ("enum", "multi", "hierarchy"):
        yield from _not_among([v.id for v in codebook.values_of(field)], value)
    else:
        yield from _BY_TYPE[field.type](value, codebook)


def _part_misfits(field: Field, parts: tuple[Part, ...], value: Json, codebook: Codebook) -> Iterator[Label]:
    """Complaints about a value that is a mapping from parts."""
    if not isinstance(value, Mapping):
        yield _shape("قيمة من أجزاء", f"the parts {', '.join(p.id for p in parts)}")
        return
    for name in value.keys() - {p.id for p in parts}:
        yield Label(ar=f"الجزء «{name}» غير معروف", en=f"the part “{name}” is not known")
    for part in parts:
        stated = value.get(part.id)
        label = part.label or Label(ar=part.id, en=part.id)
        if stated is None:
            if not _may_be_absent(part):
                yield Label(ar=f"ينقص جزء «{label.ar}»", en=f"the part “{label.en}” is missing")
        elif part.type == "enum":
            yield from _not_among([v.id for v in part.values], stated)
        else:
            yield from _BY_TYPE[part.type or "text"](stated, codebook)


def _may_be_absent(part: Part) -> bool:
    """A name that the lexicon may not know, what follows from it, and what has a default or may be blank."""
    optional = part.type in ("place", "actor") or bool(part.filled_from)
    return optional or part.may_be_blank or part.default is not None


def _not_among(allowed: list[str], value: Json) -> Iterator[Label]:
    if value not in allowed:
        guess = did_you_mean(str(value), allowed)
        yield Label(
            ar=f"«{value}» ليست من القيم المسموح بها",
            en=f"“{value}” is not one of its values" + (f" ({guess})" if guess else ""),
        )


def _text(value: Json, codebook: Codebook) -> Iterator[Label]:
    if not isinstance(value, str) or not value.strip():
        yield _shape("نص", "text")


def _bool(value: Json, codebook: Codebook) -> Iterator[Label]:
    if not isinstance(value, bool):
        yield _shape("نعم أو لا", "true or false")


def _int(value: Json, codebook: Codebook) -> Iterator[Label]:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= LARGEST:
        yield _shape(
            "عدد صحيح من الصفر فصاعداً، بخمسة عشر رقماً على الأكثر",
            "a whole number from zero up, of 15 digits at most",
        )


def _day(value: Json, codebook: Codebook) -> Iterator[Label]:
    if not isinstance(value, str) or not is_day(value):
        yield _shape("يوم بصيغة ISO", "a day as YYYY-MM-DD")


def _place(value: Json, codebook: Codebook) -> Iterator[Label]:
    known = codebook.lexicon.places
    if not isinstance(value, str) or (known and codebook.lexicon.place(value) is None):
        yield Label(ar=f"المكان «{value}» ليس في القائمة", en=f"the place “{value}” is not in the lexicon")


def _actor(value: Json, codebook: Codebook) -> Iterator[Label]:
    if isinstance(value, Mapping):
        classes = [c.id for c in codebook.actor_classes]
        named = isinstance(value.get("name"), str) and bool(value["name"].strip())
        if not named or value.keys() - {"name", "class"}:
            yield _shape("اسم وصنف", "a name and a class")
        elif classes:
            yield from _not_among(classes, value.get("class"))
    elif not isinstance(value, str) or (codebook.lexicon.actors and codebook.lexicon.actor(value) is None):
        yield Label(ar=f"الفاعل «{value}» ليس في القائمة", en=f"the actor “{value}” is not in the lexicon")


_BY_TYPE: Mapping[str, Callable[[Json, Codebook], Iterator[Label]]] = {
    "text": _text,
    "bool": _bool,
    "int": _int,
    "date": _day,
    "place": _place,
    "actor": _actor,
}


def is_day(text: str) -> bool:
    """Whether the text is a day of the proleptic Gregorian calendar as `YYYY-MM-DD`."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _shape(ar: str, en: str) -> Label:
    return Label(ar=f"شكل القيمة غير صحيح؛ المتوقع {ar}", en=f"the value has the wrong shape; expected {en}")


def _named(item: Json) -> str:
    """A list item in a few characters, for a message."""
    if isinstance(item, Mapping):
        return str(next((v for v in item.values() if isinstance(v, str)), "…"))
    return str(item)
