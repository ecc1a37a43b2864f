"""Codings carried over to a corrected text: spans, evidence, candidates, status."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coder.changes.carried_coding import carry_coding, carry_remark
from coder.model import Answer, Article, Coding, Decision, Event, Remark, Span, Status
from coder.text.text_change import TextChange

OLD = Article("a1", "قتل جنذي في حلب أمس")
NEW = Article("a1", "مراسلنا: قتل جندي في حلب أمس")
WORDS = st.text(alphabet="ابجد قصف 12.\n", max_size=40)
EDITS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 5), WORDS), max_size=4)


def span(id_: str, kind: str, words: str, **more: object) -> Span:
    start = OLD.text.index(words)
    return Span(id_, kind, start, start + len(words), words, **more)  # type: ignore[arg-type]


def coding(*spans: Span, **more: object) -> Coding:
    return Coding("a1", OLD.text_sha256, "book@1", "amal", spans=spans, **more)  # type: ignore[arg-type]


CHANGE = TextChange(OLD.text, NEW.text)


def test_a_span_moves_with_its_words() -> None:
    carried = carry_coding(coding(span("s1", "place", "حلب")), CHANGE, NEW)
    [moved] = carried.coding.spans
    # Nine letters and signs were put before: «مراسلنا: ».
    assert (moved.start, moved.end) == (12 + 9, 15 + 9)
    assert NEW.text[moved.start : moved.end] == "حلب" == moved.quote
    assert carried.coding.text_sha256 == NEW.text_sha256
    assert carried.lost == ()


def test_a_span_with_other_letters_is_lost_and_named() -> None:
    damaged = span("s1", "agent", "جنذي")
    place = span("s2", "place", "حلب")
    event = Event("e1", {"victim": Answer("soldier", evidence=("s1", "s2"))})
    old = coding(damaged, place, events=(event,), status=Status.SUBMITTED)
    carried = carry_coding(old, CHANGE, NEW)
    assert carried.lost == (damaged,)
    assert [each.id for each in carried.coding.spans] == ["s2"]
    assert carried.coding.events[0].fields["victim"] == Answer(
        "soldier", evidence=("s2",)
    )
    assert carried.coding.status is Status.OPEN


def test_a_submitted_coding_that_lost_nothing_stays_submitted() -> None:
    old = coding(span("s1", "place", "حلب"), status=Status.SUBMITTED)
    assert carry_coding(old, CHANGE, NEW).coding.status is Status.SUBMITTED


def test_losing_a_rejected_span_asks_nothing_of_the_coder() -> None:
    rejected = span("s1", "agent", "جنذي", decision=Decision.REJECTED)
    carried = carry_coding(coding(rejected, status=Status.SUBMITTED), CHANGE, NEW)
    assert carried.lost == (rejected,)
    assert carried.coding.status is Status.SUBMITTED


def test_a_decided_candidate_is_decided_in_the_new_text() -> None:
    decided = span(
        "s1",
        "place",
        "حلب",
        decision=Decision.CONFIRMED,
        candidate="place:12-15",
    )
    [moved] = carry_coding(coding(decided), CHANGE, NEW).coding.spans
    assert moved.candidate == "place:21-24"


def test_a_remark_moves_with_its_words() -> None:
    remark = Remark("a1", "amal", "r1", "amal", "2026-01-01T00:00Z", "?")
    about_place = Remark(
        "a1", "amal", "r2", "amal", "2026-01-01T00:00Z", "?", start=12, end=15
    )
    about_lost = Remark(
        "a1", "amal", "r3", "amal", "2026-01-01T00:00Z", "?", start=4, end=8
    )
    assert carry_remark(remark, CHANGE) == remark
    moved = carry_remark(about_place, CHANGE)
    assert (moved.start, moved.end) == (21, 24)
    kept = carry_remark(about_lost, CHANGE)
    assert (kept.start, kept.end) == (0, 0)


@given(text=WORDS.filter(bool), edits=EDITS, data=st.data())
def test_every_span_is_carried_unchanged_or_listed(
    text: str, edits: list[tuple[int, int, str]], data: st.DataObject
) -> None:
    new = text
    for start, length, words in edits:
        new = new[:start] + words + new[start + length :]
    spans = []
    for number in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        spans.append(Span(f"s{number}", "place", start, end, text[start:end]))
    old = Coding("a1", "", "book@1", "amal", spans=tuple(spans))
    carried = carry_coding(old, TextChange(text, new), Article("a1", new))
    ids = {each.id for each in carried.coding.spans}
    lost = {each.id for each in carried.lost}
    assert ids | lost == {each.id for each in spans}
    assert not ids & lost
    for each in carried.coding.spans:
        assert new[each.start : each.end] == each.quote
