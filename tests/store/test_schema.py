"""Older databases are brought up after a copy, newer ones refused; both ways to a
schema give the same.
"""

from __future__ import annotations

import io
import logging
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.errors import InsufficientPrivilege
from small_project import fill, first_schema, is_whole
from sqlalchemy import text

from coder.errors import CoderError
from coder.service.delivery.project_copy import restore
from coder.store import dump, schema_upgrade, schema_version
from coder.store.engine import connect
from coder.store.lessons import Lessons
from coder.store.replay import problems
from coder.store.unit_of_work import Store
from tests.support.postgres import OWNER, Server

ROOT = Path(__file__).parent.parent.parent


SQLITE = "SELECT type, tbl_name, name, coalesce(sql, '') FROM sqlite_master"
POSTGRES = """
SELECT 'column', attrelid::regclass::text, attname, concat_ws(' ', attnum, format_type(atttypid, atttypmod),
       attcollation::regcollation, attnotnull, attidentity, pg_get_expr(adbin, adrelid))
FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
WHERE attnum > 0 AND attrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, concat_ws(' ', tgenabled, pg_get_triggerdef(oid))
FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'function', '', proname, pg_get_functiondef(oid)
FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'rights', '', proname, proacl::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT 'policy', tablename, policyname, concat_ws(' ', roles, cmd, qual, with_check)
FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'secured', '', relname, relrowsecurity::text || relforcerowsecurity::text
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
"""


def objects(url: str) -> set[tuple[str, ...]]:
    """Everything that a database is made of, in its own words; a table's parts in
    whatever order.
    """
    engine = connect(url)
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            found = {
                tuple(map(str, row)) for row in connection.exec_driver_sql(POSTGRES)
            }
        else:
            rows = connection.exec_driver_sql(SQLITE)
            found = set()
            for *names, sql in rows:
                parts = re.split(r"[,\n]", sql.replace('"', ""))
                words = sorted(part.strip(" \t)") for part in parts)
                found.add((*names, *filter(None, words)))
    engine.dispose()
    return found


@pytest.fixture
def sample(tmp_path: Path) -> bytes:
    """The dump of a small project."""
    store = fill(Store.create(f"sqlite:///{tmp_path}/sample.db"))
    data = io.BytesIO()
    with store.read() as queries:
        dump.write(queries.connection, data, {})
    store.close()
    return data.getvalue()


@pytest.fixture
def old(database_url: str, sample: bytes) -> str:
    """The URL of a database with the first schema."""
    first_schema(database_url, sample)
    return database_url


@pytest.fixture
def old_file(tmp_path: Path, sample: bytes) -> Path:
    """A SQLite database with the first schema."""
    first_schema(f"sqlite:///{tmp_path}/old.db", sample)
    return tmp_path / "old.db"


def test_the_steps_end_where_the_program_stands() -> None:
    assert schema_upgrade.steps()[0] == schema_version.BEFORE_ALEMBIC
    assert schema_upgrade.steps()[-1] == schema_version.HEAD


def test_the_steps_and_the_tables_give_the_same_schema(database_url: str) -> None:
    engine = connect(database_url)
    with schema_upgrade.migrating(engine) as connection:
        schema_upgrade.migrate(connection, schema_version.HEAD)
    migrated = objects(database_url)
    if engine.dialect.name == "postgresql":
        with engine.begin() as connection:
            connection.execute(text("DROP SCHEMA public CASCADE; CREATE SCHEMA public"))
    else:
        Path(str(engine.url.database)).unlink()
    engine.dispose()
    Store.create(database_url).close()
    made = objects(database_url)
    assert sorted(migrated - made) == sorted(made - migrated) == []
    assert len(made) > 12


