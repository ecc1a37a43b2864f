"""What can be changed in one transaction, each change with its journal entry.

Every change is given as the rows before and after; what differs is written to the tables and, with the same
words, to the journal.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby

from sqlalchemy import delete, insert, text, update

from coder.errors import CoderError, ConflictError
from coder.model import Article, Candidate, Cluster, Coding, Ruling
from coder.store import convert, journal
from coder.store.convert import Rows
from coder.store.data_problems import unstorable, unstorable_column
from coder.store.journal import Change, Entry
from coder.store.queries import Queries
from coder.store.server import functions
from coder.store.tables import METADATA, STATE

_CANDIDATE, _SUGGESTED = METADATA.tables["candidate"], METADATA.tables["suggested"]
_UNCLAIMED = text(f"SELECT a.id {functions.FREE.format(who=':who')} {functions.FEWEST_FIRST}")
_UNCLAIMED_ON_SERVER = text("SELECT unclaimed_article(:who)")
_RECORDED = ("subject", "at", "person", "what", "undoes", "changes")
_INSERT = insert(METADATA.tables["journal"])
_RECORD = text("SELECT * FROM record_entry(:subject, :at, :person, :what, :undoes, :changes)")

Clock = Callable[[], datetime]


class Work:
    """Changes of one transaction, with the queries that see them."""

    def __init__(self, queries: Queries, person: str, clock: Clock) -> None:
        self.queries = queries
        self.connection = queries.connection
        self.on_server = queries.connection.dialect.name == "postgresql"
        self.person = person
        self.clock = clock
        self.written: list[tuple[str, int, str]] = []
        """Subject, version and digest of each entry made here."""

    def add_articles(self, articles: Sequence[Article]) -> None:
        """New articles, as one change."""
        rows: Rows = {}
        for article in articles:
            rows |= convert.article_rows(article)
        self.record("articles", "article.imported", {}, rows)

    def add_codebook(self, ref: str, digest: str, body: str, what: str = "codebook.added") -> None:
        """A codebook revision comes into force; raises CoderError where that name has other contents."""
        known = self.queries.row("codebook", (ref,))
        row = {"ref": ref, "digest": digest, "body": body}
        if known is not None and known["digest"] != digest:
            raise CoderError("store.other_contents", ref=ref)
        self._write("codebooks", what, [Change("codebook", (ref,), known, row)], None)

    def restore_codebook(self, ref: str) -> None:
        """The revision before the one in force is in force again; both stay."""
        row = self.queries.row("codebook", (ref,))
        self._write("codebooks", journal.RESTORED, [Change("codebook", (ref,), row, row)], None)

    def add_person(self, name: str, role: str) -> None:
        """A new member of the team."""
        self.record("people", "person.added", {}, {("person", name): {"name": name, "role": role}})

    def add_login(self, name: str, role: str, password: str) -> None:
        """A member's way into a database that has logins; for one who has it, a new password."""
        from coder.store.server.logins import add_login  # psycopg: needed here only

        add_login(self.connection, name, role, password)

    def grant(self, name: str, *, nothing: bool = False) -> None:
        """A member's login, where there are logins, may do what their role asks for, or nothing."""
        if self.on_server:
            from coder.store.server.logins import grant_team  # psycopg: needed here only

            grant_team(self.connection, name, nothing=nothing)

    def claim(self, coder: str, stage: str) -> str | None:
        """Give the coder an article that fewest have; None when the coder has all that are not closed.

        On SQLite a writer is alone. On PostgreSQL a coder may not see how often others have an article: a
        function of the owner's looks for them, and keeps the article from others until the transaction ends.
        """
        query = _UNCLAIMED_ON_SERVER if self.on_server else _UNCLAIMED
        article: str | None = self.connection.execute(query, {"who": coder}).scalar()
        if article is not None:
            position = self.queries.last_place(coder) + 1
            row = {"article": article, "coder": coder, "stage": stage, "position": position}
            key = ("assignment", article, coder)
            self.record(f"assignments:{coder}", "assignment.claimed", {}, {key: row})
        return article

    def assign(self, rows: Iterable[tuple[str, str, str, int]]) -> None:
        """New assignments (article, coder, stage, position), as one change."""
        names = ("article", "coder", "stage", "position")
        after: Rows = {("assignment", r[0], r[1]): dict(zip(names, r, strict=True)) for r in rows}
        self.record("assignments", "assignment.made", {}, after)

    def make_blind(self, pairs: Iterable[tuple[str, str]]) -> None:
        """These assignments (article, coder) are the blind sample's, as one change."""
        after: Rows = {("blind", a, c): {"article": a, "coder": c} for a, c in pairs}
        self.record("blind", "blind.drawn", {}, after)

    def rule(self, before: Ruling | None, after: Ruling | None, what: str) -> None:
        """The decision about a term as it was and as it is now."""
        self.record("lexicon", what, convert.ruling_rows(before), convert.ruling_rows(after))

    def recode_rulings(self, before: Iterable[Ruling], after: Iterable[Ruling]) -> None:
        """The decisions about terms as they were and as the new revision of the codebook has them."""
        old, new = (dict(ChainMap(*map(convert.ruling_rows, each))) for each in (before, after))
        self.record("lexicon", "lexicon.recoded", old, new)

    def hold_journal(self) -> None:
        """Nobody else changes anything until this unit of work ends; on SQLite nobody can in any case."""
        if self.on_server:
            self.connection.exec_driver_sql("SELECT hold_journal()")

    def save_coding(self, before: Coding | None, after: Coding, what: str) -> None:
        """A coding as it was and as it is now; raises ConflictError where the database holds another."""
        old, new = convert.coding_rows(before, after), convert.coding_rows(after, before)
        self.record(f"coding:{after.id}", what, old, new)
        # After the entry, on whose number two writers of one coding meet.
        self._expect_revision(before, after)

    def _expect_revision(self, before: Coding | None, after: Coding) -> None:
        """A new coding is of the revision in force, any other of the one that it has in the database."""
        if before is None:
            self._expect_in_force(after.codebook)
            return
        for head in self.queries.coding_heads(after.article):
            if head.id == after.id and head.codebook != after.codebook:
                raise ConflictError("store.upgraded", codebook=head.codebook)

    def _expect_in_force(self, codebook: str) -> None:
        """A coding that is new, or comes back, is of the revision in force."""
        refs = self.queries.codebook_refs()
        if refs and refs[-1] != codebook:
            raise ConflictError("store.upgraded", codebook=refs[-1])

    def save_gold(
        self,
        before: tuple[Coding | None, Sequence[Cluster]],
        after: tuple[Coding | None, Sequence[Cluster]],
        what: str,
        article: str,
    ) -> None:
        """An article's gold coding and clusters as they were and as they are now, as one change."""
        old = convert.coding_rows(before[0]) | convert.cluster_rows(before[1])
        new = convert.coding_rows(after[0]) | convert.cluster_rows(after[1])
        self.record(f"gold:{article}", what, old, new)
        if after[0] is not None:
            self._expect_revision(before[0], after[0])

    def replace_candidates(self, article: str, candidates: Sequence[Candidate], suggester: str) -> None:
        """The suggester's candidates of one article in place of those it had (not journaled)."""
        self.connection.execute(delete(_CANDIDATE).where(_CANDIDATE.c.article == article))
        self.connection.execute(delete(_SUGGESTED).where(_SUGGESTED.c.article == article))
        rows = [convert.candidate_row(article, i, c) for i, c in enumerate(candidates)]
        if rows:
            self.connection.execute(insert(_CANDIDATE), rows)
        self.connection.execute(insert(_SUGGESTED), {"article": article, "suggester": suggester})

    def record(self, subject: str, what: str, before: Rows, after: Rows) -> None:
        """Write what differs between two sets of rows, and the journal entry that says so."""
        changes = journal.differences(before, after)
        if changes:
            self._write(subject, what, changes, None)

    def undo(self, subject: str) -> str | None:
        """Take back the last change that stands; returns what it was, None if there is none."""
        done, _ = journal.stacks(self.queries.history(subject))
        return self.take_back(subject, done[-1]) if done else None

    def redo(self, subject: str) -> str | None:
        """Do again what was undone last; returns what it was, None if there is none."""
        _, undone = journal.stacks(self.queries.history(subject))
        if not undone:
            return None
        entry = self.queries.entry(subject, undone[-1])
        self._write(subject, journal.REDO, entry.changes, entry.version)
        for change in entry.changes:
            if change.table == "coding" and change.before is None and change.after:
                self._expect_in_force(change.after["codebook"])
        return entry.what

    def take_back(self, subject: str, version: int) -> str:
        """Undo one change on which nothing else rests; returns what it was."""
        entry = self.queries.entry(subject, version)
        changes = tuple(change.inverse for change in reversed(entry.changes))
        self._write(subject, journal.UNDO, changes, version)
        return entry.what

    def take(self, entry: Entry) -> None:
        """What was done elsewhere, with its person and time, as the next entry of its subject."""
        fields = (entry.subject, entry.at, entry.person, entry.what, entry.undoes)
        self._enter(*fields, entry.changes, entry.told)

    def _write(self, subject: str, what: str, changes: Sequence[Change], undoes: int | None) -> None:
        at = self.clock().astimezone(UTC).isoformat(timespec="milliseconds")
        self._enter(subject, at, self.person, what, undoes, changes, journal.dump(changes))

    def _enter(
        self,
        subject: str,
        at: str,
        person: str,
        what: str,
        undoes: int | None,
        changes: Sequence[Change],
        told: str,
    ) -> None:
        """An entry, and what it says done to the tables; told: the changes as JSON.

        The entry comes first: on its number the writers of one subject meet.
        """
        self._expect_storable(changes, [subject, person, what])
        row = dict(zip(_RECORDED, (subject, at, person, what, undoes, told), strict=True))
        if self.on_server:
            version, digest = self.connection.execute(_RECORD, row).one()
            applied = [change for change in changes if STATE[change.table].unjournaled]
        else:
            last, previous = self.queries.last_version(subject)
            version = last + 1
            digest = journal.digest(previous, (subject, version, at, person, what, undoes, told))
            self.connection.execute(_INSERT, {**row, "version": version, "digest": digest})
            applied = list(changes)
        self.written.append((subject, version, digest))
        for (table, is_new), group in groupby(applied, key=lambda c: (c.table, c.before is None)):
            if is_new:
                self.connection.execute(insert(STATE[table].table), [c.after for c in group if c.after])
            else:
                for change in group:
                    self._apply(change)

    @staticmethod
    def _expect_storable(changes: Sequence[Change], names: Sequence[str]) -> None:
        for change in changes:
            for name, value in (change.after or {}).items():
                if problem := unstorable_column(value):
                    raise CoderError("store.unstorable", column=name, table=change.table, what=problem)
        if problem := unstorable(names):
            raise CoderError("store.unstorable_name", what=problem)

    def _apply(self, change: Change) -> None:
        """One row becomes another, or goes; it must be as the change believes it was."""
        table, key = STATE[change.table].table, STATE[change.table].key
        found = self.queries.row(change.table, change.key)
        known = journal.journaled(change.table, change.before)
        if found is None or journal.journaled(change.table, found) != known:
            raise ConflictError("store.changed", table=change.table, row="/".join(change.key))
        where = [table.c[column] == value for column, value in zip(key, change.key, strict=True)]
        if change.after is None:
            self.connection.execute(delete(table).where(*where))
        elif change.after != change.before:
            self.connection.execute(update(table).where(*where).values(change.after))
