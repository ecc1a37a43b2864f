"""The items of a list value: choosing who or where, then what else has to be said, and changing one alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from coder.codebook.declarations import ActorClass
from coder.codebook.schema import Codebook, Field, Value
from coder.errors import CoderError
from coder.messages.catalogue import Bilingual, Message
from coder.model import Answer, Coding, Json
from coder.service.edits.span_values import item_for, item_from_words
from coder.values.named import ending, parse_actor
from coder.values.typed import parse

CLASS = Message("coding.class")
SYNTAX = ":=["
"""Signs by which typed text says more than a name: `who: kind`, `as written = name`, `name [class]`."""


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
        asked.append(Question("class", CLASS, codebook.actor_classes))
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
    """The item that a choice from the lexicon or the list stands for, "" for nobody, and what to ask next.

    Its parts begin as what is usual; who a source is does not say how it speaks, so that is asked.
    written: how the article words a place, where that is known.
    """
    item = item_for(field, entry_id, codebook, written)
    asked = questions(field, item, codebook) if field.type == "actor" else []
    return item, asked


def from_words(field: Field, typed: str, codebook: Codebook) -> tuple[Json, list[Question]]:
    """The item that words stand for as they are typed, known to the lexicon or not, and what to ask next."""
    name, said = typed, ""
    part = next((p for p in codebook.parts_of(field) if p.type == "enum"), None)
    if part is not None:
        name, found = ending(typed, part.values)
        said = found or ""
    if field.type == "place" and "=" in name:
        parse(field, typed, codebook)  # raises what is wrong with it, or it were spelt out
    new = parse_actor(name, codebook) if field.type == "actor" and name.rstrip().endswith("]") else None
    item = item_from_words(field, name, codebook, new)
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
    try:
        items: list[Json] = parse(field, typed, codebook)
    except CoderError:
        return []  # what is typed so far is a name, or not yet whole
    return items


def with_item(field: Field, items: Sequence[Json], item: Json, at: int | None = None) -> list[Json]:
    """The items with one more, or with this one in the place of number `at`; never the same one twice.

    Where the field takes one value the new one takes its place.
    """
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
    """The actor of an item that no lexicon knows."""
    actor = item.get("who", item) if isinstance(item, dict) else None
    return actor if isinstance(actor, dict) and "name" in actor else None