def test_an_older_database_is_brought_up_after_a_copy(
    old: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = objects(old)
    with caplog.at_level(logging.WARNING):
        store = Store.open(old, folder=tmp_path)
    assert is_whole(store)
    with store.read() as queries:
        assert (
            len(queries.fact(schema_version.IDENTITY)) == 32
            and queries.fact("schema") == ""
        )
    store.close()
    [copy] = tmp_path.glob(f"*-before-{schema_version.HEAD}.*")
    if copy.suffix == ".db":
        assert objects(f"sqlite:///{copy}") == before
    else:
        again = restore(copy, tmp_path / "again")
        assert is_whole(again.store)
        again.close()
    [said] = caplog.messages
    assert f"from schema 0001 to {schema_version.HEAD}" in said and str(copy) in said
    caplog.clear()
    Store.open(old).close()
    assert not caplog.messages


def test_after_the_upgrade_it_is_like_a_new_one(old_file: Path, tmp_path: Path) -> None:
    Store.open(f"sqlite:///{old_file}").close()
    Store.create(f"sqlite:///{tmp_path}/new.db").close()
    assert objects(f"sqlite:///{old_file}") == objects(f"sqlite:///{tmp_path}/new.db")


def test_a_copy_of_before_is_never_replaced(old_file: Path) -> None:
    taken = old_file.with_name(f"old-before-{schema_version.HEAD}.db")
    taken.write_text("mine")
    Store.open(f"sqlite:///{old_file}").close()
    assert taken.read_text() == "mine"
    assert taken.with_name(f"old-before-{schema_version.HEAD}-2.db").is_file()


def test_an_upgrade_that_fails_changes_nothing(old_file: Path) -> None:
    # A trigger of that name stands in the way of the last statement of the second step.
    with sqlite3.connect(old_file) as connection:
        connection.execute(
            "CREATE TRIGGER journal_no_replace AFTER INSERT ON person BEGIN SELECT 1; END"
        )
    before = list(sqlite3.connect(old_file).iterdump())
    with pytest.raises(CoderError, match="already exists"):
        Store.open(f"sqlite:///{old_file}")
    assert list(sqlite3.connect(old_file).iterdump()) == before
    with sqlite3.connect(old_file) as connection:
        connection.execute("DROP TRIGGER journal_no_replace")
    assert is_whole(Store.open(f"sqlite:///{old_file}"))


def test_programs_that_start_together_bring_it_up_once(old_file: Path) -> None:
    code = f"from coder.store.unit_of_work import Store; Store.open('sqlite:///{old_file}').close()"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], said
    assert sum("was brought from schema" in words for words in said) == 1
    assert len(list(old_file.parent.glob("*-before-*"))) == 1
    assert is_whole(Store.open(f"sqlite:///{old_file}"))


def test_verify_looks_at_the_file_itself(old_file: Path) -> None:
    store = Store.open(f"sqlite:///{old_file}")
    with sqlite3.connect(old_file) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE coding SET coder = 'basim'")
    with store.read() as queries:
        assert "file" in {finding.check for finding in problems(queries)}
    store.close()


def test_rows_without_their_parents_stop_an_upgrade(old_file: Path) -> None:
    with sqlite3.connect(old_file) as connection:
        connection.execute("INSERT INTO event VALUES ('nowhere/amal', 'e1', 0)")
    with pytest.raises(
        CoderError, match="1 row refers to a row that does not exist, in event"
    ):
        Store.open(f"sqlite:///{old_file}")
    with sqlite3.connect(old_file) as connection:
        connection.execute("DELETE FROM event WHERE coding = 'nowhere/amal'")
    assert is_whole(Store.open(f"sqlite:///{old_file}"))


def test_only_the_owner_brings_a_shared_database_up(
    postgres: Server, sample: bytes
) -> None:
    with postgres.database() as name:
        first_schema(postgres.url(name, OWNER), sample)
        with postgres.connect(name, OWNER) as connection:
            connection.execute(
                "CREATE ROLE amal LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO amal"
            )
        before = objects(postgres.url(name, OWNER))
        with pytest.raises(CoderError) as caught:
            Store.open(postgres.url(name, "amal"))
        assert (
            "cannot be upgraded to" in caught.value.message
            and "owner of the database" in caught.value.hint
        )
        assert objects(postgres.url(name, OWNER)) == before


