"""What a coder does with whole events and with evidence, as pure functions like those in `commands`."""

from __future__ import annotations

from dataclasses import dataclass, replace

from coder.codebook.schema import Codebook, Field
from coder.codebook.settle import locked, settle
from coder.codebook.validate import visible
from coder.errors import CoderError
from coder.model import MISSING, Answer, Blank, Coding, Event, Json
from coder.service.coding.edits import next_id


@dataclass(frozen=True, slots=True)
class Dropped:
    """A value that a merge did not keep: what the other event said in a field, and what stands there now."""

    field: Field
    value: Json
    kept: Json


def delete_event(coding: Coding, event_id: str) -> Coding:
    """The event goes; its spans stay."""
    return replace(coding, events=tuple(e for e in coding.events if e.id != event_id))


def duplicate_event(coding: Coding, event_id: str) -> tuple[Coding, Event]:
    """A new event at the end with the same values and evidence; comments stay with the first."""
    fields = {name: replace(a, comment="") for name, a in _event(coding, event_id).fields.items()}
    twin = Event(next_id("e", [e.id for e in coding.events]), fields)
    return coding.with_event(twin), twin


def copy_values(coding: Coding, codebook: Codebook, event_id: str, source_id: str) -> tuple[Coding, int]:
    """Every field asked here that holds nothing gets what the other event holds; how many were filled.

    Proposals give way, values and `not stated` stay. Evidence comes along, comments do not.
    """
    source, filled = _event(coding, source_id), 0
    for field in codebook.event_fields:  # in order: an event type that is copied asks for more
        here, there = _event(coding, event_id).answer(field.id), source.answer(field.id)
        if here.state == Blank.MISSING and _copyable(field, there, event_id, coding, codebook):
            coding = copy_value(coding, codebook, event_id, source_id, field)
            filled += 1
    return coding, filled


def copy_value(coding: Coding, codebook: Codebook, event_id: str, source_id: str, field: Field) -> Coding:
    """One field gets what the other event holds, in place of what it held."""
    event, there = _event(coding, event_id), _event(coding, source_id).answer(field.id)
    if not _copyable(field, there, event_id, coding, codebook):
        raise CoderError(
            f"{field.label.en} of {source_id} holds nothing to copy.",
            hint="Choose another event.",
            arabic=(f"لا شيء يُنسخ من «{field.label.ar}» في {source_id}.", "اختر حدثاً آخر."),
        )
    if field.value_is == "record_reference" and there.coded:
        there = replace(there, value=_without_links(there.value, event_id))
    answer = replace(there, comment=event.answer(field.id).comment)
    return coding.with_event(settle(event.with_answer(field.id, answer), coding, codebook))


def merge_events(
    coding: Coding, codebook: Codebook, kept_id: str, gone_id: str
) -> tuple[Coding, list[Dropped]]:
    """Two of a coder's events become one, and what was dropped.

    Where both have a value the kept event's stays, else the value of the one that has it. Evidence and
    links of both are united, comments stand one after the other, links to the event that is gone lead to
    the kept.
    """
    kept, gone = _event(coding, kept_id), _event(coding, gone_id)
    if kept_id == gone_id:
        raise CoderError("An event is not merged with itself.", hint="Choose another event.")
    names = dict.fromkeys((*kept.fields, *gone.fields))
    links = {f.id for f in codebook.event_fields if f.value_is == "record_reference"}
    united = {n: _united(kept.answer(n), gone.answer(n), both=n in links) for n in names}
    merged = Event(kept_id, united)
    coding = _relinked(delete_event(coding, gone_id).with_event(merged), codebook, kept_id, gone_id)
    coding = coding.with_event(settle(_event(coding, kept_id), coding, codebook))
    asked = visible(_event(coding, kept_id), coding, codebook)
    dropped = []
    for field in codebook.event_fields:
        before, after = gone.answer(field.id), _event(coding, kept_id).answer(field.id)
        lost = _lost(field, before, after if field.id in asked else MISSING)
        if before.coded and lost and field.value_is != "record_reference":
            dropped.append(Dropped(field, lost, after.value if after.coded and field.id in asked else None))
    return coding, dropped


def _event(coding: Coding, event_id: str) -> Event:
    event = coding.event(event_id)
    if event is None:
        raise CoderError(
            "There is no event here.", hint="Go to one first: [ and ] lead from one to the next."
        )
    return event


def _copyable(field: Field, there: Answer, event_id: str, coding: Coding, codebook: Codebook) -> bool:
    event = _event(coding, event_id)
    if there.state == Blank.MISSING or field.id not in visible(event, coding, codebook):
        return False
    if field.value_is == "record_reference" and there.coded and not _without_links(there.value, event_id):
        return False
    return not locked(field, event, coding, codebook)


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
