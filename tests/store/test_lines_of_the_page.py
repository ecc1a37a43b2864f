"""What a coder's login can learn and do, line by line as in docs/teams.md; each line
names its tests here.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from blind_team import SECOND, Team, coded
from entries_by_hand import CLAIM, RECORD
from msgspec.structs import replace
from psycopg.errors import InsufficientPrivilege

from coder.model import GOLD, Article, Cluster, Coding, Ruling, Span, Status, Verdict
from coder.store.unit_of_work import Store

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "teams.md").read_text("utf-8")

# The beginning of a line → module and name of the tests that try it.
TESTED = {
    "read a colleague's or gold's spans": (
        "test_side_channels.test_refused_plans_do_not_depend_on_others_words",
        "test_side_channels.test_planning_reads_no_index_of_a_hidden_table",
        "test_side_channels.test_a_coder_hears_the_same_whatever_others_have_written",
        "test_blindness.test_a_coder_sees_their_own_codings_and_no_others",
    ),
    "read who else has which article": (
        "test_blindness.test_a_coder_has_no_right_on_what_holds_people_s_work",
        "test_blindness.test_a_coder_sees_no_journal_but_their_own",
    ),
    "read the columns that the server keeps": (
        "test_system_columns.test_a_coder_reads_no_system_column",
    ),
    "learn whether an article has gold": (
        "test_isolation.test_no_function_answers_a_serializable_transaction",
        "test_isolation.test_pg_locks_names_nothing_that_a_function_read",
        "test_same_steps.test_no_step_tells_what_others_did_with_an_article",
        "test_same_steps.test_the_caller_does_not_choose_how_rows_are_found",
    ),
    "learn what gold holds by taking": (
        "test_blindness.test_no_sql_of_a_coder_gets_at_gold",
    ),
    "read the articles, candidates": (
        "test_lines_of_the_page.test_a_coder_reads_what_the_team_shares",
    ),
    "read its own assignments": (
        "test_blindness.test_a_coder_sees_their_own_codings_and_no_others",
        "test_blindness.test_a_coder_sees_no_journal_but_their_own",
    ),
    "learn whose other codings were set aside": (
        "test_codings_set_aside.test_a_coder_learns_of_their_own_only_and_sets_nothing_aside",
        "test_same_steps.test_no_step_tells_what_others_did_with_an_article",
    ),
    "learn which article has the fewest coders": (
        "test_lines_of_the_page.test_claims_taken_back_tell_of_fewest_and_of_closed_gold",
    ),
    "learn how many rows": (
        "test_side_channels.test_what_may_be_known_of_others_is_how_much_and_never_what",
        "test_side_channels.test_an_administrator_can_close_the_sums_too",
    ),
    "learn roughly how large": (
        "test_same_steps.test_how_much_others_work_changes_no_way_to_own_rows",
        "test_side_channels.test_what_may_be_known_of_others_is_how_much_and_never_what",
        "test_same_steps.test_a_claim_reads_all_work_or_none",
    ),
    "notice that somebody lately": (
        "test_lines_of_the_page.test_pages_tell_that_somebody_read_or_wrote_lately",
    ),
    "comment on its own work": (
        "test_remarks.test_a_coder_says_something_about_a_submitted_coding_too",
        "test_remarks.test_a_coder_sees_answers_and_nothing_of_colleagues",
    ),
    "read comments on a colleague's work": (
        "test_remarks.test_a_coder_sees_answers_and_nothing_of_colleagues",
        "test_remarks.test_no_remark_in_another_s_name_or_place",
    ),
    "read what somebody else has begun": (
        "test_drafts.test_nobody_else_reads_or_writes_a_draft_with_any_sql",
    ),
    "read closed gold of an article": (
        "test_training_gold.test_gold_is_seen_when_the_coding_is_submitted_and_the_gold_closed",
        "test_training_gold.test_no_sql_gets_at_more_of_it",
    ),
    "assign itself an article": (
        "test_entries_by_hand.test_a_coder_changes_their_own_coding_and_the_journal_says_so",
        "test_training_gold.test_nobody_takes_an_article_for_training",
    ),
    "write a value that no field": (
        "test_sabotage.test_every_command_goes_on",
        "test_sabotage.test_check_and_verify_name_each_value",
    ),
    "write a wrong time": (
        "test_limits.test_no_entry_has_a_time_far_away",
        "test_foreign_rows.test_foreign_rows_are_named_and_end_no_command",
    ),
    "write what makes others' commands fail": (
        "test_limits.test_no_column_takes_a_hostile_value",
        "test_limits.test_a_coders_answer_is_as_the_program_writes_it",
        "test_limits.test_a_claimed_article_has_a_known_stage",
        "test_entries_by_hand.test_what_would_break_others_commands_is_refused_whole",
        "test_entries_by_hand.test_what_cannot_be_read_back_as_it_was_written_is_refused",
    ),
    "exceed limits": (
        "test_limits.test_no_column_takes_a_hostile_value",
        "test_limits.test_a_coding_has_no_more_than_this",
        "test_limits.test_an_article_has_no_more_remarks_than_this",
    ),
    "lock a table": (
        "test_blindness.test_a_coder_locks_no_table",
        "test_blindness.test_a_coder_does_not_rise",
        "test_blindness.test_nobody_chooses_an_entry_s_place_number_or_digest",
    ),
    "block, with a transaction": (
        "test_blindness.test_who_is_held_up_is_told_by_whom",
        "test_lines_of_the_page.test_nobody_waits_for_a_lock_for_longer_than_ten_seconds",
    ),
    "keep articles that it is just claiming": (
        "test_blindness.test_one_open_transaction_can_claim_all_articles",
        "test_blindness.test_who_is_just_claiming_an_article_keeps_only_that_one_from_others",
    ),
    "fill the server's table of locks": (
        "test_lines_of_the_page.test_a_coder_takes_advisory_locks_until_that_is_closed",
        "test_blindness.test_a_login_has_a_bounded_number_of_connections",
    ),
}


def lines() -> list[str]:
    """The lines of the table of what a coder's login can learn and do."""
    [table] = re.findall(
        r"\| can a coder's login … \| \|\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE
    )
    return [line.removeprefix("| ") for line in table.splitlines()]


