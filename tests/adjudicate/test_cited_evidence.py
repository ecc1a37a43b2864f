"""Which words coders cite for the same value, and which of them gold keeps;
expectations by hand.
"""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from coder.adjudicate.composed_edits import Combine, RejectValue
from coder.adjudicate.evidence import is_cited_apart
from coder.adjudicate.gold_edits import Attach, Decide, Take, TakeAgreed
from coder.adjudicate.resolve import Adjudication
from coder.codebook.schema import Codebook
from coder.model import Answer, Article, Cluster, Coding, Event, Json, Span, Status

BY = "salma"
TEXT = Article("a1", "x" * 60)
Edges = tuple[int, int]


def coded(coder: str, field: str, value: Json, *cited: Edges) -> Coding:
    """A coding with one event: its type is marked alike by all, the field with the
    words at these offsets.
    """
    spans = [Span("s0", "trigger", 50, 55, "xxxxx")]
    spans += [
        Span(f"s{n}", "actor", *at, "x" * (at[1] - at[0]))
        for n, at in enumerate(cited, 1)
    ]
    fields = {
        "report_scope": Answer("single", evidence=("s0",)),
        "event_type": Answer("air_strike", evidence=("s0",)),
        field: Answer(value, evidence=tuple(each.id for each in spans[1:])),
    }
    return Coding(
        "a1",
        "hash",
        "c@1",
        coder,
        Status.SUBMITTED,
        spans=tuple(spans),
        events=(Event("e1", fields),),
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
        (
            [[(0, 5)], [(0, 5)], [(20, 25)]],
            True,
        ),  # two agree, the third means other words
        ([[(0, 5)], [(3, 22)], [(20, 25)]], True),  # the first and the last
    ],
)
def test_evidence_of_one_value_lies_apart_if_two_coders_have_no_letter_in_common(
    conflict_events: Codebook, cited: list[list[Edges]], apart: bool
) -> None:
    codings = [
        coded(name, "initiators", ["usa"], *of)
        for name, of in zip("abc", cited, strict=False)
    ]
    state = begun(conflict_events, *codings)
    row = state.row("c1", "initiators")
    assert row.state == "agreed" and is_cited_apart(state, row) is apart
    taken = TakeAgreed().apply(state, BY)  # it is agreed all the same
    assert taken.find_decision("c1", "initiators") is not None
    assert not is_cited_apart(state, state.row("c1", "event_type"))


def test_other_values_are_different_without_regard_to_their_evidence(
    conflict_events: Codebook,
) -> None:
    codings = (
        coded("amal", "initiators", ["usa"], (0, 5)),
        coded("basim", "initiators", ["iran"], (20, 25)),
    )
    state = begun(conflict_events, *codings)
    row = state.row("c1", "initiators")
    assert row.state == "differs" and not is_cited_apart(state, row)


def test_of_three_coders_the_two_with_the_event_are_compared(
    conflict_events: Codebook,
) -> None:
    one, two = (
        coded("amal", "initiators", ["usa"], (0, 5)),
        coded("basim", "initiators", ["usa"], (20, 25)),
    )
    third = Coding("a1", "hash", "c@1", "dina", Status.SUBMITTED)
    cluster = Cluster("c1", "a1", (("amal", "e1"), ("basim", "e1")))
    state = Adjudication.begin(conflict_events, [one, two, third], [cluster], TEXT)
    row = state.row("c1", "initiators")
    assert row.state == "some" and is_cited_apart(state, row)


def own(state: Adjudication, value: Json) -> list[Edges]:
    """The words of the supervisor's own value for the initiators of the event."""
    state = Decide("c1", "initiators", Answer(value), "coder_error").apply(state, BY)
    answer = state.find_decision("c1", "initiators")
    assert answer is not None and answer.taken_from == ("supervisor",)
    spans = [span for i in answer.evidence if (span := state.gold.span(i))]
    return [(span.start, span.end) for span in spans]


@pytest.mark.parametrize(
    ("cited", "kept"),
    [
        ([[(0, 5)], [(0, 5)]], [(0, 5)]),
        ([[(0, 5)], [(0, 4)], [(0, 4)]], [(0, 4)]),  # the edges of most of them
        ([[(0, 5), (20, 25)], [(0, 5)]], [(0, 5)]),  # the words that both cite
        ([[(0, 5)], [(20, 25)]], []),
        ([[(0, 5)], []], []),  # one cites nothing: nothing is agreed
        ([[(0, 5), (20, 25)]], [(0, 5), (20, 25)]),  # the only coder
    ],
)
def test_an_own_value_has_the_words_that_all_coders_cite(
    conflict_events: Codebook, cited: list[list[Edges]], kept: list[Edges]
) -> None:
    values = (["usa"], ["iran"], ["usa"])  # they differ in the value alone
    codings = [
        coded(n, "initiators", v, *of)
        for n, v, of in zip("abc", values, cited, strict=False)
    ]
    assert own(begun(conflict_events, *codings), ["israel"]) == kept


