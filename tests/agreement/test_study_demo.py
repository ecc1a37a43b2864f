"""The two sample codings as a study: what must hold whatever the figures are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from coder.agreement.bootstrap import Plan
from coder.agreement.comparison import ALL_TERMS
from coder.agreement.reliability import Reliability
from coder.agreement.result import FEW_ARTICLES, NO_SPREAD
from coder.agreement.study import Study
from coder.codebook.load import read_codebook
from coder.importers.native_reader import to_coding
from coder.model import Coding

ROOT = Path(__file__).parents[2]
CODEBOOK = read_codebook(ROOT / "schemas" / "conflict_events.yaml")
CODINGS = [
    to_coding(json.loads(line))
    for name in ("amal", "basim")
    for line in (ROOT / "seeds" / "codings" / f"{name}.jsonl")
    .read_text("utf-8")
    .splitlines()
]
LENGTHS = {
    path.stem: len(path.read_bytes().decode("utf-8"))
    for path in (ROOT / "seeds").glob("*.txt")
}
PLAN = Plan(B=200)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study.of(CODINGS, CODEBOOK, lengths=LENGTHS, plan=PLAN)


def copied(coding: Coding, coder: str) -> Coding:
    return replace(coding, coder=coder)


def test_five_articles_have_figures_but_no_intervals(study: Study) -> None:
    found = study.events
    assert found.articles == 5
    assert found.events == {"amal": 70, "basim": 67}
    assert found.f1.value is not None and found.chance.value is not None
    assert found.chance.value < 0.2 < 0.5 < found.f1.value < 1
    assert found.interval.reason == FEW_ARTICLES
    assert study.overall.guarded_lower_bound.value is None
    for row in study.fields:
        assert row.interval.low is None
        assert row.alpha.value is None or (
            0 < row.alpha.value <= 1 and row.status is Reliability.FEW_ARTICLES
        )


def test_fields_rest_on_the_clusters_of_two(study: Study) -> None:
    members = [
        cluster
        for compared in study.comparisons
        for cluster in compared.aligned[ALL_TERMS]
    ]
    two = sum(len(m) == 2 for m in members)
    rows = {row.field: row for row in study.fields}
    assert two == study.events.pairs[0].matches
    assert sum(len(m) for m in members) == 70 + 67
    assert (rows["event_type"].units, rows["event_type"].pairable) == (
        len(members),
        two,
    )
    confusion = study.reliability_data("event_type").confusion(CODEBOOK)
    assert confusion.n == rows["event_type"].alpha.n == 2 * two


def test_every_blank_is_counted(study: Study) -> None:
    given = sum(
        a.blank is not None and a.blank.value == "not_stated"
        for coding in CODINGS
        for e in coding.events
        for a in [e.answer("date")]
    )
    rows = {row.field: row for row in study.fields}
    assert rows["date"].blanks["not_stated"] == given
    assert rows["killed"].blanks["not_applicable"] > 0


def test_spans_of_every_kind(study: Study) -> None:
    rows = study.spans
    assert rows[0].kind == ""
    assert {row.kind for row in rows[1:]} == {
        s.kind for coding in CODINGS for s in coding.spans
    }
    assert rows[0].exact.n == sum(len(coding.spans) for coding in CODINGS)
    for row in rows:
        assert row.exact.value is not None and row.relaxed.value is not None
        assert 0 < row.exact.value <= row.relaxed.value < 1
        assert row.u_alpha.value is not None and row.u_alpha.value < 1


def test_order_of_codings_and_names_of_coders_change_nothing(study: Study) -> None:
    renamed = [
        copied(c, {"amal": "zayd", "basim": "rim"}[c.coder]) for c in reversed(CODINGS)
    ]
    other = Study.of(renamed, CODEBOOK, lengths=LENGTHS, plan=PLAN)
    assert other.events.f1 == study.events.f1
    for one, two in zip(study.fields, other.fields, strict=True):
        assert two.alpha.value == (
            None if one.alpha.value is None else pytest.approx(one.alpha.value)
        )
        assert (two.pairable, two.blanks) == (one.pairable, one.blanks)
    for one_kind, other_kind in zip(study.spans, other.spans, strict=True):
        assert other_kind.exact == one_kind.exact
        assert other_kind.u_alpha.value == pytest.approx(one_kind.u_alpha.value)


def test_a_coder_agrees_with_herself() -> None:
    amal = [c for c in CODINGS if c.coder == "amal"]
    study = Study.of(
        [*amal, *(copied(c, "again") for c in amal)],
        CODEBOOK,
        lengths=LENGTHS,
        plan=PLAN,
    )
    assert study.events.f1.value == 1
    assert {row.alpha.value for row in study.fields} <= {1.0, None}
    assert {row.exact.value for row in study.spans} == {1.0}
    assert {row.u_alpha.value for row in study.spans} == {1.0}


def test_a_third_coder_joins_the_clusters(study: Study) -> None:
    third = [copied(c, "carim") for c in CODINGS if c.coder == "amal"]
    three = Study.of([*CODINGS, *third], CODEBOOK, lengths=LENGTHS, plan=PLAN)
    assert three.coders == ("amal", "basim", "carim")
    assert len(three.pairs("event_type")) == 3
    for compared in three.comparisons:
        for cluster in compared.aligned[ALL_TERMS]:
            by_coder = dict(cluster)
            assert by_coder.get("amal") == by_coder.get("carim")


def test_twenty_articles_have_intervals_and_a_weakest_field() -> None:
    many = [replace(c, article=f"{c.article}-{n}") for c in CODINGS for n in range(4)]
    lengths = {
        f"{article}-{n}": length
        for article, length in LENGTHS.items()
        for n in range(4)
    }
    study = Study.of(many, CODEBOOK, lengths=lengths, plan=PLAN)
    again = Study.of(many, CODEBOOK, lengths=lengths, plan=PLAN)
    assert study.fields == again.fields
    assert study.spans == again.spans
    bounds = {
        row.field: row.guarded_lower_bound.value
        for row in study.fields
        if row.guarded_lower_bound.value is not None
    }
    assert bounds
    for row in study.fields:
        if row.field in bounds:
            assert row.alpha.value is not None
            assert bounds[row.field] <= row.alpha.value
            low, high = row.interval.low, row.interval.high
            if low is not None and high is not None:
                assert low <= row.alpha.value <= high
            else:
                assert row.interval.reason == NO_SPREAD
    overall = study.overall
    assert overall.guarded_lower_bound.value == min(bounds.values())
    assert {name for name, _ in overall.undefined} == {
        r.field for r in study.fields
    } - set(bounds)
    assert study.events.interval.low is not None
    assert study.spans[0].u_alpha_interval.low is not None
