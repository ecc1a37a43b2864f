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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from coder.codebook.effective import effective_events
from coder.codebook.schema import Codebook, Field
from coder.exporters.field_columns import as_cell, columns_of
from coder.exporters.writer import (
    SEPARATOR,
    Dataset,
    article_answers,
    by_answer,
    find_quoted,
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
_END = ("row.spans", "row.comments")
_OF_GOLD = ("from", "how", "reason", "by", "applied_by")
_NEEDS_QUOTES = re.compile('[",\r\n]')
_FORMULA_STARTS = frozenset("'=+-@\t\r\n＝＋－＠")


def head(dataset: Dataset) -> str:
    """Return the header row, after the byte order mark by which spreadsheets recognise
    UTF-8.
    """
    names = [*_START, *_row_columns(dataset)]
    taken = {*names, *_END}
    for _, columns in _blocks(dataset):
        for name in columns:
            # The id of a field may be the name of another column.
            names.append(f"{name}.value" if name in taken else name)
    return "\ufeff" + lines_of([[*names, *_END]])


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """Return the function that makes the rows of an article's codings: RFC 4180
    quoting, CRLF.
    """
    every_block = _blocks(dataset)
    row_columns = _row_columns(dataset)
    blocks_of: dict[str, list[_Block]] = {}  # by the codebook's revision

    def rows_of(_: Article, codings: Sequence[Coding]) -> str:
        lines: list[str] = []
        for coding in codings:
            book = dataset.book(coding)
            if book.ref not in blocks_of:
                fields = {field.id: field for field in book.fields}
                blocks_of[book.ref] = [
                    _Block(id_, fields.get(id_), names) for id_, names in every_block
                ]
            lines += _CodingLines(coding, book, blocks_of[book.ref]).lines(row_columns)
        return "".join(lines)

    return rows_of


class _CodingLines:
    """Makes the lines of one coding."""

    def __init__(
        self, coding: Coding, book: Codebook, blocks: Sequence[_Block]
    ) -> None:
        self._coding = coding
        self._book = book
        self._blocks = blocks
        self._start = _line(
            (
                coding.article,
                coding.text_sha256,
                coding.codebook,
                coding.coder,
                coding.status.value,
            )
        )
        self._spans = {span.id: span for span in coding.spans}
        self._records = {s.id: span_json(s, quote=False) for s in coding.spans}
        self._cited = {}  # span id → its cells as evidence
        for span in coding.spans:
            self._cited[span.id] = f"{span.start}-{span.end},{_cell(span.quote)}"

    def lines(self, row_columns: Sequence[str]) -> Iterator[str]:
        """Yield the lines: of the article, of spans, and of events; row_columns: the
        columns about the event or span.
        """
        events = effective_events(self._coding, self._book)
        cited_by = []  # for each event, the ids of the spans that are its evidence
        rest = set(self._spans)
        for event in events:
            cited = set[str]()
            for answer in event.fields.values():
                cited.update(answer.evidence)
            cited_by.append(cited)
            rest -= cited
        no_event = "," * (len(row_columns) - 1)
        yield self._answers(no_event, article_answers(self._coding, self._book), rest)
        for record in span_records(self._coding, self._book):
            yield self._span(record)
        for event, cited in zip(events, cited_by, strict=True):
            yield self._answers(_cell(event.id), event.fields, cited)

    def _answers(
        self, row: str, answers: Mapping[str, Answer], span_ids: Set[str]
    ) -> str:
        """Return a line of answers; row: the cells about the event; span_ids: the spans
        that are listed in the column `row.spans`.
        """
        cells = [self._start, row]
        for block in self._blocks:
            cells.append(block.cells(answers.get(block.id), self._spans, self._cited))
        records = [json for id_, json in self._records.items() if id_ in span_ids]
        cells.append(_cell(f"[{', '.join(records)}]") if records else "")
        comments = {name: a.comment for name, a in answers.items() if a.comment}
        cells.append(_cell(to_json(comments)) if comments else "")
        return f"{','.join(cells)}\r\n"

    def _span(self, record: dict[str, Json]) -> str:
        """Return a line of a span that has a row of its own."""
        if not isinstance(record.get("value", ""), str):
            record["value"] = to_json(record["value"])
        cells = [self._start]
        cells.append(_line(as_cell(record.get(name)) for name in SPAN_COLUMNS))
        cells += [block.empty for block in self._blocks]
        cells += [""] * len(_END)
        return f"{','.join(cells)}\r\n"


class _Block:
    """The adjacent columns of a field, which turn an answer into cells."""

    def __init__(self, id_: str, field: Field | None, names: Sequence[str]) -> None:
        self.id = id_
        self.empty = "," * (len(names) - 1)
        self._names = names
        self._value_of = columns_of(field) if field else {}
        evidence = f"{id_}.evidence"
        self._evidence = names.index(evidence) if evidence in names else None
        self._parts = by_answer(self._split_at_evidence)

    def cells(
        self, answer: Answer | None, spans: Mapping[str, Span], cited: Mapping[str, str]
    ) -> str:
        """Return the cells of an answer, joined; spans: span id → span, cited: span id
        → its cells as evidence.
        """
        if answer is None:
            return self.empty
        before, after, without_evidence = self._parts(answer)
        if not answer.evidence or self._evidence is None:
            return without_evidence
        if len(answer.evidence) == 1:
            return before + cited.get(answer.evidence[0], ",") + after
        found = find_quoted(spans, answer.evidence, answer.value)
        stretches = SEPARATOR.join([f"{span.start}-{span.end}" for span in found])
        quotes = _cell(SEPARATOR.join([span.quote for span in found]))
        return f"{before}{stretches},{quotes}{after}"

    def _split_at_evidence(self, answer: Answer) -> tuple[str, str, str]:
        """Return an answer's cells before and after its evidence, and all cells if it
        has no evidence.
        """
        id_ = self.id
        values = {
            f"{id_}.state": answer.state,
            f"{id_}.from": SEPARATOR.join(answer.taken_from),
            f"{id_}.how": answer.how,
            f"{id_}.reason": answer.reason,
            f"{id_}.by": answer.by,
            f"{id_}.applied_by": answer.applied_by,
        }
        if answer.coded:
            for name, value_of in self._value_of.items():
                values[name] = as_cell(value_of(answer.value))
        cells = [_cell(values.get(name, "")) for name in self._names]
        at = self._evidence or 0
        before = "".join([f"{cell}," for cell in cells[:at]])
        after = "".join([f",{cell}" for cell in cells[at + 2 :]])
        return before, after, ",".join(cells)


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
    """Return a single cell as `lines_of` would write it, but faster."""
    if text[:1] in _FORMULA_STARTS:
        text = harmless(text)
    if not _NEEDS_QUOTES.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_cell, cells))


def _row_columns(dataset: Dataset) -> Sequence[str]:
    """Return the columns about the event or span, between those of the coding and those
    of the fields.
    """
    return ("event_id",) if dataset.codebook.event_fields else SPAN_COLUMNS


def _blocks(dataset: Dataset) -> list[tuple[str, list[str]]]:
    """Return each field's id and column names: the fields in force, then columns that
    only earlier revisions have.
    """
    extras = ["state", "evidence", "quote"]
    if dataset.what == "gold":
        extras += _OF_GOLD
    known = set[str]()
    blocks = []
    for book in dataset.books:
        for field in book.fields:
            columns = [*columns_of(field), *(f"{field.id}.{extra}" for extra in extras)]
            # A part may be called like one of the extras.
            new = [name for name in dict.fromkeys(columns) if name not in known]
            if new:
                known.update(new)
                blocks.append((field.id, new))
    return blocks
