"""Rows that cannot be are found, whatever rows were checked before."""

from __future__ import annotations

from coder.store.data_problems import values_problem
from coder.store.tables import METADATA


def test_a_number_among_texts_is_found() -> None:
    names = [column.name for column in METADATA.tables["event"].columns]
    sound = {"coding": "c1", "id": "e1", "position": 0}
    rows = [[{**sound, **wrong}[name] for name in names] for wrong in ({}, {"id": 1})]
    assert values_problem("event", rows[0]) is None
    assert values_problem("event", rows[1])


def test_evidence_that_is_no_text_is_found() -> None:
    names = [column.name for column in METADATA.tables["answer"].columns]
    sound = {
        **dict.fromkeys(names),
        "coding": "a/b",
        "event": "e1",
        "field": "f",
        "comment": "",
        "proposed": False,
    }
    sound |= {"reason": "", "by": "", "how": "", "applied_by": ""}
    rows = [
        [{**sound, "evidence": cited}[name] for name in names]
        for cited in (None, [], ["s1"], [1])
    ]
    assert [values_problem("answer", row) for row in rows[:3]] == [None] * 3
    assert values_problem("answer", rows[3])
