"""The house: imports point down only, and light commands stay light."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def test_imports_point_down_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    found = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--config", str(ROOT / ".importlinter")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def loaded_by(statement: str) -> set[str]:
    code = f"import sys, json; {statement}; print(json.dumps(sorted(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in json.loads(out.stdout)}


@pytest.mark.parametrize(
    "statement", ["import coder.cli.main", "import coder.text.reading", "import coder.tui.actions"]
)
def test_import_is_light(statement: str) -> None:
    heavy = {"textual", "rich", "numpy", "scipy", "sqlmodel", "sqlalchemy", "pydantic"}
    assert not loaded_by(statement) & heavy


def test_files_stay_small() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in (ROOT / "coder").rglob("*.py")
        if path.name != "tables.py" and (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long
