"""Every case of agreement_cases.json: published figures, two-library checks, hand
derivations.
"""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from coder.agreement import align
from coder.agreement.result import Score
from tests.support.measures import coded_articles, event_clusters, measured, pairing

CASES = json.loads(
    (Path(__file__).parents[1] / "support" / "data" / "agreement_cases.json").read_text(
        "utf-8"
    )
)["cases"]


def run(case: dict[str, Any]) -> Score | str:
    scale = case.get("distance") or case.get("level") or "nominal"
    return measured(case["coefficient"], case["data"], scale, case.get("params"))


def having(key: str) -> list[Any]:
    return [pytest.param(case, id=case["id"]) for case in CASES if key in case]


@pytest.mark.parametrize("case", [pytest.param(case, id=case["id"]) for case in CASES])
def test_value(case: dict[str, Any]) -> None:
    answer, expected = run(case), case["expected"]
    if isinstance(expected, str):
        assert answer == expected
        return
    assert isinstance(answer, Score)
    if expected is None:
        assert answer.value is None
        assert answer.reason == case["reason_code"]
    else:
        assert answer.value == pytest.approx(expected, abs=case["tolerance"], rel=0), (
            answer.reason
        )


@pytest.mark.parametrize("case", having("expected_matches"))
def test_events_matched(case: dict[str, Any]) -> None:
    how = pairing(case.get("params", {}))
    pairs = [
        (one[i].id, other[j].id)
        for article in coded_articles(case["data"])
        for one, other in combinations(article.values(), 2)
        for i, j, _ in align.alignment(one, other, how)
    ]
    assert sorted(pairs) == sorted(map(tuple, case["expected_matches"]))


@pytest.mark.parametrize("case", having("expected_clusters"))
def test_events_clustered(case: dict[str, Any]) -> None:
    params = dict(case.get("params", {}))
    if params.get("field") in align.WEIGHTS:
        params["exclude_field"] = params["field"]
    found = [
        [member.event for member in cluster]
        for article in event_clusters(case["data"], params)
        for cluster in article
    ]
    assert sorted(found) == sorted(case["expected_clusters"])


@pytest.mark.parametrize("case", having("expected_splits"))
def test_split_parts_listed(case: dict[str, Any]) -> None:
    parts = 0
    for article in coded_articles(case["data"]):
        for one, other in combinations(article.values(), 2):
            parts += sum(
                map(len, align.split_parts(one, other, align.alignment(one, other)))
            )
    assert parts == case["expected_splits"]


def test_no_case_was_lost() -> None:
    assert len(CASES) >= 290
