"""From the words of a span to the value of a field, by the field's type."""

from __future__ import annotations

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import kind_problem
from coder.errors import CoderError
from coder.model import Candidate, Coding, Json, Span
from coder.values.days import PubDate
from coder.values.named import place_as_written
from coder.values.typed import parse

UNKNOWN_CLASS = "unknown"
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


def published(coding: Coding) -> PubDate | None:
    """The first and last ISO day of publication as the coder has coded it, on which relative dates hang."""
    answer = coding.answer("pub_date")
    return (answer.value["start"], answer.value["end"]) if answer.coded else None


def value_for(
    field: Field, span: Span | Candidate, codebook: Codebook, pub_date: PubDate | None = None
) -> Json:
    """The value that a span gives a field, in the native shape; None where its words give none.

    A list field gets a list. Values that the suggester worked out are taken if the codebook allows them; else
    the words are read, dates against pub_date (first and last ISO day of publication).
    """
    if field.id not in codebook.span_kind(span.kind).fields:
        return None  # such words are evidence at most
    items = [
        item for given in _given(span, codebook) if (item := _item(field, given, span, codebook)) is not None
    ]
    if not items and field.type in ("date", "int_range"):
        try:
            return parse(field, span.quote, codebook, pub_date=pub_date)
        except CoderError:
            return None  # the words give no value: the coder types it
    if not items:
        return None
    return items if field.is_list else items[0]


def _given(span: Span | Candidate, codebook: Codebook) -> list[Json]:
    """What the suggester worked out, one by one, an id or a whole value; None stands for the words alone."""
    if isinstance(span.value, str):
        return [span.value]
    if span.value is None or kind_problem(span.kind, span.value, codebook):
        return [None]
    return span.value if isinstance(span.value, list) else [span.value]


def _item(field: Field, given: Json, span: Span | Candidate, codebook: Codebook) -> Json:
    """One value of the field's type out of a value of any span kind."""
    if field.type == "actor":
        who = given["who"] if isinstance(given, dict) and "who" in given else _actor(given, span, codebook)
        if not field.parts:
            return who
        return given if isinstance(given, dict) and "kind" in given else _source(field, who, codebook)
    if field.type == "place":
        if isinstance(given, dict) and "precision" in given:
            return given
        place = codebook.lexicon.place(given) if isinstance(given, str) else None
        return place_as_written(span.quote, place, field.parts)
    if field.type in ("enum", "multi", "hierarchy"):
        allowed = {value.id for value in codebook.values_of(field)}
        return given if isinstance(given, str) and given in allowed else None
    if field.type == "text":
        return None if field.value_is else span.quote
    if field.type == "date":
        return given if isinstance(given, dict) and "start" in given else None
    return given if isinstance(given, dict) and "min" in given else None


def _actor(given: Json, span: Span | Candidate, codebook: Codebook) -> Json:
    if isinstance(given, str) and codebook.lexicon.actor(given):
        return given
    if isinstance(given, dict) and "name" in given:
        return given
    return {"name": span.quote, "class": UNKNOWN_CLASS}


def _source(field: Field, who: Json, codebook: Codebook) -> Json:
    """Who says it, with the kind of source that such a one usually is."""
    actor = codebook.lexicon.actor(who) if isinstance(who, str) else None
    actor_class = actor.actor_class if actor else who["class"] if who else ""
    kinds = [value.id for part in field.parts if part.id == "kind" for value in part.values]
    kind = _SOURCE_KIND.get(actor_class, "unnamed")
    return {"who": who, "kind": kind if kind in kinds else "unnamed"}


def item_for(field: Field, value_id: str, codebook: Codebook, written: str = "") -> Json:
    """One item by its id in the list or the lexicon; an actor's "" stands for a source that has no name.

    written: how the article words a place, where that is known.
    """
    if field.type == "bool":
        return value_id == "true"
    if field.type == "actor":
        return _source(field, value_id or None, codebook) if field.parts else value_id
    if field.type == "place":
        place = codebook.lexicon.place(value_id)
        return place_as_written(written or (place.name.ar if place else value_id), place, field.parts)
    return value_id


def item_from_words(field: Field, typed: str, codebook: Codebook, actor: Json = None) -> Json:
    """One item as it was typed, whatever the lexicon knows; actor: who is meant, where that is known."""
    if field.type == "actor":
        who = actor or {"name": typed, "class": UNKNOWN_CLASS}
        return _source(field, who, codebook) if field.parts else who
    return place_as_written(typed, None, field.parts) if field.type == "place" else typed


def may_support(field: Field, kind: str, codebook: Codebook) -> bool:
    """Whether words of this kind can give the field its value; any words, where no kind does."""
    kinds = {k.id for k in codebook.span_kinds if field.id in k.fields}
    return kind in kinds if kinds else field.evidence != "none"
