"""Parsing, formatting and comparison of values for every field type.

Source: the shapes of values in the native format `coder/1`. Parsing the output of
`show` gives the value again. Lists are separated by `;` or `؛`, or by commas if no name
contains one.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Mapping, Sequence

from msgspec import Struct

from coder.codebook.identity import identity
from coder.codebook.label import Label, joined
from coder.codebook.lexicon_schema import Trigger
from coder.codebook.schema import Codebook, Field, Part
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
    values = [_parse_one(field, item, codebook, pub_date) for item in items]
    return [value for i, value in enumerate(values) if value not in values[:i]]


def show(field: Field, value: Json, codebook: Codebook, lang: str) -> str:
    """Format a value as short text in that language; list items are separated by `;` or
    `؛`.
    """
    if field.is_list and isinstance(value, list):
        return ("؛ " if lang == "ar" else "; ").join(
            _show_one(field, v, codebook, lang) for v in value
        )
    return _show_one(field, value, codebook, lang)


def answer_in_words(field: Field, answer: Answer, codebook: Codebook) -> Label:
    """Return an answer's value as by `show`, or its blank, in both languages."""
    if not answer.coded:
        return codebook.blank(answer.state).label
    ar, en = (show(field, answer.value, codebook, lang) or "—" for lang in ("ar", "en"))
    return Label(ar=ar, en=en)


def brief(field: Field, value: Json, codebook: Codebook, lang: str) -> str:
    """Format a value by name alone: dates and places without precision, sources without
    their kind.
    """
    if field.type == "date" and isinstance(value, dict):
        return show_days(value, lang)
    names: list[Json] = []
    for item in items_of(value):
        parts = item if isinstance(item, dict) else {}
        names.append(
            parts.get("place_id") or parts.get("as_written") or parts.get("who") or item
        )
    if field.type not in ("place", "actor") or any(
        isinstance(name, dict) for name in names
    ):
        return show(field, value, codebook, lang)
    return ("؛ " if lang == "ar" else "; ").join(
        codebook.label_of(field, name, lang) for name in names
    )


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
        defined = {
            c.id: c
            for _, c in index.listed
            if c.help and f" {wanted}" in f" {search_key(c.help)}"
        }
        found += [choice for choice in defined.values() if choice not in found]
    return found[:limit]


def _parse_one(
    field: Field, typed: str, codebook: Codebook, pub_date: PubDate | None
) -> Json:
    parts = codebook.parts_of(field)
    if (
        field.value_is == "record_reference"
    ):  # `event: relation`, the event by number or id
        relations = named.values_of(parts, "relation")
        named_event, relation = named.ending(typed, relations)
        record = _EVENT.sub("", named_event)
        if not record or relation is None:
            raise CoderError(
                "values.no_link",
                typed=typed,
                relations=joined(r.label for r in relations),
            )
        is_number = record.isdecimal() and len(record) < 10
        return {
            "record": f"e{int(record)}" if is_number else record,
            "relation": relation,
        }
    match field.type:
        case "enum" | "multi" | "hierarchy":
            entries = _entries(field, codebook)
            matches = best(Index(entries, lambda entry: entry), typed)
            if len(matches) == 1:
                return matches[0].id
            key = "values.several_values" if matches else "values.no_value"
            raise CoderError(
                key,
                typed=typed,
                names=joined(each.name for each in (matches or entries)[:8]),
            )
        case "int_range":
            return parse_range(typed, codebook.lexicon)
        case "date":
            return parse_date(typed, parts, codebook.lexicon, pub_date)
        case "place":
            return named.parse_place(typed, parts, codebook)
        case "actor":
            return (
                named.parse_source(typed, parts, codebook)
                if parts
                else named.parse_actor(typed, codebook)
            )
        case "bool":
            if search_key(typed) in (*_YES, *_NO):
                return search_key(typed) in _YES
            raise CoderError("values.neither_yes_nor_no", typed=typed)
        case "text":
            return typed


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
        relation = named.label_of(
            named.values_of(parts, "relation"), value.get("relation"), lang
        )
        event = say(lang, "values.event", number=event_number(str(value.get("record"))))
        return f"{event}: {relation}"
    if field.type in ("actor", "place"):
        show_named = named.show_source if field.type == "actor" else named.show_place
        return show_named(value, parts, codebook, lang)
    if field.type == "date":
        return show_date(value, parts, lang)
    return show_range(value) if field.type == "int_range" else str(value)


