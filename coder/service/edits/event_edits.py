"""Edits of whole events: opening, deleting, duplicating, copying values, merging."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from coder.codebook.schema import Codebook, Field
from coder.codebook.scope import locked
from coder.codebook.validate import visible
from coder.errors import CoderError
from coder.model import MISSING, Answer, Blank, Candidate, Coding, Decision, Event, Json, Span
from coder.service.edits.answer_edits import Put
from coder.service.edits.edit_context import Context, event_of, next_id, settled
from coder.service.edits.span_edits import decided, with_span_of
from coder.service.edits.span_values import published, value_for
from coder.values.named import joined


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
    evidence of a proposal names candidates; confirming it turns them into spans.
    """

    what: ClassVar[str] = "event.opened"
    target: Candidate | Span | None

    def apply(self, coding: Coding, context: Context) -> Coding:
        codebook, target = context.codebook, self.target
        if target is None or not codebook.is_trigger(target.kind):
            _refuse_untriggered(target, codebook)
            return _with_new_event(coding, context)[0]
        proposals = {
            name: [c for c in found if not _is_rejected(coding, c)]
            for name, found in context.propose(target).items()
        }
        coding, trigger = with_span_of(coding, target)
        coding, event = _with_new_event(coding, context)
        if codebook.type_field is not None:
            coding = Put(event.id, codebook.type_field, trigger).apply(coding, context)
            event = event_of(coding, event.id)
        for name, candidates in proposals.items():
            field = codebook.event_field(name)
            untouched = Answer(value=field.default)
            if event.fields.get(name, untouched) != untouched or not candidates:
                continue
            value = _joined(field, [value_for(field, c, codebook, published(coding)) for c in candidates])
            if value is not None and value != field.default:
                evidence = tuple(c.id for c in candidates)
                event = event.with_answer(name, Answer(value=value, evidence=evidence, proposed=True))
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
        return coding.with_event(Event(next_id("e", [e.id for e in coding.events]), fields))


@dataclass(frozen=True, slots=True)
class CopyValues:
    """Every field asked here that holds nothing gets what the other event holds, or `field` does, whatever
    it held.

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
        if self.field is not None:
            if not self._copyable(self.field, source, coding, context.codebook):
                raise CoderError("coding.nothing_to_copy", field=self.field.label, event=self.source_id)
            return self._with_copy(self.field, source, coding, context), 1
        for field in context.codebook.event_fields:  # in order: an event type that is copied asks for more
            here = event_of(coding, self.event_id).answer(field.id)
            if here.state == Blank.MISSING and self._copyable(field, source, coding, context.codebook):
                coding = self._with_copy(field, source, coding, context)
                count += 1
        return coding, count

    def _copyable(self, field: Field, source: Event, coding: Coding, codebook: Codebook) -> bool:
        event, there = event_of(coding, self.event_id), source.answer(field.id)
        if there.state == Blank.MISSING or field.id not in visible(event, coding, codebook):
            return False
        links = field.value_is == "record_reference" and there.coded
        if links and not _without_links(there.value, self.event_id):
            return False
        return not locked(field, event, coding, codebook)

    def _with_copy(self, field: Field, source: Event, coding: Coding, context: Context) -> Coding:
        event, there = event_of(coding, self.event_id), source.answer(field.id)
        if field.value_is == "record_reference" and there.coded:
            there = replace(there, value=_without_links(there.value, self.event_id))
        answer = replace(there, comment=event.answer(field.id).comment)
        return settled(coding, event.with_answer(field.id, answer), context)


@dataclass(frozen=True, slots=True)
class MergeEvents:
    """Two of a coder's events become one.

    Where both have a value the kept event's stays, else the value of the one that has it. Evidence and
    links of both are united, comments stand one after the other, links to the event that is gone lead to
    the kept.
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
            now = kept.answer(field.id) if field.id in asked else MISSING
            lost = _lost(field, was, now)
            if was.coded and lost and field.value_is != "record_reference":
                found.append(Dropped(field, lost, now.value if now.coded else None))
        return found


