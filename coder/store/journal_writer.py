"""Writes entries into the journal and applies their changes to the tables; undoes and redoes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Literal

from msgspec.structs import replace
from sqlalchemy import bindparam, delete, insert, text, update

from coder.errors import CoderError, ConflictError
from coder.store import journal
from coder.store.convert import Row, Rows
from coder.store.data_problems import is_plain, unstorable
from coder.store.journal import Change, Entry
from coder.store.prepared import expect_storable, expect_within_limits
from coder.store.queries import Queries
from coder.store.tables import JOURNAL, STATE

_INSERT = insert(JOURNAL)
_ENTRY_COLUMNS = ("subject", "at", "person", "what", "undoes")
_RECORD = text(
    "SELECT * FROM record_entry(:subject, :at, :person, :what, :undoes, :changes)"
)

Clock = Callable[[], datetime]


class JournalWriter:
    """Writes the journal in one transaction, as one person, and the tables with it."""

    def __init__(self, queries: Queries, person: str, clock: Clock) -> None:
        self.queries = queries
        self.connection = queries.connection
        self.on_server = queries.connection.dialect.name == "postgresql"
        self.person = person
        self.clock = clock
        self.written: list[
            tuple[str, int, str]
        ] = []  # subject, version and digest of each entry made here
        self._in_force = (
            0,
            "",
        )  # version of the codebook's last entry, and the revision in force after it

    def record(self, subject: str, what: str, before: Rows, after: Rows) -> None:
        """Write the differences between two sets of rows and a journal entry about them, if there are any."""
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
        """Undo or redo one change, or as many as needed for version `way` to be the last one that stands.

        way 0: undo everything that can be undone. Returns the last version that stood before, 0 for none, and
        the actions that were undone or redone. own: raise CoderError if one of them was somebody else's.
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
            if (person := self.queries.entry(subject, version).person) != self.person:
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
        """Write an entry, with its own person and time, as the next of its subject, and apply its changes.

        The entry is written first: its unique number makes two writers of one subject collide.
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
        json = journal.dump(changes)
        entry = self._new_entry(subject, what, json, changes, undoes)
        expect_storable(changes, is_plain_json=is_plain(json))
        expect_within_limits(changes)
        self._take(entry)

    def _new_entry(
        self,
        subject: str,
        what: str,
        json: str,
        changes: Sequence[Change] = (),
        undoes: int | None = None,
    ) -> Entry:
        """Make an entry without a number; json: its changes as JSON text."""
        return Entry(
            0,
            subject,
            0,
            self.now(),
            self.person,
            what,
            undoes,
            tuple(changes),
            "",
            json,
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
        self.connection.execute(_INSERT, rows)

    def _record(self, entries: Sequence[Entry]) -> None:
        """Write entries on a server, with the function that also applies their changes."""
        for row in map(_entry_row, entries):
            version, digest = self.connection.execute(_RECORD, row).one()
            self.written.append((row["subject"], version, digest))

    def _apply(self, name: str, changes: Sequence[Change]) -> None:
        """Update or delete rows of a table; raises ConflictError if a row differs from the one expected."""
        table, key, _ = STATE[name]
        rows = self.queries.rows_at(name, [change.key for change in changes])
        for change in changes:
            row = rows.get(change.key)
            expected = journal.journaled(name, change.before)
            if row is None or journal.journaled(name, row) != expected:
                raise ConflictError(
                    "store.changed", table=name, row="/".join(change.key)
                )
        where = [table.c[column] == bindparam(f"at_{column}") for column in key]
        keys = [
            {f"at_{c}": v for c, v in zip(key, change.key, strict=True)}
            for change in changes
        ]
        pairs = [*zip(changes, keys, strict=True)]
        if deleted := [at for change, at in pairs if change.after is None]:
            self.connection.execute(delete(table).where(*where), deleted)
        if updated := [
            {**c.after, **at}
            for c, at in pairs
            if c.after is not None and c.after != c.before
        ]:
            self.connection.execute(update(table).where(*where), updated)

    def _expect_in_force(self, codebook: str) -> None:
        """Raise ConflictError unless that revision is in force."""
        version, _ = self.queries.last_version("codebooks")
        if (
            self._in_force[0] != version
        ):  # cached, as reading all entries about codebooks is slow
            self._in_force = version, (self.queries.codebook_refs() or [""])[-1]
        if self._in_force[1] not in ("", codebook):
            raise ConflictError("store.upgraded", codebook=self._in_force[1])


def _entry_row(entry: Entry) -> Row:
    """Return an entry as a row of the journal, without the columns computed from the previous entry."""
    return {"changes": entry.told} | {
        name: getattr(entry, name) for name in _ENTRY_COLUMNS
    }
