"""Gold values whose question no longer arises: seen before closing; commands tell of
those in older gold.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Clear, Decide, Take, TakeAgreed
from coder.errors import CoderError
from coder.model import Answer
from coder.service.project.opened import Project
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.upkeep.rule_check import check

Run = Callable[..., tuple[int, str, str]]
CLOSED = "000_fd74d59c4a9049c0"  # adjudicated in the sample project
OPEN = "004_6bcea9cb8461aa4b"  # both coders call the claimant of its third event alike


def closed_with_a_claimant(project: Project) -> str:
    """Put a claimant that nobody asks for into closed gold, as earlier versions did;
    return where.
    """
    with project.store.begin("salma") as work:
        gold, clusters = work.queries.gold(CLOSED), work.queries.clusters(CLOSED)
        assert gold is not None
        event = gold.events[0]
        claimed = Answer(
            ["iri"], taken_from=("supervisor",), reason="coder_error", by="salma"
        )
        unclaimed = replace(claimed, value=["unclaimed"])
        event = event.with_answer("responsibility", unclaimed).with_answer(
            "claimant", claimed
        )
        work.save_gold(
            (gold, clusters), (gold.with_event(event), clusters), "gold.set", CLOSED
        )
    return f"{CLOSED}/gold/{event.id}/claimant"


def test_what_a_decision_leaves_behind_is_next_to_do_and_keeps_gold_open(
    demo: Project,
) -> None:
    session = ReviewSession(demo, demo.article(OPEN), "salma")
    session.do(TakeAgreed())
    while (at := next(session.state.open_cells(), None)) is not None:
        coder = next(iter(session.state.row(*at).answers))
        session.do(Take(*at, coder, "coder_error"))
    at = next(
        c
        for c in session.state.standing
        if c and session.state.find_decision(c, "claimant")
    )
    before = {*session.to_do()}
    session.do(Decide(at, "responsibility", Answer(["unclaimed"]), "coder_error"))
    assert {*session.to_do()} - before == {(at, "claimant")}
    with pytest.raises(CoderError, match="in the gold"):
        session.close_gold()
    found = {(f.event_id, f.field) for f in check(demo) if f.rule == "unasked"}
    assert found == {(f"g{at.removeprefix('c')}", "claimant")}
    session.do(Clear(at, "claimant"))
    assert {*session.to_do()} == before
    session.close()
    assert not any(f.rule == "unasked" for f in check(demo))


def test_older_gold_with_such_a_value_is_told_by_where_it_is(
    demo: Project, run_coder: Run, tmp_path: Path
) -> None:
    def run(*words: object) -> tuple[int, str, str]:
        return run_coder(*words, "--project", demo.config.folder)

    where = closed_with_a_claimant(demo)
    code, out, _ = run("check", "--errors", "--json")
    assert code == 1 and [(r["rule"], r["where"]) for r in json.loads(out)] == [
        ("unasked", where)
    ]
    code, _, err = run("export", "csv")
    assert (
        code == 2
        and f"1 answer to a question that no longer arises (first: {where})" in err
    )
    code, out, err = run("gold", "release", "--as", "salma")
    assert code == 0 and where in err and "--allow-loss" in err
    assert json.loads(run("gold", "release", "--as", "salma", "--json")[1])["lost"] == {
        "hidden": 1
    }
    dataset = ("export", "dataset", "--release", "1", "--out", tmp_path / "out")
    code, _, err = run(*dataset)
    assert code == 2 and where in err
    code, _, err = run(*dataset, "--allow-loss")
    assert code == 0 and where in err


def test_older_gold_is_opened_again_to_mend_it(demo: Project, run_coder: Run) -> None:
    closed_with_a_claimant(demo)
    reopen(demo, "salma", CLOSED, "gold")
    session = ReviewSession(demo, demo.article(CLOSED), "salma")
    [(at, field)] = session.to_do()
    assert field == "claimant"
    session.do(Clear(at, field))
    session.close_gold()
    session.close()
    assert not any(f.rule == "unasked" for f in check(demo))
    assert run_coder("export", "csv", "--project", demo.config.folder)[0] == 0
