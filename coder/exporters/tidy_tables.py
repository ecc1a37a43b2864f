"""A folder of tidy tables as CSV, one file per table; each row is one thing.

The files are UTF-8 with a byte order mark, for spreadsheets. Cells that one could
mistake for a formula are preceded by an apostrophe, as in `csv`. In Python
`pandas.read_csv("gold/values.csv")`, in R
`readr::read_csv("gold/values.csv")`.

`values` has a row for each effective value: a list has a row per item, a value with several parts a row per
part, and a blank a row without a value; a missing one has a row only if it has a
comment. `evidence` and
`quote` are those of the answer; the table `evidence` has a row for each piece of evidence. `alignment`, of
gold only, has a row for each event of a coder: the gold event made from it, or why and
by whom it was rejected; events of an article with the same `cluster` were aligned as
one. `columns` describes every column,
`codebook` the fields and values in force. Offsets are code points of `articles.text`, half-open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from coder.codebook.effective import effective_events
from coder.codebook.label import Label
from coder.codebook.schema import Codebook, Field, Part
from coder.exporters.csv import lines_of
from coder.exporters.registry import Sink
from coder.exporters.writer import (
    SEPARATOR,
    AlignedGold,
    Dataset,
    article_answers,
    find_quoted,
    is_empty,
    json_or_none,
)
from coder.messages.catalogue import Message
from coder.model import (
    ASSUMED,
    METADATA,
    NOTES,
    POLICIES,
    Answer,
    Article,
    Coding,
    Event,
    Json,
    Span,
)

Cell: TypeAlias = str | int | float | None
ColumnType: TypeAlias = Literal["text", "integer", "number"]
Rows: TypeAlias = dict[str, list[tuple[Cell, ...]]]
"""Table → rows, with a cell for each column of the table."""
_INTEGERS = frozenset(
    {"characters", "events", "spans", "position", "item", "start", "end"}
)
_LABELS = ("label_ar", "label_en")
TEXT_COLUMNS = frozenset({"text", "quote"})
"""The columns that contain words of the articles."""
_KIND = ("kind", "kind_ar", "kind_en", "start", "end", "quote")
_CODING = ("article", "coder")
TABLES: Mapping[str, tuple[str, ...]] = {
    "articles": (
        "article",
        "text_sha256",
        "characters",
        "source",
        *METADATA,
        "other",
        "text",
    ),
    "codings": (*_CODING, "status", "codebook", "events", "spans", "imported_from"),
    "events": (*_CODING, "event", "position", "type", "type_ar", "type_en"),
    "values": (
        *_CODING,
        "event",
        "field",
        "field_ar",
        "field_en",
        "state",
        "item",
        "part",
        "value",
        "number",
        "value_ar",
        "value_en",
        "evidence",
        "quote",
        "comment",
        "taken_from",
        "how",
        "reason",
        "by",
        "applied_by",
    ),
    "evidence": (*_CODING, "event", "field", "span", *_KIND),
    "spans": (*_CODING, "span", *_KIND, "value", "decision", "candidate", "reason"),
    "alignment": (
        *_CODING,
        "event",
        "cluster",
        "gold_event",
        "rejected",
        "how",
        "by",
        "applied_by",
    ),
    "columns": ("table", "column", "type", *_LABELS),
    "codebook": ("level", "field", "part", "value", "type", *_LABELS),
}


class Column(NamedTuple):
    """A column; about: what it contains."""

    name: str
    type: ColumnType
    about: Message


def columns(table: str, dataset: Dataset) -> list[Column]:
    """Return the columns of a table."""
    found = []
    for name in TABLES[table]:
        if name in TEXT_COLUMNS and not dataset.text:
            continue
        type_: ColumnType = "text"
        if name in _INTEGERS:
            type_ = "integer"
        elif name == "number":
            type_ = "number"
        found.append(Column(name, type_, Message(f"columns.{name}")))
    return found


def fixed(dataset: Dataset) -> Rows:
    """Return the rows of the tables `columns` and `codebook`, which do not depend on
    the articles.
    """
    described: list[tuple[Cell, ...]] = []
    for table in TABLES:
        for column in columns(table, dataset):
            about = column.about
            described.append((table, column.name, column.type, about.ar, about.en))
    return {"columns": described, "codebook": list(_codebook(dataset.codebook))}


def _codebook(book: Codebook) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the table `codebook`."""
    for level, fields in (
        ("article", book.article_fields),
        ("event", book.event_fields),
    ):
        for field in fields:
            yield level, field.id, "", "", field.type, field.label.ar, field.label.en
            for value in book.values_of(field):
                yield level, field.id, "", value.id, "", value.label.ar, value.label.en
            for part in book.parts_of(field):
                label = part.label or Label.same(part.id)
                yield level, field.id, part.id, "", part.type or "", label.ar, label.en
                for value in book.values_of(part):
                    label = value.label
                    yield level, field.id, part.id, value.id, "", label.ar, label.en
    for kind in book.span_kinds:
        yield "span", "kind", "", kind.id, "", kind.label.ar, kind.label.en
    chosen = [reason.id for reason in book.adjudication_reasons]
    assumed = [f"{reason}{ASSUMED}" for reason in chosen]
    for reason in (*POLICIES, NOTES, *chosen, *assumed):
        meaning = book.reason(reason)
        yield "gold", "reason", "", reason, "", meaning.ar, meaning.en


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], Rows]:
    """Return the function that makes the rows of an article and its codings."""
    builders: dict[str, _RowBuilder] = {}  # by the codebook's revision

    def rows_of(article: Article, codings: Sequence[Coding]) -> Rows:
        tables: Rows = {name: [] for name in TABLES}
        tables["articles"].append(_article(article))
        for coding in codings:
            if isinstance(coding, AlignedGold):
                for event in coding.aligned:
                    tables["alignment"].append((article.id, *event))
            book = dataset.book(coding)
            if book.ref not in builders:
                builders[book.ref] = _RowBuilder(book)
            builders[book.ref].add(coding, tables)
        return tables if dataset.text else _without_text(tables)

    return rows_of


