"""Rows that cannot be: a look along the columns finds whatever a look at each row would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from coder.store.compiled_tables import METADATA
from coder.store.data_problems import needs_row_checks, values_problem

VALUES = st.sampled_from(
    [None, 0, 1, -1, 2**40, 1.5, "", "x", "open", b"x", True, ["x"], {"x": 1}]
)


@given(st.sampled_from(["coding", "span", "event", "answer"]), st.data())
def test_no_row_that_cannot_be_is_overlooked(table: str, data: st.DataObject) -> None:
    width = len(METADATA.tables[table].columns)
    rows = data.draw(
        st.lists(
            st.lists(VALUES, min_size=width, max_size=width), min_size=1, max_size=3
        )
    )
    if any(values_problem(table, row) for row in rows):
        assert needs_row_checks(table, zip(*rows, strict=True))


def test_a_number_among_texts_is_found() -> None:
    names = [column.name for column in METADATA.tables["event"].columns]
    sound = {"coding": "c1", "id": "e1", "position": 0}
    rows = [[{**sound, **wrong}[name] for name in names] for wrong in ({}, {"id": 1})]
    assert not needs_row_checks("event", zip(*rows[:1], strict=True))
    assert needs_row_checks("event", zip(*rows, strict=True))


def test_answers_with_evidence_and_without_need_no_look_at_each_row() -> None:
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
    assert not needs_row_checks("answer", zip(*rows[:3], strict=True))
    assert needs_row_checks("answer", zip(*rows, strict=True))
