"""What is longer than a database stores, or too many, is refused in words when it is
typed.
"""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from coder.errors import CoderError
from coder.model import Answer, Coding, Event
from coder.service.coding.remarks import OwnRemarks
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import Comment, SetValue
from coder.service.project.opened import Project
from coder.service.review.codebook_questions import answer_questions
from coder.service.review.gold_session import reopen
from tests.support.edits_by_hand import Becomes

LONG = "ش" * 20_001


@pytest.fixture
def session(demo: Project) -> Any:
    opened = CodingSession(demo, demo.article("004"), "you")
    yield opened
    opened.close()


def test_a_comment_that_is_too_long_is_refused(session: CodingSession) -> None:
    field = session.codebook.article_field("genre")
    before = session.coding
    with pytest.raises(CoderError, match="20001 characters; at most 20000"):
        session.do(Comment("", field, LONG))
    assert session.coding == before
    session.do(Comment("", field, LONG[1:]))
    assert session.coding.answer("genre").comment == LONG[1:]


def test_a_value_that_is_too_long_is_refused(session: CodingSession) -> None:
    field = session.codebook.article_field("outlet")
    with pytest.raises(CoderError, match="20001 characters; at most 20000"):
        session.do(SetValue("", field, LONG))


def test_a_remark_that_is_too_long_is_refused(
    session: CodingSession, demo: Project
) -> None:
    remarks = OwnRemarks(session)
    with pytest.raises(CoderError, match="at most 20000"):
        remarks.say(("you", "", "", 0, 4), LONG)
    for words in (
        lambda: reopen(demo, "salma", "004", "amal", LONG),
        lambda: answer_questions(demo, "salma", ["x"], LONG),
    ):
        with pytest.raises(CoderError, match="at most 20000"):
            words()


def test_an_event_too_many_is_refused(session: CodingSession) -> None:
    def events(count: int) -> Coding:
        made = tuple(Event(f"e{n}", {"notes": Answer("x")}) for n in range(count))
        return replace(session.coding, events=made)

    session.do(Becomes("event.opened", events(500)))
    with pytest.raises(CoderError, match="at most 500 events"):
        session.do(Becomes("event.opened", events(501)))
    assert len(session.coding.events) == 500
