"""Gold whose coders changed their answers: marked in the queue and by `check` until it
is decided again.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Decide, Take, TakeAgreed
from coder.errors import CoderError
from coder.model import Answer, Status
from coder.service.project.opened import Project
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.review.review_queue import Queued, queue
from coder.service.upkeep.rule_check import Finding, check

Run = Callable[..., tuple[int, str, str]]
CLOSED = "000_fd74d59c4a9049c0"  # adjudicated in the sample project
OPEN = "001_4a950e12de890295"


def change(project: Project, coder: str, field: str, answer: Answer) -> None:
    """A supervisor opens the coding; its coder changes an answer about the article and
    submits again.
    """
    reopen(project, "salma", CLOSED, coder)
    with project.store.begin(coder) as work:
        before = work.queries.coding(CLOSED, coder)
        assert before is not None
        after = before.with_answer(field, answer)
        work.save_coding(before, after, "value.set")
        work.save_coding(
            after, replace(after, status=Status.SUBMITTED), "coding.submitted"
        )


def found(project: Project) -> tuple[Queued, list[Finding]]:
    [queued] = [each for each in queue(project) if each.article == CLOSED]
    return queued, [f for f in check(project) if f.rule == "stale"]


def test_what_is_still_to_be_decided_is_no_finding_until_gold_is_closed(
    demo: Project,
) -> None:
    session = ReviewSession(demo, demo.article(OPEN), "salma")
    session.do(TakeAgreed())
    late = {
        "start": "2024-05-05",
        "end": "2024-05-04",
        "precision": "range",
        "basis": "absolute",
    }
    session.do(Decide("c1", "date", Answer(value=late)))
    assert any(
        p.rule == "required" for p in session.problems
    )  # the review shows what is lacking
    session.close()
    errors = [
        f for f in check(demo) if f.coding == f"{OPEN}/gold" and f.severity == "error"
    ]
    assert {(f.event_id, f.field) for f in errors} == {("g1", "date")}
    assert "R01" in {f.rule for f in errors}  # the end is before the start


def test_what_nobody_coded_is_a_finding_once_nothing_else_is_open(
    demo: Project,
) -> None:
    session = ReviewSession(demo, demo.article(OPEN), "salma")
    while (at := next(session.state.open_cells(), None)) is not None:
        coder = next(iter(session.state.row(*at).answers))
        session.do(Take(*at, coder, "coder_error"))
    rows = {
        c: {row.field.id: row for row in session.state.rows(c)}
        for c in session.state.standing
        if c
    }
    at = next(
        c
        for c in rows
        if "killed" in session.state.list_asked_fields(c)
        and rows[c]["casualty_side"].state == "silent"
    )
    assert not any(
        f.coding == f"{OPEN}/gold" and f.rule == "required" for f in check(demo)
    )
    session.do(
        Decide(at, "killed", Answer(value={"min": 3, "max": 3}))
    )  # now it is asked whose dead they are
    session.close()
    missing = {
        f.field
        for f in check(demo)
        if f.coding == f"{OPEN}/gold" and f.rule == "required"
    }
    assert "casualty_side" in missing


def test_changed_answers_are_marked_until_they_are_decided_again(
    demo: Project, run_coder: Run
) -> None:
    def told(*command: str) -> tuple[int, bool]:
        code, _, err = run_coder(*command, "--project", demo.config.folder)
        return code, "coders have changed values since" in err and CLOSED in err

    queued, stale = found(demo)
    assert (queued.status, queued.stale, stale) == ("closed", 0, [])
    assert told("gold") == told("export", "native") == (0, False)
    change(demo, "basim", "genre", Answer(value="statement"))
    queued, [stale_one] = found(demo)
    assert (queued.status, queued.stale, queued.open_cells) == ("stale", 1, 1)
    assert (stale_one.coding, stale_one.event_id, stale_one.field) == (
        f"{CLOSED}/gold",
        None,
        "genre",
    )
    assert "basim" in stale_one.words["en"] and "basim" in stale_one.words["ar"]
    code, out, _ = run_coder(
        "check", "--errors", "--json", "--project", demo.config.folder
    )
    assert code == 1 and [(r["rule"], r["where"]) for r in json.loads(out)] == [
        ("stale", f"{CLOSED}/gold/genre")
    ]
    for words in (("status",), ("gold", "release", "--as", "salma")):
        code, out, _ = run_coder(*words, "--project", demo.config.folder)
        [line] = [line for line in out.splitlines() if line.startswith("to redo")]
        assert code == 0 and f"1 article   {CLOSED}" in line
    for command in (
        ("gold",),
        ("export", "native"),
        ("export", "csv", "--allow-loss"),
    ):
        assert told(*command) == (0, True)
    assert (
        told("export", "native", "--release", "1")
        == told("export", "native", "--what", "codings")
        == (0, False)
    )
    [line] = json.loads(run_coder("gold", "--json", "--project", demo.config.folder)[1])
    assert (line["article"], line["status"], line["stale"]) == (
        CLOSED,
        "submitted",
        True,
    )
    reopen(demo, "salma", CLOSED, "gold")
    session = ReviewSession(demo, demo.article(CLOSED), "salma")
    assert [*session.to_do()] == [("", "genre")]
    session.do(Take("", "genre", "basim", "coder_error"))
    session.close_gold()
    session.close()
    queued, stale = found(demo)
    assert (queued.status, queued.stale, stale) == ("closed", 0, [])


def test_gold_is_not_closed_over_an_answer_that_was_changed_meanwhile(
    demo: Project,
) -> None:
    reopen(demo, "salma", CLOSED, "gold")
    session = ReviewSession(demo, demo.article(CLOSED), "salma")
    assert [*session.to_do()] == []
    change(demo, "basim", "genre", Answer(value="statement"))
    with pytest.raises(CoderError, match="1 cell"):
        session.close_gold()
    assert not session.closed and [*session.to_do()] == [("", "genre")]
    session.do(Take("", "genre", "basim", "coder_error"))
    session.close_gold()
    session.close()
    assert found(demo)[0].status == "closed"


def test_what_is_changed_back_is_as_it_was(demo: Project) -> None:
    with demo.store.read() as queries:
        coding = queries.coding(CLOSED, "amal")
    assert coding is not None
    change(demo, "amal", "genre", Answer(value="interview"))
    assert found(demo)[0].stale == 1
    change(demo, "amal", "genre", coding.answer("genre"))
    assert found(demo)[0].stale == 0
