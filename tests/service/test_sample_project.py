"""The sample project."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from coder.service.coding.session import CodingSession
from coder.service.edits.span_edits import Confirm
from coder.service.sample_project import BEGIN, VISITOR, make_demo
from coder.store.unit_of_work import utc_now


def test_what_a_visitor_does_right_after_it_was_made_has_the_real_time(
    tmp_path: Path,
) -> None:
    project, _ = make_demo(tmp_path / "project", lambda _: None)
    session = CodingSession(project, project.article("004_6bcea9cb8461aa4b"), VISITOR)
    session.do(Confirm([session.candidates[0]]))
    [entry] = session.history()
    assert abs(utc_now() - datetime.fromisoformat(entry.at)) < timedelta(minutes=5)
    with project.store.read() as queries:
        made = [
            datetime.fromisoformat(entry.at)
            for entry in queries.entries()
            if entry.subject != session.subject
        ]
    assert made and all(
        at < BEGIN + timedelta(days=1) for at in made
    )  # so that the exports are the same bytes
    project.close()
