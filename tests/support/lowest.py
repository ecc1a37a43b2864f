"""The lowest versions that pyproject.toml allows, as constraints for pip: `python -m
tests.support.lowest`.

The tests run with them in `make lowest`, so that each lower bound is one that was
tried.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"
_BOUND = re.compile(r"([\w.-]+)(?:\[[\w,-]+\])?>=([\w.]+)")


def lowest_versions() -> list[str]:
    """`name==version` for all that the program and its extras ask for, each at its
    lower bound.
    """
    return sorted(
        {f"{name}=={version}" for name, version in map(_bound, _requirements())}
    )


def _requirements() -> Iterator[str]:
    project = tomllib.loads(PYPROJECT.read_text("utf-8"))["project"]
    yield from project["dependencies"]
    for extra in project["optional-dependencies"].values():
        yield from extra


def _bound(requirement: str) -> tuple[str, str]:
    found = _BOUND.match(requirement)
    if found is None:
        raise ValueError(f"{requirement!r} in {PYPROJECT} has no lower bound")
    return found[1], found[2]


if __name__ == "__main__":
    print("\n".join(lowest_versions()))
