"""Sentences in the manner of news, with what a reader takes from them for one field of
the event of one act.

Each line of `data/event_readings.jsonl` has a text, the act and where it starts, a
field, and the words (or values) that belong into it; none is an answer too. The shares
are floors, so that a change of packs shows where it helps and where it costs.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from coder.codebook.load import read_codebook
from coder.codebook.schema import Codebook
from coder.model import Article, Candidate
from coder.suggest.event_proposals import EventProposer
from coder.suggest.registry import propose
from tests.conftest import ROOT

TABLE = Path(__file__).parent / "data" / "event_readings.jsonl"
PUBLISHED = date(2024, 5, 17)
FLOORS = {
    # field: share read as in the table, share of proposed words or values that are right
    "initiators": (0.74, 0.88),
    "targets": (0.70, 0.79),
    "place": (0.70, 0.78),
    "date": (0.59, 0.64),
    "target_object": (0.42, 0.72),
    "event_status": (0.78, 0.70),
    "killed": (0.82, 0.60),
    "injured": (0.85, 0.45),
    "source": (0.62, 0.90),
    "event_type": (0.55, 0.55),
    "size": (0.80, 0.70),
    "police_action": (0.95, 0.95),
}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [json.loads(line) for line in TABLE.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def readings(rows: list[dict[str, Any]]) -> list[tuple[str, list[Any], list[Any]]]:
    """Field, what belongs into it, and what is proposed, of each line."""
    codebooks: dict[str, Codebook] = {}
    compared = []
    for row in rows:
        name = row.get("codebook", "conflict_events")
        if name not in codebooks:
            codebooks[name] = read_codebook(ROOT / "schemas" / f"{name}.yaml")
        found = proposed(row, codebooks[name])
        if "words" in row:
            wanted = [word for word in row["words"] if word]
            got: list[Any] = [each.quote for each in found if each.quote]
        else:
            wanted = row["values"]
            got = [each.value for each in found]
        compared.append((row["field"], wanted, got))
    return compared


def proposed(row: dict[str, Any], codebook: Codebook) -> list[Candidate]:
    article = Article("a", row["text"])
    found = propose(article, codebook, (PUBLISHED, PUBLISHED))
    acts = [
        each
        for each in found
        if each.kind == "trigger" and each.start <= row["start"] < each.end
    ]
    if not acts:
        return []
    events = EventProposer(found, article, codebook)
    return events.propose(acts[0]).get(row["field"], [])


@pytest.mark.parametrize("field", FLOORS)
def test_a_field_is_read_as_a_reader_reads_it(
    field: str, readings: list[tuple[str, list[Any], list[Any]]]
) -> None:
    counts: Counter[str] = Counter()
    for name, wanted, got in readings:
        if name == field:
            counts["lines"] += 1
            counts["same"] += sorted(map(str, got)) == sorted(map(str, wanted))
            counts["proposed"] += len(got)
            counts["right"] += sum(each in wanted for each in got)
    same = counts["same"] / counts["lines"]
    right = counts["right"] / counts["proposed"]
    least_same, least_right = FLOORS[field]
    assert same >= least_same, f"{same:.2f} of {counts['lines']} lines"
    assert right >= least_right, f"{right:.2f} of {counts['proposed']} proposed"


def test_the_act_of_each_line_stands_where_it_says(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        start = row["start"]
        assert row["text"][start : start + len(row["act"])] == row["act"]
