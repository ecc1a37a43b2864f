"""CSV for spreadsheets and statistics: one row per event, a few columns per field.

Every field gives its value columns, then `….state` (coded or the blank), `….evidence`
(`start-end` pairs, code points), `….quote`, and for gold `….from`, `….reason` and `….by`. Items of a list are
separated by ` | `. Answers about the article itself come out as a row of their own without an event id.
Where the codebook has no events there is a row per span instead.
`row.spans` has, as JSON, the spans on which the row's values rest, with kind, value and decision, and in the
article's row all that no event rests on; `row.comments` the comments on its answers, by field.
An actor that no lexicon knows stands there by its name, its class in the column `….class`; a list with such
an actor has as many items there, empty for those that the lexicon knows.
A cell that a spreadsheet could take for a formula has an apostrophe (') before it; take it away to have the
cell as it was. Such a cell begins, behind any apostrophes of its own, with = + - @ or their wide forms, a tab
or a line's end: `^'('*[=+\\-@\\t\\r\\n＝＋－＠])` becomes `\\1`.
Each row is read with its own revision of the codebook; fields that only earlier ones have come last.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from coder.codebook.effective import effective_events
from coder.codebook.schema import Field
from coder.exporters.writer import Dataset, article_answers, marked, quoted, span_record
from coder.foreign import harmless
from coder.model import Answer, Article, Coding, Json, Span
from coder.native import from_spans

SEPARATOR = " | "
_START = ("article_id", "text_sha256", "codebook", "coder", "status")
SPAN_COLUMNS = ("span", "kind", "start", "end", "quote", "value", "from", "reason", "by")
PARTS = {
    "int_range": ("min", "max", "approx"),
    "date": ("start", "end", "precision", "basis", "open_end"),
    "place": ("place_id", "as_written", "admin1", "country", "precision"),
}
"""What the values of a type are made of, where its fields do not say so themselves."""
_END = ("row.spans", "row.comments")
Columns = dict[str, Callable[[Json], Json]]
_FieldCells = tuple[str, list[tuple[int, Callable[[Json], Json]]], list[int]]
"""A field: where its values stand, and the other columns about it."""
_FIRST_OF_FORMULAS = frozenset("'=+-@\t\r\n＝＋－＠")


def head(dataset: Dataset) -> str:
    """The signature by which spreadsheets know UTF-8, then the names of the columns."""
    return "\ufeff" + lines_of([[*_START, *_names(dataset)]])


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """What makes the rows of an article's codings: RFC 4180 quoting, CRLF."""
    place = {name: i for i, name in enumerate((*_START, *_names(dataset)))}
    extras = _extras(dataset)
    of_fields: dict[str, list[_FieldCells]] = {}

    def cells_of(coding: Coding) -> list[list[str]]:
        book = dataset.book(coding)
        if book.ref not in of_fields:
            of_fields[book.ref] = [
                (
                    field.id,
                    [(place[name], value_of) for name, value_of in columns_of(field).items()],
                    [place[f"{field.id}.{name}"] for name in extras],
                )
                for field in (*book.article_fields, *book.event_fields)
            ]
        start = [coding.article, coding.text_sha256, coding.codebook, coding.coder, coding.status.value]
        rest = [""] * (len(place) - len(start))
        spans = {span.id: span for span in coding.spans}

        def line(answers: Mapping[str, Answer], mine: Iterable[Span]) -> list[str]:
            cells = [*start, *rest]
            cells[-2] = _json([{n: v for n, v in s.items() if n != "quote"} for s in from_spans(mine)])
            cells[-1] = _json({name: answer.comment for name, answer in answers.items() if answer.comment})
            for field, values, others in of_fields[book.ref]:
                if (answer := answers.get(field)) is not None:
                    if answer.coded:
                        for at, value_of in values:
                            cells[at] = as_cell(value_of(answer.value))
                    cells[others[0]] = answer.state
                    if answer.evidence or answer.taken_from or answer.reason or answer.by:
                        for at, text in zip(others[1:], _support(answer, spans), strict=False):
                            cells[at] = text
            return cells

        events = effective_events(coding, book)
        cited = {each for event in events for answer in event.fields.values() for each in answer.evidence}
        lines = [line(article_answers(coding, book), (s for s in coding.spans if s.id not in cited))]
        for span in marked(coding, book):
            record = span_record(coding, span)
            if not isinstance(record.get("value", ""), str):
                record["value"] = json.dumps(record["value"], ensure_ascii=False)
            lines.append([*start, *(as_cell(record.get(name)) for name in SPAN_COLUMNS)])
            lines[-1] += rest[len(SPAN_COLUMNS) :]
        for event in events:
            own = {each for answer in event.fields.values() for each in answer.evidence}
            lines.append(line(event.fields, (s for s in coding.spans if s.id in own)))
            lines[-1][len(start)] = event.id
        return lines

    return lambda _, codings: lines_of(line for coding in codings for line in cells_of(coding))


