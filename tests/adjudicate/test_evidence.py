"""Which words coders cite for the same value, and which of them gold keeps; expectations by hand."""

from __future__ import annotations

import pytest

from coder.adjudicate.evidence import lies_apart
from coder.adjudicate.gold_edits import TakeAgreed
from coder.adjudicate.resolve import Adjudication
from coder.codebook.schema import Codebook
from coder.model import Answer, Article, Cluster, Coding, Event, Json, Span, Status

BY = "salma"
TEXT = Article("a1", "x" * 60)
Edges = tuple[int, int]


def coded(coder: str, field: str, value: Json, *cited: Edges) -> Coding:
    """A coding with one event: its type is marked alike by all, the field with the words at these offsets."""
    spans = [Span("s0", "trigger", 50, 55, "xxxxx")]
    spans += [Span(f"s{n}", "actor", *at, "x" * (at[1] - at[0])) for n, at in enumerate(cited, 1)]
    fields = {
        "report_scope": Answer("single", evidence=("s0",)),
        "event_type": Answer("air_strike", evidence=("s0",)),
        field: Answer(value, evidence=tuple(each.id for each in spans[1:])),
    }
    return Coding(
        "a1", "hash", "c@1", coder, Status.SUBMITTED, spans=tuple(spans), events=(Event("e1", fields),)
    )


def begun(book: Codebook, *codings: Coding) -> Adjudication:
    members = tuple((coding.coder, "e1") for coding in codings)
    return Adjudication.begin(book, codings, [Cluster("c1", "a1", members)], TEXT)


@pytest.mark.parametrize(
    ("cited", "apart"),
    [
        ([[(0, 5)], [(0, 5)]], False),
        ([[(0, 5)], [(4, 9)]], False),  # one letter in common
        ([[(0, 5)], [(5, 9)]], True),  # half-open: they only touch
        ([[(0, 5), (20, 25)], [(20, 22)]], False),  # one of several
        ([[(0, 5), (20, 25)], [(30, 32)]], True),
        ([[(0, 5)], []], False),  # nothing to compare
        ([[(0, 5)], [(0, 5)], [(20, 25)]], True),  # two agree, the third means other words
        ([[(0, 5)], [(3, 22)], [(20, 25)]], True),  # the first and the last
    ],
)
def test_evidence_of_one_value_lies_apart_if_two_coders_have_no_letter_in_common(
    conflict_events: Codebook, cited: list[list[Edges]], apart: bool
) -> None:
    codings = [coded(name, "initiators", ["usa"], *of) for name, of in zip("abc", cited, strict=False)]
    state = begun(conflict_events, *codings)
    row = state.row("c1", "initiators")
    assert row.state == "agreed" and lies_apart(state, row) is apart
    taken = TakeAgreed().apply(state, BY)  # it is agreed all the same
    assert taken.decided("c1", "initiators") is not None
    assert not lies_apart(state, state.row("c1", "event_type"))


def test_other_values_are_different_without_regard_to_their_evidence(conflict_events: Codebook) -> None:
    codings = coded("amal", "initiators", ["usa"], (0, 5)), coded("basim", "initiators", ["iran"], (20, 25))
    state = begun(conflict_events, *codings)
    row = state.row("c1", "initiators")
    assert row.state == "differs" and not lies_apart(state, row)


def test_of_three_coders_the_two_with_the_event_are_compared(conflict_events: Codebook) -> None:
    one, two = coded("amal", "initiators", ["usa"], (0, 5)), coded("basim", "initiators", ["usa"], (20, 25))
    third = Coding("a1", "hash", "c@1", "dina", Status.SUBMITTED)
    cluster = Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1")))
    state = Adjudication.begin(conflict_events, [one, two, third], [cluster], TEXT)
    row = state.row("c1", "initiators")
    assert row.state == "some" and lies_apart(state, row)
