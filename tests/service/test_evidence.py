"""What can support a value, and what is said where something cannot."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Answer, Blank, Coding, Decision, Event, Span
from coder.service.coding import edits
from coder.service.coding.evidence import attach, drop_evidence
from coder.service.coding.session import CodingSession
from coder.service.project.opened import Project

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


def answer(coding: Coding, field: str) -> Answer:
    event = coding.event("e1")
    assert event is not None
    return event.answer(field)


def test_a_letter_takes_only_words_that_can_give_its_field_a_value(conflict_events: Codebook) -> None:
    scope = conflict_events.event_field("report_scope")
    with pytest.raises(CoderError, match="such words give no Report scope; it comes from: trigger") as error:
        edits.put(CODING, conflict_events, "e1", scope, PLACE)
    assert all(error.value.words("ar")) and "نطاق الخبر" in error.value.words("ar")[0]
    put = edits.put(CODING, conflict_events, "e1", scope, TRIGGER)
    assert answer(put, "report_scope") == Answer(value="single", evidence=("s2",))
    with pytest.raises(CoderError, match="takes no words"):
        edits.put(CODING, conflict_events, "e1", conflict_events.event_field("notes"), PLACE)


def test_words_are_attached_to_a_value_that_stays_and_taken_off_again(conflict_events: Codebook) -> None:
    scope = conflict_events.event_field("report_scope")
    attached = attach(CODING, "e1", scope, PLACE)
    assert answer(attached, "report_scope") == Answer(value="single", evidence=("s1",))
    assert attach(attached, "e1", scope, PLACE) == attached
    assert drop_evidence(attached, "e1", scope, "s1") == CODING
    published = conflict_events.article_field("pub_date")
    assert attach(CODING, "", published, PLACE).answer("pub_date").evidence == ("s1",)


@pytest.mark.parametrize(
    ("field", "why"),
    [("notes", "takes no evidence"), ("weapons", "has a proposal"), ("date", "holds no value")],
)
def test_what_holds_nothing_to_support_takes_no_evidence(
    conflict_events: Codebook, field: str, why: str
) -> None:
    with pytest.raises(CoderError, match=why):
        attach(CODING, "e1", conflict_events.event_field(field), PLACE)


def test_rejected_words_support_nothing(conflict_events: Codebook) -> None:
    rejected = replace(TRIGGER, decision=Decision.REJECTED)
    scope = conflict_events.event_field("report_scope")
    for tried in (
        lambda: attach(CODING, "e1", scope, rejected),
        lambda: edits.put(CODING, conflict_events, "e1", scope, rejected),
    ):
        with pytest.raises(CoderError, match="is rejected"):
            tried()


def test_a_comment_outlives_a_blank(conflict_events: Codebook) -> None:
    date = conflict_events.event_field("date")
    for blank in (Blank.NOT_STATED, Blank.MISSING):
        assert answer(edits.set_blank(CODING, conflict_events, "e1", date, blank), "date").comment == "؟"


def test_an_event_opens_from_a_trigger_only(demo: Project) -> None:
    session = CodingSession(demo, demo.article("004"), "you")
    place = next(c for c in session.candidates if c.kind == "place")
    with pytest.raises(CoderError, match="is no trigger") as error:
        session.open_event(place)
    assert place.quote in error.value.words("ar")[0]
    with pytest.raises(CoderError, match="no trigger under the cursor"):
        session.open_event(None)
    assert session.coding.events == () and session.coding.spans == ()
    session.close()
