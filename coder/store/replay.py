"""Integrity of a database: the journal replayed from empty must give the state, and all must fit."""

from __future__ import annotations

from collections.abc import Iterator

from coder.errors import DamagedError
from coder.model import Coding
from coder.store import convert, guards, journal
from coder.store.convert import Key, Row
from coder.store.finding import Finding
from coder.store.journal import Entry
from coder.store.queries import Queries
from coder.store.refusals import translated
from coder.store.soundness import fault
from coder.store.tables import STATE


def findings(queries: Queries) -> Iterator[Finding]:
    """Everything that is wrong with the database; nothing when all is well.

    What cannot be read is a finding itself, and the rest is looked at all the same. Raises CoderError for a
    login that does not see all of it.
    """
    queries.expect_all()
    queries = queries.with_withdrawn()
    for part in (_file, guards.findings, _chain, _replay, _articles, _codings):
        try:
            with translated():
                yield from part(queries)
        except DamagedError as error:
            yield Finding("database", "database", error.message, error.hint)


_BROKEN = "The disk or another program damaged the file; restore the last good backup and merge newer work."
_TAMPERED = "Somebody changed the journal outside coder; restore the last good backup and merge newer work."
_DRIFTED = (
    "Somebody changed the tables outside coder; restore the last good backup, the journal has the work."
)


def _file(queries: Queries) -> Iterator[Finding]:
    """SQLite's own look at its file, indexes and constraints among it; servers have tools for that."""
    if queries.connection.dialect.name == "sqlite":
        for (what,) in queries.connection.exec_driver_sql("PRAGMA integrity_check(5)"):
            if what != "ok":
                yield Finding("file", "database", what, _BROKEN)


def _entries(queries: Queries) -> Iterator[Entry | Finding]:
    """The journal, with a finding in the place of what cannot be read."""
    for row in queries.entry_rows():
        try:
            yield journal.to_entry(row)
        except DamagedError as error:
            yield Finding("journal", str(row["subject"]), error.message, _TAMPERED)


def _chain(queries: Queries) -> Iterator[Finding]:
    last: dict[str, tuple[int, str]] = {}
    for e in _entries(queries):
        if isinstance(e, Finding):
            yield e
            continue
        version, previous = last.get(e.subject, (0, ""))
        if e.version != version + 1:
            yield Finding(
                "journal", e.subject, f"Entry {version + 1} is missing before entry {e.version}.", _TAMPERED
            )
        elif not e.follows(previous):
            yield Finding("journal", e.subject, f"Entry {e.version} is not as it was written.", _TAMPERED)
        if not journal.is_moment(e.at):
            yield Finding("journal", e.subject, f"Entry {e.version} is of no moment: {e.at!r}.", _TAMPERED)
        last[e.subject] = (e.version, e.digest)


def _replay(queries: Queries) -> Iterator[Finding]:
    state: dict[Key, Row] = {}
    for entry in _entries(queries):
        if isinstance(entry, Finding):
            continue  # told with the chain
        for change in entry.changes:
            key = (change.table, *change.key)
            if state.get(key) != change.before:
                yield Finding(
                    "replay",
                    "/".join(key),
                    f"Entry {entry.version} of {entry.subject} does not start from the state before it.",
                    _TAMPERED,
                )
            if change.after is None:
                state.pop(key, None)
            else:
                state[key] = change.after
    for name, table in STATE.items():
        for row in queries.rows(name):
            key = (name, *(str(row[column]) for column in table.key))
            if what := fault(name, row):
                yield Finding("row", "/".join(key), f"The row cannot be read, {what}.", _DRIFTED)
            if state.pop(key, None) != journal.journaled(name, row):
                yield Finding(
                    "replay", "/".join(key), "The row differs from what the journal says.", _DRIFTED
                )
    for key in state:
        yield Finding("replay", "/".join(key), "The journal has this row, the table has not.", _DRIFTED)


def _articles(queries: Queries) -> Iterator[Finding]:
    for row in queries.rows("article"):
        if not fault("article", row) and convert.to_article(row).text_sha256 != row["text_sha256"]:
            yield Finding("article", row["id"], "The text does not have its sha256.", _DRIFTED)


def _codings(queries: Queries) -> Iterator[Finding]:
    for head in queries.coding_heads():
        try:
            article = queries.article(head.article)
            coding = queries.coding(head.article, head.coder)
        except DamagedError as error:
            yield Finding("coding", head.id, error.message, error.hint)
            continue
        if article is None or coding is None:
            continue  # a foreign key forbids it; replay reports it if it happens all the same

        if head.text_sha256 != article.text_sha256:
            yield Finding(
                "coding",
                head.id,
                "It belongs to another version of the article's text.",
                "Code the article anew.",
            )
        yield from _spans(coding, article.text)
        yield from _evidence(coding)


def _spans(coding: Coding, text: str) -> Iterator[Finding]:
    for span in coding.spans:
        where = f"{coding.id}/{span.id}"
        if not 0 <= span.start < span.end <= len(text):
            yield Finding("span", where, f"Offsets {span.start}–{span.end} lie outside the text.", _DRIFTED)
        elif text[span.start : span.end] != span.quote:
            yield Finding("span", where, "The quote is not what the text has there.", _DRIFTED)


def _evidence(coding: Coding) -> Iterator[Finding]:
    known = {span.id for span in coding.spans}
    answers = [("", coding.answers), *((event.id, event.fields) for event in coding.events)]
    for event_id, fields in answers:
        for name, answer in fields.items():
            if answer.proposed:
                continue  # a proposal names candidates, not spans
            if lost := [span_id for span_id in answer.evidence if span_id not in known]:
                where = f"{coding.id}/{event_id}/{name}".replace("//", "/")
                yield Finding(
                    "evidence", where, f"No such span: {', '.join(lost)}.", "Attach the evidence anew."
                )
