"""Parsing, formatting and comparison of values for every field type.

Source: the shapes of values in the native format `coder/1`. Parsing the output of
`show` gives the value again. Lists are separated by `;` or `؛`, or by commas if no name
contains one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import chain

from msgspec import Struct

from coder.codebook.identity import identity
from coder.codebook.label import Label, join_texts
from coder.codebook.lexicon_schema import Actor, Lexicon, Place, Trigger
from coder.codebook.schema import Codebook, Field, Part, Value
from coder.codebook.search import Index, best, search, search_key
from coder.errors import CoderError
from coder.messages.catalogue import say
from coder.model import Answer, Json, event_number, items_of
from coder.values import named
from coder.values.dates import parse_date, show_date, show_days
from coder.values.days import PubDate
from coder.values.numbers import parse_range, show_range

YES = Label(ar="نعم", en="yes")
NO = Label(ar="لا", en="no")
_YES = ("نعم", "yes", "true", "1", "y")
_NO = ("لا", "no", "false", "0", "n")
_EVENT = re.compile(r"^(?:event|(?:ال)?حدث)\s+", re.IGNORECASE)
_WORD = 3
"""The letters from which words of definitions are searched; fewer begin words in all of
them.
"""


class Choice(Struct, frozen=True):
    """One value to choose from, in the language of the screen.

    aside: distinguishes it from its namesakes. number: its own number, if it is an
    event, by which digits select it; otherwise they select by the line in the list.
    marks: the code points of the label that stand out, as they fit what was typed.
    """

    id: str
    label: str
    help: str = ""
    aside: str = ""
    number: str = ""
    marks: tuple[tuple[int, int], ...] = ()


def parse(
    field: Field, typed: str, codebook: Codebook, *, pub_date: PubDate | None = None
) -> Json:
    """Return the value of a typed text as it is stored; raises CoderError if it is not
    understood.

    pub_date: first and last ISO day of publication, needed for relative dates.
    """
    typed = typed.strip()
    if not typed:
        raise CoderError("values.nothing_typed")
    if not field.is_list:
        return _parse_one(field, typed, codebook, pub_date)
    items = _split(typed, "[;؛]")
    if len(items) == 1:
        try:
            return [_parse_one(field, items[0], codebook, pub_date)]
        except CoderError:
            items = _split(typed, "[,،]")
            if len(items) == 1:
                raise
    distinct: list[Json] = []
    for item in items:
        value = _parse_one(field, item, codebook, pub_date)
        if value not in distinct:
            distinct.append(value)
    return distinct


def show(field: Field, value: Json, codebook: Codebook, lang: str) -> str:
    """Format a value as short text in that language; list items are separated by `;` or
    `؛`.
    """
    if field.is_list and isinstance(value, list):
        shown = [_show_one(field, item, codebook, lang) for item in value]
        return _separator(lang).join(shown)
    return _show_one(field, value, codebook, lang)


def _separator(lang: str) -> str:
    return "؛ " if lang == "ar" else "; "


def answer_in_words(field: Field, answer: Answer, codebook: Codebook) -> Label:
    """Return an answer's value as by `show`, or its blank, in both languages."""
    if not answer.coded:
        return codebook.blank(answer.state).label
    return Label(
        ar=show(field, answer.value, codebook, "ar") or "—",
        en=show(field, answer.value, codebook, "en") or "—",
    )


def brief(field: Field, value: Json, codebook: Codebook, lang: str) -> str:
    """Format a value by name alone: dates and places without precision, sources without
    their kind.
    """
    if field.type == "date" and isinstance(value, dict):
        return show_days(value, lang)
    names: list[Json] = []
    for item in items_of(value):
        name = item
        if isinstance(item, dict):
            who_or_where = item.get("place_id") or item.get("as_written")
            name = who_or_where or item.get("who") or item
        names.append(name)
    has_names = not any(isinstance(name, dict) for name in names)
    if field.type not in ("place", "actor") or not has_names:
        return show(field, value, codebook, lang)
    shown = [codebook.label_of(field, name, lang) for name in names]
    return _separator(lang).join(shown)


