"""What a field's value is, by the field's type: from the words of a span, chosen from a list, or typed.

The items of a list are chosen (who or where, then what else has to be said) and changed one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from coder.codebook.declarations import ActorClass
from coder.codebook.schema import Codebook, Field, Value
from coder.codebook.validate import kind_problem, value_problems
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message
from coder.model import Answer, Article, Candidate, Coding, Json, Span
from coder.values.days import PubDate
from coder.values.named import ending, parse_actor, place_as_written
from coder.values.typed import parse

PUBLISHED = "pub_date"  # the field of the article on which relative dates hang
UNKNOWN_CLASS = "unknown"
_SOURCE_KIND = {
    **dict.fromkeys(("government", "state_military", "state_security", "coalition", "igo"), "official"),
    **{"armed_group": "party_statement", "ngo_monitor": "monitor"},
    **{"media": "media", "person": "named_person"},
}
# Signs by which typed text says more than a name: `who: kind`, `as written = name`, `name [class]`.
SYNTAX = ":=["


def published(coding: Coding) -> PubDate | None:
    """The first and last ISO day of publication as it is coded, or as the article's metadata propose it.

    Relative dates hang on it.
    """
    answer = coding.answer(PUBLISHED)
    return (answer.value["start"], answer.value["end"]) if answer.blank is None else None


def from_metadata(article: Article, codebook: Codebook) -> dict[str, Answer]:
    """What an article's metadata propose for the fields of the article that have their names."""
    day = {PUBLISHED: article.published.isoformat()} if article.published else {}
    found = {}
    for field in codebook.article_fields:
        if (typed := {**article.metadata, **day}.get(field.id)) and not field.value_is:
            with suppress(CoderError):  # what fits no value of the field stands in the header alone
                value = parse(field, typed, codebook)
                if not any(value_problems(field, value, codebook)):
                    found[field.id] = Answer(value=value, proposed=True)
    return found


def value_for(field: Field, span: Span | Candidate, book: Codebook, pub_date: PubDate | None = None) -> Json:
    """The value that a span gives a field, in the native shape; None where its words give none.

    A list field gets a list. Values that the suggester worked out are taken if the codebook allows them;
    else the words are read, dates against pub_date (first and last ISO day of publication).
    """
    if not serves(span.kind, field, book):
        return None  # such words are evidence at most
    return value_told(field, span, book, pub_date)


def value_before(field: Field, span: Span | Candidate, coding: Coding, event_id: str = "") -> Json:
    """Who or where the same words were when the coder last filled the field of another event from them.

    None if never. event_id: the event at hand, whose words may support what they do not name. Where the
    field holds several, only what is written as these words says what they gave.
    """
    if field.type not in ("actor", "place"):
        return None  # the value of other words hangs on where they stand
    alike = {s.id for s in coding.spans if s.kind == span.kind and s.quote == span.quote}
    for event in reversed(coding.events) if alike else ():
        answer = event.answer(field.id)
        if event.id == event_id or not answer.coded or answer.proposed or alike.isdisjoint(answer.evidence):
            continue
        items = answer.value if field.is_list else [answer.value]
        if len(items) > 1 or len(answer.evidence) > 1:
            items = [
                i for i in items if isinstance(i, dict) and span.quote == i.get("as_written", i.get("name"))
            ]
        if items:
            return items if field.is_list else items[0]
    return None


def serves(kind: str, field: Field, book: Codebook) -> bool:
    """Whether words of a kind are those of a field; one that no kind names has those of a field alike."""
    if any(field.id in other.fields for other in book.span_kinds):
        return field.id in book.span_kind(kind).fields
    return is_alike(kind, field, book)


def is_alike(kind: str, field: Field, book: Codebook) -> bool:
    """Whether words of a kind serve a field of the same type, if not this one: who, where, an event type."""
    has_own_list = field.values_from is None and field.type not in ("actor", "place")
    taken = book.fields_for_kind(kind)
    return not has_own_list and any((f.type, f.values_from) == (field.type, field.values_from) for f in taken)


def value_told(field: Field, span: Span | Candidate, book: Codebook, pub_date: PubDate | None) -> Json:
    """The same where it is settled that these words tell the field's value, of whatever kind they are."""
    # What the suggester worked out, one by one, an id or a whole value; None stands for the words alone.
    worked_out: list[Json] = [None]
    if isinstance(span.value, str):
        worked_out = [span.value]
    elif span.value is not None and not kind_problem(span.kind, span.value, book):
        worked_out = span.value if isinstance(span.value, list) else [span.value]
    found = (_item(field, given, span, book) for given in worked_out)
    items = [item for item in found if item is not None]
    if not items and field.type in ("date", "int_range"):
        try:
            return parse(field, span.quote, book, pub_date=pub_date)
        except CoderError:
            return None  # the words give no value: the coder types it
    if not items:
        return None
    return items if field.is_list else items[0]


def _item(field: Field, given: Json, span: Span | Candidate, codebook: Codebook) -> Json:
    """One value of the field's type out of a value of any span kind."""
    of, lexicon = given if isinstance(given, dict) else {}, codebook.lexicon
    if field.type == "actor":
        who = given if "name" in of or (isinstance(given, str) and lexicon.actor(given)) else None
        if given is None and (actor := lexicon.actor_named(span.quote)) is not None:
            who = actor.id
        who = of.get("who", who or {"name": span.quote, "class": UNKNOWN_CLASS})
        if not field.parts:
            return who
        return given if "kind" in of else _source(field, who, codebook)
    if field.type == "place":
        if "precision" in of:
            return given
        place = lexicon.place(given) if isinstance(given, str) else None
        if given is None:  # nobody worked it out: a coder drew the span
            place = lexicon.place_named(span.quote)
        return place_as_written(span.quote, place, field.parts)
    if field.type in ("enum", "multi", "hierarchy"):
        allowed = {value.id for value in codebook.values_of(field)}
        return given if isinstance(given, str) and given in allowed else None
    if field.type == "text":
        return None if field.value_is else span.quote
    return given if ("start" if field.type == "date" else "min") in of else None


