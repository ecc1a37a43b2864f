"""The record form as rows: which fields are asked, what each holds and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import locked
from coder.codebook.validate import Problem, visible, visible_article
from coder.model import Answer, Blank, Coding
from coder.revisions.recode import LOOK_AGAIN
from coder.values.typed import show

State = Literal["set", "proposed", "empty", "not_stated", "not_applicable", "wrong"]
SIGNS: dict[State, str] = {
    "set": "✓",
    "proposed": "~",
    "empty": "·",
    "not_stated": "?",
    "not_applicable": "-",
    "wrong": "!",
}
"""How a row says its state without colour."""


@dataclass(frozen=True, slots=True)
class FormRow:
    """One field as the form shows it: its state, value in words, evidence, and the first problem."""

    field: Field
    answer: Answer
    state: State
    text: str
    problem: Problem | None
    locked: bool


def rows(
    coding: Coding, event_id: str, codebook: Codebook, problems: Sequence[Problem], lang: str
) -> list[FormRow]:
    """The fields asked now, in the codebook's order; event_id "" gives those of the article."""
    event = coding.event(event_id)
    if event is None:
        asked = visible_article(coding, codebook)
        fields = [f for f in codebook.article_fields if f.id in asked]
    else:
        asked = visible(event, coding, codebook)
        fields = [f for f in codebook.event_fields if f.id in asked]
    wrong: dict[str | None, Problem] = {}
    for problem in problems:
        counts = problem.severity == "error" or problem.rule == LOOK_AGAIN
        if (problem.event_id or "") == event_id and counts:
            wrong.setdefault(problem.field, problem)
    out = []
    for field in fields:
        answer = event.answer(field.id) if event is not None else coding.answer(field.id)
        is_locked = event is not None and locked(field, event, coding, codebook)
        text = ""
        if answer.blank is None:
            text = show(field, answer.value, codebook, lang)
        elif answer.blank is not Blank.MISSING:
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
