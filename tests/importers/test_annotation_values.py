"""What single values and ends in other tools' files mean."""

from __future__ import annotations

import json
from pathlib import Path

from coder.importers.potato_reader import documents as potato
from coder.importers.prodigy_reader import documents as prodigy


def test_numbers_on_a_scale_of_potato_are_values_also_zero_and_one(
    tmp_path: Path,
) -> None:
    labels = {
        "low": {"value": 0},
        "high": {"value": 1},
        "box": {"yes": True, "no": False, "open": ""},
    }
    file = tmp_path / "annotations.jsonl"
    file.write_text(
        json.dumps({"instance_id": "a", "user_id": "u", "labels": labels}), "utf-8"
    )
    [document] = potato(file)
    assert dict(document.choices) == {"low": [0], "high": [1], "box": ["yes"]}


def test_an_end_that_a_prodigy_relation_does_not_name_is_no_span(
    tmp_path: Path,
) -> None:
    spans = [{"start": 0, "end": 3, "label": "A"}, {"start": 4, "end": 8, "label": "B"}]
    relation = {"label": "R", "child_span": {"start": 4, "end": 8}}
    line = {
        "text": "قال محمد",
        "spans": spans,
        "relations": [relation],
        "_annotator_id": "u",
    }
    file = tmp_path / "prodigy.jsonl"
    file.write_text(json.dumps(line), "utf-8")
    [document] = prodigy(file)
    assert [(link.source, link.target) for link in document.links] == [("", "s2")]