def _source(field: Field, who: Json, codebook: Codebook) -> Json:
    """Who says it, with the kind of source that such a one usually is, if the codebook has it."""
    actor = codebook.lexicon.actor(who) if isinstance(who, str) else None
    actor_class = actor.actor_class if actor else who["class"] if who else ""
    kinds = [value.id for part in field.parts if part.id == "kind" for value in part.values]
    usual = (_SOURCE_KIND.get(actor_class), "unnamed")
    return {"who": who, "kind": next((kind for kind in usual if kind in kinds), None)}


def item_for(field: Field, value_id: str, codebook: Codebook, written: str = "") -> Json:
    """An item by its id, an actor's "" for a source without a name; written: words for a place."""
    if field.type == "bool":
        return value_id == "true"
    if field.type == "actor":
        return _source(field, value_id or None, codebook) if field.parts else value_id
    if field.type == "place":
        place = codebook.lexicon.place(value_id)
        return place_as_written(written or (place.name.ar if place else value_id), place, field.parts)
    return value_id


@dataclass(frozen=True, slots=True)
class Question:
    """A part of an item that is chosen from a list."""

    id: str
    label: Bilingual
    values: Sequence[Value | ActorClass]


def questions(field: Field, item: Json, codebook: Codebook) -> list[Question]:
    """What can be chosen about an item beside its name: the class of a typed actor, then its parts."""
    asked = []
    if _typed_actor(item) is not None and codebook.actor_classes:
        asked.append(Question("class", Message("coding.class"), codebook.actor_classes))
    for part in codebook.parts_of(field):
        if part.type == "enum" and isinstance(item, dict):
            asked.append(Question(part.id, part.label or field.label, part.values))
    return asked


def answer_to(item: Json, question: Question) -> str:
    """The id that an item has for a question, "" where it has none."""
    holder = _typed_actor(item) if question.id == "class" else item
    return str((holder or {}).get(question.id) or "")


def with_answer(item: Json, question: Question, value_id: str) -> Json:
    """The item with one part chosen anew and all else as it was."""
    if question.id == "class" and "who" in item:
        return {**item, "who": {**item["who"], "class": value_id}}
    return {**item, question.id: value_id}


def from_list(
    field: Field, entry_id: str, codebook: Codebook, written: str = ""
) -> tuple[Json, list[Question]]:
    """The item of `item_for`, and what to ask next: who a source is does not say how it speaks."""
    item = item_for(field, entry_id, codebook, written)
    return item, questions(field, item, codebook) if field.type == "actor" else []


def from_words(field: Field, typed: str, codebook: Codebook) -> tuple[Json, list[Question]]:
    """The item that words stand for as they are typed, known to the lexicon or not, and what to ask next."""
    part = next((p for p in codebook.parts_of(field) if p.type == "enum"), None)
    name, said = ending(typed, part.values) if part is not None else (typed, None)
    if field.type == "place" and "=" in name:
        parse(field, typed, codebook)  # raises what is wrong with it, or it were spelt out
    new = parse_actor(name, codebook) if field.type == "actor" and name.rstrip().endswith("]") else None
    item: Json = name
    if field.type == "actor":
        who = new or {"name": name, "class": UNKNOWN_CLASS}
        item = _source(field, who, codebook) if field.parts else who
    elif field.type == "place":
        item = place_as_written(name, None, field.parts)
    asked = [q for q in questions(field, item, codebook) if not (new and q.id == "class")]
    if part is None or not said:
        return item, asked
    return {**item, part.id: said}, [q for q in asked if q.id != part.id]


def words_of(item: Json, answer: Answer, coding: Coding) -> str:
    """The article's own words for a place: those of its evidence, "" where it was only chosen or typed."""
    written = str(item.get("as_written", "")) if isinstance(item, dict) else ""
    quotes = {span.quote for span_id in answer.evidence if (span := coding.span(span_id)) is not None}
    return written if written in quotes else ""


def spelt_out(field: Field, typed: str, codebook: Codebook) -> list[Json]:
    """The items of a text that says all there is to say (`who: kind`), none where it does not."""
    if not any(sign in typed for sign in SYNTAX):
        return []
    with suppress(CoderError):  # what is typed so far is a name, or not yet whole
        items: list[Json] = parse(field, typed, codebook)
        return items
    return []


def with_item(field: Field, items: Sequence[Json], item: Json, at: int | None = None) -> list[Json]:
    """The items with one more, or this one at number `at` or in place of the only one allowed; none twice."""
    if at is None and field.most == 1 and items:
        at = 0
    if at is not None:
        rest = [item if i == at else other for i, other in enumerate(items)]
        return [other for i, other in enumerate(rest) if other not in rest[:i]]
    if item in items:
        return list(items)
    if field.most is not None and len(items) >= field.most:
        count = Message("counts.values", n=field.most)
        raise CoderError("coding.at_most", field=field.label, count=count)
    return [*items, item]


def _typed_actor(item: Json) -> dict[str, Json] | None:
    actor = item.get("who", item) if isinstance(item, dict) else None
    return actor if isinstance(actor, dict) and "name" in actor else None
