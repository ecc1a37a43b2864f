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
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial

from coder.codebook.effective import effective_events
from coder.codebook.schema import Field
from coder.exporters.writer import ByAnswer, Dataset, article_answers, marked, quoted, span_record
from coder.foreign import harmless, to_json
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
_TO_QUOTE = re.compile('[",\r\n]')
_FIRST_OF_FORMULAS = frozenset("'=+-@\t\r\n＝＋－＠")


def head(dataset: Dataset) -> str:
    """The signature by which spreadsheets know UTF-8, then the names of the columns."""
    names = [name for _, several in _blocks(dataset) for name in several]
    return "\ufeff" + lines_of([[*_START, *_first(dataset), *names, *_END]])


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], str]:
    """What makes the rows of an article's codings: RFC 4180 quoting, CRLF."""
    blocks, first = _blocks(dataset), _first(dataset)
    of_books: dict[str, list[_Block]] = {}
    rest = "," * (sum(len(names) for _, names in blocks) + len(_END))

    def lines_of_coding(coding: Coding) -> Iterator[str]:
        book = dataset.book(coding)
        if (fields := of_books.get(book.ref)) is None:
            known = {field.id: field for field in (*book.article_fields, *book.event_fields)}
            fields = [_Block(id_, known.get(id_), names) for id_, names in blocks]
            of_books[book.ref] = fields
        start = _line(
            (coding.article, coding.text_sha256, coding.codebook, coding.coder, coding.status.value)
        )
        spans = {span.id: span for span in coding.spans}
        cited = {span.id: f"{span.start}-{span.end},{_cell(span.quote)}" for span in coding.spans}
        at = {span: i for i, span in enumerate(spans)}
        told = from_spans(coding.spans)
        for each in told:
            del each["quote"]

        def line(of: str, answers: Mapping[str, Answer], mine: Iterable[str]) -> str:
            cells = [start, of, *[each.cells(answers.get(each.id), spans, cited) for each in fields]]
            supporting = [told[i] for i in sorted({at[each] for each in mine if each in at})]
            comments = {name: answer.comment for name, answer in answers.items() if answer.comment}
            cells += [_cell(to_json(each)) if each else "" for each in (supporting, comments)]
            return f"{','.join(cells)}\r\n"

        events = effective_events(coding, book)
        own = [{each for answer in event.fields.values() for each in answer.evidence} for event in events]
        none = "," * (len(first) - 1)
        yield line(none, article_answers(coding, book), spans.keys() - set().union(*own))
        for span in marked(coding, book):
            record = span_record(coding, span)
            if not isinstance(record.get("value", ""), str):
                record["value"] = to_json(record["value"])
            yield f"{start},{_line(as_cell(record.get(name)) for name in SPAN_COLUMNS)}{rest}\r\n"
        for event, mine in zip(events, own, strict=True):
            yield line(_cell(event.id), event.fields, mine)

    return lambda _, codings: "".join(line for coding in codings for line in lines_of_coding(coding))


class _Block:
    """A field's columns that stand together, and what an answer has in them."""

    def __init__(self, id_: str, field: Field | None, names: Sequence[str]) -> None:
        self.id, self._names = id_, names
        self._value_of = columns_of(field) if field else {}
        self._evidence = names.index(f"{id_}.evidence") if f"{id_}.evidence" in names else None
        self._of = ByAnswer(self._without_evidence)
        self._none = "," * (len(names) - 1)

    def cells(self, answer: Answer | None, spans: Mapping[str, Span], cited: Mapping[str, str]) -> str:
        """As they stand in the line; spans: the coding's, by their ids, cited: what each is as evidence."""
        if answer is None:
            return self._none
        before, after, whole = self._of(answer)
        if not answer.evidence or self._evidence is None:
            return whole
        if len(answer.evidence) == 1:
            return before + cited.get(answer.evidence[0], ",") + after
        quotes = quoted(spans, answer.evidence)
        stretches = SEPARATOR.join([f"{span.start}-{span.end}" for span in quotes])
        return f"{before}{stretches},{_cell(SEPARATOR.join([span.quote for span in quotes]))}{after}"

    def _without_evidence(self, answer: Answer) -> tuple[str, str, str]:
        """The cells of an answer before its evidence and behind it, and the line of one that has none."""
        state, id_ = answer.state, self.id
        taken = SEPARATOR.join(answer.taken_from)
        told = {f"{id_}.state": state, f"{id_}.from": taken, f"{id_}.reason": answer.reason}
        told[f"{id_}.by"] = answer.by
        if state == "coded":
            told |= {name: as_cell(value_of(answer.value)) for name, value_of in self._value_of.items()}
        cells = [_cell(told.get(name, "")) for name in self._names]
        at = self._evidence or 0
        before, after = (f"{cell}," for cell in cells[:at]), (f",{cell}" for cell in cells[at + 2 :])
        return "".join(before), "".join(after), ",".join(cells)


def lines_of(lines: Iterable[Sequence[str]]) -> str:
    """Rows as CSV that no spreadsheet takes for formulas: what could be one has an apostrophe before it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(map(_safe, lines))
    return text.getvalue()


def _safe(cells: Sequence[str]) -> Sequence[str]:
    if _FIRST_OF_FORMULAS.isdisjoint([cell[0] for cell in cells if cell]):  # most lines
        return cells
    return [*map(harmless, cells)]


def _cell(text: str) -> str:
    """A cell as it stands in a line that `lines_of` would write, which is too slow for cells known before."""
    if text[:1] in _FIRST_OF_FORMULAS:
        text = harmless(text)
    return f'"{text.replace(chr(34), chr(34) * 2)}"' if _TO_QUOTE.search(text) else text


def _line(cells: Iterable[str]) -> str:
    return ",".join(map(_cell, cells))


def _first(dataset: Dataset) -> Sequence[str]:
    """The columns between those about the coding and those of the fields."""
    return ("event_id",) if dataset.codebook.event_fields else SPAN_COLUMNS


def _blocks(dataset: Dataset) -> list[tuple[str, list[str]]]:
    """The columns of fields: those of the fields in force, then what only earlier revisions have."""
    known, found = {*_first(dataset)}, []
    for book in (dataset.codebook, *reversed(list(dataset.revisions.values()))):
        for field in (*book.article_fields, *book.event_fields):
            every = dict.fromkeys([*columns_of(field), *(f"{field.id}.{x}" for x in _extras(dataset))])
            if names := [name for name in every if name not in known]:
                known.update(names)
                found.append((field.id, names))
    return found


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