def _split(typed: str, separators: str) -> list[str]:
    return [item.strip() for item in re.split(separators, typed) if item.strip()] or [
        typed
    ]


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
        triggers = codebook.lexicon.triggers
        words = {
            v.id: triggers.get(codebook.event_type(v.id).triggers, Trigger())
            for v in values
        }
        return [
            _Entry(v.id, v.label, (*words[v.id].nouns, *words[v.id].verbs), v.help)
            for v in values
        ]
    return [_Entry(v.id, v.label, (), v.help) for v in values]


def _index(field: Field | Part, codebook: Codebook, lang: str) -> Index[Choice]:
    """Return the search index of the choices, cached per list of values as folding is
    slow.
    """
    lexicon = codebook.lexicon
    cache = codebook.kept
    by_type = {"actor": lexicon.actors, "place": lexicon.places}
    values = by_type.get(field.type or "", codebook.values_of(field))
    key = (field.type, id(values), lang)
    if key not in cache:
        if field.type == "actor":
            classes = {c.id: c.label.of(lang) for c in codebook.actor_classes}
            index = Index(
                lexicon.actors,
                lambda a: Choice(
                    a.id, a.name.of(lang), "", classes.get(a.actor_class, "")
                ),
            )
        elif field.type == "place":
            countries = {
                p.country: p.name.of(lang)
                for p in lexicon.places
                if p.kind == "country"
            }
            abroad = {
                p.id: countries.get(p.country, "")
                for p in lexicon.places
                if p.kind != "country"
            }
            index = Index(
                lexicon.places,
                lambda p: Choice(p.id, p.name.of(lang), "", abroad.get(p.id, "")),
            )
        else:
            index = Index(
                _entries(field, codebook),
                lambda e: Choice(
                    e.id, e.name.of(lang), e.help.of(lang) if e.help else ""
                ),
            )
        cache[key] = (values, index)  # with the list, whose id must stay valid
    cached: Index[Choice] = cache[key][1]
    return cached


def same_value(one: Json, other: Json) -> bool:
    """Return whether two values are equal; lists compare as sets, places by identity
    and precision.
    """
    return (
        one is other
        or (type(one) is type(other) and one == other)
        or _compared(one) == _compared(other)
    )


def holds(items: Sequence[Json], item: Json) -> bool:
    """Return whether a list contains an item, compared as by `same_value`."""
    return any(same_value([each], [item]) for each in items)


def union(lists: Iterable[Sequence[Json]]) -> list[Json]:
    """The union of lists, without duplicates, in order."""
    items: list[Json] = []
    for item in (item for each in lists for item in each):
        if not holds(items, item):
            items.append(item)
    return items


def common(lists: Sequence[Sequence[Json]]) -> list[Json]:
    """The intersection of lists."""
    return [item for item in union(lists) if all(holds(each, item) for each in lists)]


def same_thing(one: Json, other: Json) -> bool:
    """Return whether two items have the same days, bounds, place or actor, however they
    are worded.
    """
    for ends in (("start", "end"), ("min", "max")):
        if isinstance(other, Mapping) and ends[0] in other:
            return isinstance(one, Mapping) and all(
                one.get(end) == other.get(end) for end in ends
            )
    return isinstance(one, Mapping) == isinstance(other, Mapping) and identity(
        one
    ) == identity(other)


def actor_id(actor: Json) -> str:
    """Return the text by which actors are compared: the id, or the folded name and the
    class.
    """
    name = identity(actor)
    actor_class = actor.get("class") if isinstance(actor, Mapping) else None
    return f"{name} [{actor_class}]" if actor_class else name


def _compared(value: Json) -> Hashable:
    """Return what values are compared by; a part that is None or False counts as
    absent.
    """
    if isinstance(value, list):
        return frozenset(map(_compared, value))
    if not isinstance(value, Mapping):
        return type(value), value
    if "as_written" in value:
        return identity(value), value.get("precision")
    if "name" in value:
        return actor_id(value)
    return frozenset(
        (name, _compared(part))
        for name, part in value.items()
        if part is not None and part is not False
    )
