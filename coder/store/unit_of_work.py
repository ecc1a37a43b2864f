"""The door to the database: a unit of work writes state and journal in one transaction.

`with store.begin(person) as work:` does everything or nothing: leaving the block by an error undoes
it all. Every change is given as the rows before and after; what differs is written to the tables and,
with the same words, to the journal.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, text, update

from coder.errors import CHANGED, CoderError, ConflictError
from coder.model import Article, Candidate, Cluster, Coding, Ruling
from coder.store import convert, journal, schema
from coder.store.claims import unclaimed
from coder.store.convert import Key, Rows
from coder.store.engine import connect, expect_database, is_postgres, sqlite_path
from coder.store.journal import Change, Entry
from coder.store.own_queries import seen_by_login
from coder.store.queries import Queries
from coder.store.refusals import translated
from coder.store.same_file import SameFile
from coder.store.storable import fault_in, refuse_unstorable
from coder.store.tables import STATE, CandidateRow, JournalRow, SuggestedRow
from coder.store.windows import Windows

_JOURNAL = JournalRow.__table__  # type: ignore[attr-defined]
_CANDIDATE = CandidateRow.__table__  # type: ignore[attr-defined]
_SUGGESTED = SuggestedRow.__table__  # type: ignore[attr-defined]
_WRITING = {"writing": True}
_RECORDED = ("subject", "at", "person", "what", "undoes", "changes")
_RECORD = text("SELECT * FROM record_entry(:subject, :at, :person, :what, :undoes, :changes)")

Clock = Callable[[], datetime]
SETUP = "setup"
"""Who the journal names for what the program itself set up."""


def utc_now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


class Store:
    """One project's database."""

    def __init__(self, engine: Engine, clock: Clock = utc_now) -> None:
        self.engine = engine
        self.clock = clock
        self._queries: type[Queries] = Queries
        self._reading: dict[str, Any] = {}
        path = sqlite_path(engine)
        self._file = SameFile(engine, path) if path is not None else None
        self._windows = Windows(path.with_name(f"{path.name}-open")) if path is not None else None
        if is_postgres(engine.url):
            # Else each statement would see what was committed by then; SQLite's transactions never do.
            self._reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}

    @classmethod
    def create(
        cls,
        url: str,
        clock: Clock = utc_now,
        identity: str = "",
        first: Callable[[Work], None] = lambda _: None,
    ) -> Store:
        """A new, empty database at `url`; refuses one that already holds a project.

        identity: of the project whose part this one is to be; by default it gets its own.
        first: what is done in the same transaction, so that both are there or neither.
        """
        store = cls(connect(url), clock)
        with translated(), store._connected(_WRITING) as connection:
            schema.expect_none(connection, store.name)
            schema.create(connection, identity)
            first(Work(Queries(connection), SETUP, clock))
        return store

    @classmethod
    def open(cls, url: str, clock: Clock = utc_now, folder: Path = Path(), person: str = "") -> Store:
        """The database at `url`, brought to the present schema if it has an older one.

        folder: where the copy goes that is made before, if the database itself is not a file.
        person: who logs in, where a database has logins.
        """
        store = cls(connect(url, person), clock)
        path = sqlite_path(store.engine)
        if path is not None:
            expect_database(path)
        with translated():
            with store.engine.connect() as connection:
                found = schema.of(connection)
                if found == schema.HEAD:
                    store._queries = seen_by_login(connection)
            if found is None:
                raise CoderError(
                    f"There is no project in {store.name}.",
                    hint="Make one with `coder init DIR`; one that was there is in your last backup: "
                    "coder backup --restore FILE --project DIR",
                )
            if found != schema.HEAD:
                from coder.store.upgrade import upgrade  # Alembic: needed here only

                upgrade(store.engine, found, store.name, folder)
        return store

    @property
    def name(self) -> str:
        """The database as one may show it: a file name, or a URL without its password."""
        path = sqlite_path(self.engine)
        return str(path) if path else self.engine.url.render_as_string(hide_password=True)

    @property
    def has_logins(self) -> bool:
        """Whether each member of the team logs in to the database by their own name."""
        return is_postgres(self.engine.url)

    @contextmanager
    def begin(self, person: str) -> Iterator[Work]:
        """A unit of work done by `person`: committed when the block ends well, else undone."""
        with translated(), self._connected(_WRITING) as connection:
            self._expect_file()
            schema.expect_head(connection)
            yield Work(self._queries(connection), person, self.clock)
        self._expect_file()  # what went into a file that was taken away meanwhile is not written

    @contextmanager
    def read(self) -> Iterator[Queries]:
        """Read-only access, one consistent view."""
        with translated(), self._connected(self._reading) as connection:
            yield self._queries(connection)

    def enter(self, subject: str) -> bool:
        """A window has the subject open; whether another has it too, as far as that can be told."""
        return self._windows is not None and self._windows.enter(subject)

    def leave(self, subject: str) -> None:
        """The window has it open no more."""
        if self._windows is not None:
            self._windows.leave(subject)

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()
        if self._windows is not None:
            self._windows.close()

    def _expect_file(self) -> None:
        if self._file is not None:
            self._file.expect()

    @contextmanager
    def _connected(self, options: Mapping[str, Any]) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                yield connection


