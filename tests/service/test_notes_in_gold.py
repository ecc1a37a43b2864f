"""Notes are not decided on: they block nothing, and gold keeps each coder's with their
name.
"""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import pandas
import pytest
from msgspec.structs import replace

from coder.adjudicate.gold_edits import Take, TakeAgreed
from coder.adjudicate.notes import join_notes
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import GOLD, Answer, Coding, Status
from coder.service.delivery.datasets import deliver
from coder.service.project.config import GoldRules
from coder.service.project.opened import Project
from coder.service.publication.dataset_folder import publish
from coder.service.review import policy_runs
from coder.service.review.gold_session import ReviewSession, reopen
from coder.service.review.review_queue import queue
from coder.service.upkeep.integrity import verify
from tests.support.closed_gold import read_closed_gold

BY, OTHER = "salma", "001_4a950e12de890295"


def closed(project: Project) -> Coding:
    """The gold of an article in which all but the notes was decided, for amal."""
    session = ReviewSession(project, project.article(OTHER), BY)
    session.do(TakeAgreed())
    while session.open_cells:
        cluster, field = session.open_cells[0]
        coder = (
            "amal" if "amal" in session.state.row(cluster, field).answers else "basim"
        )
        session.do(Take(cluster, field, coder, "coder_error"))
    session.close_gold()
    session.close()
    return session.state.gold


def notes_of(gold: Coding) -> list[Answer]:
    found = [event.answer("notes") for event in gold.events]
    return [answer for answer in found if answer.coded]


def change_note(project: Project, coder: str, event: str, note: str) -> None:
    reopen(project, BY, OTHER, coder)
    with project.store.begin(coder) as work:
        was = work.queries.coding(OTHER, coder)
        assert was is not None
        of = was.event(event)
        assert of is not None
        now = was.with_event(of.with_answer("notes", Answer(note)))
        work.save_coding(was, now, "value.set")
        done = replace(now, status=Status.SUBMITTED)
        work.save_coding(now, done, "coding.submitted")


def test_only_free_text_is_a_note(codebook: Codebook) -> None:
    assert [field.id for field in codebook.fields if field.is_note] == ["notes"]
    outlet = codebook.article_field("outlet")
    assert outlet.distance.kind == "none" and not outlet.is_note


def test_differing_notes_do_not_block_closing(demo: Project) -> None:
    gold = closed(demo)
    notes = notes_of(gold)
    signed = [each for each in notes if each.taken_from == ("amal", "basim")]
    assert signed
    for each in signed:
        first, second = str(each.value).split("\n")
        assert first.startswith("amal: ") and second.startswith("basim: ")
    keys = {(each.how, each.by, each.applied_by, each.reason) for each in signed}
    assert keys == {("policy:notes", "", BY, "notes")}
    assert verify(demo).findings == []


def test_no_note_is_among_the_cells_to_decide(demo: Project) -> None:
    session = ReviewSession(demo, demo.article(OTHER), BY)
    fields = {field for _, field in session.open_cells}
    rows = [row for each in session.state.standing for row in session.state.rows(each)]
    session.close()
    assert any(row.field.id == "notes" and row.state == "differs" for row in rows)
    assert "notes" not in fields and "outlet" in {row.field.id for row in rows}
    [queued] = [each for each in queue(demo) if each.article == OTHER]
    differing = [row for row in rows if row.state in ("some", "differs", "one")]
    of_notes = [row for row in differing if row.field.id == "notes"]
    assert queued.differing == len(differing) - len(of_notes)


def test_a_policy_keeps_notes_too(demo: Project) -> None:
    rules = replace(GoldRules(), policies=("trusted",), trusted={"calibration": "amal"})
    demo.config = replace(demo.config, gold=rules)
    policy_runs.apply(demo, BY)
    with demo.store.read() as queries:
        golds = [
            each
            for each in read_closed_gold(queries)
            if each.article != "000_fd74d59c4a9049c0"
        ]
    assert golds
    every = [answer for gold in golds for answer in notes_of(gold)]
    assert {answer.how for answer in every} == {"policy:notes"}
    assert any("\nbasim: " in str(answer.value) for answer in every)


