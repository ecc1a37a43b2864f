"""What `coder agree --data` writes gives another library the same alpha."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(run_coder: Run, demo_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert run_coder("agree", "--data", folder, "--project", demo_folder)[0] == 0
    return folder


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def square(path: Path) -> tuple[list[str], Any]:
    head, *rows = table(path)
    assert [row[0] for row in rows] == head[1:]
    return head[1:], np.array([row[1:] for row in rows], dtype=float).reshape(len(rows), len(rows))


def alpha_by(values: list[str], distances: Any, units: list[list[str]]) -> float | None:
    """Krippendorff's alpha from the values of each unit by the package `krippendorff`."""
    counts = np.array([[unit.count(value) for value in values] for unit in units])

    def apart(v1: Any, v2: Any, i1: Any, i2: Any, n_v: Any, dtype: Any = np.float64) -> Any:
        return distances[np.asarray(i1, int), np.asarray(i2, int)]

    if (counts[counts.sum(axis=1) > 1].sum(axis=0) > 0).sum() < 2:
        return None
    domain = np.arange(len(values))
    return float(krippendorff.alpha(value_counts=counts, value_domain=domain, level_of_measurement=apart))


def test_every_alpha_of_the_sample_comes_out_again(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    distances = {found["distance"] for found in settings["fields"].values()}
    assert distances >= {"nominal", "ordinal", "jaccard", "masi", "hierarchy", "date", "log_count"}
    defined = 0
    for name, found in settings["fields"].items():
        head, *rows = table(folder / "reliability" / found["file"])
        assert head == ["unit", "article", "cluster", "amal", "basim"]
        values, apart = square(folder / "distances" / found["file"])
        alpha = alpha_by(values, apart, [row[3:] for row in rows])
        assert found["alpha"]["value"] == (None if alpha is None else pytest.approx(alpha, abs=1e-6)), name
        defined += alpha is not None
    assert defined >= 20


def test_coincidences_are_those_of_the_units(folder: Path) -> None:
    _, *rows = table(folder / "reliability" / "event.event_type.csv")
    values, counts = square(folder / "coincidences" / "event.event_type.csv")
    expected = np.zeros_like(counts)
    for _, _, _, one, other in rows:
        if one and other:
            expected[values.index(one), values.index(other)] += 1
            expected[values.index(other), values.index(one)] += 1
    assert (counts == expected).all()


def test_alignments_name_the_units_of_every_field(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text("utf-8"))
    _, *aligned = table(folder / "alignments.csv")
    for found in settings["fields"].values():
        _, *rows = table(folder / "reliability" / found["file"])
        clusters = {(article, cluster) for _, article, cluster, *_ in rows if cluster}
        named = {(article, cluster) for left_out, article, cluster, *_ in aligned
                 if left_out == found["left_out"]}  # fmt: skip
        assert clusters in (set(), named)


def test_percent_and_f1_come_out_by_hand(folder: Path) -> None:
    _, *rows = table(folder / "reliability" / "event.certainty.csv")
    both = [(one, other) for _, _, _, one, other in rows if one and other]
    with (folder / "tables" / "fields.csv").open(encoding="utf-8", newline="") as stream:
        fields = {row["field"]: row for row in csv.DictReader(stream)}
    same = sum(one == other for one, other in both)
    assert float(fields["certainty"]["percent"]) == pytest.approx(same / len(both), abs=1e-6)
    _, *aligned = table(folder / "alignments.csv")
    members: dict[tuple[str, str], int] = {}
    for left_out, article, cluster, *_ in aligned:
        if not left_out:
            members[article, cluster] = members.get((article, cluster), 0) + 1
    events, matches = sum(members.values()), sum(n == 2 for n in members.values())
    with (folder / "tables" / "events.csv").open(encoding="utf-8", newline="") as stream:
        first = next(csv.DictReader(stream))
    assert float(first["value"]) == pytest.approx(2 * matches / events, abs=1e-6)
