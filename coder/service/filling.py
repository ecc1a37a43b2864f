"""From the words of a span to the value of a field, by the field's type."""

from __future__ import annotations

from coder.codebook.conform import kind_misfit
from coder.codebook.days import PubDate
from coder.codebook.named_values import place_as_written
from coder.codebook.schema import Codebook, Field
from coder.codebook.values import parse
from coder.errors import CoderError
from coder.model import Candidate, Json, Span

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
    if span.value is None or kind_misfit(span.kind, span.value, codebook):
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
    return {"name": span.quote, "class": "unknown"}


def _source(field: Field, who: Json, codebook: Codebook) -> Json:
    actor = codebook.lexicon.actor(who) if isinstance(who, str) else None
    kind = _SOURCE_KIND.get(actor.actor_class if actor else who["class"], "unnamed")
    kinds = {value.id for part in field.parts if part.id == "kind" for value in part.values}
    return {"who": who, "kind": kind if kind in kinds else "unnamed"}


def item_for(field: Field, choice: str | None, typed: str, codebook: Codebook) -> Json:
    """One item from the list of choices (by its id), or one that was typed freely (choice None)."""
    if field.type == "bool":
        return choice == "true"
    if field.type not in ("actor", "place"):
        return choice if choice is not None else typed
    kinds = {value.id for part in field.parts if part.id == "kind" for value in part.values}
    if field.type == "actor" and choice in kinds:
        return {"who": None, "kind": choice}
    entry = None
    if choice is not None:
        find = codebook.lexicon.actor if field.type == "actor" else codebook.lexicon.place
        entry = find(choice)
    words = entry.name.ar if entry else typed or str(choice)
    return _item(field, choice, Span("", field.type, 0, 0, words), codebook)
