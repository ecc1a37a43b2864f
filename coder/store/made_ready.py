"""Articles and codings that are new, made ready to be written: mostly in another process than writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from coder.errors import CoderError
from coder.model import Article, Coding
from coder.store import convert, journal
from coder.store.data_problems import is_plain, unstorable, unstorable_column
from coder.store.journal import Entry
from coder.store.tables import STATE

_BARE_NUMBER = re.compile('"value": [-0-9]')

NewRows: TypeAlias = Sequence[tuple[Any, ...]]
"""New rows of a table, their values in the order of its columns and as the driver takes them."""


class NewArticle(NamedTuple):
    """An article made ready to be written: its row and that of what is known of it."""

    id: str
    text_sha256: str
    rows: Mapping[str, NewRows]


class NewCoding(NamedTuple):
    """A coding made ready to be written: the words of its entry, and its rows."""

    id: str
    codebook: str
    told: str
    rows: Mapping[str, NewRows]


def new_article(article: Article) -> NewArticle:
    """An article that is new, made ready to be written; raises CoderError for what a database cannot keep."""
    if unstorable([article.id, article.text, article.source, dict(article.metadata)]):
        rows = convert.article_rows([article]) | convert.metadata_rows({article.id: article.metadata})
        expect_storable(Entry(0, "articles", 0, "", "", "", None, journal.differences({}, rows), "", ""))
    digest = article.text_sha256  # worked out anew whenever it is asked for
    return NewArticle(article.id, digest, convert.new_article_rows(article, digest))


def new_coding(coding: Coding) -> NewCoding:
    """A coding that is new, made ready to be written; raises CoderError for what a database cannot keep."""
    rows = convert.new_coding_rows(coding)
    told = journal.dump_new(rows)
    if not is_plain(told) or _BARE_NUMBER.search(told):
        changes = journal.differences({}, convert.coding_rows(coding))
        expect_storable(Entry(0, f"coding:{coding.id}", 0, "", "", "", None, changes, "", told))
    return NewCoding(coding.id, coding.codebook, told, rows)


def expect_storable(entry: Entry, *, told_plainly: bool = False) -> None:
    """Raises CoderError for what a database cannot keep; told_plainly: the entry's text has none of it."""
    for change in entry.changes:
        row = change.after or {}
        if told_plainly:  # but for numbers that stand alone, and what is not told
            seen = STATE[change.table].unjournaled
            if type(row.get("value")) in (int, float):
                seen = ("value", *seen)
            row = {name: row[name] for name in seen if name in row}
        for name, value in row.items():
            if problem := unstorable_column(value):
                raise CoderError("store.unstorable", column=name, table=change.table, what=problem)
    if problem := unstorable([entry.subject, entry.person, entry.what]):
        raise CoderError("store.unstorable_name", what=problem)
