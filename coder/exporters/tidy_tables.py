"""Tidy tables: articles, codings, events, values, evidence and spans, each row one thing, with labels.

What they look like stands in `csv_tables`, what their columns hold in the messages `columns.…`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from coder.codebook.effective import effective_events
from coder.codebook.label import Label
from coder.codebook.schema import Codebook, Field, Part
from coder.exporters.writer import Dataset, article_answers, quoted
from coder.messages.catalogue import Message
from coder.model import METADATA, POLICIES, Answer, Article, Blank, Coding, Json, Span

Cell: TypeAlias = str | int | float | None
Rows: TypeAlias = dict[str, list[tuple[Cell, ...]]]
"""Table → rows, with a cell for each of its columns."""
SEPARATOR = " | "
_INTEGERS = frozenset({"characters", "events", "spans", "position", "item", "start", "end"})
_LABELS = ("label_ar", "label_en")
WORDS_OF_ARTICLES = frozenset({"text", "quote"})
"""The columns that have them."""
_KIND = ("kind", "kind_ar", "kind_en", "start", "end", "quote")
_CODING = ("article", "coder")
TABLES: Mapping[str, tuple[str, ...]] = {
    "articles": ("article", "text_sha256", "characters", "source", *METADATA, "other", "text"),
    "codings": (*_CODING, "status", "codebook", "events", "spans"),
    "events": (*_CODING, "event", "position", "type", "type_ar", "type_en"),
    "values": (
        *(*_CODING, "event", "field", "field_ar", "field_en", "state", "item", "part"),
        *("value", "number", "value_ar", "value_en", "evidence", "quote"),
        *("comment", "taken_from", "reason", "by"),
    ),
    "evidence": (*_CODING, "event", "field", "span", *_KIND),
    "spans": (*_CODING, "span", *_KIND, "value", "decision", "candidate", "reason"),
    "columns": ("table", "column", "type", *_LABELS),
    "codebook": ("level", "field", "part", "value", "type", *_LABELS),
}


class Column(NamedTuple):
    """A column: its name, what type its cells are, and what stands in it."""

    name: str
    type: Literal["text", "integer", "number"]
    about: Message


def columns(table: str, dataset: Dataset) -> list[Column]:
    """The columns of a table."""
    names = (name for name in TABLES[table] if dataset.text or name not in WORDS_OF_ARTICLES)
    return [
        Column(
            name,
            "integer" if name in _INTEGERS else "number" if name == "number" else "text",
            Message(f"columns.{name}"),
        )
        for name in names
    ]


def fixed(dataset: Dataset) -> Rows:
    """The rows that are about the whole: the dictionary of columns, the codebook in force."""
    found: list[tuple[Cell, ...]] = [
        (table, column.name, column.type, column.about.ar, column.about.en)
        for table in TABLES
        for column in columns(table, dataset)
    ]
    return {"columns": found, "codebook": list(_codebook(dataset.codebook))}


def _codebook(book: Codebook) -> Iterator[tuple[Cell, ...]]:
    levels = {"article": book.article_fields, "event": book.event_fields}
    for level, fields in levels.items():
        for field in fields:
            yield level, field.id, "", "", field.type, field.label.ar, field.label.en
            for value in book.values_of(field):
                yield level, field.id, "", value.id, "", value.label.ar, value.label.en
            for part in book.parts_of(field):
                label = part.label or Label.same(part.id)
                yield level, field.id, part.id, "", part.type or "", label.ar, label.en
                for value in book.values_of(part):
                    yield level, field.id, part.id, value.id, "", value.label.ar, value.label.en
    for kind in book.span_kinds:
        yield "span", "kind", "", kind.id, "", kind.label.ar, kind.label.en
    for reason in (*POLICIES, *(each.id for each in book.adjudication_reasons)):
        words = book.reason(reason)
        yield "gold", "reason", "", reason, "", words.ar, words.en


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], Rows]:
    """What makes the rows of an article and its codings."""
    desks: dict[str, _Desk] = {}
    kept = {
        table: [at for at, name in enumerate(names) if name not in WORDS_OF_ARTICLES]
        for table, names in TABLES.items()
    }

    def of(article: Article, codings: Sequence[Coding]) -> Rows:
        found: Rows = {name: [] for name in TABLES}
        known = dict(article.metadata)
        start = (article.id, article.text_sha256, len(article.text), article.source)
        about = [known.pop(name, None) for name in METADATA]
        found["articles"].append((*start, *about, _json(known or None), article.text))
        for coding in codings:
            book = dataset.book(coding)
            desk = desks.get(book.ref) or desks.setdefault(book.ref, _Desk(book))
            desk.add(coding, found)
        if dataset.text:
            return found
        return {name: [tuple(row[at] for at in kept[name]) for row in rows] for name, rows in found.items()}

    return of


class _Desk:
    """Puts codings made with one revision of the codebook into rows, and keeps the labels it looked up."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._kinds = {k.id: (k.id, k.label.ar, k.label.en) for k in book.span_kinds}
        self._parts = {f.id: {p.id: p for p in book.parts_of(f)} for f in book.fields}
        self._classes = {c.id: (c.label.ar, c.label.en) for c in book.actor_classes}
        self._labels: dict[tuple[str, str, str], tuple[str, str]] = {}

    def add(self, coding: Coding, found: Rows) -> None:
        """Append the rows of a coding."""
        whose = (coding.article, coding.coder)
        spans = {span.id: span for span in coding.spans}
        events = effective_events(coding, self.book)
        found["codings"].append((*whose, coding.status.value, coding.codebook, len(events), len(spans)))
        for span in coding.spans:
            rest = _json(span.value), span.decision and span.decision.value, span.candidate, span.reason
            found["spans"].append((*whose, span.id, *self._stretch(span), *rest))
        self._add_answers(whose, "", article_answers(coding, self.book), spans, found)
        of_type = self.book.type_field
        for position, event in enumerate(events, start=1):
            answer = event.answer(of_type.id) if of_type else None
            type_ = answer.value if of_type and answer and answer.coded else None
            labels = self._label(of_type, "", type_) if of_type and type_ is not None else ("", "")
            found["events"].append((*whose, event.id, position, type_, *labels))
            self._add_answers(whose, event.id, event.fields, spans, found)

    def _add_answers(
        self,
        whose: tuple[str, str],
        event: str,
        answers: Mapping[str, Answer],
        spans: Mapping[str, Span],
        found: Rows,
    ) -> None:
        for name, answer in answers.items():
            field = self.book.field(name)
            if field is None or answer.state == Blank.MISSING.value:
                continue
            support = quoted(spans, answer.evidence)
            start = (*whose, event, name, field.label.ar, field.label.en, answer.state)
            end = (
                SEPARATOR.join(f"{span.start}-{span.end}" for span in support),
                SEPARATOR.join(span.quote for span in support),
                *(answer.comment, SEPARATOR.join(answer.taken_from), answer.reason, answer.by),
            )
            for item, part, value in _leaves(answer):
                number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
                labels = self._label(field, part, value)
                found["values"].append((*start, item, part, _text(value), number, *labels, *end))
            for span in support:
                found["evidence"].append((*whose, event, name, span.id, *self._stretch(span)))

    def _stretch(self, span: Span) -> tuple[Cell, ...]:
        return *self._kinds[span.kind], span.start, span.end, span.quote

    def _label(self, field: Field, part: str, value: Json) -> tuple[str, str]:
        """What a value is called in Arabic and in English, "" for what has no name but itself."""
        if not isinstance(value, str):
            return "", ""
        key = (field.id, part, value)
        if key not in self._labels:
            self._labels[key] = self._looked_up(field, part, value)
        return self._labels[key]

    def _looked_up(self, field: Field, part: str, value: str) -> tuple[str, str]:
        if part.rpartition(".")[2] == "class":
            return self._classes.get(value, ("", ""))
        asked: Field | Part | None = self._parts[field.id].get(part) if part else field
        if asked is None or asked.type in ("text", "date", "int_range"):
            return "", ""
        ar, en = (self.book.label_of(asked, value, lang) for lang in ("ar", "en"))
        return ("", "") if ar == en == value else (ar, en)


def _leaves(answer: Answer) -> Iterator[tuple[int | None, str, Json]]:
    """The parts of an answer's value: which item, which part ("" for the whole), and what it is."""
    if not answer.coded:
        yield None, "", None
        return
    several = isinstance(answer.value, list)
    items = answer.value if several else [answer.value]
    for number, item in enumerate(items, start=1):
        for part, value in _parts(item, ""):
            yield number if several else None, part, value
    if not items:
        yield None, "", None


def _parts(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _parts(inner, f"{path}.{name}" if path else name)
    else:
        yield path, value


def _text(value: Json) -> str | None:
    return value if value is None or isinstance(value, str) else _json(value)


def _json(value: Json) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
