"""What a coder does to a coding, as pure functions; expectations by hand from the codebook."""

from __future__ import annotations

from dataclasses import replace

import pytest

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Answer, Article, Blank, Candidate, Coding, Decision, Event, Span
from coder.service.coding import edits
from coder.service.coding.record_rows import rows
from coder.service.coding.span_values import item_for, value_for

TEXT = "شنت واشنطن غارات على دير الزور الأربعاء"
ARTICLE = Article("a1", TEXT)
EMPTY = Coding("a1", ARTICLE.text_sha256, "conflict-events-ar@1.0.0", "amal")


def candidate(kind: str, words: str, value: object = None) -> Candidate:
    start = TEXT.index(words)
    return Candidate(f"{kind}-{start}", kind, start, start + len(words), words, value, "by hand")


STRIKES = candidate("trigger", "غارات", "air_strike")
USA = candidate("actor", "واشنطن", ["usa"])
DEIR = candidate("place", "دير الزور", "deir_ezzor")
WEDNESDAY = candidate("date", "الأربعاء")


def opened(codebook: Codebook) -> tuple[Coding, Event]:
    coding, span = edits.confirm(EMPTY, STRIKES)
    return edits.open_event(coding, codebook, span, {"initiators": [USA], "place": [DEIR]})


def test_confirming_makes_a_span_once() -> None:
    coding, span = edits.confirm(EMPTY, STRIKES)
    assert span == Span("s1", "trigger", 11, 16, "غارات", "air_strike", Decision.CONFIRMED, STRIKES.id)
    again, same = edits.confirm(coding, STRIKES)
    assert (again, same) == (coding, span)


