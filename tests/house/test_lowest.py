"""What `make lowest` installs: every package that people can get with this one, at one version each."""

from __future__ import annotations

import tomllib
from collections import Counter

from tests.support.lowest import PYPROJECT, lowest_versions


def test_every_package_has_one_lower_bound() -> None:
    names = Counter(each.partition("==")[0] for each in lowest_versions())
    assert [name for name, count in names.items() if count > 1] == []


def test_the_tests_need_all_that_people_can_add() -> None:
    extras = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]["optional-dependencies"]
    added = ("postgres", "encryption", "spacy", "dask", "parquet")
    assert {each for name in added for each in extras[name]} <= {*extras["test"]}
