"""Edits of whole events: opening, deleting, copying, merging, splitting; and handing a coding in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from coder.codebook.label import joined
from coder.codebook.schema import Codebook, Field
from coder.codebook.settle import locked
from coder.codebook.validate import visible
from coder.errors import CoderError
from coder.model import (
    MISSING,
    Answer,
    Blank,
    Candidate,
    Coding,
    Decision,
    Event,
    Json,
    Span,
    Status,
    event_number,
)
from coder.service.edits.answer_edits import SCOPE, Put, SetValue
from coder.service.edits.edits import Context, event_of, next_id, settled
from coder.service.edits.field_values import published, value_before, value_told
from coder.service.edits.span_edits import Decided, with_span_of

PART_OF = "part_of"
"""The relation of a part to the tally that it is a part of, where there is one."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A value that a merge did not keep: what the other event said in a field, and what stands there now."""

    field: Field
    value: Json
    kept: Json


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """A new event; its trigger gives the type, and what the sentence offers stands by until confirmed.

    Where the codebook has triggers anything else is refused; where it has none the event is empty. The
    evidence of a proposal names candidates; confirming it turns them into spans. That the report is of one
    act, where nothing else is said, rests on the trigger.
    """

    what: ClassVar[str] = "event.opened"
    target: Candidate | Span | None

    def apply(self, coding: Coding, context: Context) -> Coding:
        codebook, target = context.codebook, self.target
        triggers = [kind for kind in codebook.span_kinds if codebook.is_trigger(kind.id)]
        if not triggers:
            return _with_new_event(coding, context)[0]
        wanted, letters = joined(kind.label for kind in triggers), ", ".join(kind.key for kind in triggers)
        if target is None:
            raise CoderError("coding.no_trigger_here", wanted=wanted, letters=letters)
        if not codebook.is_trigger(target.kind):
            raise CoderError("coding.no_trigger", quote=target.quote, wanted=wanted, letters=letters)
        decided = Decided(coding.spans)
        rejected = {s.id for s in coding.spans if s.decision is Decision.REJECTED}
        proposals = {
            name: [c for c in found if (span := decided.about(c)) is None or span.id not in rejected]
            for name, found in context.propose(target).items()
        }
        coding, trigger = with_span_of(coding, target)
        coding, event = _with_new_event(coding, context)
        if codebook.type_field is not None:
            name = codebook.type_field.id
            told = next((c.value for c in proposals.pop(name, ()) if c.value), trigger.value)
            coding = Put(event.id, codebook.type_field, replace(trigger, value=told)).apply(coding, context)
            event = event_of(coding, event.id)
        for name, candidates in proposals.items():
            field = codebook.event_field(name)
            untouched = Answer(value=field.default)
            if event.fields.get(name, untouched) != untouched:
                continue
            pub = published(coding)
            said = [value_before(field, c, coding) or value_told(field, c, codebook, pub) for c in candidates]
            known = [value for value in said if value is not None]
            value = known[0] if known else None
            if known and field.is_list:
                value = _once([item for items in known for item in items])[: field.max]
            if value is not None and value != field.default:
                evidence = tuple(c.id for c in candidates if c.end > c.start)
                event = event.with_answer(name, Answer(value=value, evidence=evidence, proposed=True))
        scope = event.fields.get(SCOPE)
        if scope is not None and scope.coded and not scope.evidence:
            event = event.with_answer(SCOPE, replace(scope, evidence=(trigger.id,)))
        return coding.with_event(event)


@dataclass(frozen=True, slots=True)
class DeleteEvent:
    """The event goes; its spans stay."""

    what: ClassVar[str] = "event.deleted"
    event_id: str

    def apply(self, coding: Coding, context: Context) -> Coding:
        return _without(coding, self.event_id)


@dataclass(frozen=True, slots=True)
class DuplicateEvent:
    """A new event at the end with the same values and evidence; comments stay with the first."""

    what: ClassVar[str] = "event.duplicated"
    event_id: str

    def apply(self, coding: Coding, context: Context) -> Coding:
        event = event_of(coding, self.event_id)
        fields = {name: replace(answer, comment="") for name, answer in event.fields.items()}
        return coding.with_event(Event(_new_id(coding, context), fields))


