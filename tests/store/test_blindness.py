"""Nobody reads a colleague's coding, the gold or the journal past their role, whatever
SQL they speak.
"""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from blind_team import Team, coded
from entries_by_hand import CLAIM, RECORD, answer, changed, entry
from psycopg import sql
from psycopg.errors import InsufficientPrivilege, LockNotAvailable, RaiseException

from coder.errors import CoderError, UnavailableError
from coder.model import Answer, Article
from coder.store.replay import problems

PARTS = ("coding", "span", "event", "answer")
RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
HIDDEN = (*PARTS, "assignment", "blind", "cluster", "remark", "draft", "journal")


def rows(connection: psycopg.Connection[Any], query: Any) -> list[Any]:
    return [row[0] for row in connection.execute(query).fetchall()]


def sql_of(query: str, *values: str) -> Any:
    """A query with the values in it."""
    return sql.SQL(query).format(*map(sql.Literal, values))


def test_a_coder_sees_their_own_codings_and_no_others(standing: Team) -> None:
    sql = standing.sql("amal")
    assert rows(sql, "SELECT id FROM own_codings()") == ["a1/amal"]
    for table in PARTS[1:]:
        assert set(rows(sql, f"SELECT coding FROM own_{table}('a1')")) == {"a1/amal"}
    assert rows(sql, "SELECT coder FROM own_assignment()") == ["amal"]
    for article in ("a2", "a1/basim", "", "a1/amal"):
        assert rows(sql, sql_of("SELECT count(*) FROM own_answer({})", article)) == [0]


@pytest.mark.parametrize("table", HIDDEN)
@pytest.mark.parametrize(
    "right",
    ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"],
)
def test_a_coder_has_no_right_on_what_holds_people_s_work(
    standing: Team, table: str, right: str
) -> None:
    assert rows(
        standing.sql("amal"), f"SELECT has_table_privilege('{table}', '{right}')"
    ) == [False]
    if right in ("SELECT", "INSERT", "UPDATE", "REFERENCES"):
        assert rows(
            standing.sql("amal"),
            f"SELECT has_any_column_privilege('{table}', '{right}')",
        ) == [False]


def test_a_coder_only_reads_what_everybody_reads(standing: Team) -> None:
    granted = (
        "SELECT DISTINCT table_name || ':' || privilege_type FROM information_schema.column_privileges"
        " WHERE grantee IN ('amal', 'PUBLIC') AND table_schema = 'public'"
    )
    shared = (
        "alembic_version",
        "article",
        "candidate",
        "codebook",
        "correction",
        "lexicon",
        "meta",
        "metadata",
        "person",
        "retired",
        "suggested",
        "withdrawn",
    )
    sql = standing.sql("amal")
    assert sorted(rows(sql, granted)) == [f"{table}:SELECT" for table in shared]
    assert rows(sql, granted.replace("column_privileges", "table_privileges")) == []


def test_a_coder_sees_no_journal_but_their_own(standing: Team) -> None:
    sql = standing.sql("amal")
    assert rows(sql, "SELECT what FROM own_journal('coding:a1/amal')") == ["value.set"]
    assert rows(sql, "SELECT what FROM own_journal('codebooks')") == ["codebook.added"]
    for subject in (
        "coding:a1/basim",
        "gold:a1",
        "assignments",
        "assignments:basim",
        "people",
        "",
        "coding:",
    ):
        with pytest.raises(InsufficientPrivilege):
            sql.execute("SELECT * FROM own_journal(%s)", [subject])


def test_a_coder_is_not_told_how_much_others_have_written(team: Team) -> None:
    with team.as_("amal").begin("amal") as work:
        before = coded("amal")
        work.save_coding(
            before, before.with_answer("genre", Answer(value="x")), "value.set"
        )
    assert rows(
        team.sql("amal"), "SELECT \"position\" FROM own_journal('coding:a1/amal')"
    ) == [1, 2]


def test_no_sql_of_a_coder_gets_at_gold(team: Team) -> None:
    team.sql("owner").execute(
        "UPDATE coding SET status = 'submitted' WHERE id = 'a1/gold'"
    )
    sql = team.sql("amal")
    for gone in ("gold_words('amal', '')", "gold_lessons('amal', '', '[]')"):
        with pytest.raises(psycopg.errors.UndefinedFunction):
            sql.execute(f"SELECT * FROM {gone}")
    lessons = "SELECT count(*) FROM own_lessons('', '[\"غارات\"]')"
    with sql.transaction(force_rollback=True):
        sql.execute("SELECT record_entry(%s, %s, %s, %s, %s, %s)", CLAIM)
        assert rows(sql, "SELECT article FROM own_assignment() ORDER BY article") == [
            "a1",
            "a2",
        ]
        assert rows(sql, lessons) == [1]  # her own
    assert rows(sql, lessons) == [1]


