"""CSV for spreadsheets and statistics: one row per event, a few columns per field.

Each field has columns for its value, then `….state` (coded or the blank), `….evidence`
(`start-end` pairs, code points), `….quote`, and for gold `….from`, `….how`, `….reason`
(ending in `:assumed` if the supervisor was not asked for it), `….by` (who decided) and
`….applied_by` (who ran the policy or import). Items of a list are separated by ` | `.
Evidence supports the value as a whole, in the order of the items that it names; what
names none of them comes last, in text order. Answers about the article itself are in a
row of their own without an event id. If the codebook has no events, there is a row per
span instead.
`row.spans` has, as JSON, the spans that are evidence of the row's values, with kind, value and decision; the
article's row has all spans that are not evidence in an event. `row.comments` has the
comments on its answers, by field. An actor that is not in a lexicon is given by name,
with its class in the column `….class`; for a list with such an actor, that column has
an item per actor, empty for those in the lexicon. A field named like one of the columns
about the coding has its value in `….value`. A cell that a spreadsheet could mistake for
a formula is preceded by an apostrophe ('); remove it to get the original cell. Such a
cell begins, after any apostrophes of its own, with = + - @ or their wide forms, a tab
or a line end: `^'('*[=+\\-@\\t\\r\\n＝＋－＠])` becomes `\\1`. Each row is read with its
own revision of the codebook; fields that only earlier revisions have come last.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from coder.codebook.effective import effective_events
from coder.codebook.schema import Field
from coder.exporters.writer import (
    SEPARATOR,
    Dataset,
    article_answers,
    by_answer,
    quoted,
    span_json,
    span_records,
)
from coder.foreign import harmless, to_json
from coder.model import Answer, Article, Coding, Json, Span

_START = ("article_id", "text_sha256", "codebook", "coder", "status")
SPAN_COLUMNS = (
    "span",
    "kind",
    "start",
    "end",
    "quote",
    "value",
    "from",
    "how",
    "reason",
    "by",
    "applied_by",
)
PARTS = {
    "int_range": ("min", "max", "approx"),
    "date": ("start", "end", "precision", "basis", "open_end"),
    "place": ("place_id", "as_written", "admin1", "country", "precision"),
}
"""Field type → the parts of its values, for types whose fields do not declare them."""
_END = ("row.spans", "row.comments")
_OF_GOLD = ("from", "how", "reason", "by", "applied_by")
Columns = dict[str, Callable[[Json], Json]]
_NEEDS_QUOTES = re.compile('[",\r\n]')
_FORMULA_STARTS = frozenset("'=+-@\t\r\n＝＋－＠")


def head(dataset: Dataset) -> str:
    """The header row, after the byte order mark by which spreadsheets recognise UTF-8."""
    before = (*_START, *_row_columns(dataset))
    taken = {*_START, *_row_columns(dataset), *_END}
    columns = (name for _, names in _blocks(dataset) for name in names)
    names = [
        f"{name}.value" if name in taken else name for name in columns
    ]  # a field of that id
    return "\ufeff" + lines_of([[*before, *names, *_END]])


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the rows of an article's codings: RFC 4180
    quoting, CRLF.
    """
    blocks = _blocks(dataset)
    row_columns = _row_columns(dataset)
    blocks_of: dict[str, list[_Block]] = {}  # by the codebook's revision
    rest = "," * (sum(len(names) for _, names in blocks) + len(_END))

    def lines_of_coding(coding: Coding) -> Iterator[str]:
        book = dataset.book(coding)
        if (fields := blocks_of.get(book.ref)) is None:
            known = {field.id: field for field in book.fields}
            fields = [_Block(id_, known.get(id_), names) for id_, names in blocks]
            blocks_of[book.ref] = fields
        start = _line(
            (
                coding.article,
                coding.text_sha256,
                coding.codebook,
                coding.coder,
                coding.status.value,
            )
        )
        spans = {span.id: span for span in coding.spans}
        cited = {
            span.id: f"{span.start}-{span.end},{_cell(span.quote)}"
            for span in coding.spans
        }
        index = {span: i for i, span in enumerate(spans)}
        records = [span_json(span, quote=False) for span in coding.spans]

        def line(
            row: str, answers: Mapping[str, Answer], span_ids: Iterable[str]
        ) -> str:
            cells = [
                start,
                row,
                *[each.cells(answers.get(each.id), spans, cited) for each in fields],
            ]
            evidence = [
                records[i]
                for i in sorted({index[each] for each in span_ids if each in index})
            ]
            comments = {
                name: answer.comment
                for name, answer in answers.items()
                if answer.comment
            }
            cells.append(_cell(f"[{', '.join(evidence)}]") if evidence else "")
            cells.append(_cell(to_json(comments)) if comments else "")
            return f"{','.join(cells)}\r\n"

        events = effective_events(coding, book)
        cited_by = [
            {id_ for answer in event.fields.values() for id_ in answer.evidence}
            for event in events
        ]
        no_event = "," * (len(row_columns) - 1)
        yield line(
            no_event,
            article_answers(coding, book),
            spans.keys() - set().union(*cited_by),
        )
        for record in span_records(coding, book):
            if not isinstance(record.get("value", ""), str):
                record["value"] = to_json(record["value"])
            yield f"{start},{_line(as_cell(record.get(name)) for name in SPAN_COLUMNS)}{rest}\r\n"
        for event, span_ids in zip(events, cited_by, strict=True):
            yield line(_cell(event.id), event.fields, span_ids)

    return lambda _, codings: "".join(
        line for coding in codings for line in lines_of_coding(coding)
    )


