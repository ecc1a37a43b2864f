"""Integrity of a database: the journal replayed from empty must give the state, and all must fit."""

from __future__ import annotations

from collections.abc import Iterator

from coder.errors import DamagedError
from coder.messages.catalogue import Message
from coder.model import Article, Coding
from coder.store import convert, journal
from coder.store.convert import Key, Row
from coder.store.data_problems import DataProblem, row_problem
from coder.store.database_errors import translated
from coder.store.journal import Entry
from coder.store.queries import Queries
from coder.store.tables import SQLITE_TRIGGERS, STATE

_TAMPERED, _DRIFTED, _ANEW = (Message(f"store.mend_{how}") for how in ("journal", "tables", "anew"))
_TRIGGERS = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


def problems(queries: Queries) -> Iterator[DataProblem]:
    """Everything that is wrong with the database; nothing when all is well.

    What cannot be read is a problem itself, and the rest is looked at all the same. Raises CoderError for a
    login that does not see all of it.
    """
    queries.expect_all()
    queries = queries.with_withdrawn()
    for part in (_file, _guards, _chain, _replay, _articles, _codings):
        try:
            with translated():
                yield from part(queries)
        except DamagedError as error:
            yield DataProblem("database", "database", error.message, error.hint)


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


def _entries(queries: Queries) -> Iterator[Entry | DataProblem]:
    """The journal, with a problem in the place of what cannot be read."""
    for row in queries.entry_rows():
        try:
            yield journal.stored_entry(row)
        except DamagedError as error:
            yield DataProblem("journal", str(row["subject"]), error.message, _TAMPERED)


def _chain(queries: Queries) -> Iterator[DataProblem]:
    last: dict[str, tuple[int, str]] = {}
    for e in _entries(queries):
        if isinstance(e, DataProblem):
            yield e
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


def _replay(queries: Queries) -> Iterator[DataProblem]:
    state: dict[Key, Row] = {}
    for entry in _entries(queries):
        if isinstance(entry, DataProblem):
            continue  # told with the chain
        for change in entry.changes:
            if not change.apply(state):
                what = Message("store.entry_from_elsewhere", entry=entry.version, subject=entry.subject)
                where = "/".join((change.table, *change.key))
                yield DataProblem("replay", where, what, _TAMPERED)
    for name, table in STATE.items():
        for row in queries.rows(name):
            key = (name, *(str(row[column]) for column in table.key))
            if problem := row_problem(name, row):
                what = Message("store.state_unreadable", what=problem)
                yield DataProblem("row", "/".join(key), what, _DRIFTED)
            if state.pop(key, None) != journal.journaled(name, row):
                yield DataProblem("replay", "/".join(key), Message("store.row_differs"), _DRIFTED)
    for key in state:
        yield DataProblem("replay", "/".join(key), Message("store.row_lost"), _DRIFTED)


def _articles(queries: Queries) -> Iterator[DataProblem]:
    for row in queries.rows("article"):
        if not row_problem("article", row) and convert.item(Article, row).text_sha256 != row["text_sha256"]:
            yield DataProblem("article", row["id"], Message("store.text_altered"), _DRIFTED)


def _codings(queries: Queries) -> Iterator[DataProblem]:
    for head in queries.coding_heads():
        try:
            article = queries.article(head.article)
            coding = queries.coding(head.article, head.coder)
        except DamagedError as error:
            yield DataProblem("coding", head.id, error.message, error.hint)
            continue
        if article is None or coding is None:
            continue  # a foreign key forbids it; replay reports it if it happens all the same
        if head.text_sha256 != article.text_sha256:
            what = Message("store.of_other_text")
            yield DataProblem("coding", head.id, what, Message("store.mend_coding"))
        yield from _contents(coding, article.text)


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
