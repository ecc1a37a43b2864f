"""From the words of a span to the value of a field, by the field's type."""

from __future__ import annotations

from coder.codebook.schema import Codebook, Field
from coder.codebook.values import parse
from coder.errors import CoderError
from coder.model import Candidate, Json, Span

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
}
_SOURCE_KIND = {
    "government": "official",
    "state_military": "official",
    "state_security": "official",
    "coalition": "official",
    "igo": "official",
    "armed_group": "party_statement",
    "ngo_monitor": "monitor",
    "media": "media",
    "person": "named_person",
}


def value_for(field: Field, span: Span | Candidate, codebook: Codebook) -> Json:
    """The value that a span gives a field, in the native shape; None where its words give none.

    A list field gets a list. Values that the suggester worked out are taken; else the words are read.
    """
    if field.type == "actor":
        item = _source(field, span, codebook) if field.parts else _actor(span, codebook)
        return [item] if field.is_list else item
    if field.type == "place":
        place = _place(span, codebook)
        return [place] if field.is_list else place
    if field.type in ("enum", "multi", "hierarchy"):
        allowed = {value.id for value in codebook.values_of(field)}
        if not isinstance(span.value, str) or span.value not in allowed:
            return None
        return [span.value] if field.is_list else span.value
    if field.type == "text":
        return None if field.value_is else span.quote
    if isinstance(span.value, dict) and _fits(field, span.value):
        return span.value
    try:
        return parse(field, span.quote, codebook)
    except CoderError:
        return None  # the words give no value: the coder types it


def _fits(field: Field, value: dict[str, Json]) -> bool:
    return ("start" in value) if field.type == "date" else ("min" in value)


def _actor(span: Span | Candidate, codebook: Codebook) -> Json:
    if isinstance(span.value, str) and codebook.lexicon.actor(span.value):
        return span.value
    if isinstance(span.value, dict) and "name" in span.value:
        return {"name": span.value["name"], "class": span.value.get("class", "unknown")}
    return {"name": span.quote, "class": "unknown"}


def _source(field: Field, span: Span | Candidate, codebook: Codebook) -> Json:
    if isinstance(span.value, dict) and "who" in span.value:
        return span.value
    who = _actor(span, codebook)
    actor = codebook.lexicon.actor(who) if isinstance(who, str) else None
    kind = _SOURCE_KIND.get(actor.actor_class if actor else who["class"], "unnamed")
    kinds = {value.id for part in field.parts if part.id == "kind" for value in part.values}
    return {"who": who, "kind": kind if kind in kinds else "unnamed"}


def _place(span: Span | Candidate, codebook: Codebook) -> Json:
    place = codebook.lexicon.place(span.value) if isinstance(span.value, str) else None
    if place is None:
        return {"as_written": span.quote, "precision": "town"}
    out: dict[str, Json] = {"as_written": span.quote, "place_id": place.id}
    if place.admin1:
        out["admin1"] = place.admin1
    if place.country:
        out["country"] = place.country
    return {**out, "precision": _PRECISION.get(place.kind, "region")}


def item_for(field: Field, choice: str | None, typed: str, codebook: Codebook) -> Json:
    """One item from the list of choices (by its id), or one that was typed freely (choice None)."""
    if field.type == "actor" and field.parts:
        kinds = {value.id for part in field.parts if part.id == "kind" for value in part.values}
        if choice in kinds:
            return {"who": None, "kind": choice}
        return _source(field, _as_span("actor", choice, typed, codebook), codebook)
    if field.type == "actor":
        return _actor(_as_span("actor", choice, typed, codebook), codebook)
    if field.type == "place":
        return _place(_as_span("place", choice, typed, codebook), codebook)
    if field.type == "bool":
        return choice == "true"
    return choice if choice is not None else typed


def _as_span(kind: str, choice: str | None, typed: str, codebook: Codebook) -> Span:
    if choice is None:
        return Span("", kind, 0, 0, typed)
    entry = codebook.lexicon.actor(choice) if kind == "actor" else codebook.lexicon.place(choice)
    return Span("", kind, 0, 0, entry.name.ar if entry else choice, value=choice)