def test_a_program_that_was_overtaken_writes_no_more(database_url: str) -> None:
    older = fill(Store.create(database_url))
    newer = Store.open(database_url)
    with newer.begin("setup") as work:
        work.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with (
        pytest.raises(CoderError, match="upgraded to schema 9999 in the meantime"),
        older.begin("amal") as work,
    ):
        work.add_person("basim", "coder")
    with older.read() as queries:
        assert [p.name for p in queries.people()] == ["amal"]
        assert not list(problems(queries))
    older.close()
    newer.close()


def test_a_new_or_present_database_never_loads_alembic(tmp_path: Path) -> None:
    code = (
        "import sys; from coder.store.unit_of_work import Store; "
        f"url = 'sqlite:///{tmp_path}/t.db'; Store.create(url).close(); Store.open(url).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode
        == 0
    )


def test_the_wheel_carries_the_steps(
    from_wheel: Path, tmp_path: Path, old_file: Path
) -> None:
    code = (
        f"import sys; sys.path[0:0] = [{str(from_wheel)!r}]; "
        "from coder.store import schema_version, unit_of_work as u; "
        f"store = u.Store.open('sqlite:///{old_file}'); "
        "print(u.__file__, schema_version.of(store.engine.connect()))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    file, found = out.stdout.split()
    assert Path(file).is_relative_to(from_wheel) and found == schema_version.HEAD
    # Without any set-up of logging the notice is one plain line on stderr.
    assert out.stderr.count("\n") == 1 and "was brought from schema 0001" in out.stderr


def test_whoever_had_a_login_can_go_on_after_an_upgrade(
    postgres: Server, sample: bytes, tmp_path: Path
) -> None:
    with postgres.database() as name:
        first_schema(postgres.url(name, OWNER), sample)
        postgres.connect(name, OWNER).execute("CREATE ROLE amal LOGIN")
        Store.open(postgres.url(name, OWNER), folder=tmp_path).close()
        mine = Store.open(postgres.url(name), person="amal")
        with mine.read() as queries:
            assert (queries.rulings(), queries.blind()) == ([], set())
            assert len(Lessons(queries).own("amal")) == 1
        mine.close()


def test_an_upgrade_removes_statistics_of_hidden_tables(
    postgres: Server, sample: bytes, tmp_path: Path
) -> None:
    with postgres.database() as name:
        first_schema(postgres.url(name, OWNER), sample)
        administrator = postgres.connect(name, "postgres")
        counted = (
            "SELECT tablename FROM pg_stats WHERE tablename = ANY ("
            "ARRAY['coding', 'span', 'event', 'answer', 'assignment', 'journal'])"
        )
        administrator.execute("ANALYZE")
        assert len(administrator.execute(counted).fetchall()) > 20
        Store.open(postgres.url(name, OWNER), folder=tmp_path).close()
        assert administrator.execute(counted).fetchall() == []
        administrator.execute("ANALYZE")
        assert administrator.execute(counted).fetchall() == []


def test_rights_and_policies_of_before_are_gone_after_an_upgrade(
    postgres: Server, sample: bytes, tmp_path: Path
) -> None:
    with postgres.database() as name:
        first_schema(postgres.url(name, OWNER), sample)
        with postgres.connect(name, OWNER) as owner:
            owner.execute("CREATE ROLE amal LOGIN")
            owner.execute("GRANT SELECT ON article, person TO amal")
            for table in ("coding", "span", "event", "answer", "journal", "assignment"):
                owner.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
                owner.execute(
                    f"CREATE POLICY own_seen ON {table} FOR SELECT USING (false)"
                )
                owner.execute(
                    f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO amal"
                )
        Store.open(postgres.url(name, OWNER), folder=tmp_path).close()
        with postgres.connect(name, "amal") as amal:
            for of, left in (("table", []), ("column", [("SELECT",)])):
                rights = amal.execute(
                    f"SELECT DISTINCT privilege_type FROM information_schema.{of}_privileges"
                    " WHERE grantee = 'amal'"
                )
                assert rights.fetchall() == left
            for table in ("coding", "span", "event", "answer", "journal", "assignment"):
                with pytest.raises(InsufficientPrivilege), amal.transaction():
                    amal.execute(f"SELECT FROM {table}")
        assert not any(row[0] == "policy" for row in objects(postgres.url(name, OWNER)))