class Work:
    """Changes of one transaction, with the queries that see them."""

    def __init__(self, queries: Queries, person: str, clock: Clock) -> None:
        self.queries = queries
        self.connection = queries.connection
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
            raise CoderError(
                f"The project knows {ref} already, with other contents.",
                hint="A revision never changes: give the changed codebook a new version.",
            )
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
        from coder.store.logins import add_login  # psycopg: needed here only

        add_login(self.connection, name, role, password)

    def claim(self, coder: str, stage: str) -> str | None:
        """Give the coder an article that fewest have; None when the coder has them all."""
        article = unclaimed(self.connection, coder)
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
        if is_postgres(self.connection.engine.url):
            self.connection.exec_driver_sql("SELECT hold_journal()")

    def save_coding(self, before: Coding | None, after: Coding, what: str) -> None:
        """A coding as it was and as it is now; raises ConflictError where the database holds another."""
        self.record(f"coding:{after.id}", what, convert.coding_rows(before), convert.coding_rows(after))
        # After the entry, on whose number two writers of one coding meet.
        self._expect_revision(before, after)

    def _expect_no_old_revision(self, changes: Sequence[Change]) -> None:
        """A coding that comes back is of the revision in force."""
        for change in changes:
            if change.table == "coding" and change.before is None and change.after:
                self._expect_codebook(str(change.after["codebook"]), self.queries.codebook_refs()[-1:])

    def _expect_revision(self, before: Coding | None, after: Coding) -> None:
        """A new coding is of the revision in force, any other of the one that it has in the database."""
        if before is None:
            refs = self.queries.codebook_refs()[-1:]
        else:
            heads = self.queries.coding_heads(after.article)
            refs = [head.codebook for head in heads if head.id == after.id]
        self._expect_codebook(after.codebook, refs)

    def _expect_codebook(self, ref: str, refs: Sequence[str]) -> None:
        if refs and ref != refs[0]:
            raise ConflictError(
                f"The codebook was upgraded to {refs[0]} meanwhile.",
                hint="Nothing was written; open the article again.",
                arabic=(f"صار الدليل {refs[0]} في هذه الأثناء.", "لم يُكتب شيء؛ افتح المقال من جديد."),
            )

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
        return self._turn(subject, journal.UNDO)

    def redo(self, subject: str) -> str | None:
        """Do again what was undone last; returns what it was, None if there is none."""
        return self._turn(subject, journal.REDO)

    def _turn(self, subject: str, what: str) -> str | None:
        done, undone = journal.stacks(self.queries.history(subject))
        stack = done if what == journal.UNDO else undone
        if not stack:
            return None
        if what == journal.UNDO:
            return self.take_back(subject, stack[-1])
        entry = self.queries.entry(subject, stack[-1])
        self._write(subject, what, entry.changes, entry.version)
        self._expect_no_old_revision(entry.changes)
        return entry.what

    def take_back(self, subject: str, version: int) -> str:
        """Undo one change on which nothing else rests; returns what it was."""
        entry = self.queries.entry(subject, version)
        changes = tuple(change.inverse for change in reversed(entry.changes))
        self._write(subject, journal.UNDO, changes, version)
        return entry.what

    def take(self, entry: Entry) -> None:
        """What was done elsewhere, with its person and time, as the next entry of its subject."""
        told = entry.told or journal.dump(entry.changes)
        self._enter(entry.subject, entry.at, entry.person, entry.what, entry.undoes, entry.changes, told)

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
        """An entry, and what it says done to the tables; told: the changes as JSON."""
        refuse_unstorable(changes)
        if fault := fault_in([subject, person, what]):
            raise CoderError(f"A name holds {fault}, which cannot be stored.", hint="Nothing was written.")
        fields = (subject, at, person, what, undoes, told)
        if is_postgres(self.connection.engine.url):
            made = self.connection.execute(_RECORD, dict(zip(_RECORDED, fields, strict=True))).one()
            self.written.append((subject, made.made_version, made.made_digest))
            applied = [change for change in changes if STATE[change.table].unjournaled]
        else:
            self._append(fields)
            applied = list(changes)
        for (table, kind), group in groupby(applied, key=lambda c: (c.table, _kind(c))):
            self._apply(table, kind, list(group))

    def _append(self, fields: tuple[str, str, str, str, int | None, str]) -> None:
        """The entry in the journal, which comes first: on its number the writers of one subject meet."""
        subject, *rest = fields
        version, previous = self.queries.last_version(subject)
        digest = journal.digest(previous, (subject, version + 1, *rest))
        row = dict(zip(_RECORDED, fields, strict=True))
        self.connection.execute(insert(_JOURNAL), {**row, "version": version + 1, "digest": digest})
        self.written.append((subject, version + 1, digest))

    def _apply(self, name: str, kind: str, changes: Sequence[Change]) -> None:
        table = STATE[name].table
        if kind == "insert":
            self.connection.execute(insert(table), [change.after for change in changes if change.after])
            return
        for change in changes:
            where = _matches(name, change.key)
            self._expect(name, change)
            if change.before == change.after:
                continue
            if change.after is None:
                self.connection.execute(delete(table).where(*where))
            else:
                self.connection.execute(update(table).where(*where).values(change.after))

    def _expect(self, name: str, change: Change) -> None:
        """The row must be as the change believes it was, else somebody changed it meanwhile."""
        found = self.queries.row(name, change.key)
        if found is None or journal.journaled(name, found) != journal.journaled(name, change.before):
            raise ConflictError(
                f"The {name} {'/'.join(change.key)} was changed by somebody else meanwhile.",
                hint="Nothing was written; open it again to see the present state.",
                arabic=CHANGED,
            )


def _kind(change: Change) -> str:
    if change.before is None:
        return "insert"
    return "delete" if change.after is None else "update"


def _matches(name: str, key: Key) -> list[Any]:
    state = STATE[name]
    return [state.table.c[column] == value for column, value in zip(state.key, key, strict=True)]