def test_a_coder_sees_what_there_is_to_code(standing: Team) -> None:
    sql = standing.sql("amal")
    assert rows(sql, "SELECT id FROM article ORDER BY id") == ["a1", "a2"]
    assert rows(sql, "SELECT ref FROM codebook") == ["c@1"]
    assert rows(sql, "SELECT count(*) FROM candidate") == [0]


def test_a_supervisor_sees_everything_and_the_state_is_the_journal_s(
    standing: Team,
) -> None:
    sql = standing.sql("salma")
    assert rows(sql, "SELECT id FROM coding ORDER BY id") == [
        "a1/amal",
        "a1/basim",
        "a1/gold",
    ]
    assert rows(sql, "SELECT id FROM cluster") == ["c1"]
    for store in (standing.store, standing.as_("salma")):
        with store.read() as queries:
            assert list(problems(queries)) == []


def test_who_sees_a_part_is_not_told_that_the_whole_is_well(standing: Team) -> None:
    with (
        pytest.raises(CoderError, match="only their own work"),
        standing.as_("amal").read() as queries,
    ):
        list(problems(queries))


def test_nobody_chooses_an_entry_s_place_number_or_digest(standing: Team) -> None:
    for person in ("amal", "salma"):
        with pytest.raises(InsufficientPrivilege):
            standing.sql(person).execute(
                "INSERT INTO journal (position, subject, version, at, person, what, changes, digest)"
                " VALUES (999, 'coding:a1/amal', 2, '', %s, '', '[]', '')",
                [person],
            )


def test_the_journal_can_count_further_than_anybody_can_waste_numbers(
    standing: Team,
) -> None:
    counted = "SELECT data_type::text FROM pg_sequences WHERE sequencename = 'journal_position_seq'"
    assert rows(standing.sql("owner"), counted) == ["bigint"]


