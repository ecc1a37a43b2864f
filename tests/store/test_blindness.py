"""Nobody reads a colleague's coding, the gold or the journal past their role, whatever SQL they speak."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from blind_team import Team, coded
from psycopg.errors import InsufficientPrivilege, RaiseException

from coder.errors import CoderError
from coder.model import Answer
from coder.store.verify import findings

PARTS = ("coding", "span", "event", "answer")
JOURNAL = (
    "INSERT INTO journal (subject, version, at, person, what, changes, digest)"
    " VALUES (%s, %s, '', %s, '', %s, '')"
)


def rows(connection: psycopg.Connection[Any], query: str) -> list[Any]:
    return [row[0] for row in connection.execute(query).fetchall()]


def change(table: str, *key: str) -> str:
    return json.dumps([{"table": table, "key": list(key), "before": None, "after": {}}])


def test_a_coder_sees_their_own_codings_and_no_others(team: Team) -> None:
    sql = team.sql("amal")
    assert rows(sql, "SELECT id FROM coding") == ["a1/amal"]
    for table in ("span", "event", "answer"):
        assert set(rows(sql, f"SELECT coding FROM {table}")) == {"a1/amal"}
    assert rows(sql, "SELECT coder FROM assignment") == ["amal"]
    assert rows(sql, "SELECT count(*) FROM answer WHERE coding = 'a1/basim'") == [0]
    assert rows(sql, "SELECT count(*) FROM answer WHERE value::text LIKE '%of basim%'") == [0]


def test_a_coder_sees_no_journal_but_their_own(team: Team) -> None:
    subjects = rows(team.sql("amal"), "SELECT DISTINCT subject FROM journal ORDER BY 1")
    assert subjects == ["codebooks", "coding:a1/amal"]


def test_a_coder_sees_no_gold_and_no_clusters(team: Team) -> None:
    sql = team.sql("amal")
    assert rows(sql, "SELECT count(*) FROM coding WHERE coder = 'gold'") == [0]
    assert rows(sql, "SELECT count(*) FROM answer WHERE coding LIKE '%/gold'") == [0]
    with pytest.raises(InsufficientPrivilege):
        sql.execute("SELECT * FROM cluster")


def test_no_change_of_ones_own_shows_the_gold_of_ones_own_article(team: Team) -> None:
    team.sql("salma").execute("UPDATE coding SET status = 'submitted' WHERE id = 'a1/gold'")
    lessons = "SELECT count(*) FROM gold_words({}, '')"
    assert rows(team.sql("salma"), lessons.format("''")) > [0]
    sql = team.sql("amal")
    with sql.transaction(force_rollback=True):
        sql.execute("UPDATE coding SET status = 'submitted' WHERE coder = current_user")
        assert rows(sql, "SELECT status FROM coding") == ["submitted"]
        assert rows(sql, lessons.format("current_user::text")) == [0]


def test_a_coder_sees_what_there_is_to_code(team: Team) -> None:
    sql = team.sql("amal")
    assert rows(sql, "SELECT id FROM article ORDER BY id") == ["a1", "a2"]
    assert rows(sql, "SELECT ref FROM codebook") == ["c@1"]
    assert rows(sql, "SELECT count(*) FROM candidate") == [0]


def test_a_supervisor_sees_everything_and_the_state_is_the_journal_s(team: Team) -> None:
    sql = team.sql("salma")
    assert rows(sql, "SELECT id FROM coding ORDER BY id") == ["a1/amal", "a1/basim", "a1/gold"]
    assert rows(sql, "SELECT id FROM cluster") == ["c1"]
    for store in (team.store, team.as_("salma")):
        with store.read() as queries:
            assert list(findings(queries)) == []


def test_who_sees_a_part_is_not_told_that_the_whole_is_well(team: Team) -> None:
    with pytest.raises(CoderError, match="only their own work"), team.as_("amal").read() as queries:
        list(findings(queries))


def test_a_coder_changes_their_own_open_coding_and_no_other(team: Team) -> None:
    sql = team.sql("amal")
    assert sql.execute("UPDATE answer SET comment = 'x' WHERE coding = 'a1/basim'").rowcount == 0
    assert sql.execute("DELETE FROM answer WHERE coding <> 'a1/amal'").rowcount == 0
    assert sql.execute("UPDATE coding SET status = 'submitted' WHERE coder <> 'amal'").rowcount == 0
    for statement in (
        'INSERT INTO span (coding, id, position, kind, start, "end", quote, candidate, reason)'
        " VALUES ('a1/basim', 's9', 9, 'x', 0, 1, 'x', '', '')",
        "INSERT INTO coding VALUES ('a2/basim', 'a2', 'basim', 'c@1', '', 'open')",
        "INSERT INTO coding VALUES ('a2/gold', 'a2', 'gold', 'c@1', '', 'open')",
        "UPDATE coding SET id = 'a1/basim', coder = 'basim' WHERE id = 'a1/amal'",
        "UPDATE answer SET coding = 'a1/basim' WHERE coding = 'a1/amal'",
        "INSERT INTO assignment VALUES ('a2', 'basim', 'production', 0)",
    ):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(statement)


def test_an_id_cannot_name_another_coder_than_the_row(team: Team) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        team.sql("amal").execute("INSERT INTO coding VALUES ('a2/basim', 'a2', 'amal', 'c@1', '', 'open')")


def test_a_submitted_coding_is_closed_to_its_coder(team: Team) -> None:
    sql = team.sql("amal")
    assert sql.execute("UPDATE coding SET status = 'submitted' WHERE id = 'a1/amal'").rowcount == 1
    assert sql.execute("UPDATE coding SET status = 'open' WHERE id = 'a1/amal'").rowcount == 0
    assert sql.execute("UPDATE answer SET comment = 'late'").rowcount == 0
    assert sql.execute("DELETE FROM span").rowcount == 0
    with pytest.raises(InsufficientPrivilege):
        sql.execute("INSERT INTO event VALUES ('a1/amal', 'e9', 9)")


@pytest.mark.parametrize(
    ("subject", "person", "changes"),
    [
        ("coding:a1/amal", "basim", change("answer", "a1/amal", "", "genre")),
        ("coding:a1/basim", "amal", change("answer", "a1/basim", "", "genre")),
        ("coding:a1/basim", "basim", change("answer", "a1/basim", "", "genre")),
        ("coding:a1/amal", "amal", change("answer", "a1/basim", "", "genre")),
        ("coding:a1/amal", "amal", change("person", "amal")),
        ("coding:a2/x/amal", "amal", change("coding", "a1/amal")),
        ("assignments:amal", "amal", change("assignment", "a1", "basim")),
        ("assignments:basim", "amal", change("assignment", "a1", "amal")),
        ("gold:a1", "amal", "[]"),
        ("people", "amal", change("person", "amal")),
        ("codebooks", "amal", "[]"),
        ("articles", "setup", "[]"),
    ],
)
def test_a_coder_forges_no_journal_entry(team: Team, subject: str, person: str, changes: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        team.sql("amal").execute(JOURNAL, [subject, 9, person, changes])


def test_a_coder_adds_to_the_journal_in_their_own_name_about_their_own_work(team: Team) -> None:
    team.sql("amal").execute(JOURNAL, ["coding:a1/amal", 2, "amal", change("answer", "a1/amal", "", "x")])
    with pytest.raises(psycopg.errors.UniqueViolation):
        team.sql("amal").execute(JOURNAL, ["coding:a1/amal", 2, "amal", "[]"])


def test_a_supervisor_writes_in_their_own_name_only(team: Team) -> None:
    sql = team.sql("salma")
    sql.execute(JOURNAL, ["gold:a2", 1, "salma", "[]"])
    for person in ("amal", "setup"):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(JOURNAL, ["gold:a2", 2, person, "[]"])


def test_nobody_chooses_an_entry_s_place_in_the_journal(team: Team) -> None:
    for person in ("amal", "salma"):
        with pytest.raises(InsufficientPrivilege):
            team.sql(person).execute(
                "INSERT INTO journal (position, subject, version, at, person, what, changes, digest)"
                " VALUES (999, 'coding:a1/amal', 2, '', %s, '', '[]', '')",
                [person],
            )


@pytest.mark.parametrize("person", ["amal", "salma"])
@pytest.mark.parametrize(
    "statement", ["UPDATE journal SET person = 'x'", "DELETE FROM journal", "TRUNCATE journal"]
)
def test_nobody_in_the_team_changes_the_journal(team: Team, person: str, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        team.sql(person).execute(statement)


def test_not_even_the_owner_or_a_superuser_changes_the_journal_in_passing(team: Team) -> None:
    for person in ("owner", "postgres"):
        sql = team.sql(person)
        if person == "postgres":
            sql.execute("SET session_replication_role = replica")
        for statement in ("UPDATE journal SET person = 'x'", "DELETE FROM journal", "TRUNCATE journal"):
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
        "ALTER TABLE coding DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_seen ON coding",
        "CREATE POLICY open ON coding USING (true)",
        "ALTER ROLE amal SUPERUSER",
        "ALTER ROLE amal BYPASSRLS",
        "ALTER ROLE basim PASSWORD 'x'",
        "GRANT owner TO amal",
        "GRANT SELECT ON cluster TO amal",
        "CREATE ROLE eve LOGIN",
        "CREATE TABLE mine (x int)",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "SELECT unclaimed_article('basim')",
        "SELECT pg_read_file('/etc/passwd')",
        "COPY person TO PROGRAM 'cat'",
    ],
)
def test_a_coder_does_not_rise(team: Team, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        team.sql("amal").execute(statement)


def test_switching_row_security_off_shows_an_error_and_no_rows(team: Team) -> None:
    sql = team.sql("amal")
    sql.execute("SET row_security = off")
    with pytest.raises(InsufficientPrivilege):
        sql.execute("SELECT * FROM coding")


def test_a_table_of_one_s_own_that_is_called_person_gives_no_role(team: Team) -> None:
    sql = team.sql("amal")
    sql.execute("CREATE TEMP TABLE person AS SELECT 'amal'::text AS name, 'supervisor'::text AS role")
    sql.execute("CREATE TEMP TABLE article AS SELECT 'mine'::text AS id")
    assert rows(sql, "SELECT id FROM coding") == ["a1/amal"]
    assert rows(sql, "SELECT unclaimed_article('amal')") == ["a2"]
    with pytest.raises(InsufficientPrivilege):
        sql.execute("SELECT unclaimed_article('basim')")


def test_a_leaky_function_in_a_condition_is_shown_no_hidden_row(team: Team) -> None:
    sql = team.sql("amal")
    notices: list[str] = []
    sql.add_notice_handler(lambda notice: notices.append(notice.message_primary or ""))
    sql.execute(
        "CREATE FUNCTION pg_temp.leak(x text) RETURNS bool LANGUAGE plpgsql COST 0.0000001"
        " AS $$ BEGIN RAISE NOTICE '%', x; RETURN true; END $$"
    )
    sql.execute("SELECT 1 FROM answer WHERE pg_temp.leak(coding || value::text)").fetchall()
    assert notices and not [notice for notice in notices if "basim" in notice or "gold" in notice]


def test_whoever_is_not_in_the_team_sees_nothing(team: Team) -> None:
    with team.server.connect("postgres", "postgres") as admin:
        admin.execute("CREATE ROLE stranger LOGIN")
    sql = team.sql("stranger")
    for table in ("article", "person", "journal", *PARTS):
        with pytest.raises(InsufficientPrivilege):
            sql.execute(f"SELECT * FROM {table}")


def test_through_the_program_the_refusal_names_who_may(team: Team) -> None:
    with (
        pytest.raises(CoderError, match="does not let you") as caught,
        team.as_("amal").begin("basim") as work,
    ):
        before = coded("amal")
        work.save_coding(before, before.with_answer("genre", Answer(value="x")), "value.set")
    assert "supervisor" in caught.value.hint


def test_names_are_quoted_however_they_are_written(team: Team) -> None:
    names = ["O'Hara", 'say "hi"; DROP ROLE basim; --', "أمل", "100%s", "Ünï (x) {y} :z"]
    with team.store.begin("setup") as work:
        for name in names:
            work.add_person(name, "coder")
            work.add_login(name, "coder", "")
    for name in names:
        with team.as_(name).begin(name) as work:
            work.save_coding(None, coded(name), "value.set")
        assert rows(team.sql(name), "SELECT coder FROM coding") == [name]
    assert rows(team.sql("basim"), "SELECT coder FROM coding") == ["basim"]


@pytest.mark.parametrize("name", ["postgres", "owner", "pg_monitor", "public", "ا" * 32])
def test_a_name_with_powers_of_its_own_or_that_does_not_fit_gets_no_login(team: Team, name: str) -> None:
    with pytest.raises(CoderError) as caught, team.store.begin("setup") as work:
        work.add_person(name, "coder")
        work.add_login(name, "coder", "")
    assert caught.value.hint
    with team.store.read() as queries:
        assert name not in {p.name for p in queries.people()}
