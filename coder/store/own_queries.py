"""What a coder's login on PostgreSQL reads: its own part of the database, through the owner's functions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnClause,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    column,
    func,
    select,
)

from coder.errors import CoderError
from coder.model import Coding
from coder.store.queries import Queries
from coder.store.tables import METADATA


class OwnQueries(Queries):
    """What a coder's login on PostgreSQL may read, through functions that answer for that login alone.

    Colleagues' work and gold are not there: it is as if they had not begun.
    """

    own_only = True

    def expect_all(self) -> None:
        """Raises CoderError: a part is not the whole."""
        raise CoderError("store.own_only", login=self.login())

    def _assigned(self) -> FromClause:
        more = (column("status", Text), column("blind", Boolean))
        return func.own_assignment().table_valued(*_columns("assignment"), *more)

    def _heads(self, article_id: str | None) -> FromClause:
        found = func.own_codings() if article_id is None else func.own_coding(article_id)
        return found.table_valued(*_columns("coding"))

    def coding(self, article_id: str, coder: str) -> Coding | None:
        """One's own coding of one article, None for anybody else's."""
        return super().coding(article_id, coder) if coder == self.login() else None

    def _part(self, table: Table, article_id: str, coder: str) -> FromClause:
        own: FromClause = getattr(func, f"own_{table.name}")(article_id).table_valued(*_columns(table.name))
        return own

    def _journal(self, subject: str) -> FromClause:
        return func.own_journal(subject).table_valued(*_columns("journal"))

    def _times(self) -> Select[Any]:
        told = func.own_times().table_valued(column("subject", Text), column("at", Text))
        return select(told)


def seen_by_login(connection: Connection) -> type[Queries]:
    """The queries for whoever is logged in: of everything, or of a coder's own part."""
    if connection.dialect.name != "postgresql":
        return Queries
    sees_all = connection.exec_driver_sql("SELECT has_table_privilege('journal', 'SELECT')").scalar()
    return Queries if sees_all else OwnQueries


def _columns(table: str) -> list[ColumnClause[Any]]:
    return [column(each.name, each.type) for each in METADATA.tables[table].columns]