def test_each_line_of_the_table_has_its_tests() -> None:
    begun_with = [
        [start for start in TESTED if line.startswith(start)] for line in lines()
    ]
    assert [len(starts) for starts in begun_with] == [1] * len(TESTED), lines()
    named = [name for names in TESTED.values() for name in names]
    for name in named:
        module, _, test = name.partition(".")
        [file] = TESTS.rglob(f"{module}.py")
        assert f"def {test}(" in file.read_text("utf-8"), name


def test_a_coder_reads_what_the_team_shares(team: Team) -> None:
    with team.as_("salma").begin("salma") as work:
        promoted = Ruling("actor", "حلف", Verdict.PROMOTED, ["nato"])
        work.rule([None], [promoted], "lexicon.promoted")
        rows = {("withdrawn", "a2"): {"article": "a2", "reason": "twice"}}
        work.record("withdrawn", "article.withdrawn", {}, rows)
    with team.store.begin("setup") as work:
        rows = {("retired", "basim"): {"person": "basim"}}
        work.record("people", "person.retired", {}, rows)
    with team.as_("amal").read() as queries:
        assert queries.rulings() == [promoted]
        assert [(p.name, p.role, p.retired) for p in queries.people()] == [
            ("amal", "coder", False),
            ("basim", "coder", True),
            ("salma", "supervisor", False),
        ]
        assert queries.withdrawn() == {"a2": "twice"}
        assert queries.candidates("a1") == [] and queries.codebook("c@1") == "{}"
        assert queries.article("a2") == SECOND


def close_gold(store: Store, article: Article) -> None:
    gold = replace(
        coded(GOLD, article),
        spans=(Span("s1", "trigger", 0, 3, article.text[:3]),),
        status=Status.SUBMITTED,
    )
    clusters: list[Cluster] = []
    nothing: tuple[Coding | None, list[Cluster]] = (None, clusters)
    with store.begin("salma") as work:
        work.save_gold(nothing, (gold, clusters), "gold.closed", article.id)


def test_claims_taken_back_tell_of_fewest_and_of_closed_gold(team: Team) -> None:
    third = Article("a3", "نص ثالث", "a3.txt")
    with team.store.begin("setup") as work:
        work.add_articles([third])
        work.assign([("a2", "basim", "production", 1)])
    sql = team.sql("amal")

    def offered(*, taken: list[Any] | None = None) -> str | None:
        """What a claim would get if the article were taken; nothing is."""
        with sql.transaction(force_rollback=True):
            if taken is not None:
                sql.execute(RECORD, taken)
            row = sql.execute("SELECT unclaimed_article('amal')").fetchone()
        return row[0] if row is not None else None

    assert offered() == "a3"  # basim has a2
    close_gold(team.as_("salma"), third)
    assert offered() == "a2"
    assert offered(taken=CLAIM) is None  # a3 is free of coders: its gold is closed


def test_pages_tell_that_somebody_read_or_wrote_lately(team: Team) -> None:
    administrator = team.sql("postgres")

    def told(number: str, question: str, *values: Any) -> int:
        """One of the numbers that amal is told of a question."""
        explain = f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {question}"
        with team.sql("amal") as sql, sql.transaction(force_rollback=True):
            [[explained]] = sql.execute(explain, values or None).fetchone() or [[{}]]
        return int(explained["Plan"][number])

    changes = []
    for others in (False, True):
        administrator.execute("CHECKPOINT")
        if others:
            with team.as_("salma").begin("salma") as work:
                work.assign([("a1", "salma", "production", 1)])
        changes.append(told("Shared Dirtied Blocks", RECORD, *CLAIM))
    assert changes[1] < changes[0]
    loads = []
    for others in (False, True):
        team.server.stop()
        team.server.start()
        if others:
            team.sql("salma").execute("SELECT text FROM article WHERE id = 'a1'")
        read = "SELECT text FROM article WHERE id = 'a2'"
        loads.append(told("Shared Read Blocks", read))
    assert loads[1] < loads[0]


def test_nobody_waits_for_a_lock_for_longer_than_ten_seconds(standing: Team) -> None:
    with standing.as_("salma").read() as queries:
        waits = queries.connection.exec_driver_sql("SHOW lock_timeout").scalar()
    assert waits == "10s"


def test_a_coder_takes_advisory_locks_until_that_is_closed(team: Team) -> None:
    sql = team.sql("amal")
    taken = sql.execute(
        "SELECT count(pg_advisory_lock(n)) FROM generate_series(1, 9) n"
    )
    assert taken.fetchone() == (9,)
    [block] = re.findall(r"```sql\n(DO .*?)```", PAGE, re.DOTALL)
    team.sql("postgres").execute(block.replace("coding_owner", "owner"))
    with pytest.raises(InsufficientPrivilege):
        sql.execute("SELECT pg_advisory_lock(10)")