class _Block:
    """The adjacent columns of a field, which turn an answer into cells."""

    def __init__(self, id_: str, field: Field | None, names: Sequence[str]) -> None:
        self.id = id_
        self._names = names
        self._value_of = columns_of(field) if field else {}
        self._evidence = (
            names.index(f"{id_}.evidence") if f"{id_}.evidence" in names else None
        )
        self._parts = by_answer(self._without_evidence)
        self._empty = "," * (len(names) - 1)

    def cells(
        self, answer: Answer | None, spans: Mapping[str, Span], cited: Mapping[str, str]
    ) -> str:
        """The cells of an answer, joined; spans: span id → span, cited: span id → its
        cells as evidence.
        """
        if answer is None:
            return self._empty
        before, after, whole = self._parts(answer)
        if not answer.evidence or self._evidence is None:
            return whole
        if len(answer.evidence) == 1:
            return before + cited.get(answer.evidence[0], ",") + after
        quotes = quoted(spans, answer.evidence, answer.value)
        stretches = SEPARATOR.join([f"{span.start}-{span.end}" for span in quotes])
        return f"{before}{stretches},{_cell(SEPARATOR.join([span.quote for span in quotes]))}{after}"

    def _without_evidence(self, answer: Answer) -> tuple[str, str, str]:
        """An answer's cells before and after its evidence, and all cells if it has no
        evidence.
        """
        state = answer.state
        id_ = self.id
        coders = SEPARATOR.join(answer.taken_from)
        values = {
            f"{id_}.state": state,
            f"{id_}.from": coders,
            f"{id_}.how": answer.how,
            f"{id_}.reason": answer.reason,
            f"{id_}.by": answer.by,
            f"{id_}.applied_by": answer.applied_by,
        }
        if state == "coded":
            values |= {
                name: as_cell(value_of(answer.value))
                for name, value_of in self._value_of.items()
            }
        cells = [_cell(values.get(name, "")) for name in self._names]
        at = self._evidence or 0
        before = (f"{cell}," for cell in cells[:at])
        after = (f",{cell}" for cell in cells[at + 2 :])
        return "".join(before), "".join(after), ",".join(cells)


def lines_of(lines: Iterable[Sequence[str | float]]) -> str:
    """Rows as CSV, with an apostrophe before each text that a spreadsheet could mistake
    for a formula.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(_safe, lines))
    return text.getvalue()


def _safe(cells: Sequence[str | float]) -> Sequence[str | float]:
    if _FORMULA_STARTS.isdisjoint([str(cell)[:1] for cell in cells]):  # most lines
        return cells
    return [harmless(cell) if isinstance(cell, str) else cell for cell in cells]


def _cell(text: str) -> str:
    """A single cell as `lines_of` would write it, but faster."""
    if text[:1] in _FORMULA_STARTS:
        text = harmless(text)
    return (
        f'"{text.replace(chr(34), chr(34) * 2)}"'
        if _NEEDS_QUOTES.search(text)
        else text
    )


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_cell, cells))


def _row_columns(dataset: Dataset) -> Sequence[str]:
    """The columns about the event or span, between those of the coding and those of the
    fields.
    """
    return ("event_id",) if dataset.codebook.event_fields else SPAN_COLUMNS


def _blocks(dataset: Dataset) -> list[tuple[str, list[str]]]:
    """Field id → column names: the fields in force, then columns that only earlier
    revisions have.
    """
    extras = (
        "state",
        "evidence",
        "quote",
        *(_OF_GOLD if dataset.what == "gold" else ()),
    )
    known = set[str]()
    blocks = []
    for book in (dataset.codebook, *reversed(list(dataset.revisions.values()))):
        for field in book.fields:
            columns = dict.fromkeys(
                [*columns_of(field), *(f"{field.id}.{extra}" for extra in extras)]
            )
            if names := [name for name in columns if name not in known]:
                known.update(names)
                blocks.append((field.id, names))
    return blocks


def columns_of(field: Field) -> Columns:
    """Column name → function that extracts its cell from a value, according to the
    field's type.
    """
    if field.type in PARTS:
        return {
            f"{field.id}.{part}": partial(_part, part) for part in PARTS[field.type]
        }
    columns: Columns = {}
    for part in field.parts:
        columns |= _with_class(
            f"{field.id}.{part.id}", part.type, partial(_part, part.id)
        )
    return columns or _with_class(field.id, field.type, lambda value: value)


def _with_class(name: str, type_: str | None, take: Callable[[Json], Json]) -> Columns:
    """A column, and for actors a second one with the classes of those that are not in
    the lexicon.
    """
    classes = (
        {f"{name}.class": lambda value: _classes(take(value))}
        if type_ == "actor"
        else {}
    )
    return {name: take, **classes}


def _classes(value: Json) -> Json:
    if isinstance(value, list):
        classes = [_classes(item) for item in value]
        return classes if any(classes) else None
    return value.get("class") if isinstance(value, dict) else None


def _part(name: str, value: Json) -> Json:
    return (
        [item.get(name) for item in value]
        if isinstance(value, list)
        else value.get(name)
    )


def as_cell(value: Json) -> str:
    """A value as the text of a cell."""
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
