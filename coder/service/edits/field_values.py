"""Field values by field type: from the words of a span, chosen from a list, or typed.

The items of a list are chosen (who or where, then their other parts) and changed one by
one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from msgspec import Struct

from coder.codebook.declarations import ActorClass
from coder.codebook.schema import Codebook, Field, Value
from coder.codebook.validate import kind_problem, value_problems
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message
from coder.model import (
    Answer,
    Article,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
    items_of,
)
from coder.text.normalize import without_lone_marks
from coder.values.days import PubDate
from coder.values.named import ending, parse_actor, place_as_written, source_kind
from coder.values.typed import holds, parse, same_thing, union

PUBLISHED = "pub_date"  # the article field by which relative dates are resolved
INITIATORS = "initiators"  # the field of those who act, if the codebook has it
UNKNOWN_CLASS = "unknown"
# The characters that mark typed text as more than a name: `who: kind`, `as written =
# name`, `name [class]`.
SYNTAX = ":=["


def read_publication_day(coding: Coding) -> PubDate | None:
    """Return the first and last ISO day of publication, coded or proposed from the
    article's metadata.

    Relative dates are resolved by it.
    """
    answer = coding.answer(PUBLISHED)
    if answer.blank is not None:
        return None
    return answer.value["start"], answer.value["end"]


def find_unlisted_items(field: Field, value: Json) -> list[Json]:
    """Return the items of an actor field that name somebody in words, not by an entry
    of the list.
    """
    if field.type != "actor" or not isinstance(value, list):
        return []
    return [item for item in value if _get_typed_actor(item) is not None]


def propose_from_metadata(article: Article, codebook: Codebook) -> dict[str, Answer]:
    """Return the proposed answers that an article's metadata give to the article fields
    of the same names.

    Metadata that are no value of the field are shown in the header only.
    """
    texts = dict(article.metadata)
    if article.published:
        texts[PUBLISHED] = article.published.isoformat()
    proposals = {}
    for field in codebook.article_fields:
        text = texts.get(field.id)
        if not text or field.value_is:
            continue
        with suppress(CoderError):
            value = parse(field, text, codebook)
            if not any(value_problems(field, value, codebook)):
                proposals[field.id] = Answer(value=value, proposed=True)
    return proposals


def read_fitting_value(
    field: Field,
    span: Span | Candidate,
    book: Codebook,
    pub_date: PubDate | None = None,
) -> Json:
    """Return the value that a span gives a field, in the native format; None if it
    gives none.

    A list field gets a list. The suggester's values are used if the codebook allows
    them; otherwise the words are parsed, dates relative to pub_date (first and last ISO
    day of publication).
    """
    if not is_meant_for(span.kind, field, book):
        return None  # such words can only be evidence
    return read_span_value(field, span, book, pub_date)


def find_earlier_value(
    field: Field,
    span: Span | Candidate,
    coding: Coding,
    book: Codebook,
    event_id: str = "",
) -> Json:
    """Return the actor or place that the same words last gave this field in another
    event, None if never.

    event_id: the current event, which is ignored. If the other event has several items
    or pieces of evidence for the field, only items written in exactly these words are
    used, or the one that its coder gave them.
    """
    if field.type not in ("actor", "place"):
        return None  # other values depend on the context of the words
    alike = {
        s.id for s in coding.spans if s.kind == span.kind and s.quote == span.quote
    }
    if not alike:
        return None
    words = list_wordings(span.quote)
    for event in reversed(coding.events):
        answer = event.answer(field.id)
        is_cited = not alike.isdisjoint(answer.evidence)
        if event.id == event_id or not answer.coded or not is_cited:
            continue
        items = answer.value if field.is_list else [answer.value]
        if len(items) > 1 or len(answer.evidence) > 1:
            written = [item for item in items if _get_name_as_written(item) in words]
            items = written or _find_corrected_item(field, answer, alike, coding, book)
        if items:
            return items if field.is_list else items[0]
    return None


def _get_name_as_written(item: Json) -> Json:
    """Return the words that a place or an unlisted actor is written in, None for other
    items.
    """
    if not isinstance(item, dict):
        return None
    return item.get("as_written", item.get("name"))


def find_repeated_event(name: str, answer: Answer, earlier: Sequence[Event]) -> str:
    """Return the id of the last of these events with the same value from the same
    words, or "".
    """
    if not (answer.coded and answer.evidence):
        return ""
    for event in reversed(earlier):
        other = event.answer(name)
        if (other.value, other.evidence) == (answer.value, answer.evidence):
            return event.id
    return ""


def _find_corrected_item(
    field: Field, answer: Answer, alike: set[str], coding: Coding, book: Codebook
) -> list[Json]:
    """Return the item that a coder gave spans instead of what they read as; [] if it is
    not clear which.

    It is the only one that the answer's other evidence does not read as, if all that
    reads as some item.
    """
    items = answer.value if field.is_list else [answer.value]
    left = items
    for span in filter(None, map(coding.span, answer.evidence)):
        if not can_give(span.kind, field, book):
            continue
        value = read_span_value(field, span, book, None)
        if value is None:
            continue
        read = items_of(value)
        is_of_answer = any(holds_same(read, item) for item in items)
        if is_of_answer == (span.id in alike):
            return []
        left = [item for item in left if not holds_same(read, item)]
    return left if len(left) == 1 else []


def holds_same(items: Sequence[Json], item: Json) -> bool:
    """Return whether one of the items is the same thing, however it is worded."""
    return any(same_thing(other, item) for other in items)


class UsedValue(Struct, frozen=True):
    """A value of the article, as an item of a field.

    entry: its id in the list, "" if it is outside the lexicon. questions: what to ask
    before it is taken.
    """

    item: Json
    entry: str
    questions: Sequence[Question] = ()


def list_used_values(
    field: Field, coding: Coding, codebook: Codebook
) -> list[UsedValue]:
    """Return what events have in fields of this type, the last event first, then the
    listed values of spans.

    So an actor or a place outside the lexicon is typed only once in an article. A field
    with other parts takes it after asking for these.
    """
    found = dict[str, UsedValue]()
    parts = codebook.parts_of(field)
    same_type = [other for other in codebook.event_fields if other.type == field.type]
    for event in reversed(coding.events):
        for other in same_type:
            answer = event.answer(other.id)
            if not answer.coded:
                continue
            is_alike = codebook.parts_of(other) == parts
            for value in items_of(answer.value):
                _add_used_value(found, field, value, codebook, is_alike=is_alike)
    for span in coding.standing:
        if not has_same_type(span.kind, field, codebook):
            continue
        for value in items_of(span.value):
            entry = get_listed_id(value)
            if entry:
                found.setdefault(entry, UsedValue(value, entry))
    return list(found.values())


def _add_used_value(
    found: dict[str, UsedValue],
    field: Field,
    value: Json,
    codebook: Codebook,
    *,
    is_alike: bool,
) -> None:
    """Add a value of another field with its questions; is_alike: the fields have the
    same parts.

    A value that needs no questions replaces one that does.
    """
    entry = get_listed_id(value)
    key = entry or _get_typed_name(value)
    if not key:
        return
    if key not in found and not is_alike:
        item, asked = _convert_item(field, value, codebook)
        found[key] = UsedValue(item, entry, asked)
    elif is_alike and (key not in found or found[key].questions):
        found[key] = UsedValue(value, entry)


def _convert_item(
    field: Field, value: Json, codebook: Codebook
) -> tuple[Json, Sequence[Question]]:
    """Return a value of another field as an item of this one, and what to ask about its
    own parts.
    """
    if field.type == "place":
        parts = {part.id for part in field.parts}
        return {part: datum for part, datum in value.items() if part in parts}, ()
    who = value.get("who", value) if isinstance(value, dict) else value
    if not field.parts:
        return who, ()
    item = _make_source(field, who, codebook)
    return item, [q for q in list_questions(field, item, codebook) if q.id != "class"]


def get_listed_id(value: Json) -> str:
    """Return the id by which a value is listed, "" for one outside the list."""
    listed = (
        value.get("who", value.get("place_id")) if isinstance(value, dict) else value
    )
    return listed if isinstance(listed, str) else ""


def list_wordings(quote: str) -> tuple[str, str]:
    """Return the names that words give a value: their own, and one without marks that
    lack a partner.
    """
    return quote, without_lone_marks(quote)


def _get_typed_name(value: Json) -> str:
    """Return the name of an actor or the words of a place, "" if the value has neither."""
    actor = _get_typed_actor(value)
    if actor is not None and actor["name"]:
        return str(actor["name"])
    written = value.get("as_written") if isinstance(value, dict) else ""
    return str(written or "")


def is_meant_for(kind: str, field: Field, book: Codebook) -> bool:
    """Return whether spans of a kind give values to a field; a field that no kind names
    uses like kinds.
    """
    if any(field.id in other.fields for other in book.span_kinds):
        return field.id in book.span_kind(kind).fields
    return has_same_type(kind, field, book)


def has_same_type(kind: str, field: Field, book: Codebook) -> bool:
    """Return whether spans of a kind give values to a field of this type: actor, place,
    shared value list.
    """
    has_own_list = field.values_from is None and field.type not in ("actor", "place")
    fields = book.fields_for_kind(kind)
    return not has_own_list and any(
        (f.type, f.values_from) == (field.type, field.values_from) for f in fields
    )


def can_give(kind: str, field: Field, book: Codebook) -> bool:
    """Return whether spans of a kind can give a field a value: one of its own kinds, or
    of its type.
    """
    return is_meant_for(kind, field, book) or has_same_type(kind, field, book)


def read_span_value(
    field: Field, span: Span | Candidate, book: Codebook, pub_date: PubDate | None
) -> Json:
    """Return the value that a span gives a field as `read_fitting_value` does, whatever
    the span's kind.
    """
    # Of a span's values, `_convert_value` lets only those through that such a field
    # lists.
    is_listed = field.type in ("enum", "multi", "hierarchy")
    # The suggester's values, each an id or a whole value; None means that only the
    # words are known.
    values: list[Json] = [None]
    if isinstance(span.value, str):
        values = [span.value]
    elif span.value is not None and (
        is_listed or not kind_problem(span.kind, span.value, book)
    ):
        values = items_of(span.value)
    items = []
    for value in values:
        item = _convert_value(field, value, span, book)
        if item is not None:
            items.append(item)
    if items:
        return items if field.is_list else items[0]
    if field.type in ("date", "int_range"):
        with suppress(CoderError):  # if the words give no value, the coder types it
            return parse(field, span.quote, book, pub_date=pub_date)
    return None


def _convert_value(
    field: Field, value: Json, span: Span | Candidate, codebook: Codebook
) -> Json:
    """Convert one value of a span of any kind to the field's type; value: None if only
    the words are known.
    """
    parts = value if isinstance(value, dict) else {}
    match field.type:
        case "actor":
            return _convert_actor(field, value, span, codebook)
        case "place":
            if "precision" in parts:
                return value
            lexicon = codebook.lexicon
            place = lexicon.place(value) if isinstance(value, str) else None
            if value is None:
                place = lexicon.place_index.only(span.quote)
            return place_as_written(without_lone_marks(span.quote), place, field.parts)
        case "enum" | "multi" | "hierarchy":
            allowed = {each.id for each in codebook.values_of(field)}
            return value if isinstance(value, str) and value in allowed else None
        case "text":
            return None if field.value_is else span.quote
        case "date":
            return value if "start" in parts else None
        case _:
            return value if "min" in parts else None


def _convert_actor(
    field: Field, value: Json, span: Span | Candidate, codebook: Codebook
) -> Json:
    """Convert one value of a span to an actor or a source.

    The initiator of a person's act is the body that the lexicon names as the person's
    own.
    """
    parts = value if isinstance(value, dict) else {}
    lexicon = codebook.lexicon
    who: Json = None
    if value is None:  # a coder drew the span
        who = lexicon.named_actor(span.quote)
    elif "name" in parts or (isinstance(value, str) and lexicon.actor(value)):
        who = value
    if "who" in parts:
        who = parts["who"]
    elif not who:
        who = {"name": without_lone_marks(span.quote), "class": UNKNOWN_CLASS}
    if field.parts:
        return value if "kind" in parts else _make_source(field, who, codebook)
    if isinstance(who, str) and field.id == INITIATORS:
        actor = lexicon.actor(who)
        if actor is not None and actor.actor_class == "person" and actor.parent:
            return actor.parent
    return who


def _make_source(field: Field, who: Json, codebook: Codebook) -> Json:
    """Return a source with its actor's usual kind, if the codebook has that kind."""
    actor = codebook.lexicon.actor(who) if isinstance(who, str) else None
    actor_class = actor.actor_class if actor else who["class"] if who else ""
    kinds = [
        value.id for part in field.parts if part.id == "kind" for value in part.values
    ]
    usual = (source_kind(actor_class), "unnamed")
    return {"who": who, "kind": next((kind for kind in usual if kind in kinds), None)}


