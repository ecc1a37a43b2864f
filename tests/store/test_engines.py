"""What the two engines must have in common although they differ: values, order,
clashes, refusals.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from blind_team import ARTICLE, SPAN, coded
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.errors import CoderError, ConflictError
from coder.model import Answer, Article, Coding
from coder.store.engine import connect
from coder.store.replay import problems
from coder.store.unit_of_work import Store
from tests.support.postgres import Server

EMPTY = Coding("a1", ARTICLE.text_sha256, "c@1", "amal")
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS
)
INNER = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("abcأب\n'\"%:"), inner)
    ),
    max_leaves=12,
)
VALUES = (
    st.none()
    | st.booleans()
    | TEXTS
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.lists(INNER, max_size=4)
)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store.create(database_url)
    with made.begin("setup") as work:
        work.add_articles([ARTICLE])
        work.add_person("amal", "coder")
    yield made
    made.close()


def stored(store: Store) -> Coding | None:
    with store.read() as queries:
        return queries.coding("a1", "amal")


@settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
@given(value=VALUES)
def test_a_value_comes_back_as_it_went_in(store: Store, value: object) -> None:
    before = stored(store)
    name = f"x{len(before.answers) if before else 0}"
    with store.begin("amal") as work:
        work.save_coding(
            before,
            (before or EMPTY).with_answer(name, Answer(value=value)),
            "value.set",
        )
    found = stored(store)
    assert found is not None
    # As JSON text too: True is not 1, 1.0 is not 1, and keys keep their order.
    assert json.dumps(found.answer(name).value) == json.dumps(value)


def test_the_words_of_the_journal_are_the_same_on_both(
    postgres: Server, tmp_path: Path
) -> None:
    said: list[list[str]] = []
    with postgres.database() as name:
        for url in (f"sqlite:///{tmp_path}/t.db", postgres.url(name, "owner")):
            store = Store.create(url)
            with store.begin("amal") as work:
                work.add_articles([ARTICLE])
                work.save_coding(None, coded("amal"), "value.set")
            with store.read() as queries:
                said.append(
                    [
                        json.dumps([c.after for c in e.changes])
                        for e in queries.entries()
                    ]
                )
            store.close()
    assert said[0] == said[1]


def test_ids_are_in_the_order_of_their_code_points(store: Store) -> None:
    # A server's language would put é beside e, ignore the hyphen, and mix cases.
    ids = ["Z", "a", "a-b", "ab", "é", "e", "B", "ا", "أ", "١", "1", "😀", "\ufffd"]
    with store.begin("setup") as work:
        work.add_articles([Article(i, "نص") for i in ids])
    with store.read() as queries:
        assert queries.article_ids() == sorted([*ids, "a1"])
        assert queries.matching("a", 9) == ["a", "a-b", "a1", "ab"]
        assert queries.matching("", 2) == ["1", "B"]
        assert queries.matching("x", 9) == []


@pytest.mark.parametrize(
    "bad",
    [
        "a\0b",
        "\ud800",
        float("nan"),
        {"k\0": 1},
        ["x", {"y": "\0"}],
        5.0,
        2**63,
        [float("inf")],
    ],
)
def test_what_one_engine_could_not_keep_both_refuse(store: Store, bad: object) -> None:
    with (
        pytest.raises(CoderError, match="cannot be stored"),
        store.begin("amal") as work,
    ):
        work.save_coding(None, EMPTY.with_answer("x", Answer(value=bad)), "value.set")
    assert stored(store) is None


def test_of_two_writers_of_one_subject_one_learns_of_the_other(store: Store) -> None:
    """The second begins while the first has written and not yet committed."""
    first, second = (
        EMPTY.with_answer("x", Answer(value=1)),
        EMPTY.with_answer("y", Answer(value=2)),
    )
    caught: list[Exception] = []

    def come_second() -> None:
        try:
            with store.begin("amal") as work:
                work.save_coding(None, second, "value.set")
        except ConflictError as error:
            caught.append(error)

    other = threading.Thread(target=come_second)
    with store.begin("amal") as work:
        work.save_coding(None, first, "value.set")
        other.start()
        other.join(0.2)  # it cannot end before we do
        assert other.is_alive()
    other.join()
    assert len(caught) == 1
    assert stored(store) == first


def test_nothing_is_overwritten_when_many_change_one_row(store: Store) -> None:
    """Four threads count on the same answer; each increment that was not refused is in
    the sum.
    """
    with store.begin("amal") as work:
        work.save_coding(None, EMPTY.with_answer("n", Answer(value=0)), "value.set")
    done: list[int] = []

    def count() -> None:
        for _ in range(10):
            before = stored(store)
            assert before is not None
            after = before.with_answer("n", Answer(value=before.answer("n").value + 1))
            try:
                with store.begin("amal") as work:
                    work.save_coding(before, after, "value.set")
                done.append(1)
            except ConflictError:
                pass

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = stored(store)
    assert found is not None and found.answer("n").value == len(done) >= 10
    with store.read() as queries:
        assert list(problems(queries)) == []
        assert queries.last_version("coding:a1/amal")[0] == 1 + len(done)


def test_two_supervisors_cannot_overwrite_each_other_unseen(store: Store) -> None:
    gold = replace(EMPTY, coder="gold", spans=(SPAN,))
    taken = gold.with_answer("x", Answer(value="one", by="salma"))
    with store.begin("salma") as work:
        work.save_gold((None, []), (gold, []), "gold.taken", "a1")
    with store.begin("salma") as work:
        work.save_gold((gold, []), (taken, []), "gold.taken", "a1")
    for other in (
        gold.with_answer("x", Answer(value="two", by="rami")),
        replace(gold, spans=()),
    ):
        with (
            pytest.raises(ConflictError, match="in the meantime"),
            store.begin("rami") as work,
        ):
            work.save_gold(
                (gold.with_answer("x", Answer(value="old")), []),
                (other, []),
                "gold.taken",
                "a1",
            )
    with store.read() as queries:
        assert queries.gold("a1") == taken


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.begin("amal") as work:
        work.save_coding(None, coded("amal"), "value.set")
    with store.read() as queries:
        before = queries.coding("a1", "amal")
        with store.begin("amal") as work:
            work.save_coding(
                coded("amal"),
                replace(coded("amal"), spans=(), events=(), answers={}),
                "x",
            )
        assert queries.coding("a1", "amal") == before


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+psycopg://amal:secret@host/db",
        "postgresql://host/db?password=secret",
    ],
)
def test_a_password_in_the_url_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(CoderError) as caught:
        connect(url)
    assert "pgpass" in caught.value.hint
    assert "secret" not in caught.value.message


def test_another_name_in_the_url_than_the_person_s_is_said() -> None:
    with pytest.raises(CoderError, match="as owner, not as amal"):
        connect("postgresql+psycopg://owner@host/db", "amal")
    assert connect("postgresql+psycopg://amal@host/db", "amal").url.username == "amal"
    assert connect("postgresql://host/db", "amal").url.username == "amal"
    assert connect("sqlite:///x.db", "amal").url.username is None


def test_the_file_engine_waits_for_its_turn_and_takes_it(tmp_path: Path) -> None:
    store = Store.create(f"sqlite:///{tmp_path}/t.db")
    holder = sqlite3.connect(
        tmp_path / "t.db", isolation_level=None, check_same_thread=False
    )
    holder.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: holder.execute("ROLLBACK")).start()
    with store.begin("setup") as work:
        work.add_articles([ARTICLE])
    with store.read() as queries:
        assert queries.article_ids() == ["a1"]
    store.close()


def test_a_server_s_database_in_another_encoding_is_refused(postgres: Server) -> None:
    with postgres.database() as name, postgres.connect("postgres", "owner") as owner:
        owner.execute(
            f"CREATE DATABASE {name}_ascii ENCODING 'SQL_ASCII' TEMPLATE template0"
        )
        try:
            with pytest.raises(CoderError, match="SQL_ASCII") as caught:
                Store.create(postgres.url(f"{name}_ascii", "owner"))
            assert "UTF8" in caught.value.hint
        finally:
            owner.execute(f"DROP DATABASE {name}_ascii WITH (FORCE)")