def _support(answer: Answer, spans: Mapping[str, Span]) -> tuple[str, ...]:
    """What `_extras` names after the state, of one answer."""
    quotes = quoted(spans, answer.evidence)
    return (
        SEPARATOR.join([f"{span.start}-{span.end}" for span in quotes]),
        SEPARATOR.join([span.quote for span in quotes]),
        SEPARATOR.join(answer.taken_from),
        answer.reason,
        answer.by,
    )


def lines_of(lines: Iterable[Sequence[str]]) -> str:
    """Rows as CSV that no spreadsheet takes for formulas: what could be one has an apostrophe before it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(_safe, lines))
    return text.getvalue()


def _safe(cells: Sequence[str]) -> Sequence[str]:
    if _FIRST_OF_FORMULAS.isdisjoint([cell[:1] for cell in cells]):  # most lines
        return cells
    return [*map(harmless, cells)]


def _names(dataset: Dataset) -> list[str]:
    """The columns after those about the coding: the fields in force, then those of earlier revisions."""
    names = dict.fromkeys(("event_id",) if dataset.codebook.event_fields else SPAN_COLUMNS)
    for book in (dataset.codebook, *reversed(list(dataset.revisions.values()))):
        for field in (*book.article_fields, *book.event_fields):
            names |= dict.fromkeys([*columns_of(field), *(f"{field.id}.{x}" for x in _extras(dataset))])
    return [*names, *_END]


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _extras(dataset: Dataset) -> tuple[str, ...]:
    return ("state", "evidence", "quote", *(("from", "reason", "by") if dataset.what == "gold" else ()))


def columns_of(field: Field) -> Columns:
    """Column name → what it takes out of a value, by the shape that the field's type has."""
    if field.type in PARTS:
        return {f"{field.id}.{part}": partial(_part, part) for part in PARTS[field.type]}
    found: Columns = {}
    for part in field.parts:
        found |= _actors_apart(f"{field.id}.{part.id}", part.type, partial(_part, part.id))
    return found or _actors_apart(field.id, field.type, lambda value: value)


def _actors_apart(name: str, of_type: str | None, take: Callable[[Json], Json]) -> Columns:
    """A column; of actors also the classes that were typed with their names."""
    classes = {f"{name}.class": lambda value: _classes(take(value))} if of_type == "actor" else {}
    return {name: take, **classes}


def _classes(value: Json) -> Json:
    if isinstance(value, list):
        found = [_classes(item) for item in value]
        return found if any(found) else None
    return value.get("class") if isinstance(value, dict) else None


def _part(name: str, value: Json) -> Json:
    return [item.get(name) for item in value] if isinstance(value, list) else value.get(name)


def as_cell(value: Json) -> str:
    """A value as it stands in a cell."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return SEPARATOR.join(map(as_cell, value))
        case dict():
            return str(value.get("name", value))
    return str(value)
