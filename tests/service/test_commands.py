"""What a coder does to a coding, as pure functions; expectations by hand from the
codebook.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.codebook.validate import visible
from coder.errors import CoderError
from coder.model import Answer, Article, Blank, Candidate, Coding, Decision, Event, Span
from coder.service.coding.record_rows import list_rows
from coder.service.edits.answer_edits import AcceptProposals, Put, SetBlank, SetValue
from coder.service.edits.context import Context
from coder.service.edits.decided_spans import confirm_target
from coder.service.edits.event_edits import OpenEvent
from coder.service.edits.field_values import make_item, read_fitting_value
from coder.service.edits.span_edits import Confirm, Draw, Reject, Resize
from coder.service.project.opened import Project

TEXT = "شنت واشنطن غارات على دير الزور الأربعاء"
ARTICLE = Article("a1", TEXT)
EMPTY = Coding("a1", ARTICLE.text_sha256, "conflict-events-ar@1.0.0", "amal")


def candidate(kind: str, words: str, value: object = None) -> Candidate:
    start = TEXT.index(words)
    return Candidate(
        f"{kind}-{start}", kind, start, start + len(words), words, value, "by hand"
    )


STRIKES = candidate("trigger", "غارات", "air_strike")
USA = candidate("actor", "واشنطن", ["usa"])
DEIR = candidate("place", "دير الزور", "deir_ezzor")
WEDNESDAY = candidate("date", "الأربعاء")


def by(codebook: Codebook) -> Context:
    return Context(codebook, ARTICLE)


def opened(codebook: Codebook) -> tuple[Coding, Event]:
    offered = {"initiators": [USA], "place": [DEIR]}
    coding = OpenEvent(STRIKES).apply(
        EMPTY, Context(codebook, ARTICLE, propose=lambda *_: offered)
    )
    return coding, coding.events[-1]


def test_confirming_makes_a_span_once() -> None:
    coding, span = confirm_target(EMPTY, STRIKES)
    assert span == Span(
        "s1", "trigger", 11, 16, "غارات", "air_strike", Decision.CONFIRMED, STRIKES.id
    )
    again, same = confirm_target(coding, STRIKES)
    assert (again, same) == (coding, span)


def test_a_rejected_candidate_is_kept_and_loses_its_place_as_evidence(
    conflict_events: Codebook,
) -> None:
    coding, event = opened(conflict_events)
    coding = Reject([STRIKES], "background").apply(coding, by(conflict_events))
    span = coding.span("s1")
    assert span is not None and (span.decision, span.reason) == (
        Decision.REJECTED,
        "background",
    )
    changed = coding.event(event.id)
    assert changed is not None
    assert changed.answer("event_type") == Answer(value="air_strike", evidence=())
    restored, again = confirm_target(coding, STRIKES)
    assert again.decision is Decision.CONFIRMED and len(restored.spans) == 1


def test_drawing_takes_the_words_and_never_doubles(conflict_events: Codebook) -> None:
    coding = Draw("actor", 4, 10).apply(EMPTY, by(conflict_events))
    assert coding.spans == (Span("s1", "actor", 4, 10, "واشنطن"),)
    assert Draw("actor", 4, 10).apply(coding, by(conflict_events)) == coding
    with pytest.raises(CoderError, match="Nothing is selected"):
        Draw("actor", 4, 4).apply(coding, by(conflict_events))


def test_other_edges_make_a_candidate_edited_and_a_drawn_span_stays_drawn(
    conflict_events: Codebook,
) -> None:
    context = by(conflict_events)
    coding, span = confirm_target(EMPTY, DEIR)
    resized = (
        Resize(span, DEIR.start, DEIR.end - 1).apply(coding, context).span(span.id)
    )
    assert resized is not None and (resized.quote, resized.decision) == (
        "دير الزو",
        Decision.EDITED,
    )
    coding = Draw("actor", 4, 10).apply(EMPTY, context)
    drawn = coding.spans[-1]
    resized = Resize(drawn, 4, 9).apply(coding, context).span(drawn.id)
    assert resized is not None and (resized.quote, resized.decision) == ("واشنط", None)


def test_drawing_over_rejected_words_makes_them_stand(
    conflict_events: Codebook,
) -> None:
    context = Context(conflict_events, ARTICLE, {DEIR.id: DEIR})
    rejected = Reject([DEIR], "background").apply(EMPTY, context)
    coding = Draw("place", DEIR.start, DEIR.end).apply(rejected, context)
    assert coding == Confirm([DEIR]).apply(EMPTY, context)


def test_drawing_what_is_suggested_confirms_it_with_its_value(
    conflict_events: Codebook,
) -> None:
    context = Context(conflict_events, ARTICLE, {STRIKES.id: STRIKES})
    coding = Draw("trigger", STRIKES.start, STRIKES.end).apply(EMPTY, context)
    assert coding == Confirm([STRIKES]).apply(EMPTY, context)
    elsewhere = Resize(STRIKES, STRIKES.start, STRIKES.end - 1).apply(EMPTY, context)
    coding = Draw("trigger", STRIKES.start, STRIKES.end).apply(elsewhere, context)
    assert [(s.quote, s.decision) for s in coding.spans] == [
        ("غارا", Decision.EDITED),
        ("غارات", None),
    ]


def test_a_rejected_span_is_confirmed_as_it_stands_also_when_its_candidate_is_suggested_no_more(
    conflict_events: Codebook,
) -> None:
    context = Context(conflict_events, ARTICLE, {DEIR.id: DEIR})
    narrow = Resize(DEIR, DEIR.start, DEIR.end - 1).apply(EMPTY, context)
    rejected = Reject([narrow.spans[0]]).apply(narrow, context)
    assert Confirm([rejected.spans[0]]).apply(rejected, context) == narrow
    rejected = Reject([DEIR], "background").apply(EMPTY, context)
    again = Confirm([rejected.spans[0]]).apply(rejected, by(conflict_events))
    assert again == Confirm([DEIR]).apply(EMPTY, context)


def test_rejecting_again_keeps_the_reason(conflict_events: Codebook) -> None:
    rejected = Reject([DEIR], "background").apply(EMPTY, by(conflict_events))
    assert Reject([rejected.spans[0]]).apply(rejected, by(conflict_events)) == rejected


def test_edges_as_they_were_suggested_are_no_edit(conflict_events: Codebook) -> None:
    context = Context(conflict_events, ARTICLE, {DEIR.id: DEIR})
    confirmed = Confirm([DEIR]).apply(EMPTY, context)
    assert Resize(DEIR, DEIR.start, DEIR.end).apply(EMPTY, context) == confirmed
    narrow = Resize(DEIR, DEIR.start, DEIR.end - 1).apply(EMPTY, context)
    assert (
        Resize(narrow.spans[0], DEIR.start, DEIR.end).apply(narrow, context)
        == confirmed
    )


def test_two_spans_of_a_kind_never_get_the_same_edges(
    conflict_events: Codebook,
) -> None:
    context = by(conflict_events)
    coding = Draw("place", DEIR.start, DEIR.start + 3).apply(
        Confirm([DEIR]).apply(EMPTY, context), context
    )
    drawn = coding.spans[-1]
    with pytest.raises(CoderError, match="already marked as this"):
        Resize(drawn, DEIR.start, DEIR.end).apply(coding, context)
    coding = Reject([DEIR]).apply(coding, context)
    coding = Resize(drawn, DEIR.start, DEIR.end).apply(coding, context)
    assert [(s.id, s.quote, s.decision) for s in coding.spans] == [
        ("s2", "دير الزور", None)
    ]


@pytest.mark.parametrize(
    ("kind", "words", "value", "others", "wanted"),
    [
        (
            "date",
            "بين 17 و24 أكتوبر 2023",
            {
                "start": "2023-10-17",
                "end": "2023-10-24",
                "precision": "range",
                "basis": "absolute",
            },
            "24 أكتوبر 2023",
            {
                "start": "2023-10-24",
                "end": "2023-10-24",
                "precision": "day",
                "basis": "absolute",
            },
        ),
        (
            "number",
            "60 غارة",
            {"min": 60, "max": 60},
            "أكثر من 60 غارة",
            {"min": 61, "max": None},
        ),
        ("actor", "حزب الله", ["hezbollah"], "كتائب حزب الله", ["kataib_hezbollah"]),
        ("actor", "إيران", ["iran"], "من إيران", ["iran"]),
        (
            "place",
            "سورية",
            [
                {
                    "as_written": "سورية",
                    "place_id": "sy",
                    "country": "SY",
                    "precision": "country",
                }
            ],
            "شمال سورية",
            [
                {
                    "as_written": "شمال سورية",
                    "place_id": "sy",
                    "country": "SY",
                    "precision": "country",
                }
            ],
        ),
        (
            "actor",
            "المقاومة الإسلامية في العراق",
            ["iri"],
            "المقاومة",
            [{"name": "المقاومة", "class": "unknown"}],
        ),
        ("actor", "قوات الولايات المتحدة", ["usa"], "الولايات المتحدة", ["usa"]),
        (
            "place",
            "شمال سورية",
            [
                {
                    "as_written": "شمال سورية",
                    "place_id": "sy",
                    "country": "SY",
                    "precision": "country",
                }
            ],
            "شمال",
            [{"as_written": "شمال", "precision": "town"}],
        ),
        (
            "place",
            "مخيم «النور»",
            [{"as_written": "مخيم «النور»", "precision": "town"}],
            "مخيم «النور",
            [{"as_written": "مخيم النور", "precision": "town"}],
        ),
        (
            "actor",
            "مقر المصالح",
            [{"name": "مقر المصالح", "class": "government"}],
            "المصالح",
            [{"name": "المصالح", "class": "government"}],
        ),
        (
            "source",
            "سمير حداد المتحدث",
            [
                {
                    "who": {"name": "سمير حداد المتحدث", "class": "person"},
                    "kind": "named_person",
                }
            ],
            "سمير حداد",
            [{"who": {"name": "سمير حداد", "class": "person"}, "kind": "named_person"}],
        ),
        (
            "actor",
            "المصالح",
            [{"name": "المصالح", "class": "government"}],
            "المصالح من",
            [{"name": "المصالح من", "class": "government"}],
        ),
    ],
)
def test_other_edges_give_the_value_of_the_words_within_them(
    conflict_events: Codebook,
    kind: str,
    words: str,
    value: object,
    others: str,
    wanted: object,
) -> None:
    text = f"قبل {others if words in others else words} بعد"
    start, at = text.index(words), text.index(others)
    given = Candidate("c1", kind, start, start + len(words), words, value)
    context = Context(conflict_events, Article("a1", text), {"c1": given})
    coding = Resize(given, at, at + len(others)).apply(EMPTY, context)
    field = conflict_events.fields_for_kind(kind)[0]
    assert read_fitting_value(field, coding.spans[0], conflict_events) == wanted
    back = Resize(coding.spans[0], start, start + len(words)).apply(coding, context)
    assert back == Confirm([given]).apply(EMPTY, context)


def test_a_span_moved_to_other_words_leaves_its_value_behind(
    conflict_events: Codebook,
) -> None:
    on_road = Candidate("road", "place", 17, 20, "على", {"place_id": "sy_deir_ezzor"})
    moved = Resize(on_road, 0, 3).apply(EMPTY, by(conflict_events))
    assert [(span.quote, span.value) for span in moved.spans] == [("شنت", None)]


def test_a_count_is_read_from_the_words_that_its_new_edges_hold(
    conflict_events: Codebook,
) -> None:
    text = "قُتل ثلاثة وعشرون شخصاً في غارة"
    three = Candidate("three", "number", 5, 10, "ثلاثة", {"min": 3, "max": 3})
    strike = Candidate("strike", "trigger", 27, 31, "غارة", "air_strike")
    context = Context(conflict_events, Article("a1", text))
    coding = OpenEvent(strike).apply(EMPTY, context)
    coding = Resize(three, 5, 17).apply(coding, context)
    coding = Put("e1", conflict_events.event_field("killed"), coding.spans[-1]).apply(
        coding, context
    )
    assert coding.spans[-1].quote == "ثلاثة وعشرون"
    assert coding.events[0].answer("killed").value == {"min": 23, "max": 23}


def test_a_trigger_opens_an_event_with_defaults_and_proposals(
    conflict_events: Codebook,
) -> None:
    _, event = opened(conflict_events)
    assert event.id == "e1"
    assert event.answer("event_type") == Answer(value="air_strike", evidence=("s1",))
    assert event.answer("report_scope") == Answer(value="single", evidence=("s1",))
    assert event.answer("event_status") == Answer(value="occurred")
    assert event.answer("initiators") == Answer(
        value=["usa"], evidence=(USA.id,), proposed=True
    )
    assert event.answer("initiators").state == "missing"


def test_accepting_proposals_turns_candidates_into_spans(
    conflict_events: Codebook,
) -> None:
    coding, event = opened(conflict_events)
    by_id = {c.id: c for c in (USA, DEIR)}
    context = Context(conflict_events, ARTICLE, by_id)
    initiators = conflict_events.event_field("initiators")
    one = AcceptProposals(event.id, (initiators,)).apply(coding, context)
    changed = one.event(event.id)
    assert changed is not None
    assert changed.answer("initiators") == Answer(value=["usa"], evidence=("s2",))
    assert changed.answer("place").proposed
    everything = AcceptProposals(event.id).apply(one, context).event(event.id)
    assert everything is not None
    assert everything.answer("place").value == [
        {
            "as_written": "دير الزور",
            "place_id": "deir_ezzor",
            "admin1": "Deir ez-Zor",
            "country": "SY",
            "precision": "town",
        }
    ]


def test_what_the_event_is_not_asked_for_stays_a_proposal(
    conflict_events: Codebook,
) -> None:
    _, event = opened(conflict_events)
    weapons = Answer(value=["rocket"], proposed=True)
    meeting = event.with_answer(
        "event_type", Answer(value="meeting_talks")
    ).with_answer("weapons", weapons)
    coding = AcceptProposals(event.id).apply(
        EMPTY.with_event(meeting), by(conflict_events)
    )
    assert [
        a.proposed
        for name in ("initiators", "weapons")
        for a in [coding.events[0].answer(name)]
    ] == [
        False,
        True,
    ]


def test_what_a_proposal_asks_for_is_shown_with_it_and_accepted_with_it(
    conflict_events: Codebook,
) -> None:
    _, event = opened(conflict_events)  # only a tally is asked how many acts it counts
    tally = event.with_answer("report_scope", Answer(value="aggregate", proposed=True))
    tally = tally.with_answer(
        "incident_count", Answer(value={"min": 10, "max": 10}, proposed=True)
    )
    coding = EMPTY.with_event(tally)
    assert "incident_count" not in visible(
        tally, coding, conflict_events
    )  # nobody has said so yet
    assert "incident_count" in [
        row.field.id for row in list_rows(coding, event.id, conflict_events, (), "en")
    ]
    accepted = AcceptProposals(event.id).apply(coding, by(conflict_events))
    assert accepted.events[0].answer("report_scope") == Answer(value="aggregate")
    assert accepted.events[0].answer("incident_count") == Answer(
        value={"min": 10, "max": 10}
    )
    scope = conflict_events.event_field("report_scope")
    single = SetValue(event.id, scope, "campaign").apply(coding, by(conflict_events))
    assert "incident_count" not in [
        row.field.id for row in list_rows(single, event.id, conflict_events, (), "en")
    ]


def test_words_that_give_another_value_are_no_evidence_of_a_single_one(
    conflict_events: Codebook,
) -> None:
    counts = {
        "incident_count": [
            Candidate(
                "number-1", "number", 10, 19, "عشر هجمات", {"min": 10, "max": 10}
            ),
            Candidate("number-2", "number", 30, 34, "ثلاث", {"min": 3, "max": 3}),
        ]
    }
    coding = OpenEvent(STRIKES).apply(
        EMPTY, Context(conflict_events, ARTICLE, propose=lambda *_: counts)
    )
    [event] = coding.events
    assert event.answer("incident_count").evidence == ("number-1",)


def test_what_was_proposed_from_rejected_words_is_proposed_no_more(
    conflict_events: Codebook,
) -> None:
    _, event = opened(conflict_events)
    both = Answer(value=["usa", "israel"], evidence=(USA.id, "actor-99"), proposed=True)
    other = Candidate("actor-99", "actor", 99, 100, "x", ["israel"])
    context = Context(conflict_events, ARTICLE, {c.id: c for c in (USA, DEIR, other)})
    coding = EMPTY.with_event(event.with_answer("targets", both))
    rejected = Reject([USA]).apply(coding, context).events[0]
    assert "initiators" not in rejected.fields
    assert rejected.answer("targets") == Answer(
        value=["israel"], evidence=("actor-99",), proposed=True
    )
    assert rejected.answer("place") == event.answer("place")
    confirmed = AcceptProposals(event.id).apply(coding, context)
    kept = Reject([USA]).apply(confirmed, context).events[0].answer("initiators")
    assert kept == Answer(value=["usa"])


def test_a_default_comes_back_where_another_value_was_proposed_from_rejected_words(
    conflict_events: Codebook,
) -> None:
    _, event = opened(conflict_events)
    tally = event.with_answer(
        "report_scope", Answer(value="campaign", evidence=(USA.id,), proposed=True)
    )
    coding = Reject([USA]).apply(
        EMPTY.with_event(tally), Context(conflict_events, ARTICLE, {USA.id: USA})
    )
    assert coding.events[0].answer("report_scope") == Answer(value="single")


def test_one_stroke_puts_value_and_evidence(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    coding, span = confirm_target(coding, USA)
    field = conflict_events.event_field("targets")
    coding = Put(event.id, field, span).apply(coding, by(conflict_events))
    coding = Put(event.id, field, replace(span, id="s9", value=["israel"])).apply(
        coding, by(conflict_events)
    )
    changed = coding.event(event.id)
    assert changed is not None
    assert changed.answer("targets") == Answer(
        value=["usa", "israel"], evidence=("s2", "s9")
    )


def test_words_of_a_fitting_kind_that_give_no_value_are_attached_as_evidence(
    conflict_events: Codebook,
) -> None:
    coding, event = opened(conflict_events)
    coding, span = confirm_target(
        coding, WEDNESDAY
    )  # no publication date to read it against
    coding = Put(event.id, conflict_events.event_field("date"), span).apply(
        coding, by(conflict_events)
    )
    changed = coding.event(event.id)
    assert changed is not None
    assert changed.answer("date") == Answer(blank=Blank.MISSING, evidence=("s2",))


def test_a_weekday_is_read_against_the_publication_date(
    conflict_events: Codebook,
) -> None:
    # 2023-11-01 was a Wednesday: the last Wednesday on or before publication is that
    # day itself.
    field = conflict_events.event_field("date")
    value = read_fitting_value(
        field, WEDNESDAY, conflict_events, ("2023-11-01", "2023-11-01")
    )
    assert value == {
        "start": "2023-11-01",
        "end": "2023-11-01",
        "precision": "day",
        "basis": "relative",
    }
    assert read_fitting_value(field, WEDNESDAY, conflict_events) is None


def test_threat_locks_its_status_and_lets_it_go(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    field = conflict_events.event_field("event_type")
    coding = SetValue(event.id, field, "threat").apply(coding, by(conflict_events))
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("event_status").value == "threatened"
    coding = SetValue(event.id, field, "air_strike").apply(coding, by(conflict_events))
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("event_status").value == "occurred"


def test_blanks(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    field = conflict_events.event_field("date")
    coding = SetBlank(event.id, field, Blank.NOT_STATED).apply(
        coding, by(conflict_events)
    )
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("date").state == "not_stated"
    with pytest.raises(CoderError, match="The program sets"):
        SetBlank(event.id, field, Blank.NOT_APPLICABLE).apply(
            coding, by(conflict_events)
        )
    cleared = (
        SetBlank(event.id, field, Blank.MISSING)
        .apply(coding, by(conflict_events))
        .event(event.id)
    )
    assert cleared is not None and "date" not in cleared.fields


def test_a_cleared_default_does_not_come_back(conflict_events: Codebook) -> None:
    coding, event = opened(conflict_events)
    field = conflict_events.event_field("certainty")
    coding = SetBlank(event.id, field, Blank.MISSING).apply(coding, by(conflict_events))
    coding = SetBlank(
        event.id, conflict_events.event_field("date"), Blank.NOT_STATED
    ).apply(coding, by(conflict_events))
    changed = coding.event(event.id)
    assert changed is not None and changed.answer("certainty").state == "missing"


def test_without_an_event_there_is_nothing_to_put_into(
    conflict_events: Codebook,
) -> None:
    coding, span = confirm_target(EMPTY, USA)
    with pytest.raises(CoderError, match="no event yet"):
        Put("e1", conflict_events.event_field("targets"), span).apply(
            coding, by(conflict_events)
        )


def test_choices_become_values_of_the_fields_shape(conflict_events: Codebook) -> None:
    field = conflict_events.event_field
    assert make_item(field("initiators"), "usa", conflict_events) == "usa"
    assert make_item(field("source"), "us_dod", conflict_events) == {
        "who": "us_dod",
        "kind": "official",
    }
    assert make_item(field("place"), "iq", conflict_events) == {
        "as_written": "العراق",
        "place_id": "iq",
        "country": "IQ",
        "precision": "country",
    }
    assert make_item(field("weapons"), "rocket", conflict_events) == "rocket"


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
    with pytest.raises(CoderError, match=f": {wanted} (of values )?is needed"):
        SetValue(event.id, conflict_events.event_field(field), value).apply(
            coding, by(conflict_events)
        )


def test_a_field_that_a_coder_calls_not_applicable_stays_on_the_form(
    conflict_events: Codebook,
) -> None:
    blanks = tuple(replace(b, set_by="coder") for b in conflict_events.blanks)
    codebook = replace(conflict_events, blanks=blanks)
    coding, event = opened(codebook)
    place = codebook.event_field("place")
    coding = SetBlank(event.id, place, Blank.NOT_APPLICABLE).apply(
        coding, Context(codebook, ARTICLE)
    )
    row = next(
        r
        for r in list_rows(coding, event.id, codebook, (), "en")
        if r.field.id == "place"
    )
    assert (row.state, row.text) == (
        "not_applicable",
        codebook.blank("not_applicable").label.en,
    )
    with pytest.raises(CoderError, match="The program sets"):
        SetBlank(event.id, place, Blank.NOT_APPLICABLE).apply(
            coding, by(conflict_events)
        )


def test_a_list_of_all_articles_does_not_look_as_if_it_went_on(demo: Project) -> None:
    for name in ("nothing", "00"):  # the demo has five
        with pytest.raises(CoderError) as refused:
            demo.article(name)
        assert refused.value.words("en")[1].endswith("004_6bcea9cb8461aa4b")
