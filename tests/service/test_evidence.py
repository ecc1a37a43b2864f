"""What can support a value, and what is said where something cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Answer, Article, Blank, Coding, Decision, Event, Span
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import AttachEvidence, DetachEvidence, Put, SetBlank
from coder.service.edits.edits import Context
from coder.service.edits.event_edits import OpenEvent
from coder.service.project.opened import Project

ARTICLE = Article("a1", "")
PLACE = Span("s1", "place", 0, 8, "الميادين", "mayadin")
TRIGGER = Span("s2", "trigger", 9, 14, "غارات", "air_strike")
EVENT = Event(
    "e1",
    {
        "report_scope": Answer(value="single"),
        "event_type": Answer(value="air_strike"),
        "weapons": Answer(value=["rocket"], proposed=True),
        "date": Answer(blank=Blank.NOT_STATED, comment="؟"),
    },
)
CODING = Coding("a1", "", "conflict-events-ar@1.0.0", "amal", spans=(PLACE, TRIGGER), events=(EVENT,))


def by(codebook: Codebook) -> Context:
    return Context(codebook, ARTICLE)


def answer(coding: Coding, field: str) -> Answer:
    event = coding.event("e1")
    assert event is not None
    return event.answer(field)


def test_a_letter_takes_only_words_that_can_give_its_field_a_value(conflict_events: Codebook) -> None:
    scope = conflict_events.event_field("report_scope")
    with pytest.raises(CoderError, match="such words give no Report scope; it comes from: trigger") as error:
        Put("e1", scope, PLACE).apply(CODING, by(conflict_events))
    assert all(error.value.words("ar")) and "نطاق الخبر" in error.value.words("ar")[0]
    put = Put("e1", scope, TRIGGER).apply(CODING, by(conflict_events))
    assert answer(put, "report_scope") == Answer(value="single", evidence=("s2",))
    with pytest.raises(CoderError, match="takes no words"):
        Put("e1", conflict_events.event_field("notes"), PLACE).apply(CODING, by(conflict_events))


def test_words_are_attached_to_a_value_that_stays_and_taken_off_again(conflict_events: Codebook) -> None:
    scope = conflict_events.event_field("report_scope")
    attached = AttachEvidence("e1", scope, PLACE).apply(CODING, by(conflict_events))
    assert answer(attached, "report_scope") == Answer(value="single", evidence=("s1",))
    assert AttachEvidence("e1", scope, PLACE).apply(attached, by(conflict_events)) == attached
    assert DetachEvidence("e1", scope, "s1").apply(attached, by(conflict_events)) == CODING
    published = conflict_events.article_field("pub_date")
    assert AttachEvidence("", published, PLACE).apply(CODING, by(conflict_events)).answer(
        "pub_date"
    ).evidence == ("s1",)


@pytest.mark.parametrize(
    ("field", "why"),
    [("notes", "takes no evidence"), ("weapons", "has a proposal"), ("date", "holds no value")],
)
def test_what_holds_nothing_to_support_takes_no_evidence(
    conflict_events: Codebook, field: str, why: str
) -> None:
    with pytest.raises(CoderError, match=why):
        AttachEvidence("e1", conflict_events.event_field(field), PLACE).apply(CODING, by(conflict_events))


def test_rejected_words_support_nothing(conflict_events: Codebook) -> None:
    rejected = replace(TRIGGER, decision=Decision.REJECTED)
    scope = conflict_events.event_field("report_scope")
    for tried in (
        lambda: AttachEvidence("e1", scope, rejected).apply(CODING, by(conflict_events)),
        lambda: Put("e1", scope, rejected).apply(CODING, by(conflict_events)),
    ):
        with pytest.raises(CoderError, match="is rejected"):
            tried()


def test_a_comment_outlives_a_blank(conflict_events: Codebook) -> None:
    date = conflict_events.event_field("date")
    for blank in (Blank.NOT_STATED, Blank.MISSING):
        assert answer(SetBlank("e1", date, blank).apply(CODING, by(conflict_events)), "date").comment == "؟"


def test_an_event_opens_from_a_trigger_only(demo: Project) -> None:
    session = CodingSession(demo, demo.article("004"), "you")
    place = next(c for c in session.candidates if c.kind == "place")
    with pytest.raises(CoderError, match="is no trigger") as error:
        session.do(OpenEvent(place))
    assert place.quote in error.value.words("ar")[0]
    with pytest.raises(CoderError, match="no trigger under the cursor"):
        session.do(OpenEvent(None))
    assert session.coding.events == () and session.coding.spans == ()
    session.close()
