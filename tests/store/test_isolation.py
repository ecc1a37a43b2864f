"""A serializable transaction would show a coder which pages and rows of others a
function has read.
"""

from __future__ import annotations

import re

import psycopg
import pytest
from blind_team import Team, at_work, coded

from coder.store.server.functions import READING, SUPERVISING, WRITING
from tests.support.postgres import Server

LEVELS = (
    "SERIALIZABLE",
    "SERIALIZABLE, READ ONLY",
    "SERIALIZABLE READ ONLY DEFERRABLE",
)


def call_of(signature: str) -> str:
    """A call of a function, which takes its arguments by their types alone."""
    return re.sub(r"\b(text|json|integer)\b", r"NULL::\1", signature)


@pytest.mark.parametrize("signature", [*READING, *WRITING])
def test_no_function_answers_a_serializable_transaction(
    standing: Team, signature: str
) -> None:
    sql = standing.sql("amal")
    for level in LEVELS:
        sql.execute(f"BEGIN ISOLATION LEVEL {level}")
        with pytest.raises(
            psycopg.errors.InvalidTransactionState, match="serializable"
        ):
            sql.execute(f"SELECT * FROM {call_of(signature)}")
        sql.execute("ROLLBACK")
    sql.execute("SET default_transaction_isolation = serializable")
    with pytest.raises(psycopg.errors.InvalidTransactionState, match="serializable"):
        sql.execute(f"SELECT * FROM {call_of(signature)}")


def test_pg_locks_names_nothing_that_a_function_read(team: Team) -> None:
    sql = team.sql("amal")
    watching = team.sql("amal")
    for article in ("a1", "a2", "a1/b"):
        sql.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        for function in ("own_coding", "own_span", "own_answer", "gold_coding"):
            sql.execute("SAVEPOINT before")
            with pytest.raises(psycopg.errors.InvalidTransactionState):
                sql.execute(f"SELECT * FROM {function}(%s)", [article])
            sql.execute("ROLLBACK TO before")
        held = watching.execute(
            "SELECT relation::regclass FROM pg_locks WHERE mode = 'SIReadLock'"
        )
        assert held.fetchall() == []
        sql.execute("ROLLBACK")


def test_a_supervisor_does_not_hold_the_journal_in_one(standing: Team) -> None:
    sql = standing.sql("salma")
    for signature in SUPERVISING:
        sql.execute("BEGIN ISOLATION LEVEL SERIALIZABLE")
        with pytest.raises(psycopg.errors.InvalidTransactionState):
            sql.execute(f"SELECT {signature}")
        sql.execute("ROLLBACK")


def test_the_program_works_where_serializable_is_the_default(
    postgres: Server,
) -> None:
    with at_work(postgres) as team:
        team.sql("owner").execute(
            f"ALTER DATABASE {team.name} SET default_transaction_isolation = serializable"
        )
        store = team.as_("amal")
        with store.read() as queries:
            assert queries.coding("a1", "amal") == coded("amal")
        with store.begin("amal") as work:
            assert work.queries.connection.get_isolation_level() == "READ COMMITTED"
            work.save_coding(coded("amal"), coded("amal"), "value.set")
