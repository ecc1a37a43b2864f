"""The figures of spans come out of the codings and of the data that `coder agree
--data` writes.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import scipy

from tests.conftest import SEEDS
from tests.support.agreement_tables import figures, read


def unitizing_alpha(tables: list[list[float]]) -> float:
    """Krippendorff et al. (2016), of marked against not marked, texts laid end to end."""
    together = np.array(tables).sum(axis=0)
    observed, own = together[:4].reshape(2, 2), together[4:].sum()
    lengths = observed.sum(axis=1)
    total = lengths.sum()
    expected = total * (total**2 - (lengths**2).sum()) / (total**2 - own)
    return float(1 - (observed[0, 1] + observed[1, 0]) / expected)


def test_the_figures_of_spans_come_out_of_what_any_two_coders_marked(
    folder: Path,
) -> None:
    pairs, lengths = read(folder, "spans"), read(folder, "lengths")
    coincident = ("gap_gap", "gap_marked", "marked_gap", "marked_marked")
    whole = {
        row["article"]: sum(float(row[each]) for each in coincident)
        for row in lengths
        if not row["kind"]
    }
    for row in figures(folder, "spans"):
        kind = "" if row["kind"] == "all" else row["kind"]
        marked = [pair for pair in pairs if kind in ("", pair["kind"])]
        n = sum(int(pair["marked"]) for pair in marked)
        assert int(row["n"]) == n
        for name in ("exact", "relaxed"):
            share = 2 * sum(int(pair[name]) for pair in marked) / n
            assert float(row[f"{name}_f1"]) == pytest.approx(share, abs=1e-6), (
                kind,
                name,
            )
        tables = {
            article: [total, 0.0, 0.0, 0.0, total, 0.0]
            for article, total in whole.items()
        }
        for each in lengths:
            if each["kind"] == kind:
                tables[each["article"]] = [
                    float(value) for value in list(each.values())[2:]
                ]
        assert float(row["u_alpha"]) == pytest.approx(
            unitizing_alpha([*tables.values()]), abs=1e-6
        ), kind


def test_what_two_coders_marked_and_its_lengths_are_those_of_their_codings(
    folder: Path,
) -> None:
    codings, texts = {}, {}
    for coder in ("amal", "basim"):
        for line in (
            (SEEDS / "codings" / f"{coder}.jsonl").read_text("utf-8").splitlines()
        ):
            coding = json.loads(line)
            article = coding["article"]["id"]
            codings[article, coder] = [
                (span["kind"], span["start"], span["end"])
                for span in coding["spans"]
                if span.get("decision") != "rejected"
            ]
            texts[article] = len((SEEDS / f"{article}.txt").read_bytes().decode())
    for row in read(folder, "spans"):
        one, other = (
            [
                (start, end)
                for kind, start, end in codings[row["article"], coder]
                if kind == row["kind"]
            ]
            for coder in ("amal", "basim")
        )
        assert int(row["marked"]) == len(one) + len(other)
        assert int(row["exact"]) == sum((Counter(one) & Counter(other)).values())
        overlapping = np.array(
            [[max(a, c) < min(b, d) for c, d in other] for a, b in one], dtype=float
        )
        pairs = scipy.optimize.linear_sum_assignment
        best = pairs(overlapping, maximize=True) if overlapping.size else ([], [])
        assert int(row["relaxed"]) == (
            overlapping[best].sum() if overlapping.size else 0
        )
    for row in read(folder, "lengths"):
        here, own = [], np.zeros(2)
        for coder in ("amal", "basim"):
            marked = np.zeros(texts[row["article"]], dtype=int)
            for kind, start, end in codings[row["article"], coder]:
                if row["kind"] in ("", kind):
                    marked[start:end] = 1
            here.append(marked)
            edges = np.flatnonzero(np.diff(np.concatenate([[0], marked, [0]])))
            own += [(marked == 0).sum(), ((edges[1::2] - edges[::2]) ** 2).sum()]
        coincident = np.array(
            [[((here[0] == a) & (here[1] == b)).sum() for b in (0, 1)] for a in (0, 1)]
        )
        assert [float(value) for value in list(row.values())[2:]] == [
            *(coincident + coincident.T).ravel(),
            *own,
        ]
