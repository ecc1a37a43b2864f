"""Columns that tables got later: entries state them only where they are used, so older
entries stay valid.
"""

from __future__ import annotations

import json
from typing import Any

from msgspec.structs import replace
from small_project import ARTICLE, CODED, EMPTY, fill, is_whole

from coder.model import Answer, Coding, Status
from coder.store.replay import problems
from coder.store.unit_of_work import Store

GOLD = Coding(
    "a1",
    ARTICLE.text_sha256,
    "c@1",
    "gold",
    Status.SUBMITTED,
    {"genre": Answer("news", how="policy:single", applied_by="salma")},
    source="expert.jsonl",
)
OF_ANSWER = {
    *("coding", "event", "field", "value", "blank", "evidence", "comment"),
    *("proposed", "taken_from", "reason", "by"),
}


def stated(store: Store, subject: str, table: str) -> list[dict[str, Any]]:
    """The rows of a table as the entries about a subject state them."""
    with store.read() as queries:
        entries = [*queries.entries(subject=subject)]
    changes = [each for entry in entries for each in json.loads(entry.told)]
    of_table = [each for each in changes if each["table"] == table]
    return [row for each in of_table for row in (each["before"], each["after"]) if row]


def test_a_coders_entry_looks_as_before(database_url: str) -> None:
    store = fill(Store.create(database_url))
    assert is_whole(store)
    assert {*map(frozenset, stated(store, "coding:a1/amal", "answer"))} == {
        frozenset(OF_ANSWER)
    }
    assert "source" not in stated(store, "coding:a1/amal", "coding")[0]
    store.close()


def test_gold_states_how_it_came_about(database_url: str) -> None:
    store = fill(Store.create(database_url))
    with store.begin("salma") as work:
        work.add_codings([GOLD], "coding.imported")
    opened = replace(GOLD, status=Status.OPEN)
    decided = Answer("news", by="salma", how="decided")
    with store.begin("salma") as work:
        work.save_gold((GOLD, ()), (opened, ()), "gold.reopened", "a1")
        work.save_gold(
            (opened, ()), (opened.with_answer("genre", decided), ()), "gold.set", "a1"
        )
        assert work.undo("gold:a1") == "gold.set"
    with store.read() as queries:
        assert queries.gold("a1") == opened
        assert queries.coding("a1", "amal") == CODED != EMPTY
        assert not list(problems(queries))
    [row] = stated(store, "coding:a1/gold", "answer")
    assert (row["how"], row["applied_by"]) == ("policy:single", "salma")
    [head] = stated(store, "coding:a1/gold", "coding")
    assert head["source"] == "expert.jsonl"
    was, now, *_ = stated(store, "gold:a1", "answer")
    assert was["applied_by"] == "salma" and "applied_by" not in now
    store.close()
