"""The native format: the same coding gives the same bytes, and wrong input names its
place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.codebook.schema import Codebook
from coder.errors import CoderError
from coder.foreign import to_json
from coder.importers.native_reader import to_coding
from coder.model import (
    Answer,
    Article,
    Blank,
    Candidate,
    Coding,
    Decision,
    Event,
    Span,
    Status,
)
from coder.native import from_candidates, from_coding

SEEDS = Path(__file__).parents[2] / "seeds"


def test_sample_codings_round_trip_byte_for_byte(conflict_events: Codebook) -> None:
    fields = (*conflict_events.article_fields, *conflict_events.event_fields)
    order = [field.id for field in fields]
    lines = [
        x
        for p in (SEEDS / "codings").glob("*.jsonl")
        for x in p.read_text("utf-8").splitlines()
    ]
    assert len(lines) == 10
    for line in lines:
        assert to_json(from_coding(to_coding(json.loads(line)), order)) == line


names = st.text(alphabet="abcdef", min_size=1, max_size=4)
words = st.text(max_size=12)
answers = st.one_of(
    st.builds(
        Answer,
        value=st.one_of(words, st.lists(words), st.integers()),
        evidence=st.just(("s1",)),
    ),
    st.builds(Answer, blank=st.sampled_from(Blank), reason=words, by=names),
    st.builds(
        Answer,
        value=words,
        taken_from=st.just(("amal", "basim")),
        reason=names,
        comment=words,
    ),
)
fields = st.dictionaries(names, answers, max_size=4)
codings = st.builds(
    Coding,
    article=names,
    text_sha256=names,
    codebook=names,
    coder=names,
    status=st.sampled_from(Status),
    answers=fields,
    spans=st.just(
        (
            Span(
                "s1",
                "actor",
                0,
                3,
                "abc",
                value="x",
                decision=Decision.EDITED,
                candidate="k",
            ),
        )
    ),
    events=st.lists(names, unique=True, max_size=3).flatmap(
        lambda ids: st.tuples(
            *(st.builds(Event, id=st.just(i), fields=fields) for i in ids)
        )
    ),
)


@given(codings)
def test_reading_what_was_written_gives_the_coding_and_the_bytes(
    coding: Coding,
) -> None:
    line = to_json(from_coding(coding))
    again = to_coding(json.loads(line))
    assert again == coding
    assert to_json(from_coding(again)) == line


def test_proposals_are_not_data() -> None:
    event = Event(
        "e1",
        {
            "place": Answer(value=["x"], proposed=True),
            "date": Answer(blank=Blank.MISSING),
        },
    )
    record = from_coding(Coding("a", "h", "c@1", "amal", events=(event,)))
    assert record["events"] == [{"id": "e1", "fields": {"date": {"blank": "missing"}}}]


def test_candidates_come_as_a_coding_of_the_suggester() -> None:
    article = Article("a", "في العراق")
    record = from_candidates(
        article, [Candidate("k1", "place", 3, 9, "العراق", "iq", "lexicon", 0.9)], "c@1"
    )
    assert record["coder"] == "suggester"
    assert record["spans"] == [
        {
            "id": "k1",
            "kind": "place",
            "start": 3,
            "end": 9,
            "quote": "العراق",
            "value": "iq",
            "origin": "lexicon",
            "score": 0.9,
        }
    ]


def broken(**changes: Any) -> dict[str, Any]:
    base = from_coding(
        Coding(
            "a",
            "h",
            "c@1",
            "amal",
            spans=(Span("s1", "actor", 0, 1, "x"),),
            events=(Event("e1"),),
        )
    )
    return {**base, **changes}


SPAN = {"id": "s1", "kind": "actor", "start": 0, "end": 5, "quote": ""}


@pytest.mark.parametrize(
    ("record", "where"),
    [
        ([], "line"),
        (broken(format="coder/2"), "format"),
        (broken(status="done"), "status"),
        (broken(article="a"), "article"),
        (broken(coder=7), "coder"),
        (broken(answers={"relevance": {}}), "answers.relevance"),
        (
            broken(answers={"relevance": {"value": 1, "blank": "missing"}}),
            "answers.relevance",
        ),
        (
            broken(answers={"relevance": {"blank": "unknown"}}),
            "answers.relevance.blank",
        ),
        (broken(spans=[{**SPAN, "start": 5, "end": 5}]), "spans[0]"),
        (broken(spans=[{**SPAN, "start": "0"}]), "spans[0].start"),
        (broken(events=[{"id": "e1", "fields": {}}] * 2), "events"),
        (
            broken(
                events=[{"id": "e1", "fields": {"x": {"value": 1, "evidence": [1]}}}]
            ),
            "events[0].fields.x.evidence",
        ),
    ],
)
def test_wrong_records_are_refused_with_their_place(record: Any, where: str) -> None:
    with pytest.raises(CoderError) as caught:
        to_coding(record)
    assert caught.value.where == where
