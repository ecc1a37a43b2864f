"""Integrity of a database: the journal replayed from empty must give the state, and all must fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from coder.errors import DamagedError
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.store import convert, journal
from coder.store.convert import Key, Row
from coder.store.data_problems import DataProblem, row_problem
from coder.store.database_errors import translated
from coder.store.journal import Entry
from coder.store.queries import CodingHead, Queries
from coder.store.tables import SQLITE_TRIGGERS, STATE

Look: TypeAlias = Callable[[CodingHead, Coding | None], None]
Tell: TypeAlias = Callable[[int, int], None]

_AT_ONCE = 25  # codings that are in memory together
_TAMPERED, _DRIFTED, _ANEW = (Message(f"store.mend_{how}") for how in ("journal", "tables", "anew"))
_TRIGGERS = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def problems(queries: Queries) -> Iterator[DataProblem]:
    """Everything that is wrong with the database; see `Replay`."""
    yield from Replay(queries).problems()


class Replay:
    """A database looked at whole, the journal and every coding read once.

    look: told of every coding by its head; None for what cannot be read, or is not there. tell: how many
    codings are done, and of how many, once more than a batch of them is there.
    """

    def __init__(
        self, queries: Queries, look: Look = lambda head, coding: None, tell: Tell | None = None
    ) -> None:
        """Raises CoderError for a login that does not see all of it."""
        queries.expect_all()
        self.entries = 0
        self.unread: dict[str, DamagedError] = {}
        """Why the journal (`chain`) or the codings (`codings`) could not be read to the end."""
        self._queries = queries.with_withdrawn()
        self._look = look
        self._tell = tell
        self._state: dict[Key, Row] = {}
        self._misfits: list[DataProblem] = []

    def problems(self) -> Iterator[DataProblem]:
        """Everything that is wrong with the database; nothing when all is well.

        What cannot be read is a problem itself, and the rest is looked at all the same.
        """
        parts: dict[str, Callable[[], Iterator[DataProblem]]] = {
            "file": lambda: _file(self._queries),
            "guards": lambda: _guards(self._queries),
            "chain": self._chain,
            "replay": self._replay,
            "articles": lambda: _articles(self._queries),
            "codings": self._codings,
        }
        for name, part in parts.items():
            try:
                with translated():
                    yield from part()
            except DamagedError as error:
                self.unread[name] = error
                yield DataProblem("database", "database", error.message, error.hint)

    def _chain(self) -> Iterator[DataProblem]:
        last: dict[str, tuple[int, str]] = {}
        for row in self._queries.entry_rows():
            self.entries += 1
            try:
                e = journal.stored_entry(row)
            except DamagedError as error:
                yield DataProblem("journal", str(row["subject"]), error.message, _TAMPERED)
                continue
            version, previous = last.get(e.subject, (0, ""))
            if e.version != version + 1:
                what = Message("store.entry_missing", missing=version + 1, entry=e.version)
                yield DataProblem("journal", e.subject, what, _TAMPERED)
            elif e.digest != e.digest_after(previous):
                what = Message("store.entry_altered", entry=e.version)
                yield DataProblem("journal", e.subject, what, _TAMPERED)
            if not journal.is_moment(e.at):
                what = Message("store.entry_timeless", entry=e.version, at=e.at)
                yield DataProblem("journal", e.subject, what, _TAMPERED)
            last[e.subject] = (e.version, e.digest)
            self._play(e)

    def _play(self, entry: Entry) -> None:
        for change in entry.changes:
            if not change.apply(self._state):
                what = Message("store.entry_from_elsewhere", entry=entry.version, subject=entry.subject)
                where = "/".join((change.table, *change.key))
                self._misfits.append(DataProblem("replay", where, what, _TAMPERED))

    def _replay(self) -> Iterator[DataProblem]:
        yield from self._misfits
        if "chain" in self.unread:
            raise self.unread["chain"]
        for name, table in STATE.items():
            for row in self._queries.rows(name):
                key = (name, *(str(row[column]) for column in table.key))
                if problem := row_problem(name, row):
                    what = Message("store.state_unreadable", what=problem)
                    yield DataProblem("row", "/".join(key), what, _DRIFTED)
                if self._state.pop(key, None) != journal.journaled(name, row):
                    yield DataProblem("replay", "/".join(key), Message("store.row_differs"), _DRIFTED)
        for key in self._state:
            yield DataProblem("replay", "/".join(key), Message("store.row_lost"), _DRIFTED)

    def _codings(self) -> Iterator[DataProblem]:
        heads = self._queries.coding_heads()
        for start in range(0, len(heads), _AT_ONCE):
            part = heads[start : start + _AT_ONCE]
            try:
                yield from self._looked_at(part)
            except DamagedError:  # one of them, which is told
                for head in part:
                    try:
                        yield from self._looked_at([head])
                    except DamagedError as error:
                        self._look(head, None)
                        yield DataProblem("coding", head.id, error.message, error.hint)
            if self._tell is not None and len(heads) > _AT_ONCE:
                self._tell(start + len(part), len(heads))

    def _looked_at(self, heads: Sequence[CodingHead]) -> Iterator[DataProblem]:
        """What is wrong in these codings; raises DamagedError first where one is unreadable."""
        articles = self._queries.articles_of([head.article for head in heads])
        codings = {coding.id: coding for coding in self._queries.codings_of(heads)}
        for head in heads:
            article, coding = articles.get(head.article), codings.get(head.id)
            self._look(head, coding)
            if article is None or coding is None:
                continue  # a foreign key forbids it; replay reports it if it happens all the same
            if head.text_sha256 != article.text_sha256:
                what = Message("store.of_other_text")
                yield DataProblem("coding", head.id, what, Message("store.mend_coding"))
            yield from _contents(coding, article.text)


def _file(queries: Queries) -> Iterator[DataProblem]:
    """SQLite's own look at its file, indexes and constraints among it; servers have tools for that."""
    if queries.connection.dialect.name == "sqlite":
        for (what,) in queries.connection.exec_driver_sql("PRAGMA integrity_check(5)"):
            if what != "ok":
                yield DataProblem("file", "database", what, Message("store.mend_file"))


