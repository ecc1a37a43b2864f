"""What the chooser asks for beside values: words to find, a comment, another event, a piece of evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from coder.codebook.schema import Codebook, Field
from coder.model import Answer, Candidate, Coding, Event, Span
from coder.text.display import isolate
from coder.text.normalize import fold_key
from coder.text.segment import Reading
from coder.tui.sentences import listed, say
from coder.tui.widgets.chooser import Task
from coder.tui.widgets.record_lines import type_in_words
from coder.values.typed import Choice, show

TELLING = ("place", "date")
"""The types of field by which one event is told from another, beside what happened."""


def find_task(reading: Reading, lang: str, accept: Callable[[int, int], None], after: int = 0) -> Task:
    """The task of finding words in a text, in any spelling; accept gets the stretch that was chosen.

    after: the code point from which on the first find is the first of the list.
    """
    folded, text = reading.folded, reading.text

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
    return choice_task(say(lang, "merge_which", event=event_id), offered, accept)


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

    return choice_task(say(lang, "copy_which", event=event_id), [*ones, *alls], chosen)


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
    return choice_task(title, [*gos, *drops], chosen, look=lambda choice: look(choice.id.partition(":")[2]))


def _others(coding: Coding, event_id: str) -> list[Event]:
    return [event for event in coding.events if event.id != event_id]


def choice_task(
    title: str,
    offered: Sequence[Choice],
    accept: Callable[[str], None],
    *,
    at: str = "",
    by_id: bool = False,
    look: Callable[[Choice], None] | None = None,
) -> Task:
    """The task of choosing one of these, found by their labels; accept gets its id. by_id: also by ids."""

    def found(query: str) -> list[Choice]:
        wanted = fold_key(query)
        return [c for c in offered if wanted in fold_key(f"{c.label} {c.id}" if by_id else c.label)]

    def chosen(choice: Choice | str) -> None:
        if isinstance(choice, Choice):
            accept(choice.id)

    return Task(title, found, chosen, at=at, look=look)
