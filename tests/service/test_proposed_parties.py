"""A party that only an adjective names is proposed with its evidence, at once and after coming back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from coder.service.coding.session import CodingSession
from coder.service.delivery.intake import take
from coder.service.edits.answer_edits import AcceptProposals
from coder.service.edits.event_edits import OpenEvent
from coder.service.learning.batch import suggest
from coder.service.project.opened import Project, create_project

TEXT = "أفاد مصدر أمني بمقتل خمسة أشخاص في غارة إسرائيلية استهدفت منزلاً في مدينة غزة."


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """One article; amal is its coder."""
    (tmp_path / "a1.txt").write_text(TEXT, "utf-8")
    made = create_project(tmp_path / "p")
    made.add_person("amal", "coder")
    take(made, [tmp_path / "a1.txt"])
    suggest(made)
    with made.store.begin("setup") as work:
        work.assign([("a1", "amal", "production", 0)])
    yield made
    made.close()


@pytest.mark.parametrize("comes_back", [False, True])
def test_an_accepted_adjective_is_the_evidence_of_the_party(project: Project, comes_back: bool) -> None:
    session = CodingSession(project, project.article("a1"), "amal")
    trigger = next(c for c in session.candidates if c.kind == "trigger" and c.quote == "غارة")
    session.do(OpenEvent(trigger))
    if comes_back:
        session.close()
        session = CodingSession(project, project.article("a1"), "amal")
    session.do(AcceptProposals("e1"))
    [opened] = session.coding.events
    answer = opened.fields["initiators"]
    assert answer.value == ["israel"]
    assert [span.quote for i in answer.evidence if (span := session.coding.span(i))] == ["إسرائيلية"]
    session.close()