def test_a_note_that_was_chosen_stays(demo: Project) -> None:
    session = ReviewSession(demo, demo.article(OTHER), BY)
    at = next(
        each
        for each in session.state.standing
        if each and session.state.row(each, "notes").state == "differs"
    )
    session.do(Take(at, "notes", "basim"))
    session.close()
    note = session.state.find_decision(at, "notes")
    assert note is not None and note.taken_from == ("basim",)
    gold = closed(demo)
    event = gold.event(f"g{at.removeprefix('c')}")
    assert event is not None and event.answer("notes") == note


def test_changed_notes_make_no_gold_out_of_date(demo: Project) -> None:
    gold = closed(demo)
    before = notes_of(gold)
    session = ReviewSession(demo, demo.article(OTHER), BY)
    cluster = next(c for c in session.state.clusters if c.gold and len(c.members) == 2)
    event = dict(cluster.members)["amal"]
    session.close()
    change_note(demo, "amal", event, "ملاحظة جديدة")
    [queued] = [each for each in queue(demo) if each.article == OTHER]
    assert (queued.status, queued.stale) == ("closed", 0)
    reopen(demo, BY, OTHER, GOLD)
    session = ReviewSession(demo, demo.article(OTHER), BY)
    session.close_gold()
    session.close()
    after = notes_of(session.state.gold)
    assert after != before
    assert any("amal: ملاحظة جديدة" in str(each.value) for each in after)


def test_a_rule_that_asks_for_a_note_finds_the_coders(demo: Project) -> None:
    session = ReviewSession(demo, demo.article(OTHER), BY)
    session.do(TakeAgreed())
    noted = [
        each
        for each in session.state.standing
        if each
        and session.state.list_decisions(each)
        and session.state.row(each, "notes").state == "differs"
    ]
    assert noted and all(session.state.notes(each) for each in noted)
    assert all("notes" not in session.state.list_decisions(each) for each in noted)
    session.close()


def test_names_before_notes_become_codes(demo: Project, tmp_path: Path) -> None:
    closed(demo)
    publish(demo, "gold", tmp_path / "out", allow_loss=True)
    values = pandas.read_parquet(tmp_path / "out" / "parquet" / "values.parquet")
    notes = values[values["how"] == "policy:notes"]
    assert len(notes)
    for _, row in notes.iterrows():
        codes = [line.partition(": ")[0] for line in row["value"].split("\n")]
        if len(codes) > 1:
            assert codes == row["taken_from"].split(" | ")
        assert "amal: " not in row["value"] and "basim: " not in row["value"]
    out = BytesIO()
    deliver(demo, "native", "gold", out)
    assert "amal: " in out.getvalue().decode("utf-8")
    assert json.loads(out.getvalue().splitlines()[0])


@pytest.mark.parametrize(
    ("given", "value", "givers"),
    [
        ({"a": "x", "b": "y"}, "a: x\nb: y", ("a", "b")),
        ({"a": "x", "b": "x"}, "x", ("a", "b")),
        ({"a": "x", "b": None}, "a: x", ("a",)),
        ({"a": "x"}, "a: x", ("a",)),
        ({"a": "x", "b": "x", "c": None}, "a: x\nb: x", ("a", "b")),
    ],
)
def test_each_note_has_its_coder_before_it(
    given: dict[str, str | None], value: str, givers: tuple[str, ...]
) -> None:
    answers = {
        coder: Answer(note) if note else Answer(blank=Answer().blank, proposed=True)
        for coder, note in given.items()
    }
    kept = join_notes(answers)
    assert kept is not None
    assert (kept.value, kept.taken_from) == (value, givers)


def test_without_notes_there_is_none() -> None:
    assert join_notes({"a": Answer("x", proposed=True)}) is None


def test_open_fields_still_block_closing(demo: Project) -> None:
    session = ReviewSession(demo, demo.article(OTHER), BY)
    with pytest.raises(CoderError, match="cells"):
        session.close_gold()
    session.close()
