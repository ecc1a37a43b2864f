"""The edit that splits an event by the items of a list."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from coder.codebook.expressions import names_in
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import shown_fields, visible
from coder.errors import CoderError
from coder.model import MISSING, Answer, Coding, Event, Json
from coder.service.edits.answer_edits import SCOPE, FieldEdit, SetValue
from coder.service.edits.context import Context, get_event
from coder.service.edits.event_edits import Dropped, DuplicateEvent

PART_OF = "part_of"
"""The relation between an event and the tally that it is a part of, if the codebook has it."""


class SplitEvent(FieldEdit, frozen=True):
    """Give each item of a list an event of its own, with its evidence and the other values except counts.

    Counts are dropped, also proposed ones, as a total does not apply to each part. The scope is the default
    again, unless it is coded and more was counted than there are parts, if only in a proposed count, or, as
    in a campaign, nothing is; then it keeps its evidence, also words that count all of the acts.
    whole: the event stays as it is and the new ones are linked to it as parts of a tally; otherwise it keeps
    the first item and loses its counts too.
    """

    what: ClassVar[str] = "event.split"
    whole: bool

    def change(self, coding: Coding, context: Context) -> Coding:
        event = get_event(coding, self.event_id)
        if self.field not in list_splittable_fields(event, context.codebook):
            raise CoderError("coding.nothing_to_split", field=self.field.label)
        link_field = find_part_links(context.codebook)
        if self.whole and link_field is None:
            raise CoderError("coding.no_parts")
        first, *others = event.answer(self.field.id).value
        for item in (first, *others) if self.whole else others:
            coding = DuplicateEvent(self.event_id).change(coding, context)
            part = coding.events[-1]
            if self.whole and link_field is not None:
                link = {"record": self.event_id, "relation": PART_OF}
                coding = coding.with_event(
                    part.with_answer(link_field.id, Answer(value=[link]))
                )
            coding = self._with_item(coding, part.id, item, context)
        return (
            coding
            if self.whole
            else self._with_item(coding, self.event_id, first, context)
        )

    def dropped(self, before: Coding, codebook: Codebook) -> list[Dropped]:
        """Return the shown counts and scope that the split loses; before: the coding before the split."""
        if self.whole:
            return []
        event = get_event(before, self.event_id)
        shown = shown_fields(event, before, codebook)
        answers = [
            (f, event.answer(f.id))
            for f in self._reset(event, before, codebook)
            if f.id in shown
        ]
        return [
            Dropped(f, answer.value, f.default)
            for f, answer in answers
            if answer.value is not None
        ]

    def _with_item(
        self, coding: Coding, event_id: str, item: Json, context: Context
    ) -> Coding:
        """Return the coding with one item as the event's value, its scope and counts reset."""
        event = get_event(coding, event_id)
        for field in self._reset(event, coding, context.codebook):
            initial = MISSING if field.default is None else Answer(value=field.default)
            comment = event.answer(field.id).comment
            event = event.with_answer(field.id, replace(initial, comment=comment))
        return SetValue(event_id, self.field, [item]).change(
            coding.with_event(event), context
        )

    def _reset(self, event: Event, coding: Coding, codebook: Codebook) -> list[Field]:
        """Return the fields that each part of an event begins anew: counts, and the scope if it changes."""
        parts = len(event.answer(self.field.id).value)
        acts = _count_acts(event, coding, codebook)
        is_several = is_tally(event, codebook) and (acts is None or acts > parts)
        answers = [
            (f, event.answer(f.id))
            for f in codebook.event_fields
            if f.id in event.fields
        ]
        return [
            field
            for field, answer in answers
            if (field.type == "int_range" and answer.value is not None)
            or (field.id == SCOPE and not is_several and answer.value != field.default)
        ]


def list_splittable_fields(event: Event, codebook: Codebook) -> list[Field]:
    """Return the fields by whose items the event can be split: lists of several, except links and sources."""
    return [
        field
        for field in codebook.event_fields
        if field.is_list
        and field.value_is is None
        and not (field.type == "actor" and field.parts)
        and (answer := event.answer(field.id)).coded
        and isinstance(answer.value, list)
        and len(answer.value) > 1
    ]


def is_tally(event: Event, codebook: Codebook) -> bool:
    """Return whether the scope of an event is coded as another one than the default."""
    scope = event.answer(SCOPE)
    return scope.coded and scope.value != codebook.event_field(SCOPE).default


def find_part_links(codebook: Codebook) -> Field | None:
    """Return the field that links a part to its tally, None if the codebook has no such relation."""
    relations = (
        (field, part)
        for field in codebook.link_fields
        for part in field.parts
        if part.id == "relation"
    )
    return next(
        (field for field, part in relations if PART_OF in (v.id for v in part.values)),
        None,
    )


def _count_acts(event: Event, coding: Coding, codebook: Codebook) -> int | None:
    """Return how many acts the event counts at least, 0 if it counts none; None if it is not asked for any.

    If it counts acts, blows and sites, the first of these counts in the codebook, coded or proposed. Each is
    asked for by the scope, unlike the number of casualties.
    """
    asked = visible(event, coding, codebook)
    counts = [
        f
        for f in codebook.event_fields
        if f.type == "int_range" and f.when and SCOPE in names_in(f.when)
    ]
    answers = [event.answer(field.id) for field in counts if field.id in asked]
    counted = (answer.value["min"] for answer in answers if answer.value is not None)
    return next(counted, 0) if answers else None
