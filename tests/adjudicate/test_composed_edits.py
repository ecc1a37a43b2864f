"""Sets joined, values and whole codings that do not stand, events that everyone missed,
several fields.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.adjudicate.clusters import update_clusters
from coder.adjudicate.composed_edits import (
    AddEvent,
    Combine,
    RejectCoding,
    RejectValue,
    TakeFields,
)
from coder.adjudicate.gold_edits import (
    Close,
    Decide,
    Link,
    RejectCluster,
    RestoreCluster,
    Split,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.resolve import ARTICLE, Adjudication
from coder.agreement.comparison import aligned
from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.model import AGREED, Answer, Article, Coding, Json

BY = "salma"
AT = ("c1", "initiators")


@pytest.fixture
def begun(
    conflict_events: Codebook,
    sample_codings: list[Coding],
    sample_articles: dict[str, Article],
) -> Adjudication:
    """The last sample article as two coders submitted it."""
    codings = sorted(sample_codings, key=lambda c: c.article)[-2:]
    clusters = aligned(codings, conflict_events)
    return Adjudication.begin(
        conflict_events, codings, clusters, sample_articles[codings[0].article]
    )


def with_answers(state: Adjudication, field: str, *values: Json) -> Adjudication:
    """The first event's coders say this, each with a span of the article's first words."""
    codings = []
    for coding, value in zip(state.codings, values, strict=True):
        event = coding.event(dict(state.cluster("c1").members)[coding.coder])
        assert event is not None
        span = replace(
            coding.spans[0], id="s990", start=0, end=3 + len(codings), value=None
        )
        answer = Answer(value, evidence=("s990",))
        codings.append(
            coding.with_span(span).with_event(event.with_answer(field, answer))
        )
    return replace(state, codings=tuple(codings))


def value(
    state: Adjudication, cluster_id: str = "c1", field: str = "initiators"
) -> Json:
    answer = state.find_decision(cluster_id, field)
    return answer.value if answer is not None else None


@pytest.mark.parametrize(
    ("field", "wrong", "words"),
    [
        ("initiators", [], "the wrong shape"),
        ("initiators", ["nobody_known"], "not in the lexicon"),
        ("certainty", "perhaps", "perhaps"),
        ("event_type", "no_such_type", "no_such_type"),
    ],
)
def test_a_value_that_the_codebook_does_not_allow_is_refused(
    begun: Adjudication, field: str, wrong: Json, words: str
) -> None:
    with pytest.raises(CoderError, match=words):
        Decide("c1", field, Answer(wrong), "coder_error").apply(begun, BY)


# ------------------------------------------------------------------ sets
@pytest.mark.parametrize(
    ("shared", "expected"),
    [(False, ["iran", "usa", "israel"]), (True, ["usa"])],
    ids=["union", "common"],
)
def test_sets_are_joined_with_the_words_behind_them(
    begun: Adjudication, shared: bool, expected: list[str]
) -> None:
    state = with_answers(begun, "initiators", ["iran", "usa"], ["usa", "israel"])
    state = Combine(*AT, shared, "codebook_ambiguity").apply(state, BY)
    answer = state.find_decision(*AT)
    assert answer is not None and answer.value == expected
    assert (
        answer.taken_from == ("amal", "basim", "supervisor")
        and answer.reason == "codebook_ambiguity"
    )
    assert {(s.start, s.end) for s in state.gold.spans if s.id in answer.evidence} == {
        (0, 3),
        (0, 4),
    }
    row = next(r for r in state.rows("c1") if r.field.id == "initiators")
    assert state.is_settled("c1", row)


def test_a_joined_set_is_to_be_decided_again_when_a_coder_changes_theirs(
    begun: Adjudication,
) -> None:
    state = with_answers(begun, "initiators", ["iran", "usa"], ["usa", "israel"])
    state = Combine(*AT, shared=False).apply(state, BY)
    state = replace(
        state, codings=with_answers(state, "initiators", ["iran"], ["israel"]).codings
    )
    row = next(r for r in state.rows("c1") if r.field.id == "initiators")
    assert state.find_changed_coders("c1", row) == ["amal", "basim"]
    assert AT in [*state.open_cells()]


@pytest.mark.parametrize(
    ("field", "values", "shared", "why"),
    [
        ("event_type", ("threat", "meeting_talks"), False, "one value, not a set"),
        ("initiators", (["iran"], ["usa"]), True, "no value of .* in common"),
    ],
)
def test_what_cannot_be_joined_is_refused(
    begun: Adjudication, field: str, values: tuple[Json, Json], shared: bool, why: str
) -> None:
    state = with_answers(begun, field, *values)
    with pytest.raises(CoderError, match=why):
        Combine("c1", field, shared).apply(state, BY)


# ------------------------------------------------------------------ what does not stand
def test_rejecting_one_value_takes_the_other(begun: Adjudication) -> None:
    state = with_answers(begun, "certainty", "confirmed", "reported")
    state = RejectValue("c1", "certainty", "confirmed", "coder_error").apply(state, BY)
    answer = state.find_decision("c1", "certainty")
    assert answer is not None and (answer.value, answer.taken_from) == (
        "reported",
        ("basim",),
    )


def test_rejecting_the_only_value_leaves_not_stated(begun: Adjudication) -> None:
    state = with_answers(begun, "certainty", "confirmed", "confirmed")
    state = RejectValue("c1", "certainty", "confirmed", "world_knowledge").apply(
        state, BY
    )
    answer = state.find_decision("c1", "certainty")
    assert answer is not None and (answer.state, answer.taken_from) == (
        "not_stated",
        ("supervisor",),
    )


def test_rejecting_an_item_keeps_the_others_of_the_list(begun: Adjudication) -> None:
    state = with_answers(begun, "initiators", ["iran", "usa"], ["usa", "israel"])
    state = RejectValue(*AT, "iran", "world_knowledge").apply(state, BY)
    assert value(state) == ["usa", "israel"]
    row = next(r for r in state.rows("c1") if r.field.id == "initiators")
    assert state.is_settled("c1", row)


def test_without_one_coders_coding_the_others_is_gold(begun: Adjudication) -> None:
    begun = Split("c1", "basim").apply(begun, BY)
    alone = begun.clusters[1]
    assert [coder for coder, _ in alone.members] == ["basim"]
    state = RejectCoding("basim", "tool_error").apply(begun, BY)
    assert state.cluster(alone.id).rejected == "tool_error"
    for cluster in state.clusters:
        if not cluster.rejected:
            for row in state.rows(cluster.id):
                said, decided = (
                    row.answers["amal"],
                    state.find_decision(cluster.id, row.field.id),
                )
                if said.state not in ("missing", "not_applicable"):
                    assert decided is not None and decided.value == said.value
                    assert "amal" in decided.taken_from
                    assert decided.reason == (
                        AGREED if row.state == "agreed" else "tool_error"
                    )
    left = [
        (at, next(r for r in state.rows(at) if r.field.id == f))
        for at, f in state.open_cells()
    ]
    assert {row.answers["amal"].state for _, row in left} <= {
        "missing"
    }  # what only basim answered is asked


def test_a_decision_that_stands_is_not_overruled_by_rejecting_a_coding(
    begun: Adjudication,
) -> None:
    state = Decide("c1", "certainty", Answer("doubtful"), "coder_error").apply(
        begun, BY
    )
    state = RejectCoding("amal", "tool_error").apply(state, BY)
    assert value(state, field="certainty") == "doubtful"


def test_rejecting_a_coding_leaves_events_that_the_supervisor_made(
    begun: Adjudication,
) -> None:
    state = AddEvent().apply(Split("c1", "basim").apply(begun, BY), BY)
    alone, added = state.clusters[1].id, state.clusters[-1].id
    state = Decide(added, "event_type", Answer("threat"), "missed_event").apply(
        state, BY
    )
    state = TakeEvent(alone, "basim", "missed_event").apply(state, BY)
    after = RejectCoding("basim", "tool_error").apply(state, BY)
    for cluster in (alone, added):
        assert after.cluster(cluster) == state.cluster(cluster)
        assert after.list_decisions(cluster) == state.list_decisions(cluster) != {}


# ------------------------------------------------------------------ events
def test_an_event_that_everyone_missed_is_added_and_asked_for(
    begun: Adjudication,
) -> None:
    state = AddEvent().apply(begun, BY)
    new = state.clusters[-1]
    assert (new.members, new.gold) == ((), f"g{new.id[1:]}")
    assert {r.state for r in state.rows(new.id)} == {"silent"}
    asked = {p.field for p in state.problems() if p.event_id == new.gold}
    assert "event_type" in asked
    with pytest.raises(CoderError):
        Close().apply(TakeAgreed().apply(state, BY), BY)
    state = Decide(new.id, "event_type", Answer("threat"), "missed_event").apply(
        state, BY
    )
    assert value(state, new.id, "event_type") == "threat"
    assert (
        RejectCluster(new.id, "not_an_event").apply(state, BY).gold.event(new.gold)
        is None
    )
    linked = Link("c1", new.id).apply(state, BY)
    assert linked.cluster("c1").members == begun.cluster("c1").members


# ------------------------------------------------------------------ several fields
def test_selected_fields_are_taken_where_nothing_is_decided(
    begun: Adjudication,
) -> None:
    state = with_answers(begun, "certainty", "confirmed", "reported")
    state = Decide("c1", "initiators", Answer(["usa"]), "coder_error").apply(state, BY)
    fields = ("certainty", "initiators", "event_type")
    state = TakeFields("c1", fields, "basim", "coder_error").apply(state, BY)
    assert value(state, field="certainty") == "reported" and value(state) == ["usa"]
    decided = state.gold.event("g1")
    assert decided is not None and set(decided.fields) == set(fields)


def test_of_selected_fields_only_the_agreed_are_taken_without_a_coder(
    begun: Adjudication,
) -> None:
    state = with_answers(begun, "certainty", "confirmed", "reported")
    state = TakeFields("c1", ("certainty", "event_type"), "").apply(state, BY)
    assert value(state, field="certainty") is None
    answer = state.find_decision("c1", "event_type")
    assert (
        answer is not None
        and answer.reason == "agreed"
        and answer.taken_from == ("amal", "basim")
    )
    assert state.find_decision(ARTICLE, "genre") is None


def test_an_added_event_that_was_rejected_is_kept_with_its_reason_and_can_be_restored(
    begun: Adjudication,
) -> None:
    added = AddEvent().apply(begun, BY)
    new = added.clusters[-1]
    rejected = RejectCluster(new.id, "not_an_event").apply(added, BY)
    kept = update_clusters(rejected.clusters, rejected.codings, lambda: [])
    assert tuple(kept) == rejected.clusters and kept[-1].rejected == "not_an_event"
    restored = RestoreCluster(new.id).apply(rejected, BY)
    assert (restored.clusters, restored.gold) == (added.clusters, added.gold)
