"""The changes of one transaction: each is written to the tables, and to the journal
with what it changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Any, Literal, TypeAlias

from msgspec.structs import replace
from sqlalchemy import Table, bindparam, delete, insert, text, update
from sqlalchemy.exc import DBAPIError

from coder.errors import CoderError, ConflictError
from coder.messages.catalogue import Message
from coder.model import Article, Candidate, Cluster, Coding, Correction, Remark, Ruling
from coder.storage_limits import is_plain, unstorable
from coder.store import convert, journal
from coder.store.bulk_insert import NewRows, copy_rows, insertions
from coder.store.convert import Row, Rows
from coder.store.journal import Change, Entry
from coder.store.queries import Queries
from coder.store.row_checks import expect_storable, expect_within_limits
from coder.store.server import functions
from coder.store.tables import (
    CANDIDATE,
    DRAFT,
    JOURNAL,
    STATE,
    SUGGESTED,
)

_ENTRY_COLUMNS = ("subject", "at", "person", "what", "undoes")
_RECORD = text(
    "SELECT * FROM record_entry(:subject, :at, :person, :what, :undoes, :changes)"
)
_UNCLAIMED = f"SELECT a.id {functions.FREE.format(who=':who')} {functions.FEWEST_FIRST}"

_HOLD = "SELECT hold_journal()"
_NOT_AVAILABLE = "55P03"  # SQLSTATE, appendix A of PostgreSQL's documentation
Gold: TypeAlias = tuple[Coding | None, Sequence[Cluster]]
Clock: TypeAlias = Callable[[], datetime]


class Work:
    """The changes of one transaction by one person, and queries that see them.

    Each change is given as values before and after. `record` writes the differences
    between them to the tables, and to the journal as one entry. The methods that others
    call come first, by what they change.

    on_wait: called with what is waited for, before a wait for others that may be long.
    """

    on_wait: Callable[[Message], None] | None = None

    def __init__(self, queries: Queries, person: str, clock: Clock) -> None:
        self.queries = queries
        self.connection = queries.connection
        self.on_server = queries.connection.dialect.name == "postgresql"
        self.person = person
        self.clock = clock
        self.written: list[tuple[str, int, str]] = []
        """Subject, version and digest of each entry made here."""
        self._in_force = (0, "")
        """The version of the last entry about codebooks, and the revision in force
        after it.
        """

    # ------------------------------------------------------------ articles, team, codings
    def add_articles(self, articles: Sequence[Article]) -> None:
        """Add articles as one change, and their metadata as another."""
        metadata = {article.id: article.metadata for article in articles}
        texts = convert.article_rows(articles)
        facts = convert.metadata_rows(metadata)
        self._insert("article.imported", [("articles", texts)])
        self._insert("metadata.imported", [("metadata", facts)])

    def correct_text(self, correction: Correction) -> None:
        """Add a version of an article's text."""
        rows = convert.correction_rows(correction)
        self.record(f"text:{correction.article}", journal.CORRECTED, {}, rows)

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
        """Have the suggester process these articles again; until then they keep their
        candidates.
        """
        self.connection.execute(
            delete(SUGGESTED).where(SUGGESTED.c.article.in_(articles))
        )

    def add_codebook(
        self, ref: str, digest: str, body: str, what: str = "codebook.added"
    ) -> None:
        """Put a codebook revision into force; raises CoderError if it exists with other
        contents.
        """
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
        """Give a member's login, if the database has logins, the rights of their role,
        or none.
        """
        if self.on_server:
            from coder.store.server.logins import grant_team  # psycopg: only here

            grant_team(self.connection, name, nothing=nothing)

    def claim(self, coder: str, stage: str) -> str | None:
        """Assign the coder one of the articles with the fewest coders; None if they
        have all open ones.

        On SQLite there is only one writer at a time. On PostgreSQL a coder may not see
        how many others have an article: a function of the owner selects it, and locks
        it against other claims until the commit.
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
        """Remove assignments (article, coder, stage, position), also from the blind
        sample.
        """
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
        """Save decisions about terms; None stands for a decision that does not exist
        before or after.
        """
        self.record(
            "lexicon", what, convert.ruling_rows(before), convert.ruling_rows(after)
        )

    def hold_journal(self) -> None:
        """Lock out other writers until this unit of work ends; on SQLite they always
        are.
        """
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

    def add_codings(self, codings: Sequence[Coding], what: str) -> None:
        """Add new codings in bulk, with a journal entry for each."""
        new = [(f"coding:{each.id}", convert.coding_rows(each)) for each in codings]
        self._expect_current_text(codings)
        self._insert(what, new)
        for codebook in {each.codebook for each in codings}:
            self._expect_in_force(codebook)

    def _insert(self, what: str, new: Iterable[tuple[str, Rows]]) -> None:
        """Write new rows in bulk, with a journal entry for each subject that has some."""
        entries: list[Entry] = []
        added: dict[str, list[tuple[Any, ...]]] = {}
        for subject, rows in new:
            changes = journal.differences({}, rows)
            if changes:
                entries.append(self._make_entry(subject, what, changes))
            for change in changes:
                row = rows[change.table, *change.key]
                values = convert.to_stored_values(change.table, row)
                added.setdefault(change.table, []).append(values)
        if self.on_server and not self.is_owner:
            # This also inserts the rows, except those not fully journaled.
            self._record(entries)
            added = {
                table: rows for table, rows in added.items() if STATE[table].unjournaled
            }
        elif entries:
            self._number(entries)
        for table in STATE:
            if table in added:
                self._add_rows(STATE[table].table, added[table])

    @cached_property
    def is_owner(self) -> bool:
        """True if, on a server, this login owns the tables and can write to them
        without `record_entry`.
        """
        return self.connection.exec_driver_sql("SELECT team_role()").scalar() == "owner"

    def _add_rows(self, table: Table, rows: NewRows) -> None:
        if self.on_server:
            copy_rows(self.connection, table, rows)
            return
        for command, values in insertions(table, rows):
            self.connection.exec_driver_sql(command, values)

    def save_coding(self, before: Coding | None, after: Coding, what: str) -> None:
        """Save a coding; raises ConflictError if the stored one differs from `before`."""
        self._expect_current_text([after])
        old = convert.coding_rows(before, after)
        new = convert.coding_rows(after, before)
        self.record(f"coding:{after.id}", what, old, new)
        # After the entry, whose unique number makes two writers of the same coding
        # collide.
        self._expect_revision(before, after)

    def _expect_revision(self, before: Coding | None, after: Coding) -> None:
        """Raise ConflictError unless the coding's revision is the stored one or, if it
        is new, in force.
        """
        if before is None:
            self._expect_in_force(after.codebook)
            return
        stored = self.queries.codebook_of(after)
        if stored not in (None, after.codebook):
            raise ConflictError("store.upgraded", codebook=stored)

    def _expect_current_text(self, codings: Sequence[Coding]) -> None:
        """Raise ConflictError for a coding of an earlier version of its text."""
        corrections = self.queries.corrections([each.article for each in codings])
        for coding in codings:
            newest = corrections.get(coding.article)
            if newest is not None and newest.text_sha256 != coding.text_sha256:
                raise ConflictError("store.corrected", article=coding.article)

    def save_gold(self, before: Gold, after: Gold, what: str, article: str) -> None:
        """Save an article's gold coding and clusters as one change."""
        if after[0] is not None:
            self._expect_current_text([after[0]])
        old = convert.coding_rows(before[0]) | convert.cluster_rows(before[1])
        new = convert.coding_rows(after[0]) | convert.cluster_rows(after[1])
        self.record(f"gold:{article}", what, old, new)
        if after[0] is not None:
            self._expect_revision(before[0], after[0])

    def remark(self, before: Remark | None, after: Remark | None, what: str) -> None:
        """Save a remark; None if it does not exist before or after."""
        existing = after or before
        if existing is not None:
            subject = f"remarks:{existing.article}/{existing.coder}"
            old = convert.remark_rows([before])
            new = convert.remark_rows([after])
            self.record(subject, what, old, new)

    def keep_draft(self, place: str, before: str, after: str) -> None:
        """Store the text of the person's unfinished comment about a place; there is no
        journal entry.

        An empty text removes it, unless another window of the same person has changed
        `before` meanwhile.
        """
        if self.on_server:
            command = text("SELECT keep_draft(:place, :before, :after)")
            parameters = {"place": place, "before": before, "after": after}
            self.connection.execute(command, parameters)
            return
        is_own = (DRAFT.c.by == self.person) & (DRAFT.c.place == place)
        if not after:
            self.connection.execute(delete(DRAFT).where(is_own, DRAFT.c.text == before))
            return
        self.connection.execute(delete(DRAFT).where(is_own))
        row = {"by": self.person, "place": place, "text": after}
        self.connection.execute(insert(DRAFT), row)

    def replace_candidates(
        self, article: str, candidates: Sequence[Candidate], suggester: str
    ) -> None:
        """Replace the suggester's candidates of one article (not journaled)."""
        self.connection.execute(delete(CANDIDATE).where(CANDIDATE.c.article == article))
        self.connection.execute(delete(SUGGESTED).where(SUGGESTED.c.article == article))
        if rows := convert.candidate_rows(article, candidates):
            self.connection.execute(insert(CANDIDATE), rows)
        self.connection.execute(
            insert(SUGGESTED), {"article": article, "suggester": suggester}
        )

    # ------------------------------------------------------------ the journal
    def record(self, subject: str, what: str, before: Rows, after: Rows) -> None:
        """Write the differences between two sets of rows and a journal entry about
        them, if there are any.
        """
        if changes := journal.differences(before, after):
            self._write(subject, what, changes)

    def note(self, subject: str, what: str) -> None:
        """Write a journal entry about an action that changes no rows."""
        self._write(subject, what, ())

    def undo(self, subject: str) -> str | None:
        """Undo the last change that stands; return its action, None if there is none."""
        return next(iter(self.turn(subject, "undo")[1]), None)

    def turn(
        self, subject: str, way: Literal["undo", "redo"] | int, *, own: bool = False
    ) -> tuple[int, list[str]]:
        """Undo or redo one change, or as many as needed for version `way` to be the
        last one that stands.

        way 0: undo everything that can be undone. Returns the last version that stood
        before, 0 for none, and the actions that were undone or redone. own: raise
        CoderError if one of them was somebody else's.
        """
        done, undone = self.queries.undo_stacks(subject, way)
        back: list[int] = []
        forth: list[int] = []
        if way == "undo":
            back = done[-1:]
        elif way == "redo":
            forth = undone[-1:]
        elif way in undone:
            forth = undone[undone.index(way) :]
        elif way in done or way == 0:
            back = done[done.index(way) + 1 :] if way else done
        for version in (*back, *forth) if own else ():
            person = self.queries.entry(subject, version).person
            if person != self.person:
                raise CoderError("store.not_yours", who=person)
        turned = [self.undo_entry(subject, version) for version in reversed(back)]
        turned += [self._redo(subject, version) for version in reversed(forth)]
        return done[-1] if done else 0, turned

    def undo_entry(self, subject: str, version: int) -> str:
        """Undo one change that no later change depends on; return its action."""
        entry = self.queries.entry(subject, version)
        self._write(subject, journal.UNDO, entry.taken_back, version)
        return entry.what

    def _redo(self, subject: str, version: int) -> str:
        entry = self.queries.entry(subject, version)
        self._write(subject, journal.REDO, entry.changes, version)
        for change in entry.changes:
            if change.table == "coding" and change.before is None and change.after:
                self._expect_in_force(change.after["codebook"])
        return entry.what

    def take(self, entry: Entry) -> None:
        """Write an entry, with its own person and time, as the next of its subject, and
        apply its changes.

        The entry is written first: its unique number makes two writers of one subject
        collide.
        """
        expect_storable(entry.changes)
        self._take(entry)

    def now(self) -> str:
        """Return the current time as it is stored in rows and entries."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds")

    def _write(
        self,
        subject: str,
        what: str,
        changes: Sequence[Change],
        undoes: int | None = None,
    ) -> None:
        self._take(self._make_entry(subject, what, changes, undoes))

    def _make_entry(
        self,
        subject: str,
        what: str,
        changes: Sequence[Change],
        undoes: int | None = None,
    ) -> Entry:
        """Make an entry without a number; raises CoderError for rows that cannot be
        stored.
        """
        json = journal.dump(changes)
        expect_storable(changes, is_plain_json=is_plain(json))
        expect_within_limits(changes)
        return Entry(
            position=0,
            subject=subject,
            version=0,
            at=self.now(),
            person=self.person,
            what=what,
            undoes=undoes,
            changes=tuple(changes),
            digest="",
            told=json,
        )

    def _take(self, entry: Entry) -> None:
        if problem := unstorable([entry.subject, entry.person, entry.what]):
            raise CoderError("store.unstorable_name", what=problem)
        changes: Sequence[Change] = entry.changes
        if self.on_server:
            self._record([entry])
            changes = [change for change in changes if STATE[change.table].unjournaled]
        else:
            self._number([entry])
        for (table, is_new), group in groupby(
            changes, key=lambda c: (c.table, c.before is None)
        ):
            if is_new:
                self.connection.execute(
                    insert(STATE[table].table), [c.after for c in group if c.after]
                )
            else:
                self._apply(table, [*group])

    def _number(self, entries: Sequence[Entry]) -> None:
        """Write entries into the journal, each as the next of its subject."""
        rows = [*map(_entry_row, entries)]
        last = self.queries.last_versions([entry.subject for entry in entries])
        for entry, row in zip(entries, rows, strict=True):
            version, previous = last.get(entry.subject, (0, ""))
            row["version"] = version + 1
            row["digest"] = replace(entry, version=version + 1).digest_after(previous)
            self.written.append((entry.subject, row["version"], row["digest"]))
        self.connection.execute(insert(JOURNAL), rows)

    def _record(self, entries: Sequence[Entry]) -> None:
        """Write entries on a server, with the function that also applies their changes."""
        for row in map(_entry_row, entries):
            version, digest = self.connection.execute(_RECORD, row).one()
            self.written.append((row["subject"], version, digest))

    def _apply(self, name: str, changes: Sequence[Change]) -> None:
        """Update or delete rows of a table; raises ConflictError if a row differs from
        the one expected.
        """
        table, key, _ = STATE[name]
        rows = self.queries.rows_at(name, [change.key for change in changes])
        for change in changes:
            row = rows.get(change.key)
            expected = journal.take_journaled(name, change.before)
            if row is None or journal.take_journaled(name, row) != expected:
                raise ConflictError(
                    "store.changed", table=name, row="/".join(change.key)
                )
        deleted: list[Row] = []
        updated: list[Row] = []
        for change in changes:
            place = {
                f"at_{column}": part
                for column, part in zip(key, change.key, strict=True)
            }
            if change.after is None:
                deleted.append(place)
            elif change.after != change.before:
                updated.append({**change.after, **place})
        where = [table.c[column] == bindparam(f"at_{column}") for column in key]
        if deleted:
            self.connection.execute(delete(table).where(*where), deleted)
        if updated:
            self.connection.execute(update(table).where(*where), updated)

    def _expect_in_force(self, codebook: str) -> None:
        """Raise ConflictError unless that revision is in force."""
        version, _ = self.queries.last_version("codebooks")
        if self._in_force[0] != version:  # reading all entries about codebooks is slow
            self._in_force = version, (self.queries.codebook_refs() or [""])[-1]
        if self._in_force[1] not in ("", codebook):
            raise ConflictError("store.upgraded", codebook=self._in_force[1])


def _entry_row(entry: Entry) -> Row:
    """Return an entry as a row of the journal, without the columns computed from the
    previous entry.
    """
    return {"changes": entry.told} | {
        name: getattr(entry, name) for name in _ENTRY_COLUMNS
    }


def _assignments(rows: Iterable[tuple[str, str, str, int]]) -> Rows:
    names = ("article", "coder", "stage", "position")
    return {
        ("assignment", row[0], row[1]): dict(zip(names, row, strict=True))
        for row in rows
    }


def _blind(pairs: Iterable[tuple[str, str]]) -> Rows:
    return {("blind", a, c): {"article": a, "coder": c} for a, c in pairs}
