"""Candidates whose dates hang on the publication day, once the coder has coded it."""

from __future__ import annotations

from coder.model import Answer
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project
from tests.support.edits_by_hand import Becomes


def test_weekdays_get_their_day_from_the_publication_date_that_is_coded(demo: Project) -> None:
    session = CodingSession(demo, demo.article("002"), "you")
    before = {c.quote: c.value for c in session.candidates if c.kind == "date"}
    assert before["السبت"] is None
    day = {"start": "2023-11-18", "end": "2023-11-18", "precision": "day", "basis": "inferred"}
    session.do(Becomes("answer.put", session.coding.with_answer("pub_date", Answer(value=day))))
    after = {c.quote: c.value for c in session.candidates if c.kind == "date"}
    assert after["السبت"]["start"] == "2023-11-18"  # 18 November 2023 was a Saturday
    assert session.by_id.keys() == {c.id for c in session.candidates}
    session.turn("undo")
    assert {c.quote: c.value for c in session.candidates if c.kind == "date"} == before
    session.writer.settle(patient=True)
