"""Where codings of one article differ: a row per field, each coder's answer side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from coder.adjudicate.stretches import stretch_answers
from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import effective, effective_answers
from coder.model import MISSING, Answer, Cluster, Coding, Event
from coder.values.typed import same_value

State = Literal["agreed", "differs", "one", "silent"]


@dataclass(frozen=True, slots=True)
class Row:
    """One field of an event (or of the article) with who said what.

    answers: coder → answer, only those who have the event. state: `agreed` (two or more said the same),
    `differs`, `one` (a single coder has this event), `silent` (nobody answered, or it does not apply).
    """

    field: Field
    answers: Mapping[str, Answer]
    state: State


def article_rows(codings: Sequence[Coding], codebook: Codebook) -> list[Row]:
    """The rows of the questions about the article itself, and of its spans where there are no events."""
    said = {c.coder: effective_answers(c, codebook) for c in codings}
    rows = [
        _row(field, {coder: answers.get(field.id, MISSING) for coder, answers in said.items()})
        for field in codebook.article_fields
    ]
    if codebook.event_fields:
        return rows
    return [*rows, *(_row(field, answers) for field, answers in stretch_answers(codings, codebook))]


def cluster_rows(
    cluster: Cluster, codings: Sequence[Coding], clusters: Sequence[Cluster], codebook: Codebook
) -> list[Row]:
    """The rows of one cluster: answers as they count, links named by the cluster they lead to."""
    members: dict[str, Event] = {}
    for coding in codings:
        event = _member(cluster, coding)
        if event is not None:
            members[coding.coder] = _relinked(effective(event, coding, codebook), coding, clusters, codebook)
    return [
        _row(field, {coder: event.answer(field.id) for coder, event in members.items()})
        for field in codebook.event_fields
    ]


def same(a: Answer, b: Answer) -> bool:
    """Whether two answers say the same: blanks by name, lists as sets, places by what they name."""
    return a.state == b.state and (not a.coded or same_value(a.value, b.value))


def gold_id(cluster: Cluster) -> str:
    """The id of the gold event that a cluster becomes; known before it exists, so that links can use it."""
    return f"g{cluster.id.removeprefix('c')}"


def _member(cluster: Cluster, coding: Coding) -> Event | None:
    event_id = dict(cluster.members).get(coding.coder)
    return coding.event(event_id) if event_id else None


def _row(field: Field, answers: dict[str, Answer]) -> Row:
    return Row(field, answers, _state(list(answers.values())))


def _state(answers: list[Answer]) -> State:
    said = [a for a in answers if a.state not in ("missing", "not_applicable")]
    if not said:
        return "silent"
    if len(answers) == 1:
        return "one"
    return "agreed" if all(same(answers[0], other) for other in answers[1:]) else "differs"


def _relinked(event: Event, coding: Coding, clusters: Sequence[Cluster], codebook: Codebook) -> Event:
    """The event with its links to other events of the coding led to those events' gold ids instead."""
    targets = {dict(c.members).get(coding.coder): gold_id(c) for c in clusters}
    for field in codebook.event_fields:
        answer = event.answer(field.id)
        if field.value_is == "record_reference" and answer.coded:
            links = [{**link, "record": targets.get(link["record"], link["record"])} for link in answer.value]
            event = event.with_answer(field.id, replace(answer, value=links))
    return event
