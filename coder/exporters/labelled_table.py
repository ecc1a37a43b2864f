"""One table for statistics programs: a row per event, with the answers about its article.

Choices are labelled numbers in the codebook's order; negative ones say why there is no value: -1 not stated,
-2 does not apply, -3 not coded. For all other fields, `…_state` says so.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple, TypeAlias

from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.exporters.csv import as_cell, columns_of
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset
from coder.messages.catalogue import say
from coder.model import Answer, Article, Blank, Coding, Json

Cell: TypeAlias = bytes | int | None
Row: TypeAlias = list[Any]
"""A `Cell` for each column: a text in UTF-8 or an integer."""
_BLANKS = {Blank.NOT_STATED.value: -1, Blank.NOT_APPLICABLE.value: -2, Blank.MISSING.value: -3}
_STATES = {"coded": 1, **_BLANKS}
_LONGEST_NAME = 32
_START = ("article", "coder", "status", "event", "title", "outlet", "published")


class Column(NamedTuple):
    """A column; labels: number → label; take: makes its cell from an answer to the field."""

    name: str
    about: str
    labels: Mapping[int, str]
    take: Callable[[Answer], Cell]
    field: str = ""
    is_number: bool = False


class Measured(NamedTuple):
    """A column with the minimum and maximum of its numbers, or of its texts' lengths in bytes, and of 0."""

    column: Column
    least: int
    most: int


Write: TypeAlias = Callable[[BinaryIO, Sequence[Measured], int, Iterable[Row]], None]
"""Writes a whole file, given the output stream, the columns, the number of rows, and the rows."""


def columns(dataset: Dataset) -> list[Column]:
    """The columns, those of the coding first; their names are unique and have at most 32 characters."""
    book = dataset.codebook
    every = [Column(name, say("en", f"columns.{name}"), {}, lambda answer: None) for name in _START]
    for field in book.fields:
        every += _columns_of(book, field)
    used: set[str] = set()
    named = []
    for column in every:
        name = stem = re.sub(r"\W", "_", column.name, flags=re.ASCII)[:_LONGEST_NAME]
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{stem[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        used.add(name.lower())
        named.append(column._replace(name=name))
    return named


def _columns_of(book: Codebook, field: Field) -> Iterator[Column]:
    blanks = {code: book.blank(blank).label.en for blank, code in _BLANKS.items()}
    states = {1: "coded", **blanks}
    if field.type in ("enum", "hierarchy") and not field.is_list:
        choices = book.values_of(field)
        numbers = {value.id: number for number, value in enumerate(choices, start=1)}
        labels = {numbers[value.id]: value.label.en for value in choices} | blanks

        def choice(answer: Answer) -> Cell:
            return numbers.get(answer.value) if answer.coded else _STATES[answer.state]

        yield Column(field.id, field.label.en, labels, choice, field.id, is_number=True)
        return
    for name, value_of in columns_of(field).items():
        is_number = not field.is_list and (
            field.type == "bool" or (field.type == "int_range" and not name.endswith(".approx"))
        )

        def cell(
            answer: Answer, value_of: Callable[[Json], Json] = value_of, is_number: bool = is_number
        ) -> Cell:
            value = value_of(answer.value) if answer.coded else None
            return (None if value is None else int(value)) if is_number else as_cell(value).encode("utf-8")

        yield Column(name, field.label.en, {}, cell, field.id, is_number)
    yield Column(f"{field.id}_state", field.label.en, states, lambda a: _STATES[a.state], field.id, True)


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """Return the function that makes the rows of an article's codings; one without events has one row."""
    every = columns(dataset)

    def rows_of(article: Article, codings: Sequence[Coding]) -> list[Row]:
        metadata = [article.metadata.get(name, "") for name in _START[4:]]
        rows = []
        for coding in codings:
            book = dataset.book(coding)
            of_article, events = effective_answers(coding, book), effective_events(coding, book)
            for event, fields in [(event.id, event.fields) for event in events] or [("", {})]:
                answers = {**of_article, **fields}
                start = [coding.article, coding.coder, coding.status.value, event, *metadata]
                cells = [each.take(answers.get(each.field, _NONE)) for each in every[len(_START) :]]
                rows.append([*(each.encode("utf-8") for each in start), *cells])
        return rows

    return rows_of


_NONE = Answer(blank=Blank.NOT_APPLICABLE)


@contextmanager
def sink(dataset: Dataset, path: Path, longest: int, write: Write) -> Iterator[Sink]:
    """Write rows to the new file `path` with `write`; longest: the maximum length of a text in bytes.

    The rows of these files have a fixed width, so all rows are stored in a temporary file and measured first.
    """
    every = columns(dataset)
    least, most, count = [0] * len(every), [0] * len(every), 0
    with TemporaryFile(dir=path.parent) as spool:

        def put(rows: list[Row]) -> None:
            nonlocal count
            for at, cells in enumerate(zip(*rows, strict=True)):
                sizes = [len(each) if isinstance(each, bytes) else each for each in cells if each is not None]
                least[at], most[at] = min(least[at], *sizes, 0), max(most[at], *sizes, 0)
                if most[at] > longest and not every[at].is_number:
                    name = rows[0][0].decode("utf-8")
                    raise CoderError("delivery.too_long_a_cell", table="events", cell=name, most=longest)
            marshal.dump(rows, spool)
            count += len(rows)

        yield put
        end = spool.tell()
        spool.seek(0)
        measured = [Measured(*each) for each in zip(every, least, most, strict=True)]
        rows = (row for _ in iter(lambda: spool.tell() < end, False) for row in marshal.load(spool))
        with path.open("wb") as out:
            write(out, measured, count, rows)


def cut(text: str, most: int) -> bytes:
    """The text in UTF-8, shortened to at most `most` bytes without splitting a character."""
    return text.encode("utf-8")[:most].decode("utf-8", "ignore").encode("utf-8")
