"""One coder's journal of one coding, brought home: gone on with, or kept beside where the two parted.

A history is all entries of one coding from its first. Where the history here and the one that comes have
the same digests as far as both reach, the longer one continues the shorter. Where they part, somebody
worked on two copies at once: what is here stays, and what comes is kept whole as the coding of `NAME~2`
(`NAME~3`, …), under its own coding id but with its own persons and times. What is here already, under
either name, is known by its digests, so the same history twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import JSON, Boolean, Column, Integer

from coder.errors import CoderError
from coder.store import journal
from coder.store.convert import Row
from coder.store.journal import Change, Entry
from coder.store.tables import STATE
from coder.store.unit_of_work import Work

COPY_SIGN = "~"
"""Stands between a coder's name and the number of a copy; no person's name holds it."""

_TABLES = ("coding", "span", "event", "answer")


@dataclass(frozen=True, slots=True)
class Merged:
    """Where a history was kept, as article and coder, and how many entries were new."""

    article: str
    coder: str
    entries: int

    @property
    def second(self) -> bool:
        """Whether it was kept beside another copy of the coder's work."""
        return is_copy(self.coder)


def merge(work: Work, article: str, coder: str, entries: Sequence[Entry]) -> Merged:
    """The history of one coding, as `checked` has passed it, into the database."""
    for number in count(1):
        name = coder if number == 1 else f"{coder}{COPY_SIGN}{number}"
        coming = entries if number == 1 else _renamed(entries, article, name)
        here = [entry.digest for entry in work.queries.entries(subject=f"coding:{article}/{name}")]
        shared = min(len(here), len(coming))
        if here[:shared] == [entry.digest for entry in coming[:shared]]:
            for entry in coming[shared:]:
                work.take(entry)
            return Merged(article, name, len(coming) - shared)
    raise AssertionError("count has no end")


def is_copy(coder: str) -> bool:
    """Whether a coding's coder stands for a second copy of somebody's work."""
    return COPY_SIGN in coder


def original(coder: str) -> str:
    """Whose work a coding is, of which it may be a second copy."""
    return coder.partition(COPY_SIGN)[0]


def checked(article: str, coder: str, rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    """The history in journal rows from elsewhere, oldest first.

    Raises CoderError unless it is whole, as it was written, and of this coding alone.
    """
    coding = f"{article}/{coder}"
    entries: list[Entry] = []
    for version, row in enumerate(rows, start=1):
        entry = _entry(coding, version, row)
        if row["version"] != version or not entry.follows(entries[-1].digest if entries else ""):
            raise _altered(coding, version)
        entries.append(entry)
    try:
        journal.stacks((e.version, e.what, e.undoes) for e in entries)
    except ValueError:
        raise _altered(coding, len(entries)) from None
    return entries


def _entry(coding: str, version: int, row: Mapping[str, Any]) -> Entry:
    """A journal row as an entry, if each part is of its kind and each change within the coding."""
    try:
        at, person, what, undoes, digest = (row[n] for n in ("at", "person", "what", "undoes", "digest"))
        changes = journal.load(row["changes"])
        sound = (
            datetime.fromisoformat(at).tzinfo is not None
            and all(type(text) is str for text in (person, what, digest))
            and (undoes is None or type(undoes) is int)
            and journal.dump(changes) == row["changes"]
            and all(_within(change, coding) for change in changes)
        )
    except (CoderError, LookupError, TypeError, ValueError):
        sound = False
    if not sound:
        raise _altered(coding, version)
    return Entry(0, f"coding:{coding}", version, at, person, what, undoes, changes, digest)


def _altered(coding: str, version: int) -> CoderError:
    return CoderError(
        f"Entry {version} of the journal of {coding} is not as it was written.",
        hint="Nothing was changed. Ask for the packet again; it was altered on its way.",
    )


def _within(change: Change, coding: str) -> bool:
    """Whether a change is of rows of this coding, each under its own key."""
    if change.table not in _TABLES or change.key[0] != coding:
        return False
    return all(_is_row(change, row) for row in (change.before, change.after) if row is not None)


def _is_row(change: Change, row: Row) -> bool:
    state = STATE[change.table]
    columns = state.table.columns
    if set(row) != set(columns.keys()) or not all(_fits(column, row[column.name]) for column in columns):
        return False
    if change.table == "coding" and row["id"] != f"{row['article']}/{row['coder']}":
        return False
    return tuple(row[name] for name in state.key) == change.key


def _fits(column: Column[Any], value: Any) -> bool:
    if value is None or isinstance(column.type, JSON):
        return bool(column.nullable)
    if isinstance(column.type, Integer):
        return type(value) is int and 0 <= value < 2**31
    return type(value) is (bool if isinstance(column.type, Boolean) else str)


def _renamed(entries: Sequence[Entry], article: str, name: str) -> list[Entry]:
    """The same history as that of the coder `name`, with the digests that belong to it."""
    out: list[Entry] = []
    previous = ""
    for entry in entries:
        changes = tuple(_renamed_change(change, article, name) for change in entry.changes)
        subject = f"coding:{article}/{name}"
        fields = (subject, entry.version, entry.at, entry.person, entry.what, entry.undoes)
        previous = journal.digest(previous, (*fields, journal.dump(changes)))
        out.append(replace(entry, subject=subject, changes=changes, digest=previous))
    return out


def _renamed_change(change: Change, article: str, name: str) -> Change:
    coding = f"{article}/{name}"
    column = {"id": coding, "coder": name} if change.table == "coding" else {"coding": coding}
    before, after = (row and {**row, **column} for row in (change.before, change.after))
    return Change(change.table, (coding, *change.key[1:]), before, after)
