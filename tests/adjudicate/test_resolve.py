"""Gold, field by field: whose value, why, by whom, with evidence; expectations by hand."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.adjudicate.composed_edits import TakeFields
from coder.adjudicate.evidence import choose_edges
from coder.adjudicate.gold_edits import (
    Clear,
    Close,
    Decide,
    Link,
    RejectCluster,
    RestoreCluster,
    Split,
    Take,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import (
    AGREED,
    Answer,
    Article,
    Blank,
    Cluster,
    Coding,
    Event,
    Span,
    Status,
)

BY = "salma"
TEXT = Article("a1", "x" * 40)


def span(number: int, start: int, end: int, kind: str = "trigger") -> Span:
    return Span(f"s{number}", kind, start, end, "x" * (end - start))


def coding(
    coder: str, events: tuple[Event, ...], spans: tuple[Span, ...], **answers: Answer
) -> Coding:
    return Coding("a1", "hash", "c@1", coder, Status.SUBMITTED, answers, spans, events)


def strike(event_id: str, evidence: str, **fields: Answer) -> Event:
    base = {
        "report_scope": Answer(value="single"),
        "event_type": Answer(value="air_strike", evidence=(evidence,)),
        "certainty": Answer(value="reported"),
    }
    return Event(event_id, {**base, **fields})


AMAL = coding(
    "amal",
    (
        strike(
            "e1",
            "s1",
            initiators=Answer(value=["usa"], evidence=("s2",)),
            notes=Answer(value="ملاحظة"),
        ),
        strike(
            "e2",
            "s3",
            linked_to=Answer(value=[{"record": "e1", "relation": "response_to"}]),
        ),
    ),
    (span(1, 0, 5), span(2, 6, 9, "actor"), span(3, 20, 25)),
    genre=Answer(value="news"),
)
BASIM = coding(
    "basim",
    (
        strike(
            "e7",
            "s1",
            initiators=Answer(blank=Blank.NOT_STATED),
            certainty=Answer(value="alleged"),
        ),
    ),
    (span(1, 0, 4),),
    genre=Answer(value="analysis"),
)
CLUSTERS = (
    Cluster("c1", "a1", (("amal", "e1"), ("basim", "e7"))),
    Cluster("c2", "a1", (("amal", "e2"),)),
)


@pytest.fixture
def state(conflict_events: Codebook) -> Adjudication:
    return Adjudication.begin(conflict_events, [BASIM, AMAL], CLUSTERS, TEXT)


def states(adjudication: Adjudication, cluster: str) -> dict[str, str]:
    return {
        row.field.id: row.state
        for row in adjudication.rows(cluster)
        if row.state != "silent"
    }


def test_rows_say_who_agrees(state: Adjudication) -> None:
    assert state.coders == ("amal", "basim")
    assert states(state, ARTICLE) == {"genre": "differs"}
    found = states(state, "c1")
    assert {
        k: found[k] for k in ("report_scope", "event_type", "initiators", "certainty")
    } == {
        "report_scope": "agreed",
        "event_type": "agreed",
        "initiators": "differs",
        "certainty": "differs",
    }
    assert set(states(state, "c2").values()) == {"one"}


def test_two_of_three_coders_are_not_all_of_them(conflict_events: Codebook) -> None:
    dana = coding("dana", (), (), genre=Answer(value="news"))
    state = Adjudication.begin(conflict_events, [AMAL, BASIM, dana], CLUSTERS, TEXT)
    found = states(state, "c1")
    assert (found["report_scope"], found["certainty"], found["notes"]) == (
        "some",
        "differs",
        "differs",
    )
    assert TakeAgreed().apply(state, BY).gold == state.gold
    assert TakeFields("c1", ("report_scope",), "").apply(state, BY).gold == state.gold
    taken = (
        Take("c1", "report_scope", "amal", "missed_event")
        .apply(state, BY)
        .find_decision("c1", "report_scope")
    )
    assert taken is not None and (taken.taken_from, taken.reason) == (
        ("amal", "basim"),
        "missed_event",
    )


def test_agreed_values_become_gold_with_one_coders_edges(state: Adjudication) -> None:
    after = TakeAgreed().apply(state, BY)
    answer = after.find_decision("c1", "event_type")
    assert answer is not None
    assert (answer.value, answer.taken_from, answer.reason, answer.by) == (
        "air_strike",
        ("amal", "basim"),
        AGREED,
        BY,
    )
    evidence = [after.gold.span(i) for i in answer.evidence]
    assert [(s.start, s.end) for s in evidence if s] == [(0, 5)]
    assert after.find_decision("c1", "initiators") is None
    assert after.find_decision("c2", "event_type") is None
    assert after.find_decision(ARTICLE, "genre") is None


@pytest.mark.parametrize(("coder", "edges"), [("amal", (0, 5)), ("basim", (0, 4))])
def test_a_digit_chooses_whose_edges_an_agreed_value_has(
    state: Adjudication, coder: str, edges: tuple[int, int]
) -> None:
    after = Take("c1", "event_type", coder).apply(TakeAgreed().apply(state, BY), BY)
    answer = after.find_decision("c1", "event_type")
    assert answer is not None and answer.taken_from == ("amal", "basim")
    assert [(s.start, s.end) for i in answer.evidence if (s := after.gold.span(i))] == [
        edges
    ]


SHORT, LONG, FAR = span(1, 3, 6), span(2, 3, 9), span(3, 20, 25)


@pytest.mark.parametrize(
    ("given", "edges_of", "kept"),
    [
        ([("amal", LONG), ("basim", SHORT), ("dina", SHORT)], "", [SHORT]),
        ([("amal", LONG), ("basim", SHORT), ("dina", SHORT)], "amal", [LONG]),
        ([("amal", LONG), ("basim", SHORT), ("basim", FAR)], "", [LONG, FAR]),
        (
            [("amal", LONG), ("amal", SHORT), ("basim", SHORT)],
            "",
            [LONG, SHORT],
        ),  # one in the other
        (
            [("amal", LONG), ("basim", span(4, 3, 6, "actor"))],
            "",
            [LONG, span(4, 3, 6, "actor")],
        ),
    ],
)
def test_of_edges_that_differ_those_of_most_coders_are_chosen(
    given: list[tuple[str, Span]], edges_of: str, kept: list[Span]
) -> None:
    assert choose_edges(given, edges_of) == kept


def test_a_digit_takes_one_coders_value(state: Adjudication) -> None:
    after = Take("c1", "initiators", "amal", "coder_error").apply(state, BY)
    answer = after.find_decision("c1", "initiators")
    assert answer is not None
    assert (answer.value, answer.taken_from, answer.reason, answer.by) == (
        ["usa"],
        ("amal",),
        "coder_error",
        BY,
    )
    assert [s.quote for s in after.gold.spans] == ["xxx"]
    again = Take("c1", "initiators", "basim", "article_ambiguity").apply(after, BY)
    changed = again.find_decision("c1", "initiators")
    assert changed is not None and changed.blank is Blank.NOT_STATED
    assert again.gold.spans == ()


def test_taking_from_a_coder_without_the_event_is_refused(state: Adjudication) -> None:
    with pytest.raises(CoderError, match="does not have this event"):
        Take("c2", "event_type", "basim").apply(state, BY)


def test_a_whole_event_and_its_links_to_gold_ids(state: Adjudication) -> None:
    after = TakeEvent("c2", "amal", "missed_event").apply(state, BY)
    event = after.gold.event("g2")
    assert event is not None
    assert event.answer("linked_to").value == [
        {"record": "g1", "relation": "response_to"}
    ]
    assert {a.reason for a in event.fields.values()} == {"missed_event"}


@pytest.mark.parametrize(
    "edit",
    [
        TakeEvent("c1", "basim", "coder_error"),
        TakeFields("c1", ("weapons",), "basim", "coder_error"),
    ],
)
def test_what_a_coder_left_empty_is_taken_with_the_rest(
    state: Adjudication, edit: TakeEvent | TakeFields
) -> None:
    [*others, coding] = sorted(state.codings, key=lambda each: each.coder != "basim")
    event = coding.events[0].with_answer("weapons", Answer(["drone"]))
    codings = (coding.with_event(event), *others)
    state = Adjudication.begin(state.codebook, codings, state.clusters, TEXT)
    assert ("c1", "weapons") in [*state.open_cells()] or not state.list_decisions("c1")
    after = edit.apply(state, BY)
    assert ("c1", "weapons") not in after.open_cells()
    taken = after.find_decision("c1", "weapons")
    assert taken is not None and (taken.state, taken.taken_from) == (
        "missing",
        ("basim",),
    )
    assert after.find_decision("c1", "killed") is None  # which nobody answered


def test_the_note_of_the_other_coder_is_kept_with_a_whole_event(
    state: Adjudication,
) -> None:
    after = TakeEvent("c1", "basim", "coder_error").apply(state, BY)
    assert after.find_decision("c1", "notes") is None
    assert after.notes("c1")["notes"].value == "amal: ملاحظة"


def test_a_rejected_event_keeps_its_reason_and_leaves_nothing(
    state: Adjudication,
) -> None:
    taken = TakeEvent("c2", "amal", "missed_event").apply(state, BY)
    after = RejectCluster("c2", "not_an_event").apply(taken, BY)
    assert after.gold.events == () and after.gold.spans == ()
    assert after.cluster("c2").rejected == "not_an_event"
    assert not [cell for cell in after.open_cells() if cell[0] == "c2"]
    back = RestoreCluster("c2").apply(after, BY)
    assert [cell for cell in back.open_cells() if cell[0] == "c2"]


def test_links_to_a_rejected_event_go_and_come_back_with_it(
    state: Adjudication,
) -> None:
    taken = TakeEvent("c2", "amal", "missed_event").apply(state, BY)
    after = RejectCluster("c1", "duplicate").apply(taken, BY)
    assert after.find_decision("c2", "linked_to") is None
    assert not [problem for problem in after.problems() if problem.field == "linked_to"]
    assert ("c2", "linked_to") not in after.open_cells()
    assert after.find_decision("c2", "event_type") == taken.find_decision(
        "c2", "event_type"
    )
    assert ("c2", "linked_to") in RestoreCluster("c1").apply(after, BY).open_cells()


def test_links_to_an_event_lead_to_the_one_that_it_becomes_part_of(
    state: Adjudication,
) -> None:
    single = Cluster("c1", "a1", (("amal", "e1"),))
    apart = replace(
        state, clusters=(Cluster("c3", "a1", (("basim", "e7"),)), single, CLUSTERS[1])
    )
    taken = TakeEvent("c2", "amal", "missed_event").apply(apart, BY)
    after = Link("c3", "c1").apply(taken, BY)
    decided = after.find_decision("c2", "linked_to")
    assert decided is not None and decided.value == [
        {"record": "g3", "relation": "response_to"}
    ]
    assert not after.find_changed_coders("c2", after.row("c2", "linked_to"))


def test_closing_needs_every_field_that_somebody_answered(state: Adjudication) -> None:
    with pytest.raises(CoderError, match="still open"):
        Close().apply(state, BY)
    after = TakeAgreed().apply(RejectCluster("c2", "duplicate").apply(state, BY), BY)
    after = Take(ARTICLE, "genre", "amal", "coder_error").apply(after, BY)
    after = Take("c1", "certainty", "basim", "coder_error").apply(after, BY)
    assert set(after.open_cells()) == {("c1", "initiators")}
    after = Take("c1", "initiators", "amal", "coder_error").apply(after, BY)
    assert not [*after.open_cells()]


def test_what_gold_asks_follows_from_what_gold_says(conflict_events: Codebook) -> None:
    # about_type is asked for statements only: while the type is undecided, or an air
    # strike, it is not open.
    threat = Event(
        "e1",
        {
            "event_type": Answer(value="threat"),
            "about_type": Answer(value="armed_violence"),
        },
    )
    hit = Event("e1", {"event_type": Answer(value="air_strike")})
    codings = [coding("amal", (threat,), ()), coding("basim", (hit,), ())]
    clusters = [Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1")))]
    state = Adjudication.begin(conflict_events, codings, clusters, TEXT)
    assert ("c1", "about_type") not in set(state.open_cells())
    with pytest.raises(CoderError, match="does not apply"):
        Take("c1", "about_type", "basim").apply(state, BY)
    as_threat = Take("c1", "event_type", "amal", "coder_error").apply(state, BY)
    assert ("c1", "about_type") in set(as_threat.open_cells())
    as_strike = Take("c1", "event_type", "basim", "coder_error").apply(state, BY)
    assert ("c1", "about_type") not in set(as_strike.open_cells())


def test_a_value_of_the_supervisors_own(state: Adjudication) -> None:
    after = Decide(
        "c1", "certainty", Answer(value="doubtful"), "article_conflict"
    ).apply(state, BY)
    answer = after.find_decision("c1", "certainty")
    assert answer is not None
    assert (answer.value, answer.taken_from, answer.by) == (
        "doubtful",
        ("supervisor",),
        BY,
    )
    assert (
        Clear("c1", "certainty").apply(after, BY).find_decision("c1", "certainty")
        is None
    )


def test_link_and_split(state: Adjudication) -> None:
    with pytest.raises(CoderError, match="an event of amal"):
        Link("c1", "c2").apply(state, BY)
    apart = Split("c1", "basim").apply(TakeAgreed().apply(state, BY), BY)
    assert [(c.id, c.members) for c in apart.clusters] == [
        ("c1", (("amal", "e1"),)),
        ("c3", (("basim", "e7"),)),
        ("c2", (("amal", "e2"),)),
    ]
    assert apart.gold.events == ()
    joined = Link("c2", "c3").apply(apart, BY)
    assert [(c.id, c.members) for c in joined.clusters] == [
        ("c1", (("amal", "e1"),)),
        ("c2", (("amal", "e2"), ("basim", "e7"))),
    ]
    with pytest.raises(CoderError, match="nothing to split"):
        Split("c1", "amal").apply(joined, BY)


def test_order_of_a_list_is_no_difference(conflict_events: Codebook) -> None:
    def with_actors(*actors: str) -> Event:
        return strike("e1", "s1", initiators=Answer(value=list(actors)))

    one = coding("amal", (with_actors("usa", "israel"),), (span(1, 0, 5),))
    other = replace(one, coder="basim", events=(with_actors("israel", "usa"),))
    clusters = [Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1")))]
    state = Adjudication.begin(conflict_events, [one, other], clusters, TEXT)
    assert states(state, "c1")["initiators"] == "agreed"


def test_comments_stay_with_the_coders_who_made_them(conflict_events: Codebook) -> None:
    said = replace(AMAL, answers={"genre": Answer(value="news", comment="لست متأكدة")})
    also = replace(BASIM, answers={"genre": Answer(value="news", comment="أو تحليل")})
    state = Adjudication.begin(conflict_events, [said, also], CLUSTERS, TEXT)
    for after in (
        Take(ARTICLE, "genre", "basim").apply(state, BY),
        TakeAgreed().apply(state, BY),
    ):
        answer = after.find_decision(ARTICLE, "genre")
        assert answer is not None and (answer.value, answer.comment) == ("news", "")
    [row] = [row for row in state.rows(ARTICLE) if row.field.id == "genre"]
    assert {c: a.comment for c, a in row.answers.items()} == {
        "amal": "لست متأكدة",
        "basim": "أو تحليل",
    }
