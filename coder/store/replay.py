"""Integrity check of a database: replaying the journal must give the state, and the
state must be consistent.

The work on some articles can be replayed separately, as its entries touch nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from coder.errors import DamagedError
from coder.grouping import batched, grouped
from coder.messages.catalogue import Message
from coder.model import GOLD, Article, Coding, moment, text_hash
from coder.store import convert, journal
from coder.store.convert import Key, Row
from coder.store.data_problems import DataProblem, row_problem
from coder.store.database_errors import translated
from coder.store.limits import limit_problem
from coder.store.queries import Queries
from coder.store.tables import CODING_TABLES, SQLITE_TRIGGERS, STATE

_BATCH = 10  # articles whose work is in memory together
_WORK = {**CODING_TABLES, "cluster": "article"}
"""The tables with the work on articles, and the column with the id of the coding or
article.
"""
_SUBJECTS = ("coding:", "gold:")
_TAMPERED = Message("store.mend_journal")
_DRIFTED = Message("store.mend_tables")
_ANEW = Message("store.mend_anew")
_BY_HAND = Message("store.mend_limit")
_TRIGGERS = (
    "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
)


class Part(NamedTuple):
    """The work on some articles: by the ids of its codings and its subjects in the
    journal.
    """

    articles: Sequence[str]
    codings: Sequence[str]
    subjects: Sequence[str]


@dataclass(slots=True)
class Replayed:
    """The result of replaying a part: the number of journal entries, the problems, and
    the codings.

    codings: (id, codebook, the coding itself or None if it cannot be read).
    """

    entries: int = 0
    problems: list[DataProblem] = field(default_factory=list)
    codings: list[tuple[str, str, Coding | None]] = field(default_factory=list)


def problems(queries: Queries) -> Iterator[DataProblem]:
    """Yield every problem of the database; none if it is intact.

    Unreadable data is a problem itself and does not stop the check. Raises CoderError
    for a login that cannot read everything.
    """
    yield from replay_all_but_work(queries).problems
    for part in parts(queries):
        yield from replay_part(queries, part).problems


def replay_all_but_work(queries: Queries) -> Replayed:
    """Check everything in the database except the work on articles."""
    queries.expect_all()
    result = Replayed()

    def rest() -> Iterator[DataProblem]:
        tables = [name for name in STATE if name not in _WORK]
        rows = ((name, row) for name in tables for row in queries.rows(name))
        others = [each for each in queries.subjects() if not each.startswith(_SUBJECTS)]
        yield from _replay(result, queries.entry_rows(others), rows)

    _collect(result, partial(_file, queries))
    _collect(result, partial(_guards, queries))
    _collect(result, rest)
    _collect(result, partial(_articles, queries))
    return result


def parts(queries: Queries) -> list[Part]:
    """Divide the work on all articles, as found in the journal and the tables, into
    parts.
    """
    codings: dict[str, set[str]] = defaultdict(set)
    subjects: dict[str, set[str]] = defaultdict(set)
    for subject in queries.subjects():
        if subject.startswith(_SUBJECTS):
            kind, _, name = subject.partition(":")
            article = _article(name) if kind == "coding" else name
            subjects[article].add(subject)
    for table, column in _WORK.items():
        for name in queries.distinct(table, column):
            if table == "cluster":
                codings[name] |= set()  # an article may have clusters only
            else:
                codings[_article(name)].add(name)
    found = []
    for batch in batched(sorted({*codings, *subjects}), _BATCH):
        of_codings: set[str] = set()
        of_subjects: set[str] = set()
        for article in batch:
            of_codings |= codings[article]
            of_subjects |= subjects[article]
        found.append(Part(batch, sorted(of_codings), sorted(of_subjects)))
    return found


def replay_part(queries: Queries, part: Part) -> Replayed:
    """Replay a part, including what others have added to it since `parts` was called."""
    result = Replayed()
    _collect(result, lambda: _work_problems(queries, part, result))
    return result


def _work_problems(
    queries: Queries, part: Part, result: Replayed
) -> Iterator[DataProblem]:
    gold = {f"{article}/{GOLD}" for article in part.articles}
    codings = {
        *part.codings,
        *gold,
        *(row["id"] for row in queries.rows("coding", "article", part.articles)),
    }
    subjects = {
        *part.subjects,
        *(f"coding:{each}" for each in codings),
        *(f"gold:{a}" for a in part.articles),
    }
    rows: list[tuple[str, Row]] = []
    for table, column in _WORK.items():
        names = part.articles if table == "cluster" else codings
        for row in queries.rows(table, column, names):
            rows.append((table, row))
    yield from _replay(result, queries.entry_rows(subjects), rows)
    by_coding = grouped(
        (row[_WORK[table]], (table, row)) for table, row in rows if table != "cluster"
    )
    articles = queries.articles_of(part.articles)
    for id_, of_coding in by_coding.items():
        yield from _coding_problems(result, id_, of_coding, articles)


def _coding_problems(
    result: Replayed,
    id_: str,
    rows: list[tuple[str, Row]],
    articles: dict[str, Article],
) -> Iterator[DataProblem]:
    head = next((row for table, row in rows if table == "coding"), None)
    if head is None:
        return  # the replay reports rows without a coding
    try:
        coding = convert.to_coding(rows)
    except DamagedError as error:
        result.codings.append((id_, str(head["codebook"]), None))
        yield DataProblem("coding", id_, error.message, error.hint)
        return
    result.codings.append((id_, str(head["codebook"]), coding))
    article = articles.get(str(head["article"]))
    if article is None or coding is None:
        # a foreign key or `record_entry` prevents it; otherwise the replay reports it
        return
    if coding.text_sha256 != article.text_sha256:
        yield DataProblem(
            "coding", id_, Message("store.of_other_text"), Message("store.mend_coding")
        )
    yield from _contents(coding, article.text)


def _collect(result: Replayed, step: Callable[[], Iterator[DataProblem]]) -> None:
    """Add the problems that a step finds; unreadable data is one more problem."""
    try:
        with translated():
            for problem in step():  # one by one: those before an error count
                result.problems.append(problem)
    except DamagedError as error:
        result.problems.append(
            DataProblem("database", "database", error.message, error.hint)
        )


def _replay(
    result: Replayed,
    entries: Iterable[Row],
    rows: Iterable[tuple[str, Row]],
) -> Iterator[DataProblem]:
    """Yield the problems of journal entries, and where the replayed rows differ from
    the tables' rows.
    """
    state: dict[Key, Row] = {}
    last: dict[str, tuple[int, str]] = {}
    for row in entries:
        result.entries += 1
        try:
            e = journal.parse_stored_entry(row)
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
        if moment(e.at) is None:
            what = Message("store.entry_timeless", entry=e.version, at=e.at)
            yield DataProblem("journal", e.subject, what, _TAMPERED)
        last[e.subject] = (e.version, e.digest)
        for change in e.changes:
            if not change.apply(state):
                what = Message(
                    "store.entry_from_elsewhere", entry=e.version, subject=e.subject
                )
                yield DataProblem(
                    "replay", "/".join((change.table, *change.key)), what, _TAMPERED
                )
    for name, row in rows:
        key = (name, *(str(row[column]) for column in STATE[name].key))
        if problem := row_problem(name, row):
            what = Message("store.state_unreadable", what=problem)
            yield DataProblem("row", "/".join(key), what, _DRIFTED)
        elif problem := limit_problem(name, row):
            yield DataProblem("limit", "/".join(key), problem, _BY_HAND)
        if state.pop(key, None) != journal.take_journaled(name, row):
            yield DataProblem(
                "replay", "/".join(key), Message("store.row_differs"), _DRIFTED
            )
    for key in state:
        yield DataProblem("replay", "/".join(key), Message("store.row_lost"), _DRIFTED)


def _article(coding: str) -> str:
    return coding.rpartition("/")[0]


def _file(queries: Queries) -> Iterator[DataProblem]:
    """Run SQLite's own check of its file, including indexes and constraints; servers
    have tools for that.
    """
    if queries.connection.dialect.name == "sqlite":
        for (what,) in queries.connection.exec_driver_sql("PRAGMA integrity_check(5)"):
            if what != "ok":
                yield DataProblem("file", "database", what, Message("store.mend_file"))


def _guards(queries: Queries) -> Iterator[DataProblem]:
    """Yield the triggers that are missing, altered or foreign and, on a server,
    functions and rights too.
    """
    if queries.connection.dialect.name != "sqlite":
        from coder.store.server import server_guards  # psycopg: needed here only

        yield from server_guards.problems(queries.connection)
        return
    triggers = {
        name: (table, sql)
        for name, table, sql in queries.connection.exec_driver_sql(_TRIGGERS)
    }
    for name, statement in SQLITE_TRIGGERS.items():
        _, sql = triggers.pop(name, ("", ""))
        if not sql:
            yield DataProblem("trigger", name, Message("store.trigger_missing"), _ANEW)
        elif sql.split() != statement.split():
            yield DataProblem("trigger", name, Message("store.trigger_altered"), _ANEW)
    for name, (table, _) in triggers.items():
        quoted = '"' + name.replace('"', '""') + '"'
        mend = Message("store.mend_sqlite_trigger", name=quoted)
        yield DataProblem(
            "trigger", name, Message("store.foreign_trigger", table=table), mend
        )


def _articles(queries: Queries) -> Iterator[DataProblem]:
    """Yield texts that do not have the hash that the journal has."""
    for table in ("article", "correction"):
        for row in queries.rows(table):
            if row_problem(table, row) or text_hash(row["text"]) == row["text_sha256"]:
                continue
            name = "/".join(str(row[column]) for column in STATE[table].key)
            yield DataProblem(table, name, Message("store.text_altered"), _DRIFTED)


def _contents(coding: Coding, text: str) -> Iterator[DataProblem]:
    """Yield spans that do not match the article's text, and evidence without a span."""
    for span in coding.spans:
        where = f"{coding.id}/{span.id}"
        if not 0 <= span.start < span.end <= len(text):
            what = Message("store.span_outside", start=span.start, end=span.end)
            yield DataProblem("span", where, what, _DRIFTED)
        elif text[span.start : span.end] != span.quote:
            yield DataProblem("span", where, Message("store.misquoted"), _DRIFTED)
    span_ids = {span.id for span in coding.spans}
    for event_id, fields in coding.records:
        for name, answer in fields.items():
            missing = [
                span_id for span_id in answer.evidence if span_id not in span_ids
            ]
            if (
                missing and not answer.proposed
            ):  # a proposal names candidates, not spans
                where = f"{coding.id}/{event_id}/{name}".replace("//", "/")
                what = Message("store.no_such_span", spans=", ".join(missing))
                yield DataProblem(
                    "evidence", where, what, Message("store.mend_evidence")
                )
