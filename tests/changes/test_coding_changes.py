"""What differs between two states of a coding, and its words; expectations by hand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from coder.changes.coding_changes import (
    AnswerChange,
    ClusterChange,
    EventChange,
    SpanChange,
    StatusChange,
    compare_codings,
    compare_gold,
    drop_consequences,
    first_place,
)
from coder.changes.wording import describe_changes
from coder.codebook.schema import Codebook
from coder.model import (
    MISSING,
    Answer,
    Blank,
    Cluster,
    Coding,
    Decision,
    Event,
    Span,
    Status,
)

NOBODY = Coding("a1", "", "", "amal")
HOMS = Span("s1", "place", 10, 13, "حمص", decision=Decision.CONFIRMED)
ALEPPO = Span("s2", "place", 20, 23, "حلب", decision=Decision.CONFIRMED)


def plain(words: str) -> str:
    return words.translate(dict.fromkeys(range(0x2066, 0x206A)))


def with_answer(answer: Answer, *spans: Span) -> Coding:
    return replace(NOBODY, events=(Event("e1", {"place": answer}),), spans=spans)


def test_equal_codings_have_no_changes() -> None:
    one = with_answer(Answer(value=["x"], evidence=("s1",)), HOMS)
    other = with_answer(Answer(value=["x"], evidence=("s1",)), replace(HOMS))
    assert compare_codings(one, other) == []


def test_every_part_that_differs_is_one_change() -> None:
    before = with_answer(Answer(value=["x"], evidence=("s1",)), HOMS)
    after = replace(
        with_answer(Answer(value=["y"], evidence=("s2",)), ALEPPO),
        status=Status.SUBMITTED,
        answers={"genre": Answer(value="news")},
    )
    after = replace(after, events=(*after.events, Event("e2")))
    status, event, genre, place, homs, aleppo = compare_codings(before, after)
    assert status == StatusChange(Status.OPEN, Status.SUBMITTED)
    assert event == EventChange(None, Event("e2"))
    assert genre == AnswerChange("", "genre", MISSING, Answer(value="news"))
    assert isinstance(place, AnswerChange)
    assert (place.event_id, place.gained, place.lost) == ("e1", (ALEPPO,), (HOMS,))
    assert homs == SpanChange(HOMS, None)
    assert aleppo == SpanChange(None, ALEPPO)


def test_answers_of_a_new_event_belong_to_it() -> None:
    event = Event("e1", {"place": Answer(value=["x"])})
    after = replace(NOBODY, events=(event,))
    assert compare_codings(NOBODY, after) == [EventChange(None, event)]
    assert compare_codings(after, NOBODY) == [EventChange(event, None)]


def test_evidence_is_compared_by_its_words_not_by_its_ids() -> None:
    before = with_answer(Answer(value=["x"], evidence=("s1",)), HOMS)
    renamed = replace(HOMS, id="s9")
    after = with_answer(Answer(value=["x"], evidence=("s9",)), renamed)
    kinds = [type(change) for change in compare_codings(before, after)]
    assert kinds == [SpanChange, SpanChange]


def test_in_gold_the_answers_of_a_new_event_are_the_changes() -> None:
    answer = Answer(value=["x"], how="decided")
    gold = replace(NOBODY, events=(Event("g1", {"place": answer}),))
    cluster = Cluster("c1", "a1", (("amal", "e1"),))
    [change] = compare_gold((None, (cluster,)), (gold, (cluster,)))
    assert change == AnswerChange("g1", "place", MISSING, answer)


def test_a_cluster_changes_by_its_members_or_rejection_only() -> None:
    cluster = Cluster("c1", "a1", (("amal", "e1"),))
    rejected = replace(cluster, rejected="not_an_event")
    begun = replace(cluster, gold="g1")
    assert compare_gold((None, (cluster,)), (None, (begun,))) == []
    assert compare_gold((None, (cluster,)), (None, (rejected,))) == [
        ClusterChange(cluster, rejected)
    ]


def test_what_the_program_sets_is_a_consequence(conflict_events: Codebook) -> None:
    before = with_answer(MISSING)
    chosen = Answer(value=["x"], evidence=("s1",))
    proposed = Answer(value="news", proposed=True)
    fields = {"place": chosen, "certainty": proposed}
    after = replace(NOBODY, events=(Event("e1", fields),), spans=(HOMS,))
    [change] = drop_consequences(compare_codings(before, after), conflict_events)
    assert isinstance(change, AnswerChange) and change.field_id == "place"
    place = first_place(compare_codings(before, after), conflict_events)
    assert place.event_id == "e1" and place.span == HOMS
    assert place.field == conflict_events.event_field("place")


def test_a_rejected_span_is_told_before_what_it_supported(
    conflict_events: Codebook,
) -> None:
    before = with_answer(Answer(value="x", evidence=("s1",)), HOMS)
    rejected = replace(HOMS, decision=Decision.REJECTED)
    after = with_answer(Answer(value="x"), rejected)
    words = describe_changes(compare_codings(before, after), conflict_events, "en")
    assert plain(words) == "rejected place «حمص»"


def test_many_fields_are_counted(conflict_events: Codebook) -> None:
    fields = conflict_events.event_fields[:9]
    blank = Answer(blank=Blank.NOT_STATED)
    before = replace(NOBODY, events=(Event("e1"),))
    event = Event("e1", {field.id: blank for field in fields})
    changes = compare_codings(before, replace(NOBODY, events=(event,)))
    first = fields[0].label.of("en")
    words = plain(describe_changes(changes, conflict_events, "en"))
    assert words == f"not stated: {first}, event 1, and 8 more"


ANSWERS = st.sampled_from(
    (
        MISSING,
        Answer(value=["x"]),
        Answer(value=["x"], evidence=("s1",)),
        Answer(value=["x"], evidence=("s1", "s2"), comment="?"),
        Answer(blank=Blank.NOT_STATED),
        Answer(value=["y"], proposed=True),
    )
)
FIELDS = st.dictionaries(st.sampled_from(("place", "date", "targets")), ANSWERS)
EVENTS = st.dictionaries(st.sampled_from(("e1", "e2", "e3")), FIELDS)
SPANS = st.sets(st.sampled_from((HOMS, ALEPPO)))


@st.composite
def codings(draw: st.DrawFn) -> Coding:
    events = draw(EVENTS)
    return replace(
        NOBODY,
        answers=draw(FIELDS),
        events=tuple(Event(name, fields) for name, fields in events.items()),
        spans=tuple(draw(SPANS)),
        status=draw(st.sampled_from(Status)),
    )


@given(codings(), codings())
def test_the_changes_backwards_are_the_changes_turned(
    one: Coding, other: Coding
) -> None:
    there = compare_codings(one, other)
    back = compare_codings(other, one)
    assert len(there) == len(back)
    for change in there:
        if isinstance(change, AnswerChange):
            turned = AnswerChange(
                change.event_id,
                change.field_id,
                change.after,
                change.before,
                change.lost,
                change.gained,
            )
        else:
            turned = type(change)(change.after, change.before)  # type: ignore[arg-type]
        assert turned in back


@given(codings())
def test_a_coding_does_not_differ_from_itself(coding: Coding) -> None:
    assert compare_codings(coding, coding) == []


@given(codings(), codings())
def test_whatever_changes_has_words_in_both_languages(
    conflict_events: Codebook, one: Coding, other: Coding
) -> None:
    changes = compare_codings(one, other)
    for lang in ("ar", "en"):
        words = describe_changes(changes, conflict_events, lang)
        assert bool(words) == bool(changes) and "edits." not in words
