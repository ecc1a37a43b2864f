"""`verify` says so when what guards a database was taken away, switched off, changed or
put beside.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from blind_team import Team
from small_project import fill

from coder.store import schema_upgrade, schema_version
from coder.store.engine import connect
from coder.store.replay import problems
from coder.store.unit_of_work import Store
from tests.support.postgres import OWNER, Server


def found(store: Store) -> list[tuple[str, str]]:
    with store.read() as queries:
        said = list(problems(queries))
    assert all(each.what and each.hint for each in said)
    return [(each.check, each.where) for each in said]


@pytest.fixture
def in_file(tmp_path: Path) -> Iterator[Store]:
    store = fill(Store.create(f"sqlite:///{tmp_path}/t.db"))
    assert found(store) == []
    yield store
    store.close()


def tampered(path: Path, *statements: str) -> None:
    with sqlite3.connect(path) as file:
        for statement in statements:
            file.execute(statement)
    file.close()


@pytest.mark.parametrize(
    "name", ["journal_no_update", "journal_no_delete", "journal_no_replace"]
)
def test_a_trigger_that_was_dropped_is_found(
    in_file: Store, tmp_path: Path, name: str
) -> None:
    tampered(tmp_path / "t.db", f"DROP TRIGGER {name}")
    assert found(in_file) == [("trigger", name)]


def test_a_trigger_that_was_made_harmless_is_found(
    in_file: Store, tmp_path: Path
) -> None:
    tampered(
        tmp_path / "t.db",
        "DROP TRIGGER journal_no_update",
        "CREATE TRIGGER journal_no_update BEFORE UPDATE ON journal BEGIN SELECT 1; END",
    )
    assert found(in_file) == [("trigger", "journal_no_update")]


def test_a_trigger_of_somebody_else_s_on_any_table_is_found(
    in_file: Store, tmp_path: Path
) -> None:
    spy = (
        'CREATE TRIGGER "the ""spy""" AFTER INSERT ON span BEGIN DELETE FROM blind; END'
    )
    tampered(tmp_path / "t.db", spy)
    with in_file.read() as queries:
        [said] = problems(queries)
    assert (said.check, said.where) == ("trigger", 'the "spy"') and "span" in said.what
    tampered(tmp_path / "t.db", said.hint.partition("sqlite3: ")[2])
    assert found(in_file) == []


def test_a_database_that_came_up_from_the_first_schema_has_its_guards(
    database_url: str,
) -> None:
    engine = connect(database_url)
    with schema_upgrade.migrating(engine) as connection:
        schema_upgrade.migrate(connection, schema_version.HEAD)
    engine.dispose()
    store = Store.open(database_url)
    assert found(store) == []
    store.close()


TAMPERED = {
    "ALTER TABLE journal DISABLE TRIGGER journal_append_only": [
        ("trigger", "journal/journal_append_only")
    ],
    "ALTER TABLE journal ENABLE TRIGGER journal_append_only": [
        ("trigger", "journal/journal_append_only")
    ],
    "DROP TRIGGER journal_append_only ON journal": [
        ("trigger", "journal/journal_append_only")
    ],
    "CREATE RULE nothing AS ON UPDATE TO journal DO INSTEAD NOTHING": [
        ("rule", "journal/nothing")
    ],
    """CREATE FUNCTION other() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER spy BEFORE INSERT ON answer FOR EACH ROW EXECUTE FUNCTION other()""": [
        ("trigger", "answer/spy")
    ],
    """CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RETURN NULL; END $$""": [("function", "journal_append_only()")],
    """CREATE OR REPLACE FUNCTION own_codings() RETURNS SETOF coding LANGUAGE plpgsql SECURITY DEFINER AS
    $$ BEGIN RETURN QUERY SELECT * FROM coding; END $$""": [
        ("function", "own_codings()")
    ],
    "ALTER FUNCTION own_codings() SET enable_seqscan = on": [
        ("function", "own_codings()")
    ],
    "ALTER FUNCTION record_entry SECURITY INVOKER": [
        ("function", "record_entry(text, text, text, text, integer, text)")
    ],
    "DROP FUNCTION own_times()": [("function", "own_times")],
    "CREATE FUNCTION team_role(text) RETURNS text LANGUAGE sql AS 'SELECT NULL'": [
        ("function", "team_role(text)")
    ],
    "ALTER TABLE coding ALTER COLUMN id SET STATISTICS 100": [
        ("statistics", "coding.id")
    ],
    "CREATE STATISTICS pairs ON coder, article FROM coding": [("statistics", "pairs")],
    "CREATE INDEX capitals ON answer (upper(comment))": [("statistics", "capitals")],
    "GRANT SELECT ON coding TO amal": [("right", "amal")],
    "GRANT UPDATE (reason) ON withdrawn TO amal": [("right", "amal")],
    "GRANT INSERT ON journal TO PUBLIC": [
        ("right", "amal"),
        ("right", "basim"),
        ("right", "salma"),
    ],
    "GRANT UPDATE ON journal TO salma": [("right", "salma")],
    "GRANT EXECUTE ON FUNCTION hold_journal() TO basim": [("right", "basim")],
    "GRANT USAGE ON SEQUENCE journal_position_seq TO amal": [("right", "amal")],
    "CREATE ROLE peeping; GRANT SELECT ON span TO peeping; GRANT peeping TO amal": [
        ("right", "amal")
    ],
    "CREATE ROLE groupless; GRANT groupless TO amal": [],
}