def choices(
    field: Field | Part,
    query: str,
    codebook: Codebook,
    lang: str,
    limit: int | None = None,
) -> list[Choice]:
    """Return the values whose Arabic or English name matches the query, best first; all
    for an empty query.

    Event types also match by their trigger words, actors, places and weapons by their
    aliases; last come values whose definition has a word that begins with the query.
    """
    index = _index(field, codebook, lang)
    wanted = search_key(query)
    found = search(index, query)
    if len(wanted) >= _WORD:
        known = {choice.id for choice in found}
        for _, choice in index.listed:
            has_word = f" {wanted}" in f" {search_key(choice.help)}"
            if has_word and choice.id not in known:
                known.add(choice.id)
                found.append(choice)
    return found[:limit]


def _parse_one(
    field: Field, typed: str, codebook: Codebook, pub_date: PubDate | None
) -> Json:
    parts = codebook.parts_of(field)
    if field.value_is == "record_reference":
        return _parse_link(typed, parts)
    match field.type:
        case "enum" | "multi" | "hierarchy":
            return _parse_choice(field, typed, codebook)
        case "int_range":
            return parse_range(typed, codebook.lexicon)
        case "date":
            return parse_date(typed, parts, codebook.lexicon, pub_date)
        case "place":
            return named.parse_place(typed, parts, codebook)
        case "actor" if parts:
            return named.parse_source(typed, parts, codebook)
        case "actor":
            return named.parse_actor(typed, codebook)
        case "bool":
            key = search_key(typed)
            if key not in (*_YES, *_NO):
                raise CoderError("values.neither_yes_nor_no", typed=typed)
            return key in _YES
        case "text":
            return typed


def _parse_link(typed: str, parts: Sequence[Part]) -> Json:
    """Parse `event: relation`, with the event's number or id."""
    relations = named.values_of(parts, "relation")
    event, relation = named.ending(typed, relations)
    record = _EVENT.sub("", event)
    if not record or relation is None:
        labels = join_texts(each.label for each in relations)
        raise CoderError("values.no_link", typed=typed, relations=labels)
    if record.isdecimal() and len(record) < 10:
        record = f"e{int(record)}"
    return {"record": record, "relation": relation}


def _parse_choice(field: Field, typed: str, codebook: Codebook) -> str:
    """Return the id of the only value that a typed text names."""
    entries = _entries(field, codebook)
    matches = best(Index(entries, lambda entry: entry), typed)
    if len(matches) == 1:
        return matches[0].id
    if matches:
        names = join_texts(entry.name for entry in matches[:8])
        raise CoderError("values.several_values", typed=typed, names=names)
    names = join_texts(entry.name for entry in entries[:8])
    raise CoderError("values.no_value", typed=typed, names=names)


def _show_one(field: Field, value: Json, codebook: Codebook, lang: str) -> str:
    parts = codebook.parts_of(field)
    if isinstance(value, bool):
        return (YES if value else NO).of(lang)
    if field.type == "actor" and not parts:
        return named.show_actor(value, codebook, lang)
    if not isinstance(value, dict):
        shown = codebook.label_of(field, value, lang)
        return " ".join(shown.split()) if field.type == "text" else shown
    if field.value_is == "record_reference":
        relations = named.values_of(parts, "relation")
        relation = named.label_of(relations, value.get("relation"), lang)
        number = event_number(str(value.get("record")))
        return f"{say(lang, 'values.event', number=number)}: {relation}"
    match field.type:
        case "actor":
            return named.show_source(value, parts, codebook, lang)
        case "place":
            return named.show_place(value, parts, codebook, lang)
        case "date":
            return show_date(value, parts, lang)
        case "int_range":
            return show_range(value)
    return str(value)


def _split(typed: str, separators: str) -> list[str]:
    """Return the items that a text names, or the text alone if it only has separators."""
    items = [item.strip() for item in re.split(separators, typed)]
    return [item for item in items if item] or [typed]


class _Entry(Struct, frozen=True):
    id: str
    name: Label
    forms: tuple[str, ...] = ()
    help: Label | None = None


def _entries(field: Field | Part, codebook: Codebook) -> list[_Entry]:
    if field.type == "bool":
        return [_Entry("true", YES, _YES), _Entry("false", NO, _NO)]
    values = codebook.values_of(field)
    source = field.values_from if isinstance(field, Field) else None
    if source == "lexicon.weapons":
        return [_Entry(w.id, w.name, w.forms) for w in codebook.lexicon.weapons]
    if source == "event_types":
        return [_type_entry(value, codebook) for value in values]
    return [_Entry(v.id, v.label, (), v.help) for v in values]


