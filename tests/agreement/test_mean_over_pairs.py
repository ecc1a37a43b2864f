"""With several pairs of coders, F1 is the mean over pairs, with F1 of all pairs
together beside it.
"""

from __future__ import annotations

import pytest

from coder.agreement.result import MeanScore
from coder.agreement.study import Study
from coder.report.contents import report_of
from coder.report.figure_tables import document_of
from tests.agreement.study_by_hand import CODEBOOK, CODINGS, coding, event, span

# Amal and basim have two matches among their six events (see test_study_by_hand).
# Beside them dina and dana have coded one short article, and agree on its only event,
# an exact match of one trigger.
PAIR_OF_ONE_EVENT = [
    coding("t3", who, (span("s1", "trigger", 0, 10),), (event("e1", "threat", "s1"),))
    for who in ("dana", "dina")
]
UNEVEN = Study.of([*CODINGS, *PAIR_OF_ONE_EVENT], CODEBOOK)


def test_one_pair_of_one_event_moves_the_mean_more_than_the_pooled_figure() -> None:
    # The mean of 2*2/6 and 2*1/2 is 5/6; pooled, 2*(2+1) / (6+2) = 3/4.
    found = UNEVEN.events.f1
    assert isinstance(found, MeanScore)
    assert (found.value, found.pooled) == (pytest.approx(5 / 6), pytest.approx(3 / 4))
    assert (found.pairs, found.smallest, found.n) == (2, 2, 8)


def test_beyond_chance_is_of_the_mean_and_of_the_pooled_figure() -> None:
    # Chance is 1/3, of amal and basim alone: dana and dina have no second article in
    # common. (5/6 - 1/3) / (2/3) = 3/4, and (3/4 - 1/3) / (2/3) = 5/8.
    found = UNEVEN.events.corrected
    assert isinstance(found, MeanScore)
    assert (found.value, found.pooled) == (pytest.approx(3 / 4), pytest.approx(5 / 8))


def test_a_kind_of_spans_that_one_pair_alone_marked_is_no_mean() -> None:
    # All kinds: 2*1/8 and 2*1/2, the mean 5/8; pooled 2*2/10. Actors: only amal marked
    # any.
    found = {row.kind: row.exact for row in UNEVEN.spans}
    of_all = found[""]
    assert isinstance(of_all, MeanScore)
    assert (of_all.value, of_all.pooled) == (pytest.approx(5 / 8), pytest.approx(2 / 5))
    assert (of_all.pairs, of_all.smallest, of_all.n) == (2, 2, 10)
    assert not isinstance(found["actor"], MeanScore)


def test_the_document_has_both_figures() -> None:
    report = report_of(UNEVEN)
    expected = {
        "value": 0.833333,
        "n": 8,
        "pooled": 0.75,
        "pairs": 2,
        "smallest_pair": 2,
    }
    assert report.document()["events"]["f1"] == expected
    [spans] = (table for table in report.tables if table.name == "spans")
    assert document_of(spans)[0]["exact_f1"]["pooled"] == 0.4
    alone = report_of(Study.of(CODINGS, CODEBOOK)).document()
    assert alone["events"]["f1"] == {"value": 0.666667, "n": 6}
