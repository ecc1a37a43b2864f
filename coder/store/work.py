"""What can be changed in one transaction, each change with its journal entry.

Every change is given as the rows before and after; what differs is written to the tables and, with the same
words, to the journal.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import delete, insert, text, update

from coder.errors import CHANGED, CoderError, ConflictError
from coder.model import Article, Candidate, Cluster, Coding, Ruling
from coder.store import convert, journal
from coder.store.claims import unclaimed
from coder.store.convert import Key, Rows
from coder.store.engine import is_postgres
from coder.store.journal import Change, Entry
from coder.store.queries import Queries
from coder.store.refusals import upgraded_to
from coder.store.storable import fault_in, refuse_unstorable
from coder.store.tables import STATE, CandidateRow, JournalRow, SuggestedRow

_JOURNAL = JournalRow.__table__  # type: ignore[attr-defined]
_CANDIDATE = CandidateRow.__table__  # type: ignore[attr-defined]
_SUGGESTED = SuggestedRow.__table__  # type: ignore[attr-defined]
_RECORDED = ("subject", "at", "person", "what", "undoes", "changes")
_RECORD = text("SELECT * FROM record_entry(:subject, :at, :person, :what, :undoes, :changes)")

Clock = Callable[[], datetime]


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
            raise upgraded_to(refs[0])

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