def test_a_rejected_candidate_is_kept_and_loses_its_place_as_evidence(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    coding = edits.reject(coding, STRIKES, "background")
    span = coding.span("s1")
    assert span is not None and (span.decision, span.reason) == (Decision.REJECTED, "background")
    changed = coding.event(event.id)
    assert changed is not None
    assert changed.answer("event_type") == Answer(value="air_strike", evidence=())
    restored, again = edits.confirm(coding, STRIKES)
    assert again.decision is Decision.CONFIRMED and len(restored.spans) == 1


def test_drawing_takes_the_words_and_never_doubles() -> None:
    coding, span = edits.draw(EMPTY, ARTICLE, "actor", 4, 10)
    assert span == Span("s1", "actor", 4, 10, "واشنطن")
    assert edits.draw(coding, ARTICLE, "actor", 4, 10) == (coding, span)
    with pytest.raises(CoderError, match="Nothing is selected"):
        edits.draw(coding, ARTICLE, "actor", 4, 4)


def test_other_edges_make_a_candidate_edited_and_a_drawn_span_stays_drawn() -> None:
    coding, span = edits.confirm(EMPTY, DEIR)
    resized = edits.resize(coding, ARTICLE, span.id, DEIR.start, DEIR.end - 1).span(span.id)
    assert resized is not None and (resized.quote, resized.decision) == ("دير الزو", Decision.EDITED)
    coding, drawn = edits.draw(EMPTY, ARTICLE, "actor", 4, 10)
    resized = edits.resize(coding, ARTICLE, drawn.id, 4, 9).span(drawn.id)
    assert resized is not None and (resized.quote, resized.decision) == ("واشنط", None)


def test_a_trigger_opens_an_event_with_defaults_and_proposals(conflict_events: Codebook) -> None:
    _, event = opened(conflict_events)
    assert event.id == "e1"
    assert event.answer("event_type") == Answer(value="air_strike", evidence=("s1",))
    assert event.answer("report_scope") == Answer(value="single")
    assert event.answer("event_status") == Answer(value="occurred")
    assert event.answer("initiators") == Answer(value=["usa"], evidence=(USA.id,), proposed=True)
    assert event.answer("initiators").state == "missing"


def test_accepting_proposals_turns_candidates_into_spans(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    by_id = {c.id: c for c in (USA, DEIR)}
    one = edits.accept_proposals(coding, conflict_events, event.id, by_id, "initiators")
    changed = one.event(event.id)
    assert changed is not None
    assert changed.answer("initiators") == Answer(value=["usa"], evidence=("s2",))
    assert changed.answer("place").proposed
    everything = edits.accept_proposals(one, conflict_events, event.id, by_id).event(event.id)
    assert everything is not None
    assert everything.answer("place").value == [
        {"as_written": "دير الزور", "place_id": "deir_ezzor", "admin1": "Deir ez-Zor", "country": "SY",
         "precision": "town"}
    ]  # fmt: skip


def test_one_stroke_puts_value_and_evidence(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    coding, span = edits.confirm(coding, USA)
    field = conflict_events.event_field("targets")
    coding = edits.put(coding, conflict_events, event.id, field, span)
    coding = edits.put(coding, conflict_events, event.id, field, replace(span, id="s9", value=["israel"]))
    changed = coding.event(event.id)
    assert changed is not None
    assert changed.answer("targets") == Answer(value=["usa", "israel"], evidence=("s2", "s9"))


def test_words_of_a_fitting_kind_that_give_no_value_are_attached_as_evidence(
    conflict_events: Codebook,
) -> None:
    coding, event = opened(conflict_events)
    coding, span = edits.confirm(coding, WEDNESDAY)  # no publication date to read it against
    coding = edits.put(coding, conflict_events, event.id, conflict_events.event_field("date"), span)
    changed = coding.event(event.id)
    assert changed is not None
    assert changed.answer("date") == Answer(blank=Blank.MISSING, evidence=("s2",))


def test_a_weekday_is_read_against_the_publication_date(conflict_events: Codebook) -> None:
    # 2023-11-01 was a Wednesday: the last Wednesday on or before publication is that day itself.
    field = conflict_events.event_field("date")
    value = value_for(field, WEDNESDAY, conflict_events, ("2023-11-01", "2023-11-01"))
    assert value == {"start": "2023-11-01", "end": "2023-11-01", "precision": "day", "basis": "relative"}
    assert value_for(field, WEDNESDAY, conflict_events) is None


def test_threat_locks_its_status_and_lets_it_go(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    field = conflict_events.event_field("event_type")
    coding = edits.set_value(coding, conflict_events, event.id, field, "threat")
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("event_status").value == "threatened"
    coding = edits.set_value(coding, conflict_events, event.id, field, "air_strike")
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("event_status").value == "occurred"


def test_blanks(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    field = conflict_events.event_field("date")
    coding = edits.set_blank(coding, conflict_events, event.id, field, Blank.NOT_STATED)
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("date").state == "not_stated"
    with pytest.raises(CoderError, match="set by the program"):
        edits.set_blank(coding, conflict_events, event.id, field, Blank.NOT_APPLICABLE)
    cleared = edits.set_blank(coding, conflict_events, event.id, field, Blank.MISSING).event(event.id)
    assert cleared is not None and "date" not in cleared.fields


def test_a_cleared_default_does_not_come_back(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    field = conflict_events.event_field("certainty")
    coding = edits.set_blank(coding, conflict_events, event.id, field, Blank.MISSING)
    coding = edits.set_blank(
        coding, conflict_events, event.id, conflict_events.event_field("date"), Blank.NOT_STATED
    )
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("certainty").state == "missing"


def test_without_an_event_there_is_nothing_to_put_into(conflict_events: Codebook) -> None:
    coding, span = edits.confirm(EMPTY, USA)
    with pytest.raises(CoderError, match="no event yet"):
        edits.put(coding, conflict_events, "e1", conflict_events.event_field("targets"), span)


def test_choices_become_values_of_the_fields_shape(conflict_events: Codebook) -> None:
    field = conflict_events.event_field
    assert item_for(field("initiators"), "usa", conflict_events) == "usa"
    assert item_for(field("source"), "us_dod", conflict_events) == {"who": "us_dod", "kind": "official"}
    assert item_for(field("place"), "iq", conflict_events) == {
        "as_written": "العراق", "place_id": "iq", "country": "IQ", "precision": "country",
    }  # fmt: skip
    assert item_for(field("weapons"), "rocket", conflict_events) == "rocket"


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("initiators", None, "a list"),
        ("initiators", "usa", "a list"),
        ("event_type", ["threat"], "one value"),
    ],
)
def test_a_value_has_the_form_its_field_takes(
    conflict_events: Codebook, field: str, value: object, wanted: str
) -> None:
    coding, event = opened(conflict_events)
    with pytest.raises(CoderError, match=f"takes {wanted}"):
        edits.set_value(coding, conflict_events, event.id, conflict_events.event_field(field), value)


def test_a_field_that_a_coder_calls_not_applicable_stays_on_the_form(conflict_events: Codebook) -> None:
    blanks = tuple(b.model_copy(update={"set_by": "coder"}) for b in conflict_events.blanks)
    codebook = conflict_events.model_copy(update={"blanks": blanks})
    coding, event = opened(codebook)
    place = codebook.event_field("place")
    coding = edits.set_blank(coding, codebook, event.id, place, Blank.NOT_APPLICABLE)
    row = next(r for r in rows(coding, event.id, codebook, (), "en") if r.field.id == "place")
    assert (row.state, row.text) == ("not_applicable", codebook.blank("not_applicable").label.en)
    with pytest.raises(CoderError, match="set by the program"):
        edits.set_blank(coding, conflict_events, event.id, place, Blank.NOT_APPLICABLE)
