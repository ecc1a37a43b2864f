"""What can support a value, and what is said where something cannot."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import Answer, Article, Blank, Candidate, Coding, Decision, Event, Span
from coder.service.coding.session import CodingSession
from coder.service.edits.answer_edits import (
    AttachEvidence,
    DetachEvidence,
    Put,
    SetBlank,
    SetValue,
)
from coder.service.edits.context import Context
from coder.service.edits.event_edits import (
    CopyValues,
    DuplicateEvent,
    MergeEvents,
    OpenEvent,
)
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
CODING = Coding(
    "a1",
    "",
    "conflict-events-ar@1.0.0",
    "amal",
    spans=(PLACE, TRIGGER),
    events=(EVENT,),
)


def by(codebook: Codebook) -> Context:
    return Context(codebook, ARTICLE)


def answer(coding: Coding, field: str) -> Answer:
    event = coding.event("e1")
    assert event is not None
    return event.answer(field)


def test_a_letter_takes_only_words_that_can_give_its_field_a_value(
    conflict_events: Codebook,
) -> None:
    scope = conflict_events.event_field("report_scope")
    with pytest.raises(
        CoderError,
        match=r"“Report scope” takes words marked as trigger; these are marked as",
    ) as error:
        Put("e1", scope, PLACE).apply(CODING, by(conflict_events))
    assert all(error.value.words("ar")) and "نطاق الخبر" in error.value.words("ar")[0]
    put = Put("e1", scope, TRIGGER).apply(CODING, by(conflict_events))
    assert answer(put, "report_scope") == Answer(value="single", evidence=("s2",))
    with pytest.raises(CoderError, match="do not fill this field"):
        Put("e1", conflict_events.event_field("notes"), PLACE).apply(
            CODING, by(conflict_events)
        )


def test_the_trigger_that_the_scope_rests_on_at_first_gives_way_to_a_count(
    conflict_events: Codebook,
) -> None:
    scope, by_book = conflict_events.event_field("report_scope"), by(conflict_events)
    number, other = (
        Span("s3", "number", 20, 28, "60 هجوماً"),
        Span("s4", "trigger", 30, 35, "هجمات"),
    )
    spans = (*CODING.spans, number, other)
    opened = EVENT.with_answer("report_scope", Answer(value="single", evidence=("s2",)))
    opened = opened.with_answer(
        "event_type", Answer(value="air_strike", evidence=("s2",))
    )
    coding = replace(CODING, spans=spans, events=(opened,))
    counted = AttachEvidence("e1", scope, number).apply(coding, by_book)
    assert answer(counted, "report_scope") == Answer(value="single", evidence=("s3",))
    both = AttachEvidence("e1", scope, other).apply(coding, by_book)
    assert answer(both, "report_scope").evidence == ("s2", "s4")
    assert answer(
        AttachEvidence("e1", scope, number).apply(both, by_book), "report_scope"
    ).evidence == (
        "s2",
        "s4",
        "s3",
    )
    untouched = AttachEvidence(
        "e1", conflict_events.event_field("event_type"), number
    ).apply(coding, by_book)
    assert answer(untouched, "event_type").evidence == ("s2", "s3")


def test_the_words_of_a_removed_item_go_with_it_also_if_their_kind_is_of_another_field(
    conflict_events: Codebook,
) -> None:
    """An actor's words can give a source its party, although the kind of a source's
    words is another.
    """
    source, by_book = conflict_events.event_field("source"), by(conflict_events)
    party = Span("s3", "actor", 20, 24, "داعش", "isis")
    own = {"who": None, "kind": "own_reporting"}
    event = EVENT.with_answer("source", Answer(value=[own]))
    coding = replace(CODING, spans=(*CODING.spans, party), events=(event,))
    both = Put("e1", source, party).apply(coding, by_book)
    assert len(answer(both, "source").value) == 2 and answer(
        both, "source"
    ).evidence == ("s3",)
    alone = SetValue("e1", source, [own]).apply(both, by_book)
    assert answer(alone, "source") == Answer(value=[own])


def test_names_mean_what_the_coder_last_gave_for_the_same_words(
    conflict_events: Codebook,
) -> None:
    place, by_book = conflict_events.event_field("place"), by(conflict_events)
    names = [
        Span(f"s{n}", "place", at, at + 9, "دير الزور", "deir_ezzor")
        for n, at in ((5, 40), (6, 60))
    ]
    coding = replace(
        CODING, spans=(*CODING.spans, *names), events=(EVENT, replace(EVENT, id="e2"))
    )
    first = Put("e1", place, names[0]).apply(coding, by_book)
    assert answer(first, "place").value[0]["place_id"] == "deir_ezzor"
    [city] = answer(first, "place").value
    province = {**city, "place_id": "sy_deir_ezzor", "precision": "admin1"}
    mended = SetValue("e1", place, [province]).apply(first, by_book)
    second = Put("e2", place, names[1]).apply(mended, by_book).event("e2")
    assert second is not None
    assert second.answer("place") == Answer(value=[province], evidence=("s6",))
    other = Put("e2", place, PLACE).apply(mended, by_book).event("e2")
    assert other is not None and other.answer("place").value[0]["place_id"] == "mayadin"
    offering = replace(by_book, propose=lambda *_: {"place": [names[1]]})
    opened = OpenEvent(TRIGGER).apply(mended, offering).events[-1].answer("place")
    assert opened.proposed and opened.value == [province]


def test_words_are_attached_to_a_value_that_stays_and_taken_off_again(
    conflict_events: Codebook,
) -> None:
    scope = conflict_events.event_field("report_scope")
    attached = AttachEvidence("e1", scope, PLACE).apply(CODING, by(conflict_events))
    assert answer(attached, "report_scope") == Answer(value="single", evidence=("s1",))
    assert (
        AttachEvidence("e1", scope, PLACE).apply(attached, by(conflict_events))
        == attached
    )
    assert (
        DetachEvidence("e1", scope, "s1").apply(attached, by(conflict_events)) == CODING
    )
    published = conflict_events.article_field("pub_date")
    assert AttachEvidence("", published, PLACE).apply(
        CODING, by(conflict_events)
    ).answer("pub_date").evidence == ("s1",)


@pytest.mark.parametrize(
    ("field", "why"),
    [
        ("notes", "a field without evidence"),
        ("date", "no value that evidence could support"),
    ],
)
def test_what_holds_nothing_to_support_takes_no_evidence(
    conflict_events: Codebook, field: str, why: str
) -> None:
    with pytest.raises(CoderError, match=why):
        AttachEvidence("e1", conflict_events.event_field(field), PLACE).apply(
            CODING, by(conflict_events)
        )


def test_evidence_for_a_proposal_confirms_it(conflict_events: Codebook) -> None:
    weapons = conflict_events.event_field("weapons")
    attached = AttachEvidence("e1", weapons, PLACE).apply(CODING, by(conflict_events))
    assert answer(attached, "weapons") == Answer(value=["rocket"], evidence=("s1",))
    taken_off = DetachEvidence("e1", weapons, "s1").apply(attached, by(conflict_events))
    assert answer(taken_off, "weapons") == Answer(value=["rocket"])


def test_a_replaced_proposal_takes_its_words_along(
    conflict_events: Codebook,
) -> None:
    targets, text = conflict_events.event_field("targets"), "رفضت حماس طلب إسرائيل."
    hamas = Candidate("c1", "actor", 5, 9, text[5:9], ["hamas"])
    israel = Candidate("c2", "actor", 14, 21, text[14:21], ["israel"])
    context = Context(conflict_events, Article("a1", text), {"c1": hamas, "c2": israel})

    def cited(coding: Coding) -> list[str]:
        spans = map(coding.span, answer(coding, "targets").evidence)
        return [span.quote for span in spans if span is not None]

    both = Answer(value=["hamas", "israel"], evidence=("c1", "c2"), proposed=True)
    one = Answer(value=["hamas"], evidence=("c1",), proposed=True)
    for proposal, value, words in (
        (one, ["israel"], []),
        (one, ["usa"], []),
        (one, ["hamas"], ["حماس"]),
        (one, ["hamas", "usa"], ["حماس"]),
        (both, ["usa", "israel"], ["إسرائيل"]),
        (both, ["hamas"], ["حماس"]),
    ):
        event = EVENT.with_answer("targets", proposal)
        coding = replace(CODING, spans=(), events=(event,))
        done = SetValue("e1", targets, value).apply(coding, context)
        assert cited(done) == words
        # Nothing is said of the words that were only proposed.
        assert [span.quote for span in done.spans] == words


def test_a_place_made_more_exact_keeps_the_words_of_its_proposal(
    conflict_events: Codebook,
) -> None:
    place, text = conflict_events.event_field("place"), "غارات على الميادين"
    words = Candidate("c1", "place", 10, 18, text[10:], "mayadin")
    context = Context(conflict_events, Article("a1", text), {"c1": words})
    item = {"as_written": text[10:], "place_id": "mayadin", "precision": "settlement"}
    proposal = Answer(value=[item], evidence=("c1",), proposed=True)
    coding = replace(CODING, spans=(), events=(EVENT.with_answer("place", proposal),))
    exact = [{**item, "precision": "around_town"}]
    done = SetValue("e1", place, exact).apply(coding, context)
    assert [span.id for span in done.spans] == [*answer(done, "place").evidence]
    assert [span.quote for span in done.spans] == ["الميادين"]


@pytest.mark.parametrize("copied", ["duplicated", "values copied"])
def test_a_copied_value_that_is_replaced_takes_its_words_along(
    conflict_events: Codebook, copied: str
) -> None:
    field, by_book = conflict_events.event_field, by(conflict_events)
    words = Span("s3", "actor", 20, 24, "داعش", "isis")
    first = replace(
        EVENT,
        fields={
            **EVENT.fields,
            "event_type": Answer(value="air_strike", evidence=("s2",)),
            "targets": Answer(value=["isis"], evidence=("s3",)),
        },
    )
    second = replace(first, id="e2", fields={"event_type": first.answer("event_type")})
    coding = replace(CODING, spans=(*CODING.spans, words), events=(first,))
    if copied == "duplicated":
        coding = DuplicateEvent("e1").apply(coding, by_book)
    else:
        coding = CopyValues("e2", "e1").apply(
            replace(coding, events=(first, second)), by_book
        )

    def cited(event_id: str, name: str) -> tuple[str, ...]:
        event = coding.event(event_id)
        assert event is not None
        return event.answer(name).evidence

    assert cited("e2", "targets") == ("s3",)
    coding = SetValue("e2", field("event_type"), "drone_attack").apply(coding, by_book)
    assert cited("e2", "event_type") == ("s2",)  # the words that opened the event
    coding = SetValue("e2", field("targets"), ["hamas"]).apply(coding, by_book)
    assert cited("e2", "targets") == () and cited("e1", "targets") == ("s3",)
    # The coder's own value of the first event is corrected: the words were misread.
    coding = SetValue("e1", field("targets"), ["usa"]).apply(coding, by_book)
    assert cited("e1", "targets") == ("s3",)


def test_a_proposal_refused_in_a_duplicate_stands_in_the_other_event(
    conflict_events: Codebook,
) -> None:
    targets, text = conflict_events.event_field("targets"), "رفضت حماس طلب إسرائيل."
    hamas = Candidate("c1", "actor", 5, 9, text[5:9], ["hamas"])
    context = Context(conflict_events, Article("a1", text), {"c1": hamas})
    proposal = Answer(value=["hamas"], evidence=("c1",), proposed=True)
    coding = replace(CODING, spans=(), events=(EVENT.with_answer("targets", proposal),))
    coding = DuplicateEvent("e1").apply(coding, context)
    for refusal in (
        SetValue("e2", targets, ["usa"]),
        SetBlank("e2", targets, Blank.NOT_STATED),
        SetBlank("e2", targets, Blank.MISSING),
    ):
        first, second = refusal.apply(coding, context).events
        assert second.answer("targets").evidence == ()
        assert first.answer("targets") == proposal


def test_merging_leaves_the_words_of_the_proposal_that_goes(
    conflict_events: Codebook,
) -> None:
    for values, evidence in (
        ((["hamas"], ["israel"]), ("c1",)),
        ((["hamas"], ["hamas"]), ("c1", "c2")),
    ):
        events = [
            Event(
                f"e{n}", {"targets": Answer(value, evidence=(f"c{n}",), proposed=True)}
            )
            for n, value in enumerate(values, start=1)
        ]
        coding = replace(CODING, events=tuple(events))
        merged = MergeEvents("e1", "e2").apply(coding, by(conflict_events))
        assert answer(merged, "targets").evidence == evidence


def test_the_codebooks_own_value_leaves_the_words_of_a_proposal(
    conflict_events: Codebook,
) -> None:
    """A threat is threatened, whatever status its words propose."""
    status = Answer(value="denied", evidence=("c1",), proposed=True)
    coding = CODING.with_event(EVENT.with_answer("event_status", status))
    kind = conflict_events.event_field("event_type")
    threat = SetValue("e1", kind, "threat").apply(coding, by(conflict_events))
    assert answer(threat, "event_status") == Answer(value="threatened")


def test_rejected_words_support_nothing(conflict_events: Codebook) -> None:
    rejected = replace(TRIGGER, decision=Decision.REJECTED)
    scope = conflict_events.event_field("report_scope")
    for tried in (
        lambda: AttachEvidence("e1", scope, rejected).apply(
            CODING, by(conflict_events)
        ),
        lambda: Put("e1", scope, rejected).apply(CODING, by(conflict_events)),
    ):
        with pytest.raises(CoderError, match="is rejected"):
            tried()


def test_a_comment_outlives_a_blank(conflict_events: Codebook) -> None:
    date = conflict_events.event_field("date")
    for blank in (Blank.NOT_STATED, Blank.MISSING):
        assert (
            answer(
                SetBlank("e1", date, blank).apply(CODING, by(conflict_events)), "date"
            ).comment
            == "؟"
        )


def test_an_event_opens_from_a_trigger_only(demo: Project) -> None:
    session = CodingSession(demo, demo.article("004"), "you")
    place = next(c for c in session.candidates if c.kind == "place")
    with pytest.raises(CoderError, match="is not marked as trigger") as error:
        session.do(OpenEvent(place))
    assert place.quote in error.value.words("ar")[0]
    with pytest.raises(CoderError, match="no trigger under the cursor"):
        session.do(OpenEvent(None))
    assert session.coding.events == () and session.coding.spans == ()
    session.close()


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("1 نوفمبر 2023", "2023-11-01"),
        ("November 1, 2023", "2023-11-01"),
        ("الأربعاء", None),
    ],
)
def test_the_first_evidence_of_the_publication_date_gives_it_the_day_that_it_names(
    conflict_events: Codebook, words: str, day: str | None
) -> None:
    """A weekday names none without another day, and is evidence alone."""
    published = conflict_events.article_field("pub_date")
    line = Candidate("date:0", "date", 0, len(words), words)
    coding = AttachEvidence("", published, line).apply(CODING, by(conflict_events))
    found = coding.answer("pub_date")
    assert len(found.evidence) == 1 and found.coded == (day is not None)
    assert day is None or (found.value["start"], found.value["end"]) == (day, day)