def make_item(
    field: Field, value_id: str, codebook: Codebook, written: str = ""
) -> Json:
    """Return the item for a chosen id ("" for a source without a name); written: the
    words for a place.
    """
    if field.type == "bool":
        return value_id == "true"
    if field.type == "actor":
        return (
            _make_source(field, value_id or None, codebook) if field.parts else value_id
        )
    if field.type == "place":
        place = codebook.lexicon.place(value_id)
        return place_as_written(
            written or (place.name.ar if place else value_id), place, field.parts
        )
    return value_id


class Question(Struct, frozen=True):
    """A part of an item whose value is chosen from a list."""

    id: str
    label: Bilingual
    values: Sequence[Value | ActorClass]


def list_questions(field: Field, item: Json, codebook: Codebook) -> list[Question]:
    """Return what can be chosen besides an item's name: the class of a typed actor,
    then its parts.
    """
    result = []
    if _get_typed_actor(item) is not None and codebook.actor_classes:
        result.append(
            Question("class", Message("coding.class"), codebook.actor_classes)
        )
    for part in codebook.parts_of(field):
        if part.type == "enum" and isinstance(item, dict):
            result.append(Question(part.id, part.label or field.label, part.values))
    return result


def get_part(item: Json, question: Question) -> str:
    """Return the id that an item holds for a question, "" if it holds none."""
    holder = _get_typed_actor(item) if question.id == "class" else item
    return str((holder or {}).get(question.id) or "")