def test_an_own_value_has_the_words_of_the_decided_one(
    conflict_events: Codebook,
) -> None:
    codings = (
        coded("a", "initiators", ["usa"], (0, 5)),
        coded("b", "initiators", ["iran"], (20, 25)),
    )
    taken = Take("c1", "initiators", "b", "coder_error").apply(
        begun(conflict_events, *codings), BY
    )
    assert own(taken, ["israel"]) == [(20, 25)]
    words = Span("", "actor", 30, 33, "xxx")
    assert own(Attach("c1", "initiators", words).apply(taken, BY), ["israel"]) == [
        (20, 25),
        (30, 33),
    ]


def test_items_that_are_left_out_take_their_words_with_them(
    conflict_events: Codebook,
) -> None:
    coding = coded("a", "initiators", ["usa", "iran"], (0, 5), (20, 25), (30, 35))
    usa, iran = (
        replace(coding.spans[n], value=value) for n, value in ((1, "usa"), (2, "iran"))
    )
    state = begun(
        conflict_events,
        replace(coding, spans=(coding.spans[0], usa, iran, coding.spans[3])),
    )
    for before in (
        state,
        Take("c1", "initiators", "a", "coder_error").apply(state, BY),
    ):
        assert own(before, ["iran"]) == [
            (20, 25),
            (30, 35),
        ]  # the third stands for no item
        assert own(before, ["iran", "israel"]) == [
            (0, 5),
            (20, 25),
            (30, 35),
        ]  # perhaps instead of the first


# ------------------------------------------------------------------ some items of what coders gave
BOTH = ["usa", "iran"]


@pytest.mark.parametrize(
    ("one", "other", "kept"),
    [
        # What one coder cites for the shared item alone is its evidence; the rest is
        # the other item's.
        ((BOTH, (0, 5), (20, 25)), (["usa"], (0, 5)), [(0, 5)]),
        ((BOTH, (20, 25), (0, 5)), (["usa"], (0, 5)), [(0, 5)]),
        (
            (BOTH, (0, 5), (20, 25)),
            (["usa"], (0, 9)),
            [(0, 5), (0, 9)],
        ),  # within the other's words
        (
            (BOTH, (0, 9), (20, 25)),
            (["usa"], (0, 5)),
            [(0, 9), (20, 25), (0, 5)],
        ),  # perhaps both items
        (
            (BOTH, (0, 5), (20, 25)),
            (["usa"], (30, 35)),
            [(0, 5), (20, 25), (30, 35)],
        ),  # nobody can tell
        ((BOTH, (0, 5)), (["usa"], (0, 5)), [(0, 5)]),
        ((BOTH, (0, 5), (20, 25)), (["usa"], (0, 5), (20, 25)), [(0, 5), (20, 25)]),
        (
            (BOTH, (0, 5), (20, 25)),
            (BOTH[::-1], (0, 5), (30, 35)),
            [(0, 5), (20, 25), (30, 35)],
        ),
    ],
)
def test_values_in_common_have_the_words_behind_them(
    conflict_events: Codebook,
    one: tuple[Json, Edges],
    other: tuple[Json, Edges],
    kept: list[Edges],
) -> None:
    codings = coded("a", "initiators", *one), coded("b", "initiators", *other)
    state = Combine("c1", "initiators", shared=True).apply(
        begun(conflict_events, *codings), BY
    )
    assert {*words(state)} == {*kept}
    union = Combine("c1", "initiators", shared=False).apply(state, BY)
    assert {*words(union)} == {*one[1:], *other[1:]}
    assert {*words(Combine("c1", "initiators", shared=True).apply(union, BY))} == {
        *kept
    }


def test_a_rejected_value_takes_the_words_of_who_gave_only_it(
    conflict_events: Codebook,
) -> None:
    codings = (
        coded("a", "initiators", ["usa"], (0, 5)),
        coded("b", "initiators", ["iran"], (20, 25)),
    )
    state = RejectValue("c1", "initiators", "iran", "coder_error").apply(
        begun(conflict_events, *codings), BY
    )
    assert words(state) == [(0, 5)]


def words(state: Adjudication) -> list[Edges]:
    """The words behind the gold initiators of the event."""
    answer = state.find_decision("c1", "initiators")
    spans = map(state.gold.span, answer.evidence if answer else ())
    return [(span.start, span.end) for span in spans if span]
