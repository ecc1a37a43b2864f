"""The edit that splits an event by the items of a list."""

from __future__ import annotations

from typing import ClassVar

from msgspec.structs import replace

from coder.codebook.expressions import names_in
from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import find_shown_fields, visible
from coder.errors import CoderError
from coder.model import MISSING, Answer, Coding, Event, Json
from coder.service.edits.answer_edits import SCOPE, FieldEdit, SetValue
from coder.service.edits.context import Context, get_event
from coder.service.edits.event_edits import Dropped, DuplicateEvent

PART_OF = "part_of"
"""The relation between an event and the tally that it is a part of, if the codebook has
it.
"""


class SplitEvent(FieldEdit, frozen=True):
    """Give each item of a list an event of its own, with its evidence and the other
    values except counts.

    Counts are dropped, also proposed ones, as a total does not apply to each part. The
    scope is the default again, unless it is coded and more was counted than there are
    parts, if only in a proposed count, or, as in a campaign, nothing is; then it keeps
    its evidence, also words that count all of the acts. whole: the event stays as it is
    and the new ones are linked to it as parts of a tally; otherwise it keeps the first
    item and loses its counts too.
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
                linked = part.with_answer(link_field.id, Answer(value=[link]))
                coding = coding.with_event(linked)
            coding = self._with_item(coding, part.id, item, context)
        if self.whole:
            return coding
        return self._with_item(coding, self.event_id, first, context)

    def dropped(self, before: Coding, codebook: Codebook) -> list[Dropped]:
        """Return the shown counts and scope that the split loses; before: the coding
        before the split.
        """
        if self.whole:
            return []
        event = get_event(before, self.event_id)
        shown = find_shown_fields(event, before, codebook)
        dropped = []
        for field in self._list_reset_fields(event, before, codebook):
            value = event.answer(field.id).value
            if field.id in shown and value is not None:
                dropped.append(Dropped(field, value, field.default))
        return dropped

    def _with_item(
        self, coding: Coding, event_id: str, item: Json, context: Context
    ) -> Coding:
        """Return the coding with one item as the event's value, its scope and counts
        reset.
        """
        event = get_event(coding, event_id)
        for field in self._list_reset_fields(event, coding, context.codebook):
            initial = MISSING if field.default is None else Answer(value=field.default)
            comment = event.answer(field.id).comment
            event = event.with_answer(field.id, replace(initial, comment=comment))
        return SetValue(event_id, self.field, [item]).change(
            coding.with_event(event), context
        )

    def _list_reset_fields(
        self, event: Event, coding: Coding, codebook: Codebook
    ) -> list[Field]:
        """Return the fields that each part of an event begins anew: counts, and the
        scope if it changes.
        """
        parts = len(event.answer(self.field.id).value)
        acts = _count_acts(event, coding, codebook)
        is_several = is_tally(event, codebook) and (acts is None or acts > parts)
        fields = []
        for field in codebook.event_fields:
            if field.id not in event.fields:
                continue
            value = event.answer(field.id).value
            is_count = field.type == "int_range" and value is not None
            is_scope = field.id == SCOPE and value != field.default
            if is_count or (is_scope and not is_several):
                fields.append(field)
        return fields


def list_splittable_fields(event: Event, codebook: Codebook) -> list[Field]:
    """Return the fields by whose items the event can be split: lists of several, except
    links and sources.
    """
    fields = []
    for field in codebook.event_fields:
        is_source = field.type == "actor" and field.parts
        if not field.is_list or field.value_is is not None or is_source:
            continue
        answer = event.answer(field.id)
        if answer.coded and isinstance(answer.value, list) and len(answer.value) > 1:
            fields.append(field)
    return fields


def is_tally(event: Event, codebook: Codebook) -> bool:
    """Return whether the scope of an event is coded as another one than the default."""
    scope = event.answer(SCOPE)
    return scope.coded and scope.value != codebook.event_field(SCOPE).default


def find_part_links(codebook: Codebook) -> Field | None:
    """Return the field that links a part to its tally, None if the codebook has no such
    relation.
    """
    for field in codebook.link_fields:
        for part in field.parts:
            relations = [value.id for value in part.values]
            if part.id == "relation" and PART_OF in relations:
                return field
    return None


def _count_acts(event: Event, coding: Coding, codebook: Codebook) -> int | None:
    """Return how many acts the event counts at least, 0 if it counts none; None if it
    is not asked for any.

    If it counts acts, blows and sites, the first of these counts in the codebook, coded
    or proposed. Each is asked for by the scope, unlike the number of casualties.
    """
    asked = visible(event, coding, codebook)
    is_asked = False
    for field in codebook.event_fields:
        is_count = field.type == "int_range" and field.id in asked
        if not is_count or not field.when or SCOPE not in names_in(field.when):
            continue
        is_asked = True
        value = event.answer(field.id).value
        if value is not None:
            least: int = value["min"]
            return least
    return 0 if is_asked else None
