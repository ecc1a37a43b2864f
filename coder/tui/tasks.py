"""From a field to what the chooser offers for it, and from what was chosen back to a value."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.codebook.number_words import in_words
from coder.codebook.schema import Codebook, Field
from coder.codebook.values import Choice, choices, parse, show
from coder.model import Answer, Coding, Json
from coder.service.commands import published
from coder.service.filling import item_for
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.text.reading import Reading
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.form import type_in_words
from coder.tui.words import say

TYPED = "="
"""Stands before a choice id that keeps what was typed as it is."""


def value_task(
    field: Field,
    answer: Answer,
    codebook: Codebook,
    coding: Coding,
    lang: str,
    accept: Callable[[Json], None],
    *,
    event_id: str = "",
    query: str = "",
) -> Task:
    """The task of giving a field a value; accept gets the field's whole new value.

    In a list, choosing an item that is there takes it out again.
    """
    title = say(lang, "choose_value", field=field.label.of(lang))
    if field.value_is == "record_reference":
        offered = _links(field, codebook, coding, event_id, lang)
    elif field.type in ("date", "int_range", "text"):
        return _typed_task(field, answer, codebook, coding, lang, accept, title, query)
    else:
        offered = _listed(field, answer, codebook, lang)

    def chosen(choice: Choice | str) -> None:
        choice_id = choice.id if isinstance(choice, Choice) else TYPED + choice
        accept(_new_value(field, answer, choice_id, codebook))

    single = answer.value if answer.coded and isinstance(answer.value, str) else ""
    return Task(
        title=title, choices=offered, accept=chosen, digits=field.type != "place", query=query, at=single
    )


def find_task(reading: Reading, lang: str, accept: Callable[[int, int], None], after: int = 0) -> Task:
    """The task of finding words in a text, in any spelling; accept gets the stretch that was chosen.

    after: the code point from which on the first find is the first of the list.
    """
    folded, text = reading.folded(), reading.text

    def offered(query: str) -> Sequence[Choice]:
        wanted = fold_key(query)
        found: list[Choice] = []
        at = folded.text.find(wanted) if wanted else -1
        while at >= 0 and len(found) < 99:
            start, end = folded.span(at, at + len(wanted))
            around = text[max(0, start - 20) : end + 30].replace("\n", " ")
            found.append(Choice(f"{start}-{end}", isolate(around)))
            at = folded.text.find(wanted, at + 1)
        return sorted(found, key=lambda c: int(c.id.partition("-")[0]) < after)

    def chosen(choice: Choice | str) -> None:
        if isinstance(choice, Choice):
            start, _, end = choice.id.partition("-")
            accept(int(start), int(end))

    return Task(say(lang, "find"), offered, chosen, digits=False)


def comment_task(field: Field, answer: Answer, lang: str, accept: Callable[[str], None]) -> Task:
    """The task of writing a comment on a field; a lone dash takes the comment away."""

    def chosen(choice: Choice | str) -> None:
        text = choice if isinstance(choice, str) else choice.label
        accept("" if text.strip() == "-" else text)

    title = say(lang, "comment_on", field=field.label.of(lang))
    return Task(title, lambda _: (), chosen, read=lambda text: text, digits=False, query=answer.comment)


def _typed_task(
    field: Field,
    answer: Answer,
    codebook: Codebook,
    coding: Coding,
    lang: str,
    accept: Callable[[Json], None],
    title: str,
    query: str,
) -> Task:
    pub_date = published(coding)

    def read(text: str) -> str:
        value = parse(field, text, codebook, pub_date=pub_date)
        shown = show(field, value, codebook, lang)
        spelt = in_words(value) if field.type == "int_range" and lang == "ar" else ""
        return f"{shown} ({spelt})" if spelt else shown

    def chosen(choice: Choice | str) -> None:
        text = choice if isinstance(choice, str) else choice.id
        accept(parse(field, text, codebook, pub_date=pub_date))

    start = str(answer.value) if field.type == "text" and answer.coded and not query else query
    return Task(
        title=title,
        choices=lambda _: (),
        accept=chosen,
        read=read,
        digits=False,
        query=start,
        placeholder=say(lang, f"type_{field.type}"),
    )


def _listed(field: Field, answer: Answer, codebook: Codebook, lang: str) -> Callable[[str], Sequence[Choice]]:
    free = field.type in ("actor", "place")

    def offered(query: str) -> Sequence[Choice]:
        found = list(choices(field, query, codebook, lang))
        if free and query.strip():
            text = query.strip()
            found.append(Choice(TYPED + text, say(lang, "as_typed", text=text), ""))
        if field.is_list and answer.coded and not query:
            found += _removals(field, answer, codebook, lang)
        if field.type == "place" and answer.coded and not query:
            found += [
                Choice(f"precision:{v.id}", say(lang, "precision", label=v.label.of(lang)), "")
                for part in field.parts
                if part.id == "precision"
                for v in part.values
            ]
        return found

    return offered


def _removals(field: Field, answer: Answer, codebook: Codebook, lang: str) -> list[Choice]:
    return [
        Choice(f"remove:{i}", say(lang, "remove", text=show(field, [item], codebook, lang)), "")
        for i, item in enumerate(answer.value)
    ]


def _links(
    field: Field, codebook: Codebook, coding: Coding, event_id: str, lang: str
) -> Callable[[str], Sequence[Choice]]:
    relations = [v for part in field.parts if part.id == "relation" for v in part.values]

    def offered(query: str) -> Sequence[Choice]:
        found = []
        for event in coding.events:
            if event.id == event_id:
                continue
            name = type_in_words(event, codebook, lang)
            for relation in relations:
                label = f"{relation.label.of(lang)} ← {event.id} {name}"
                found.append(Choice(f"link:{event.id}:{relation.id}", label, ""))
        words = query.split()
        return [c for c in found if all(w in f"{c.label} {c.id}" for w in words)]

    return offered


def _new_value(field: Field, answer: Answer, choice_id: str, codebook: Codebook) -> Json:
    what, _, rest = choice_id.partition(":")
    items = list(answer.value) if field.is_list and answer.coded else []
    if what == "remove":
        return [item for i, item in enumerate(items) if str(i) != rest]
    if what == "precision":
        return [*items[:-1], {**items[-1], "precision": rest}]
    if what == "link":
        event, _, relation = rest.partition(":")
        item: Json = {"record": event, "relation": relation}
    elif choice_id.startswith(TYPED):
        item = item_for(field, None, choice_id.removeprefix(TYPED), codebook)
    else:
        item = item_for(field, choice_id, "", codebook)
    if not field.is_list:
        return item
    return [i for i in items if i != item] if item in items else [*items, item]
