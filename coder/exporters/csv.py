"""CSV for spreadsheets and statistics: one row per event, a few columns per field.

Every field gives its value columns, then `….state` (coded or the blank), `….evidence`
(`start-end` pairs, code points), `….quote`, and for gold `….from` and `….reason`. Items of a list are
separated by ` | `. Answers about the article itself come out as a row of their own without an event id.
Where the codebook has no events there is a row per span instead.
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
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

from coder.codebook.schema import Field
from coder.codebook.scope import effective_events
from coder.exporters.writer import Dataset, article_answers, marked, quoted, span_record
from coder.model import Answer, Coding, Json

SEPARATOR = " | "
SPAN_COLUMNS = ("span", "kind", "start", "end", "quote", "value", "from", "reason")
PARTS = {
    "int_range": ("min", "max", "approx"),
    "date": ("start", "end", "precision", "basis", "open_end"),
    "place": ("place_id", "as_written", "admin1", "country", "precision"),
}
"""What the values of a type are made of, where its fields do not say so themselves."""
Columns = dict[str, Callable[[Json], Json]]
_FieldColumns = tuple[str, list[tuple[str, Callable[[Json], Json]]]]
_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")


def head(dataset: Dataset) -> str:
    """The signature by which spreadsheets know UTF-8, then the names of the columns."""
    return "\ufeff" + _line(("article_id", "text_sha256", "codebook", "coder", "status", *_names(dataset)))


def rows(dataset: Dataset) -> Callable[[Coding], str]:
    """What makes a coding's rows: RFC 4180 quoting, CRLF."""
    names, extras, columns = _names(dataset), _extras(dataset), dict[str, list[_FieldColumns]]()

    def of(coding: Coding) -> str:
        book = dataset.book(coding)
        if book.ref not in columns:
            fields = (*book.article_fields, *book.event_fields)
            columns[book.ref] = [(field.id, [*_columns(field).items()]) for field in fields]
        start = (coding.article, coding.text_sha256, coding.codebook, coding.coder, coding.status.value)

        def line(cells: Mapping[str, str]) -> str:
            return _line((*start, *(cells.get(name, "") for name in names)))

        lines = [line(_cells(columns[book.ref], extras, coding, article_answers(coding, book)))]
        for span in marked(coding, book):
            record = span_record(coding, span)
            if not isinstance(record.get("value", ""), str):
                record["value"] = json.dumps(record["value"], ensure_ascii=False)
            lines.append(line({name: _plain(record.get(name)) for name in SPAN_COLUMNS}))
        for event in effective_events(coding, book):
            lines.append(
                line({"event_id": event.id, **_cells(columns[book.ref], extras, coding, event.fields)})
            )
        return "".join(lines)

    return of


def _line(cells: Iterable[str]) -> str:
    """A row that no spreadsheet takes for formulas: what could be one has an apostrophe before it.

    What has apostrophes before such a sign gets one more, so that taking one away gives the cell back.
    Source: OWASP, CSV Injection; the signs, in both widths, as in csv-stringify's `escape_formulas`.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return text.getvalue()


def _names(dataset: Dataset) -> list[str]:
    """The columns after those about the coding: the fields in force, then those of earlier revisions."""
    names = dict.fromkeys(("event_id",) if dataset.codebook.event_fields else SPAN_COLUMNS)
    for book in (dataset.codebook, *reversed(list(dataset.revisions.values()))):
        for field in (*book.article_fields, *book.event_fields):
            names |= dict.fromkeys([*_columns(field), *(f"{field.id}.{x}" for x in _extras(dataset))])
    return [*names]


def _extras(dataset: Dataset) -> tuple[str, ...]:
    return ("state", "evidence", "quote", *(("from", "reason") if dataset.what == "gold" else ()))


def _cells(
    columns: Iterable[_FieldColumns], extras: Sequence[str], coding: Coding, answers: Mapping[str, Answer]
) -> dict[str, str]:
    """What stands in the columns of the fields for one event, or for the article itself."""
    cells: dict[str, str] = {}
    for field, of_value in columns:
        if (answer := answers.get(field)) is None:
            continue
        if answer.coded:
            cells |= {name: _plain(value_of(answer.value)) for name, value_of in of_value}
        spans = quoted(coding, answer.evidence)
        found = {
            "state": answer.state,
            "evidence": SEPARATOR.join(f"{s.start}-{s.end}" for s in spans),
            "quote": SEPARATOR.join(s.quote for s in spans),
            "from": SEPARATOR.join(answer.taken_from),
            "reason": answer.reason,
        }
        cells |= {f"{field}.{name}": found[name] for name in extras}
    return cells


def _columns(field: Field) -> Columns:
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


def _plain(value: Json) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case list():
            return SEPARATOR.join(map(_plain, value))
        case dict():
            return str(value.get("name", value))
    return str(value)
