"""A study of two small codings whose every figure is worked out beside it."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from coder.agreement.alpha import alpha
from coder.agreement.bootstrap import Plan
from coder.agreement.coefficients import gwet_chance
from coder.agreement.comparison import aligned
from coder.agreement.distance import Nominal
from coder.agreement.event_agreement import PairCount
from coder.agreement.field_agreement import NO_RANK, strict_agreement
from coder.agreement.reliability import Reliability
from coder.agreement.reliability_data import CellPool, Cells, Confusion
from coder.agreement.result import FEW_ARTICLES, MANY_CODERS, NO_PAIRS
from coder.agreement.scales import Compared, Scale
from coder.agreement.span_agreement import NO_LENGTH
from coder.agreement.study import Study
from coder.errors import CoderError
from coder.model import Cluster
from coder.report.contents import report_of
from coder.report.figure_tables import times
from tests.agreement.study_by_hand import CODEBOOK, CODINGS, FIELDS, STUDY, row

AS_GIVEN = Scale(Nominal(), Compared("value"), lambda value: value)


def test_events_found() -> None:
    # e1-e1: evidence 18 and 10 characters, 10 shared: Dice 20/28 = 5/7; 3 days apart:
    # 4/7; places differ; actors 1 of 2: .7*5/7 + .1*4/7 + 0 + .1/2 = .607. e2-e2: Dice
    # 16/18, same actor: above .8. F1 = 2*2 / ((2+3) + (0+1)). Chance: amal's t1 against
    # basim's t2, e1 of [0,10) and e1 at Dice 5/7: one match among 2+1; amal's t2
    # against basim's t1 none among 0+3: C = 2*1/6. (2/3-1/3)/(2/3) = 1/2.
    found = STUDY.events
    assert found.f1.value == pytest.approx(2 / 3)
    assert found.f1.n == 6
    assert found.chance.value == pytest.approx(1 / 3)
    assert found.corrected.value == pytest.approx(1 / 2)
    assert found.pairs == (PairCount(("amal", "basim"), 2, 6, (2, 4), (0, 0)),)
    assert (found.events, found.alone) == ({"amal": 2, "basim": 4}, {})
    assert found.pairs[0].f1 == found.f1.value
    assert (found.articles, found.chance_articles) == (2, 2)
    assert found.interval.reason == FEW_ARTICLES
    assert {t: score.value for t, score in found.by_threshold.items()} == pytest.approx(
        {0.3: 2 / 3, 0.4: 2 / 3, 0.5: 2 / 3}
    )


def test_an_event_that_one_coder_has_is_a_disagreement_in_strict_alpha() -> None:
    # Genre-like values of three events: a and a, b and b, a and no such event. n_a 3,
    # n_b 2, n_none 1, n 6; D_o = 2/6, D_e = (36 - 9 - 4 - 1)/30 = 22/30: 1 -
    # (1/3)/(22/30) = 6/11. Aligned alone: alpha 1.
    cells = CellPool()
    cells.add(
        0,
        ("amal", "basim"),
        Cells(['"a"', '"b"'], [0, 0, 1, 1, 0, -1], {}),
        [*[False] * 5, True],
    )
    ratings = cells.ratings(AS_GIVEN, ("amal", "basim"), strict=True)
    found = strict_agreement("f", ratings, Plan())
    assert (found.units, found.alone) == (3, 1)
    assert found.alpha.value == pytest.approx(6 / 11)
    assert alpha(cells.ratings(AS_GIVEN, ("amal", "basim"))).value == 1.0
    assert found.interval.reason == FEW_ARTICLES


def test_coders_who_lack_an_event_do_not_agree_in_a_question_that_nobody_answered() -> (
    None
):
    # Only amal has the third event, and the question does not apply to it: basim and
    # dina lack an answer that nobody has. Left are a and a, and b and b: alpha 1 of 2
    # units, with no event in neither.
    cells, coders = CellPool(), ("amal", "basim", "dina")
    codes, lacking = [0, 0, -1, 1, 1, -1, -1, -1, -1], [*[False] * 7, True, True]
    cells.add(0, coders, Cells(['"a"', '"b"'], codes, {}), lacking)
    found = strict_agreement("f", cells.ratings(AS_GIVEN, coders, strict=True), Plan())
    assert (found.units, found.alone, found.alpha.value) == (2, 0, 1.0)


def test_strict_alpha_of_a_study() -> None:
    # event_type: amal and basim have e1 and e2; basim alone has e3 and the event of t2.
    found = next(each for each in STUDY.strict if each.field == "event_type")
    assert (found.units, found.alone) == (4, 2)
    certainty = next(each for each in STUDY.strict if each.field == "certainty")
    assert certainty.alpha.reason == NO_RANK


def test_clusters_are_numbered_by_their_first_evidence() -> None:
    first, second = (
        [c for c in CODINGS if c.article == article] for article in ("t1", "t2")
    )
    assert aligned(first, CODEBOOK) == [
        Cluster("c1", "t1", (("amal", "e1"), ("basim", "e1"))),
        Cluster("c2", "t1", (("amal", "e2"), ("basim", "e2"))),
        Cluster("c3", "t1", (("basim", "e3"),)),
    ]
    assert aligned(second, CODEBOOK) == [Cluster("c1", "t2", (("basim", "e1"),))]


@pytest.mark.parametrize(
    ("field", "alpha", "percent"),
    [
        # t1 relevant twice, t2 once each way: D_o = 2/4, D_e = 2*3*1/12.
        ("relevance", 0.0, 1 / 2),
        # air_strike and drone_attack are siblings at 1/2; threat twice, at 1 from both.
        # D_o = 2*(1/2)/4; D_e = 2(1/2 + 2 + 2)/12 = 3/4.
        ("event_type", 2 / 3, 1 / 2),
        # {usa} and {usa, israel}: 1 - 1/2*2/3 = 2/3; {iri} twice. D_o = 2*(2/3)/4; D_e
        # = 2(2/3+4)/12 = 7/9.
        ("initiators", 4 / 7, 1 / 2),
        # 3 days: .1; not stated twice. D_o = .2/4; D_e = 2(.1+4)/12.
        ("date", 1 - 0.05 * 6 / 4.1, 1 / 2),
        # SY/Deir ez-Zor/base_omar against SY/Deir ez-Zor: 1 - 4/5; not stated twice.
        # D_o = .4/4; D_e = 2(.2+4)/12 = .7.
        ("place", 6 / 7, 1 / 2),
        # {own, official} and {official}, nobody named: 1 - 1/2*2/3 = 2/3; {own} twice,
        # at 2/3 and 1 from them. D_o = 2*(2/3)/4; D_e = 2(2/3 + 2*2/3 + 2*1)/12 = 2/3.
        ("source", 1 / 2, 1 / 2),
        # Ranks 2 and 3, once each: D_o = D_e = 1.
        ("certainty", 0.0, 0.0),
        # 3 or more against exactly 3: (0 + 1)/2, the only pair.
        ("killed", 0.0, 0.0),
    ],
)
def test_fields(field: str, alpha: float, percent: float) -> None:
    assert row(field).alpha.value == pytest.approx(alpha, abs=1e-12)
    assert row(field).equal_keys.value == pytest.approx(percent)
    assert row(field).interval.reason == FEW_ARTICLES
    assert row(field).status is Reliability.FEW_ARTICLES


@pytest.mark.parametrize(
    ("field", "level", "units", "pairable", "missing", "not_stated", "not_applicable"),
    [
        ("relevance", "article", 2, 2, 0, 0, 0),
        ("relevance_reason", "article", 2, 0, 0, 0, 3),  # it arises for amal's t2 alone
        ("genre", "article", 2, 0, 4, 0, 0),
        ("event_type", "event", 4, 2, 0, 0, 0),
        ("date", "event", 4, 2, 2, 2, 0),  # basim's e3 and t2 hold none
        ("certainty", "event", 4, 1, 1, 1, 0),
        ("killed", "event", 4, 1, 2, 0, 2),  # a threat kills nobody
    ],
)
def test_units_and_blanks(
    field: str,
    level: str,
    units: int,
    pairable: int,
    missing: int,
    not_stated: int,
    not_applicable: int,
) -> None:
    found = row(field)
    assert (found.level, found.units, found.pairable) == (level, units, pairable)
    assert found.blanks == {
        "missing": missing,
        "not_stated": not_stated,
        "not_applicable": not_applicable,
    }


def test_not_stated_has_no_rank_and_the_row_says_so() -> None:
    assert "not stated leaves" in row("certainty").note
    assert row("date").note == ""


def test_a_field_without_pairs_says_so() -> None:
    assert row("relevance_reason").alpha.reason == NO_PAIRS
    assert row("relevance_reason").interval.reason == NO_PAIRS
    assert row("relevance_reason").status is Reliability.UNDEFINED


def test_text_fields_are_not_measured() -> None:
    assert STUDY.not_measured == ("outlet", "notes")
    assert not set(STUDY.not_measured) & set(FIELDS)
    with pytest.raises(CoderError, match="notes is not measured"):
        STUDY.pairs("notes")


def test_two_articles_bear_no_overall_figure() -> None:
    found = STUDY.overall
    assert found.guarded_lower_bound.value is None
    assert dict(found.undefined)["event_type"] == FEW_ARTICLES
    assert len(found.undefined) == len(FIELDS)


def test_table_of_values() -> None:
    found = confusion("event_type")
    assert found.values == ("air_strike", "drone_attack", "threat")
    assert found.counts == [[0, 1, 0], [1, 0, 0], [0, 0, 2]]
    assert found.n == 4
    assert confusion("certainty").values == ("reported", "alleged")
    assert confusion("relevance").counts == [[2, 1], [1, 0]]
    assert not STUDY.reliability_data("initiators").measured.has_codes


def confusion(field: str) -> Confusion:
    return STUDY.reliability_data(field).confusion(CODEBOOK)


def test_values_that_met_are_counted_once_each() -> None:
    [table] = (
        t for t in report_of(STUDY).tables if t.name == "coincidences_event_type"
    )
    counted = [
        [times(cells, i, j) for j in range(3)] for i, cells in enumerate(table.rows)
    ]
    assert counted == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]


def test_specific_agreement() -> None:
    # relevant: 2*1 of 2*1 + 1*1; not relevant: 0 of 1; nobody was unsure.
    found = STUDY.categories("relevance")
    assert found["relevant"].value == pytest.approx(2 / 3)
    assert found["not_relevant"].value == 0
    assert found["unsure"].value is None


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        # t1 relevant twice, t2 once each way: p_o = 1/2. amal half and half, basim
        # relevant: p_e = 1/2.
        ("kappa", "relevance", 0.0),
        # Both together 3/4 and 1/4: p_e = 10/16.
        ("pi", "relevance", -1 / 3),
        ("fleiss", "relevance", -1 / 3),
        # Three values are listed: p_e = 1/3; and (2 * 3/4 * 1/4) / 2 = 3/16.
        ("bp", "relevance", 1 / 4),
        ("ac1", "relevance", (1 / 2 - 3 / 16) / (13 / 16)),
        # Distances 1/2 and 0: D_o = 1/4. amal air, threat, basim drone, threat: D_e =
        # (1/2 + 1 + 1) / 4.
        ("kappa", "event_type", 0.6),
        ("ac1", "initiators", None),
        ("kappa", "relevance_reason", None),
    ],
)
def test_other_coefficients(name: str, field: str, value: float | None) -> None:
    found = {row.field: row for row in STUDY.coefficients(name)}[field]
    assert found.score.value == (None if value is None else pytest.approx(value))
    assert found.interval.low is None
    assert found.interval.reason == (
        FEW_ARTICLES if value is not None else found.score.reason
    )


def test_a_coefficient_of_two_coders_says_of_three_how_many_units_there_are() -> None:
    third = [replace(each, coder="third") for each in CODINGS if each.coder == "basim"]
    [row] = [
        row
        for row in Study.of([*CODINGS, *third], CODEBOOK).coefficients("kappa")
        if row.field == "relevance"
    ]
    assert (row.score.value, row.score.reason, row.score.n) == (None, MANY_CODERS, 2)


def test_other_coefficients_have_intervals_by_the_same_articles() -> None:
    # Sixty pairs of articles, each as t1 and t2.
    many = [
        replace(each, article=f"{each.article}-{n}")
        for each in CODINGS
        for n in range(60)
    ]
    study = Study.of(many, CODEBOOK, plan=Plan(B=500))
    for name in ("pi", "ac1"):
        [row] = [row for row in study.coefficients(name) if row.field == "relevance"]
        assert row.interval.low is not None and row.interval.high is not None
        assert row.score.value is not None
        assert row.interval.low < row.score.value < row.interval.high
        assert (row.score.n, row.interval.articles) == (120, 120)


def test_pairs_of_coders() -> None:
    [pair] = STUDY.pairs("event_type")
    assert pair.coders == ("amal", "basim")
    assert (pair.pairable, pair.equal_keys.value) == (2, 1 / 2)
    assert pair.alpha.value == pytest.approx(2 / 3)


def test_spans() -> None:
    found = {row.kind: row for row in STUDY.spans}
    assert list(found) == ["", "trigger", "actor"]
    # Triggers: amal [0,10) [40,50), the rejected one does not count; basim [0,10)
    # [42,50) [80,90), t2 [0,10).
    assert found["trigger"].exact.value == pytest.approx(2 * 1 / 6)
    assert found["trigger"].relaxed.value == pytest.approx(2 * 2 / 6)
    # Over 2*150 places: marked 20+38 = 58, of which 18 by both; unlike 2+20, both ways
    # 44. q: 10^2+10^2 and 10^2+8^2+10^2+10^2 marked, 242 in gaps. D_e = 300*2*58*242 /
    # (300^2 - 564 - 242).
    assert found["trigger"].u_alpha.value == pytest.approx(
        1 - 44 * 89194 / (300 * 2 * 58 * 242)
    )
    # Actors: amal [12,20) and [18,22), joined [12,22) for unitizing; basim none.
    assert found["actor"].exact.value == 0
    assert found["actor"].exact.n == 2
    assert found["actor"].u_alpha.value == pytest.approx(
        1 - 20 * 89610 / (300 * 2 * 10 * 290)
    )
    # All kinds: one exact and two relaxed hits among 4 + 4; marked 30+38, both 18,
    # unlike 64.
    assert found[""].exact.value == pytest.approx(2 * 1 / 8)
    assert found[""].relaxed.value == pytest.approx(2 * 2 / 8)
    assert found[""].u_alpha.value == pytest.approx(
        1 - 64 * 89104 / (300 * 2 * 68 * 232)
    )
    assert found[""].u_alpha_interval.reason == FEW_ARTICLES


def test_unitizing_alpha_needs_the_length_of_every_text() -> None:
    found = Study.of(CODINGS, CODEBOOK, lengths={"t1": 100}).spans
    assert {row.u_alpha.reason for row in found} == {NO_LENGTH}
    assert found[0].exact.value == pytest.approx(1 / 4)


def test_with_one_category_chance_agreement_is_one() -> None:
    # All ratings fall into it, so that AC1 is undefined, as every other coefficient of
    # such a field is.
    assert gwet_chance(np.ones((2, 1)), np.ones((1, 1))).tolist() == [1.0, 1.0]