@pytest.mark.parametrize("person", ["amal", "salma"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET person = 'x'", "DELETE FROM journal", "TRUNCATE journal"],
)
def test_nobody_in_the_team_changes_the_journal(
    standing: Team, person: str, statement: str
) -> None:
    with pytest.raises(InsufficientPrivilege):
        standing.sql(person).execute(statement)


def test_not_even_the_owner_or_a_superuser_changes_the_journal_in_passing(
    standing: Team,
) -> None:
    for person in ("owner", "postgres"):
        sql = standing.sql(person)
        if person == "postgres":
            sql.execute("SET session_replication_role = replica")
        for statement in (
            "UPDATE journal SET person = 'x'",
            "DELETE FROM journal",
            "TRUNCATE journal",
        ):
            with pytest.raises(RaiseException, match="append-only"):
                sql.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SET ROLE basim",
        "SET ROLE salma",
        "SET ROLE owner",
        "SET SESSION AUTHORIZATION basim",
        "UPDATE person SET role = 'supervisor' WHERE name = 'amal'",
        "INSERT INTO person VALUES ('eve', 'supervisor')",
        "ALTER TABLE journal DISABLE TRIGGER ALL",
        "DROP TRIGGER journal_append_only ON journal",
        "ALTER ROLE amal SUPERUSER",
        "ALTER ROLE amal BYPASSRLS",
        "ALTER ROLE basim PASSWORD 'x'",
        "GRANT owner TO amal",
        "GRANT SELECT ON cluster TO amal",
        "CREATE ROLE eve LOGIN",
        "CREATE TABLE mine (x int)",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT unclaimed_article('basim')",
        "SELECT expect_sound('a1/basim', '{}', true)",
        "SELECT nextval('journal_position_seq')",
        "CREATE OR REPLACE FUNCTION team_role() RETURNS text LANGUAGE sql AS $$ SELECT 'owner' $$",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY person TO PROGRAM 'cat'",
    ],
)
def test_a_coder_does_not_rise(standing: Team, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        standing.sql("amal").execute(statement)


def test_a_table_of_one_s_own_that_is_called_person_gives_no_role(
    standing: Team,
) -> None:
    sql = standing.sql("amal")
    sql.execute(
        "CREATE TEMP TABLE person AS SELECT 'amal'::text AS name, 'supervisor'::text AS role"
    )
    sql.execute("CREATE TEMP TABLE article AS SELECT 'mine'::text AS id")
    sql.execute(
        "CREATE FUNCTION pg_temp.substr(text, int) RETURNS text LANGUAGE sql AS $$ SELECT 'a1/basim' $$"
    )
    sql.execute("SET search_path = pg_temp, public")
    assert rows(sql, "SELECT id FROM own_codings()") == ["a1/amal"]
    assert rows(sql, "SELECT unclaimed_article('amal')") == ["a2"]
    for refused in ("SELECT unclaimed_article('basim')", "SELECT hold_journal()"):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(refused)


@pytest.mark.parametrize(
    "mode",
    [
        "ACCESS EXCLUSIVE",
        "EXCLUSIVE",
        "SHARE ROW EXCLUSIVE",
        "SHARE",
        "SHARE UPDATE EXCLUSIVE",
        "ROW EXCLUSIVE",
    ],
)
def test_a_coder_locks_no_table(standing: Team, mode: str) -> None:
    sql = standing.sql("amal")
    for table in (*HIDDEN, "article", "candidate", "person", "codebook"):
        with pytest.raises(InsufficientPrivilege), sql.transaction():
            sql.execute(f"LOCK TABLE {table} IN {mode} MODE")


def test_who_is_held_up_is_told_by_whom(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    sql = team.sql("amal")
    with sql.transaction(force_rollback=True):
        sql.execute(
            RECORD,
            entry("coding:a1/amal", changed(None, answer(), "a1/amal", "", "mood")),
        )
        with (
            pytest.raises(UnavailableError, match="held by amal"),
            team.as_("salma").begin("salma") as work,
        ):
            work.connection.exec_driver_sql("SET LOCAL lock_timeout = '100ms'")
            work.hold_journal()
    with team.as_("salma").begin("salma") as work:
        work.hold_journal()


def test_who_is_just_claiming_an_article_keeps_only_that_one_from_others(
    team: Team,
) -> None:
    with team.store.begin("setup") as work:
        work.add_articles([Article("a3", "نص ثالث", "a3.txt")])
    amal, basim = team.sql("amal"), team.sql("basim")
    with amal.transaction():
        assert rows(amal, "SELECT unclaimed_article('amal')") == ["a2"]
        assert rows(basim, "SELECT unclaimed_article('basim')") == ["a3"]


def test_one_open_transaction_can_claim_all_articles(team: Team) -> None:
    amal, basim = team.sql("amal"), team.sql("basim")
    with amal.transaction(force_rollback=True):
        assert rows(amal, "SELECT unclaimed_article('amal')") == ["a2"]
        amal.execute(RECORD, CLAIM)
        assert rows(amal, "SELECT unclaimed_article('amal')") == [None]
        with pytest.raises(LockNotAvailable, match="are just being claimed"):
            basim.execute("SELECT unclaimed_article('basim')")
    assert rows(basim, "SELECT unclaimed_article('basim')") == ["a2"]


def test_a_login_has_a_bounded_number_of_connections(standing: Team) -> None:
    assert rows(
        standing.sql("amal"), "SELECT rolconnlimit FROM pg_roles WHERE rolname = 'amal'"
    ) == [20]


def test_whoever_is_not_in_the_team_sees_nothing(team: Team) -> None:
    with team.server.connect("postgres", "postgres") as admin:
        admin.execute("CREATE ROLE stranger LOGIN")
    sql = team.sql("stranger")
    for table in ("article", "person", "journal", *PARTS):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(f"SELECT * FROM {table}")


def test_through_the_program_the_refusal_names_who_may(standing: Team) -> None:
    with (
        pytest.raises(CoderError, match="does not let you") as caught,
        standing.as_("amal").begin("basim") as work,
    ):
        before = coded("amal")
        work.save_coding(
            before, before.with_answer("genre", Answer(value="x")), "value.set"
        )
    assert "supervisor" in caught.value.hint
    assert "nobody writes in the name of another." in str(caught.value)
    assert "CONTEXT" not in str(caught.value)


def test_names_are_quoted_however_they_are_written(team: Team) -> None:
    names = [
        "O'Hara",
        'say "hi"; DROP ROLE basim; --',
        "أمل",
        "100%s",
        "Ünï (x) {y} :z",
    ]
    with team.store.begin("setup") as work:
        for name in names:
            work.add_person(name, "coder")
            work.add_login(name, "coder", "")
    for name in names:
        with team.as_(name).begin(name) as work:
            work.save_coding(None, coded(name), "value.set")
        assert rows(team.sql(name), "SELECT coder FROM own_codings()") == [name]
    assert rows(team.sql("basim"), "SELECT coder FROM own_codings()") == ["basim"]


@pytest.mark.parametrize(
    "name", ["postgres", "owner", "pg_monitor", "public", "ا" * 32]
)
def test_a_name_with_powers_of_its_own_or_that_does_not_fit_gets_no_login(
    standing: Team, name: str
) -> None:
    with pytest.raises(CoderError) as caught, standing.store.begin("setup") as work:
        work.add_person(name, "coder")
        work.add_login(name, "coder", "")
    assert caught.value.hint
    with standing.store.read() as queries:
        assert name not in {p.name for p in queries.people()}
