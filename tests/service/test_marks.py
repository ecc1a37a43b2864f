"""Highlights: what was decided about candidates, and brackets that never move an
offset.
"""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.grouping import differing
from coder.model import (
    CONFIRMED,
    DRAWN,
    REJECTED,
    UNDECIDED,
    Article,
    Candidate,
    Coding,
    Decision,
    Span,
)
from coder.service.coding.article_marks import Bracketed, Mark, Marks, marks
from coder.service.edits.context import Context
from coder.service.edits.decided_spans import confirm_target
from coder.service.edits.span_edits import Draw, Reject

TEXT = "شنت واشنطن غارات على دير الزور"
Place: TypeAlias = tuple[str, int, int]
GLYPHS = {"actor": "●", "place": "▲", "trigger": "◆"}


def test_decisions_show_on_their_candidates(conflict_events: Codebook) -> None:
    candidates = [
        Candidate("k1", "actor", 4, 10, "واشنطن"),
        Candidate("k2", "trigger", 11, 16, "غارات"),
        Candidate("k3", "place", 21, 30, "دير الزور"),
    ]
    coding = Coding("a", "h", "c@1", "amal")
    coding, _ = confirm_target(coding, candidates[0])
    context = Context(conflict_events, Article("a", TEXT))
    coding = Reject([candidates[1]]).apply(coding, context)
    coding = Draw("place", 0, 3).apply(coding, context)
    assert [(m.start, m.state) for m in marks(candidates, coding.spans)] == [
        (0, DRAWN),
        (4, CONFIRMED),
        (11, REJECTED),
        (21, UNDECIDED),
    ]


def test_brackets_nest_and_rejected_marks_get_none() -> None:
    found = [
        Mark("1", "actor", 4, 16, UNDECIDED),
        Mark("2", "trigger", 11, 16, UNDECIDED),
        Mark("3", "place", 21, 30, REJECTED),
    ]
    assert Bracketed(TEXT, found, GLYPHS).text == "شنت [●واشنطن [◆غارات]] على دير الزور"
    assert Bracketed(TEXT, found).text == TEXT


places = st.tuples(
    st.sampled_from(sorted(GLYPHS)), st.integers(0, 6), st.integers(1, 6)
)
offers = st.dictionaries(st.sampled_from([f"k{i}" for i in range(6)]), places)
decisions = st.dictionaries(
    st.sampled_from([f"s{i}" for i in range(6)]),
    st.tuples(
        places,
        st.sampled_from([None, *Decision]),
        st.sampled_from(["", "k0", "k1", "k2", "k3"]),
    ),
)


@given(st.lists(st.tuples(offers, decisions), min_size=1, max_size=6))
def test_marks_of_an_edited_article_equal_those_made_anew(
    steps: list[tuple[dict[str, Place], dict[str, tuple[Place, Decision | None, str]]]],
) -> None:
    kept, shown = Marks(), set[Mark]()
    candidates, spans = dict[str, Candidate](), dict[str, Span]()
    for offered, decided in steps:
        new = {
            i: Candidate(i, kind, a, a + n, TEXT[a : a + n], i)
            for i, (kind, a, n) in sorted(offered.items())
        }
        made = {
            i: Span(i, kind, a, a + n, TEXT[a : a + n], None, decision, candidate)
            for i, ((kind, a, n), decision, candidate) in sorted(decided.items())
        }
        # What stays as it was stays the very same object, as it does in a coding.
        candidates = {
            i: candidates[i] if candidates.get(i) == c else c for i, c in new.items()
        }
        spans = {i: spans[i] if spans.get(i) == s else s for i, s in made.items()}
        shown ^= set(kept.update([*candidates.values()], [*spans.values()]))
        anew = marks(candidates.values(), [*spans.values()])
        assert [(m, m.value, m.origin) for m in kept.listed] == [
            (m, m.value, m.origin) for m in anew
        ]
        assert shown == set(anew)
        assert kept.undecided == sum(m.state == UNDECIDED for m in anew)
        assert [kept.index(mark) for mark in anew] == [*range(len(anew))]
        assert all(
            kept.at(m.kind, m.start, m.end) == anew[i] for i, m in _first_of_each(anew)
        )


def _first_of_each(found: list[Mark]) -> list[tuple[int, Mark]]:
    first: dict[Place, int] = {}
    for i, mark in enumerate(found):
        first.setdefault((mark.kind, mark.start, mark.end), i)
    return [(i, found[i]) for i in first.values()]


@given(st.lists(st.integers(), unique=True), st.lists(st.integers(), unique=True))
def test_what_differs_is_what_only_one_of_two_sequences_holds(
    one: list[int], other: list[int]
) -> None:
    of = {
        number: Mark(str(number), "actor", 0, 1, UNDECIDED) for number in (*one, *other)
    }
    gone, come = differing([of[n] for n in one], [of[n] for n in other])
    assert [m.id for m in gone] == [str(n) for n in one if n not in other]
    assert [m.id for m in come] == [str(n) for n in other if n not in one]


stretches = st.lists(
    st.tuples(st.sampled_from(sorted(GLYPHS)), st.integers(0, 29), st.integers(1, 30)),
    max_size=8,
)


@given(stretches)
def test_offsets_go_to_the_shown_text_and_back(
    drawn: list[tuple[str, int, int]],
) -> None:
    found = [
        Mark(str(i), kind, start, min(30, start + length), UNDECIDED)
        for i, (kind, start, length) in enumerate(drawn)
    ]
    shown = Bracketed(TEXT, found, GLYPHS)
    for offset, letter in enumerate(TEXT):
        assert shown.text[shown.shown(offset)] == letter
        assert shown.stored(shown.shown(offset)) == offset
    back = [shown.stored(i) for i in range(len(shown.text))]
    assert back == sorted(back)
    kept = {shown.shown(o) for o in range(len(TEXT))}
    assert "".join(c for i, c in enumerate(shown.text) if i in kept) == TEXT
    assert all(
        c in "[]" + "".join(GLYPHS.values())
        for i, c in enumerate(shown.text)
        if i not in kept
    )
