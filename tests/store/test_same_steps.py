"""A question takes the same steps whatever others have written, so that neither pages
nor time tell of it.

`EXPLAIN (ANALYZE, BUFFERS)` tells a caller how many pages a function reads, and the statistics of the caller's
own transaction tell of which tables and how many rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from typing import Any, TypeAlias

import psycopg
import pytest
from blind_team import ARTICLE, SECOND, Team, at_work, coded
from msgspec.structs import replace

from coder.model import GOLD, Coding, Span, Status
from coder.store.server.functions import READING
from tests.support.postgres import Server

Connection: TypeAlias = psycopg.Connection[Any]
Steps: TypeAlias = dict[str, Any]

PARTS = ("coding", "span", "event", "answer")
LEARNING = ("own_words('')", """own_lessons('', '["غارات", "قصف"]')""")
CALLS = (
    *(f"{whose}_{part}('{a}')" for whose, part, a in product(("own", "gold"), PARTS, ("a1", "a2", "none"))),
    "own_assignment()",
    "own_aside()",
    "own_draft()",
    "own_codings()",
    "own_remark()",
    "own_times()",
    *LEARNING,
    "own_journal('coding:a1/amal')",
    "own_journal('coding:a2/amal')",
    "own_journal('assignments:amal')",
    "team_role()",
    *(f"pg_temp.refused('{subject}')" for subject in ("coding:a2/basim", "gold:a2", "remarks:a2/basim")),
    "pg_temp.hidden('coding:a2/basim')",
    "pg_temp.hidden('gold:a2')",
    "article",
    "person",
)  # fmt: skip
REFUSED = """
CREATE FUNCTION pg_temp.refused(subject text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM record_entry(subject, '2026-01-01T00:00:00+00:00', 'amal', 'value.set', NULL, '[{}]');
    RETURN 'taken';
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END $$;
CREATE FUNCTION pg_temp.hidden(subject text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*)::text FROM own_journal(subject));
EXCEPTION WHEN insufficient_privilege THEN
    RETURN SQLERRM;
END $$;
"""
# Of each table and index: pages fetched, scans, entries or rows read, rows fetched; in
# this transaction.
COUNTED = """
SELECT relname, pg_stat_get_xact_blocks_fetched(oid), pg_stat_get_xact_numscans(oid),
    pg_stat_get_xact_tuples_returned(oid), pg_stat_get_xact_tuples_fetched(oid)
FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
"""


def warm_up(sql: Connection, *calls: str) -> None:
    """Ask until the server has stopped to plan for each value anew, which it does five
    times.
    """
    for call in calls * 8:
        sql.execute(f"SELECT * FROM {call}")


def pages(sql: Connection, call: str) -> tuple[int, int]:
    """The pages that a call reads, and those that it changes."""
    question = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT * FROM {call}"
    [[explained]] = sql.execute(question).fetchone() or [[{}]]
    plan = explained["Plan"]
    read = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    return read, plan["Shared Dirtied Blocks"]


def counted(sql: Connection) -> dict[str, tuple[int, ...]]:
    return {name: tuple(numbers) for name, *numbers in sql.execute(COUNTED)}


def read_by(sql: Connection, call: str) -> dict[str, tuple[int, ...]]:
    """What the statistics of the caller's transaction say that a call has read: table
    or index → numbers.
    """
    with sql.transaction():
        before = counted(sql)
        sql.execute(f"SELECT * FROM {call}").fetchall()
        after = counted(sql)
    changed = {
        name: tuple(now - old for now, old in zip(after[name], before[name], strict=True))
        for name in after
    }  # fmt: skip
    return {name: numbers for name, numbers in changed.items() if any(numbers)}


def steps(sql: Connection) -> Steps:
    """All that amal is told of how her questions are answered."""
    return {call: (pages(sql, call), read_by(sql, call)) for call in CALLS}


def of_second(person: str, status: Status = Status.OPEN) -> Coding:
    """A small coding of the second article."""
    spans = (Span("s1", "trigger", 0, 3, "قصف"),)
    return replace(coded(person, SECOND), spans=spans, status=status)


def save(team: Team, before: Coding | None, after: Coding) -> None:
    """Somebody's change, gold's by salma."""
    if after.coder == GOLD:
        with team.as_("salma").begin("salma") as work:
            work.save_gold((before, []), (after, []), "gold.taken", after.article)
        return
    with team.as_(after.coder).begin(after.coder) as work:
        work.save_coding(before, after, "value.set")


def assign(team: Team, coder: str, stage: str = "production") -> None:
    with team.as_("salma").begin("salma") as work:
        work.assign([("a2", coder, stage, 1)])


def set_aside(team: Team, article: str, coder: str) -> None:
    row = {"article": article, "coder": coder, "reason": "wrong values"}
    rows = {("aside", article, coder): row}
    with team.as_("salma").begin("salma") as work:
        work.record("withdrawn", "coding.set_aside", {}, rows)


def done_by_others(team: Team) -> Iterator[str]:
    """Everything that happens to the second article; yields what has been done."""
    yield "nothing"
    assign(team, "basim")
    yield "assigned to a colleague"
    save(team, None, of_second("basim"))
    yield "coded by a colleague"
    save(team, of_second("basim"), of_second("basim", Status.SUBMITTED))
    yield "submitted by a colleague"
    set_aside(team, "a2", "basim")
    yield "a colleague's coding set aside"
    save(team, None, of_second(GOLD))
    yield "open gold"
    save(team, of_second(GOLD), of_second(GOLD, Status.SUBMITTED))
    yield "closed gold"
    save(team, of_second(GOLD, Status.SUBMITTED), of_second(GOLD))
    yield "gold reopened"
    with team.as_("salma").begin("salma") as work:
        work.save_gold((of_second(GOLD), []), (None, []), "gold.taken", "a2")
    yield "gold taken back"


def nothing(team: Team) -> None:
    """She does not have the article."""


def in_production(team: Team) -> None:
    assign(team, "amal")
    save(team, None, of_second("amal", Status.SUBMITTED))


def in_training(team: Team) -> None:
    assign(team, "amal", "training")
    save(team, None, of_second("amal"))


def trained(team: Team) -> None:
    assign(team, "amal", "training")
    save(team, None, of_second("amal", Status.SUBMITTED))


@pytest.mark.parametrize("own", [nothing, in_production, in_training, trained])
def test_no_step_tells_what_others_did_with_an_article(
    team: Team, own: Callable[[Team], None]
) -> None:
    own(team)
    set_aside(team, "a1", "zayd")  # the first row of a table shows in its size
    sql = team.sql("amal")
    sql.execute(REFUSED)
    warm_up(sql, *CALLS)
    first: Steps = {}
    for done in done_by_others(team):
        if own is trained and done == "closed gold":
            continue  # which she is shown now, in test_training_gold
        if own is trained and done == "gold taken back":
            break  # which she saw closed before
        found = steps(sql)
        first = first or found
        assert found == first, done


def test_every_question_about_own_work_is_among_them() -> None:
    asked = {call.partition("(")[0] for call in CALLS}
    assert {signature.partition("(")[0] for signature in READING} <= asked


HIDDEN = [*PARTS, "assignment", "blind", "cluster", "remark", "draft", "journal"]
PLANS = (
    ("enable_nestloop = off",),
    ("enable_nestloop = off", "enable_hashjoin = off"),
    ("enable_nestloop = off", "enable_hashjoin = on", "enable_mergejoin = off"),
    ("random_page_cost = 1e300", "cpu_index_tuple_cost = 1e300"),
    ("enable_indexscan = off", "enable_bitmapscan = off", "enable_seqscan = on"),
    ("enable_indexonlyscan = on", "enable_material = off", "enable_memoize = off"),
    ("work_mem = 64", "enable_sort = off", "enable_hashagg = off"),
    ("from_collapse_limit = 1", "join_collapse_limit = 1"),
    ("plan_cache_mode = force_custom_plan", "jit_above_cost = 0"),
)


@contextmanager
def working_on(postgres: Server, articles: int, of_others: int) -> Iterator[Team]:
    """A team in which amal works on each tenth article, and a colleague and gold on the
    first ones.
    """
    with at_work(postgres) as found:
        sql = found.sql("owner")
        name = "'a1' || lpad(n::text, 4, '0')"
        rows = f"FROM generate_series(1, {articles}) n"
        who = (
            "unnest(ARRAY['amal', 'basim', 'gold']) who WHERE"
            f" CASE who WHEN 'amal' THEN n % 10 = 0 AND n <= 200 ELSE n <= {of_others} END"
        )
        coded_by = f"{rows}, {who}"
        assigned_to = f"{coded_by} AND who <> 'gold'"
        new = "FROM coding WHERE length(article) > 2"
        for statement in (
            f"INSERT INTO article SELECT {name}, 'x', repeat('0', 64), '', NULL {rows}",
            f"INSERT INTO assignment SELECT {name}, who, 'production', n {assigned_to}",
            f"INSERT INTO coding SELECT {name} || '/' || who, {name}, who, 'c@1', repeat('0', 64), 'open' {coded_by}",
            f"INSERT INTO span SELECT id, 's1', 0, 'trigger', 0, 5, 'غارات', NULL, NULL, '', '' {new}",
            f"INSERT INTO event SELECT id, 'e1', 0 {new}",
            "INSERT INTO journal (subject, version, at, person, what, changes, digest) SELECT 'coding:' || id, 1,"
            f" '2026-01-01T00:00:00+00:00', 'basim', 'value.set', '[]', repeat('0', 64) {new}",
        ):
            sql.execute(statement)
        sql.execute("ANALYZE")
        yield found


@pytest.fixture(scope="module")
def many(postgres: Server) -> Iterator[Team]:
    """A team in which a colleague and gold have work on two hundred articles, and amal
    on each tenth of them.
    """
    with working_on(postgres, 200, 200) as found:
        yield found


def entries_read(sql: Connection, call: str) -> dict[str, tuple[int, ...]]:
    """Of each table and index a call looks at: scans, entries or rows read, rows
    fetched.
    """
    read = {name: numbers[1:] for name, numbers in read_by(sql, call).items()}
    return {name: numbers for name, numbers in read.items() if any(numbers)}


def test_how_much_others_work_changes_no_way_to_own_rows(postgres: Server) -> None:
    calls = ("own_assignment()", "own_codings()", "own_times()", *LEARNING)
    found = []
    for of_others in (0, 3, 40, 2000):
        with working_on(postgres, max(200, of_others), of_others) as team:
            sql = team.sql("amal")
            found.append({call: entries_read(sql, call) for call in calls})
            warm_up(sql, *calls)
            found.append({call: entries_read(sql, call) for call in calls})
    for each in found[1:]:
        for call in calls:
            assert each[call] == found[0][call], call


def rows_read(team: Team, settings: tuple[str, ...], calls: Sequence[str]) -> Steps:
    """Under these settings of amal's: call → hidden table → rows read in order and by
    key.
    """
    counts = (
        "SELECT relname, seq_tup_read, coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
        " WHERE relname = ANY (%s)"
    )
    sql = team.sql("amal")
    sql.execute(REFUSED)
    for setting in settings:
        sql.execute(f"SET {setting}")
    found: Steps = {}
    for call in calls:
        sql.execute(f"SELECT * FROM {call}")  # plans
        with sql.transaction():
            before = {name: read for name, *read in sql.execute(counts, [HIDDEN])}
            sql.execute(f"SELECT * FROM {call}")
            after = {name: read for name, *read in sql.execute(counts, [HIDDEN])}
        found[call] = {
            name: (read[0] - before[name][0], read[1] - before[name][1])
            for name, read in after.items()
        }
    sql.close()
    return found


@pytest.mark.parametrize("settings", PLANS, ids=str)
def test_the_caller_does_not_choose_how_rows_are_found(
    many: Team, settings: tuple[str, ...]
) -> None:
    assert rows_read(many, settings, CALLS) == rows_read(many, (), CALLS)


def test_questions_read_own_rows_alone_among_many(many: Team) -> None:
    for call, tables in rows_read(many, (), CALLS).items():
        for name, (in_order, by_key) in tables.items():
            assert in_order == 0 and by_key < 100, (call, name)


@pytest.mark.parametrize("settings", [(), *PLANS], ids=str)
def test_a_claim_reads_all_work_or_none(many: Team, settings: tuple[str, ...]) -> None:
    call = "unclaimed_article('amal')"
    read = rows_read(many, settings, [call])[call]
    for table in ("assignment", "coding"):
        [held] = many.sql("owner").execute(
            f"SELECT count(*) FROM {table}"
        ).fetchone() or [0]
        times, besides = divmod(sum(read[table]), held)
        assert times and besides < 100, (table, read)  # some of her own, by key


def test_made_up_articles_are_told_from_none(many: Team) -> None:
    """No key between others' keys takes another step, as at the end of a page of an
    index.
    """
    sql = many.sql("amal")
    asked = [
        f"a1{n:04}{end}" for n in range(1, 200, 10) for end in ("", "/basim0", "/z")
    ]
    for call in ("own_coding", "own_span", "own_answer", "gold_coding", "gold_span"):
        warm_up(sql, f"{call}('{ARTICLE.id}')")
        assert len({pages(sql, f"{call}('{article}')") for article in asked}) == 1, call
    subjects = [f"coding:{article}/amal" for article in asked]
    warm_up(sql, f"own_journal('{subjects[0]}')")
    assert len({pages(sql, f"own_journal('{subject}')") for subject in subjects}) == 1
