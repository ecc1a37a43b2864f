"""One table for statistics programs: a row per event, with the answers about its article.

Choices are labelled numbers in the codebook's order; negative ones say why there is no value: -1 not stated,
-2 does not apply, -3 not coded. For all other fields, `…_state` says so. Fields and choices that only earlier
revisions of the codebook have come last.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, Literal, NamedTuple, TypeAlias

from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.exporters.csv import as_cell, columns_of
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset
from coder.messages.catalogue import say
from coder.model import Answer, Article, Blank, Coding, Json

Cell: TypeAlias = bytes | int | None
Measure: TypeAlias = Literal["text", "nominal", "ordinal", "scale", "day"]
Row: TypeAlias = list[Any]
"""A `Cell` for each column: a text in UTF-8 or an integer."""
_BLANKS = {
    Blank.NOT_STATED.value: -1,
    Blank.NOT_APPLICABLE.value: -2,
    Blank.MISSING.value: -3,
}
_STATES = {"coded": 1, **_BLANKS}
_LONGEST_NAME = 32
_START = ("article", "coder", "status", "event", "title", "outlet", "published")


class Form(NamedTuple):
    """A field and what its values are like; codebook revisions in which these agree share its columns."""

    id: str = ""
    type: str = ""
    is_list: bool = False
    has_parts: bool = False


class Column(NamedTuple):
    """A column; labels: number → label; take: makes its cell from an answer to a field of this form.

    has_blanks: whether its negative numbers say why there is no value.
    """

    name: str
    about: str
    labels: Mapping[int, str]
    take: Callable[[Answer], Cell]
    form: Form = Form()
    measure: Measure = "text"
    has_blanks: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its cells are integers; those of days count from 1 January of the year 1."""
        return self.measure != "text"


class Measured(NamedTuple):
    """A column with the minimum and maximum of its numbers, or of its texts' lengths in bytes, and of 0."""

    column: Column
    least: int
    most: int


Write: TypeAlias = Callable[[BinaryIO, Sequence[Measured], int, Iterable[Row]], None]
"""Writes a whole file, given the output stream, the columns, the number of rows, and the rows."""


def columns(dataset: Dataset) -> list[Column]:
    """The columns, those of the coding first; their names are unique and have at most 32 characters."""
    every = [
        Column(name, say("en", f"columns.{name}"), {}, lambda answer: None)
        for name in _START
    ]
    fields: dict[Form, list[tuple[Codebook, Field]]] = {}
    for book in (dataset.codebook, *reversed(list(dataset.revisions.values()))):
        for field in book.fields:
            fields.setdefault(_form(field), []).append((book, field))
    for form, revisions in fields.items():
        every += _columns_of(form, revisions)
    used: set[str] = set()
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
            choices |= {
                v.id: v.label.en
                for v in each.values_of(its_field)
                if v.id not in choices
            }
        numbers = {id_: number for number, id_ in enumerate(choices, start=1)}

        def choice(answer: Answer) -> Cell:
            return numbers[answer.value] if answer.coded else _STATES[answer.state]

        labels = dict(enumerate(choices.values(), start=1)) | blanks
        measure: Measure = "ordinal" if field.distance.kind == "ordinal" else "nominal"
        yield Column(form.id, label, labels, choice, form, measure, has_blanks=True)
        return
    parts = {part.id: part.label.en for part in book.parts_of(field) if part.label}
    values = {
        name: take
        for _, its_field in revisions
        for name, take in columns_of(its_field).items()
    }
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
        return as_cell(value).encode("utf-8")
    if measure == "day":
        return date.fromisoformat(value).toordinal() if value else None
    return None if value is None else int(value)


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """Return the function that makes the rows of an article's codings; one without events has one row."""
    every = columns(dataset)

    def rows_of(article: Article, codings: Sequence[Coding]) -> list[Row]:
        metadata = [article.metadata.get(name, "") for name in _START[4:]]
        rows = []
        for coding in codings:
            book = dataset.book(coding)
            forms = {field.id: _form(field) for field in book.fields}
            of_article = effective_answers(coding, book)
            events = effective_events(coding, book)
            for event, fields in [(event.id, event.fields) for event in events] or [
                ("", {})
            ]:
                answers = {
                    forms[name]: answer
                    for name, answer in {**of_article, **fields}.items()
                }
                start = [
                    coding.article,
                    coding.coder,
                    coding.status.value,
                    event,
                    *metadata,
                ]
                cells = [
                    each.take(answers.get(each.form, _NONE))
                    for each in every[len(_START) :]
                ]
                rows.append([*(each.encode("utf-8") for each in start), *cells])
        return rows

    return rows_of


_NONE = Answer(blank=Blank.NOT_APPLICABLE)


@contextmanager
def sink(longest: int, write: Write, dataset: Dataset, path: Path) -> Iterator[Sink]:
    """Write rows to the new file `path` with `write`; longest: the maximum length of a text in bytes.

    The rows of these files have a fixed width, so all rows are stored in a temporary file and measured first.
    """
    every = columns(dataset)
    least = [0] * len(every)
    most = [0] * len(every)
    count = 0
    with TemporaryFile(dir=path.parent) as spool:

        def put(rows: list[Row]) -> None:
            nonlocal count
            for at, cells in enumerate(zip(*rows, strict=True)):
                sizes = [
                    len(each) if isinstance(each, bytes) else each
                    for each in cells
                    if each is not None
                ]
                least[at] = min(least[at], *sizes, 0)
                most[at] = max(most[at], *sizes, 0)
                if most[at] > longest and not every[at].is_number:
                    name = rows[0][0].decode("utf-8")
                    raise CoderError(
                        "delivery.too_long_a_cell",
                        table="events",
                        cell=name,
                        most=longest,
                    )
            marshal.dump(rows, spool)
            count += len(rows)

        yield put
        end = spool.tell()
        spool.seek(0)
        measured = [Measured(*each) for each in zip(every, least, most, strict=True)]
        rows = (
            row
            for _ in iter(lambda: spool.tell() < end, False)
            for row in marshal.load(spool)
        )
        with path.open("wb") as out:
            write(out, measured, count, rows)


def cut(text: str, most: int) -> bytes:
    """The text in UTF-8, shortened to at most `most` bytes without splitting a character."""
    return text.encode("utf-8")[:most].decode("utf-8", "ignore").encode("utf-8")
