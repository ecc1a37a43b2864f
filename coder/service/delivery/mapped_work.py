"""Converts a document of another tool by a mapping, into candidates or into spans,
events and answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import kind_problem, value_problems
from coder.errors import CoderError
from coder.foreign import to_json
from coder.grouping import grouped
from coder.importers.annotated import Document, Mark
from coder.importers.mapping import LabelMapping, ToEvent, ToField
from coder.model import (
    MISSING,
    Answer,
    Article,
    Blank,
    Candidate,
    Coding,
    Event,
    Json,
    Span,
    Status,
)
from coder.service.edits.field_values import read_fitting_value
from coder.values.days import PubDate
from coder.values.typed import parse, union

Left: TypeAlias = dict[str, Counter[str]]
"""Counts of what the mapping leaves out of the files, by kind and name."""


def no_counts() -> Left:
    """Return empty counts of every kind; empty: marks that cover no text."""
    return {
        kind: Counter() for kind in ("labels", "roles", "attributes", "values", "empty")
    }


class MappedMark(NamedTuple):
    """A mark as the mapping has it.

    event: how it becomes an event, None if it does not. spans: its stretches of the
    article, with the kind and value that its label stands for.
    """

    mark: Mark
    event: ToEvent | None
    spans: list[Span]


class MappedWork:
    """The marks of a document in an article, as the mapping has them.

    Marks of other tools may share an id. Each event still gets an id of its own; a link
    to a shared id leads to the first mark that has it.
    """

    def __init__(
        self,
        book: Codebook,
        mapping: LabelMapping,
        document: Document,
        article: Article,
        placed: Sequence[Sequence[Span]],
        left: Left,
    ) -> None:
        """Map the marks; placed: each mark's stretches of the article."""
        self.book = book
        self.mapping = mapping
        self.document = document
        self.article = article
        self.left = left
        self.left["attributes"].update(document.left)
        self.day: PubDate | None = None
        if article.published:
            day = article.published.isoformat()
            self.day = (day, day)
        self.fields = {each.id: each for each in book.event_fields}
        triggers = [kind.id for kind in book.span_kinds if book.is_trigger(kind.id)]
        self.trigger = triggers[0] if triggers else None
        self.links = grouped((link.source, link) for link in document.links)
        self.marks = [
            MappedMark(mark, self._find_event(mark), self._map_spans(mark, spans))
            for mark, spans in zip(document.marks, placed, strict=True)
        ]
        self.spans = self._number_spans()
        """A span's repr → the span with its id."""
        self.spans_of: dict[str, list[Span]] = {}
        """A mark's id → its spans."""
        self.events: dict[str, MappedMark] = {}
        """An event's id → the mark that it comes from."""
        self.event_of: dict[str, str] = {}
        """A mark's id → the id of its event."""
        for mapped in self.marks:
            self._register(mapped)

    def _register(self, mapped: MappedMark) -> None:
        """Add a mark to the tables by id; the first mark with an id keeps it."""
        mark_id = mapped.mark.id
        spans = [self.spans[repr(span)] for span in mapped.spans]
        self.spans_of.setdefault(mark_id, spans)
        if mapped.event is None:
            return
        event_id = mark_id
        number = len(self.events)
        while event_id in self.events:
            event_id = f"{mark_id}/{number}"
            number += 1
        self.events[event_id] = mapped
        self.event_of.setdefault(mark_id, event_id)

    def candidates(self, origin: str) -> list[Candidate]:
        """Return a candidate for each stretch; an event yields its trigger."""
        self.left["roles"].update(link.role for link in self.document.links)
        for name, values in self.document.choices.items():
            if values:
                self.left["attributes"][name] += 1
        candidates = []
        for mapped in self.marks:
            self._leave_attributes(mapped.mark)
            for span in mapped.spans:
                candidates.append(
                    Candidate(
                        f"{span.kind}:{span.start}-{span.end}",
                        span.kind,
                        span.start,
                        span.end,
                        span.quote,
                        span.value,
                        origin,
                    )
                )
        return candidates

    def coding(self, coder: str) -> Coding:
        """Return the coding, attributed to `coder`: spans, events and the article's
        answers.

        What the mapping leaves out is counted in `left`.
        """
        events = self._code_events()
        answers = self._answer_article()
        for mapped in self.marks:
            if mapped.event is None:
                self._leave_attributes(mapped.mark)
        self._leave_links()
        distinct = {span.id: span for span in self.spans.values()}
        return Coding(
            self.article.id,
            self.article.text_sha256,
            self.book.ref,
            coder,
            Status(self.mapping.status),
            answers,
            tuple(distinct.values()),
            events,
        )

    def _number_spans(self) -> dict[str, Span]:
        """Return repr of a span → the span with its id; equal spans get the same id.

        A span without a value gets the id of one with a value at the same place. Values
        may be JSON objects, so spans are told apart by their repr.
        """
        every = [span for mapped in self.marks for span in mapped.spans]
        every.sort(key=lambda s: (s.start, s.end, s.kind, s.value is None))
        numbered: dict[str, Span] = {}
        first_at: dict[tuple[str, int, int], Span] = {}
        count = 0
        for span in every:
            if span.value is None and span.stretch in first_at:
                numbered[repr(span)] = first_at[span.stretch]
            elif repr(span) not in numbered:
                count += 1
                new = replace(span, id=f"s{count}")
                numbered[repr(span)] = new
                first_at.setdefault(span.stretch, new)
        return numbered

    def _code_events(self) -> tuple[Event, ...]:
        """Return the events that have an answer; the labels of the others are counted."""
        coded = []
        for event_id, mapped in self.events.items():
            answers = self._answer_event(mapped)
            if answers:
                coded.append(Event(event_id, answers))
            else:
                self.left["labels"][mapped.mark.label] += 1
        return tuple(coded)

    def _answer_article(self) -> dict[str, Answer]:
        """Return the article's answers, from the document's choices and from links of
        the text.
        """
        fields = {field.id: field for field in self.book.article_fields}
        stated: dict[str, Answer] = {}
        for name, values in self.document.choices.items():
            if values:
                self._answer_field(stated, fields, name, values)
        return _with_evidence(stated, self._follow_links("", fields))

    def _leave_links(self) -> None:
        """Count the links of marks that became no event."""
        for source, links in self.links.items():
            if source and source not in self.event_of:
                self.left["roles"].update(link.role for link in links)

    def _leave_attributes(self, mark: Mark) -> None:
        """Count the attributes of a mark that became no event."""
        for name in mark.attributes:
            if name != "value":
                self.left["attributes"][name] += 1

    def _find_event(self, mark: Mark) -> ToEvent | None:
        """Return how a mark becomes an event, or None; a possible trigger is one if it
        has a known role.
        """
        if not self.fields:
            return None
        target = self.mapping.label(mark.label, mark.is_event, self.book)
        if isinstance(target, ToEvent):
            return target
        if target is None or not self.book.is_trigger(target):
            return None
        for link in self.links.get(mark.id, ()):
            if self._find_role(link.role, self.fields):
                return ToEvent()
        return None

    def _map_spans(self, mark: Mark, placed: Sequence[Span]) -> list[Span]:
        """Return a mark's spans with kind and value; marks that cannot be mapped are
        counted.
        """
        target = self.mapping.label(mark.label, mark.is_event, self.book)
        kind: str | None
        value: Json
        if isinstance(target, ToEvent):
            kind = self.trigger
            value = target.event or None
        else:
            kind = target
            value = mark.attributes.get("value")
        if target is None or (kind is None and mark.pieces):
            self.left["labels"][mark.label] += 1
            return []
        if mark.pieces and not placed:
            self.left["empty"][mark.label] += 1
        if kind is None or kind_problem(kind, value, self.book):
            value = None
        return [replace(span, kind=kind or "", value=value) for span in placed]

    def _find_role(self, role: str, fields: Mapping[str, Field]) -> ToField | None:
        """Return the one of these fields that a role answers, None if there is none."""
        target = self.mapping.answers("roles", role, self.book)
        if target is None or target.field not in fields:
            return None
        return target

    def _answer_event(self, mapped: MappedMark) -> dict[str, Answer]:
        """Return an event's answers, from its type, arguments and attributes."""
        read = self._answer_type(mapped)
        linked = self._follow_links(mapped.mark.id, self.fields)
        for name, answer in linked.items():
            if name not in read or read[name].blank:
                read[name] = answer
        stated: dict[str, Answer] = {}
        for name, value in mapped.mark.attributes.items():
            self._answer_field(stated, self.fields, name, [value])
        return self._drop_unfit(_with_evidence(stated, read))

    def _answer_type(self, mapped: MappedMark) -> dict[str, Answer]:
        """Return the answer to the field for the event's type, if there is one."""
        type_field = self.book.type_field
        if type_field is None or mapped.event is None:
            return {}
        answer = self._read_field(type_field, self.spans_of[mapped.mark.id])
        if mapped.event.event:
            answer = Answer(mapped.event.event, evidence=answer.evidence)
        return {type_field.id: answer}

    def _drop_unfit(self, answers: Mapping[str, Answer]) -> dict[str, Answer]:
        """Return the answers that the codebook allows and that say something; values
        that it does not allow are counted.
        """
        kept = {}
        for name, answer in answers.items():
            problems = value_problems(self.fields[name], answer.value, self.book)
            if not answer.blank and any(problems):
                self.left["values"][f"{name}={to_json(answer.value)}"] += 1
            elif answer != MISSING:
                kept[name] = answer
        return kept

    def _follow_links(
        self, source: str, fields: Mapping[str, Field]
    ) -> dict[str, Answer]:
        """Return the answers that the links from a mark give to these fields.

        source: the mark's id, or "" for links from the text.
        """
        answers: dict[str, Answer] = {}
        arguments: dict[str, list[Span]] = {}
        for link in self.links.get(source, ()):
            role = self._find_role(link.role, fields)
            event = self.event_of.get(link.target)
            spans = self.spans_of.get(link.target)
            if role is None or not (event or spans):
                self.left["roles"][link.role] += 1
            elif event and fields[role.field].value_is:
                before = answers.get(role.field, MISSING).value or []
                record = {"record": event, "relation": role.relation}
                answers[role.field] = Answer([*before, record])
            else:
                arguments.setdefault(role.field, []).extend(spans or ())
        for name, spans in arguments.items():
            if name not in answers:
                distinct = [*dict.fromkeys(spans)]
                answers[name] = self._read_field(fields[name], distinct)
        return answers

    def _read_field(self, field: Field, spans: Sequence[Span]) -> Answer:
        """Return the answer that the spans' text gives a field, if any, with the spans
        as evidence.
        """
        values = []
        for span in spans:
            value = read_fitting_value(field, span, self.book, self.day)
            if value is not None:
                values.append(value)
        evidence = tuple(span.id for span in spans)
        if not values:
            return Answer(blank=Blank.MISSING, evidence=evidence)
        if not field.is_list:
            self._leave_others(field.id, values)
            return Answer(values[0], evidence=evidence)
        items = union(values)
        if field.most:
            self._leave_values(field.id, items[field.most :])
        return Answer(items[: field.most], evidence=evidence)

    def _answer_field(
        self,
        answers: dict[str, Answer],
        fields: Mapping[str, Field],
        name: str,
        values: Sequence[Json],
    ) -> None:
        """Add the answer that the attribute `name` maps to; what cannot be mapped is
        counted.
        """
        target = self.mapping.answers("attributes", name, self.book)
        field = fields.get(target.field) if target is not None else None
        if target is None or field is None:
            self.left["attributes"][name] += 1
            return
        mapped = []
        for value in values:
            answer = self._translate(field, target, name, value)
            if answer is not None:
                mapped.append(answer)
        if not mapped:
            return
        own_values = [answer.value for answer in mapped]
        if field.is_list and all(isinstance(value, list) for value in own_values):
            answers[field.id] = Answer(union(own_values))
        else:
            self._leave_others(name, own_values)
            answers[field.id] = mapped[0]

    def _leave_others(self, name: str, values: Sequence[Json]) -> None:
        """Count the values that differ from the first, for a field with room for one."""
        self._leave_values(name, [each for each in values[1:] if each != values[0]])

    def _leave_values(self, name: str, values: Iterable[Json]) -> None:
        """Count values for which a field has no room."""
        for value in values:
            words = value if isinstance(value, str) else to_json(value)
            self.left["values"][f"{name}={words}"] += 1

    def _translate(
        self, field: Field, target: ToField, name: str, foreign: Json
    ) -> Answer | None:
        """Return the answer that a tool's value stands for; one that stands for none is
        counted.
        """
        if foreign == {"blank": Blank.NOT_STATED.value}:
            return Answer(blank=Blank.NOT_STATED)
        key = foreign if isinstance(foreign, str) else to_json(foreign)
        own = target.values.get(key, foreign)
        tried = []
        if own is not None:
            tried = [own, [own]] if field.is_list else [own]
        for value in tried:
            if not any(value_problems(field, value, self.book)):
                return Answer(value)
        if isinstance(own, str):
            with suppress(CoderError):
                return Answer(parse(field, own, self.book, pub_date=self.day))
        self.left["values"][f"{name}={key}"] += 1
        return None


def _with_evidence(
    stated: Mapping[str, Answer], read: Mapping[str, Answer]
) -> dict[str, Answer]:
    """Return the answers read from evidence, each replaced by a stated one if there is
    one; that keeps the evidence.
    """
    answers = dict(read)
    for name, answer in stated.items():
        evidence = read[name].evidence if name in read else ()
        answers[name] = replace(answer, evidence=evidence)
    return answers