def set_part(item: Json, question: Question, value_id: str) -> Json:
    """Return the item with another answer to one question."""
    if question.id == "class" and "who" in item:
        return {**item, "who": {**item["who"], "class": value_id}}
    return {**item, question.id: value_id}


def choose_from_list(
    field: Field, entry_id: str, codebook: Codebook, written: str = ""
) -> tuple[Json, list[Question]]:
    """Return the item for a chosen id, and the questions to ask next, such as the kind
    of a source.
    """
    item = make_item(field, entry_id, codebook, written)
    return item, list_questions(field, item, codebook) if field.type == "actor" else []


def make_typed_item(
    field: Field, typed: str, codebook: Codebook
) -> tuple[Json, list[Question]]:
    """Return a new item for typed words that were not chosen from a list, and the
    questions to ask next.
    """
    part = next((p for p in codebook.parts_of(field) if p.type == "enum"), None)
    name, part_value = ending(typed, part.values) if part is not None else (typed, None)
    if field.type == "place" and "=" in name:
        parse(
            field, typed, codebook
        )  # raises the error for which `fully_specified_items` did not accept it
    new = (
        parse_actor(name, codebook)
        if field.type == "actor" and name.rstrip().endswith("]")
        else None
    )
    item: Json = name
    if field.type == "actor":
        who = new or {"name": name, "class": UNKNOWN_CLASS}
        item = _make_source(field, who, codebook) if field.parts else who
    elif field.type == "place":
        item = place_as_written(name, None, field.parts)
    next_questions = [
        q
        for q in list_questions(field, item, codebook)
        if not (new and q.id == "class")
    ]
    if part is None or not part_value:
        return item, next_questions
    return {**item, part.id: part_value}, [q for q in next_questions if q.id != part.id]


