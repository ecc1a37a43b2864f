"""What can be changed in one transaction: rows as they were and as they are now.

What differs is written to the tables and, with the same words, to the journal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from typing import Literal, TypeAlias

from sqlalchemy import Table, bindparam, delete, insert, text, update

from coder.errors import CoderError, ConflictError
from coder.model import Article, Candidate, Cluster, Coding, Remark, Ruling
from coder.store import convert, journal
from coder.store.convert import Row, Rows
from coder.store.data_problems import is_plain
from coder.store.journal import Change, Entry
from coder.store.made_ready import NewArticle, NewCoding, NewRows, expect_storable, new_article
from coder.store.queries import Queries
from coder.store.server import functions
from coder.store.tables import METADATA, STATE

_CANDIDATE, _SUGGESTED = METADATA.tables["candidate"], METADATA.tables["suggested"]
_UNCLAIMED = f"SELECT a.id {functions.FREE.format(who=':who')} {functions.FEWEST_FIRST}"
_INSERT = insert(METADATA.tables["journal"])
_TOLD = ("subject", "at", "person", "what", "undoes")
_RECORD = text("SELECT * FROM record_entry(:subject, :at, :person, :what, :undoes, :changes)")

_OF_ARTICLES = (
    ("article", "articles", "article.imported"),
    ("metadata", "metadata", "metadata.imported"),
)  # table, subject, what was done
Clock = Callable[[], datetime]
Gold: TypeAlias = tuple[Coding | None, Sequence[Cluster]]


class Work:
    """Changes of one transaction, with the queries that see them."""

    def __init__(self, queries: Queries, person: str, clock: Clock) -> None:
        self.queries = queries
        self.connection = queries.connection
        self.on_server = queries.connection.dialect.name == "postgresql"
        self.person = person
        self.clock = clock
        self.written: list[tuple[str, int, str]] = []  # subject, version and digest of each entry made here
        self._in_force = (0, "")  # the codebook's last entry, and the revision that it put in force

    def add_articles(self, articles: Iterable[Article]) -> None:
        """New articles, as one change, and another of what is known of them."""
        self.add_ready_articles([new_article(each) for each in articles])

    def add_ready_articles(self, articles: Iterable[NewArticle]) -> None:
        """The same of articles that were made ready before, mostly in another process."""
        in_order = sorted(articles, key=lambda each: each.id)
        for table, subject, what in _OF_ARTICLES:
            if new := [row for each in in_order for row in each.rows[table]]:
                self._add([self._told_entry(subject, what, journal.dump_new({table: new}))], {table: new})

    def save_metadata(
        self, before: Mapping[str, Mapping[str, str]], after: Mapping[str, Mapping[str, str]], what: str
    ) -> None:
        """What is known of articles, by their ids, as it was and as it is now, as one change."""
        self.record("metadata", what, convert.metadata_rows(before), convert.metadata_rows(after))

    def forget_suggested(self, articles: Sequence[str]) -> None:
        """The suggester has to read these articles again; until then they keep their candidates."""
        self.connection.execute(delete(_SUGGESTED).where(_SUGGESTED.c.article.in_(articles)))

    def add_codebook(self, ref: str, digest: str, body: str, what: str = "codebook.added") -> None:
        """A codebook revision comes into force; raises CoderError where that name has other contents."""
        known = self.queries.row("codebook", (ref,))
        row = {"ref": ref, "digest": digest, "body": body}
        if known is not None and known["digest"] != digest:
            raise CoderError("store.other_contents", ref=ref)
        self._write("codebooks", what, [Change("codebook", (ref,), known, row)])

    def restore_codebook(self, ref: str) -> None:
        """The revision before the one in force is in force again; both stay."""
        row = self.queries.row("codebook", (ref,))
        self._write("codebooks", journal.RESTORED, [Change("codebook", (ref,), row, row)])

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
        query = "SELECT unclaimed_article(:who)" if self.on_server else _UNCLAIMED
        article: str | None = self.connection.execute(text(query), {"who": coder}).scalar()
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

    def rule(self, before: Iterable[Ruling | None], after: Iterable[Ruling | None], what: str) -> None:
        """Decisions about terms as they were and as they are now; None for one that is not there."""
        self.record("lexicon", what, convert.ruling_rows(before), convert.ruling_rows(after))

    def hold_journal(self) -> None:
        """Nobody else changes anything until this unit of work ends; on SQLite nobody can in any case."""
        if self.on_server:
            self.connection.exec_driver_sql("SELECT hold_journal()")

    def add_codings(self, codings: Sequence[NewCoding], what: str) -> None:
        """New codings, each with an entry of its own."""
        entries = [self._told_entry(f"coding:{each.id}", what, each.told) for each in codings]
        tables = ("coding", "span", "event", "answer")
        self._add(entries, {t: [row for each in codings for row in each.rows.get(t, ())] for t in tables})
        for codebook in {each.codebook for each in codings}:
            self._expect_in_force(codebook)

    def _told_entry(self, subject: str, what: str, told: str) -> Entry:
        """An entry by the words of its changes alone."""
        return Entry(0, subject, 0, self.now(), self.person, what, None, (), "", told)

    def _add(self, entries: Sequence[Entry], rows: Mapping[str, NewRows]) -> None:
        """Entries that tell of new rows, and by their tables these rows."""
        if self.on_server and not self.is_owner:
            self._record(entries)  # which does the rest, but for rows that are not told whole
            rows = {table: new for table, new in rows.items() if STATE[table].unjournaled}
        else:
            self._number(entries)
        for table, new in rows.items():
            self._add_rows(STATE[table].table, new)

    @cached_property
    def is_owner(self) -> bool:
        """On a server: whether the tables are this login's own, to be written without `record_entry`."""
        return self.connection.exec_driver_sql("SELECT team_role()").scalar() == "owner"

    def _add_rows(self, table: Table, rows: NewRows) -> None:
        if self.on_server:
            from coder.store.server.many_rows import add_rows  # psycopg: needed here only

            add_rows(self.connection, table, rows)
        elif rows:
            statement = insert(table).compile(dialect=self.connection.dialect)
            self.connection.exec_driver_sql(str(statement), [*rows])

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
        for head in self.queries.coding_heads([after.article]):
            if head.id == after.id and head.codebook != after.codebook:
                raise ConflictError("store.upgraded", codebook=head.codebook)

    def _expect_in_force(self, codebook: str) -> None:
        """A coding that is new, or comes back, is of the revision in force."""
        version, _ = self.queries.last_version("codebooks")
        if self._in_force[0] != version:  # its entries hold whole codebooks
            self._in_force = version, (self.queries.codebook_refs() or [""])[-1]
        if self._in_force[1] not in ("", codebook):
            raise ConflictError("store.upgraded", codebook=self._in_force[1])

    def save_gold(self, before: Gold, after: Gold, what: str, article: str) -> None:
        """An article's gold coding and clusters as they were and as they are now, as one change."""
        old, new = (convert.coding_rows(each) | convert.cluster_rows(of) for each, of in (before, after))
        self.record(f"gold:{article}", what, old, new)
        if after[0] is not None:
            self._expect_revision(before[0], after[0])

    def remark(self, before: Remark | None, after: Remark | None, what: str) -> None:
        """A remark as it was and as it is now; None for one that is not there."""
        about = after or before
        if about is not None:
            rows = convert.remark_rows([before]), convert.remark_rows([after])
            self.record(f"remarks:{about.article}/{about.coder}", what, *rows)

    def replace_candidates(self, article: str, candidates: Sequence[Candidate], suggester: str) -> None:
        """The suggester's candidates of one article in place of those it had (not journaled)."""
        self.connection.execute(delete(_CANDIDATE).where(_CANDIDATE.c.article == article))
        self.connection.execute(delete(_SUGGESTED).where(_SUGGESTED.c.article == article))
        if rows := convert.candidate_rows(article, candidates):
            self.connection.execute(insert(_CANDIDATE), rows)
        self.connection.execute(insert(_SUGGESTED), {"article": article, "suggester": suggester})

    def record(self, subject: str, what: str, before: Rows, after: Rows) -> None:
        """Write what differs between two sets of rows, and the journal entry that says so."""
        if changes := journal.differences(before, after):
            self._write(subject, what, changes)

    def note(self, subject: str, what: str) -> None:
        """Write into the journal that something was done which changes no row."""
        self._write(subject, what, ())

    def undo(self, subject: str) -> str | None:
        """Take back the last change that stands; returns what it was, None if there is none."""
        return next(iter(self.turn(subject, "undo")[1]), None)

    def turn(
        self, subject: str, way: Literal["undo", "redo"] | int, *, own: bool = False
    ) -> tuple[int, list[str]]:
        """Undo or redo one change, or all until that of a version stands last; 0: all that can be undone.

        Returns which version stood last before, 0 for none, and what was turned: nothing where there is
        nothing that way. own: raises CoderError where somebody else made one of them.
        """
        done, undone = self.queries.turnable(subject, way)
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
        turned = [self.take_back(subject, version) for version in reversed(back)]
        turned += [self._do_again(subject, version) for version in reversed(forth)]
        return done[-1] if done else 0, turned

    def take_back(self, subject: str, version: int) -> str:
        """Undo one change on which nothing else rests; returns what it was."""
        entry = self.queries.entry(subject, version)
        self._write(subject, journal.UNDO, entry.taken_back, version)
        return entry.what

    def _do_again(self, subject: str, version: int) -> str:
        entry = self.queries.entry(subject, version)
        self._write(subject, journal.REDO, entry.changes, version)
        for change in entry.changes:
            if change.table == "coding" and change.before is None and change.after:
                self._expect_in_force(change.after["codebook"])
        return entry.what

    def take(self, entry: Entry) -> None:
        """An entry, with its person and time, as the next of its subject; what it says is done to the tables.

        The entry comes first: on its number the writers of one subject meet.
        """
        expect_storable(entry)
        self._take(entry)

    def _write(self, subject: str, what: str, changes: Sequence[Change], undoes: int | None = None) -> None:
        self._take(self._entry(subject, what, changes, undoes))

    def _entry(self, subject: str, what: str, changes: Sequence[Change], undoes: int | None = None) -> Entry:
        """A new entry, not yet numbered."""
        told = journal.dump(changes)
        entry = Entry(0, subject, 0, self.now(), self.person, what, undoes, tuple(changes), "", told)
        expect_storable(entry, told_plainly=is_plain(told))
        return entry

    def now(self) -> str:
        """The present moment as rows and entries have it."""
        return self.clock().astimezone(UTC).isoformat(timespec="milliseconds")

    def _take(self, entry: Entry) -> None:
        """An entry, and what it says."""
        changes: Sequence[Change] = entry.changes
        if self.on_server:
            self._record([entry])
            changes = [change for change in changes if STATE[change.table].unjournaled]
        else:
            self._number([entry])
        for (table, is_new), group in groupby(changes, key=lambda c: (c.table, c.before is None)):
            if is_new:
                self.connection.execute(insert(STATE[table].table), [c.after for c in group if c.after])
            else:
                self._apply(table, [*group])

    def _number(self, entries: Sequence[Entry]) -> None:
        """Write entries into the journal, each as the next of its subject."""
        rows = [*map(_told, entries)]
        last = self.queries.last_versions([entry.subject for entry in entries])
        for entry, row in zip(entries, rows, strict=True):
            version, previous = last.get(entry.subject, (0, ""))
            row["version"] = version + 1
            row["digest"] = replace(entry, version=version + 1).digest_after(previous)
            self.written.append((entry.subject, row["version"], row["digest"]))
        self.connection.execute(_INSERT, rows)

    def _record(self, entries: Sequence[Entry]) -> None:
        """The same on a server, by the function which also does to the tables what they say."""
        for row in map(_told, entries):
            version, digest = self.connection.execute(_RECORD, row).one()
            self.written.append((row["subject"], version, digest))

    def _apply(self, name: str, changes: Sequence[Change]) -> None:
        """Rows of a table become others, or go; each must be as its change believes it was."""
        table, key, _ = STATE[name]
        found = self.queries.rows_at(name, [change.key for change in changes])
        for change in changes:
            was, known = found.get(change.key), journal.journaled(name, change.before)
            if was is None or journal.journaled(name, was) != known:
                raise ConflictError("store.changed", table=name, row="/".join(change.key))
        where = [table.c[column] == bindparam(f"at_{column}") for column in key]
        places = [{f"at_{c}": v for c, v in zip(key, change.key, strict=True)} for change in changes]
        told = [*zip(changes, places, strict=True)]
        if gone := [place for change, place in told if change.after is None]:
            self.connection.execute(delete(table).where(*where), gone)
        others = [{**c.after, **place} for c, place in told if c.after is not None and c.after != c.before]
        if others:
            self.connection.execute(update(table).where(*where), others)


def _told(entry: Entry) -> Row:
    """An entry as a row of the journal, without what comes of the one before it."""
    return {"changes": entry.told} | {name: getattr(entry, name) for name in _TOLD}
