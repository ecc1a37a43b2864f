"""What a dataset's card and agreement page print comes out of its own tables, worked
out by other programs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from coder.model import Json
from coder.service.delivery import releases
from coder.service.delivery.intake import import_files
from coder.service.project.opened import Project, create_project
from coder.service.publication.dataset_folder import publish
from coder.service.review import policy_runs
from tests.conftest import ROOT, SEEDS
from tests.support.recomputed import (
    Figures,
    agreement_differences,
    card_differences,
    one_form,
    table,
)

Distance = Callable[[frozenset[str], frozenset[str]], float]


@pytest.fixture
def published(demo: Project, tmp_path: Path) -> Path:
    """The folder of a dataset of the demo's gold."""
    release, *_ = releases.make(demo, "salma")
    publish(demo, "gold", tmp_path / "dataset", release=release)
    return tmp_path / "dataset"


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    """The folder of a dataset of gold that was imported, beside two coders' codings."""
    sources = [SEEDS / "codings", ROOT / "exports" / "gold.native.jsonl"]
    return dataset_of(tmp_path, sources, "salma")


@pytest.fixture
def coded_once(tmp_path: Path) -> Path:
    """The folder of a dataset of articles that one coder coded, made by the policy
    `single`.
    """
    return dataset_of(tmp_path, [SEEDS / "codings" / "amal.jsonl"], "salma", "single")


def dataset_of(
    folder: Path, sources: Sequence[Path], supervisor: str, policy: str = ""
) -> Path:
    """Import codings of the sample articles, apply a policy, and publish a release."""
    project = create_project(folder / "project", language="en")
    for name in ("amal", "basim"):
        project.add_person(name, "coder")
    project.add_person(supervisor, "supervisor")
    import_files(project, [*SEEDS.glob("*.txt")])
    import_files(project, sources)
    if policy:
        order = policy_runs.Order(policies=(policy,))
        policy_runs.apply(project, supervisor, order=order)
    release, *_ = releases.make(project, supervisor)
    publish(project, "gold", folder / "dataset", release=release)
    project.close()
    return folder / "dataset"


@pytest.mark.parametrize("study", ["published", "imported", "coded_once"])
def test_every_number_of_a_dataset_comes_out(
    request: pytest.FixtureRequest, study: str
) -> None:
    folder: Path = request.getfixturevalue(study)
    assert card_differences(folder) == []
    assert agreement_differences(folder) == []


def test_a_wrong_number_is_found(published: Path) -> None:
    card = published / "README.md"
    text = card.read_text("utf-8")
    assert "- 6 events\n" in text
    card.write_text(text.replace("- 6 events\n", "- 7 events\n"), "utf-8")
    assert "7 events" in card_differences(published)
    page = published / "agreement" / "report.md"
    page.write_text(page.read_text("utf-8").replace("0.853", "0.952"), "utf-8")
    assert any("Source" in each for each in agreement_differences(published))


# ---------------------------------------------------------------- distances of others
def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return 1 - len(one & other) / len(one | other)


def masi(one: frozenset[str], other: frozenset[str]) -> float:
    """Passonneau (2006): Jaccard's share, weighted by how the sets overlap."""
    if one == other:
        return 0.0
    if one <= other or other <= one:
        weight = 2 / 3
    else:
        weight = 1 / 3 if one & other else 0.0
    return 1 - weight * (1 - jaccard(one, other))


def nominal(one: frozenset[str], other: frozenset[str]) -> float:
    return float(one != other)


def alpha(units: Sequence[Sequence[frozenset[str]]], distance: Distance) -> float:
    """Krippendorff's alpha by its definition: 1 - observed / expected disagreement."""
    values = [value for unit in units for value in unit]
    observed = sum(
        sum(distance(one, other) for one in unit for other in unit) / (len(unit) - 1)
        for unit in units
    )
    expected = sum(distance(one, other) for one in values for other in values)
    return 1 - observed * (len(values) - 1) / expected


def as_set(value: Json) -> frozenset[str]:
    """A list as the set of its items, anything else as the only item."""
    items = value if isinstance(value, list) else [value]
    return frozenset(json.dumps(one_form(item), sort_keys=True) for item in items)


@pytest.mark.parametrize(
    ("name", "distance"),
    [
        ("source", masi),
        ("source.who", masi),
        ("source.kind", jaccard),
        ("date.basis", nominal),
        ("date.open_end", nominal),
    ],
)
def test_alpha_is_what_others_compute(
    published: Path, name: str, distance: Distance
) -> None:
    figures = Figures(published)
    about = (figures.settings["fields"] | figures.settings["parts"])[name]
    units = []
    for row in table(figures.data / "reliability" / about["file"]):
        given = [row[f"value_{coder}"] for coder in figures.coders]
        if all(given):
            units.append([as_set(json.loads(each)) for each in given])
    assert alpha(units, distance) == pytest.approx(about["alpha"]["value"], abs=1e-6)
