"""Reads of the journal, over one connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, Literal

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import DBAPIError

from coder.grouping import batched
from coder.model import Coding
from coder.store import convert, journal
from coder.store.compiled_tables import METADATA
from coder.store.convert import Row
from coder.store.journal import Entry, Made

_JOURNAL = METADATA.tables["journal"]
_TAIL = 64  # the last entries are read to undo and redo; more of them as long as these do not suffice
_PART = 512  # as many as are then read at a time to undo


class JournalQueries:
    """Queries of the journal; coders' screens read it through `_entries_of` and `_times` only."""

    connection: Connection
    until: int | None = (
        None  # the position up to which the journal is read, None for all of it
    )

    def versions(self) -> dict[str, str]:
        """Return subject → number and time of its last entry, for codings and gold; changes with their rows.

        The digest would do too, but it is stored after the changes, which SQLite would have to read through.
        """
        found = [
            row
            for start in ("coding:", "gold:")
            for row in self._last_entries(start, "version", "at")
        ]
        return {subject: f"{version} {at}" for subject, version, at in found}

    def versions_after(
        self, earlier: Mapping[str, str], position: int
    ) -> dict[str, str]:
        """Return `versions`, given those when the journal's last position was `position`.

        Only later entries are read, except on a server, where one can appear after others that follow it.
        """
        if self.connection.dialect.name != "sqlite":
            return self.versions()
        columns = _JOURNAL.c
        later = select(columns.subject, columns.version, columns.at).where(
            columns.position > position
        )
        new = self._raw(self._up_to(later, columns).order_by(columns.position))
        changed = [each for each in new if each[0].startswith(("coding:", "gold:"))]
        return {
            **earlier,
            **{subject: f"{version} {at}" for subject, version, at in changed},
        }

    def history(
        self, subject: str, since: int = 1, until: int | None = None
    ) -> journal.History:
        """Return a subject's entries in order, from version `since` on, up to version `until` if given."""
        query = self._journal(subject, "version", "what", "undoes")
        version = query.selected_columns.version
        query = (
            query.where(version >= since)
            if until is None
            else query.where(version.between(since, until))
        )
        return self._raw(query.order_by(version))

    def undo_stacks(
        self, subject: str, way: Literal["undo", "redo"] | int
    ) -> tuple[list[int], list[int]]:
        """Return the undo and redo stacks, as `journal.stacks`; for a single step only the ends it needs.

        The last entries suffice if they contain all entries that they undo or redo, and one that stands.
        """
        if (
            way == "undo"
            and (done := journal.undoable(self._latest_first(subject))) is not None
        ):
            return done, []
        since = (
            self.last_version(subject)[0] + 1 - _TAIL if way in ("undo", "redo") else 1
        )
        while since > 1:
            tail = self.history(subject, since)
            done, undone = journal.stacks(tail)
            suffices = (
                undone
                or way == "undo"
                or tail[-1][1] not in (journal.UNDO, journal.REDO)
            )
            if (
                done
                and suffices
                and all(target is None or target >= since for _, _, target in tail)
            ):
                return done, undone
            since -= len(tail)
        return journal.stacks(self.history(subject))

    def _latest_first(self, subject: str) -> Iterator[tuple[int, str, int | None]]:
        """Iterate over a subject's entries backwards, read in parts: the last ones mostly suffice."""
        end = self.last_version(subject)[0]
        size = _TAIL
        while end > 0:
            yield from reversed(self.history(subject, end - size + 1, end))
            end = end - size
            size = _PART

    def entry(self, subject: str, version: int) -> Entry:
        """Return one journal entry."""
        query = self._journal(subject)
        [row] = self._each(query.where(query.selected_columns.version == version))
        return journal.stored_entry(row)

    def before_recodings(self, subject: str, coding: Coding) -> list[Coding]:
        """Return the coding before each recoding since it was last submitted or reopened, oldest first.

        coding: its current state; subject: its name in the journal, for gold together with its clusters.
        """
        history = self.history(subject)
        recoded = journal.standing_recodings(history)
        codings: list[Coding] = []
        rows = convert.coding_rows(coding if recoded else None)
        for version in range(
            len(history), min(recoded, default=len(history) + 1) - 1, -1
        ):
            for change in self.entry(subject, version).taken_back:
                if change.table != "cluster":
                    change.apply(rows)
            before = (
                convert.to_coding((k[0], row) for k, row in rows.items())
                if version in recoded
                else None
            )
            codings += [before] if before else []
        return codings[::-1]

    def has_entry(self, subject: str, version: int, digest: str) -> bool:
        """Whether the subject has an entry of that version with that digest."""
        query = self._journal(subject, "digest", "version")
        return bool(
            self._value(query.where(query.selected_columns.version == version))
            == digest
        )

    def subjects(self) -> list[str]:
        """Return the names of all subjects in the journal."""
        return self._column(select(_JOURNAL.c.subject).distinct())

    def entries(self, since: int = 0, subject: str | None = None) -> Iterator[Entry]:
        """Iterate over the entries after position `since`, oldest first."""
        query = select(_JOURNAL) if subject is None else self._journal(subject)
        columns = query.selected_columns
        query = query.where(columns.position > since).order_by(columns.position)
        return map(journal.stored_entry, self._each(self._up_to(query, columns)))

    def last_position(self) -> int:
        """Return the position of the journal's last entry, 0 for none."""
        return int(self._value(select(func.max(_JOURNAL.c.position))) or 0)

    def changed_since(
        self, start: str, position: int, subjects: Sequence[str] | None = None
    ) -> list[str]:
        """Return what follows the prefix `start` in the names of subjects that changed after a position.

        subjects: the ones to consider, None for all.
        """
        columns = _JOURNAL.c
        query = select(columns.subject).distinct().where(columns.position > position)
        query = query.where(columns.subject.startswith(start))
        query = (
            query if subjects is None else query.where(columns.subject.in_(subjects))
        )
        return [
            subject.removeprefix(start)
            for subject in self._column(query.order_by(columns.subject))
        ]

    def last_actions(self, start: str) -> dict[str, tuple[str, str]]:
        """Return the last change, and who made it, of each subject whose name begins with `start`."""
        return {
            subject: (what, who)
            for subject, what, who in self._last_entries(start, "what", "person")
        }

    def actions_since(self, position: int) -> Counter[str]:
        """Return the names of the entries after a position, counted."""
        query = select(_JOURNAL.c.what).where(_JOURNAL.c.position > position)
        return Counter(self.connection.execute(query).scalars())

    def entries_of_action(
        self, what: str, since: int, until: int | None = None
    ) -> list[tuple[str, int]]:
        """Return (subject, version) of an action's entries after position `since` up to `until`, in order."""
        columns = _JOURNAL.c
        query = select(columns.subject, columns.version).where(
            columns.position > since, columns.what == what
        )
        query = query if until is None else query.where(columns.position <= until)
        return self._raw(query.order_by(columns.position))

    def entry_rows(self, subjects: Iterable[str]) -> Iterator[Row]:
        """Iterate over the raw journal rows of some subjects, oldest first, even if they are damaged."""
        query = select(_JOURNAL).where(_JOURNAL.c.subject.in_(subjects))
        return self._each(self._up_to(query, _JOURNAL.c).order_by(_JOURNAL.c.position))

    def coding_times(self, codings: Sequence[str]) -> Iterator[Made]:
        """Iterate over the times of all changes to codings, oldest first."""
        return (Made(*row) for row in self.connection.execute(self._times(codings)))

    def last_times(self, start: str, what: str) -> dict[str, str]:
        """Return the time of the last change of one name to each subject whose name begins with `start`."""
        return dict(self._last_entries(start, "at", what=what))

    def submission_times(self) -> dict[str, str]:
        """Return coding id → time of its last change but recodings and what undoes them.

        Of a submitted coding that is when it was submitted or imported, whatever upgrades came after it.
        """
        later = (*journal.RECODED, journal.UNDO, journal.REDO)
        entries = self._last_entries("coding:", "at", without=later)
        return {subject.removeprefix("coding:"): at for subject, at in entries}

    def import_times(self) -> dict[str, str]:
        """Return article id → time of its import."""
        entries = self.entries(subject="articles")
        return {
            change.key[0]: entry.at for entry in entries for change in entry.changes
        }

    def importers(self, codings: Sequence[str]) -> dict[str, str]:
        """Return coding id → who imported it, of those of these codings that were imported."""
        columns = _JOURNAL.c
        found = dict[str, str]()
        for batch in batched(codings, _PART):
            query = select(columns.subject, columns.person).where(
                columns.subject.in_([f"coding:{each}" for each in batch]),
                columns.what == journal.IMPORTED,
            )
            for subject, person in self._raw(self._up_to(query, columns)):
                found[subject.removeprefix("coding:")] = person
        return found

    def codebook_refs(self) -> list[str]:
        """Return the codebook's revisions up to the one in force, without those whose upgrade was undone."""
        refs: list[str] = []
        for entry in self.entries(subject="codebooks"):
            refs = (
                refs[:-1]
                if entry.what == journal.RESTORED
                else [*refs, entry.changes[-1].key[0]]
            )
        return refs

    def every_codebook(self) -> list[str]:
        """Return all stored revisions, oldest first."""
        return list(
            dict.fromkeys(
                e.changes[-1].key[0] for e in self.entries(subject="codebooks")
            )
        )

    def last_version(self, subject: str) -> tuple[int, str]:
        """Return version and digest of a subject's last entry, (0, "") if it has none."""
        query = self._journal(subject, "version", "digest")
        last = query.order_by(query.selected_columns.version.desc()).limit(1)
        row = self.connection.execute(last).first()
        return (row.version, row.digest) if row else (0, "")

    def last_versions(self, subjects: Sequence[str]) -> dict[str, tuple[int, str]]:
        """Return subject → version and digest of its last entry, without subjects that have none."""
        if len(subjects) == 1:
            last = self.last_version(subjects[0])
            return {subjects[0]: last} if last[0] else {}
        columns = _JOURNAL.c
        query = select(columns.subject, columns.version, columns.digest).where(
            columns.subject.in_(subjects)
        )
        ordered = self.connection.execute(query.order_by(columns.version))
        return {subject: (version, digest) for subject, version, digest in ordered}

    def has_acted(self, name: str) -> bool:
        """Whether the journal has an entry of that person."""
        query = select(_JOURNAL.c.position).where(_JOURNAL.c.person == name).limit(1)
        return self._value(query) is not None

    def _last_entries(
        self, start: str, *names: str, what: str = "", without: Collection[str] = ()
    ) -> list[tuple[Any, ...]]:
        """Return the subject and some columns of the last entry, or the last `what`, of each subject.

        start: how the subjects' names begin. without: actions that do not count. There are hundreds of
        entries for each subject: the index is searched from one subject to the next, and backwards from each
        one's last entry, never read whole.
        """
        journal = _JOURNAL.c
        end = start[:-1] + chr(ord(start[-1]) + 1)
        is_first = (journal.subject >= start) & (journal.subject < end)
        first = select(func.min(journal.subject).label("subject")).where(is_first)
        subjects = first.cte("subjects", recursive=True)
        is_next = (journal.subject > subjects.c.subject) & (journal.subject < end)
        following = select(func.min(journal.subject)).where(is_next).scalar_subquery()
        subjects = subjects.union_all(
            select(following).where(subjects.c.subject.is_not(None))
        )
        entries = _JOURNAL.alias()
        of_subject = select(entries.c.version).where(
            entries.c.subject == subjects.c.subject
        )
        of_subject = of_subject.where(entries.c.what == what) if what else of_subject
        of_subject = (
            of_subject.where(entries.c.what.not_in(without)) if without else of_subject
        )
        of_subject = self._up_to(of_subject, entries.c)
        last = of_subject.order_by(entries.c.version.desc()).limit(1).scalar_subquery()
        query = select(journal.subject, *(journal[name] for name in names))
        return self._raw(
            query.join(
                subjects,
                (journal.subject == subjects.c.subject) & (journal.version == last),
            )
        )

    def _up_to(self, query: Select[Any], columns: Any) -> Select[Any]:
        return (
            query if self.until is None else query.where(columns.position <= self.until)
        )

    def _journal(self, subject: str, *names: str) -> Select[Any]:
        """Select some or all columns of the journal's entries about one subject."""
        entries, *condition = self._entries_of(subject)
        return select(*(entries.c[name] for name in names or entries.c.keys())).where(
            *condition
        )

    def _entries_of(self, subject: str) -> Sequence[Any]:
        """Return the table with a subject's entries and the condition on its rows, faster than a subquery."""
        return _JOURNAL, _JOURNAL.c.subject == subject

    def _times(self, codings: Sequence[str]) -> Select[Any]:
        """Select the fields of `Made` for every change to the codings with these ids, in order."""
        columns = (_JOURNAL.c[name] for name in Made._fields)
        subjects = [f"coding:{each}" for each in codings]
        return (
            select(*columns)
            .where(_JOURNAL.c.subject.in_(subjects))
            .order_by(_JOURNAL.c.position)
        )

    def _each(self, query: Any) -> Iterator[Row]:
        result = self.connection.execute(query)
        names = tuple(result.keys())
        return (dict(zip(names, row, strict=True)) for row in result)

    def _raw(self, query: Any) -> list[tuple[Any, ...]]:
        """Fetch the driver's own rows: converting them to SQLAlchemy's would take twice as long."""
        driver_error = self.connection.dialect.loaded_dbapi.Error
        with closing(self.connection.execute(query)) as result:
            cursor: Any = result.cursor
            try:
                rows: list[tuple[Any, ...]] = cursor.fetchall()
            except (
                driver_error
            ) as error:  # wrapped as SQLAlchemy, which is bypassed here, would do
                raise DBAPIError.instance(None, None, error, driver_error) from error
        return rows

    def _column(self, query: Any) -> list[Any]:
        return list(self.connection.execute(query).scalars())

    def _value(self, query: Any) -> Any:
        """Return the first column of the first row, None if there is no row."""
        return self.connection.execute(query).scalar()
