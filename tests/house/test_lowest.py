"""What `make lowest` installs: every package that people can get with this one, at one
version each.
"""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections import Counter
from importlib.metadata import packages_distributions
from itertools import chain

from tests.support.lowest import PYPROJECT, lowest_versions


def test_every_package_has_one_lower_bound() -> None:
    names = Counter(each.partition("==")[0] for each in lowest_versions())
    assert [name for name, count in names.items() if count > 1] == []


def test_the_tests_need_all_that_people_can_add() -> None:
    extras = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    added = ("postgres", "encryption", "formats", "dask", "parquet")
    assert {each for name in added for each in extras[name]} <= {*extras["test"]}


def test_every_package_that_is_imported_is_asked_for() -> None:
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    asked = [
        *project["dependencies"],
        *chain.from_iterable(project["optional-dependencies"].values()),
    ]
    names = {re.split(r"[\[><=~!; ]", each)[0].lower() for each in asked}
    names |= {
        "pydantic-core",
        "distributed",
    }  # pydantic and dask ask for one version of each
    homes, missing = packages_distributions(), dict[str, str]()
    for path in (PYPROJECT.parent / "coder").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
            modules += (
                [node.module]
                if isinstance(node, ast.ImportFrom) and node.module
                else []
            )
            for package in {module.partition(".")[0] for module in modules} - {"coder"}:
                home = {
                    each.lower().replace("_", "-")
                    for each in homes.get(package, [package])
                }
                if package not in sys.stdlib_module_names and not home & names:
                    missing[package] = path.name
    assert not missing
