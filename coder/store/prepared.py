"""New articles and codings as rows ready for insertion, mostly made in another process
than the writer's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Article, Coding
from coder.storage_limits import is_plain, unstorable_column
from coder.store import convert, journal
from coder.store.bulk_insert import NewRows
from coder.store.convert import Rows
from coder.store.journal import Change
from coder.store.limits import limit_problem
from coder.store.tables import CODING_TABLES, STATE


class NewArticle(NamedTuple):
    """An article prepared for writing; rows: its row and that of its metadata."""

    id: str
    text_sha256: str
    rows: Rows

    @property
    def article(self) -> Article:
        """The article that the rows were made from."""
        article = convert.item(Article, self.rows["article", self.id])
        metadata = self.rows.get(("metadata", self.id))
        return replace(article, metadata=metadata["fields"]) if metadata else article


class NewCoding(NamedTuple):
    """A coding prepared for writing; told: its journal entry's changes as JSON text.

    rows: by table; none if they are in a file from which they are going to be copied.
    """

    id: str
    codebook: str
    told: str
    rows: Mapping[str, NewRows]


def new_article(article: Article) -> NewArticle:
    """Prepare an article for writing; raises CoderError for values that a database
    cannot store.
    """
    metadata = {article.id: article.metadata}
    rows = convert.article_rows([article]) | convert.metadata_rows(metadata)
    expect_storable(journal.differences({}, rows))
    digest = rows["article", article.id]["text_sha256"]
    return NewArticle(article.id, digest, rows)


def new_coding(coding: Coding) -> NewCoding:
    """Prepare a coding for writing; raises CoderError for values that a database cannot
    store.
    """
    changes = journal.differences({}, convert.coding_rows(coding))
    told = journal.dump(changes)
    expect_within_limits(changes)
    expect_storable(changes, is_plain_json=is_plain(told))
    rows = new_rows(changes, CODING_TABLES)
    return NewCoding(coding.id, coding.codebook, told, rows)


def new_rows(changes: Iterable[Change], tables: Iterable[str]) -> dict[str, NewRows]:
    """Return the rows that changes insert into some tables, by table and in their
    order.
    """
    rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in tables}
    for change in changes:
        if change.after is not None:
            row = convert.stored_values(change.table, change.after)
            rows[change.table].append(row)
    return {**rows}


def expect_storable(changes: Iterable[Change], *, is_plain_json: bool = False) -> None:
    """Raise CoderError for values that a database cannot store; is_plain_json: their
    JSON text `is_plain`.
    """
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
        if change.after is None:
            continue
        if problem := limit_problem(change.table, change.after):
            raise CoderError("store.over_limit", table=change.table, what=problem)
