"""Reads of the journal, over one connection."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import DBAPIError

from coder.model import Coding
from coder.store import convert, journal
from coder.store.convert import Row
from coder.store.journal import Entry, Made
from coder.store.tables import METADATA

_JOURNAL = METADATA.tables["journal"]
_END = 64  # entries of a journal's end that are read for an undo; twice as many where these do not tell it


class JournalQueries:
    """What the journal tells; `_entries_of` and `_times` are all that a coder's screens read of it."""

    connection: Connection
    until: int | None = None  # the position up to which the journal is looked at, None for all of it

    def versions(self) -> dict[str, str]:
        """Subject → the number and moment of its last entry, of codings and gold: it changes with their rows.

        The digest would say it too, but stands behind the changes, through which SQLite would have to read.
        """
        told = _JOURNAL.c
        last = select(told.subject, func.max(told.version).label("version")).group_by(told.subject)
        of_work = last.where(told.subject.startswith("coding:") | told.subject.startswith("gold:"))
        newest = self._up_to(of_work, told).subquery()
        is_last = (told.subject == newest.c.subject) & (told.version == newest.c.version)
        query = select(told.subject, told.version, told.at).join(newest, is_last)
        return {subject: f"{version} {at}" for subject, version, at in self._raw(query)}

    def history(self, subject: str, since: int = 1) -> journal.History:
        """One subject's entries in order, from a version on."""
        query = self._journal(subject, "version", "what", "undoes")
        version = query.selected_columns.version
        found = self.connection.execute(query.where(version >= since).order_by(version))
        return [(r.version, r.what, r.undoes) for r in found]

    def turnable(self, subject: str, way: Literal["undo", "redo"] | int) -> tuple[list[int], list[int]]:
        """What can be undone and redone, as `journal.stacks`; for one step back or forth only the last of it.

        The end of the journal tells that, if it has what it takes back, and something that stands.
        """
        since = self.last_version(subject)[0] + 1 - _END if way in ("undo", "redo") else 1
        while since > 1:
            end = self.history(subject, since)
            done, undone = journal.stacks(end)
            is_told = undone or way == "undo" or end[-1][1] not in (journal.UNDO, journal.REDO)
            if done and is_told and all(target is None or target >= since for _, _, target in end):
                return done, undone
            since -= len(end)
        return journal.stacks(self.history(subject))

    def entry(self, subject: str, version: int) -> Entry:
        """One journal entry."""
        query = self._journal(subject)
        [row] = self._all(query.where(query.selected_columns.version == version))
        return journal.stored_entry(row)

    def before_recodings(self, subject: str, coding: Coding) -> list[Coding]:
        """The coding before each recoding since it was last submitted or opened by somebody, oldest first.

        coding: as it is now; subject: its name in the journal, where gold's clusters stand beside it.
        """
        history = self.history(subject)
        recoded = journal.standing_recodings(history)
        found: list[Coding] = []
        rows = convert.coding_rows(coding if recoded else None)
        for version in range(len(history), min(recoded, default=len(history) + 1) - 1, -1):
            for change in self.entry(subject, version).taken_back:
                if change.table != "cluster":
                    change.apply(rows)
            if version in recoded and (
                before := convert.to_coding((key[0], row) for key, row in rows.items())
            ):
                found.append(before)
        return found[::-1]

    def has_entry(self, subject: str, version: int, digest: str) -> bool:
        """Whether that entry of a subject is the one of this digest."""
        query = self._journal(subject, "digest", "version")
        return bool(self._value(query.where(query.selected_columns.version == version)) == digest)

    def subjects(self) -> list[str]:
        """What the journal has entries about."""
        return self._column(select(_JOURNAL.c.subject).distinct())

    def entries(self, since: int = 0, subject: str | None = None) -> Iterator[Entry]:
        """The journal after a position, oldest first."""
        query = select(_JOURNAL) if subject is None else self._journal(subject)
        told = query.selected_columns
        query = query.where(told.position > since).order_by(told.position)
        return map(journal.stored_entry, self._each(self._up_to(query, told)))

    def last_position(self) -> int:
        """The position of the journal's last entry, 0 for none."""
        return int(self._value(select(func.max(_JOURNAL.c.position))) or 0)

    def changed_since(self, start: str, position: int, subjects: Sequence[str] | None = None) -> list[str]:
        """What follows `start` in the names of the subjects, all or some, with entries after a position."""
        told = _JOURNAL.c
        query = (
            select(told.subject).distinct().where(told.position > position, told.subject.startswith(start))
        )
        query = query if subjects is None else query.where(told.subject.in_(subjects))
        return [subject.removeprefix(start) for subject in self._column(query.order_by(told.subject))]

    def last_done(self, start: str) -> dict[str, tuple[str, str]]:
        """What was done last, and by whom, to each subject whose name begins so."""
        told = _JOURNAL.c
        newest = select(told.subject, func.max(told.version).label("version")).group_by(told.subject)
        last = newest.where(told.subject.startswith(start)).subquery()
        is_last = (told.subject == last.c.subject) & (told.version == last.c.version)
        query = select(told.subject, told.what, told.person).join(last, is_last)
        return {r.subject: (r.what, r.person) for r in self.connection.execute(query)}

    def noted(self, what: str, since: int, until: int | None = None) -> list[tuple[str, int]]:
        """Subject and version of the changes of one name after a position, up to another, in order."""
        told = _JOURNAL.c
        query = select(told.subject, told.version).where(told.position > since, told.what == what)
        query = query if until is None else query.where(told.position <= until)
        return [(r.subject, r.version) for r in self.connection.execute(query.order_by(told.position))]

    def entry_rows(self, subjects: Iterable[str]) -> Iterator[Row]:
        """The journal about some subjects as it stands in its table, oldest first, readable or not."""
        query = select(_JOURNAL).where(_JOURNAL.c.subject.in_(subjects))
        return self._each(self._up_to(query, _JOURNAL.c).order_by(_JOURNAL.c.position))

    def coding_times(self) -> Iterator[Made]:
        """When every change to a coding was made, oldest first."""
        return (Made(*row) for row in self.connection.execute(self._times()))

    def last_times(self, what: str) -> dict[str, str]:
        """Subject → the moment when something was last done to it."""
        told = _JOURNAL.c
        query = select(told.subject, func.max(told.at)).where(told.what == what).group_by(told.subject)
        return dict(map(tuple, self.connection.execute(query)))

    def came_at(self) -> dict[str, str]:
        """Article id → the moment when it came into the project."""
        entries = self.entries(subject="articles")
        return {change.key[0]: entry.at for entry in entries for change in entry.changes}

    def last_version(self, subject: str) -> tuple[int, str]:
        """The version and digest of a subject's last entry, (0, "") for a new one."""
        query = self._journal(subject, "version", "digest")
        last = query.order_by(query.selected_columns.version.desc()).limit(1)
        row = self.connection.execute(last).first()
        return (row.version, row.digest) if row else (0, "")

    def last_versions(self, subjects: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Subject → the version and digest of its last entry, of those that have one."""
        if len(subjects) == 1:
            found = self.last_version(subjects[0])
            return {subjects[0]: found} if found[0] else {}
        told = _JOURNAL.c
        query = select(told.subject, told.version, told.digest).where(told.subject.in_(subjects))
        ordered = self.connection.execute(query.order_by(told.version))
        return {subject: (version, digest) for subject, version, digest in ordered}

    def has_acted(self, name: str) -> bool:
        """Whether the journal names somebody as who made a change."""
        query = select(_JOURNAL.c.position).where(_JOURNAL.c.person == name).limit(1)
        return self._value(query) is not None

    def _up_to(self, query: Select[Any], told: Any) -> Select[Any]:
        return query if self.until is None else query.where(told.position <= self.until)

    def _journal(self, subject: str, *columns: str) -> Select[Any]:
        """Some columns of the journal's entries about one subject, or all."""
        told, *which = self._entries_of(subject)
        return select(*(told.c[name] for name in columns or told.c.keys())).where(*which)

    def _entries_of(self, subject: str) -> Sequence[Any]:
        """Where these stand, and which they are there: a subquery of them would be much to make for a key."""
        return _JOURNAL, _JOURNAL.c.subject == subject

    def _times(self) -> Select[Any]:
        """What `Made` tells of every change to a coding, in order."""
        told = (_JOURNAL.c[name] for name in Made._fields)
        return select(*told).where(_JOURNAL.c.subject.startswith("coding:")).order_by(_JOURNAL.c.position)

    def _all(self, query: Any) -> list[Row]:
        return list(self._each(query))

    def _each(self, query: Any) -> Iterator[Row]:
        found = self.connection.execute(query)
        names = tuple(found.keys())
        return (dict(zip(names, row, strict=True)) for row in found)

    def _raw(self, query: Any) -> list[tuple[Any, ...]]:
        """Rows as the driver has them: SQLAlchemy takes as long again to make its own of them."""
        driver_error = self.connection.dialect.loaded_dbapi.Error
        with closing(self.connection.execute(query)) as found:
            cursor: Any = found.cursor
            try:
                rows: list[tuple[Any, ...]] = cursor.fetchall()
            except driver_error as error:  # not by way of SQLAlchemy, which would have wrapped it
                raise DBAPIError.instance(None, None, error, driver_error) from error
        return rows

    def _column(self, query: Any) -> list[Any]:
        return list(self.connection.execute(query).scalars())

    def _value(self, query: Any) -> Any:
        """The first column of the first row, None without one."""
        return self.connection.execute(query).scalar()