@dataclass(frozen=True, slots=True)
class CopyValues:
    """Each field asked here that holds nothing gets what the other event holds; or `field`, whatever it held.

    Proposals give way, values and `not stated` stay. Evidence comes along, comments do not.
    """

    what: ClassVar[str] = "values.copied"
    event_id: str
    source_id: str
    field: Field | None = None

    def apply(self, coding: Coding, context: Context) -> Coding:
        return self.copied(coding, context)[0]

    def copied(self, coding: Coding, context: Context) -> tuple[Coding, int]:
        """The coding after it, and how many fields were filled."""
        source, count = event_of(coding, self.source_id), 0
        fields = context.codebook.event_fields if self.field is None else (self.field,)
        for field in fields:  # in order: an event type that is copied asks for more
            here = event_of(coding, self.event_id).answer(field.id)
            wanted = self.field is not None or here.state == Blank.MISSING
            if wanted and (changed := self.with_copy(field, source, coding, context)):
                coding, count = changed, count + 1
        if self.field is not None and not count:
            if self.field.id not in visible(event_of(coding, self.event_id), coding, context.codebook):
                raise CoderError("coding.not_asked", field=self.field.label)
            raise CoderError(
                "coding.nothing_to_copy", field=self.field.label, event=event_number(self.source_id)
            )
        return coding, count

    def with_copy(self, field: Field, source: Event, coding: Coding, context: Context) -> Coding | None:
        """The coding with one field copied; None where there is nothing to copy, or it may not be there."""
        event, there = event_of(coding, self.event_id), source.answer(field.id)
        if field.value_is == "record_reference" and there.coded:
            links = _without_links(there.value, self.event_id)
            there = replace(there, value=links) if links else MISSING
        is_asked = field.id in visible(event, coding, context.codebook)
        if there.state == Blank.MISSING or not is_asked or locked(field, event, coding, context.codebook):
            return None
        answer = replace(there, comment=event.answer(field.id).comment)
        return settled(coding, event.with_answer(field.id, answer), context)


@dataclass(frozen=True, slots=True)
class CopyDown:
    """Each later event that is asked for the field and holds nothing there gets what this one holds."""

    what: ClassVar[str] = "values.filled"
    event_id: str
    field: Field

    def apply(self, coding: Coding, context: Context) -> Coding:
        source, before = event_of(coding, self.event_id), coding
        for event in coding.events[coding.events.index(source) + 1 :]:
            if event.answer(self.field.id).state == Blank.MISSING:
                copy = CopyValues(event.id, self.event_id, self.field)
                coding = copy.with_copy(self.field, source, coding, context) or coding
        if coding is before:
            raise CoderError(
                "coding.nothing_to_fill", field=self.field.label, event=event_number(self.event_id)
            )
        return coding


@dataclass(frozen=True, slots=True)
class SplitEvent:
    """Each item of a list gets an event of its own, with its evidence and the other values but no counts.

    A total is not said of each part. whole: the event stays as it is, as the tally of which the new ones are
    parts, and linked so; else it keeps the first item, and its counts go too.
    """

    what: ClassVar[str] = "event.split"
    event_id: str
    field: Field
    whole: bool

    def apply(self, coding: Coding, context: Context) -> Coding:
        event = event_of(coding, self.event_id)
        if self.field not in splittable(event, context.codebook):
            raise CoderError("coding.nothing_to_split", field=self.field.label)
        linking = part_links(context.codebook)
        if self.whole and linking is None:
            raise CoderError("coding.no_parts")
        first, *others = event.answer(self.field.id).value
        for item in (first, *others) if self.whole else others:
            coding = DuplicateEvent(self.event_id).apply(coding, context)
            part = coding.events[-1]
            if self.whole and linking is not None:
                link = {"record": self.event_id, "relation": PART_OF}
                coding = coding.with_event(part.with_answer(linking.id, Answer(value=[link])))
            coding = self._with_item(coding, part.id, item, context)
        return coding if self.whole else self._with_item(coding, self.event_id, first, context)

    def dropped(self, before: Coding, codebook: Codebook) -> list[Dropped]:
        """The counts that no event has after it, from the coding before it."""
        event = event_of(before, self.event_id)
        counts = [] if self.whole else [f for f in codebook.event_fields if f.type == "int_range"]
        return [Dropped(f, a.value, None) for f in counts if (a := event.answer(f.id)).coded]

    def _with_item(self, coding: Coding, event_id: str, item: Json, context: Context) -> Coding:
        event = event_of(coding, event_id)
        for field in context.codebook.event_fields:
            if field.id in event.fields and (field.id == SCOPE or field.type == "int_range"):
                fresh = MISSING if field.default is None else Answer(value=field.default)
                comment = event.answer(field.id).comment
                event = event.with_answer(field.id, replace(fresh, comment=comment))
        return SetValue(event_id, self.field, [item]).apply(coding.with_event(event), context)


