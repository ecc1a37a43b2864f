"""One document of another tool's, by a mapping: its marks as candidates, or as spans, events and answers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeAlias

from coder.codebook.schema import Codebook, Field
from coder.codebook.validate import kind_problem, value_problems
from coder.errors import CoderError
from coder.foreign import to_json
from coder.importers.annotated import Document, Link, Mark
from coder.importers.mapping import Mapped, ToEvent, ToField
from coder.model import MISSING, Answer, Article, Blank, Candidate, Coding, Event, Json, Span, Status
from coder.service.edits.field_values import value_for
from coder.values.days import PubDate
from coder.values.typed import parse

Left: TypeAlias = dict[str, Counter[str]]
"""What of the files has no place here, by kind, name and count."""


def nothing_left() -> Left:
    """Nothing of any kind; empty: marks on no letter."""
    return {kind: Counter() for kind in ("labels", "roles", "attributes", "values", "empty")}


class MappedWork:
    """One document's marks, by the mapping, in an article; placed: of each mark the stretches there."""

    def __init__(
        self,
        book: Codebook,
        mapping: Mapped,
        document: Document,
        article: Article,
        placed: Sequence[Sequence[Span]],
        left: Left,
    ) -> None:
        self.book, self.mapping, self.document, self.article, self.left = (
            book,
            mapping,
            document,
            article,
            left,
        )
        self.day: PubDate | None = (article.published.isoformat(),) * 2 if article.published else None
        self.fields = {each.id: each for each in book.event_fields}
        self.trigger = next((kind.id for kind in book.span_kinds if book.is_trigger(kind.id)), None)
        self.links = defaultdict[str, list[Link]](list)
        for link in document.links:
            self.links[link.source].append(link)
        self.marks = [
            (mark, self._event(mark), self._spans(mark, spans))
            for mark, spans in zip(document.marks, placed, strict=True)
        ]

    def candidates(self, origin: str) -> list[Candidate]:
        """A candidate each stretch; of an event its trigger."""
        self.left["roles"].update(link.role for link in self.document.links)
        self.left["attributes"].update(name for name, several in self.document.choices.items() if several)
        return [
            Candidate(f"{s.kind}:{s.start}-{s.end}", s.kind, s.start, s.end, s.quote, s.value, origin)
            for *_, spans in self.marks
            for s in spans
        ]

    def coding(self, coder: str) -> Coding:
        """A coder's coding: every stretch a span, and the events."""
        every = (span for *_, own in self.marks for span in own)
        ids, spans = dict[str, str](), dict[str, Span]()  # what a span is → its id → the span
        first = dict[tuple[str, int, int], str]()  # place → the id of one with a value, where any has one
        for span in sorted(every, key=lambda s: (s.start, s.end, s.kind, s.value is None)):
            place = span.stretch
            if span.value is None and place in first:
                ids[repr(span)] = first[place]
            elif repr(span) not in ids:
                ids[repr(span)] = id_ = f"s{len(spans) + 1}"
                first.setdefault(place, id_)
                spans[id_] = replace(span, id=id_)
        of_mark = dict[str, list[Span]]()
        events = dict[str, Mark]()  # their ids → what they are made of
        for mark, event, own in self.marks:
            of_mark.setdefault(mark.id, [spans[ids[repr(span)]] for span in own])
            if event is not None:
                events[mark.id if mark.id not in events else f"{mark.id}/{len(events)}"] = mark
        read = {id_: self._fields(mark, of_mark, events) for id_, mark in events.items()}
        made = [Event(id_, fields) for id_, fields in read.items() if fields]
        self.left["labels"].update(events[id_].label for id_, fields in read.items() if not fields)
        answers = dict[str, Answer]()
        article_fields = {each.id: each for each in self.book.article_fields}
        for name, several in self.document.choices.items():
            if several:
                self._tell(answers, article_fields, name, several)
        for mark, event, _ in self.marks:
            if event is None:
                self.left["attributes"].update(name for name in mark.attributes if name != "value")
        strangers = [link.role for source in self.links.keys() - events.keys() for link in self.links[source]]
        self.left["roles"].update(strangers)
        digest, ref, status = self.article.text_sha256, self.book.ref, Status(self.mapping.status)
        return Coding(self.article.id, digest, ref, coder, status, answers, (*spans.values(),), (*made,))

    def _event(self, mark: Mark) -> ToEvent | None:
        """The event that a mark is; one that may be a trigger is, where something is said of it."""
        to = self.mapping.label(mark.label, mark.is_event, self.book)
        if not self.fields or isinstance(to, ToEvent):
            return to if self.fields and isinstance(to, ToEvent) else None
        known = any(self._role(link.role) for link in self.links[mark.id])
        return ToEvent() if known and to is not None and self.book.is_trigger(to) else None

    def _spans(self, mark: Mark, placed: Sequence[Span]) -> list[Span]:
        """The stretches of a mark with their kind and value; what has none is counted."""
        to = self.mapping.label(mark.label, mark.is_event, self.book)
        kind = self.trigger if isinstance(to, ToEvent) else to
        if to is None or (kind is None and mark.pieces):
            self.left["labels"][mark.label] += 1
            return []
        if mark.pieces and not placed:
            self.left["empty"][mark.label] += 1
        value = (to.event or None) if isinstance(to, ToEvent) else mark.attributes.get("value")
        if kind is None or kind_problem(kind, value, self.book):
            value = None
        return [replace(span, kind=kind or "", value=value) for span in placed]

    def _role(self, role: str) -> ToField | None:
        to = self.mapping.answers("roles", role, self.book)
        return to if to is not None and to.field in self.fields else None

    def _fields(
        self, mark: Mark, of_mark: Mapping[str, list[Span]], events: Mapping[str, Mark]
    ) -> dict[str, Answer]:
        """What an event is said to be: its type, its arguments, its attributes."""
        found, told = dict[str, Answer](), dict[str, Answer]()
        to = self._event(mark)
        if (of_type := self.book.type_field) is not None and to is not None:
            own = of_mark[mark.id]
            found[of_type.id] = self._read(of_type, own)
            if to.event:
                found[of_type.id] = Answer(to.event, evidence=found[of_type.id].evidence)
        arguments = defaultdict[str, list[Span]](list)
        for link in self.links[mark.id]:
            role, records = self._role(link.role), [id_ for id_, of in events.items() if of.id == link.target]
            if role is None or not (records or of_mark.get(link.target)):
                self.left["roles"][link.role] += 1
            elif self.fields[role.field].value_is and records:
                before = found.get(role.field, MISSING)
                one = {"record": records[0], "relation": role.relation}
                found[role.field] = Answer([*(before.value or []), one])
            else:
                arguments[role.field] += of_mark[link.target]
        for name, spans in arguments.items():
            if name not in found or found[name].blank:
                found[name] = self._read(self.fields[name], [*dict.fromkeys(spans)])
        for name, said in mark.attributes.items():
            self._tell(told, self.fields, name, [said])
        for name, answer in told.items():
            found[name] = replace(answer, evidence=found[name].evidence) if name in found else answer
        fits = {
            name
            for name, answer in found.items()
            if answer.blank or not any(value_problems(self.fields[name], answer.value, self.book))
        }
        self.left["values"].update(f"{name}={to_json(found[name].value)}" for name in found.keys() - fits)
        return {name: answer for name, answer in found.items() if name in fits and answer != MISSING}

    def _read(self, of: Field, spans: Sequence[Span]) -> Answer:
        """What the words of spans give a field, with them as its evidence: a value where they tell one."""
        values = [v for s in spans if (v := value_for(of, s, self.book, self.day)) is not None]
        evidence = tuple(span.id for span in spans)
        if not values:
            return Answer(blank=Blank.MISSING, evidence=evidence)
        if not of.is_list:
            return Answer(values[0], evidence=evidence)
        items = [item for several in values for item in several]
        return Answer(
            [item for i, item in enumerate(items) if item not in items[:i]][: of.most], evidence=evidence
        )

    def _tell(
        self, answers: dict[str, Answer], fields: Mapping[str, Field], name: str, said: Sequence[Json]
    ) -> None:
        """Answer a field by what was said under a name; what has no place is counted."""
        to = self.mapping.answers("attributes", name, self.book)
        of = fields.get(to.field) if to is not None else None
        if to is None or of is None:
            self.left["attributes"][name] += 1
            return
        found = [answer for each in said if (answer := self._answer(of, to, name, each)) is not None]
        if found and of.is_list and all(isinstance(each.value, list) for each in found):
            items = [item for each in found for item in each.value]
            answers[of.id] = Answer([item for i, item in enumerate(items) if item not in items[:i]])
        elif found:
            answers[of.id] = found[0]

    def _answer(self, of: Field, to: ToField, name: str, said: Json) -> Answer | None:
        if isinstance(said, dict) and said.keys() == {"blank"} and said["blank"] in _BLANKS:
            return Answer(blank=Blank(said["blank"]))
        key = said if isinstance(said, str) else to_json(said)
        ours = to.values.get(key, said)
        tried = [ours, [ours]] if of.is_list else [ours]
        for value in tried if ours is not None else ():
            if not any(value_problems(of, value, self.book)):
                return Answer(value)
        if isinstance(ours, str):
            with suppress(CoderError):
                return Answer(parse(of, ours, self.book, pub_date=self.day))
        self.left["values"][f"{name}={key}"] += 1
        return None


_BLANKS = (Blank.NOT_STATED.value,)
