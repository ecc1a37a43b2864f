"""The changes that can be made in one transaction, given as values before and after.

The differences are written to the tables and to the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

from sqlalchemy import Table, delete, insert, text
from sqlalchemy.exc import DBAPIError

from coder.errors import CoderError, ConflictError
from coder.grouping import batched
from coder.messages.catalogue import Message
from coder.model import Article, Candidate, Cluster, Coding, Remark, Ruling
from coder.store import convert, journal
from coder.store.compiled_tables import METADATA
from coder.store.convert import Rows
from coder.store.journal import Change, Entry
from coder.store.journal_writer import JournalWriter
from coder.store.made_ready import (
    MAX_VALUES,
    NewArticle,
    NewCoding,
    NewRows,
    insertions,
    new_article,
)
from coder.store.server import functions
from coder.store.tables import CODING_TABLES, STATE

_CANDIDATE = METADATA.tables["candidate"]
_SUGGESTED = METADATA.tables["suggested"]
_DRAFT = METADATA.tables["draft"]
_UNCLAIMED = f"SELECT a.id {functions.FREE.format(who=':who')} {functions.FEWEST_FIRST}"

_OF_ARTICLES = (
    ("article", "articles", "article.imported"),
    ("metadata", "metadata", "metadata.imported"),
)  # table, subject, action
_HOLD = "SELECT hold_journal()"
_NOT_AVAILABLE = "55P03"  # SQLSTATE, appendix A of PostgreSQL's documentation
ATTACHED = "attached"  # the name of a second SQLite file in commands
Gold: TypeAlias = tuple[Coding | None, Sequence[Cluster]]


class Work(JournalWriter):
    """The changes of one transaction, and queries that see them.

    on_wait: called with what is waited for, before a wait for others that may be long.
    """

    on_wait: Callable[[Message], None] | None = None

    def add_articles(self, articles: Iterable[Article]) -> None:
        """Add articles as one change, and their metadata as another."""
        self.add_prepared_articles([new_article(each) for each in articles])

    def add_prepared_articles(self, articles: Iterable[NewArticle]) -> None:
        """Add articles that were prepared before, mostly in another process."""
        in_order = sorted(articles, key=lambda each: each.id)
        for table, subject, what in _OF_ARTICLES:
            if new := [row for each in in_order for row in each.rows[table]]:
                self._add(
                    [self._new_entry(subject, what, journal.dump_new({table: new}))],
                    {table: new},
                )

    def save_metadata(
        self,
        before: Mapping[str, Mapping[str, str]],
        after: Mapping[str, Mapping[str, str]],
        what: str,
    ) -> None:
        """Save articles' metadata, by article id, as one change."""
        self.record(
            "metadata",
            what,
            convert.metadata_rows(before),
            convert.metadata_rows(after),
        )

    def forget_suggested(self, articles: Sequence[str]) -> None:
        """Have the suggester process these articles again; until then they keep their candidates."""
        self.connection.execute(
            delete(_SUGGESTED).where(_SUGGESTED.c.article.in_(articles))
        )

    def add_codebook(
        self, ref: str, digest: str, body: str, what: str = "codebook.added"
    ) -> None:
        """Put a codebook revision into force; raises CoderError if it exists with other contents."""
        existing = self.queries.row("codebook", (ref,))
        row = {"ref": ref, "digest": digest, "body": body}
        if existing is not None and existing["digest"] != digest:
            raise CoderError("store.other_contents", ref=ref)
        self._write("codebooks", what, [Change("codebook", (ref,), existing, row)])

    def add_person(self, name: str, role: str) -> None:
        """Add a member of the team."""
        self.record(
            "people",
            "person.added",
            {},
            {("person", name): {"name": name, "role": role}},
        )

    def add_login(self, name: str, role: str, password: str) -> None:
        """Create a member's database login, or set a new password for an existing one."""
        from coder.store.server.logins import add_login  # psycopg: needed here only

        add_login(self.connection, name, role, password)

    def grant(self, name: str, *, nothing: bool = False) -> None:
        """Give a member's login, if the database has logins, the rights of their role, or none."""
        if self.on_server:
            from coder.store.server.logins import (
                grant_team,
            )  # psycopg: needed here only

            grant_team(self.connection, name, nothing=nothing)

    def claim(self, coder: str, stage: str) -> str | None:
        """Assign the coder one of the articles with the fewest coders; None if they have all open ones.

        On SQLite there is only one writer at a time. On PostgreSQL a coder may not see how many others have
        an article: a function of the owner selects it, and locks it against other claims until the commit.
        """
        query = "SELECT unclaimed_article(:who)" if self.on_server else _UNCLAIMED
        article: str | None = self.connection.execute(
            text(query), {"who": coder}
        ).scalar()
        if article is not None:
            position = self.queries.last_place(coder) + 1
            row = {
                "article": article,
                "coder": coder,
                "stage": stage,
                "position": position,
            }
            key = ("assignment", article, coder)
            self.record(f"assignments:{coder}", "assignment.claimed", {}, {key: row})
        return article

    def assign(self, rows: Iterable[tuple[str, str, str, int]]) -> None:
        """Add assignments (article, coder, stage, position) as one change."""
        self.record("assignments", "assignment.made", {}, _assignments(rows))

    def unassign(self, rows: Sequence[tuple[str, str, str, int]]) -> None:
        """Remove assignments (article, coder, stage, position), also from the blind sample."""
        sample = self.queries.blind()
        self.record(
            "blind",
            "blind.taken_back",
            _blind(row[:2] for row in rows if row[:2] in sample),
            {},
        )
        self.record("assignments", "assignment.taken_back", _assignments(rows), {})

    def make_blind(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Add assignments (article, coder) to the blind sample as one change."""
        self.record("blind", "blind.drawn", {}, _blind(pairs))

    def rule(
        self, before: Iterable[Ruling | None], after: Iterable[Ruling | None], what: str
    ) -> None:
        """Save decisions about terms; None stands for a decision that does not exist before or after."""
        self.record(
            "lexicon", what, convert.ruling_rows(before), convert.ruling_rows(after)
        )

    def hold_journal(self) -> None:
        """Lock out other writers until this unit of work ends; on SQLite they always are."""
        if not self.on_server:
            return
        run = self.connection.exec_driver_sql
        if self.on_wait is None:
            run(_HOLD)
            return
        try:
            with self.connection.begin_nested():
                run("SET LOCAL lock_timeout = '1s'")
                run(_HOLD)
                run("SET LOCAL lock_timeout TO DEFAULT")
        except DBAPIError as error:
            held: Any = error.orig
            if held.sqlstate != _NOT_AVAILABLE:
                raise
            self.on_wait(Message("store.waits", what=held.diag.message_primary))
            run(_HOLD)

    def add_codings(self, codings: Sequence[NewCoding], what: str) -> None:
        """Add codings, with a journal entry for each; those without rows have them in the file attached."""
        entries = [
            self._new_entry(f"coding:{each.id}", what, each.told) for each in codings
        ]
        given = {
            t: [row for each in codings for row in each.rows.get(t, ())]
            for t in CODING_TABLES
        }
        self._add(entries, given)
        attached = [each.id for each in codings if not each.rows]
        for ids in batched(attached, MAX_VALUES):
            for table, key in CODING_TABLES.items():
                wanted = f"{key} IN ({', '.join('?' * len(ids))})"
                columns = ", ".join(
                    f'"{column.name}"' for column in STATE[table].table.columns
                )
                rows = f"SELECT {columns} FROM {ATTACHED}.{table} WHERE {wanted}"
                command = f"INSERT INTO main.{table} ({columns}) {rows}"
                self.connection.exec_driver_sql(command, tuple(ids))
        for codebook in {each.codebook for each in codings}:
            self._expect_in_force(codebook)

    def _add(self, entries: Sequence[Entry], rows: Mapping[str, NewRows]) -> None:
        """Write entries about new rows, and these rows by table."""
        if self.on_server and not self.is_owner:
            self._record(
                entries
            )  # also inserts the rows, except those not fully journaled
            rows = {
                table: new for table, new in rows.items() if STATE[table].unjournaled
            }
        else:
            self._number(entries)
        for table, new in rows.items():
            self._add_rows(STATE[table].table, new)

    @cached_property
    def is_owner(self) -> bool:
        """Whether, on a server, this login owns the tables and can write to them without `record_entry`."""
        return self.connection.exec_driver_sql("SELECT team_role()").scalar() == "owner"

    def _add_rows(self, table: Table, rows: NewRows) -> None:
        if self.on_server:
            from coder.store.server.many_rows import (
                add_rows,
            )  # psycopg: needed here only

            add_rows(self.connection, table, rows)
            return
        for command, values in insertions(table, rows):
            self.connection.exec_driver_sql(command, values)

    def save_coding(self, before: Coding | None, after: Coding, what: str) -> None:
        """Save a coding; raises ConflictError if the stored one differs from `before`."""
        old = convert.coding_rows(before, after)
        new = convert.coding_rows(after, before)
        self.record(f"coding:{after.id}", what, old, new)
        # After the entry, whose unique number makes two writers of the same coding collide.
        self._expect_revision(before, after)

    def _expect_revision(self, before: Coding | None, after: Coding) -> None:
        """Raise ConflictError unless the coding's revision is the stored one or, if it is new, in force."""
        if before is None:
            self._expect_in_force(after.codebook)
            return
        stored = self.queries.codebook_of(after)
        if stored not in (None, after.codebook):
            raise ConflictError("store.upgraded", codebook=stored)

    def save_gold(self, before: Gold, after: Gold, what: str, article: str) -> None:
        """Save an article's gold coding and clusters as one change."""
        old, new = (
            convert.coding_rows(c) | convert.cluster_rows(of)
            for c, of in (before, after)
        )
        self.record(f"gold:{article}", what, old, new)
        if after[0] is not None:
            self._expect_revision(before[0], after[0])

    def remark(self, before: Remark | None, after: Remark | None, what: str) -> None:
        """Save a remark; None if it does not exist before or after."""
        existing = after or before
        if existing is not None:
            rows = convert.remark_rows([before]), convert.remark_rows([after])
            self.record(f"remarks:{existing.article}/{existing.coder}", what, *rows)

    def keep_draft(self, place: str, before: str, after: str) -> None:
        """Store the text of the person's unfinished comment about a place; there is no journal entry.

        An empty text removes it, unless another window of the same person has changed `before` meanwhile.
        """
        if self.on_server:
            command = text("SELECT keep_draft(:place, :before, :after)")
            parameters = {"place": place, "before": before, "after": after}
            self.connection.execute(command, parameters)
            return
        is_own = (_DRAFT.c.by == self.person) & (_DRAFT.c.place == place)
        if not after:
            self.connection.execute(
                delete(_DRAFT).where(is_own, _DRAFT.c.text == before)
            )
            return
        self.connection.execute(delete(_DRAFT).where(is_own))
        row = {"by": self.person, "place": place, "text": after}
        self.connection.execute(insert(_DRAFT), row)

    def replace_candidates(
        self, article: str, candidates: Sequence[Candidate], suggester: str
    ) -> None:
        """Replace the suggester's candidates of one article (not journaled)."""
        self.connection.execute(
            delete(_CANDIDATE).where(_CANDIDATE.c.article == article)
        )
        self.connection.execute(
            delete(_SUGGESTED).where(_SUGGESTED.c.article == article)
        )
        if rows := convert.candidate_rows(article, candidates):
            self.connection.execute(insert(_CANDIDATE), rows)
        self.connection.execute(
            insert(_SUGGESTED), {"article": article, "suggester": suggester}
        )


def _assignments(rows: Iterable[tuple[str, str, str, int]]) -> Rows:
    names = ("article", "coder", "stage", "position")
    return {
        ("assignment", row[0], row[1]): dict(zip(names, row, strict=True))
        for row in rows
    }


def _blind(pairs: Iterable[tuple[str, str]]) -> Rows:
    return {("blind", a, c): {"article": a, "coder": c} for a, c in pairs}
