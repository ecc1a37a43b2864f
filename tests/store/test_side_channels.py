"""What a coder's login is told does not depend on what colleagues and supervisors have
written.

Databases differ in a colleague's coding and in gold alone. A battery of questions,
asked under a coder's login in every way in which PostgreSQL tells something besides
rows (plans, estimates, statistics of the transaction, notices, errors, counts), must
get the same answers from all, to the letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from blind_team import ARTICLE, Team, at_work, coded
from msgspec.structs import replace

from coder.model import Answer, Event, Remark, Span, Status
from coder.store.tables import METADATA
from tests.support.postgres import OWNER, Server

HIDDEN = {
    "coding": "status",
    "span": "kind",
    "event": "id",
    "answer": "comment",
    "assignment": "stage",
    "blind": "coder",
    "aside": "reason",
    "cluster": "gold",
    "remark": "text",
    "draft": "text",
    "journal": "changes",
}
VISIBLE = {
    "alembic_version",
    "article",
    "candidate",
    "codebook",
    "lexicon",
    "meta",
    "metadata",
    "person",
    "retired",
    "suggested",
    "withdrawn",
}
LETTERS = ("", "a", "m", "z", "ا", "ي")


def fill(team: Team, letter: str, events: int) -> None:
    """A colleague's and gold's work, full of one letter."""
    spans = (
        Span("s2", "trigger", 0, 5, "غارات", value=letter * 8),
        coded("basim").spans[0],
    )
    fields = {
        "event_type": Answer(value=letter),
        "notes": Answer(value=letter * 40, comment=letter * 9),
    }
    for name, writer in (("basim", "basim"), ("gold", "salma")):
        before = coded(name)
        if name == "gold":
            with team.store.read() as queries:
                before = queries.gold("a1") or before
        after = replace(
            before,
            spans=spans,
            events=tuple(Event(f"e{n}", fields) for n in range(1, events)),
            status=Status.SUBMITTED,
        )
        with team.as_(writer).begin(writer) as work:
            if name == "gold":
                clusters = work.queries.clusters("a1")
                work.save_gold((before, clusters), (after, clusters), "value.set", "a1")
            else:
                work.save_coding(before, after, "value.set")
    for by in ("basim", "salma"):
        with team.as_(by).begin(by) as work:
            for number in range(events):
                said = Remark(
                    "a1",
                    "basim",
                    f"{by}{number}",
                    by,
                    "2026-01-01T00:00:00+00:00",
                    letter * 40,
                )
                work.remark(None, said, "comment.made")
    # So that there are statistics of every column for a planner to go by, and nothing
    # is being counted.
    with team.sql("owner") as owner:
        owner.execute("ANALYZE")


@pytest.fixture(scope="module")
def teams(postgres: Server) -> Iterator[list[Team]]:
    """The same team three times: what amal may not see says a…, z…, and z… four times
    as long.
    """
    with ExitStack() as stack:
        found = []
        for letter, events in (("a", 6), ("z", 6), ("z", 24)):
            team = stack.enter_context(
                at_work(postgres, lambda: datetime(2026, 1, 1, tzinfo=UTC))
            )
            fill(team, letter, events)
            found.append(team)
        yield found


def told(sql: psycopg.Connection[Any], statement: str) -> list[str]:
    """All that a login hears when it says something: rows, notices, the error with all
    its parts.
    """
    heard: list[str] = []
    sql.add_notice_handler(lambda notice: heard.append(str(notice.message_primary)))
    try:
        cursor = sql.execute(statement)
        heard += (
            [str(row) for row in cursor.fetchall()]
            if cursor.description
            else [str(cursor.rowcount)]
        )
    except psycopg.Error as error:
        parts = (
            "sqlstate",
            "message_primary",
            "message_detail",
            "message_hint",
            "context",
        )
        heard += [str(getattr(error.diag, part)) for part in parts]
        sql.execute("ROLLBACK")
    # Numbers of objects and moments differ between any two databases.
    return [re.sub(r"\b\d{5,}\b|\d{4}-\d\d-\d\dT[\d:.]+", "#", line) for line in heard]


def questions() -> Iterator[str]:
    """Everything that amal asks."""
    for table, column in HIDDEN.items():
        for start in (
            "",
            "EXPLAIN ",
            "EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) ",
            "EXPLAIN (GENERIC_PLAN) ",
        ):
            for letter in LETTERS:
                yield f"{start}SELECT FROM {table} WHERE {column}::text >= '{letter}'"
        yield f"SELECT count(*) FROM {table}"
        yield f"COPY {table} TO STDOUT"
        yield f"DECLARE c CURSOR WITH HOLD FOR SELECT * FROM {table}"
        yield f"PREPARE p AS SELECT * FROM {table}"
        yield f"SELECT * FROM {table} TABLESAMPLE SYSTEM (100)"
        yield f"SELECT row_to_json(t) FROM {table} t"
        yield f"SELECT * FROM pg_stats WHERE tablename = '{table}'"
        yield f"SELECT most_common_vals, histogram_bounds FROM pg_stats_ext WHERE tablename = '{table}'"
        yield f"SELECT * FROM pg_statistic WHERE starelid = '{table}'::regclass"
        yield f"INSERT INTO {table} SELECT * FROM {table}"
        yield f"UPDATE {table} SET {column} = {column}"
        yield f"DELETE FROM {table}"
        yield f"SELECT 1 FROM {table} FOR UPDATE"
        yield f"CREATE TEMP TABLE mine (LIKE {table} INCLUDING ALL)"
        yield f"CREATE TEMP VIEW seen AS SELECT * FROM {table}"
        yield f"SELECT pg_get_serial_sequence('{table}', 'position')"
        yield f"ANALYZE {table}"
        yield f"SELECT heap_blks_scanned FROM pg_stat_progress_vacuum WHERE relid = '{table}'::regclass"
    asked = [
        "own_assignment()",
        "own_coding('a1')",
        "own_coding('a1/basim')",
        "own_codings()",
        "own_span('a1')",
        "own_event('a1')",
        "own_answer('a1')",
        "own_answer('%')",
        "own_journal('coding:a1/amal')",
        "own_journal('coding:a1/basim')",
        "own_journal('gold:a1')",
        "own_words('')",
        "own_words('a2')",
        """own_lessons('', '["غارات"]')""",
        "unclaimed_article('amal')",
        "unclaimed_article('basim')",
        "team_role()",
        "own_times()",
        "own_remark()",
        "own_journal('remarks:a1/basim')",
    ]
    for call in asked:
        yield (
            f"SELECT * FROM {call} AS found"
            if call != "own_times()"
            else "SELECT subject FROM own_times()"
        )
        yield f"EXPLAIN (ANALYZE, VERBOSE, TIMING OFF, SUMMARY OFF) SELECT * FROM {call}"
        yield f"EXPLAIN (ANALYZE, TIMING OFF, SUMMARY OFF) SELECT 1 FROM {call} f WHERE f::text >= 'm'"
    for subject, key in (
        ("coding:a1/basim", "a1/basim"),
        ("coding:a1/amal", "a1/basim"),
        ("gold:a1", "a1/gold"),
    ):
        for before in (
            None,
            {"coding": key, "event": "e1", "field": "notes", "value": "z" * 40},
        ):
            change = [
                {
                    "table": "answer",
                    "key": [key, "e1", "notes"],
                    "before": before,
                    "after": None,
                }
            ]
            changes = json.dumps(change)
            yield (
                f"SELECT record_entry('{subject}', '2026-01-01T10:00:00+00:00', 'amal', 'value.set', NULL,"
                f" '{changes}')"
            )
    yield "SELECT * FROM pg_stat_xact_user_functions"


@pytest.mark.parametrize("other", [1, 2], ids=["other words", "more words"])
def test_a_coder_hears_the_same_whatever_others_have_written(
    teams: list[Team], other: int
) -> None:
    one, two = teams[0].sql("amal"), teams[other].sql("amal")
    for sql in (one, two):
        sql.execute("SET enable_seqscan = off")
    asked = 0
    for statement in questions():
        heard = told(one, statement)
        assert heard == told(two, statement), statement
        asked += 1
    assert asked > 300


def test_no_question_about_hidden_tables_is_answered(teams: list[Team]) -> None:
    sql = teams[0].sql("amal")
    for table, column in HIDDEN.items():
        for start in ("", "EXPLAIN ", "EXPLAIN (ANALYZE) "):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sql.execute(f"{start}SELECT FROM {table} WHERE {column}::text >= 'm'")


def planned(sql: psycopg.Connection[Any], statement: str) -> list[str]:
    """The plans that the server prints of a statement, before it refuses it."""
    printed: list[str] = []

    def keep(notice: psycopg.errors.Diagnostic) -> None:
        printed.append(f"{notice.message_primary} {notice.message_detail}")

    sql.add_notice_handler(keep)
    sql.execute("SET client_min_messages = log")
    sql.execute("SET debug_print_plan = on")
    try:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            sql.execute(statement)
    finally:
        sql.remove_notice_handler(keep)
        sql.execute("RESET ALL")
    return [re.sub(r"\b\d{5,}\b", "#", plan) for plan in printed]


def columns_of_hidden_tables() -> Iterator[tuple[str, str]]:
    for table in HIDDEN:
        for column in METADATA.tables[table].columns:
            yield table, column.name


def test_refused_plans_do_not_depend_on_others_words(teams: list[Team]) -> None:
    one, two = teams[0].sql("amal"), teams[1].sql("amal")
    plans = 0
    for table, column in columns_of_hidden_tables():
        for condition in (">= 'm'", "= 'a'", "< 'a1/c'", "<= 'zzzzzzzz'"):
            statement = f'SELECT FROM {table} WHERE "{column}"::text {condition}'
            printed = planned(one, statement)
            assert printed == planned(two, statement), statement
            plans += len(printed)
    assert plans > 100


def scans(sql: psycopg.Connection[Any], statement: str) -> dict[str, int]:
    """How often each table and index is read when a statement is planned and refused."""
    counted = (
        "SELECT relname, pg_stat_get_xact_numscans(oid) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')"
    )
    with sql.transaction(force_rollback=True):
        before = dict(sql.execute(counted).fetchall())
        with suppress(psycopg.errors.InsufficientPrivilege), sql.transaction():
            sql.execute(statement)
        after = dict(sql.execute(counted).fetchall())
    return {name: n - before[name] for name, n in after.items() if n != before[name]}


def test_planning_reads_no_index_of_a_hidden_table(teams: list[Team]) -> None:
    sql = teams[2].sql("amal")
    for table, column in columns_of_hidden_tables():
        for least in ("''", "'a1/b'", "'z'"):
            read = scans(sql, f'SELECT FROM {table} WHERE "{column}"::text < {least}')
            assert read == {}, (table, column, least)


def test_hidden_tables_have_no_statistics(teams: list[Team]) -> None:
    administrator = teams[2].sql("postgres")
    administrator.execute("VACUUM ANALYZE")
    kept = administrator.execute(
        "SELECT tablename FROM pg_stats WHERE schemaname = 'public'"
    )
    assert {"article", "person"} <= {table for (table,) in kept} <= VISIBLE


@pytest.mark.parametrize("other", [1, 2], ids=["other words", "more words"])
def test_the_statistics_of_one_s_own_transaction_count_one_s_own_rows(
    teams: list[Team], other: int
) -> None:
    calls = (
        "own_assignment()",
        "own_codings()",
        "own_span('a1')",
        "own_answer('a1')",
        "own_words('')",
        "own_journal('coding:a1/amal')",
        "own_times()",
        "own_span('a1/basim')",
    )
    counted = (
        "SELECT relname, seq_tup_read, idx_tup_fetch FROM pg_stat_xact_user_tables"
        " WHERE seq_tup_read + coalesce(idx_tup_fetch, 0) > 0 ORDER BY 1"
    )
    for call in calls:
        heard = []
        for team in (teams[0], teams[other]):
            sql = team.sql("amal")
            with sql.transaction():
                sql.execute(f"SELECT * FROM {call}").fetchall()
                heard.append(sql.execute(counted).fetchall())
        assert heard[0] == heard[1], call


def test_plans_inside_the_functions_are_printed_to_nobody(teams: list[Team]) -> None:
    sql = teams[0].sql("amal")
    printed: list[str] = []
    sql.add_notice_handler(lambda notice: printed.append(str(notice.message_primary)))
    for setting in ("debug_print_plan", "debug_print_parse", "debug_print_rewritten"):
        sql.execute(f"SET {setting} = on")
    sql.execute("SET client_min_messages = log")
    sql.execute("SELECT * FROM own_answer('a1')").fetchall()
    sql.execute("SET client_min_messages = notice")
    assert (
        sum(":commandType" in words or "plan" in words for words in printed) <= 4
    )  # the caller's own
    assert not [words for words in printed if "basim" in words]


def test_what_may_be_known_of_others_is_how_much_and_never_what(
    teams: list[Team],
) -> None:
    """The sums over all tables, and who is connected; docs/teams.md says so."""
    sql = teams[0].sql("amal")
    tables = sql.execute(
        "SELECT count(*) FROM pg_stat_user_tables WHERE relname = 'answer'"
    ).fetchone()
    assert tables == (1,)
    seen = sql.execute(
        "SELECT reltuples >= 0 FROM pg_class WHERE relname = 'answer'"
    ).fetchone()
    assert seen == (True,)
    with teams[0].sql("basim") as other:
        other.execute("SELECT 'my secret words'")
        watched = sql.execute(
            "SELECT usename, query FROM pg_stat_activity WHERE usename = 'basim'"
        ).fetchall()
    assert watched and all("secret" not in query for _, query in watched)


def test_an_administrator_can_close_the_sums_too(postgres: Server) -> None:
    """The lines that docs/teams.md gives for this."""
    page = (Path(__file__).parents[2] / "docs" / "teams.md").read_text("utf-8")
    [lines] = re.findall(r"```sql\n(DO .*?)```", page, re.DOTALL)
    with at_work(postgres) as team:
        with postgres.connect(team.name, "postgres") as admin:
            admin.execute(lines.replace("coding_owner", OWNER))
        sql = team.sql("amal")
        for question in (
            "SELECT * FROM pg_stat_user_tables",
            "SELECT * FROM pg_stat_all_tables",
            "SELECT * FROM pg_stat_xact_user_tables",
            "SELECT pg_stat_get_tuples_inserted('answer'::regclass)",
            "SELECT pg_stat_get_live_tuples('answer'::regclass)",
            "SELECT pg_relation_size('answer')",
            "SELECT pg_total_relation_size('answer')",
            "SELECT * FROM pg_stat_activity",
            "SELECT * FROM pg_locks",
            "SELECT pg_current_wal_insert_lsn()",
            "SELECT pg_advisory_lock(1)",
            "SELECT lo_create(0)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                sql.execute(question)
        with team.as_("amal").begin("amal") as work:  # and the work goes on
            before = coded("amal")
            work.save_coding(
                before, before.with_answer("genre", Answer(value="x")), "value.set"
            )
            assert work.queries.article("a1") == ARTICLE
