"""The record form as rows: which fields are asked, what each holds, what is wrong with it, what it means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from coder.codebook.label import Label
from coder.codebook.schema import Codebook, EventType, Field, Value
from coder.codebook.settle import locked
from coder.codebook.validate import Problem, visible, visible_article
from coder.messages.catalogue import say
from coder.model import Answer, Blank, Coding
from coder.revisions.recode import LOOK_AGAIN
from coder.values.typed import show

State = Literal["set", "proposed", "empty", "not_stated", "not_applicable", "wrong"]
SIGNS: dict[State, str] = dict(zip(get_args(State), "✓~·?-!", strict=True))  # for who sees no colour


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field as the form shows it."""

    field: Field
    answer: Answer
    state: State
    text: str  # its value in words
    problem: Problem | None  # the first
    locked: bool

    @property
    def is_open(self) -> bool:
        """Whether nothing stands there and something is asked for."""
        return self.state == "empty" and (self.field.required or self.problem is not None)


def rows(
    coding: Coding, event_id: str, codebook: Codebook, problems: Sequence[Problem], lang: str
) -> list[FormRow]:
    """The fields asked now, in the codebook's order; event_id "" gives those of the article."""
    event = coding.event(event_id)
    fields = codebook.article_fields if event is None else codebook.event_fields
    asked = visible_article(coding, codebook) if event is None else visible(event, coding, codebook)
    wrong: dict[str | None, Problem] = {}
    for problem in (p for p in problems if (p.event_id or "") == event_id):
        if problem.severity == "error" or problem.rule == LOOK_AGAIN:
            wrong.setdefault(problem.field, problem)
    out = []
    for field in (field for field in fields if field.id in asked):
        answer = (event or coding).answer(field.id)
        is_locked = event is not None and locked(field, event, coding, codebook)
        text = show(field, answer.value, codebook, lang) if answer.blank is None else ""
        if answer.blank is not None and answer.blank is not Blank.MISSING:
            text = codebook.blank(answer.blank.value).label.of(lang)
        first = wrong.get(field.id)
        out.append(FormRow(field, answer, _state(answer, first), text, first, is_locked))
    return out


def _state(answer: Answer, problem: Problem | None) -> State:
    if answer.proposed:
        return "proposed"
    if answer.blank is Blank.MISSING:
        return "wrong" if problem is not None and problem.rule == LOOK_AGAIN else "empty"
    if problem is not None:
        return "wrong"
    if answer.blank is None:
        return "set"
    return "not_stated" if answer.blank is Blank.NOT_STATED else "not_applicable"


def about_field(field: Field, answer: Answer | None, codebook: Codebook, lang: str) -> list[tuple[str, str]]:
    """(heading, text): the field's help and notes, then those of each value that it holds."""
    told: list[tuple[str, Label | None, Field | Value | EventType]]
    told = [(say(lang, "coding.field"), field.help, field)]
    value = answer.value if answer is not None and answer.coded else None
    for each in value if isinstance(value, list) else [value]:
        if field.values_from == "event_types" and isinstance(each, str) and codebook.path_of(each):
            event_type = codebook.event_type(each)
            told.append((event_type.label.of(lang), event_type.definition, event_type))
        elif (known := next((v for v in codebook.values_of(field) if v.id == each), None)) is not None:
            told.append((known.label.of(lang), known.help, known))
    found, between = [], "؛ " if lang == "ar" else "; "
    for heading, text, item in told:
        found.append((heading, text.of(lang) if text else ""))
        # What belongs, what does not, and examples, as far as the codebook says so.
        said = {"include": item.include, "exclude": item.exclude, "examples": item.examples}
        for key, notes in said.items():
            if notes:
                found.append((say(lang, f"coding.{key}"), between.join(note.of(lang) for note in notes)))
    return found