def find_wording(item: Json, answer: Answer, coding: Coding) -> str:
    """Return the wording of a place if it is the quote of a span in its evidence, else
    "".
    """
    written = str(item.get("as_written", "")) if isinstance(item, dict) else ""
    for span in filter(None, map(coding.span, answer.evidence)):
        if written in list_wordings(span.quote):
            return written
    return ""


def parse_whole_items(field: Field, typed: str, codebook: Codebook) -> list[Json]:
    """Return the items of a text that specifies them fully (`who: kind`, a kind alone),
    or an empty list.
    """
    is_part_alone = any(
        not ending(typed, part.values)[0] for part in codebook.parts_of(field)
    )
    if is_part_alone or any(sign in typed for sign in SYNTAX):
        with suppress(CoderError):  # only a name, or still incomplete
            items: list[Json] = parse(field, typed, codebook)
            return items
    return []


def add_item(
    field: Field, items: Sequence[Json], item: Json, at: int | None = None
) -> list[Json]:
    """Return the items with this one added, or put at index `at`, without duplicates.

    If only one is allowed, it is replaced; raises CoderError if there is no room for
    another.
    """
    if at is None and field.most == 1 and items:
        at = 0
    if at is not None:
        return union([[item if i == at else other for i, other in enumerate(items)]])
    if holds(items, item):
        return list(items)
    if field.most is not None and len(items) >= field.most:
        count = Message("counts.values", n=field.most)
        raise CoderError("coding.at_most", field=field.label, count=count)
    return [*items, item]


def _get_typed_actor(item: Json) -> dict[str, Json] | None:
    actor = item.get("who", item) if isinstance(item, dict) else None
    return actor if isinstance(actor, dict) and "name" in actor else None
