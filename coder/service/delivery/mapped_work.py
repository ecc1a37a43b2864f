"""Converts a document of another tool by a mapping, into candidates or into spans,
events and answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import TypeAlias

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


class MappedWork:
    """The mapped marks of a document, in an article; placed: each mark's stretches of
    the article.
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
        self.book = book
        self.mapping = mapping
        self.document = document
        self.article = article
        self.left = left
        self.left["attributes"].update(document.left)
        self.day: PubDate | None = (
            (article.published.isoformat(),) * 2 if article.published else None
        )
        self.fields = {each.id: each for each in book.event_fields}
        self.trigger = next(
            (kind.id for kind in book.span_kinds if book.is_trigger(kind.id)), None
        )
        self.links = grouped((link.source, link) for link in document.links)
        self.marks = [
            (mark, self._event(mark), self._spans(mark, spans))
            for mark, spans in zip(document.marks, placed, strict=True)
        ]

    def candidates(self, origin: str) -> list[Candidate]:
        """Return a candidate for each stretch; an event yields its trigger."""
        self.left["roles"].update(link.role for link in self.document.links)
        self.left["attributes"].update(
            name for name, several in self.document.choices.items() if several
        )
        self._leave_attributes(mark for mark, *_ in self.marks)
        return [
            Candidate(
                f"{s.kind}:{s.start}-{s.end}",
                s.kind,
                s.start,
                s.end,
                s.quote,
                s.value,
                origin,
            )
            for *_, spans in self.marks
            for s in spans
        ]

    def coding(self, coder: str) -> Coding:
        """Return the coding, attributed to `coder`: spans, events and the article's
        answers.

        What the mapping leaves out is counted in `left`.
        """
        numbered = self._number_spans()
        of_mark: dict[str, list[Span]] = {}
        events: dict[str, Mark] = {}
        for mark, event, spans in self.marks:
            of_mark.setdefault(mark.id, [numbered[repr(span)] for span in spans])
            if event is not None:
                # Marks of other tools may share an id.
                is_taken = mark.id in events
                event_id = f"{mark.id}/{len(events)}" if is_taken else mark.id
                events[event_id] = mark
        coded = self._code_events(of_mark, events)
        answers = self._answer_article(of_mark, events)
        self._leave_attributes(mark for mark, event, _ in self.marks if event is None)
        self._leave_links(events)
        distinct = {span.id: span for span in numbered.values()}
        return Coding(
            self.article.id,
            self.article.text_sha256,
            self.book.ref,
            coder,
            Status(self.mapping.status),
            answers,
            tuple(distinct.values()),
            coded,
        )

    def _number_spans(self) -> dict[str, Span]:
        """Return repr of a span → the span with its id; equal spans get the same id.

        A span without a value gets the id of one with a value at the same place. Values
        may be JSON objects, so spans are told apart by their repr.
        """
        every = [span for *_, spans in self.marks for span in spans]
        every.sort(key=lambda s: (s.start, s.end, s.kind, s.value is None))
        numbered: dict[str, Span] = {}
        first_at: dict[tuple[str, int, int], Span] = {}
        count = 0
        for span in every:
            if span.value is None and span.stretch in first_at:
                numbered[repr(span)] = first_at[span.stretch]
            elif repr(span) not in numbered:
                count = count + 1
                new = replace(span, id=f"s{count}")
                numbered[repr(span)] = new
                first_at.setdefault(span.stretch, new)
        return numbered

    def _code_events(
        self, of_mark: Mapping[str, list[Span]], events: Mapping[str, Mark]
    ) -> tuple[Event, ...]:
        """Return the events that have an answer; the labels of the others are counted."""
        coded = []
        for event_id, mark in events.items():
            fields = self._fields(mark, of_mark, events)
            if fields:
                coded.append(Event(event_id, fields))
            else:
                self.left["labels"][mark.label] += 1
        return tuple(coded)

    def _answer_article(
        self, of_mark: Mapping[str, list[Span]], events: Mapping[str, Mark]
    ) -> dict[str, Answer]:
        """Return the article's answers, from the document's choices and from links of
        the text.
        """
        fields = {field.id: field for field in self.book.article_fields}
        answers: dict[str, Answer] = {}
        for name, values in self.document.choices.items():
            if values:
                self._answer_field(answers, fields, name, values)
        return _with_evidence(answers, self._linked("", fields, of_mark, events))

    def _leave_links(self, events: Mapping[str, Mark]) -> None:
        """Count the links of marks that became no event."""
        for source in self.links.keys() - events.keys() - {""}:
            self.left["roles"].update(link.role for link in self.links[source])

    def _leave_attributes(self, marks: Iterable[Mark]) -> None:
        self.left["attributes"].update(
            name for mark in marks for name in mark.attributes if name != "value"
        )

    def _event(self, mark: Mark) -> ToEvent | None:
        """Return how a mark becomes an event, or None; a possible trigger is one if it
        has a known role.
        """
        if not self.fields:
            return None
        to = self.mapping.label(mark.label, mark.is_event, self.book)
        if isinstance(to, ToEvent):
            return to
        known = any(
            self._role(link.role, self.fields) for link in self.links.get(mark.id, ())
        )
        return (
            ToEvent() if known and to is not None and self.book.is_trigger(to) else None
        )

    def _spans(self, mark: Mark, placed: Sequence[Span]) -> list[Span]:
        """Return a mark's spans with kind and value; marks that cannot be mapped are
        counted.
        """
        to = self.mapping.label(mark.label, mark.is_event, self.book)
        kind = self.trigger if isinstance(to, ToEvent) else to
        if to is None or (kind is None and mark.pieces):
            self.left["labels"][mark.label] += 1
            return []
        if mark.pieces and not placed:
            self.left["empty"][mark.label] += 1
        value = (
            (to.event or None)
            if isinstance(to, ToEvent)
            else mark.attributes.get("value")
        )
        if kind is None or kind_problem(kind, value, self.book):
            value = None
        return [replace(span, kind=kind or "", value=value) for span in placed]

    def _role(self, role: str, fields: Mapping[str, Field]) -> ToField | None:
        to = self.mapping.answers("roles", role, self.book)
        return to if to is not None and to.field in fields else None

    def _fields(
        self, mark: Mark, of_mark: Mapping[str, list[Span]], events: Mapping[str, Mark]
    ) -> dict[str, Answer]:
        """Return an event's answers, from its type, arguments and attributes."""
        answers = dict[str, Answer]()
        attributes = dict[str, Answer]()
        to = self._event(mark)
        if (of_type := self.book.type_field) is not None and to is not None:
            own = of_mark[mark.id]
            answers[of_type.id] = self._read(of_type, own)
            if to.event:
                answers[of_type.id] = Answer(
                    to.event, evidence=answers[of_type.id].evidence
                )
        for name, answer in self._linked(mark.id, self.fields, of_mark, events).items():
            if name not in answers or answers[name].blank:
                answers[name] = answer
        for name, value in mark.attributes.items():
            self._answer_field(attributes, self.fields, name, [value])
        answers = _with_evidence(attributes, answers)
        fits = {
            name
            for name, answer in answers.items()
            if answer.blank
            or not any(value_problems(self.fields[name], answer.value, self.book))
        }
        self.left["values"].update(
            f"{name}={to_json(answers[name].value)}" for name in answers.keys() - fits
        )
        return {
            name: answer
            for name, answer in answers.items()
            if name in fits and answer != MISSING
        }

    def _linked(
        self,
        source: str,
        fields: Mapping[str, Field],
        of_mark: Mapping[str, list[Span]],
        events: Mapping[str, Mark],
    ) -> dict[str, Answer]:
        """Return the answers that the links from a mark, or "" from the text, give to
        these fields.
        """
        answers = dict[str, Answer]()
        arguments = defaultdict[str, list[Span]](list)
        for link in self.links.get(source, ()):
            role = self._role(link.role, fields)
            records = [id_ for id_, of in events.items() if of.id == link.target]
            if role is None or not (records or of_mark.get(link.target)):
                self.left["roles"][link.role] += 1
            elif fields[role.field].value_is and records:
                before = answers.get(role.field, MISSING)
                one = {"record": records[0], "relation": role.relation}
                answers[role.field] = Answer([*(before.value or []), one])
            else:
                arguments[role.field] += of_mark[link.target]
        for name, spans in arguments.items():
            if name not in answers:
                answers[name] = self._read(fields[name], [*dict.fromkeys(spans)])
        return answers

    def _read(self, of: Field, spans: Sequence[Span]) -> Answer:
        """Return the answer that the spans' text gives a field, if any, with the spans
        as evidence.
        """
        values = [
            v
            for s in spans
            if (v := read_fitting_value(of, s, self.book, self.day)) is not None
        ]
        evidence = tuple(span.id for span in spans)
        if not values:
            return Answer(blank=Blank.MISSING, evidence=evidence)
        if not of.is_list:
            self._leave(of.id, values[1:], values[0])
            return Answer(values[0], evidence=evidence)
        items = _joined_lists(values)
        self._leave(of.id, items[of.most :] if of.most else ())
        return Answer(items[: of.most], evidence=evidence)

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
        to = self.mapping.answers("attributes", name, self.book)
        of = fields.get(to.field) if to is not None else None
        if to is None or of is None:
            self.left["attributes"][name] += 1
            return
        mapped = [
            answer
            for each in values
            if (answer := self._answer(of, to, name, each)) is not None
        ]
        if (
            mapped
            and of.is_list
            and all(isinstance(each.value, list) for each in mapped)
        ):
            answers[of.id] = Answer(_joined_lists(each.value for each in mapped))
        elif mapped:
            self._leave(name, [each.value for each in mapped[1:]], mapped[0].value)
            answers[of.id] = mapped[0]

    def _leave(self, name: str, values: Iterable[Json], taken: Json = None) -> None:
        """Count values for which a field has no room, unless they are the one that was
        taken.
        """
        words = (
            each if isinstance(each, str) else to_json(each)
            for each in values
            if each != taken
        )
        self.left["values"].update(f"{name}={each}" for each in words)

    def _answer(
        self, of: Field, to: ToField, name: str, foreign: Json
    ) -> Answer | None:
        if foreign == {"blank": Blank.NOT_STATED.value}:
            return Answer(blank=Blank.NOT_STATED)
        key = foreign if isinstance(foreign, str) else to_json(foreign)
        own = to.values.get(key, foreign)
        tried = [own, [own]] if of.is_list else [own]
        for value in tried if own is not None else ():
            if not any(value_problems(of, value, self.book)):
                return Answer(value)
        if isinstance(own, str):
            with suppress(CoderError):
                return Answer(parse(of, own, self.book, pub_date=self.day))
        self.left["values"][f"{name}={key}"] += 1
        return None


def _with_evidence(
    stated: Mapping[str, Answer], read: Mapping[str, Answer]
) -> dict[str, Answer]:
    """The answers read from their evidence, except where one is stated: then that, with
    the evidence.
    """
    evidence = {name: answer.evidence for name, answer in read.items()}
    return {
        **read,
        **{
            name: replace(a, evidence=evidence.get(name, ()))
            for name, a in stated.items()
        },
    }


def _joined_lists(lists: Iterable[list[Json]]) -> list[Json]:
    return union(lists)
