"""The columns that the server keeps beside each row would tell a coder when others
touched it; none is read.
"""

from __future__ import annotations

import psycopg
import pytest
from blind_team import ARTICLE, SECOND, Team, coded
from entries_by_hand import CLAIM, RECORD
from msgspec.structs import replace
from psycopg import errors

from coder.model import GOLD, Cluster
from coder.store.replay import problems
from coder.store.server.logins import COLUMNS, ON_TABLES
from coder.store.tables import METADATA
from coder.store.unit_of_work import Store
from tests.support.postgres import OWNER

SYSTEM = ("xmin", "xmax", "cmin", "cmax", "ctid", "tableoid")
READABLE = ON_TABLES["coder"][COLUMNS]
ROWS_OF_FUNCTIONS = (
    "own_assignment()",
    "own_coding('a1')",
    "own_codings()",
    "own_span('a1')",
    "own_event('a1')",
    "own_answer('a1')",
    "own_remark()",
    "own_journal('coding:a1/amal')",
    "gold_coding('a1')",
    "gold_answer('a1')",
)


@pytest.mark.parametrize("column", SYSTEM)
@pytest.mark.parametrize("table", READABLE)
def test_a_coder_reads_no_system_column(
    standing: Team, table: str, column: str
) -> None:
    sql = standing.sql("amal")
    for question in (
        f"SELECT {column} FROM {table}",
        f"SELECT 1 FROM {table} WHERE {column}::text > ''",
        f"SELECT 1 FROM {table} ORDER BY {column}::text",
        f"SELECT count(DISTINCT {column}::text) FROM {table}",
        f"SELECT 1 FROM {table} t JOIN {table} u ON t.{column}::text = u.{column}::text",
        f"SELECT (SELECT t.{column}) FROM {table} t",
        f"EXPLAIN SELECT {column} FROM {table}",
        f"COPY (SELECT {column} FROM {table}) TO STDOUT",
        f"DECLARE c CURSOR WITH HOLD FOR SELECT {column} FROM {table}",
        f"CREATE TEMP TABLE mine AS SELECT {column} AS c FROM {table}",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            sql.execute(question)


@pytest.mark.parametrize("column", SYSTEM)
@pytest.mark.parametrize("table", READABLE)
def test_a_row_as_a_whole_has_no_system_column(
    standing: Team, table: str, column: str
) -> None:
    with pytest.raises((errors.UndefinedColumn, errors.InsufficientPrivilege)):
        standing.sql("amal").execute(f"SELECT (t).{column} FROM {table} t")
    found = standing.sql("amal").execute(f"SELECT to_jsonb(t) FROM {table} t")
    assert not any(column in row for (row,) in found.fetchall())


@pytest.mark.parametrize("call", ROWS_OF_FUNCTIONS)
def test_the_rows_of_functions_have_no_system_column(standing: Team, call: str) -> None:
    sql = standing.sql("amal")
    for column in SYSTEM:
        for question in (
            f"SELECT f.{column} FROM {call} AS f",
            f"SELECT (f).{column} FROM {call} AS f",
            f"SELECT ({call}).{column}",
        ):
            with pytest.raises(psycopg.ProgrammingError):
                sql.execute(question)


@pytest.mark.parametrize(
    "question",
    [
        "SELECT currtid2('article', '(0,1)')",
        "LOCK TABLE article IN ACCESS SHARE MODE",
        "SELECT id FROM article FOR UPDATE",
        "SELECT id FROM article FOR KEY SHARE",
        "UPDATE article SET id = id RETURNING xmax",
        "INSERT INTO person VALUES ('eve', 'coder') RETURNING xmax",
        "DELETE FROM person RETURNING xmax",
        "CREATE EXTENSION pageinspect",
        "CREATE EXTENSION pgrowlocks",
        "CREATE EXTENSION pg_visibility",
    ],
)
def test_no_other_way_leads_to_them(standing: Team, question: str) -> None:
    missing = (errors.UndefinedFile, errors.FeatureNotSupported)  # on this server
    sql = standing.sql("amal")
    with pytest.raises((errors.InsufficientPrivilege, *missing)), sql.transaction():
        sql.execute(question)


def test_what_coders_read_they_still_read_whole(standing: Team) -> None:
    sql = standing.sql("amal")
    for table in set(READABLE) - {"alembic_version"}:
        names = [column.name for column in METADATA.tables[table].columns]
        for question in (f"SELECT * FROM {table}", f"TABLE {table}"):
            found = sql.execute(question).description or []
            assert [column.name for column in found] == names
        sql.execute(f"SELECT count(*) FROM {table}")
    [text] = sql.execute("SELECT text FROM article WHERE id = 'a1'").fetchone() or [""]
    assert text == ARTICLE.text


def rights(store: Store) -> list[str]:
    """The logins that may do more than they should."""
    with store.read() as queries:
        return [each.where for each in problems(queries) if each.check == "right"]


@pytest.mark.parametrize(
    ("statement", "whose"),
    [
        ("GRANT SELECT ON article TO amal", ["amal"]),
        ("GRANT SELECT (xmax) ON article TO amal", ["amal"]),
        ("GRANT SELECT (ctid) ON person TO PUBLIC", ["amal", "basim"]),
        ("GRANT SELECT (id) ON article TO PUBLIC", []),
        ("GRANT SELECT (id) ON coding TO basim", ["basim"]),
    ],
)
def test_a_right_on_system_columns_is_found_and_ends_with_new_rights(
    team: Team, statement: str, whose: list[str]
) -> None:
    team.sql(OWNER).execute(statement)
    for store in (team.store, team.as_("salma")):
        assert rights(store) == whose
    if "PUBLIC" in statement:
        return
    with team.store.begin("setup") as work:
        for person in ("amal", "basim"):
            work.add_login(person, "coder", "")
    assert rights(team.store) == []


def test_a_supervisor_reads_and_locks_as_before(team: Team) -> None:
    sql = team.sql("salma")
    for table in (*READABLE, "coding", "answer", "journal"):
        sql.execute(f"SELECT xmin, xmax, ctid, * FROM {table}")
    with sql.transaction():
        sql.execute("SELECT hold_journal()")


def test_who_locks_an_article_sees_nobody_else_work_on_it(team: Team) -> None:
    """Two locks on one row make the server write down whose they are, for everybody to
    read.
    """
    sql = team.sql("amal")
    with sql.transaction(force_rollback=True):
        sql.execute(RECORD, CLAIM)  # of a2
        [mine] = sql.execute("SELECT pg_current_xact_id()::text").fetchone() or [""]
        gold = replace(coded(GOLD, SECOND), spans=())
        clusters = [Cluster("c1", "a2", (("basim", "e1"),))]
        with team.as_("salma").begin("salma") as work:
            work.assign([("a2", "basim", "production", 1)])
            work.save_gold((None, []), (gold, clusters), "gold.taken", "a2")
        for number in range(1, 10_000):
            question = f"SELECT xid::text FROM pg_get_multixact_members('{number}')"
            try:
                with sql.transaction():
                    members = [xid for (xid,) in sql.execute(question)]
            except psycopg.Error:
                break  # there are no more
            assert mine not in members
