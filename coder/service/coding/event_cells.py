"""All events of a coding beside each other: a row an event, a column a field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import Problem
from coder.model import MISSING, Coding, Event, Json
from coder.service.coding.record_rows import FormRow, rows
from coder.values.typed import show

TELLING = ("date", "place")
"""The types of field that tell events from each other first."""


@dataclass(frozen=True, slots=True)
class EventTable:
    """The events, and the fields that any of them is asked for, in the codebook's order."""

    events: Sequence[Event]
    fields: Sequence[Field]
    cells: Mapping[str, Mapping[str, FormRow]]  # by event, then by field

    def cell(self, row: int, column: int) -> FormRow | None:
        """What an event holds in a field; None where it is not asked for it, or there is no such place."""
        if 0 <= row < len(self.events) and 0 <= column < len(self.fields):
            return self.cells[self.events[row].id].get(self.fields[column].id)
        return None

    def like_above(self, row: int, column: int) -> bool:
        """Whether a cell says the same as the one above it."""
        here, above = self.cell(row, column), self.cell(row - 1, column)
        return here is not None and above is not None and _said(here) == _said(above)


def event_table(
    coding: Coding, codebook: Codebook, problems: Sequence[Problem], lang: str, *, differing: bool = False
) -> EventTable:
    """The table of a coding's events; differing: without the fields in which all of them say the same."""
    cells = {
        event.id: {row.field.id: row for row in rows(coding, event.id, codebook, problems, lang)}
        for event in coding.events
    }
    fields = []
    for field in codebook.event_fields:
        column = [of_event.get(field.id) for of_event in cells.values()]
        if any(column) and not (differing and len({each and _said(each) for each in column}) == 1):
            fields.append(field)
    return EventTable(coding.events, fields, cells)


def summary(event: Event, codebook: Codebook, lang: str) -> list[str]:
    """What tells an event from others, in few words: its type, date and place, then who."""
    known = codebook.type_field
    answers = [(field, event.answer(field.id)) for field in codebook.event_fields]
    told = [
        (field.type not in TELLING, brief(field, answer.value, codebook, lang))
        for field, answer in answers
        if answer.coded and field is not known and (field.type in TELLING or field.weight)
    ]
    kind = event.answer(known.id) if known is not None else MISSING
    name = brief(known, kind.value, codebook, lang) if known is not None and kind.coded else "…"
    return [name, *(text for _, text in sorted(told, key=lambda each: each[0]))]


def brief(field: Field, value: Json, codebook: Codebook, lang: str) -> str:
    """A value by its names alone: places without how they are written and how exact, sources without kind."""
    items = value if isinstance(value, list) else [value]
    names: list[Json] = []
    for item in items:
        of = item if isinstance(item, dict) else {}
        names.append(of.get("place_id") or of.get("as_written") or of.get("who") or item)
    if field.type not in ("place", "actor") or any(isinstance(name, dict) for name in names):
        return show(field, value, codebook, lang)
    return ("؛ " if lang == "ar" else "; ").join(codebook.label_of(field, name, lang) for name in names)


def _said(cell: FormRow) -> tuple[str, str]:
    return cell.answer.state, cell.text
