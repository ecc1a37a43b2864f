"""What the chooser offers about whole events and about a value's evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.codebook.schema import Codebook, Field
from coder.model import Candidate, Coding, Event, Span
from coder.text.normalize import fold_key
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.record_lines import type_in_words
from coder.values.typed import Choice, show

TELLING = ("place", "date")
"""The types of field by which one event is told from another, beside what happened."""


def event_in_words(event: Event, codebook: Codebook, lang: str) -> str:
    """An event's id, type, place and date, as far as they are coded."""
    answers = [(f, event.answer(f.id)) for f in codebook.event_fields if f.type in TELLING]
    told = [show(f, a.value, codebook, lang) for f, a in answers if a.coded]
    return listed(event.id, type_in_words(event, codebook, lang), *told)


def merge_task(
    coding: Coding, event_id: str, codebook: Codebook, lang: str, accept: Callable[[str], None]
) -> Task:
    """The task of choosing the event that goes into this one; accept gets its id."""
    offered = [Choice(e.id, event_in_words(e, codebook, lang)) for e in _others(coding, event_id)]
    return _task(say(lang, "merge_which", event=event_id), offered, accept)


def copy_task(
    coding: Coding,
    event_id: str,
    field: Field,
    codebook: Codebook,
    lang: str,
    accept: Callable[[str, bool], None],
) -> Task:
    """The task of choosing what is copied; accept gets an event's id and whether the one field is meant."""
    ones, alls = [], []
    for event in _others(coding, event_id):
        name, answer = event_in_words(event, codebook, lang), event.answer(field.id)
        if answer.coded:
            value = show(field, answer.value, codebook, lang)
            label = field.label.of(lang)
            ones.append(
                Choice(f"one:{event.id}", say(lang, "copy_one", field=label, value=value, event=event.id))
            )
        alls.append(Choice(f"all:{event.id}", say(lang, "copy_all", event=name)))

    def chosen(choice_id: str) -> None:
        what, _, source = choice_id.partition(":")
        accept(source, what == "one")

    return _task(say(lang, "copy_which", event=event_id), [*ones, *alls], chosen)


def evidence_task(
    field: Field,
    spans: Sequence[Span | Candidate],
    lang: str,
    look: Callable[[str], None],
    drop: Callable[[str], None],
) -> Task:
    """A field's evidence: the article follows the cursor, choosing stays there, or takes one away."""
    gos = [Choice(f"go:{s.id}", f"«{s.quote}»") for s in spans]
    drops = [Choice(f"drop:{s.id}", say(lang, "remove", text=f"«{s.quote}»")) for s in spans]

    def chosen(choice_id: str) -> None:
        what, _, span_id = choice_id.partition(":")
        (drop if what == "drop" else look)(span_id)

    title = say(lang, "evidence_of", field=field.label.of(lang), n=len(spans))
    return _task(title, [*gos, *drops], chosen, look=lambda choice: look(choice.id.partition(":")[2]))


def _others(coding: Coding, event_id: str) -> list[Event]:
    return [event for event in coding.events if event.id != event_id]


def _task(
    title: str,
    offered: Sequence[Choice],
    accept: Callable[[str], None],
    look: Callable[[Choice], None] | None = None,
) -> Task:
    def found(query: str) -> list[Choice]:
        return [c for c in offered if fold_key(query) in fold_key(c.label)]

    def chosen(choice: Choice | str) -> None:
        if isinstance(choice, Choice):
            accept(choice.id)

    return Task(title, found, chosen, look=look)
