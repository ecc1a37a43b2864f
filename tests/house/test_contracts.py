"""Each import contract breaks when something is imported that it forbids."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

FORBIDDEN = {
    "layers": ("text/display.py", "import coder.codebook.schema"),
    "siblings": ("text/clusters.py", "import coder.text.layout"),
    "store": ("cli/status.py", "import coder.store.queries"),
    "workrooms": ("tui/app.py", "import coder.suggest.registry"),
    "tui": ("cli/status.py", "import coder.tui.app"),
    "textual": ("service/project/opened.py", "import textual"),
    "rich": ("cli/upkeep.py", "import rich"),
    "sqlmodel": ("service/project/opened.py", "import sqlmodel"),
    "numpy": ("store/queries.py", "import numpy"),
    "jinja2": ("cli/status.py", "import jinja2"),
    "dask": ("service/learning/shards.py", "import distributed"),
    "formats": ("service/learning/shards.py", "import polars"),
    "pyarrow": ("service/learning/shards.py", "import pyarrow"),
    "pydantic": ("native.py", "import pydantic"),
    "yaml": ("store/queries.py", "import yaml"),
}


def names_of_contracts() -> list[str]:
    lines = (ROOT / ".importlinter").read_text("utf-8").splitlines()
    return [
        line.removesuffix("]").rpartition(":")[2]
        for line in lines
        if line.startswith("[importlinter:")
    ]


def test_every_contract_is_tried() -> None:
    assert sorted(FORBIDDEN) == sorted(names_of_contracts())


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_contract_breaks_when_it_should(contract: str, tmp_path: Path) -> None:
    shutil.copytree(
        ROOT / "coder", tmp_path / "coder", ignore=shutil.ignore_patterns("__pycache__")
    )
    file, statement = FORBIDDEN[contract]
    assert (tmp_path / "coder" / file).is_file()
    with (tmp_path / "coder" / file).open("a", encoding="utf-8") as out:
        out.write(f"\n{statement}\n")
    words = [
        "--config",
        str(ROOT / ".importlinter"),
        "--contract",
        contract,
        "--no-cache",
    ]
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), *words],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 1, found.stdout
    assert (
        file.removesuffix(".py").replace("/", ".") in found.stdout
        or contract == "siblings"
    )
