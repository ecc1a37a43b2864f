"""Gold whose question no longer arises; expectations by hand from the conditions of the
codebook.

The claimant is asked for if the responsibility is claimed, and both only of certain
types of events.
"""

from __future__ import annotations

import pytest

from coder.adjudicate.composed_edits import RejectCoding, TakeFields
from coder.adjudicate.gold_edits import (
    Clear,
    Close,
    Decide,
    GoldEdit,
    TakeAgreed,
    TakeEvent,
)
from coder.adjudicate.policies import Apply
from coder.adjudicate.resolve import Adjudication
from coder.codebook.schema import Codebook
from coder.codebook.validate import UNASKED
from coder.errors import CoderError
from coder.model import (
    AGREED,
    MAJORITY,
    Answer,
    Article,
    Cluster,
    Coding,
    Event,
    Json,
    Status,
)

BY = "salma"
OTHER_TYPE = "protest"  # neither violence nor detention: nobody claims it


def begun(book: Codebook, *responsible: list[str]) -> Adjudication:
    """Coders who agree on an air strike and its claimant, each with a responsibility of
    their own.
    """
    codings = []
    for coder, how in zip(("amal", "basim", "dina"), responsible, strict=False):
        fields: dict[str, Json] = {"report_scope": "single", "event_type": "air_strike"}
        fields |= {"responsibility": how, "claimant": ["iri"]}
        event = Event("e1", {name: Answer(value) for name, value in fields.items()})
        codings.append(
            Coding("a1", "", "c@1", coder, Status.SUBMITTED, events=(event,))
        )
    members = tuple((coding.coder, "e1") for coding in codings)
    return Adjudication.begin(
        book, codings, [Cluster("c1", "a1", members)], Article("a1", "")
    )


def decide(state: Adjudication, field: str, value: Json) -> Adjudication:
    return Decide("c1", field, Answer(value), "coder_error").apply(state, BY)


def unasked(state: Adjudication) -> list[tuple[str | None, str | None]]:
    return [(p.event_id, p.field) for p in state.problems() if p.rule == UNASKED]


def test_gold_is_not_closed_over_a_value_whose_question_no_longer_arises(
    conflict_events: Codebook,
) -> None:
    state = TakeAgreed().apply(begun(conflict_events, ["claimed"], ["claimed"]), BY)
    assert not [*state.open_cells()] and unasked(state) == []
    otherwise = decide(state, "responsibility", ["unclaimed"])
    assert unasked(otherwise) == [("g1", "claimant")]
    [problem] = [p for p in otherwise.problems() if p.rule == UNASKED]
    assert (
        problem.severity == "error"
        and "Claimant: decided, but" in problem.message.of("en")
    )
    with pytest.raises(CoderError, match="in the gold"):
        Close().apply(otherwise, BY)
    cleared = Clear("c1", "claimant").apply(otherwise, BY)
    assert unasked(cleared) == [] and not [*cleared.open_cells()]
    again = decide(otherwise, "responsibility", ["claimed", "denied"])
    assert unasked(again) == [] and again.find_decision(
        "c1", "claimant"
    ) == state.find_decision("c1", "claimant")


def test_a_value_is_in_order_while_what_its_question_depends_on_is_open(
    conflict_events: Codebook,
) -> None:
    state = TakeAgreed().apply(
        begun(conflict_events, ["claimed"], ["claimed", "denied"]), BY
    )
    assert [*state.open_cells()] == [("c1", "responsibility")]
    assert state.find_decision("c1", "claimant") is not None and unasked(state) == []
    assert unasked(decide(state, "responsibility", ["claimed"])) == []
    assert unasked(decide(state, "responsibility", ["denied"])) == [("g1", "claimant")]


def test_a_condition_behind_a_condition_counts_too(conflict_events: Codebook) -> None:
    state = TakeAgreed().apply(begun(conflict_events, ["claimed"], ["claimed"]), BY)
    state = decide(state, "event_type", OTHER_TYPE)
    assert {*unasked(state)} == {("g1", "responsibility"), ("g1", "claimant")}


@pytest.mark.parametrize(
    "edit",
    [
        TakeAgreed(),
        TakeEvent("c1", "amal", "coder_error"),
        TakeFields("c1", ("claimant",), "amal", "coder_error"),
        RejectCoding("basim", "coder_error"),
        Apply([AGREED]),
        Apply([MAJORITY]),
    ],
)
def test_what_is_decided_otherwise_brings_no_values_behind_it(
    conflict_events: Codebook, edit: GoldEdit
) -> None:
    state = begun(conflict_events, ["claimed"], ["claimed"], ["claimed"])
    state = decide(
        decide(state, "event_type", "air_strike"), "responsibility", ["unclaimed"]
    )
    assert edit.apply(state, BY).find_decision("c1", "claimant") is None
    state = decide(state, "responsibility", ["claimed"])
    assert edit.apply(state, BY).find_decision("c1", "claimant") is not None


@pytest.mark.parametrize("edit", [TakeAgreed(), Apply([AGREED]), Apply([MAJORITY])])
def test_of_what_is_taken_at_once_only_questions_that_then_arise_are_answered(
    conflict_events: Codebook, edit: GoldEdit
) -> None:
    state = decide(
        begun(conflict_events, ["claimed"], ["claimed"]),
        "responsibility",
        ["unclaimed"],
    )
    taken = edit.apply(state, BY)  # the type too, on which all depends
    assert taken.find_decision("c1", "event_type") is not None
    assert taken.find_decision("c1", "claimant") is None and unasked(taken) == []