def _type_entry(value: Value, codebook: Codebook) -> _Entry:
    """Return the entry of an event type, with its trigger words."""
    list_name = codebook.event_type(value.id).triggers
    words = codebook.lexicon.triggers.get(list_name, Trigger())
    return _Entry(value.id, value.label, (*words.nouns, *words.verbs), value.help)


def _index(field: Field | Part, codebook: Codebook, lang: str) -> Index[Choice]:
    """Return the search index of the choices, cached per list of values as folding is
    slow.
    """
    lexicon = codebook.lexicon
    values: object = codebook.values_of(field)
    if field.type == "actor":
        values = lexicon.actors
    elif field.type == "place":
        values = lexicon.places
    key = (field.type, id(values), lang)
    if key not in codebook.kept:
        if field.type == "actor":
            index = _actor_index(codebook, lang)
        elif field.type == "place":
            index = _place_index(lexicon, lang)
        else:
            index = _value_index(field, codebook, lang)
        # with the list, whose id must stay valid
        codebook.kept[key] = (values, index)
    cached: Index[Choice] = codebook.kept[key][1]
    return cached


def _actor_index(codebook: Codebook, lang: str) -> Index[Choice]:
    classes = {each.id: each.label.of(lang) for each in codebook.actor_classes}

    def choice(actor: Actor) -> Choice:
        aside = classes.get(actor.actor_class, "")
        return Choice(actor.id, actor.name.of(lang), aside=aside)

    return Index(codebook.lexicon.actors, choice)


def _place_index(lexicon: Lexicon, lang: str) -> Index[Choice]:
    countries = {}
    for place in lexicon.places:
        if place.kind == "country":
            countries[place.country] = place.name.of(lang)

    def choice(place: Place) -> Choice:
        is_country = place.kind == "country"
        aside = "" if is_country else countries.get(place.country, "")
        return Choice(place.id, place.name.of(lang), aside=aside)

    return Index(lexicon.places, choice)


def _value_index(field: Field | Part, codebook: Codebook, lang: str) -> Index[Choice]:
    def choice(entry: _Entry) -> Choice:
        help_ = entry.help.of(lang) if entry.help else ""
        return Choice(entry.id, entry.name.of(lang), help_)

    return Index(_entries(field, codebook), choice)


def same_value(one: Json, other: Json) -> bool:
    """Return whether two values are equal; lists compare as sets, places by identity
    and precision.
    """
    if one is other:
        return True
    if type(one) is type(other) and one == other:
        return True
    return _make_comparable(one) == _make_comparable(other)


def holds(items: Sequence[Json], item: Json) -> bool:
    """Return whether a list contains an item, compared as by `same_value`."""
    return any(same_value([each], [item]) for each in items)


def union(lists: Iterable[Sequence[Json]]) -> list[Json]:
    """Return the union of lists, without duplicates, in order."""
    items: list[Json] = []
    for item in chain.from_iterable(lists):
        if not holds(items, item):
            items.append(item)
    return items


def common(lists: Sequence[Sequence[Json]]) -> list[Json]:
    """Return the intersection of lists."""
    return [item for item in union(lists) if all(holds(each, item) for each in lists)]


def same_thing(one: Json, other: Json) -> bool:
    """Return whether two items have the same days, bounds, place or actor, however they
    are worded.
    """
    if not isinstance(one, Mapping) or not isinstance(other, Mapping):
        if isinstance(one, Mapping) or isinstance(other, Mapping):
            return False
        return identity(one) == identity(other)
    for first, last in (("start", "end"), ("min", "max")):
        if first in other:
            same_first = one.get(first) == other.get(first)
            return same_first and one.get(last) == other.get(last)
    return identity(one) == identity(other)


def actor_id(actor: Json) -> str:
    """Return the text by which actors are compared: the id, or the folded name and the
    class.
    """
    name = identity(actor)
    actor_class = actor.get("class") if isinstance(actor, Mapping) else None
    return f"{name} [{actor_class}]" if actor_class else name


def _make_comparable(value: Json) -> Hashable:
    """Return what values are compared by; a part that is None or False counts as
    absent.
    """
    if isinstance(value, list):
        return frozenset(map(_make_comparable, value))
    if not isinstance(value, Mapping):
        return type(value), value
    if "as_written" in value:
        return identity(value), value.get("precision")
    if "name" in value:
        return actor_id(value)
    parts = set()
    for name, part in value.items():
        if part is not None and part is not False:
            parts.add((name, _make_comparable(part)))
    return frozenset(parts)
