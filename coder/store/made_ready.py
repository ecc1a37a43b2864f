"""New articles and codings prepared for writing, mostly in another process than the one that writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Table

from coder.errors import CoderError
from coder.grouping import batched
from coder.model import Article, Coding
from coder.store import convert, journal
from coder.store.data_problems import is_plain, unstorable, unstorable_column
from coder.store.journal import Change
from coder.store.limits import limit_problem
from coder.store.tables import STATE

MAX_VALUES = (
    900  # in one command; SQLite accepts 999 (https://sqlite.org/limits.html, 9)
)
_BARE_NUMBER = re.compile('"value": [-0-9]')

NewRows: TypeAlias = Sequence[tuple[Any, ...]]
"""New rows of a table, with values in the order of its columns and as the driver takes them."""


class NewArticle(NamedTuple):
    """An article prepared for writing; rows: its row and that of its metadata, by table."""

    id: str
    text_sha256: str
    rows: Mapping[str, NewRows]


class NewCoding(NamedTuple):
    """A coding prepared for writing; told: its journal entry's changes as JSON text.

    rows: by table; none if they are in a file from which they are going to be copied.
    """

    id: str
    codebook: str
    told: str
    rows: Mapping[str, NewRows]


def insertions(table: Table, rows: NewRows) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Yield SQLite commands that insert rows, with their values.

    Many rows a command, as SQLite lets other threads run once in each and then waits for its turn.
    """
    width = len(table.columns)
    columns = ", ".join(f'"{column.name}"' for column in table.columns)
    one = f"({', '.join('?' * width)})"
    for batch in batched(rows, MAX_VALUES // width):
        values = tuple(chain.from_iterable(batch))
        yield (
            f'INSERT INTO "{table.name}" ({columns}) VALUES {", ".join([one] * len(batch))}',
            values,
        )


def new_article(article: Article) -> NewArticle:
    """Prepare an article for writing; raises CoderError for values that a database cannot store."""
    if unstorable([article.id, article.text, article.source, dict(article.metadata)]):
        rows = convert.article_rows([article]) | convert.metadata_rows(
            {article.id: article.metadata}
        )
        expect_storable(journal.differences({}, rows))
    digest = article.text_sha256  # computed on every access
    return NewArticle(article.id, digest, convert.new_article_rows(article, digest))


def new_coding(coding: Coding) -> NewCoding:
    """Prepare a coding for writing; raises CoderError for values that a database cannot store."""
    rows = convert.new_coding_rows(coding)
    for table, new in rows.items():
        names = STATE[table].table.columns.keys()
        for values in new:
            _expect_row_within_limits(table, dict(zip(names, values, strict=True)))
    json = journal.dump_new(rows)
    if not is_plain(json) or _BARE_NUMBER.search(json):
        expect_storable(journal.differences({}, convert.coding_rows(coding)))
    return NewCoding(coding.id, coding.codebook, json, rows)


def expect_storable(changes: Iterable[Change], *, is_plain_json: bool = False) -> None:
    """Raise CoderError for values that a database cannot store; is_plain_json: their JSON text `is_plain`."""
    for change in changes:
        row = change.after or {}
        if is_plain_json:  # leaves bare numbers and columns that are not journaled
            unchecked = STATE[change.table].unjournaled
            if type(row.get("value")) in (int, float):
                unchecked = ("value", *unchecked)
            row = {name: row[name] for name in unchecked if name in row}
        for name, value in row.items():
            if problem := unstorable_column(value):
                raise CoderError(
                    "store.unstorable", column=name, table=change.table, what=problem
                )


def expect_within_limits(changes: Iterable[Change]) -> None:
    """Raise CoderError for a new row that exceeds a limit of `limits`."""
    for change in changes:
        if change.after is not None:
            _expect_row_within_limits(change.table, change.after)


def _expect_row_within_limits(table: str, row: Mapping[str, Any]) -> None:
    if problem := limit_problem(table, row):
        raise CoderError("store.over_limit", table=table, what=problem)
