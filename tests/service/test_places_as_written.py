"""Places that were chosen by name are written as in the words that support them, and
keep these words.
"""

from __future__ import annotations

import pytest

from coder.codebook.schema import Codebook
from coder.model import Answer, Article, Coding, Event, Json, Span
from coder.service.edits.answer_edits import AttachEvidence, SetValue
from coder.service.edits.context import Context
from coder.service.edits.field_values import find_earlier_value, make_item
from coder.service.edits.split_edits import SplitEvent

TEXT = "هجمات في العراق وسورية ثم في سورية"
ARTICLE = Article("a1", TEXT)


def place(number: int, words: str, after: int = 0) -> Span:
    start = TEXT.index(words, after)
    return Span(f"s{number}", "place", start, start + len(words), words)


IRAQ, SYRIA, AGAIN = (
    place(1, "العراق"),
    place(2, "سورية"),
    place(3, "سورية", TEXT.index("ثم")),
)


@pytest.fixture
def coding(conflict_events: Codebook) -> Coding:
    """Iraq in e1 by its words, beside Syria as it was chosen from the list: as سوريا,
    which nobody wrote.
    """
    field = conflict_events.event_field("place")
    listed = [
        make_item(field, "iq", conflict_events),
        make_item(field, "sy", conflict_events),
    ]
    assert [item["as_written"] for item in listed] == ["العراق", "سوريا"]
    event = Event(
        "e1",
        {"event_type": Answer("air_strike"), "place": Answer(listed, evidence=("s1",))},
    )
    spans, events = (
        (IRAQ, SYRIA, AGAIN),
        (event, Event("e2", {"event_type": Answer("air_strike")})),
    )
    return Coding(
        "a1",
        ARTICLE.text_sha256,
        conflict_events.ref,
        "amal",
        spans=spans,
        events=events,
    )


def as_written(coding: Coding, event: str) -> list[Json]:
    value = (
        next(each for each in coding.events if each.id == event).answer("place").value
    )
    return [item["as_written"] for item in value]


def test_words_that_are_attached_to_a_place_from_the_list_say_how_it_is_written(
    conflict_events: Codebook, coding: Coding
) -> None:
    field, context = (
        conflict_events.event_field("place"),
        Context(conflict_events, ARTICLE, {}),
    )
    coding = AttachEvidence("e1", field, SYRIA).apply(coding, context)
    assert as_written(coding, "e1") == ["العراق", "سورية"]
    again = find_earlier_value(field, AGAIN, coding, conflict_events, "e2")
    assert [item["as_written"] for item in again] == [
        "سورية"
    ]  # what another event gets from the same words


def test_a_place_from_the_list_is_written_as_in_the_words_that_are_there_already(
    conflict_events: Codebook, coding: Coding
) -> None:
    field, context = (
        conflict_events.event_field("place"),
        Context(conflict_events, ARTICLE, {}),
    )
    coding = AttachEvidence("e2", field, SYRIA).apply(coding, context)
    exact = {**make_item(field, "sy", conflict_events), "precision": "around_town"}
    coding = SetValue("e2", field, [exact]).apply(coding, context)
    assert as_written(coding, "e2") == ["سورية"]


def test_a_split_leaves_the_words_of_each_place_to_the_event_of_that_place(
    conflict_events: Codebook, coding: Coding
) -> None:
    field, context = (
        conflict_events.event_field("place"),
        Context(conflict_events, ARTICLE, {}),
    )
    event = coding.events[0].with_answer(
        "place", Answer(coding.events[0].answer("place").value, evidence=("s1", "s2"))
    )
    coding = SplitEvent("e1", field, whole=True).apply(
        coding.with_event(event), context
    )
    answers = [each.answer("place") for each in coding.events[2:]]
    assert [answer.evidence for answer in answers] == [("s1",), ("s2",)]
