"""The record form as rows: the fields asked, their values and problems, and the help
for a field.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Literal, get_args

from msgspec import Struct
from msgspec.structs import astuple

from coder.codebook.label import Label, in_language, join_texts
from coder.codebook.schema import Codebook, EventType, Field, Value
from coder.codebook.settle import locked
from coder.codebook.validate import Problem, find_shown_fields, visible_article
from coder.messages.catalogue import say
from coder.model import Answer, Blank, Coding, items_of
from coder.revisions.recode import LOOK_AGAIN
from coder.service.edits.field_values import find_repeated_event
from coder.text.display import isolate_sentence
from coder.values.typed import brief, show

State = Literal[
    "set", "by_codebook", "proposed", "empty", "not_stated", "not_applicable", "wrong"
]
"""by_codebook: the value is the codebook's, by default or by a rule, and has no
evidence but the trigger.
"""
# Legible without colour.
SIGNS: dict[State, str] = dict(zip(get_args(State), "✓=~·?-!", strict=True))


class FormRow(Struct, frozen=True, eq=False):
    """One field as shown in the form: the same object while nothing about it changes."""

    field: Field
    answer: Answer
    state: State
    text: str  # the value or blank as displayed
    brief: str  # the same by name alone
    problem: Problem | None  # the first, if any
    locked: bool
    # the nearest earlier event that has the same value from the same words, or ""
    repeats: str
    linked_from: Sequence[tuple[str, Value]] = ()
    """The events that a field of theirs links to this one, each with the relation."""

    @property
    def is_open(self) -> bool:
        """Return whether the field is empty although it is required or has a problem."""
        return self.state == "empty" and (
            self.field.required or self.problem is not None
        )

    @property
    def is_kept(self) -> bool:
        """Return whether the field has a value or evidence, not only proposed, whose
        place no blank takes.
        """
        has_some = self.answer.value is not None or bool(self.answer.evidence)
        return has_some and not self.answer.proposed


def list_rows(
    coding: Coding,
    event_id: str,
    codebook: Codebook,
    problems: Sequence[Problem],
    lang: str,
    known: Sequence[FormRow] = (),
) -> list[FormRow]:
    """Return the rows of the visible fields of an event, or for "" of the article, in
    codebook order.

    known: earlier rows, which stand for those that are no different, so that their
    lines can be kept.
    """
    event = coding.event(event_id)
    if event is None:
        fields = codebook.article_fields
        shown = visible_article(coding, codebook)
    else:
        fields = codebook.event_fields
        shown = find_shown_fields(event, coding, codebook)
    first_problems: dict[str | None, Problem] = {}
    for problem in problems:
        is_shown = problem.severity == "error" or problem.rule == LOOK_AGAIN
        if is_shown and (problem.event_id or "") == event_id:
            first_problems.setdefault(problem.field, problem)
    earlier = [*takewhile(lambda each: each.id != event_id, coding.events)]
    trigger: tuple[str, ...] = ()
    if event is not None and codebook.type_field is not None:
        trigger = event.answer(codebook.type_field.id).evidence[:1]
    links = codebook.link_fields
    before = {row.field.id: row for row in known}
    result = list[FormRow]()
    for field in fields:
        if field.id not in shown:
            continue
        answer = (event or coding).answer(field.id)
        is_locked = event is not None and locked(field, event, coding, codebook)
        text = ""
        short = ""
        if answer.blank is None:
            text = show(field, answer.value, codebook, lang)
            short = brief(field, answer.value, codebook, lang)
        elif answer.blank is not Blank.MISSING:
            text = codebook.blank(answer.blank.value).label.of(lang)
            short = text
        first = first_problems.get(field.id)
        state = _find_state(answer, first)
        has_own_evidence = answer.evidence not in ((), trigger)
        is_given = is_locked or answer.value == field.default
        if state == "set" and is_given and not has_own_evidence:
            state = "by_codebook"
        repeats = ""
        if state != "by_codebook":
            repeats = find_repeated_event(field.id, answer, earlier)
        linked_from: Sequence[tuple[str, Value]] = ()
        if field in links:
            linked_from = [*_find_links_to(field, coding, event_id)]
        row = FormRow(
            field, answer, state, text, short, first, is_locked, repeats, linked_from
        )
        same = before.get(field.id)
        is_same = same is not None and astuple(same) == astuple(row)
        result.append(same if same is not None and is_same else row)
    return result


def _find_links_to(
    field: Field, coding: Coding, event_id: str
) -> Iterator[tuple[str, Value]]:
    """Yield the id and the relation of each event that links to this one."""
    relations = {value.id: value for part in field.parts for value in part.values}
    for event in coding.events:
        for link in items_of(event.answer(field.id).value):
            if not isinstance(link, dict) or link["record"] != event_id:
                continue
            if link["relation"] in relations:
                yield event.id, relations[link["relation"]]


def _find_state(answer: Answer, problem: Problem | None) -> State:
    if answer.proposed:
        return "proposed"
    if answer.blank is Blank.MISSING:
        must_look = problem is not None and problem.rule == LOOK_AGAIN
        return "wrong" if must_look else "empty"
    if problem is not None:
        return "wrong"
    if answer.blank is None:
        return "set"
    return "not_stated" if answer.blank is Blank.NOT_STATED else "not_applicable"


def describe_field_help(
    field: Field,
    answer: Answer | None,
    codebook: Codebook,
    lang: str,
    *,
    every_value: bool = False,
) -> list[tuple[str, str]]:
    """Return (heading, text) pairs: help and notes of the field and of the values it
    holds, or of all.
    """
    values: dict[str, tuple[Label | None, Value | EventType]] = {}
    for listed in codebook.values_of(field):
        values[listed.id] = (listed.help, listed)
    if field.values_from == "event_types":
        for event_type in codebook.every_type():
            values[event_type.id] = (event_type.definition, event_type)
    coded = answer.value if answer is not None and answer.coded else None
    names = [
        each for each in items_of(coded) if isinstance(each, str) and each in values
    ]
    bare = []
    if every_value:
        for name, (text, item) in values.items():
            if not text:
                bare.append(item.label)
            elif name not in names:
                names.append(name)
    result = _describe(say(lang, "coding.definition"), field.help, field, lang)
    for name in names:
        text, item = values[name]
        result += _describe(item.label.of(lang), text, item, lang)
    if bare:
        result.append(
            (say(lang, "coding.values"), join_texts(bare, "؛ ", "; ").of(lang))
        )
    return result


def _describe(
    heading: str, text: Label | None, item: Field | Value | EventType, lang: str
) -> list[tuple[str, str]]:
    """Return the help for a field or a value, and its notes under their own headings."""
    result = [(heading, text.of(lang) if text else "")]
    for key, notes in (
        ("include", item.include),
        ("exclude", item.exclude),
        ("examples", item.examples),
    ):
        if notes:
            sentences = [isolate_sentence(in_language(note, lang)) for note in notes]
            words = join_texts(sentences, "؛ ", "; ").of(lang)
            result.append((say(lang, f"coding.{key}"), words))
    return result
