"""One table for programs of statistics: a row an event with what is about its article; choices with labels.

They are numbers in the codebook's order, and say by themselves why nothing stands there: -1 not stated, -2
does not apply, -3 not coded. Of all else `…_state` says that.
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
"""A `Cell` for each column: texts in UTF-8, whole numbers."""
_BLANKS = {Blank.NOT_STATED.value: -1, Blank.NOT_APPLICABLE.value: -2, Blank.MISSING.value: -3}
_STATES = {"coded": 1, **_BLANKS}
_LONGEST_NAME = 32
_START = ("article", "coder", "status", "event", "title", "outlet", "published")


class Column(NamedTuple):
    """A column; labels: of its numbers; take: its cell out of an answer."""

    name: str
    about: str
    labels: Mapping[int, str]
    take: Callable[[Answer], Cell]
    field: str = ""
    is_number: bool = False


class Measured(NamedTuple):
    """A column, and the least and the most of its numbers or its texts' bytes; 0 is always between."""

    column: Column
    least: int
    most: int


Write: TypeAlias = Callable[[BinaryIO, Sequence[Measured], int, Iterable[Row]], None]
"""Writes a whole file: where to, the columns, how many rows there are, and the rows."""


def columns(dataset: Dataset) -> list[Column]:
    """The columns, those of the coding before those of fields; names are unique and at most 32 letters."""
    book = dataset.codebook
    found = [Column(name, say("en", f"columns.{name}"), {}, lambda answer: None) for name in _START]
    for field in book.fields:
        found += _of_field(book, field)
    taken: set[str] = set()
    named = []
    for column in found:
        name = stem = re.sub(r"\W", "_", column.name, flags=re.ASCII)[:_LONGEST_NAME]
        number = 1
        while name.lower() in taken:
            number += 1
            name = f"{stem[: _LONGEST_NAME - len(str(number)) - 1]}_{number}"
        taken.add(name.lower())
        named.append(column._replace(name=name))
    return named


def _of_field(book: Codebook, field: Field) -> Iterator[Column]:
    blanks = {code: book.blank(blank).label.en for blank, code in _BLANKS.items()}
    states = {1: "coded", **blanks}
    choices = book.values_of(field)
    if field.type in ("enum", "hierarchy") and not field.is_list:
        numbers = {value.id: number for number, value in enumerate(choices, start=1)}
        labels = {numbers[value.id]: value.label.en for value in choices} | blanks

        def chosen(answer: Answer) -> Cell:
            return numbers.get(answer.value) if answer.coded else _STATES[answer.state]

        yield Column(field.id, field.label.en, labels, chosen, field.id, is_number=True)
        return
    for name, value_of in columns_of(field).items():
        is_number = not field.is_list and (
            field.type == "bool" or (field.type == "int_range" and not name.endswith(".approx"))
        )

        def taken(
            answer: Answer, value_of: Callable[[Json], Json] = value_of, number: bool = is_number
        ) -> Cell:
            value = value_of(answer.value) if answer.coded else None
            return (None if value is None else int(value)) if number else as_cell(value).encode("utf-8")

        yield Column(name, field.label.en, {}, taken, field.id, is_number)
    yield Column(f"{field.id}_state", field.label.en, states, lambda a: _STATES[a.state], field.id, True)


def rows(dataset: Dataset) -> Callable[[Article, Sequence[Coding]], list[Row]]:
    """What makes the rows of an article's codings; one that has no event gets one without."""
    every = columns(dataset)

    def of(article: Article, codings: Sequence[Coding]) -> list[Row]:
        known = [article.metadata.get(name, "") for name in _START[4:]]
        found = []
        for coding in codings:
            book = dataset.book(coding)
            about, events = effective_answers(coding, book), effective_events(coding, book)
            for name, fields in [(event.id, event.fields) for event in events] or [("", {})]:
                answers = {**about, **fields}
                start = [coding.article, coding.coder, coding.status.value, name, *known]
                cells = [each.take(answers.get(each.field, _NONE)) for each in every[len(_START) :]]
                found.append([*(each.encode("utf-8") for each in start), *cells])
        return found

    return of


_NONE = Answer(blank=Blank.NOT_APPLICABLE)


@contextmanager
def sink(dataset: Dataset, path: Path, longest: int, write: Write) -> Iterator[Sink]:
    """Puts rows into the new file `path` by `write`; longest: bytes of a text.

    These files have rows of fixed width, so the rows wait on the disk until all are measured.
    """
    every = columns(dataset)
    least, most, count = [0] * len(every), [0] * len(every), 0
    with TemporaryFile(dir=path.parent) as waiting:

        def put(rows: list[Row]) -> None:
            nonlocal count
            for at, cells in enumerate(zip(*rows, strict=True)):
                sizes = [len(each) if isinstance(each, bytes) else each for each in cells if each is not None]
                least[at], most[at] = min(least[at], *sizes, 0), max(most[at], *sizes, 0)
                if most[at] > longest and not every[at].is_number:
                    name = rows[0][0].decode("utf-8")
                    raise CoderError("delivery.too_long_a_cell", table="events", cell=name, most=longest)
            marshal.dump(rows, waiting)
            count += len(rows)

        yield put
        end = waiting.tell()
        waiting.seek(0)
        measured = [Measured(*each) for each in zip(every, least, most, strict=True)]
        rows = (row for _ in iter(lambda: waiting.tell() < end, False) for row in marshal.load(waiting))
        with path.open("wb") as out:
            write(out, measured, count, rows)


def cut(words: str, most: int) -> bytes:
    """The words in UTF-8, as many of their letters as have room in so many bytes."""
    return words.encode("utf-8")[:most].decode("utf-8", "ignore").encode("utf-8")