def _guards(queries: Queries) -> Iterator[DataProblem]:
    """What is missing, changed, put beside or, where there are logins, allowed to whom it should not be."""
    if queries.connection.dialect.name != "sqlite":
        from coder.store.server import server_guards  # psycopg: needed here only

        yield from server_guards.problems(queries.connection)
        return
    found = {name: (table, sql) for name, table, sql in queries.connection.exec_driver_sql(_TRIGGERS)}
    for name, statement in SQLITE_TRIGGERS.items():
        _, sql = found.pop(name, ("", ""))
        if not sql:
            yield DataProblem("trigger", name, Message("store.trigger_missing"), _ANEW)
        elif sql.split() != statement.split():
            yield DataProblem("trigger", name, Message("store.trigger_altered"), _ANEW)
    for name, (table, _) in found.items():
        quoted = '"' + name.replace('"', '""') + '"'
        mend = Message("store.mend_sqlite_trigger", name=quoted)
        yield DataProblem("trigger", name, Message("store.foreign_trigger", table=table), mend)


def _articles(queries: Queries) -> Iterator[DataProblem]:
    for row in queries.rows("article"):
        if not row_problem("article", row) and convert.item(Article, row).text_sha256 != row["text_sha256"]:
            yield DataProblem("article", row["id"], Message("store.text_altered"), _DRIFTED)


def _contents(coding: Coding, text: str) -> Iterator[DataProblem]:
    for span in coding.spans:
        where = f"{coding.id}/{span.id}"
        if not 0 <= span.start < span.end <= len(text):
            what = Message("store.span_outside", start=span.start, end=span.end)
            yield DataProblem("span", where, what, _DRIFTED)
        elif text[span.start : span.end] != span.quote:
            yield DataProblem("span", where, Message("store.misquoted"), _DRIFTED)
    known = {span.id for span in coding.spans}
    for event_id, fields in [("", coding.answers), *((event.id, event.fields) for event in coding.events)]:
        for name, answer in fields.items():
            lost = [span_id for span_id in answer.evidence if span_id not in known]
            if lost and not answer.proposed:  # a proposal names candidates, not spans
                where = f"{coding.id}/{event_id}/{name}".replace("//", "/")
                what = Message("store.no_such_span", spans=", ".join(lost))
                yield DataProblem("evidence", where, what, Message("store.mend_evidence"))