@pytest.mark.parametrize("statement", TAMPERED)
def test_what_was_changed_inside_the_server_is_found_by_owner_and_supervisor(
    team: Team, statement: str
) -> None:
    assert found(team.store) == []
    team.sql(OWNER).execute(statement)
    assert found(team.store) == TAMPERED[statement]
    assert found(team.as_("salma")) == TAMPERED[statement]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("ALTER TABLE answer DISABLE TRIGGER ALL", ("trigger", "answer/")),
        (
            "ALTER FUNCTION own_journal(text) OWNER TO postgres",
            ("function", "own_journal(text)"),
        ),
        ("ALTER ROLE basim SUPERUSER", ("right", "basim")),
        (
            "ALTER ROLE basim NOINHERIT; GRANT pg_read_all_data TO basim",
            ("right", "basim"),
        ),
    ],
)
def test_what_only_an_administrator_can_change_is_found(
    team: Team, statement: str, what: tuple[str, str]
) -> None:
    team.sql("postgres").execute(statement)
    said = found(team.store)
    assert said and all(
        check == what[0] and where.startswith(what[1]) for check, where in said
    )


def test_the_hint_about_a_trigger_that_was_switched_off_mends_it(team: Team) -> None:
    team.sql(OWNER).execute("ALTER TABLE journal DISABLE TRIGGER journal_append_only")
    with team.store.read() as queries:
        [said] = problems(queries)
    team.sql(OWNER).execute(said.hint.partition("database: ")[2])
    assert found(team.store) == []


def test_the_hints_about_statistics_end_them(team: Team) -> None:
    owner = team.sql(OWNER)
    owner.execute("ALTER TABLE coding ALTER COLUMN id SET STATISTICS 100")
    owner.execute("CREATE STATISTICS pairs ON coder, article FROM coding")
    owner.execute("ANALYZE")
    owner.execute("ALTER TABLE coding ALTER COLUMN id SET STATISTICS 0")
    owner.execute("ALTER TABLE answer ALTER COLUMN value SET STATISTICS 100")
    with team.store.read() as queries:
        said = list(problems(queries))
    assert {each.where for each in said} == {"coding.id", "answer.value", "pairs"}
    for each in said:
        owner.execute(each.hint.partition("database: ")[2])
    assert found(team.store) == []


def test_a_team_in_a_schema_of_another_name_has_its_guards(postgres: Server) -> None:
    with postgres.database() as name:
        postgres.connect(name, OWNER).execute('CREATE SCHEMA "Other one"')
        url = (
            f"{postgres.url(name, OWNER)}&options=-csearch_path%3D%22Other%5C%20one%22"
        )
        store = fill(Store.create(url))
        assert found(store) == []
        store.close()
