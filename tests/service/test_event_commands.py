"""Copying, duplicating and merging events, and evidence taken away; expectations by
hand.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.settle import settle
from coder.codebook.validate import problems, visible
from coder.errors import CoderError
from coder.model import Answer, Article, Blank, Candidate, Coding, Event, Json, Span
from coder.service.coding.event_cells import summarize_event
from coder.service.edits.answer_edits import DetachEvidence
from coder.service.edits.context import Context
from coder.service.edits.event_edits import (
    CopyValues,
    DeleteEvent,
    Dropped,
    DuplicateEvent,
    MergeEvents,
)

ARTICLE = Article("a1", "")
SPANS = tuple(Span(f"s{i}", "trigger", i, i + 1, "x") for i in range(1, 6))
ALEPPO = {"as_written": "حلب", "place_id": "aleppo", "precision": "settlement"}
HOMS = {"as_written": "حمص", "place_id": "homs", "precision": "settlement"}
FIRST = Event(
    "e1",
    {
        "report_scope": Answer(value="single"),
        "event_type": Answer(value="air_strike", evidence=("s1",)),
        "event_status": Answer(value="occurred"),
        "initiators": Answer(value=["usa"], evidence=("s2",), comment="sure?"),
        "place": Answer(value=[ALEPPO], evidence=("s3",)),
        "killed": Answer(value={"min": 5, "max": 5}, evidence=("s4",)),
        "injured": Answer(blank=Blank.NOT_STATED),
        "certainty": Answer(value="reported"),
        "linked_to": Answer(value=[{"record": "e2", "relation": "part_of"}]),
    },
)
SECOND = Event(
    "e2",
    {
        "report_scope": Answer(value="single"),
        "event_type": Answer(value="drone_attack", evidence=("s5",)),
        "event_status": Answer(value="occurred"),
        "initiators": Answer(value=["usa"], evidence=("s5", "s2"), comment="yes"),
        "targets": Answer(value=["isis"], evidence=("c9",), proposed=True),
        "place": Answer(value=[ALEPPO, HOMS], evidence=("s5",)),
        "injured": Answer(value={"min": 2, "max": 2}, evidence=("s1",)),
        "certainty": Answer(value="reported"),
    },
)
THIRD = Event(
    "e3", {"linked_to": Answer(value=[{"record": "e2", "relation": "about"}])}
)
CODING = Coding(
    "a1",
    "0" * 64,
    "conflict-events-ar@1.0.0",
    "amal",
    spans=SPANS,
    events=(FIRST, SECOND, THIRD),
)


def event(coding: Coding, event_id: str) -> Event:
    found = coding.event(event_id)
    assert found is not None
    return found


def test_a_duplicate_has_values_and_evidence_and_a_new_id_but_no_comments(
    conflict_events: Codebook,
) -> None:
    coding = DuplicateEvent("e1").apply(CODING, Context(conflict_events, ARTICLE))
    twin = coding.events[-1]
    assert [e.id for e in coding.events] == ["e1", "e2", "e3", "e4"]
    assert event(coding, "e1") == FIRST
    assert twin == event(coding, "e4")
    assert twin.answer("initiators") == Answer(value=["usa"], evidence=("s2",))
    assert {n: a for n, a in twin.fields.items() if n != "initiators"} == {
        n: a for n, a in FIRST.fields.items() if n != "initiators"
    }


def test_a_new_event_is_not_taken_for_one_that_is_gone_but_still_linked_to(
    conflict_events: Codebook,
) -> None:
    context = Context(conflict_events, ARTICLE)
    coding = DeleteEvent("e2").apply(replace(CODING, events=(FIRST, SECOND)), context)
    coding = DuplicateEvent("e1").apply(coding, context)
    assert [e.id for e in coding.events] == ["e1", "e3"]
    told = [
        p.message.of("en")
        for p in problems(coding, conflict_events, ARTICLE)
        if p.field == "linked_to"
    ]
    assert [words for words in told if "there is no" in words] == [
        "Linked record: there is no event 2."
    ] * 2


def test_copying_fills_what_is_empty_and_nothing_else(
    conflict_events: Codebook,
) -> None:
    coding, count = CopyValues("e2", "e1").copy_and_count(
        CODING, Context(conflict_events, ARTICLE)
    )
    copied = event(coding, "e2")
    # e2 lacks only `killed` of what e1 has: e1's link leads to e2 itself. Of e2's
    # targets e1 says nothing, so that they stay proposed.
    assert count == 1
    assert copied.answer("killed") == Answer(
        value={"min": 5, "max": 5}, evidence=("s4",)
    )
    assert {n: a for n, a in copied.fields.items() if n != "killed"} == SECOND.fields
    assert event(coding, "e1") == FIRST


def test_copying_what_is_proposed_already_keeps_the_words_that_propose_it(
    conflict_events: Codebook,
) -> None:
    words = Candidate("c1", "actor", 8, 9, "x", value="usa", origin="rules")
    own = Answer(value=["usa"], evidence=("c1",), proposed=True)
    context = Context(conflict_events, ARTICLE, {"c1": words})
    before = CODING.with_event(SECOND.with_answer("initiators", own))
    coding, count = CopyValues("e2", "e1").copy_and_count(before, context)
    answer = event(coding, "e2").answer("initiators")
    cited = [
        span.stretch
        for each in answer.evidence
        if (span := coding.span(each)) is not None
    ]
    assert (answer.value, answer.proposed, cited, count) == (
        ["usa"],
        False,
        [words.stretch],
        2,
    )


def test_a_copied_type_asks_for_the_fields_that_are_copied_after_it(
    conflict_events: Codebook,
) -> None:
    opened = CODING.with_event(settle(Event("e4"), CODING, conflict_events))
    empty = event(opened, "e4")
    assert "killed" not in visible(empty, opened, conflict_events)
    coding, _ = CopyValues(empty.id, "e1").copy_and_count(
        opened, Context(conflict_events, ARTICLE)
    )
    copied = event(coding, empty.id)
    assert copied.answer("event_type").value == "air_strike"
    assert copied.answer("killed").value == {"min": 5, "max": 5}
    assert copied.answer("injured").blank is Blank.NOT_STATED
    assert copied.answer("initiators") == Answer(value=["usa"], evidence=("s2",))
    assert copied.answer("linked_to").value == [{"record": "e2", "relation": "part_of"}]


def test_one_field_is_copied_over_what_was_there(conflict_events: Codebook) -> None:
    place = conflict_events.event_field("place")
    coding = CopyValues("e2", "e1", place).apply(
        CODING, Context(conflict_events, ARTICLE)
    )
    assert event(coding, "e2").answer("place") == Answer(
        value=[ALEPPO], evidence=("s3",)
    )
    with pytest.raises(CoderError, match="nothing to copy"):
        targets = conflict_events.event_field(
            "targets"
        )  # a proposal in e2, nothing in e1
        CopyValues("e1", "e2", targets).apply(CODING, Context(conflict_events, ARTICLE))


def test_a_merge_keeps_one_value_unites_the_evidence_and_says_what_is_dropped(
    conflict_events: Codebook,
) -> None:
    merge = MergeEvents("e1", "e2")
    coding = merge.apply(CODING, Context(conflict_events, ARTICLE))
    dropped = merge.dropped(CODING, coding, conflict_events)
    assert [e.id for e in coding.events] == ["e1", "e3"]
    merged = event(coding, "e1")
    assert merged.answer("event_type") == Answer(
        value="air_strike", evidence=("s1", "s5")
    )
    assert merged.answer("initiators") == Answer(
        value=["usa"], evidence=("s2", "s5"), comment="sure? · yes"
    )
    assert merged.answer("place") == Answer(value=[ALEPPO], evidence=("s3", "s5"))
    assert merged.answer("killed") == FIRST.answer("killed")
    # `not stated` gives way to a value, an empty field to a proposal.
    assert merged.answer("injured") == Answer(
        value={"min": 2, "max": 2}, evidence=("s1",)
    )
    assert merged.answer("targets") == SECOND.answer("targets")
    field = conflict_events.event_field
    assert dropped == [
        Dropped(field("event_type"), "drone_attack", "air_strike"),
        Dropped(field("place"), [HOMS], [ALEPPO]),
    ]


def test_links_to_a_merged_event_lead_to_the_one_kept(
    conflict_events: Codebook,
) -> None:
    coding = MergeEvents("e1", "e2").apply(CODING, Context(conflict_events, ARTICLE))
    assert event(coding, "e3").answer("linked_to").value == [
        {"record": "e1", "relation": "about"}
    ]
    # e1's link would lead to e1 itself.
    assert not event(coding, "e1").answer("linked_to").coded


@pytest.mark.parametrize("wrong", [[None, 3], [{"relation": "part_of"}], "e2", {}])
def test_what_is_no_link_stays_as_it_is_when_events_are_merged(
    conflict_events: Codebook, wrong: Json
) -> None:
    third = Event("e3", {"linked_to": Answer(value=wrong)})
    coding = replace(CODING, events=(FIRST, SECOND, third))
    merged = MergeEvents("e1", "e2").apply(coding, Context(conflict_events, ARTICLE))
    assert event(merged, "e3").answer("linked_to").value == wrong


def test_what_the_kept_type_does_not_ask_for_counts_as_dropped(
    conflict_events: Codebook,
) -> None:
    threat = replace(
        SECOND, fields={"event_type": Answer(value="threat", evidence=("s5",))}
    )
    coding = replace(CODING, events=(FIRST, threat))
    merge = MergeEvents("e2", "e1")
    merged = merge.apply(coding, Context(conflict_events, ARTICLE))
    dropped = merge.dropped(coding, merged, conflict_events)
    lost = {each.field.id: each.value for each in dropped}
    assert lost["event_type"] == "air_strike"
    assert lost["killed"] == {"min": 5, "max": 5}


def test_attached_evidence_outlives_a_merge_with_what_is_only_proposed(
    conflict_events: Codebook,
) -> None:
    attached = Answer(blank=Blank.MISSING, evidence=("s3",))
    assert SECOND.answer("targets").proposed
    coding = CODING.with_event(FIRST.with_answer("targets", attached))
    merged = MergeEvents("e2", "e1").apply(coding, Context(conflict_events, ARTICLE))
    assert event(merged, "e2").answer("targets") == attached


def test_an_event_is_not_merged_with_itself(conflict_events: Codebook) -> None:
    with pytest.raises(CoderError, match="itself"):
        MergeEvents("e1", "e1").apply(CODING, Context(conflict_events, ARTICLE))


def test_evidence_is_taken_away_without_the_value(conflict_events: Codebook) -> None:
    field = conflict_events.event_field("initiators")
    coding = DetachEvidence("e2", field, "s5").apply(
        CODING, Context(conflict_events, ARTICLE)
    )
    assert event(coding, "e2").answer("initiators") == Answer(
        value=["usa"], evidence=("s2",), comment="yes"
    )
    assert coding.spans == CODING.spans
    genre = conflict_events.article_field("genre")
    answered = CODING.with_answer("genre", Answer(value="news", evidence=("s1", "s2")))
    left = DetachEvidence("", genre, "s1").apply(
        answered, Context(conflict_events, ARTICLE)
    )
    assert left.answer("genre") == Answer(value="news", evidence=("s2",))


def test_a_summary_names_who_is_acted_on_where_nobody_is_known_to_act(
    conflict_events: Codebook,
) -> None:
    fields = {
        "event_type": Answer(value="air_strike"),
        "targets": Answer(value=["isis"]),
    }
    both = {**fields, "initiators": Answer(value=["usa"])}
    assert summarize_event(Event("e1", both), conflict_events, "en") == [
        "Air strike",
        "United States",
        "Islamic State",
    ]
    assert summarize_event(Event("e1", fields), conflict_events, "en") == [
        "Air strike",
        "Targets: Islamic State",
    ]
