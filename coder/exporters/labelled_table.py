"""One table for statistics programs: a row per event, with the answers about its
article.

Choices are labelled numbers in the codebook's order; negative ones say why there is no
value: -1 not stated,
-2 does not apply, -3 not coded. For all other fields, `…_state` says so. Fields and choices that only earlier
revisions of the codebook have come last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

import polars
from pyreadstat import ReadstatError

from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.schema import Codebook, Field
from coder.exporters.field_columns import as_cell, columns_of
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset
from coder.messages.catalogue import say
from coder.model import Answer, Article, Blank, Coding, Event, Json

Cell: TypeAlias = str | int | date | None
Measure: TypeAlias = Literal["text", "nominal", "ordinal", "scale", "day"]
Row: TypeAlias = list[Cell]
"""A cell for each column."""
_BLANKS = {
    Blank.NOT_STATED.value: -1,
    Blank.NOT_APPLICABLE.value: -2,
    Blank.MISSING.value: -3,
}
_STATES = {"coded": 1, **_BLANKS}
_LONGEST_NAME = 28
"""Of a variable. Stata allows 32, also for the name of its labels, to which pyreadstat
appends a number.
"""
_RESERVED = frozenset(
    [
        "all",
        "and",
        "by",
        "byte",
        "double",
        "eq",
        "float",
        "ge",
        "gt",
        "if",
        "in",
        "int",
        "le",
        "long",
        "lt",
        "ne",
        "not",
        "or",
        "strl",
        "to",
        "using",
        "with",
    ]
)
"""Words that Stata or SPSS do not allow as a variable's name."""
_METADATA = ("title", "outlet", "published")
_START = ("article", "coder", "status", "event", *_METADATA)
_NOT_ASKED = Answer(blank=Blank.NOT_APPLICABLE)
_TYPES = {
    "text": polars.String,
    "nominal": polars.Int32,
    "ordinal": polars.Int32,
    "scale": polars.Int64,
    "day": polars.Date,
}
# rows converted at once; as Python objects they take several times the memory
_BATCH = 1_000


class Form(NamedTuple):
    """A field and what its values are like; codebook revisions in which these agree
    share its columns.
    """

    id: str = ""
    type: str = ""
    is_list: bool = False
    has_parts: bool = False


class Column(NamedTuple):
    """A column; labels: number → label; take: makes its cell from an answer to a field
    of this form.

    has_blanks: whether its negative numbers say why there is no value.
    """

    name: str
    about: str
    labels: Mapping[int, str]
    take: Callable[[Answer], Cell]
    form: Form = Form()
    measure: Measure = "text"
    has_blanks: bool = False


Write: TypeAlias = Callable[[Path, polars.DataFrame, Sequence[Column]], None]
"""Writes a whole file."""


def columns(dataset: Dataset) -> list[Column]:
    """Return the columns, those of the coding first; their names are unique, and
    allowed in Stata and SPSS.
    """
    every = []
    for name in _START:
        about = say("en", f"columns.{name}")
        every.append(Column(name, about, {}, lambda answer: None))
    fields: dict[Form, list[tuple[Codebook, Field]]] = {}
    for book in dataset.books:
        for field in book.fields:
            fields.setdefault(_form(field), []).append((book, field))
    for form, revisions in fields.items():
        if form.type in ("enum", "hierarchy") and not form.is_list:
            every.append(_choice_column(form, revisions))
        else:
            every += _value_columns(form, revisions)
    used = set(_RESERVED)
    named = []
    for column in every:
        name = _find_unused_name(column.name, used)
        used.add(name.lower())
        named.append(column._replace(name=name))
    return named


def _find_unused_name(wanted: str, used: Collection[str]) -> str:
    """Return a variable's name in ASCII, numbered if it is used already."""
    stem = re.sub(r"\W", "_", wanted, flags=re.ASCII)[:_LONGEST_NAME]
    name = stem
    number = 1
    while name.lower() in used:
        number += 1
        name = f"{stem[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
    return name


def _form(field: Field) -> Form:
    return Form(field.id, field.type, field.is_list, bool(field.parts))


def _choice_column(form: Form, revisions: Sequence[tuple[Codebook, Field]]) -> Column:
    """Return the column of a single choice, given as each revision has it, the latest
    first.
    """
    choices: dict[str, str] = {}
    for book, field in revisions:
        for value in book.values_of(field):
            choices.setdefault(value.id, value.label.en)
    numbers = {id_: number for number, id_ in enumerate(choices, start=1)}

    def take_number(answer: Answer) -> Cell:
        if answer.coded:
            return numbers[answer.value]
        return _STATES[answer.state]

    latest, field = revisions[0]
    labels = dict(enumerate(choices.values(), start=1)) | _blank_labels(latest)
    is_ordinal = field.distance.kind == "ordinal"
    return Column(
        form.id,
        field.label.en,
        labels,
        take_number,
        form,
        "ordinal" if is_ordinal else "nominal",
        has_blanks=True,
    )