@dataclass(frozen=True, slots=True)
class MergeEvents:
    """Two of a coder's events become one.

    Where both have a value the kept event's stays. Evidence and links of both are united, comments stand one
    after the other, links to the event that is gone lead to the kept.
    """

    what: ClassVar[str] = "events.merged"
    kept_id: str
    gone_id: str

    def apply(self, coding: Coding, context: Context) -> Coding:
        kept, gone = event_of(coding, self.kept_id), event_of(coding, self.gone_id)
        if self.kept_id == self.gone_id:
            raise CoderError("coding.merged_with_itself")
        names = dict.fromkeys((*kept.fields, *gone.fields))
        links = {f.id for f in context.codebook.event_fields if f.value_is == "record_reference"}
        united = {n: _united(kept.answer(n), gone.answer(n), both=n in links) for n in names}
        merged = _without(coding, self.gone_id).with_event(Event(self.kept_id, united))
        merged = _relinked(merged, context.codebook, self.kept_id, self.gone_id)
        return settled(merged, event_of(merged, self.kept_id), context)

    def dropped(self, before: Coding, after: Coding, codebook: Codebook) -> list[Dropped]:
        """The values that the merge did not keep, from the codings before and after it."""
        gone, kept = event_of(before, self.gone_id), event_of(after, self.kept_id)
        asked = visible(kept, after, codebook)
        found = []
        for field in codebook.event_fields:
            was = gone.answer(field.id)
            if not was.coded or field.value_is == "record_reference":
                continue
            now = kept.answer(field.id) if field.id in asked else MISSING
            left = now.value if now.coded else None
            lost = None if was.value == left else was.value
            if field.is_list:
                lost = [item for item in was.value if item not in (left or [])]
            if lost:
                found.append(Dropped(field, lost, left))
        return found


@dataclass(frozen=True, slots=True)
class Submit:
    """The coding is finished; whether it may be is for the session to know."""

    what: ClassVar[str] = "coding.submitted"

    def apply(self, coding: Coding, context: Context) -> Coding:
        return replace(coding, status=Status.SUBMITTED)


def splittable(event: Event, codebook: Codebook) -> list[Field]:
    """The fields by whose items an event can be split: lists of several, but of no links and no sources."""
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


def part_links(codebook: Codebook) -> Field | None:
    """The field that ties a part to its whole, None where the codebook has no such relation."""
    for field in codebook.event_fields:
        if field.value_is == "record_reference":
            for part in field.parts:
                if part.id == "relation" and PART_OF in (value.id for value in part.values):
                    return field
    return None


def _with_new_event(coding: Coding, context: Context) -> tuple[Coding, Event]:
    event = Event(_new_id(coding, context))
    coding = settled(coding, event, context)
    return coding, event_of(coding, event.id)


def _new_id(coding: Coding, context: Context) -> str:
    """One that no event has, and by which no link and no remark means an event that is gone."""
    links = [f.id for f in context.codebook.event_fields if f.value_is == "record_reference"]
    held = (event.answer(name).value for event in coding.events for name in links)
    linked = (_record(link) for value in held if isinstance(value, list) for link in value)
    gone = [each for each in (*linked, *context.remarked()) if isinstance(each, str)]
    return next_id("e", [*(event.id for event in coding.events), *gone])


def _once(items: list[Json]) -> list[Json]:  # which may be such as cannot be hashed
    return [item for i, item in enumerate(items) if item not in items[:i]]


def _without(coding: Coding, event_id: str) -> Coding:
    return replace(coding, events=tuple(e for e in coding.events if e.id != event_id))


def _united(kept: Answer, gone: Answer, *, both: bool) -> Answer:
    """The better answered of the two, at equal rank the kept one's; both: a list holds the items of both."""

    # Values go before blanks, these before evidence alone, this before proposals, these before nothing; max
    # takes the first of equals.
    def rank(a: Answer) -> tuple[bool, bool, bool, bool]:
        return a.coded, a.state != Blank.MISSING, bool(a.evidence) and not a.proposed, a.proposed

    chosen = max(kept, gone, key=rank)
    if both and kept.coded and gone.coded:
        chosen = replace(kept, value=[*kept.value, *(item for item in gone.value if item not in kept.value)])
    alike = kept.proposed == gone.proposed  # the evidence of a proposal names candidates
    evidence = (*kept.evidence, *gone.evidence) if alike else chosen.evidence
    comment = " · ".join(dict.fromkeys(filter(None, (kept.comment, gone.comment))))
    return replace(chosen, evidence=tuple(dict.fromkeys(evidence)), comment=comment)


def _relinked(coding: Coding, codebook: Codebook, kept_id: str, gone_id: str) -> Coding:
    names = [f.id for f in codebook.event_fields if f.value_is == "record_reference"]
    for event in coding.events:
        for name in names:
            answer = event.answer(name)
            if answer.coded and isinstance(answer.value, list):
                links = [{**k, "record": kept_id} if _record(k) == gone_id else k for k in answer.value]
                links = _once(_without_links(links, event.id))
                emptied = replace(MISSING, comment=answer.comment) if answer.comment else None
                event = event.with_answer(name, replace(answer, value=links) if links else emptied)
        coding = coding.with_event(event)
    return coding


def _without_links(links: Json, event_id: str) -> list[Json]:
    return [link for link in links if _record(link) != event_id] if isinstance(links, list) else []


def _record(link: Json) -> Json:
    """The record that a link leads to; None where a wrong value that came from outside is no link."""
    return link.get("record") if isinstance(link, dict) else None
