"""Actors, places, sources and links as typed and shown: names from the lexicon, and names it does not know.

Our own marks: `name [class]` for an actor that the lexicon does not know; `as written = name` where the
article words a place otherwise; `: kind`, `: precision` or `: relation` at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from coder.codebook.declarations import ActorClass
from coder.codebook.label import Label, refusal
from coder.codebook.lexicon import Actor, Place
from coder.codebook.schema import Codebook, Part, Value
from coder.codebook.search import best, search_key
from coder.model import Json

Entry = TypeVar("Entry", Actor, Place)

NO_PLACE = "?"
"""What stands for the name of a place that the lexicon does not know."""

_AROUND = ("ريف", "محيط", "أطراف", "قرب", "ضواحي", "بادية", "around", "near")
_PRECISION = {
    "country": "country",
    "admin1": "admin1",
    "city": "town",
    "town": "town",
    "neighbourhood": "town",
    "site": "exact_site",
    "base": "exact_site",
    "airport": "exact_site",
    "border_crossing": "exact_site",
    "border_area": "region",
    "region": "region",
    "river": "region",
    "sea": "region",
}
"""Place kind → the precision with which its name alone places an event."""


# ---------------------------------------------------------------- actors
def parse_actor(typed: str, codebook: Codebook) -> Json:
    """An actor's id, or `{"name", "class"}` for one typed as `name [class]`."""
    name, bracket, kind = typed.rstrip("] ").rpartition("[")
    if bracket and typed.rstrip().endswith("]"):
        return {"name": name.strip(), "class": _class_of(kind, codebook.actor_classes)}
    actor = _the_one(
        best(codebook.lexicon.search_actors(typed, None), typed), typed, Label(ar="فاعل", en="actors")
    )
    if actor is None:
        classes = _names(codebook.actor_classes[:3])
        raise refusal(
            Label(ar=f"لا فاعل اسمه «{typed}» في المعجم.", en=f"The lexicon knows no actor “{typed}”."),
            Label(
                ar=f"للجديد أضف صنفه: {typed} [{classes.ar} …].",
                en=f"For a new one add its class: {typed} [{classes.en} …].",
            ),
        )
    return actor.id


def show_actor(value: Json, codebook: Codebook, lang: str) -> str:
    """An actor's name; one that the lexicon does not know with its class in square brackets."""
    if isinstance(value, Mapping):
        kinds = {c.id: c.label.of(lang) for c in codebook.actor_classes}
        return f"{value.get('name', '')} [{kinds.get(str(value.get('class')), value.get('class'))}]"
    actor = codebook.lexicon.actor(str(value))
    return actor.name.of(lang) if actor else str(value)


def _class_of(typed: str, classes: Sequence[ActorClass]) -> str:
    wanted = search_key(typed)
    for kind in classes:
        if wanted in map(search_key, (kind.id, kind.label.ar, kind.label.en)):
            return kind.id
    raise refusal(
        Label(ar=f"«{typed}» ليس صنفاً من الفاعلين.", en=f"“{typed}” is not a class of actors."),
        one_of(_names(classes)),
    )


# ---------------------------------------------------------------- sources
def parse_source(typed: str, parts: Sequence[Part], codebook: Codebook) -> Json:
    """`who: kind`, or a kind alone where nobody is named."""
    who, kind = ending(typed, _part(parts, "kind").values)
    if kind is None:
        kinds = _names(_part(parts, "kind").values)
        raise refusal(
            Label(ar=f"ليس في «{typed}» نوع المصدر.", en=f"“{typed}” has no kind of source."),
            Label(ar=f"أضفه بعد نقطتين: {kinds.ar}.", en=f"Add one after a colon: {kinds.en}."),
        )
    return {"who": parse_actor(who, codebook) if who else None, "kind": kind}


def show_source(value: Json, parts: Sequence[Part], codebook: Codebook, lang: str) -> str:
    """`who: kind`, or the kind alone."""
    kind = _label(_part(parts, "kind").values, value.get("kind"), lang)
    who = value.get("who")
    return kind if who is None else f"{show_actor(who, codebook, lang)}: {kind}"


# ---------------------------------------------------------------- places
def parse_place(typed: str, parts: Sequence[Part], codebook: Codebook) -> Json:
    """A place as written, with what the lexicon knows of it and a precision, given or by its kind."""
    precisions = next((part.values for part in parts if part.id == "precision"), ())
    name, precision = ending(typed, precisions)
    written, _, meant = (side.strip() for side in name.partition("="))
    if not written:
        raise refusal(
            Label(ar="المكان بلا اسم.", en="The place has no name."),
            Label(ar="اكتب اسمه قبل النقطتين.", en="Type its name in front of the colon."),
        )
    place = None if meant == NO_PLACE else _place_of(meant or written, codebook)
    if place is not None and not meant and not _is_arabic_form(written, place):
        written = place.name.ar
    if place is not None and precision is None:
        precision = _usual_precision(written, place, precisions)
    if precision is None and precisions:
        exact = _names(precisions)
        raise refusal(
            Label(ar=f"لا مكان اسمه «{written}» في المعجم.", en=f"The lexicon knows no place “{written}”."),
            Label(
                ar=f"للجديد أضف دقته: {written}: {exact.ar}.",
                en=f"For a new one add how exact it is: {written}: {exact.en}.",
            ),
        )
    return _place_value(written, place, precision, parts)