def _article(article: Article) -> tuple[Cell, ...]:
    """Return the row of an article."""
    other = dict(article.metadata)
    metadata = [other.pop(name, None) for name in METADATA]
    return (
        article.id,
        article.text_sha256,
        len(article.text),
        article.source,
        *metadata,
        json_or_none(other or None),
        article.text,
    )


def _without_text(tables: Rows) -> Rows:
    """Return the rows without the columns that contain words of the articles."""
    shortened: Rows = {}
    for name, rows in tables.items():
        kept = [
            at for at, column in enumerate(TABLES[name]) if column not in TEXT_COLUMNS
        ]
        shortened[name] = [tuple([row[at] for at in kept]) for row in rows]
    return shortened


@contextmanager
def sink(dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the files of the folder `path`."""
    with ExitStack() as stack:
        files = {}
        for name in TABLES:
            file = (path / f"{name}.csv").open("w", encoding="utf-8", newline="")
            files[name] = stack.enter_context(file)
            names = [column.name for column in columns(name, dataset)]
            file.write("\ufeff" + lines_of([names]))

        def put(rows: Rows) -> None:
            for name, table in rows.items():
                lines = []
                for row in table:
                    lines.append(["" if cell is None else str(cell) for cell in row])
                files[name].write(lines_of(lines))

        put(fixed(dataset))
        yield put


class _RowBuilder:
    """Makes rows of codings that were made with one revision of the codebook, and
    caches its labels.
    """

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self._kinds = {k.id: (k.id, k.label.ar, k.label.en) for k in book.span_kinds}
        self._classes = {c.id: (c.label.ar, c.label.en) for c in book.actor_classes}
        self._labels: dict[tuple[str, str, str], tuple[str, str]] = {}

    def add(self, coding: Coding, tables: Rows) -> None:
        """Append the rows of a coding to the tables."""
        key = (coding.article, coding.coder)
        spans = {span.id: span for span in coding.spans}
        events = effective_events(coding, self.book)
        tables["codings"].append(
            (
                *key,
                coding.status.value,
                coding.codebook,
                len(events),
                len(spans),
                coding.source,
            )
        )
        for span in coding.spans:
            tables["spans"].append(
                (
                    *key,
                    span.id,
                    *self._stretch(span),
                    json_or_none(span.value),
                    span.decision and span.decision.value,
                    span.candidate,
                    span.reason,
                )
            )
        self._add_answers((*key, ""), article_answers(coding, self.book), spans, tables)
        for position, event in enumerate(events, start=1):
            tables["events"].append((*key, event.id, position, *self._type(event)))
            self._add_answers((*key, event.id), event.fields, spans, tables)

    def _type(self, event: Event) -> tuple[Cell, str, str]:
        """Return an event's type and its labels, None and "" if it is not coded."""
        field = self.book.type_field
        if field is None:
            return None, "", ""
        answer = event.answer(field.id)
        if not answer.coded:
            return None, "", ""
        return answer.value, *self._label(field, "", answer.value)

    def _add_answers(
        self,
        key: tuple[str, str, str],
        answers: Mapping[str, Answer],
        spans: Mapping[str, Span],
        tables: Rows,
    ) -> None:
        """Append the rows of answers to the tables; key: article, coder, and event or
        "".
        """
        for name, answer in answers.items():
            field = self.book.field(name)
            if field is None or is_empty(answer):
                continue
            evidence = find_quoted(spans, answer.evidence)
            start = (*key, name, field.label.ar, field.label.en, answer.state)
            end = (
                SEPARATOR.join([f"{span.start}-{span.end}" for span in evidence]),
                SEPARATOR.join([span.quote for span in evidence]),
                answer.comment,
                SEPARATOR.join(answer.taken_from),
                answer.how,
                answer.reason,
                answer.by,
                answer.applied_by,
            )
            for item, part, value in _leaves(answer):
                cells = (_text(value), _number(value), *self._label(field, part, value))
                tables["values"].append((*start, item, part, *cells, *end))
            for span in evidence:
                tables["evidence"].append((*key, name, span.id, *self._stretch(span)))

    def _stretch(self, span: Span) -> tuple[Cell, ...]:
        return *self._kinds[span.kind], span.start, span.end, span.quote

    def _label(self, field: Field, part: str, value: Json) -> tuple[str, str]:
        """Return the label of a value in Arabic and English, "" if it has no label."""
        if not isinstance(value, str):
            return "", ""
        key = (field.id, part, value)
        if key not in self._labels:
            self._labels[key] = self._look_up_label(field, part, value)
        return self._labels[key]

    def _look_up_label(self, field: Field, part_id: str, value: str) -> tuple[str, str]:
        if part_id.rpartition(".")[2] == "class":
            return self._classes.get(value, ("", ""))
        owner: Field | Part | None = field
        if part_id:
            parts = {part.id: part for part in self.book.parts_of(field)}
            owner = parts.get(part_id)
        if owner is None or owner.type in ("text", "date", "int_range"):
            return "", ""
        ar = self.book.label_of(owner, value, "ar")
        en = self.book.label_of(owner, value, "en")
        if ar == en == value:  # it has no label
            return "", ""
        return ar, en


def _leaves(answer: Answer) -> Iterator[tuple[int | None, str, Json]]:
    """Yield an answer's values: the item's number in a list or None, the part or "",
    and the value.
    """
    if not answer.coded or answer.value == []:
        yield None, "", None
    elif isinstance(answer.value, list):
        for number, item in enumerate(answer.value, start=1):
            for part, value in _flatten(item, ""):
                yield number, part, value
    else:
        for part, value in _flatten(answer.value, ""):
            yield None, part, value


def _flatten(value: Json, path: str) -> Iterator[tuple[str, Json]]:
    """Yield the values in a value of several parts, each with the path to it."""
    if not isinstance(value, dict):
        yield path, value
        return
    for name, inner in value.items():
        yield from _flatten(inner, f"{path}.{name}" if path else name)


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else json_or_none(value)


def _number(value: Json) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value
