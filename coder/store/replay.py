"""Integrity of a database: the journal replayed from empty must give the state, and all must fit.

The work on some articles can be replayed by itself, as no entry about it touches anything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from coder.errors import DamagedError
from coder.messages.catalogue import Message
from coder.model import GOLD, Article, Coding
from coder.store import convert, journal
from coder.store.convert import Key, Row
from coder.store.data_problems import DataProblem, may_be_wrong, row_problem
from coder.store.database_errors import translated
from coder.store.queries import Queries
from coder.store.tables import SQLITE_TRIGGERS, STATE

_AT_ONCE = 10  # articles whose work is in memory together
_WORK = {"coding": "id", "span": "coding", "event": "coding", "answer": "coding", "cluster": "article"}
"""The tables that hold the work on articles, and the column that says whose row it is."""
_SUBJECTS = ("coding:", "gold:")
_TAMPERED, _DRIFTED, _ANEW = (Message(f"store.mend_{how}") for how in ("journal", "tables", "anew"))
_TRIGGERS = "SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"


class Part(NamedTuple):
    """The work on some articles: by the ids of its codings and its subjects in the journal."""

    articles: Sequence[str]
    codings: Sequence[str]
    subjects: Sequence[str]


@dataclass(slots=True)
class Replayed:
    """What came of a part: how many entries it has, what is wrong, and its codings.

    codings: id and codebook of each, and the coding itself if it can be read.
    """

    entries: int = 0
    problems: list[DataProblem] = field(default_factory=list)
    codings: list[tuple[str, str, Coding | None]] = field(default_factory=list)


def problems(queries: Queries) -> Iterator[DataProblem]:
    """Everything that is wrong with the database; nothing when all is well.

    What cannot be read is a problem itself, and the rest is looked at all the same. Raises CoderError for a
    login that does not see all of it.
    """
    yield from without_work(queries).problems
    for part in parts(queries):
        yield from replayed(queries, part).problems


def without_work(queries: Queries) -> Replayed:
    """The database but for the work on articles."""
    queries.expect_all()
    found = Replayed()

    def rest() -> Iterator[DataProblem]:
        rows = ((name, row) for name in STATE if name not in _WORK for row in queries.rows(name))
        others = [each for each in queries.subjects() if not each.startswith(_SUBJECTS)]
        yield from _replay(found, queries.entry_rows(others), rows)

    for step in (lambda: _file(queries), lambda: _guards(queries), rest, lambda: _articles(queries)):
        _gather(found, step)
    return found


def parts(queries: Queries) -> list[Part]:
    """The work on all articles, by what journal and tables know of it."""
    known: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for subject in queries.subjects():
        if subject.startswith(_SUBJECTS):
            kind, _, name = subject.partition(":")
            known[_article(name) if kind == "coding" else name][1].add(subject)
    for table, column in _WORK.items():
        for name in queries.distinct(table, column):
            if table == "cluster":
                known[name]
            else:
                known[_article(name)][0].add(name)
    articles = sorted(known)
    found = []
    for start in range(0, len(articles), _AT_ONCE):
        some = articles[start : start + _AT_ONCE]
        codings, subjects = (sorted(set().union(*(known[each][i] for each in some))) for i in (0, 1))
        found.append(Part(some, codings, subjects))
    return found


def replayed(queries: Queries, part: Part) -> Replayed:
    """What comes of replaying a part, with what others have added to it since it was found."""
    found = Replayed()
    _gather(found, lambda: _work_problems(queries, part, found))
    return found


def _work_problems(queries: Queries, part: Part, found: Replayed) -> Iterator[DataProblem]:
    gold = {f"{article}/{GOLD}" for article in part.articles}
    codings = {*part.codings, *gold, *(row["id"] for row in queries.rows("coding", "article", part.articles))}
    subjects = {
        *part.subjects,
        *(f"coding:{each}" for each in codings),
        *(f"gold:{a}" for a in part.articles),
    }
    rows: list[tuple[str, Row]] = []
    sure: list[str] = []
    for table, column in _WORK.items():
        of_table = [*queries.rows(table, column, part.articles if table == "cluster" else codings)]
        rows += ((table, row) for row in of_table)
        if not (of_table and may_be_wrong(table, zip(*(row.values() for row in of_table), strict=True))):
            sure.append(table)
    unsound = False
    for problem in _replay(found, queries.entry_rows(subjects), rows, sure):
        unsound |= problem.check == "row"
        yield problem
    by_coding: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for table, row in rows:
        if table != "cluster":
            by_coding[row[_WORK[table]]].append((table, row))
    articles = queries.articles_of(part.articles)
    for id_, of_coding in by_coding.items():
        yield from _coding_problems(found, id_, of_coding, articles, sound=not unsound)


def _coding_problems(
    found: Replayed, id_: str, rows: list[tuple[str, Row]], articles: dict[str, Article], *, sound: bool
) -> Iterator[DataProblem]:
    head = next((row for table, row in rows if table == "coding"), None)
    if head is None:
        return  # rows without a coding are told by the replay
    try:
        coding = convert.to_coding(rows, sound=sound)
    except DamagedError as error:
        found.codings.append((id_, str(head["codebook"]), None))
        yield DataProblem("coding", id_, error.message, error.hint)
        return
    found.codings.append((id_, str(head["codebook"]), coding))
    article = articles.get(str(head["article"]))
    if article is None or coding is None:
        return  # a foreign key forbids it; the replay tells it if it happens all the same
    if coding.text_sha256 != article.text_sha256:
        yield DataProblem("coding", id_, Message("store.of_other_text"), Message("store.mend_coding"))
    yield from _contents(coding, article.text)


def _gather(found: Replayed, step: Callable[[], Iterator[DataProblem]]) -> None:
    """Add what a step finds; that something cannot be read is one more problem."""
    try:
        with translated():
            for problem in step():
                found.problems.append(problem)
    except DamagedError as error:
        found.problems.append(DataProblem("database", "database", error.message, error.hint))


def _replay(
    found: Replayed, entries: Iterable[Row], rows: Iterable[tuple[str, Row]], sure: Collection[str] = ()
) -> Iterator[DataProblem]:
    """What is wrong in the journal's entries, and where what they give is not what the tables hold.

    sure: the tables whose rows are known to hold what their columns are for.
    """
    state: dict[Key, Row] = {}
    last: dict[str, tuple[int, str]] = {}
    for row in entries:
        found.entries += 1
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
        for change in e.changes:
            if not change.apply(state):
                what = Message("store.entry_from_elsewhere", entry=e.version, subject=e.subject)
                yield DataProblem("replay", "/".join((change.table, *change.key)), what, _TAMPERED)
    for name, row in rows:
        key = (name, *(str(row[column]) for column in STATE[name].key))
        if name not in sure and (problem := row_problem(name, row)):
            what = Message("store.state_unreadable", what=problem)
            yield DataProblem("row", "/".join(key), what, _DRIFTED)
        if state.pop(key, None) != journal.journaled(name, row):
            yield DataProblem("replay", "/".join(key), Message("store.row_differs"), _DRIFTED)
    for key in state:
        yield DataProblem("replay", "/".join(key), Message("store.row_lost"), _DRIFTED)


def _article(coding: str) -> str:
    return coding.rpartition("/")[0]


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
