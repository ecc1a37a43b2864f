"""One table for statistics programs: a row per event, with the answers about its
article.

Choices are labelled numbers in the codebook's order; negative ones say why there is no
value: -1 not stated,
-2 does not apply, -3 not coded. For all other fields, `…_state` says so. Fields and choices that only earlier
revisions of the codebook have come last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from coder.model import Answer, Article, Blank, Coding, Json

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
_START = ("article", "coder", "status", "event", "title", "outlet", "published")
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
    """The columns, those of the coding first; their names are unique, and allowed in
    Stata and SPSS.
    """
    every = [
        Column(name, say("en", f"columns.{name}"), {}, lambda answer: None)
        for name in _START
    ]
    fields: dict[Form, list[tuple[Codebook, Field]]] = {}
    for book in dataset.books:
        for field in book.fields:
            fields.setdefault(_form(field), []).append((book, field))
    for form, revisions in fields.items():
        every += _columns_of(form, revisions)
    used = set(_RESERVED)
    named = []
    for column in every:
        name = re.sub(r"\W", "_", column.name, flags=re.ASCII)[:_LONGEST_NAME]
        stem = name
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{stem[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        used.add(name.lower())
        named.append(column._replace(name=name))
    return named


def _form(field: Field) -> Form:
    return Form(field.id, field.type, field.is_list, bool(field.parts))


def _columns_of(
    form: Form, revisions: Sequence[tuple[Codebook, Field]]
) -> Iterator[Column]:
    """The columns of a field, given as each revision has it, the latest first."""
    book, field = revisions[0]
    label = field.label.en
    blanks = {code: book.blank(blank).label.en for blank, code in _BLANKS.items()}
    if field.type in ("enum", "hierarchy") and not field.is_list:
        choices: dict[str, str] = {}
        for each, its_field in revisions:
            for value in each.values_of(its_field):
                choices.setdefault(value.id, value.label.en)
        numbers = {id_: number for number, id_ in enumerate(choices, start=1)}

        def choice(answer: Answer) -> Cell:
            return numbers[answer.value] if answer.coded else _STATES[answer.state]

        labels = dict(enumerate(choices.values(), start=1)) | blanks
        measure: Measure = "ordinal" if field.distance.kind == "ordinal" else "nominal"
        yield Column(form.id, label, labels, choice, form, measure, has_blanks=True)
        return
    parts = {part.id: part.label.en for part in book.parts_of(field) if part.label}
    values: dict[str, Callable[[Json], Json]] = {}
    for _, its_field in revisions:
        values |= columns_of(its_field)
    for name, value_of in values.items():
        part = name.removeprefix(form.id).removeprefix(".")
        about = f"{label}: {parts.get(part, part.replace('.', ' '))}" if part else label
        yield Column(
            name,
            about,
            {},
            partial(_cell, _measure(field, part), value_of),
            form,
            _measure(field, part),
        )
    states = {1: "coded", **blanks}
    yield Column(
        f"{form.id}_state",
        f"{label}: coded?",
        states,
        lambda a: _STATES[a.state],
        form,
        "nominal",
    )


def _measure(field: Field, part: str) -> Measure:
    """How the values of a part are measured, or of a field without parts."""
    if field.is_list:
        return "text"
    if field.type == "bool":
        return "nominal"
    by_part: dict[tuple[str, str], Measure] = {
        ("int_range", "min"): "scale",
        ("int_range", "max"): "scale",
        ("date", "start"): "day",
        ("date", "end"): "day",
    }
    return by_part.get((field.type, part), "text")


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
    of_fields = columns(dataset)[len(_START) :]

    def rows_of(article: Article, codings: Sequence[Coding]) -> list[Row]:
        metadata = [article.metadata.get(name, "") for name in _START[4:]]
        rows = list[Row]()
        for coding in codings:
            book = dataset.book(coding)
            forms = {field.id: _form(field) for field in book.fields}
            of_article = effective_answers(coding, book)
            events = [
                (event.id, event.fields) for event in effective_events(coding, book)
            ]
            for id_, fields in events or [("", {})]:
                answers = {
                    forms[name]: answer
                    for name, answer in {**of_article, **fields}.items()
                }
                start = (coding.article, coding.coder, coding.status.value, id_)
                cells = [
                    column.take(answers.get(column.form, _NONE)) for column in of_fields
                ]
                rows.append([*start, *metadata, *cells])
        return rows

    return rows_of


_NONE = Answer(blank=Blank.NOT_APPLICABLE)


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
