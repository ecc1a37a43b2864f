"""The table of a coding's events: one row per event, one column per field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.messages.catalogue import say
from coder.model import Answer, Blank, Coding, Event
from coder.service.coding.record_rows import FormRow, list_rows
from coder.values.typed import brief

TELLING = ("date", "place")
"""The field types that distinguish events best; a summary lists them first."""


class EventTable(Struct, frozen=True):
    """The events, and the fields asked of at least one of them, in codebook order."""

    events: Sequence[Event]
    fields: Sequence[Field]
    cells: Mapping[str, Mapping[str, FormRow]]  # by event, then by field

    def cell(self, row: int, column: int) -> FormRow | None:
        """Return a cell, None if the event is not asked for the field or the position
        is out of range.
        """
        if 0 <= row < len(self.events) and 0 <= column < len(self.fields):
            return self.cells[self.events[row].id].get(self.fields[column].id)
        return None

    def same_as_above(self, row: int, column: int) -> bool:
        """Return whether a cell shows the same as the one above it."""
        here = self.cell(row, column)
        above = self.cell(row - 1, column)
        return (
            here is not None
            and above is not None
            and _get_shown(here) == _get_shown(above)
        )


def make_event_table(
    coding: Coding,
    codebook: Codebook,
    problems: Sequence[Problem],
    lang: str,
    *,
    differing: bool = False,
    keep: str = "",
) -> EventTable:
    """Return the table of a coding's events.

    differing: omit fields in which all events show the same, but not the field with the
    id `keep`.
    """
    cells = {
        event.id: {
            row.field.id: row
            for row in list_rows(coding, event.id, codebook, problems, lang)
        }
        for event in coding.events
    }
    fields = []
    for field in codebook.event_fields:
        column = [of_event.get(field.id) for of_event in cells.values()]
        is_same = len({each and _get_shown(each) for each in column}) == 1
        if any(column) and not (differing and is_same and field.id != keep):
            fields.append(field)
    return EventTable(coding.events, fields, cells)


def summarize_event(event: Event, codebook: Codebook, lang: str) -> list[str]:
    """Return short texts that tell an event from others: its type, date and place, then
    weighted fields.

    Values other than a field's default come behind the type: several acts are no
    incident, a denied one is none that happened. Of fields of one type, such as who
    acts and who is acted on, those after an empty one are named.
    """
    type_field = codebook.type_field
    name = "—"
    if type_field is not None:
        kind = event.answer(type_field.id)
        if kind.coded:
            name = brief(type_field, kind.value, codebook, lang)
    others = []
    telling = list[str]()
    weighted = list[str]()
    empty_types = set[str]()
    for field in codebook.event_fields:
        answer = event.answer(field.id)
        if field.default is not None and answer.coded and answer.value != field.default:
            others.append(brief(field, answer.value, codebook, lang))
        is_telling = field.type in TELLING
        if field is type_field or not (is_telling or field.weight):
            continue
        if not answer.coded:
            empty_types.add(field.type)
            continue
        text = brief(field, answer.value, codebook, lang)
        if field.type in empty_types:
            text = f"{field.label.of(lang)}: {text}"
        (telling if is_telling else weighted).append(text)
    return [name, *others, *telling, *weighted]


def describe_blank(answer: Answer, codebook: Codebook, lang: str) -> str:
    """Return a blank of submitted or decided work as text, where what is missing was
    left empty.
    """
    if answer.blank is Blank.MISSING:
        return say(lang, "review.left_empty")
    return codebook.blank(answer.state).label.of(lang)


def _get_shown(cell: FormRow) -> tuple[str, str]:
    return cell.answer.state, cell.text
