"""The queries of a coder's login on PostgreSQL, which can read only the coder's own
part of the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnClause,
    Connection,
    FromClause,
    Select,
    Table,
    Text,
    func,
    select,
    true,
)

from coder.grouping import grouped
from coder.model import GOLD, Coding
from coder.store.journal import Made
from coder.store.queries import CodingHead, Queries
from coder.store.tables import METADATA


class OwnQueries(Queries):
    """Queries through the owner's database functions, as if nobody but the coder had
    begun to work.
    """

    own_only = True

    def _assigned(self) -> FromClause:
        added = (ColumnClause("status", Text), ColumnClause("blind", Boolean))
        return func.own_assignment().table_valued(*_columns("assignment"), *added)

    def _heads(self, article_id: str | None) -> FromClause:
        function = (
            func.own_codings() if article_id is None else func.own_coding(article_id)
        )
        return function.table_valued(*_columns("coding"))

    def _set_aside(self) -> FromClause:
        return func.own_aside().table_valued(*_columns("aside"))

    def _remarks(self) -> FromClause:
        return func.own_remark().table_valued(*_columns("remark"))

    def coding(self, article_id: str, coder: str) -> Coding | None:
        """Return the coder's own coding of an article or the gold that a trainee may
        see; else None.
        """
        return (
            super().coding(article_id, coder) if coder in (self.login(), GOLD) else None
        )

    def codings_of(self, heads: Sequence[CodingHead]) -> Iterator[Coding]:
        """Iterate over the coder's own codings among these."""
        return filter(None, (self.coding(head.article, head.coder) for head in heads))

    def _part(self, table: Table, article_id: str, coder: str) -> Sequence[Any]:
        function = f"{'gold' if coder == GOLD else 'own'}_{table.name}"
        return [getattr(func, function)(article_id).table_valued(*_columns(table.name))]

    def _entries_of(self, subject: str) -> Sequence[Any]:
        return [func.own_journal(subject).table_valued(*_columns("journal"))]

    def versions(self) -> dict[str, str]:
        """Return the same for the coder's own subjects, where the number of an entry is
        found by counting.
        """
        rows = func.own_times().table_valued(
            ColumnClause("subject", Text), ColumnClause("at", Text)
        )
        times = grouped(
            (subject, at) for subject, at in self.connection.execute(select(rows))
        )
        return {
            subject: f"{len(of_subject)} {of_subject[-1]}"
            for subject, of_subject in times.items()
        }

    def submission_times(self) -> dict[str, str]:
        """Return coding id → time of the last change to the coder's own coding, of
        whatever kind.
        """
        versions = self.versions().items()
        return {
            s.removeprefix("coding:"): version.partition(" ")[2]
            for s, version in versions
        }

    def _times(self, codings: Sequence[str]) -> Select[Any]:
        heads = self._heads(None).alias("own")
        own = (
            func.own_journal("coding:" + heads.c.id)
            .table_valued(*_columns("journal"))
            .lateral()
        )
        query = select(*(own.c[name] for name in Made._fields)).select_from(
            heads.join(own, true())
        )
        return query.where(heads.c.id.in_(codings)).order_by(
            own.c.at, own.c.subject, own.c.version
        )


def queries_for_login(connection: Connection) -> type[Queries]:
    """Return the queries for the current login: `Queries` if it may read everything,
    else `OwnQueries`.
    """
    if connection.dialect.name != "postgresql":
        return Queries
    sees_all = connection.exec_driver_sql(
        "SELECT has_table_privilege('journal', 'SELECT')"
    ).scalar()
    return Queries if sees_all else OwnQueries


def _columns(table: str) -> list[ColumnClause[Any]]:
    return [
        ColumnClause(each.name, each.type) for each in METADATA.tables[table].columns
    ]