def place_as_written(written: str, place: Place | None, parts: Sequence[Part]) -> Json:
    """A place as the article words it, its precision by that wording and the place's kind.

    A place that the lexicon does not know counts as a town, or as the codebook's first precision.
    """
    precisions = next((part.values for part in parts if part.id == "precision"), ())
    known = [value.id for value in precisions]
    precision = "town" if "town" in known or not known else known[0]
    if place is not None:
        precision = _usual_precision(written, place, precisions) or precision
    return _place_value(written, place, precision, parts)


def show_place(value: Json, parts: Sequence[Part], codebook: Codebook, lang: str) -> str:
    """The place's name, the article's wording in front where it differs, and the precision."""
    written = str(value.get("as_written", ""))
    place = codebook.lexicon.place(str(value.get("place_id")))
    name = place.name.of(lang) if place else NO_PLACE
    precisions = next((part.values for part in parts if part.id == "precision"), ())
    precision = _label(precisions, value.get("precision"), lang)
    named = written if name == written else f"{written} = {name}"
    return f"{named}: {precision}" if precision else named


def _place_value(written: str, place: Place | None, precision: str | None, parts: Sequence[Part]) -> Json:
    known = {"place_id": place.id, "admin1": place.admin1, "country": place.country} if place else {}
    value = {"as_written": written, **{k: v for k, v in known.items() if v}, "precision": precision}
    return {key: value[key] for key in value if key in {part.id for part in parts}}


def _place_of(typed: str, codebook: Codebook) -> Place | None:
    """The place meant, also by ريف or أطراف in front of its name; None if the lexicon has none."""
    found = best(codebook.lexicon.search_places(typed, None), typed)
    first, _, rest = typed.partition(" ")
    if not found and first in _AROUND and rest:
        return _place_of(rest, codebook)
    return _the_one(found, typed, Label(ar="مكان", en="places"))


def _is_arabic_form(written: str, place: Place) -> bool:
    """Whether the text is a whole Arabic form of the place, with ريف or أطراف in front or not."""
    first, _, rest = written.partition(" ")
    keys = {*map(search_key, place.forms)}
    return search_key(written) in keys or (first in _AROUND and search_key(rest) in keys)


def _usual_precision(written: str, place: Place, precisions: Sequence[Value]) -> str | None:
    around = written.partition(" ")[0] in _AROUND and place.kind in ("city", "town")
    usual = "around_town" if around else _PRECISION.get(place.kind)
    return usual if usual in {v.id for v in precisions} else None


# ---------------------------------------------------------------- links
def parse_link(typed: str, parts: Sequence[Part]) -> Json:
    """`event id: relation`."""
    record, relation = ending(typed, _part(parts, "relation").values)
    if not record or relation is None:
        relations = _names(_part(parts, "relation").values)
        raise refusal(
            Label(ar=f"«{typed}» ليس رابطاً.", en=f"“{typed}” is not a link."),
            Label(
                ar=f"اكتب السجل ثم نقطتين ثم واحداً من: {relations.ar}.",
                en=f"Type the record, a colon and one of {relations.en}.",
            ),
        )
    return {"record": record, "relation": relation}


def show_link(value: Json, parts: Sequence[Part], lang: str) -> str:
    """`event id: relation`."""
    return f"{value.get('record')}: {_label(_part(parts, 'relation').values, value.get('relation'), lang)}"


# ---------------------------------------------------------------- words
def ending(typed: str, values: Iterable[Value]) -> tuple[str, str | None]:
    """What stands before the last colon, and the value named after it; a value alone has nothing before."""
    before, _, after = typed.rpartition(":")
    wanted = search_key(after)
    for value in values:
        if wanted in map(search_key, (value.id, value.label.ar, value.label.en)):
            return before.strip(), value.id
    return typed, None


def _the_one(found: Sequence[Entry], typed: str, what: Label) -> Entry | None:
    """The only entry found, None if there is none; raises CoderError if there are several."""
    if len(found) > 1:
        raise refusal(
            Label(
                ar=f"«{typed}» قد يكون أكثر من {what.ar}.",
                en=f"“{typed}” may be one of several {what.en}.",
            ),
            one_of(joined(entry.name for entry in found[:6])),
        )
    return found[0] if found else None


def _part(parts: Iterable[Part], part_id: str) -> Part:
    return next(part for part in parts if part.id == part_id)


def _label(values: Iterable[Value], value_id: object, lang: str) -> str:
    return next((v.label.of(lang) for v in values if v.id == value_id), str(value_id or ""))


def _names(items: Iterable[Value | ActorClass]) -> Label:
    return joined(item.label for item in items)


def joined(labels: Iterable[Label]) -> Label:
    """Several labels as one list in each language."""
    known = list(labels)
    return Label(
        ar="، ".join(label.ar for label in known) or "…", en=", ".join(label.en for label in known) or "…"
    )


def one_of(names: Label) -> Label:
    """The hint that lists what there is."""
    return Label(ar=f"اختر واحداً من: {names.ar}.", en=f"Choose one of {names.en}.")