def _value_columns(
    form: Form, revisions: Sequence[tuple[Codebook, Field]]
) -> Iterator[Column]:
    """Yield the columns of any other field: one for each part of its values, and
    whether it is coded.
    """
    latest, field = revisions[0]
    label = field.label.en
    labels = {part.id: part.label.en for part in latest.parts_of(field) if part.label}
    values: dict[str, Callable[[Json], Json]] = {}
    for _, its_field in revisions:
        values |= columns_of(its_field)
    for name, value_of in values.items():
        part = name.removeprefix(form.id).removeprefix(".")
        about = label
        if part:
            about = f"{label}: {labels.get(part, part.replace('.', ' '))}"
        measure = _measure(field, part)
        take = partial(_cell, measure, value_of)
        yield Column(name, about, {}, take, form, measure)
    yield Column(
        f"{form.id}_state",
        f"{label}: coded?",
        {1: "coded", **_blank_labels(latest)},
        lambda answer: _STATES[answer.state],
        form,
        "nominal",
    )


def _blank_labels(book: Codebook) -> dict[int, str]:
    return {code: book.blank(blank).label.en for blank, code in _BLANKS.items()}


_PART_MEASURES: Mapping[tuple[str, str], Measure] = {
    ("int_range", "min"): "scale",
    ("int_range", "max"): "scale",
    ("date", "start"): "day",
    ("date", "end"): "day",
}
"""Type and part → how the part's values are measured, where they are no texts."""


def _measure(field: Field, part: str) -> Measure:
    """Return how the values of a part are measured, or of a field without parts."""
    if field.is_list:
        return "text"
    if field.type == "bool":
        return "nominal"
    return _PART_MEASURES.get((field.type, part), "text")


def _cell(measure: Measure, value_of: Callable[[Json], Json], answer: Answer) -> Cell:
    value = value_of(answer.value) if answer.coded else None
    if measure == "text":
        return as_cell(value)
    if measure == "day":
        return date.fromisoformat(value) if value else None
    return None if value is None else int(value)


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """Return the function that makes the rows of an article's codings; one without
    events has one row.
    """
    field_columns = columns(dataset)[len(_START) :]

    def rows_of(article: Article, codings: Sequence[Coding]) -> list[Row]:
        metadata = [article.metadata.get(name, "") for name in _METADATA]
        rows = list[Row]()
        for coding in codings:
            book = dataset.book(coding)
            forms = {field.id: _form(field) for field in book.fields}
            of_article = effective_answers(coding, book)
            for event in effective_events(coding, book) or [Event("", {})]:
                answers = {}
                for name, answer in {**of_article, **event.fields}.items():
                    answers[forms[name]] = answer
                cells: Row = [
                    coding.article,
                    coding.coder,
                    coding.status.value,
                    event.id,
                    *metadata,
                ]
                for column in field_columns:
                    cells.append(column.take(answers.get(column.form, _NOT_ASKED)))
                rows.append(cells)
        return rows

    return rows_of


@contextmanager
def sink(write: Write, dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the new file `path` with `write`, which needs them all at once."""
    every = columns(dataset)
    schema = {column.name: _TYPES[column.measure] for column in every}
    batches = [polars.DataFrame(schema=schema)]
    pending = list[Row]()

    def convert() -> None:
        batches.append(polars.DataFrame(pending, schema=schema, orient="row"))
        pending.clear()

    def put(rows: list[Row]) -> None:
        pending.extend(rows)
        if len(pending) >= _BATCH:
            convert()

    yield put
    convert()
    try:
        write(path, polars.concat(batches), every)
    except ReadstatError as error:  # a full disk, mostly
        raise OSError(str(error)) from error


def describe(every: Sequence[Column]) -> dict[str, Any]:
    """Return the labels of columns and of their numbers, as pyreadstat takes them."""
    return {
        "column_labels": [column.about for column in every],
        "variable_value_labels": {
            column.name: dict(column.labels) for column in every if column.labels
        },
    }


def replace_bytes(path: Path, start: int, data: bytes) -> None:
    """Write bytes over those at a place of a file."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(data)
