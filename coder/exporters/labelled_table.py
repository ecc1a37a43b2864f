"""One table for programs of statistics: a row an event with what is about its article; choices with labels.

They are numbers in the codebook's order, and say by themselves why nothing stands there: -1 not stated, -2
does not apply, -3 not coded. Of all else `…_state` says that.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

import pandas

from coder.codebook.effective import effective_answers, effective_events
from coder.codebook.schema import Codebook, Field
from coder.errors import CoderError
from coder.exporters.csv import as_cell, columns_of
from coder.exporters.registry import Sink
from coder.exporters.writer import Dataset
from coder.messages.catalogue import say
from coder.model import Answer, Article, Blank, Coding, Json

Row = list[Json]
_BLANKS = {Blank.NOT_STATED.value: -1, Blank.NOT_APPLICABLE.value: -2, Blank.MISSING.value: -3}
_STATES = {"coded": 1, **_BLANKS}
_LONGEST_NAME = 32
_START = ("article", "coder", "status", "event", "title", "outlet", "published")


class Column(NamedTuple):
    """A column; labels: of its numbers; take: its cell out of an answer."""

    name: str
    about: str
    labels: Mapping[int, str]
    take: Callable[[Answer], Json]
    field: str = ""
    is_number: bool = False


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

        def chosen(answer: Answer) -> Json:
            return numbers.get(answer.value) if answer.coded else _STATES[answer.state]

        yield Column(field.id, field.label.en, labels, chosen, field.id, is_number=True)
        return
    for name, value_of in columns_of(field).items():
        is_number = field.type == "bool" or (field.type == "int_range" and not name.endswith(".approx"))

        def taken(
            answer: Answer, value_of: Callable[[Json], Json] = value_of, number: bool = is_number
        ) -> Json:
            value = value_of(answer.value) if answer.coded else None
            return (None if value is None else float(value)) if number else as_cell(value)

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
                found.append(
                    start + [each.take(answers.get(each.field, _NONE)) for each in every[len(_START) :]]
                )
        return found

    return of


_NONE = Answer(blank=Blank.NOT_APPLICABLE)


@contextmanager
def sink(dataset: Dataset, longest: int, write: Callable[..., None]) -> Iterator[Sink]:
    """Gathers the cells, which `write` takes as a DataFrame with labels; longest: bytes of a text.

    It needs all of them at once: numbers are held as such, choices in half the bytes, and equal texts once.
    """
    every = columns(dataset)
    gathered: list[Any] = [array("f" if c.labels else "d") if c.is_number else [] for c in every]
    texts: dict[str, str] = {}

    def put(rows: list[Row]) -> None:
        for row in rows:
            for cells, cell in zip(gathered, row, strict=True):
                if isinstance(cell, str):
                    if 4 * len(cell) > longest and len(cell.encode("utf-8")) > longest:
                        raise CoderError(
                            "delivery.too_long_a_cell", table="events", cell=row[0], most=longest
                        )
                    cell = texts.setdefault(cell, cell)
                cells.append(nan if cell is None else cell)

    yield put
    series = {
        column.name: pandas.Series(gathered.pop(0), dtype=None if column.is_number else "object")
        for column in every
    }
    write(
        pandas.DataFrame(series, copy=False),
        column_labels=[column.about[:80] for column in every],
        variable_value_labels={column.name: dict(column.labels) for column in every if column.labels},
    )


def overwritten(path: Path, pattern: bytes, moment: bytes) -> None:
    """Put one moment into the head of a file, in the place of that at which it was written."""
    with path.open("r+b") as file:
        head = file.read(512)
        found: Any = re.search(pattern, head, re.DOTALL)
        file.seek(found.start(1))
        file.write(moment)
