"""Marked stretches: F1 and unitizing alpha, by hand and by law."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.result import FEW_CODERS, MANY_CODERS, NO_VARIATION, NOTHING_MARKED
from coder.agreement.spans import (
    Hits,
    Mark,
    join_fragments,
)
from coder.agreement.unitizing import Continuum, Unit
from coder.errors import CoderError
from tests.support.published_measures import Mode, span_f1, span_hits, u_alpha

FRAGMENT = st.builds(
    lambda start, size: (start, start + size), st.integers(0, 30), st.integers(1, 8)
)
MARKS = st.lists(
    st.builds(
        Mark.of, st.lists(FRAGMENT, min_size=1, max_size=2), st.sampled_from("XY")
    ),
    max_size=6,
)
TOKENS = [(0, 3), (4, 9), (10, 14), (15, 20), (21, 40)]
CUTS = st.lists(st.integers(1, 39), unique=True, max_size=8).map(sorted)


def units_of(cuts: list[int]) -> tuple[Unit, ...]:
    """Every second stretch between the cuts, labelled in turn."""
    edges = [0, *cuts]
    pairs = list(pairwise(edges))[::2]
    return tuple(Unit(a, b, "AB"[i % 2]) for i, (a, b) in enumerate(pairs))


CODERS = st.lists(CUTS.map(units_of), min_size=2, max_size=4).map(tuple)


@given(MARKS, MARKS)
def test_f1_is_symmetric_and_grows_from_exact_to_relaxed(
    a: list[Mark], b: list[Mark]
) -> None:
    modes: list[Mode] = ["exact", "relaxed", "char", "token"]
    scores = {mode: span_f1([a, b], mode, TOKENS).value for mode in modes}
    for mode in modes:
        assert span_f1([b[::-1], a[::-1]], mode, TOKENS).value == scores[mode]
        if a and mode != "token":  # a mark between tokens marks none
            assert span_f1([a, a], mode, TOKENS).value == 1
    if scores["exact"] is not None and scores["relaxed"] is not None:
        assert scores["exact"] <= scores["relaxed"]


@given(MARKS, MARKS)
def test_relaxed_hits_are_a_maximum_matching(a: list[Mark], b: list[Mark]) -> None:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    from coder.agreement.spans import measure_shared_length

    one, other = sorted(set(a)), sorted(set(b))
    answers = [
        [
            int(
                m.label == n.label
                and measure_shared_length(m.fragments, n.fragments) > 0
            )
            for n in other
        ]
        for m in one
    ]
    expected = 0
    if one and other:
        expected = int((maximum_bipartite_matching(csr_array(answers)) >= 0).sum())
    assert span_hits(a, b, "relaxed").hits == expected


def test_a_chain_of_overlaps_as_long_as_an_article_is_matched_whole() -> None:
    """Each mark but the first overlaps two of the other coder's, and takes the one that
    is still free.
    """
    one = [Mark.of([(10 * i, 10 * i + 10)], "X") for i in range(3000)]
    other = [Mark.of([(10 * i + 5, 10 * i + 15)], "X") for i in range(3000)]
    assert span_hits(one, other, "relaxed") == Hits(3000, 3000, 3000)


def test_fragments_are_sorted_and_joined() -> None:
    assert join_fragments([(10, 15), (0, 5), (5, 7), (14, 20)]) == ((0, 7), (10, 20))
    assert Mark.of([(3, 5), (0, 3)]) == Mark.of([(0, 5)])
    with pytest.raises(CoderError, match="empty"):
        join_fragments([(4, 4)])


def test_a_token_is_marked_when_any_of_its_characters_is() -> None:
    assert span_hits(
        [Mark.of([(2, 5)], "X")], [Mark.of([(0, 9)], "X")], "token", TOKENS
    ) == (2, 2, 2)


def test_f1_compares_two_coders() -> None:
    mark = Mark.of([(0, 4)], "X")
    assert span_f1([[mark]], "exact").reason == FEW_CODERS
    assert span_f1([[mark]] * 3, "exact").reason == MANY_CODERS
    assert span_f1([[], []], "exact").reason == NOTHING_MARKED


@given(CODERS, st.randoms(use_true_random=False))
def test_u_alpha_forgets_who_marked_and_what_labels_are_called(coders, random) -> None:  # type: ignore[no-untyped-def]
    def value(coders, **how) -> float | None:  # type: ignore[no-untyped-def]
        return u_alpha(Continuum(40, tuple(coders)), **how).value

    shuffled = list(coders)
    random.shuffle(shuffled)
    renamed = [
        tuple(u._replace(label={"A": "z", "B": "a"}[u.label]) for u in units)
        for units in coders
    ]
    expected = value(coders)
    assert value(shuffled) == pytest.approx(expected, abs=1e-9)
    assert value(renamed) == pytest.approx(expected, abs=1e-9)
    unlabelled = [tuple(u._replace(label="A") for u in units) for units in coders]
    assert value(coders, variant="binary") == pytest.approx(value(unlabelled), abs=1e-9)


@given(CUTS.map(units_of))
def test_u_alpha_of_identical_codings_is_one_or_shows_nothing(
    units: tuple[Unit, ...],
) -> None:
    found = u_alpha(Continuum(40, (units, units)))
    assert found.value == pytest.approx(1) if units else found.reason == NO_VARIATION


def test_krippendorff_2016_by_hand() -> None:
    # L = 10, coder 1 marks A [0,4), coder 2 A [2,6). Coincident lengths: AA 2 each way
    # = 4 of l_A. = 8, gaps 4 each way = 8 of l_g. = 12; 8 of 20 lie in Ag and gA. q =
    # 4^2 + 4^2 + 6 + 6 = 44. e_Ag = 20 * 8 * 12 / (400 - 44); alpha = 1 - 8 / (2 *
    # e_Ag) = 1 - 8 * 356 / 3840.
    continuum = Continuum(10, ((Unit(0, 4, "A"),), (Unit(2, 6, "A"),)))
    assert u_alpha(continuum).value == pytest.approx(1 - 8 * 356 / 3840)


def test_overlapping_labels_go_one_at_a_time() -> None:
    # Kind A alone is the text of the hand derivation above; B lies across it.
    first = (Unit(0, 2, "A"), Unit(2, 4, "A"), Unit(3, 8, "B"))
    second = (Unit(2, 6, "A"),)
    with pytest.raises(CoderError, match="overlaps"):
        u_alpha(Continuum(10, (first, second)))
    assert u_alpha(Continuum(10, (first, second)), label="A").value == pytest.approx(
        1 - 8 * 356 / 3840
    )


def test_units_stay_within_the_continuum() -> None:
    with pytest.raises(CoderError, match="lies partly outside the continuum"):
        u_alpha(Continuum(5, ((Unit(0, 6, "A"),), ())))
    shifted = Continuum(10, ((Unit(100, 104, "A"),), (Unit(102, 106, "A"),)), begin=100)
    assert u_alpha(shifted).value == pytest.approx(1 - 8 * 356 / 3840)


def test_labels_alone_are_compared_by_two_coders_only() -> None:
    units = (Unit(0, 4, "A"),)
    assert u_alpha(Continuum(10, (units, units, units)), "cu").reason == MANY_CODERS
    assert u_alpha(Continuum(10, (units,))).reason == FEW_CODERS
