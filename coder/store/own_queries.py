"""What a coder's login on PostgreSQL reads: its own part of the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Boolean, ColumnClause, Connection, FromClause, Select, Table, Text, func, select, true

from coder.model import GOLD, Coding
from coder.store.journal import Made
from coder.store.queries import CodingHead, Queries
from coder.store.tables import METADATA


class OwnQueries(Queries):
    """What a coder's login on PostgreSQL reads, by functions of the owner's: as if nobody else had begun."""

    own_only = True

    def _assigned(self) -> FromClause:
        more = (ColumnClause("status", Text), ColumnClause("blind", Boolean))
        return func.own_assignment().table_valued(*_columns("assignment"), *more)

    def _heads(self, article_id: str | None) -> FromClause:
        found = func.own_codings() if article_id is None else func.own_coding(article_id)
        return found.table_valued(*_columns("coding"))

    def _remarks(self) -> FromClause:
        return func.own_remark().table_valued(*_columns("remark"))

    def coding(self, article_id: str, coder: str) -> Coding | None:
        """One's own coding of one article, and the gold that a trainee may see; None for anybody else's."""
        return super().coding(article_id, coder) if coder in (self.login(), GOLD) else None

    def codings_of(self, heads: Sequence[CodingHead]) -> Iterator[Coding]:
        """One's own codings among these."""
        return filter(None, (self.coding(head.article, head.coder) for head in heads))

    def _part(self, table: Table, article_id: str, coder: str) -> Sequence[Any]:
        part = f"{'gold' if coder == GOLD else 'own'}_{table.name}"
        return [getattr(func, part)(article_id).table_valued(*_columns(table.name))]

    def _entries_of(self, subject: str) -> Sequence[Any]:
        return [func.own_journal(subject).table_valued(*_columns("journal"))]

    def versions(self) -> dict[str, str]:
        """The same of one's own, by counting."""
        times: dict[str, list[str]] = defaultdict(list)
        told = func.own_times().table_valued(ColumnClause("subject", Text), ColumnClause("at", Text))
        for subject, at in self.connection.execute(select(told)):
            times[subject].append(at)
        return {subject: f"{len(moments)} {moments[-1]}" for subject, moments in times.items()}

    def _times(self) -> Select[Any]:
        codings = self._heads(None).alias("own")
        own = func.own_journal("coding:" + codings.c.id).table_valued(*_columns("journal")).lateral()
        told = select(*(own.c[name] for name in Made._fields)).select_from(codings.join(own, true()))
        return told.order_by(own.c.at, own.c.subject, own.c.version)


def seen_by_login(connection: Connection) -> type[Queries]:
    """The queries for whoever is logged in: of everything, or of a coder's own part."""
    if connection.dialect.name != "postgresql":
        return Queries
    sees_all = connection.exec_driver_sql("SELECT has_table_privilege('journal', 'SELECT')").scalar()
    return Queries if sees_all else OwnQueries


def _columns(table: str) -> list[ColumnClause[Any]]:
    return [ColumnClause(each.name, each.type) for each in METADATA.tables[table].columns]
