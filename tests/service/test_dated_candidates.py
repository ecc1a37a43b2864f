"""Candidates whose dates hang on the publication day, once the coder has coded it."""

from __future__ import annotations

from msgspec.structs import replace

from coder.changes.coding_changes import first_place
from coder.codebook.validate import MOVED
from coder.model import Answer, Event
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import (
    AcceptProposals,
    AttachEvidence,
    Put,
    SetValue,
)
from coder.service.project.opened import Project
from tests.support.edits_by_hand import Becomes


def test_weekdays_get_their_day_from_the_publication_date_that_is_coded(
    demo: Project,
) -> None:
    session = CodingSession(demo, demo.article("002"), "you")
    before = {c.quote: c.value for c in session.candidates if c.kind == "date"}
    assert before["السبت"] is None
    day = {
        "start": "2023-11-18",
        "end": "2023-11-18",
        "precision": "day",
        "basis": "inferred",
    }
    session.do(
        Becomes("answer.put", session.coding.with_answer("pub_date", Answer(value=day)))
    )
    after = {c.quote: c.value for c in session.candidates if c.kind == "date"}
    assert after["السبت"]["start"] == "2023-11-18"  # 18 November 2023 was a Saturday
    assert session.by_id.keys() == {c.id for c in session.candidates}
    session.turn("undo")
    assert {c.quote: c.value for c in session.candidates if c.kind == "date"} == before
    session.writer.settle(patient=True)


def test_a_proposed_date_follows_the_publication_date_and_one_that_was_confirmed_stays(
    demo: Project,
) -> None:
    session = CodingSession(demo, demo.article("002"), "you")

    def publish(day: str) -> None:
        value = {"start": day, "end": day, "precision": "day", "basis": "inferred"}
        session.do(SetValue("", session.codebook.article_field("pub_date"), value))

    publish("2023-11-18")
    saturday = next(c for c in session.candidates if c.quote == "السبت")
    date = session.codebook.event_field("date")
    proposed = Answer(value=saturday.value, evidence=(saturday.id,), proposed=True)
    events = Event("e1", {"date": proposed}), Event("e2", {"date": proposed})
    session.do(Becomes("event.opened", replace(session.coding, events=events)))
    session.do(AcceptProposals("e2", (date,)))
    publish("2023-11-24")
    days = [event.answer("date").value["start"] for event in session.coding.events]
    assert days == ["2023-11-18", "2023-11-18"]  # 24 November 2023 was a Friday
    publish("2023-11-25")
    days = [event.answer("date").value["start"] for event in session.coding.events]
    assert days == ["2023-11-25", "2023-11-18"]
    moved = [p for p in session.problems() if p.rule == MOVED]
    assert [(p.event_id, p.field, p.severity) for p in moved] == [
        ("e2", "date", "warning")
    ]
    [words] = session.coding.event("e2").answer("date").evidence
    session.do(Put("e2", date, session.coding.span(words)))  # the same words once more
    assert session.coding.event("e2").answer("date").value["start"] == "2023-11-25"
    assert not [p for p in session.problems() if p.rule == MOVED]
    session.turn("undo")
    turned = session.turn("undo")
    assert turned is not None
    place = first_place(turned.changes, session.codebook)
    assert place.field == session.codebook.article_field("pub_date")
    assert session.coding.events[0].answer("date") == proposed
    session.close()


def test_words_cited_for_an_empty_date_propose_it_once_the_publication_date_is_coded(
    demo: Project,
) -> None:
    session = CodingSession(demo, demo.article("002"), "you")
    date, status = (
        session.codebook.event_field(name) for name in ("date", "event_status")
    )
    saturday = next(c for c in session.candidates if c.quote == "السبت")
    session.do(Becomes("event.opened", replace(session.coding, events=(Event("e1"),))))
    for field in (date, status):
        session.do(AttachEvidence("e1", field, saturday))
    [words] = session.coding.events[0].answer("date").evidence
    assert not session.coding.events[0].answer("date").coded
    day = {
        "start": "2023-11-18",
        "end": "2023-11-18",
        "precision": "day",
        "basis": "inferred",
    }
    session.do(SetValue("", session.codebook.article_field("pub_date"), day))
    found = session.coding.events[0].answer("date")
    # 18 November 2023 was a Saturday; nobody has confirmed that the event was on it.
    assert (found.value["start"], found.evidence, found.proposed) == (
        "2023-11-18",
        (words,),
        True,
    )
    assert session.coding.events[0].answer("event_status").value != found.value
    session.turn("undo")
    assert session.coding.events[0].answer("date").evidence == (words,)
    assert session.coding.events[0].answer("date").value is None
    session.close()