def _refuse_untriggered(target: Candidate | Span | None, codebook: Codebook) -> None:
    """Where some kind of words gives an event its type, an event begins with such words."""
    kinds = [kind for kind in codebook.span_kinds if codebook.is_trigger(kind.id)]
    if kinds:
        wanted, letters = joined(kind.label for kind in kinds), ", ".join(kind.key for kind in kinds)
        if target is None:
            raise CoderError("coding.no_trigger_here", wanted=wanted, letters=letters)
        raise CoderError("coding.no_trigger", quote=target.quote, wanted=wanted, letters=letters)


def _with_new_event(coding: Coding, context: Context) -> tuple[Coding, Event]:
    event = Event(next_id("e", [e.id for e in coding.events]))
    coding = settled(coding, event, context)
    return coding, event_of(coding, event.id)


def _is_rejected(coding: Coding, candidate: Candidate) -> bool:
    span = decided(coding, candidate)
    return span is not None and span.decision is Decision.REJECTED


def _joined(field: Field, values: list[Json]) -> Json:
    known = [value for value in values if value is not None]
    if not known:
        return None
    if not field.is_list:
        return known[0]
    items: list[Json] = []
    for value in known:
        items += [item for item in value if item not in items]
    return items[: field.max]


def _without(coding: Coding, event_id: str) -> Coding:
    return replace(coding, events=tuple(e for e in coding.events if e.id != event_id))


def _united(kept: Answer, gone: Answer, *, both: bool) -> Answer:
    """The better answered of the two, at equal rank the kept one's, with evidence and comments of both.

    both: a list that holds the items of both where both have any.
    """
    chosen = max(kept, gone, key=_rank)  # max takes the first of equals
    if both and kept.coded and gone.coded:
        chosen = replace(kept, value=[*kept.value, *(item for item in gone.value if item not in kept.value)])
    alike = kept.proposed == gone.proposed  # the evidence of a proposal names candidates
    evidence = (*kept.evidence, *gone.evidence) if alike else chosen.evidence
    comment = " · ".join(dict.fromkeys(filter(None, (kept.comment, gone.comment))))
    return replace(chosen, evidence=tuple(dict.fromkeys(evidence)), comment=comment)


def _rank(answer: Answer) -> int:
    return 3 if answer.coded else 2 if answer.state != Blank.MISSING else 1 if answer.proposed else 0


def _lost(field: Field, before: Answer, after: Answer) -> Json:
    """What of a value is not there any more: the items of a list, or the whole value; None for nothing."""
    if not field.is_list or not before.coded:
        return None if before.value == after.value and after.coded else before.value
    left = after.value if after.coded else []
    return [item for item in before.value if item not in left] or None


def _relinked(coding: Coding, codebook: Codebook, kept_id: str, gone_id: str) -> Coding:
    names = [f.id for f in codebook.event_fields if f.value_is == "record_reference"]
    for event in coding.events:
        for name in names:
            answer = event.answer(name)
            if answer.coded and isinstance(answer.value, list):
                links = [{**k, "record": kept_id} if _record(k) == gone_id else k for k in answer.value]
                links = _without_links(links, event.id)
                once = [link for i, link in enumerate(links) if link not in links[:i]]
                changed = replace(answer, value=once) if once else _emptied(answer)
                event = event.with_answer(name, changed)
        coding = coding.with_event(event)
    return coding


def _emptied(answer: Answer) -> Answer | None:
    return replace(MISSING, comment=answer.comment) if answer.comment else None


def _without_links(links: Json, event_id: str) -> list[Json]:
    return [link for link in links if _record(link) != event_id] if isinstance(links, list) else []


def _record(link: Json) -> Json:
    """The record that a link leads to; None where a wrong value that came from outside is no link."""
    return link.get("record") if isinstance(link, dict) else None
